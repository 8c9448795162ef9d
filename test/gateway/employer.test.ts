import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { employerBodies, nssoNumberOf } from '../../certs-test/institutions.ts'
import { readEnterpriseNumber, readNssoNumber } from '../../src/base/enterprise.ts'
import { countryOf } from '../../src/synthetic/country.ts'
import { generate } from '../../src/synthetic/generate.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { specialEmployers } from '../../src/synthetic/special-employers.ts'
import {
  askRest,
  askSoap,
  readBody,
  requestXml,
  sendSigned,
  type Ask,
  type Criteria,
  type Tree,
} from './ask.ts'
import { lastQuarter, startTestGateway, type TestGateway } from './gateway.ts'
import { grantedTo, writeDeliberations } from './grants.ts'
import { consultationNamed } from './questions.ts'

const { shelteredWorkshop, naturalPerson, twoCategories, nursingHome } = specialEmployers
const outside = nursingHome.nssoNumber

const search = (...names: readonly string[]) =>
  names.map((name) => `employerDirectory.search.${name}`)
/** Grants of a test, for the inspection, whose population is everybody. */
const grants = {
  'TEST:SEARCH': search('name', 'address', 'registrationNumber', 'enterpriseNumber'),
  'TEST:NO_NAME': search('address', 'registrationNumber', 'enterpriseNumber'),
  'TEST:NUMBER': search('name', 'address', 'registrationNumber'),
  'TEST:CATEGORIES': [
    ...search('registrationNumber'),
    'employerDirectory.administrative.numberOfCategories',
    'employerDirectory.employerCategory.category',
    'employerDirectory.employerCategory.numberOfTransfers',
  ],
  'TEST:COUNTERS': [
    ...search('registrationNumber'),
    'employerDirectory.administrative.languageRegime',
    'employerDirectory.administrative.numberOfCategories',
  ],
}
const folder = mkdtempSync(join(tmpdir(), 'quadrivium-employer-'))
writeDeliberations(folder, 'inspection', grants)

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({
    deliberations: folder,
    fill: (writer) => {
      generate(countryOf({ persons: 0, seed: 1, until: lastQuarter, quarterCount: 2 }), writer)
      // one employer more than an answer holds
      for (let n = 0; n < 26; n += 1) {
        writer.employer({
          nssoNumber: readNssoNumber(nssoNumberOf(2_000_000 + n))!,
          enterpriseNumber: readEnterpriseNumber('0884303369')!,
          naturalPerson: false,
          record: { identification: { denomination: n === 0 ? 'Mille' : 'Mille autres' } },
        })
      }
    },
    institutions: grantedTo('inspection', grants),
  })
})
afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

type Branch = Readonly<Record<string, Tree>>

interface Reply {
  readonly status: { readonly value: string; readonly code: string; readonly information?: Branch }
  readonly employers: readonly Branch[]
  readonly filtered: readonly string[]
}

const identification = { as: 'phare', legalContext: 'PHARE:IDENTIFICATION' }
const inspection = (legalContext: keyof typeof grants) => ({ as: 'inspection', legalContext })

/** What is told over SOAP, after the same over REST. */
async function ask(
  operation: 'consultEmployer' | 'findEmployers',
  criteria: Criteria,
  by: { readonly as: string; readonly legalContext: string } = identification,
): Promise<Reply> {
  const question: Ask = { ...by, ...consultationNamed(operation), criteria, ticket: '1' }
  const rest = JSON.parse((await askRest(gateway, question)).text) as Record<string, unknown>
  const { value } = readBody(await askSoap(gateway, question))
  const { status, result, dataFilters } = value as unknown as {
    status: Reply['status']
    result?: { employer: Branch | readonly Branch[] }
    dataFilters?: { filteredElement: string | readonly string[] }
  }
  if (status.value === 'NO_RESULT') expect(rest['messageCode']).toBe(status.code)
  else expect(rest['status']).toMatchObject({ code: status.code })
  return {
    status,
    employers: result === undefined ? [] : [result.employer].flat(),
    filtered: [dataFilters?.filteredElement ?? []].flat(),
  }
}

const numbersOf = ({ employers }: Reply) =>
  employers.map((one) => [one['registrationNumber'], one['enterpriseNumber']])

describe('consultEmployer', () => {
  it('R28: gives identification, administrative data, categories and transfers by number', async () => {
    const { nssoNumber, enterpriseNumber } = shelteredWorkshop
    for (const criteria of [
      { nssoNumber },
      { enterpriseNumber },
      { nssoNumber, enterpriseNumber },
    ]) {
      const { status, employers } = await ask('consultEmployer', criteria)
      expect(status).toMatchObject({ value: 'DATA_FOUND', code: 'MSG00000' })
      expect(employers).toMatchObject([
        {
          identification: {
            registrationNumber: nssoNumber,
            denomination: 'Les Quatre Chemins, entreprise de travail adapté',
            legalForm: 'ASBL',
          },
          administrative: { registrationDate: '1987-01-05', numberOfCategories: '1' },
          employerCategory: { numberOfTransfers: '0' },
        },
      ])
    }
  })

  it('gives every category with counters that agree', async () => {
    const { employers } = await ask('consultEmployer', { nssoNumber: twoCategories.nssoNumber })
    expect(employers[0]!['employerCategory']).toHaveLength(2)
    expect(employers[0]!['administrative']).toMatchObject({ numberOfCategories: '2' })
  })

  it('R33: asks for the grant for every employer, whatever its kind', async () => {
    for (const { nssoNumber } of [naturalPerson, shelteredWorkshop]) {
      const granted = await ask('consultEmployer', { nssoNumber })
      expect(granted.status.code).toBe('MSG00000')
      const other = { as: 'phare', legalContext: 'PHARE:ADVANCE_MONTH' }
      const refused = await ask('consultEmployer', { nssoNumber }, other)
      expect([refused.status.code, refused.employers]).toEqual(['MSG00027', []])
    }
  })

  it('R33: records a natural person who is an employer as a person of the exchange', async () => {
    const personsAfter = async (nssoNumber: string) => {
      const mark = gateway.mark()
      await ask('consultEmployer', { nssoNumber })
      return gateway.entries(mark).flatMap(({ persons = [] }) => persons)
    }
    expect(await personsAfter(shelteredWorkshop.nssoNumber)).toEqual([])
    const [overRest, overSoap, ...more] = await personsAfter(naturalPerson.nssoNumber)
    expect(overRest).toMatch(/^[\w+/=-]{20,}$/)
    expect([overSoap, more]).toEqual([overRest, []])
  })

  it('gives a natural person without the field that tells the kind of employer', async () => {
    const { employers, filtered } = await ask('consultEmployer', {
      nssoNumber: naturalPerson.nssoNumber,
    })
    expect(employers[0]!['identification']).toMatchObject({
      denomination: naturalPerson.denomination,
      ssin: personas.earlyRetired.ssin,
    })
    expect(employers[0]!['identification']).not.toHaveProperty('isNaturalPerson')
    expect(filtered).toEqual(['employerDirectory.identification.isNaturalPerson'])
  })

  it('refuses an employer outside the population, known or not, by any number', async () => {
    for (const criteria of [
      { nssoNumber: outside },
      { nssoNumber: nssoNumberOf(1_000_099) },
      { enterpriseNumber: nursingHome.enterpriseNumber },
      { enterpriseNumber: '0884303369' },
    ]) {
      const { status, employers } = await ask('consultEmployer', criteria)
      expect([status.code, employers]).toEqual(['MSG00012', []])
    }
  })

  it('finds nothing where there is nothing, and where the two numbers are of two employers', async () => {
    const everybody = inspection('TEST:SEARCH')
    const context = inspection('TEST:CATEGORIES')
    const unknown = await ask('consultEmployer', { nssoNumber: nssoNumberOf(1_000_099) }, context)
    expect([unknown.status.code, unknown.employers]).toEqual(['MSG00100', []])
    const { nssoNumber } = shelteredWorkshop
    const { enterpriseNumber } = twoCategories
    const mixed = await ask('consultEmployer', { nssoNumber, enterpriseNumber })
    expect([mixed.status.code, mixed.employers]).toEqual(['MSG00100', []])
    // the numbers as keys open no block of §§ 41–44
    const keysOnly = await ask('consultEmployer', { nssoNumber }, everybody)
    expect(keysOnly.status.code).toBe('MSG00027')
  })

  it('R29: leaves a counter out where its blocks are withheld, and counts those shown', async () => {
    const { nssoNumber } = twoCategories
    const categories = await ask('consultEmployer', { nssoNumber }, inspection('TEST:CATEGORIES'))
    expect(categories.employers).toEqual([
      {
        administrative: { numberOfCategories: '2' },
        employerCategory: [{ category: expect.any(String) as string }, { category: '027' }],
      },
    ])
    const counters = await ask('consultEmployer', { nssoNumber }, inspection('TEST:COUNTERS'))
    expect(counters.employers).toEqual([{ administrative: { languageRegime: '2' } }])
    expect(counters.filtered).toContain('employerDirectory.employerCategory')
  })

  it('R32: takes the two numbers as keys, each only when it is granted, and no other', async () => {
    const { nssoNumber, enterpriseNumber } = shelteredWorkshop
    const context = inspection('TEST:CATEGORIES')
    expect((await ask('consultEmployer', { nssoNumber }, context)).status.code).toBe('MSG00000')
    for (const criteria of [{ enterpriseNumber }, { nssoNumber, enterpriseNumber }]) {
      const mark = gateway.mark()
      expect((await ask('consultEmployer', criteria, context)).status.code).toBe('MSG00027')
      expect(gateway.entries(mark)).toMatchObject([
        { kind: 'refused', code: 'NOTHING_GRANTED', rule: 'R19' },
        { kind: 'refused', code: 'NOTHING_GRANTED', rule: 'R19' },
      ])
    }
    const ssin = { ssin: personas.earlyRetired.ssin }
    const question = { ...identification, ...consultationNamed('consultEmployer'), criteria: ssin }
    expect((await askSoap(gateway, question)).text).toContain('MSG00004')
    expect((await askRest(gateway, question)).status).toBe(400)
  })

  it('refuses an empty question and wrong numbers, by the names of their fields', async () => {
    const wrong = [
      [{}, 'nssoNumber'],
      [{ nssoNumber: '100006010' }, 'nssoNumber'],
      [{ enterpriseNumber: '0884303360' }, 'enterpriseNumber'],
    ] as const
    for (const [criteria, field] of wrong) {
      const { status } = await ask('consultEmployer', criteria)
      expect(status.code).toBe('MSG00008')
      expect([status.information].flat()[0]).toEqual({ fieldName: field })
    }
  })
})

describe('findEmployers', () => {
  it('R31: gives the two numbers and nothing else, by name or by address', async () => {
    const numbers = [[shelteredWorkshop.nssoNumber, shelteredWorkshop.enterpriseNumber]]
    for (const criteria of [
      { name: 'quatre CHEMINS' },
      { name: 'Entreprise de Travail Adapte' },
      { address: 'rue du quadrant, 12' },
      { name: 'chemins', address: 'Anderlecht' },
    ]) {
      const reply = await ask('findEmployers', criteria)
      expect(reply.status.code).toBe('MSG00000')
      expect(numbersOf(reply)).toEqual(numbers)
      expect(Object.keys(reply.employers[0]!)).toEqual(['registrationNumber', 'enterpriseNumber'])
    }
  })

  it('finds several, of the population only', async () => {
    const criteria = { address: 'Place du Carrefour' }
    const inPopulation = ['naturalPerson', 'curatorship', 'twoCategories'] as const
    const all = inPopulation.map((name) => nssoNumberOf(employerBodies[name]))
    const own = numbersOf(await ask('findEmployers', criteria)).map(([number]) => number)
    expect(own).toEqual(all)
    const others = await ask('findEmployers', criteria, inspection('TEST:SEARCH'))
    expect(numbersOf(others).map(([number]) => number)).toEqual([...all, outside])
    const stranger = await ask('findEmployers', { name: nursingHome.denomination })
    expect([stranger.status.code, stranger.employers]).toEqual(['MSG00100', []])
  })

  it('withholds a number that is not granted', async () => {
    const reply = await ask('findEmployers', { name: 'quatre chemins' }, inspection('TEST:NUMBER'))
    expect(reply.employers).toEqual([{ registrationNumber: shelteredWorkshop.nssoNumber }])
    expect(reply.filtered).toEqual(['employerDirectory.search.enterpriseNumber'])
  })

  it('R31: searches only by what is granted as a key', async () => {
    const context = inspection('TEST:NO_NAME')
    const byAddress = await ask('findEmployers', { address: 'Anderlecht' }, context)
    expect(byAddress.status.code).toBe('MSG00000')
    for (const criteria of [{ name: 'chemins' }, { name: 'chemins', address: 'Anderlecht' }]) {
      const { status } = await ask('findEmployers', criteria, context)
      expect(status.code).toBe('MSG00027')
    }
  })

  it('R33: records natural persons among the hits, and no word of the search', async () => {
    const mark = gateway.mark()
    const reply = await ask('findEmployers', { name: 'guido terzonhovel' })
    expect(numbersOf(reply)).toEqual([[naturalPerson.nssoNumber, naturalPerson.enterpriseNumber]])
    const entries = gateway.entries(mark)
    expect(entries.flatMap(({ persons = [] }) => persons)).toHaveLength(2)
    expect(entries.filter(({ kind, subject }) => kind === 'granted' && subject)).toHaveLength(2)
    const kept = gateway.logText() + gateway.journalBytes().toString()
    expect(kept.toLowerCase()).not.toContain('terzonhovel')
    expect(kept).not.toContain(personas.earlyRetired.ssin)
    expect(kept).not.toContain(naturalPerson.nssoNumber)
  })

  it('says when there are more than an answer holds, and gives none of them', async () => {
    const context = inspection('TEST:SEARCH')
    expect((await ask('findEmployers', { name: 'autres' }, context)).employers).toHaveLength(25)
    const mark = gateway.mark()
    const { status, employers } = await ask('findEmployers', { name: 'mille' }, context)
    expect([status.code, employers]).toEqual(['MSG00008', []])
    expect(status.information).toEqual({ fieldName: 'tooManyEmployers' })
    const kinds = gateway.entries(mark).map(({ kind, code }) => [kind, code])
    const failed = ['failed', 'REQUEST_INVALID']
    expect(kinds).toEqual([['granted', undefined], failed, ['granted', undefined], failed])
  })

  it('refuses a text without words, one of too many, and no text', async () => {
    const many = Array.from({ length: 17 }, (_, index) => `w${index}`).join(' ')
    for (const criteria of [
      {},
      { name: '--' },
      { address: '…' },
      { name: many },
      { address: many },
    ]) {
      expect((await ask('findEmployers', criteria)).status.code).toBe('MSG00008')
    }
  })

  it('refuses under a legal context of another institution, and one that opens nothing of it', async () => {
    const criteria = { name: 'chemins' }
    for (const [as, legalContext, code] of [
      ['phare', 'INSPECTION:CONTROL', 'MSG00013'],
      ['phare', 'PHARE:EARLY_RETIREMENT', 'MSG00027'],
    ] as const) {
      const { status } = await ask('findEmployers', criteria, { as, legalContext })
      expect(status.code).toBe(code)
    }
  })

  it('answers what does not follow the schema with a fault', async () => {
    const question = { ...identification, ...consultationNamed('findEmployers'), criteria: {} }
    const xml = requestXml(question).replace(
      /<criteria ?\/>|<criteria><\/criteria>/,
      `<criteria><name>${'a'.repeat(201)}</name></criteria>`,
    )
    const answer = await sendSigned(gateway, 'phare', question.service, xml)
    expect(answer.text).toContain('findEmployersFault')
    expect(answer.text).toContain('MSG00004')
  })
})
