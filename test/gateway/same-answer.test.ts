import { rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Entry } from '../../src/audit/journal.ts'
import { dataPaths } from '../../src/store/data-directory.ts'
import { personas } from '../../src/synthetic/personas.ts'
import {
  askRest,
  askSoap,
  readBody,
  requestXml,
  send,
  signAs,
  xmlHeaders,
  type Answer,
  type Ask,
  type Tree,
} from './ask.ts'
import { agentOf, startTestGateway, type TestGateway } from './gateway.ts'
import {
  consultationNamed,
  contexts,
  criteriaOf,
  employers,
  operations,
  personaNumbers,
} from './questions.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.close())

const quarters = ['2003Q4', '2024Q1', '2024Q2', '2024Q3', '2024Q4']

/** A question about a persona or an employer, by an institution under a context of its own or of another one. */
const question: fc.Arbitrary<Ask> = fc
  .record({
    context: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...contexts) },
      { weight: 1, arbitrary: fc.constant(['phare', 'EMPLOI:FOLLOW_UP'] as const) },
    ),
    operation: fc.constantFrom(...operations),
    ssin: fc.constantFrom(...personaNumbers, '70010199069', '87031499051'),
    employer: fc.constantFrom(...employers, '100999945'),
    from: fc.constantFrom(...quarters),
    to: fc.constantFrom(...quarters),
  })
  .map(({ context: [as, legalContext], operation, ssin, employer, from, to }) => ({
    as,
    legalContext,
    ...consultationNamed(operation),
    criteria: criteriaOf(operation, { ssin, employer }, { from, to }),
    ticket: '1',
  }))

/** One question for each status that must be seen: chance alone would miss one now and then. */
const examples: readonly Ask[] = (
  [
    ['consultByWorker', personas.fullTime.ssin, '2024Q3'],
    ['consultByWorker', personas.fullTime.ssin, '2003Q4'],
    ['consultByWorker', personas.notIntegrated.ssin, '2024Q3'],
    ['consultPerson', personas.fullTime.ssin, '2024Q3'],
  ] as const
).map(([operation, ssin, quarter]) => ({
  as: 'phare',
  legalContext: 'PHARE:SUBSIDY_QUARTER',
  ...consultationNamed(operation),
  criteria: criteriaOf(operation, { ssin, employer: '' }, { from: quarter, to: quarter }),
  ticket: '1',
}))

/** The journal's entries of a question, without what must differ between two of them. */
function decisionIn(entries: readonly Entry[]): unknown {
  return entries.map((entry) => ({
    ...entry,
    at: '',
    ticket: '',
    channel: '',
    // SOAP and REST sign and write other bytes: that they are digested is the same
    message: entry.message !== undefined,
    body: entry.body !== undefined,
  }))
}

async function observe(ask: (one: Ask) => Promise<Answer>, one: Ask) {
  const mark = gateway.mark()
  const answer = await ask(one)
  return { answer, decision: decisionIn(gateway.entries(mark)) }
}

/** JSON as another reader finds the same content in XML: text everywhere, one of a list without the list. */
function asTree(json: unknown): Tree {
  if (Array.isArray(json)) {
    const all = json.map(asTree)
    return all.length === 1 ? all[0]! : all
  }
  if (typeof json !== 'object' || json === null) return String(json)
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, asTree(value)]))
}

type Envelope = Readonly<Record<string, Tree>>

const withoutTimes = (envelope: Envelope) => ({ ...envelope, informationCBSS: '' })

describe('the same question over SOAP and REST', () => {
  it('has the same decision and the same projection', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(question, async (one) => {
        const soap = await observe((ask) => askSoap(gateway, ask), one)
        const rest = await observe((ask) => askRest(gateway, ask), one)
        expect(rest.decision).toEqual(soap.decision)

        const xml = readBody(soap.answer).value as Envelope
        const json = JSON.parse(rest.answer.text) as Record<string, unknown>
        const status = xml['status'] as Readonly<Record<'code' | 'value', string>>
        seen.add(status.code)
        if (status.value !== 'NO_RESULT') {
          expect(rest.answer.status).toBe(200)
          expect(withoutTimes(asTree(json) as Envelope)).toEqual(withoutTimes(xml))
          return
        }
        expect(rest.answer.status).toBeGreaterThanOrEqual(400)
        expect(json['messageCode']).toBe(status.code)
        const [issue] = (json['issues'] ?? []) as { replacedBy?: string }[]
        const { information } = status as {
          information?: { fieldName: string; fieldValue?: string }
        }
        const by = information?.fieldName === 'replacedBy' ? information.fieldValue : undefined
        expect(issue?.replacedBy).toBe(by)
      }),
      { numRuns: 120, examples: examples.map((one) => [one]) },
    )
    // the questions reached answers with and without data, and refusals
    expect([...seen]).toEqual(
      expect.arrayContaining(['MSG00000', 'MSG00100', 'MSG00012', 'MSG00027']),
    )
  })
})

/** Workers of an employer in a quarter, page by page. */
async function pagesOf(ask: (one: Ask) => Promise<Tree>, size: number): Promise<string[]> {
  const numbers: string[] = []
  let offset: string | undefined
  for (let page = 0; page < 30; page += 1) {
    const criteria = {
      nssoNumber: employers[0]!,
      quarter: '2024Q3',
      ...(offset !== undefined && { offset }),
      maxResults: size,
    }
    const content = (await ask({ ...byEmployer, criteria })) as unknown as {
      result?: { employerDeclaration: { naturalPerson: { ssin: string }[] }; nextOffset?: string }
    }
    const { employerDeclaration, nextOffset } = content.result!
    const persons = [employerDeclaration.naturalPerson].flat()
    expect(persons.length).toBeLessThanOrEqual(size)
    numbers.push(...persons.map(({ ssin }) => ssin))
    offset = nextOffset
    if (offset === undefined) return numbers
  }
  throw new Error('the pages have no end')
}

const byEmployer = {
  as: 'phare',
  legalContext: 'PHARE:SUBSIDY_QUARTER',
  ...consultationNamed('consultByEmployer'),
  ticket: '1',
}

describe('pages', () => {
  it('hold together what one large page holds, over both channels', async () => {
    const overSoap = async (ask: Ask) => readBody(await askSoap(gateway, ask)).value
    const overRest = async (ask: Ask) => JSON.parse((await askRest(gateway, ask)).text) as Tree
    const whole = await pagesOf(overSoap, 2000)
    expect(whole.length).toBeGreaterThan(5)
    expect(whole).toEqual([...whole].sort())
    // the one whom phare has not integrated works there too
    expect(whole).not.toContain('95101099195')
    for (const size of [1, 2, 3, whole.length - 1, whole.length]) {
      expect(await pagesOf(overSoap, size)).toEqual(whole)
      expect(await pagesOf(overRest, size)).toEqual(whole)
    }
  })

  it('cannot be asked for under the offset of another question', async () => {
    const criteria = { nssoNumber: employers[0]!, quarter: '2024Q3', maxResults: 1 }
    const first = await askSoap(gateway, { ...byEmployer, criteria })
    const offset = /<nextOffset>([^<]+)</.exec(first.text)![1]!
    const others = [
      { ...byEmployer, criteria: { ...criteria, quarter: '2024Q2' } },
      { ...byEmployer, as: 'inspection', legalContext: 'INSPECTION:CONTROL', criteria },
    ]
    for (const other of others) {
      const { nssoNumber, quarter, maxResults } = other.criteria
      const ask = { ...other, criteria: { nssoNumber, quarter, offset, maxResults } }
      const refused = await askSoap(gateway, ask)
      expect(refused.text).toContain('<code>MSG00008</code>')
      expect((await askRest(gateway, ask)).status).toBe(400)
    }
  })
})

describe('a second start on the same data directory', () => {
  const comparable = ({ text }: Answer) =>
    text
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replaceAll(/[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g, 'TICKET')
      .replace(/<ds:Signature [\s\S]*<\/ds:Signature>/, '')

  it('gives the same answers, goes on with a page, and knows what was received before', async () => {
    const asks = contexts.flatMap(([as, legalContext]) =>
      operations.map((operation) => ({
        as,
        legalContext,
        ...consultationNamed(operation),
        criteria: criteriaOf(
          operation,
          { ssin: '87031499050', employer: employers[0]! },
          { from: '2024Q2', to: '2024Q3' },
        ),
        ticket: '1',
      })),
    )
    const criteria = { nssoNumber: employers[0]!, quarter: '2024Q3', maxResults: 2 }
    const page = await askSoap(gateway, { ...byEmployer, criteria })
    const offset = /<nextOffset>([^<]+)</.exec(page.text)![1]!
    const nextPage = { nssoNumber: employers[0]!, quarter: '2024Q3', offset, maxResults: 2 }
    const answersOf = async () => {
      const answers: string[] = []
      for (const ask of [...asks, { ...byEmployer, criteria: nextPage }]) {
        answers.push(
          comparable(await askSoap(gateway, ask)),
          comparable(await askRest(gateway, ask)),
        )
      }
      return answers
    }
    const message = signAs('phare', requestXml(asks[1]!))
    const sendAgain = () =>
      send(gateway.url + asks[1]!.service.path, {
        agent: agentOf('phare', gateway.url),
        headers: xmlHeaders,
        body: message,
      })
    const { text: told } = await sendAgain()
    expect(told).toContain('DATA_FOUND')
    const before = await answersOf()

    await gateway.stop()
    gateway = await startTestGateway({ directory: gateway.directory })
    expect((await sendAgain()).text).toBe(told)
    expect(await answersOf()).toEqual(before)

    // a power cut may take the replay keys and the kept answers: the journals give the keys back
    await gateway.stop()
    const { hot } = dataPaths(join(gateway.directory, 'data'))
    for (const suffix of ['', '-wal', '-shm']) rmSync(hot + suffix, { force: true })
    gateway = await startTestGateway({ directory: gateway.directory })
    expect((await sendAgain()).text).toContain('The message was already received.')
  })
})
