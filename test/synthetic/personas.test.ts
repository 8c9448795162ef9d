import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSsinParts } from '../../src/base/ssin.ts'
import { dmfa } from '../../src/registers/dmfa.ts'
import type { Disclosed } from '../../src/registers/grant.ts'
import { recordWriter } from '../../src/services/write-record.ts'
import { personas, type Persona } from '../../src/synthetic/personas.ts'
import { specialBodies, specialEmployers } from '../../src/synthetic/special-employers.ts'
import { collect, country, type Rows } from './collect.ts'
import { personasPage } from './personas-page.ts'

const list = Object.values<Persona>(personas)
const numbers = new Set<string>(list.flatMap(({ ssin, former }) => (former ? [ssin, former] : [ssin]))) // prettier-ignore

/** Everything that is written about the personas. */
function about(rows: Rows) {
  const concerns = ({ ssin }: { readonly ssin: string }) => numbers.has(ssin)
  return {
    persons: rows.persons.filter(concerns),
    workers: rows.workers.filter(concerns),
    dimonaPeriods: rows.dimonaPeriods.filter(concerns),
    postings: rows.postings.filter(concerns),
    integrations: rows.integrations.filter(concerns),
    employers: rows.employers.filter(({ nssoNumber }) =>
      Object.values(specialEmployers).some((one) => one.nssoNumber === nssoNumber),
    ),
  }
}

describe('personas', () => {
  it('are fourteen, with keys, numbers and births that agree', () => {
    expect(list).toHaveLength(14)
    expect(numbers.size).toBe(15)
    for (const [key, persona] of Object.entries<Persona>(personas)) {
      expect(persona.id).toBe(key)
      const parts = readSsinParts(persona.ssin)!
      expect(parts.counter).toBeGreaterThanOrEqual(990)
      expect(parts.kind === 'nationalRegister').toBe(persona.register !== 'bisRegister')
      expect(parts.counter % 2 === 1 ? '1' : '2').toBe(persona.sex)
      const two = (value: number) => String(value).padStart(2, '0')
      expect(persona.birthDate).toBe(
        `${parts.century}${two(parts.year)}-${two(parts.month)}-${two(parts.day)}`,
      )
    }
    expect(readSsinParts(personas.replacedNumber.former)?.kind).toBe('bis')
    expect(readSsinParts(personas.bisNumber.ssin)?.kind).toBe('bisSexKnown')
  })

  it('are the same in every data set, whatever its seed and size', () => {
    const alone = about(collect(country(0, 0)))
    expect(alone.persons).toHaveLength(15)
    expect(alone.employers).toHaveLength(5)
    fc.assert(
      fc.property(fc.nat(), fc.nat(400), (seed, persons) => {
        expect(about(collect(country(seed, persons)))).toEqual(alone)
      }),
      { numRuns: 5 },
    )
  })

  it('tell their stories', () => {
    const rows = collect(country(1, 0))
    const recordsOf = ({ ssin }: Persona) =>
      rows.workers
        .filter((row) => row.ssin === ssin)
        .flatMap(({ quarter, employer, record }) =>
          (record.workerRecord ?? []).map((line) => ({ quarter, employer, line })),
        )
    const personOf = ({ ssin }: Persona) => rows.persons.find((row) => row.ssin === ssin)!
    const workshop = specialEmployers.shelteredWorkshop.nssoNumber

    expect(recordsOf(personas.fullTime).map(({ quarter }) => quarter)).toEqual([
      '20253',
      '20254',
      '20261',
      '20262',
    ])
    expect(recordsOf(personas.student).map(({ line }) => line.workerCode)).toEqual(['840'])
    expect(recordsOf(personas.earlyRetired).map(({ quarter }) => quarter)).toEqual(['20094'])
    expect(rows.employers.find(({ naturalPerson }) => naturalPerson)?.record.identification.ssin).toBe(personas.earlyRetired.ssin) // prettier-ignore
    expect(recordsOf(personas.accident).filter(({ line }) => line.indemnityWapm)).toHaveLength(4)
    expect(recordsOf(personas.bisNumber).every(({ line }) => line.frontierWorker)).toBe(true)
    const former = rows.persons.find(({ ssin }) => ssin === personas.replacedNumber.former)
    expect(former?.status).toEqual({ kind: 'replaced', by: personas.replacedNumber.ssin })
    expect(recordsOf(personas.replacedNumber).filter(({ line }) => line.dismissedStatutoryWorkerContribution)).toHaveLength(1) // prettier-ignore
    expect(personOf(personas.cancelledNumber).status).toEqual({ kind: 'cancelled' })
    expect(recordsOf(personas.cancelledNumber)).toEqual([])
    const { register, record: gone } = personOf(personas.struckOff)
    expect([register, gone.struckOffSince, gone.mainResidence]).toEqual(['struckOffRegister', '2019-02-11', undefined]) // prettier-ignore
    expect(gone.formerResidence?.[0]).toMatchObject({ since: '2015-06-01', address: { city: 'Anderlecht' } }) // prettier-ignore
    expect(rows.dimonaPeriods.filter(({ ssin }) => ssin === personas.struckOff.ssin).map(({ from, until }) => [from, until])).toEqual([['2010-02-01', '2018-06-29']]) // prettier-ignore
    const { deceaseDate } = personOf(personas.deceased).record.death!
    expect(recordsOf(personas.deceased).at(-1)?.line.occupation?.[0]?.endingDate).toBe(deceaseDate)
    expect(personOf(personas.unknownBirthDay).record.birth?.birthDate).toBe('1991-00-00')
    expect(new Set(recordsOf(personas.twoEmployers).map(({ employer }) => employer)).size).toBe(2)
    expect(recordsOf(personas.notIntegrated).every(({ employer }) => employer === workshop)).toBe(true) // prettier-ignore
    const integrated = rows.integrations.filter(({ ssin }) => ssin === personas.notIntegrated.ssin)
    expect(integrated.map(({ institution }) => institution)).not.toContain('phare')

    expect(rows.postings.map(({ ssin, user, from, until }) => [ssin, user, from, until])).toEqual([
      [personas.posted.ssin, workshop, '2024-02-05', '2026-12-18'],
      [personas.posted.ssin, specialEmployers.naturalPerson.nssoNumber, '2021-09-06', '2021-10-29'], // prettier-ignore
      [personas.posted.ssin, specialEmployers.nursingHome.nssoNumber, '2022-03-07', '2022-06-24'],
    ])
    expect(rows.dimonaPeriods.map(({ ssin }) => ssin)).not.toContain(personas.posted.ssin)

    const replacement = recordsOf(personas.partTime).find(({ quarter }) => quarter === '20034')
    const deductions = replacement?.line.occupation?.[0]?.occupationDeduction ?? []
    expect(deductions.map((one) => one.replacedPersonSsin ?? one.applicantSsin)).toEqual([
      personas.deceased.ssin,
      personas.earlyRetired.ssin,
    ])
  })

  it('have the special employers of the issue', () => {
    expect(specialBodies).toMatchObject({
      shelteredWorkshop: 1_000_010,
      naturalPerson: 1_000_020,
      curatorship: 1_000_030,
      twoCategories: 1_000_040,
    })
    const rows = collect(country(1, 600))
    const of = (name: keyof typeof specialEmployers) =>
      rows.employers.find(({ nssoNumber }) => nssoNumber === specialEmployers[name].nssoNumber)!
    expect(of('naturalPerson').naturalPerson).toBe(true)
    expect(of('curatorship').record.identification.curatorship?.date).toBe('2021-02-08')
    expect(of('twoCategories').record.employerCategory).toHaveLength(2)
    for (const { employer, header } of rows.declarations)
      expect(header.trusteeship).toBe(employer === of('curatorship').nssoNumber)
    const workers = rows.workers.filter(({ employer }) => employer === of('shelteredWorkshop').nssoNumber) // prettier-ignore
    for (const { record } of workers)
      for (const { employerCategory, occupation = [] } of record.workerRecord ?? []) {
        expect(employerCategory).toBe('173')
        for (const { jointCommission } of occupation) expect(jointCommission).toMatch(/^327/)
      }
  })

  it('give the demo a worker whose declaration of one quarter fills a reply of 5 to 6 KB', () => {
    const rows = collect(country(1, 1_000))
    const writer = recordWriter('declaration', dmfa.employerDeclaration)
    for (const { employer, quarter, ssin, record } of rows.workers) {
      if (ssin !== personas.fullTime.ssin) continue
      const { header } = rows.declarations.find((row) => row.employer === employer && row.quarter === quarter)! // prettier-ignore
      const declaration = {
        ...header,
        companyVehicle: undefined,
        contributionUnrelatedToNp: undefined,
        naturalPerson: [record],
      }
      // around it come about 750 bytes of the CommonV3 envelope; the signature is not counted
      const bytes = writer.xml(declaration as unknown as Disclosed<object>).length
      expect(bytes).toBeGreaterThan(4_250)
      expect(bytes).toBeLessThan(5_250)
    }
  })

  it('stand in docs/personas.md as they are', async () => {
    await expect(await personasPage()).toMatchFileSnapshot('../../docs/personas.md')
  })
})
