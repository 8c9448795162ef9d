import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCivilDate } from '../../src/base/civil-date.ts'
import { readNssoNumber } from '../../src/base/enterprise.ts'
import { readSsin } from '../../src/base/ssin.ts'
import { countryOf } from '../../src/synthetic/country.ts'
import { generate } from '../../src/synthetic/generate.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { specialEmployers } from '../../src/synthetic/special-employers.ts'
import { askRest, askSoap, readBody, textIn, type Ask, type Criteria } from './ask.ts'
import { lastQuarter, startTestGateway, type TestGateway } from './gateway.ts'
import { grantedTo, writeDeliberations } from './grants.ts'
import { consultationNamed } from './questions.ts'

const { posted, fullTime, notIntegrated, partTime, replacedNumber } = personas
const workshop = specialEmployers.shelteredWorkshop
const outside = specialEmployers.nursingHome.nssoNumber
const year = { beginDate: '2024-03-01', endDate: '2025-02-28' }
const inspection = { as: 'inspection', legalContext: 'INSPECTION:CONTROL' }
const onlyCategory = { as: 'inspection', legalContext: 'TEST:CATEGORY' }

let gateway: TestGateway
const folder = mkdtempSync(join(tmpdir(), 'quadrivium-limosa-'))

beforeAll(async () => {
  const dates = ['limosa.posting.startDate', 'limosa.posting.endDate']
  const grants = { 'TEST:CATEGORY': [...dates, 'limosa.postedPerson.category'] }
  writeDeliberations(folder, 'inspection', grants)
  gateway = await startTestGateway({
    deliberations: folder,
    fill: (writer) => {
      generate(countryOf({ persons: 0, seed: 1, until: lastQuarter, quarterCount: 2 }), writer)
      // two persons whom Limosa knows too: one whom phare has integrated and one whom it has not
      for (const [number, category] of [
        [partTime.ssin, 'self_employed'],
        [notIntegrated.ssin, 'trainee'],
      ] as const) {
        writer.posting({
          postingId: number,
          ssin: readSsin(number)!,
          user: readNssoNumber(workshop.nssoNumber)!,
          from: readCivilDate('2024-06-01')!,
          record: {
            startDate: '2024-06-01',
            activityType: '88995',
            postedPerson: { ssin: number, category },
            user: { registrationNumber: workshop.nssoNumber },
          },
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

interface Posting {
  readonly startDate?: string
  readonly endDate?: string
  readonly postedPerson?: Readonly<Record<string, unknown>>
  readonly user?: Readonly<Record<string, unknown>>
}

interface Content {
  readonly status: { readonly code: string; readonly value: string }
  readonly dataFilters?: { readonly filteredElement: readonly string[] }
  readonly result?: { readonly posting: readonly Posting[]; readonly nextOffset?: string }
}

function questionOf(operation: string, criteria: Criteria, over: Partial<Ask> = {}): Ask {
  const named = consultationNamed(`LimosaService.${operation}`)
  return { as: 'phare', legalContext: 'PHARE:LIMOSA_GENDER', ...named, criteria, ...over }
}

/** The answer over REST; over SOAP it has the same status, and as many postings. */
async function ask(operation: string, criteria: Criteria, over: Partial<Ask> = {}) {
  const question = questionOf(operation, criteria, over)
  const content = JSON.parse((await askRest(gateway, question)).text) as Content
  const { xml } = readBody(await askSoap(gateway, question))
  expect(textIn(xml, 'code')).toBe(content.status.code)
  expect(xml.split('<posting>').length - 1).toBe(content.result?.posting.length ?? 0)
  return content
}

/** Code, and the field if one is named, of a refusal that SOAP tells inside a normal reply. */
async function refusal(operation: string, criteria: Criteria, over: Partial<Ask> = {}) {
  const { xml } = readBody(await askSoap(gateway, questionOf(operation, criteria, over)))
  expect(xml).toContain('NO_RESULT')
  expect(xml).not.toContain('<result>')
  return [textIn(xml, 'code'), textIn(xml, 'fieldName')]
}

const startsIn = ({ result }: Content) => result?.posting.map(({ startDate }) => startDate)

describe('postings of a person', () => {
  const consult = (criteria: Criteria, over?: Partial<Ask>) =>
    ask('consultByPostedPerson', { ssin: posted.ssin, ...year, ...criteria }, over)

  it('R30: are told to phare by the elements of § 48, without the groups that nothing enumerates', async () => {
    const { status, result, dataFilters } = await consult({})
    expect(status.code).toBe('MSG00000')
    expect(result?.posting).toEqual([
      {
        startDate: '2024-02-05',
        endDate: '2026-12-18',
        activityType: '88995',
        placeOfWork: workshop.address,
        workingTime: 3800,
        workSchedule: '1-5 08:00-12:00 12:30-16:06',
      },
    ])
    expect(dataFilters?.filteredElement).toEqual([
      'limosa.posting.documentNumber',
      'limosa.posting.placeOfWorkNumber',
      'limosa.postedPerson',
      'limosa.user',
      'limosa.foreignEmployer',
    ])
  })

  it('R42: are those of employees, self-employed persons and trainees', async () => {
    const categoryOf = async (ssin: string) => {
      const { result } = await consult({ ssin }, onlyCategory)
      return result?.posting.map(({ postedPerson }) => postedPerson)
    }
    expect(await categoryOf(posted.ssin)).toEqual([{ category: 'worker' }])
    expect(await categoryOf(partTime.ssin)).toEqual([{ category: 'self_employed' }])
    expect(await categoryOf(notIntegrated.ssin)).toEqual([{ category: 'trainee' }])
  })

  it('are found by their days only', async () => {
    const { status, result } = await consult({ beginDate: '2022-07-01', endDate: '2024-02-04' })
    expect([status.value, status.code, result]).toEqual(['NO_DATA_FOUND', 'MSG00100', undefined])
  })

  it('to a user outside the population look like none', async () => {
    const days = { beginDate: '2022-03-01', endDate: '2022-12-31' }
    expect((await consult(days)).status.code).toBe('MSG00100')
    const all = await consult(days, inspection)
    expect(all.result?.posting[0]).toMatchObject({
      startDate: '2022-03-07',
      postedPerson: { category: 'worker', ssin: posted.ssin },
      user: { registrationNumber: outside },
    })
  })

  it('are refused for who is not integrated, was posted to nobody of the population, and is no number', async () => {
    const refusalOf = (ssin: string) => refusal('consultByPostedPerson', { ssin, ...year })
    expect(await refusalOf(notIntegrated.ssin)).toEqual(['MSG00012', undefined])
    // an employment with the workshop is no posting to it
    expect(await refusalOf(fullTime.ssin)).toEqual(['MSG00012', undefined])
    expect(await refusalOf('88461799683')).toEqual(['MSG00011', 'ssin'])
    const replaced = { ssin: replacedNumber.former, ...year }
    expect(await refusal('consultByPostedPerson', replaced, inspection)).toEqual([
      'MSG00006',
      undefined,
    ])
  })

  it('R41: are refused under a legal context of another purpose', async () => {
    for (const legalContext of ['PHARE:SUBSIDY_QUARTER', 'PHARE:STAFF_REGISTER']) {
      const criteria = { ssin: posted.ssin, ...year }
      const [code] = await refusal('consultByPostedPerson', criteria, { legalContext })
      expect(code).toBe('MSG00027')
    }
  })

  it('open no other register: the National Register of a posted person stays closed to phare', async () => {
    const named = consultationNamed('consultPerson')
    const question = { ...questionOf('consultByUser', { ssin: posted.ssin }), ...named }
    const { xml } = readBody(
      await askSoap(gateway, { ...question, legalContext: 'PHARE:IDENTIFICATION' }),
    )
    expect(textIn(xml, 'code')).toBe('MSG00012')
  })

  it('are written into the journal by digests, of persons whose number is withheld too', async () => {
    const mark = gateway.mark()
    await consult({})
    const answered = gateway.entries(mark).filter(({ kind }) => kind === 'answered')
    expect(answered.map(({ given, persons }) => [given, persons?.length])).toEqual([
      [['limosa.posting'], 1],
      [['limosa.posting'], 1],
    ])
    expect(gateway.journalBytes().toString()).not.toContain(posted.ssin)
  })
})

describe('postings to a user', () => {
  const at = { nssoNumber: workshop.nssoNumber, beginDate: '2024-07-01' }

  it('are those on the day, without whom the institution may not know', async () => {
    const own = await ask('consultByUser', at)
    // in the order of the numbers: partTime, posted
    expect(startsIn(own)).toEqual(['2024-06-01', '2024-02-05'])
    expect(startsIn(await ask('consultByUser', { ...at, beginDate: '2024-05-31' }))).toEqual([
      '2024-02-05',
    ])
    const all = await ask('consultByUser', at, inspection)
    expect(all.result?.posting.map(({ postedPerson }) => postedPerson?.['ssin'])).toEqual([
      partTime.ssin,
      posted.ssin,
      notIntegrated.ssin,
    ])
  })

  it('hold together what one large page holds', async () => {
    const whole = startsIn(await ask('consultByUser', at, inspection))!
    expect(whole).toHaveLength(3)
    for (const maxResults of [1, 2, 3]) {
      const pages: unknown[] = []
      let offset: string | undefined
      do {
        const criteria = { ...at, ...(offset !== undefined && { offset }), maxResults }
        const page = await ask('consultByUser', criteria, inspection)
        expect(startsIn(page)!.length).toBeLessThanOrEqual(maxResults)
        pages.push(...startsIn(page)!)
        offset = page.result?.nextOffset
      } while (offset !== undefined)
      expect(pages).toEqual(whole)
    }
    // the third one is unknown to phare, and so is that there is one
    const last = await ask('consultByUser', { ...at, maxResults: 2 })
    expect(last.result?.nextOffset).toBeUndefined()
  })

  it('cannot be asked for under the offset of another question', async () => {
    const page = await ask('consultByUser', { ...at, maxResults: 1 })
    const offset = page.result?.nextOffset ?? ''
    const other = { ...at, beginDate: '2024-07-02', offset, maxResults: 1 }
    expect(await refusal('consultByUser', other)).toEqual(['MSG00008', 'offset'])
  })

  it('are recorded with everybody they tell about', async () => {
    const mark = gateway.mark()
    await ask('consultByUser', at)
    const answered = gateway.entries(mark).filter(({ kind }) => kind === 'answered')
    expect(answered.map(({ persons }) => persons?.length)).toEqual([2, 2])
  })

  it('are refused for a user outside the population, and for more than a year', async () => {
    expect(await refusal('consultByUser', { ...at, nssoNumber: outside })).toEqual([
      'MSG00012',
      undefined,
    ])
    expect(await refusal('consultByUser', { ...at, endDate: '2025-07-01' })).toEqual([
      'MSG00008',
      'beginDate',
    ])
  })

  it('are not searched for by a request that breaks the contract', async () => {
    const criteria = { nssoNumber: workshop.nssoNumber, beginDate: '1 July 2024' }
    const { text } = await askSoap(gateway, questionOf('consultByUser', criteria))
    expect(text).toContain('MSG00004')
    expect(textIn(text, 'fieldName')).toBe('criteria/beginDate')
  })
})
