import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { civilDateAt, readCivilDate, readQuarter } from '../../src/base/civil-date.ts'
import { readNssoNumber } from '../../src/base/enterprise.ts'
import type { Ssin } from '../../src/base/ssin.ts'
import type { RegisterWriter } from '../../src/store/register-writer.ts'
import { enterprise, nsso, ssin } from '../store/sample.ts'
import { askRest, askSoap, readBody, textIn, type Ask, type Criteria } from './ask.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { consultationNamed, employers } from './questions.ts'

const daysAgo = (days: number) => civilDateAt(Date.now() - days * 86_400_000)
const [workshopNumber = ''] = employers
const workshop = readNssoNumber(workshopNumber)!
const other = nsso(1)
const quarters = ['20242', '20243'].map((text) => readQuarter(text)!)

/** Workers by what became of the declarations about them. */
const made = ssin(1)
const modified = ssin(2)
const takenBack = ssin(3)
const longAgo = ssin(4)
const stranger = ssin(5)

function fill(writer: RegisterWriter): void {
  const integrate = (one: Ssin) => {
    for (const institution of ['phare', 'inspection'])
      writer.integration({ institution, ssin: one, from: readCivilDate('2020-01-01')! })
  }
  const update = (...dates: readonly string[]) =>
    dates.map((receptionDate, index) => ({
      sequenceNumber: index + 1,
      receptionDate,
      ...(index > 0 && { action: '1', changedBlocks: 'dmfa.service' }),
    }))
  for (const employer of [workshop, other]) {
    writer.employer({
      nssoNumber: employer,
      enterpriseNumber: enterprise(employer === workshop ? 1 : 2),
      naturalPerson: false,
      record: {},
    })
    for (const quarter of quarters) {
      writer.declaration({
        employer,
        quarter,
        header: { registrationNumber: employer, quarter, netOwedAmount: 100 },
      })
    }
    const worker = (one: Ssin, quarter: (typeof quarters)[number], ...dates: string[]) => {
      const record = { ssin: one, update: update(...dates), workerRecord: [{ workerCode: '015' }] }
      writer.worker({ employer, quarter, ssin: one, record })
    }
    const [before, last] = quarters as [(typeof quarters)[number], (typeof quarters)[number]]
    worker(made, last, daysAgo(3))
    worker(modified, before, '2024-07-20', daysAgo(10), daysAgo(2))
    worker(modified, last, daysAgo(3))
    worker(longAgo, last, '2024-10-20')
    worker(stranger, last, daysAgo(3))
    const received = [readCivilDate('2024-07-20')!, daysAgo(1)]
    writer.deletedWorker({ employer, quarter: before, ssin: takenBack, received })
  }
  for (const one of [made, modified, takenBack, longAgo]) integrate(one)
}

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway({ fill })
})
afterAll(() => gateway.close())

interface Change {
  readonly deleted: boolean
  readonly employerDeclaration: {
    readonly quarter: string
    readonly netOwedAmount?: number
    readonly naturalPerson: readonly {
      readonly ssin: string
      readonly update?: readonly { readonly receptionDate: string; readonly action?: string }[]
    }[]
  }
}

interface Content {
  readonly status: { readonly code: string }
  readonly result?: { readonly change: readonly Change[]; readonly nextOffset?: string }
}

async function ask(criteria: Criteria, over: Partial<Ask> = {}): Promise<Content> {
  const named = consultationNamed('DmfaConsultationService.changesSince')
  const context = { as: 'phare', legalContext: 'PHARE:SUBSIDY_QUARTER' }
  const question = { ...context, ...named, criteria, ...over }
  const content = JSON.parse((await askRest(gateway, question)).text) as Content
  const { xml } = readBody(await askSoap(gateway, question))
  expect(textIn(xml, 'code')).toBe(content.status.code)
  expect(xml.split('<change>').length - 1).toBe(content.result?.change.length ?? 0)
  return content
}

const told = ({ result }: Content) =>
  result?.change.map(({ deleted, employerDeclaration: { quarter, naturalPerson } }) => [
    naturalPerson[0]?.ssin,
    quarter,
    deleted,
  ])

describe('what changed in declarations since a day', () => {
  const since = { nssoNumber: workshop, sinceDate: daysAgo(5) }

  it('is what was made, modified or taken back, as it is now, by worker and quarter', async () => {
    const answer = await ask(since)
    expect(told(answer)).toEqual([
      [made, '2024Q3', false],
      [modified, '2024Q2', false],
      [modified, '2024Q3', false],
      [takenBack, '2024Q2', true],
    ])
    const [first, , , gone] = answer.result?.change ?? []
    expect(first?.employerDeclaration.netOwedAmount).toBe(100)
    expect(gone).toEqual({
      deleted: true,
      employerDeclaration: {
        registrationNumber: workshop,
        quarter: '2024Q2',
        naturalPerson: [{ ssin: takenBack }],
      },
    })
    // deliberation 14/057 grants no history
    expect(first?.employerDeclaration.naturalPerson[0]).not.toHaveProperty('update')
  })

  it('begins with the day', async () => {
    const from = (days: number) => ask({ ...since, sinceDate: daysAgo(days) })
    expect(told(await from(2))).toEqual([
      [modified, '2024Q2', false],
      [takenBack, '2024Q2', true],
    ])
    expect((await from(0)).status.code).toBe('MSG00100')
  })

  it('holds together what one large page holds', async () => {
    const pages: unknown[] = []
    let offset: string | undefined
    do {
      const page = await ask({ ...since, ...(offset !== undefined && { offset }), maxResults: 1 })
      expect(new Set(told(page)?.map(([one]) => one)).size).toBe(1)
      pages.push(...(told(page) ?? []))
      offset = page.result?.nextOffset
    } while (offset !== undefined)
    expect(pages).toEqual(told(await ask(since)))
  })

  it('is told of 92 days, and of employers of the population', async () => {
    const codeOf = async (criteria: Criteria) => {
      const named = consultationNamed('DmfaConsultationService.changesSince')
      const context = { as: 'phare', legalContext: 'PHARE:SUBSIDY_QUARTER' }
      const { xml } = readBody(await askSoap(gateway, { ...context, ...named, criteria }))
      return [textIn(xml, 'code'), textIn(xml, 'fieldName')]
    }
    expect(await codeOf({ ...since, sinceDate: daysAgo(91) })).toEqual(['MSG00000', undefined])
    expect(await codeOf({ ...since, sinceDate: daysAgo(94) })).toEqual(['MSG00008', 'sinceDate'])
    expect(await codeOf({ ...since, sinceDate: daysAgo(-2) })).toEqual(['MSG00008', 'sinceDate'])
    expect(await codeOf({ ...since, nssoNumber: other })).toEqual(['MSG00012', undefined])
    const all = { as: 'inspection', legalContext: 'INSPECTION:CONTROL' }
    expect(told(await ask({ ...since, nssoNumber: other }, all))).toHaveLength(4)
  })
})
