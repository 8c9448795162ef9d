import { ServerResponse } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readEntry, splitLines, verifyJournal } from '../../src/audit/entry-chain.ts'
import type { Entry } from '../../src/audit/journal.ts'
import type { DurableFile } from '../../src/audit/group-commit.ts'
import { beginJournal } from '../../src/store/journal-file.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { header } from '../audit/entries.ts'
import { forgetfulFile, withoutSync, type ForgetfulFile } from '../durability/forgetful-file.ts'
import { askRest, askSoap, send, type Ask } from './ask.ts'
import { agentOf, startTestGateway, type TestGateway } from './gateway.ts'
import { consultationNamed } from './questions.ts'

// every exchange waits for a disk that takes its time
vi.setConfig({ testTimeout: 120_000 })

const running: TestGateway[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const gateway of running.splice(0)) await gateway.close()
})

type Append = (entry: Entry) => Promise<void>

/** A gateway whose journal is on that disk; `around` may get its appending wrong. */
async function startOn(
  file: DurableFile,
  around: (append: Append) => Append = (append) => append,
): Promise<TestGateway> {
  const gateway = await startTestGateway({
    store: async (store) => {
      const journal = await beginJournal(file, header)
      const append = around(journal.append.bind(journal))
      const close = async () => {
        await journal.close()
        await store.close()
      }
      return { ...store, journal: Object.assign(journal, { path: '', append }), close }
    },
  })
  running.push(gateway)
  return gateway
}

async function healthOf({ url }: TestGateway) {
  const agent = agentOf('none', url)
  const { status, text } = await send(`${url}/health`, { method: 'GET', agent })
  return [status, text]
}

const anyOf = { as: 'phare', ...consultationNamed('consultByWorker') }
const criteria = { beginQuarter: '2024Q2', endQuarter: '2024Q3' }
/** An answer with data, a refusal before the source is asked, a refusal after it was, and one of the contract. */
const questions: readonly Ask[] = [
  {
    ...anyOf,
    legalContext: 'PHARE:SUBSIDY_QUARTER',
    criteria: { ssin: personas.fullTime.ssin, ...criteria },
  },
  { ...anyOf, legalContext: 'PHARE:NONE', criteria: { ssin: personas.fullTime.ssin, ...criteria } },
  {
    ...anyOf,
    as: 'inspection',
    legalContext: 'INSPECTION:CONTROL',
    criteria: { ssin: personas.replacedNumber.former, ...criteria },
  },
  { ...anyOf, legalContext: 'PHARE:SUBSIDY_QUARTER', criteria: { ssin: 'none', ...criteria } },
]

/** Entries that a disk must hold before an answer may leave, by what the answer says. */
const enough: readonly (readonly [says: RegExp, kinds: string])[] = [
  [/DATA_FOUND/, 'granted answered'],
  [/MSG0000[67]|replacedSsin/, 'granted failed'],
  [/./, 'refused'],
]

interface HandedOver {
  readonly ticket: string
  readonly expected: string
  /** kinds of the ticket's entries that a crash at that moment would have left */
  readonly left: string
}

/**
 * Looks at every byte that is handed to the transport: at that moment, what would a crash leave of its exchange? What is on
 * the disk only grows, so an answer that is covered when it is handed over is covered at every later point.
 */
function watchAnswers(file: ForgetfulFile): readonly HandedOver[] {
  const answers: HandedOver[] = []
  const look = (bytes: unknown): void => {
    if (!Buffer.isBuffer(bytes)) return
    const text = bytes.toString()
    const ticket = /(?:ticketCBSS>|"ticketCBSS":"|urn:uuid:)([\da-f-]{36})/.exec(text)?.[1]
    if (ticket === undefined) throw new Error(`an answer without a ticket: ${text}`)
    const left = file.survivors()
    const kinds = [...splitLines(left)].flatMap((line) => {
      const entry = readEntry(line.bytes)
      return entry?.ticket === ticket ? [entry.kind] : []
    })
    const expected = enough.find(([says]) => says.test(text))![1]
    answers.push({ ticket, expected, left: kinds.join(' ') })
  }
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with `this` below
  const { write, end } = ServerResponse.prototype
  vi.spyOn(ServerResponse.prototype, 'write').mockImplementation(function (
    this: ServerResponse,
    ...given
  ) {
    look(given[0])
    return write.apply(this, given)
  })
  vi.spyOn(ServerResponse.prototype, 'end').mockImplementation(function (
    this: ServerResponse,
    ...given
  ) {
    look(given[0])
    return end.apply(this, given as Parameters<typeof end>)
  } as typeof end)
  return answers
}

/** Exchanges at once over both channels, while each step of the disk takes its own time. */
async function load(gateway: TestGateway, rounds: number): Promise<number> {
  const asks = Array.from({ length: rounds }, () => questions).flat()
  const answers = await Promise.all(
    asks.flatMap((ask) => [askSoap(gateway, ask), askRest(gateway, ask)]),
  )
  return answers.length
}

/** Between 0 and 8 ms, different each time. */
const slowly = () => new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 8))

describe('a gateway on a disk that forgets, at a crash, what was not synced', () => {
  it('hands no answer over whose entries a crash would take', async () => {
    const file = forgetfulFile(slowly)
    const gateway = await startOn(file)
    const answers = watchAnswers(file)
    const sent = await load(gateway, 12)
    expect(answers).toHaveLength(sent)
    expect(answers.filter(({ left, expected }) => left !== expected)).toEqual([])
    const kinds = new Set(answers.map(({ expected }) => expected))
    expect(kinds).toEqual(new Set(['granted answered', 'granted failed', 'refused']))
    expect(verifyJournal(splitLines(file.survivors())).kind).toBe('whole')
  })

  it('is caught when the sync is taken out', async () => {
    const file = withoutSync(forgetfulFile(slowly))
    const gateway = await startOn(file)
    const answers = watchAnswers(file)
    const sent = await load(gateway, 3)
    expect(answers).toHaveLength(sent)
    expect(answers.every(({ left }) => left === '')).toBe(true)
  })

  it('is caught when the second entry is not waited for', async () => {
    const file = forgetfulFile(slowly)
    const gateway = await startOn(file, (append) => (entry) => {
      const durable = append(entry)
      return entry.kind === 'answered' ? Promise.resolve() : durable
    })
    const answers = watchAnswers(file)
    await load(gateway, 3)
    const wrong = answers.filter(({ left, expected }) => left !== expected)
    expect(wrong.length).toBeGreaterThan(0)
    expect(new Set(wrong.map(({ expected }) => expected))).toEqual(new Set(['granted answered']))
  })
})

describe('a gateway whose disk fails', () => {
  it('answers nothing more: no data, no refusal in the name of a register', async () => {
    let failing = false
    const disk = forgetfulFile()
    const gateway = await startOn({
      write: (bytes) => disk.write(bytes),
      sync: () => (failing ? Promise.reject(new Error('EIO')) : disk.sync()),
    })
    const [ask] = questions
    expect((await askSoap(gateway, ask!)).text).toContain('DATA_FOUND')
    expect(await healthOf(gateway)).toEqual([200, '{"status":"UP"}'])
    failing = true
    for (const question of questions) {
      const soap = await askSoap(gateway, question)
      expect(soap.status).toBe(500)
      expect(soap.text).toContain('<reasonCode>MSG00001</reasonCode>')
      expect(soap.text).not.toMatch(/NO_RESULT|DATA_FOUND/)
      const rest = await askRest(gateway, question)
      expect(rest.status).toBe(503)
      expect(rest.text).not.toMatch(/DATA_FOUND|replaced/)
    }
    failing = false
    // nobody knows what such a disk holds: the journal stays closed
    expect((await askSoap(gateway, ask!)).text).toContain('MSG00001')
    expect(await healthOf(gateway)).toEqual([503, '{"status":"DOWN"}'])
  })
})
