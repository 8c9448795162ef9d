import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quarterDates, readCivilDate } from '../../src/base/civil-date.ts'
import {
  readEnterpriseNumber,
  readEstablishmentUnitNumber,
  readNssoNumber,
} from '../../src/base/enterprise.ts'
import { readSsin, readSsinParts } from '../../src/base/ssin.ts'
import { ownNumber } from '../../src/registers/person.ts'
import { chunkSize, identityOf } from '../../src/synthetic/birth.ts'
import { dateOf } from '../../src/synthetic/calendar.ts'
import { personsMax } from '../../src/synthetic/country.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { places } from '../../src/synthetic/places.ts'
import { collect, country, type Rows } from './collect.ts'

/** The property holds for countries of any seed; each is small, so that many are tried. */
function forCountries(check: (rows: Rows) => void): void {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 600 }), (seed, persons) => {
      check(collect(country(seed, persons)))
    }),
    { numRuns: 5 },
  )
}

const unique = (values: readonly string[]) => {
  expect(new Set(values).size).toBe(values.length)
}

/** Every value under a name, anywhere in a value, once. */
const valuesOf = (name: RegExp, value: unknown) => new Set(walk(name, value))

function* walk(name: RegExp, value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && name.test(key)) yield inner
    else yield* walk(name, inner)
  }
}

describe('a synthetic country', () => {
  it('has valid numbers everywhere', () => {
    forCountries((rows) => {
      for (const ssin of valuesOf(
        /ssin$|^nationalNumber$|^bisNumber$|^struckOffNumber$|^by$/i,
        rows,
      ))
        expect(readSsin(ssin)).toBe(ssin)
      for (const number of valuesOf(
        /^(employer|nssoNumber|registrationNumber|initialNumber|finalNumber)$/,
        rows,
      ))
        // prettier-ignore
        expect(readNssoNumber(number)).toBe(number)
      for (const number of valuesOf(/^enterpriseNumber$/, rows))
        expect(readEnterpriseNumber(number)).toBe(number)
      for (const number of valuesOf(/^localUnitId$/, rows))
        expect(readEstablishmentUnitNumber(number)).toBe(number)
      for (const { periodId } of rows.dimonaPeriods)
        expect(Number(periodId.slice(0, 10)) % 97 || 97).toBe(Number(periodId.slice(10)))
    })
  })

  it('gives each number once', () => {
    forCountries(({ persons, employers, dimonaPeriods }) => {
      unique(persons.map(({ ssin }) => ssin))
      unique(employers.map(({ nssoNumber }) => nssoNumber))
      unique(employers.map(({ enterpriseNumber }) => enterpriseNumber))
      unique(dimonaPeriods.map(({ periodId }) => periodId))
    })
  })

  it('gives no number twice in the largest country, where days of birth come round again', () => {
    const largest = country(11, personsMax)
    // the first of each chunk in two whole rounds, and everybody in the last chunks
    const indexes = [
      ...Array.from({ length: 50_000 }, (_, i) => i * chunkSize),
      ...Array.from({ length: 6_000 }, (_, i) => personsMax - 1 - i),
    ]
    const numbers = indexes.map((index) => identityOf(largest, index).ssin)
    unique(numbers)
    const kinds = numbers.map((ssin) => readSsinParts(ssin)!)
    expect(kinds.filter(({ kind }) => kind === 'bis').length).toBeGreaterThan(200)
    expect(kinds.filter(({ kind }) => kind === 'bisSexKnown').length).toBeGreaterThan(200)
    expect(kinds.filter(({ century }) => century === 20).length).toBeGreaterThan(1_000)
    // those of the personas are kept free
    for (const { counter } of kinds) expect(counter).toBeLessThan(990)
  })

  it('tells the truth about each number: register, birth, sex, and what became of it', () => {
    forCountries(({ persons }) => {
      const bySsin = new Map(persons.map((row) => [row.ssin, row]))
      for (const { ssin, register, status, record } of persons) {
        const parts = readSsinParts(ssin)!
        expect(register !== 'bisRegister').toBe(parts.kind === 'nationalRegister')
        expect(ownNumber(record)).toBe(ssin)
        const fields = { nationalRegister: 'nationalNumber', bisRegister: 'bisNumber', struckOffRegister: 'struckOffNumber' } // prettier-ignore
        expect(record).toHaveProperty(fields[register])
        const two = (value: number) => String(value).padStart(2, '0')
        expect(record.birth?.birthDate).toBe(
          `${parts.century}${two(parts.year)}-${two(parts.month)}-${two(parts.day)}`,
        )
        expect(parts.counter % 2 === 1 ? '1' : '2').toBe(record.sex)
        if (status.kind === 'replaced') {
          expect(bySsin.get(status.by)?.status.kind).toBe('active')
          expect(bySsin.get(status.by)?.record.names).toEqual(record.names)
        }
        if (status.kind === 'cancelled') expect(record.household).toBeUndefined()
      }
    })
  })

  it('strikes off adults who lived alone, whose last address is a former one, and who keep their number', () => {
    let seen = 0
    const check = ({ persons }: Rows) => {
      const households = new Set(valuesOf(/Ssin$|^ssin$/i, persons.map(({ record }) => record.familyMember))) // prettier-ignore
      for (const { ssin, register, status, record } of persons) {
        expect(register === 'struckOffRegister').toBe(record.struckOffSince !== undefined)
        if (record.struckOffSince === undefined) continue
        seen++
        const { birth, formerResidence: [last] = [], struckOffSince, updatedOn } = record
        expect([record.struckOffNumber, status.kind]).toEqual([ssin, 'active'])
        expect([record.mainResidence, record.household, record.familyMember]).toEqual([undefined, undefined, undefined]) // prettier-ignore
        expect([record.identityCard, record.announcedAddress, record.temporaryAddress]).toEqual([undefined, undefined, undefined]) // prettier-ignore
        expect(last?.address?.street).toBeDefined()
        expect(last!.since! < struckOffSince).toBe(true)
        expect(Number(struckOffSince.slice(0, 4))).toBeGreaterThanOrEqual(Number(birth?.birthDate?.slice(0, 4)) + 18) // prettier-ignore
        expect(updatedOn! >= struckOffSince).toBe(true)
        expect(record.registrationRegister).toBe('5')
        expect(households.has(ssin)).toBe(false)
      }
    }
    forCountries(check)
    check(collect(country(1, 6_000)))
    expect(seen).toBeGreaterThan(5)
  })

  it('has deaths, struck-off, replaced, cancelled and incomplete numbers', () => {
    const { persons } = collect(country(1, 6_000))
    const count = (of: (row: (typeof persons)[number]) => boolean) => persons.filter(of).length
    expect(count(({ record }) => record.death !== undefined)).toBeGreaterThan(20)
    expect(count(({ register }) => register === 'struckOffRegister')).toBeGreaterThan(10)
    expect(count(({ status }) => status.kind === 'replaced')).toBeGreaterThan(20)
    expect(count(({ status }) => status.kind === 'cancelled')).toBeGreaterThan(2)
    const births = persons.map(({ record }) => record.birth?.birthDate ?? '')
    expect(births.filter((date) => /-\d[1-9]-00$/.test(date)).length).toBeGreaterThan(2)
    expect(births.filter((date) => date.endsWith('-00-00')).length).toBeGreaterThan(2)
  })

  it('makes households of persons that exist, of one name and address, as large as they say', () => {
    forCountries(({ persons }) => {
      const bySsin = new Map(persons.map((row) => [row.ssin, row]))
      const sizes = new Map<string, number>()
      for (const { record } of persons) {
        const head = record.household?.referencePersonSsin
        if (head === undefined) continue
        const reference = bySsin.get(readSsin(head)!)
        expect(reference?.status.kind).toBe('active')
        expect(reference?.record.death).toBeUndefined()
        expect(reference?.record.household?.memberCount).toBe(record.household?.memberCount)
        expect(reference?.record.mainResidence).toEqual(record.mainResidence)
        sizes.set(head, (sizes.get(head) ?? 0) + 1)
      }
      for (const [head, size] of sizes) {
        const said = bySsin.get(readSsin(head)!)?.record.household?.memberCount ?? 0
        // a member whose number was cancelled says nothing of a household
        expect(size).toBeLessThanOrEqual(said)
      }
    })
  })

  it('makes relatives of persons that exist: each side of a relation names the other', () => {
    let found = 0
    let left = 0
    forCountries(({ persons }) => {
      const active = persons.filter(({ status }) => status.kind === 'active')
      const bySsin = new Map<string, (typeof persons)[number]>(active.map((row) => [row.ssin, row]))
      const others = (of: string | undefined) => bySsin.get(of ?? '')?.record
      for (const { ssin, record } of active) {
        const told = (one: { ssin?: string; names?: object; sex?: string }) => {
          found++
          expect([one.names, one.sex]).toEqual([others(one.ssin)?.names, others(one.ssin)?.sex])
        }
        const { spouse, legalCohabitation = [], parent = [], child = [] } = record
        for (const one of [...(spouse ? [spouse] : []), ...legalCohabitation, ...parent, ...child]) told(one) // prettier-ignore
        if (spouse) {
          expect(others(spouse.ssin)?.spouse?.ssin).toBe(ssin)
          expect(others(spouse.ssin)?.civilStatus).toEqual(record.civilStatus)
        }
        for (const one of legalCohabitation) {
          const theirs = others(one.ssin)?.legalCohabitation ?? []
          expect(theirs.map((other) => [other.ssin, other.registeredOn])).toEqual([[ssin, one.registeredOn]]) // prettier-ignore
        }
        for (const [mine, theirs] of [
          ['formerFamilyMember', 'formerHousehold'],
          ['formerHousehold', 'formerFamilyMember'],
        ] as const) {
          for (const one of record[mine] ?? []) {
            told(one)
            left++
            expect(one.since! < one.until!).toBe(true)
            const { position, since, until } = one
            expect(others(one.ssin)?.[theirs]).toEqual([
              expect.objectContaining({ ssin, position, since, until }),
            ])
          }
        }
        for (const one of parent) expect(others(one.ssin)?.child?.map((other) => other.ssin)).toContain(ssin) // prettier-ignore
        for (const one of child) {
          expect(others(one.ssin)?.parent?.map((other) => other.ssin)).toContain(ssin)
          expect(record.birth!.birthDate! < others(one.ssin)!.birth!.birthDate!).toBe(true)
        }
      }
    })
    expect([found, left].every((count) => count > 0)).toBe(true)
  })

  it('makes entries of a file within the life of a person, the newest first, about relatives who are known', () => {
    const { persons } = collect(country(3, 6_000))
    const last = dateOf(country(3, 0).asOf)
    const byNumber = new Map<string, (typeof persons)[number]>(persons.map((row) => [row.ssin, row])) // prettier-ignore
    let found = 0
    for (const { record, status } of persons) {
      if (record.entries === undefined) continue
      expect([record.death, status.kind]).toEqual([undefined, 'active'])
      for (const [name, all] of Object.entries(record.entries)) {
        const days = all.map(({ since }) => since ?? '')
        expect([name, days]).toEqual([name, [...days].sort().reverse()])
        for (const entry of all) {
          found++
          expect(entry.since! >= record.birth!.birthDate! && entry.since! <= last).toBe(true)
          const { ssin, names } = entry as { ssin?: string; names?: object }
          const other = byNumber.get(ssin ?? '')?.record
          if (ssin !== undefined && names !== undefined) expect(other?.names).toEqual(names)
          if (name !== 'partnerBirthPlace') continue
          const { municipalityCode: nis } = entry as { municipalityCode?: string }
          const place = places.find((one) => one.nis === nis)
          if (ssin !== personas.notIntegrated.ssin && nis !== undefined)
            expect(Object.values(place!.names)).toContain(other?.birth?.birthPlace)
        }
      }
    }
    expect(found).toBeGreaterThan(300)
  })

  it('keeps the history of a person before what stands today, the newest first', () => {
    forCountries(({ persons }) => {
      for (const { record } of persons) {
        const lines: readonly (readonly (string | undefined)[])[] = [
          [record.namesSince, ...(record.formerName ?? []).map(({ since }) => since)],
          [record.nationalitySince, ...(record.formerNationality ?? []).map(({ since }) => since)],
          [record.mainResidenceSince, ...(record.formerResidence ?? []).map(({ since }) => since)],
          [record.civilStatus?.sinceDate, ...(record.formerCivilStatus ?? []).map(({ status }) => status?.sinceDate)], // prettier-ignore
        ]
        for (const line of lines) expect(line).toEqual(line.toSorted().reverse())
        const { updatedOn = '9999', createdOn = '', mainResidenceUpdated = '' } = record
        expect(updatedOn >= createdOn && updatedOn >= mainResidenceUpdated).toBe(true)
        for (const { issuedOn = '', expiresOn = '' } of record.identityCard ?? []) expect(issuedOn < expiresOn).toBe(true) // prettier-ignore
      }
      const numbers = persons.flatMap(({ record }) => record.identityCard?.map(({ number }) => number ?? '') ?? []) // prettier-ignore
      unique(numbers)
      for (const number of numbers) expect(Number(number.slice(0, 10)) % 97 || 97).toBe(Number(number.slice(10))) // prettier-ignore
    })
  })

  it('refers from a file to that of the number that it replaced', () => {
    const { persons } = collect(country(1, 6_000))
    const bySsin = new Map<string, (typeof persons)[number]>(persons.map((row) => [row.ssin, row]))
    const replaced = persons.filter(({ status }) => status.kind === 'replaced')
    const referred = persons.flatMap(({ ssin, record }) =>
      (record.formerNumber ?? []).map((one) => ({ ssin, ...one })),
    )
    expect(referred.map(({ number }) => number).sort()).toEqual(replaced.map(({ ssin }) => ssin).sort()) // prettier-ignore
    for (const { ssin, number, sex } of referred) {
      expect(bySsin.get(number!)?.status).toEqual({ kind: 'replaced', by: ssin })
      expect(bySsin.get(number!)?.record.sex).toBe(sex)
    }
    const changed = persons.filter(({ record }) => record.sexSince !== undefined)
    expect(changed.length).toBeGreaterThan(2)
    for (const { record } of changed) expect(record.formerNumber![0]!.sex).not.toBe(record.sex)
  })

  it('writes rows only about employers and persons that exist, each once', () => {
    forCountries((rows) => {
      const active = new Set(
        rows.persons.filter(({ status }) => status.kind === 'active').map(({ ssin }) => ssin),
      )
      const employers = new Set(rows.employers.map(({ nssoNumber }) => nssoNumber))
      const declared = new Set(rows.declarations.map((row) => row.employer + row.quarter))
      for (const { ssin, employer, quarter, record } of rows.workers) {
        expect(active).toContain(ssin)
        expect(declared).toContain(employer + quarter)
        expect(record.ssin).toBe(ssin)
      }
      for (const { ssin, employer, until } of rows.dimonaPeriods) {
        // two personas were known to the workshop under a number that is no longer active
        if (until !== '2012-03-30') expect(active).toContain(ssin)
        expect(employers).toContain(employer)
      }
      for (const { employer } of rows.declarations) expect(employers).toContain(employer)
      unique(rows.declarations.map((row) => row.employer + row.quarter))
      unique(rows.workers.map((row) => row.employer + row.quarter + row.ssin))
      unique(rows.integrations.map((row) => row.institution + row.ssin))
      const numbers = new Set(rows.persons.map(({ ssin }) => ssin))
      for (const { ssin } of rows.integrations) expect(numbers).toContain(ssin)
      for (const { record } of rows.employers) {
        const { ssin, isNaturalPerson } = record.identification
        expect(isNaturalPerson).toBe(ssin !== undefined)
        if (ssin !== undefined) expect(active).toContain(ssin)
      }
    })
  })

  it('posts persons with a bis number who work for nobody, and knows each category', () => {
    const rows = collect(country(2, 6_000))
    const workers = new Set(rows.dimonaPeriods.map(({ ssin }) => ssin))
    const employers = new Set(rows.employers.map(({ nssoNumber }) => nssoNumber))
    unique(rows.postings.map(({ postingId }) => postingId))
    for (const { ssin, user, from, until, record } of rows.postings) {
      expect(readSsinParts(ssin)?.kind).not.toBe('nationalRegister')
      expect(workers.has(ssin)).toBe(false)
      expect(employers.has(user)).toBe(true)
      expect(from < until).toBe(true)
      expect(record).toMatchObject({
        startDate: from,
        endDate: until,
        postedPerson: { ssin },
        user: { registrationNumber: user },
      })
    }
    const categories = Object.groupBy(rows.postings, ({ record }) => String(record.postedPerson?.category)) // prettier-ignore
    expect(Object.keys(categories).sort()).toEqual(['self_employed', 'trainee', 'worker'])
    const posted = rows.postings.map(({ ssin }) => ssin)
    expect(rows.integrations.some(({ institution, ssin }) => institution === 'inspection' && posted.includes(ssin))).toBe(true) // prettier-ignore
  })

  it('keeps dates in their quarter and occupations within their Dimona period', () => {
    forCountries((rows) => {
      const periods = new Map(rows.dimonaPeriods.map((row) => [row.employer + row.ssin, row]))
      for (const { employer, ssin, quarter, record } of rows.workers) {
        const { first, last } = quarterDates(quarter)
        for (const line of record.workerRecord ?? []) {
          expect(line.quarterStartingDate).toBe(first)
          expect(line.quarterEndingDate).toBe(last)
          for (const { startingDate, endingDate } of line.occupation ?? []) {
            const period = periods.get(employer + ssin)
            if (quarter >= '20221') expect(startingDate).toBe(period?.from)
            expect(startingDate! <= last).toBe(true)
            const endsHere = period?.until && period.until >= first && period.until <= last
            expect(endingDate).toBe(endsHere ? period.until : undefined)
          }
        }
      }
      for (const { from, until, record } of rows.dimonaPeriods) {
        expect(until === undefined || from <= until).toBe(true)
        expect(record.occupation.entryDate).toBe(from)
        expect(record.occupation.exitDate).toBe(until)
      }
      for (const date of valuesOf(/date$|^from$|^until$/i, { ...rows, persons: [] }))
        expect(readCivilDate(date)).toBe(date)
    })
  })

  it('declares a period in each quarter in which it has a working day, and no other', () => {
    const { dimonaPeriods, workers } = collect(country(21, 900))
    const declared = new Set(workers.map((row) => row.employer + row.ssin + row.quarter))
    for (const { employer, ssin, from, until } of dimonaPeriods) {
      for (const quarter of country(21, 900).quarters) {
        const { first, last } = quarterDates(quarter)
        const weeks = (Date.parse(until ?? last) - Date.parse(from > first ? from : first)) / 86.4e6
        if (from > last || (until !== undefined && until < first)) {
          // dismissal and indemnities are declared outside the employment
          const without = workers.find((row) => row.employer === employer && row.ssin === ssin && row.quarter === quarter) // prettier-ignore
          expect(without?.record.workerRecord?.[0]?.occupation).toBeUndefined()
        } else if (weeks > 3 && from <= last) {
          expect(declared).toContain(employer + ssin + quarter)
        }
      }
    }
  })

  it('numbers repeated blocks from 1 and names each code once in its parent', () => {
    forCountries(({ workers }) => {
      const checkSequence = (lines: readonly { sequenceNumber?: number }[] = []) => {
        expect(lines.map(({ sequenceNumber }) => sequenceNumber)).toEqual(
          lines.map((_, i) => i + 1),
        )
      }
      for (const { record } of workers) {
        unique(
          (record.workerRecord ?? []).map((line) => `${line.employerCategory} ${line.workerCode}`),
        )
        for (const line of record.workerRecord ?? []) {
          checkSequence(line.occupation)
          unique((line.workerContribution ?? []).map((one) => `${one.workerCode} ${one.type}`))
          unique((line.workerDeduction ?? []).map(({ code }) => code ?? ''))
          for (const one of line.workerDeduction ?? []) checkSequence(one.detail)
          for (const occupation of line.occupation ?? []) {
            checkSequence(occupation.service)
            checkSequence(occupation.remuneration)
            unique((occupation.service ?? []).map(({ code }) => code ?? ''))
            unique(
              (occupation.remuneration ?? []).map(
                (one) => `${one.code} ${one.bonusPaymentFrequency}`,
              ),
            )
            unique((occupation.occupationDeduction ?? []).map(({ code }) => code ?? ''))
            for (const { detail } of occupation.occupationDeduction ?? [])
              checkSequence(detail && [detail])
          }
        }
      }
    })
  })
})
