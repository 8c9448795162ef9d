import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Recalled } from '../../src/store/known-message.ts'
import type { Attempt, ReceivedMessage, ReplayStore } from '../../src/ws-security/replay.ts'
import { storeKinds, type OpenedStore, type OpenOptions } from './replay-stores.ts'

// a server starts slowly on a busy machine
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const secret = randomBytes(256)
const message = (digest: string, rest: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  digest,
  signer: 'phare',
  messageId: undefined,
  expiresAtMs: 1000,
  ticket: `ticket of ${digest}`,
  secret,
  ...rest,
})
const told = (text: string) => ({ httpStatus: 200, bytes: Buffer.from(text) })

const opened: OpenedStore[] = []

async function closeAll(): Promise<void> {
  for (const store of opened.splice(0)) await store.close()
}
afterEach(closeAll)

async function begin(hot: ReplayStore, asked: ReceivedMessage): Promise<Attempt> {
  const verdict = await hot.check(asked)
  if (verdict.kind !== 'fresh' && verdict.kind !== 'again') throw new Error(verdict.kind)
  return verdict.attempt!
}

/** What a caller is told now: the kind of the verdict, and the answer where there is one. */
async function verdictOf(hot: ReplayStore, asked: ReceivedMessage): Promise<string> {
  const verdict = await hot.check(asked)
  return verdict.kind === 'answered'
    ? `answered ${verdict.ticket}: ${Buffer.from(verdict.answer.bytes).toString()}`
    : verdict.kind
}

async function answer(hot: ReplayStore, asked: ReceivedMessage, text: string): Promise<void> {
  const attempt = await begin(hot, asked)
  await attempt.keep(told(text))
  attempt.complete()
}

/** One caller's step against the store, or the fate of a process. */
type Step =
  | { readonly does: 'ask' | 'steal'; readonly process: number; readonly message: number }
  | { readonly does: 'keep' | 'record' | 'complete'; readonly message: number }
  | { readonly does: 'die'; readonly process: number }

const total =
  'select cast(sum(count) as integer) as count, cast(sum(bytes) as integer) as bytes from kept_answer_total'
const counted =
  'select cast(count(id) as integer) as count, cast(coalesce(sum(length(sealed)), 0) as integer) as bytes from kept_answer'

describe.each(storeKinds)('in $name', (kind) => {
  beforeAll(() => kind.begin())
  afterAll(() => kind.end())

  const newPlace = () => kind.newPlace()
  const rowsOf = (place: string, sql: string) => kind.rows(place, sql)

  /** The store of a process, live under its number. */
  async function processOf(place: string, options: OpenOptions = {}): Promise<OpenedStore> {
    const store = await kind.open(place, options)
    opened.push(store)
    return store
  }

  describe('an attempt', () => {
    it('lets others wait until its last entry is durable, then they are told what was kept', async () => {
      const hot = await processOf(await newPlace())
      const attempt = await begin(hot, message('a'))
      expect(attempt).toMatchObject({ ticket: 'ticket of a', number: 1 })
      const again = message('a', { ticket: 'another' })
      expect(await verdictOf(hot, again)).toBe('inProgress')
      await attempt.keep(told('A'))
      expect(await verdictOf(hot, again)).toBe('inProgress')
      attempt.complete()
      expect(await verdictOf(hot, again)).toBe('answered ticket of a: A')
      expect(await verdictOf(hot, again)).toBe('answered ticket of a: A')
    })

    it('is known to the other processes within moments, without a further exchange', async () => {
      const path = await newPlace()
      const [one, two] = [await processOf(path), await processOf(path, { number: 2 })]
      await answer(one, message('a'), 'A')
      let verdict = ''
      for (let tries = 0; tries < 200 && !verdict.startsWith('answered'); tries += 1) {
        await sleep(5)
        verdict = await verdictOf(two, message('a'))
      }
      expect(verdict).toBe('answered ticket of a: A')
    })

    it('belongs to who has the secret and the certificate: nobody else is told even that it goes on', async () => {
      const hot = await processOf(await newPlace())
      const attempt = await begin(hot, message('a'))
      const others = [
        message('a', { secret: undefined }),
        message('a', { secret: randomBytes(256) }),
      ]
      for (const other of others) expect(await verdictOf(hot, other)).toBe('same')
      await attempt.keep(told('A'))
      attempt.complete()
      for (const other of others) expect(await verdictOf(hot, other)).toBe('same')
      expect(await verdictOf(hot, message('a'))).toBe('answered ticket of a: A')
    })

    it('is nobody’s when its message first came without a certificate', async () => {
      const hot = await processOf(await newPlace())
      expect(await hot.check(message('a', { secret: undefined }))).toEqual({ kind: 'fresh' })
      expect(await verdictOf(hot, message('a'))).toBe('same')
    })

    it('is not made again while its process lives, whoever asks', async () => {
      const path = await newPlace()
      const [one, two] = [await processOf(path), await processOf(path, { number: 2 })]
      await begin(one, message('a'))
      expect(await verdictOf(two, message('a'))).toBe('inProgress')
      await processOf(path, { number: 3 })
      expect(await verdictOf(two, message('a'))).toBe('inProgress')
    })

    it('of a process that died is made again by one other, under the same ticket', async () => {
      const path = await newPlace()
      const dead = await processOf(path)
      const lost = await begin(dead, message('a'))
      await lost.keep(told('never recorded'))
      const next = await processOf(path)
      const attempt = await begin(next, message('a', { ticket: 'another' }))
      expect(attempt).toMatchObject({ ticket: 'ticket of a', number: 2 })
      expect(await verdictOf(next, message('a'))).toBe('inProgress')
      await attempt.keep(told('A'))
      attempt.complete()
      expect(await verdictOf(next, message('a'))).toBe('answered ticket of a: A')

      // and once more, by the third
      await begin(next, message('b'))
      await begin(await processOf(path), message('b'))
      expect(await begin(await processOf(path), message('b'))).toMatchObject({ number: 3 })
    })

    it('of a process that died is over when its last entry is in the journal', async () => {
      const path = await newPlace()
      const dead = await processOf(path)
      await (await begin(dead, message('a'))).keep(told('A'))
      await begin(dead, message('b'))
      await begin(dead, message('c'))
      const next = await processOf(path, { closed: ['ticket of a', 'ticket of b'] })
      expect(await verdictOf(next, message('a'))).toBe('answered ticket of a: A')
      // recorded, yet nothing was kept of it
      expect(await verdictOf(next, message('b'))).toBe('same')
      expect(await verdictOf(next, message('c'))).toBe('again')
    })

    it('is over when the journals say so at a start, and open to all when they do not', async () => {
      const path = await newPlace()
      const dead = await processOf(path, { number: 7 })
      for (const digest of ['a', 'b']) await (await begin(dead, message(digest))).keep(told(digest))
      const received = (digest: string, attempt = 1): Recalled => ({
        kind: 'received',
        message: { ...message(digest), attempt },
      })
      await kind.restore(path, [
        ...['a', 'b', 'c', 'd'].map((digest) => received(digest)),
        received('c', 4),
        { kind: 'completed', digest: 'a' },
        { kind: 'completed', digest: 'd' },
      ])
      const next = await processOf(path, { number: 1 })
      expect(await verdictOf(next, message('a'))).toBe('answered ticket of a: a')
      expect(await begin(next, message('b'))).toMatchObject({ number: 2, ticket: 'ticket of b' })
      expect(await begin(next, message('c'))).toMatchObject({ number: 5, ticket: 'ticket of c' })
      expect(await verdictOf(next, message('d'))).toBe('same')
    })

    it('does not keep what came of a message that expired under way', async () => {
      const path = await newPlace()
      let nowMs = 0
      const hot = await processOf(path, { nowMs: () => nowMs })
      const attempt = await begin(hot, message('a'))
      nowMs = 1000
      expect(await hot.sweep()).toBe(true)
      await attempt.keep(told('A'))
      attempt.complete()
      await answer(hot, message('b', { expiresAtMs: 2000 }), 'B')
      expect(await verdictOf(hot, message('b'))).toBe('answered ticket of b: B')
      expect(await rowsOf(path, total)).toMatchObject([{ count: 1 }])
    })
  })

  describe('kept answers', () => {
    it('stay within their bounds: the oldest give way, no exchange is refused for them', async () => {
      const path = await newPlace()
      const hot = await processOf(path, { keptAnswers: { countMax: 100, bytesMax: 50_000 } })
      for (let index = 0; index < 300; index += 1) {
        await answer(hot, message(`${index}`), `${index}`.padEnd((index * 37) % 1000))
        const [now] = (await rowsOf(path, total)) as { count: number; bytes: number }[]
        expect(now!.count).toBeLessThanOrEqual(100)
        expect(now!.bytes).toBeLessThanOrEqual(50_000)
        expect(now).toEqual((await rowsOf(path, counted))[0])
      }
      expect(await verdictOf(hot, message('299'))).toMatch(/^answered ticket of 299: 299/)
      expect(await verdictOf(hot, message('0'))).toBe('same')
    })

    it('are not kept when one alone is too large, or none may be', async () => {
      const path = await newPlace()
      const hot = await processOf(path, { keptAnswers: { countMax: 10, bytesMax: 1000 } })
      await answer(hot, message('small'), 'small')
      await answer(hot, message('large'), 'large'.padEnd(1000))
      expect(await verdictOf(hot, message('large'))).toBe('same')
      const none = await processOf(await newPlace(), {
        keptAnswers: { countMax: 0, bytesMax: 1000 },
      })
      await answer(none, message('a'), 'A')
      expect(await verdictOf(none, message('a'))).toBe('same')
    })

    it('go with their message when it has expired, in steps of bounded work', async () => {
      const path = await newPlace()
      let nowMs = 0
      const hot = await processOf(path, { nowMs: () => nowMs })
      for (let index = 0; index < 300; index += 1) await answer(hot, message(`${index}`), 'A')
      nowMs = 999
      expect(await hot.sweep()).toBe(false)
      nowMs = 1000
      const left: unknown[] = []
      while (await hot.sweep()) left.push((await rowsOf(path, total))[0]!['count'])
      // in PostgreSQL a step leaves what another statement is writing
      expect(left).toEqual(kind.answersAtOnce < 300 ? [172, 44, 0] : [...left.slice(0, -1), 0])
      expect(await rowsOf(path, counted)).toEqual([{ count: 0, bytes: 0 }])
      expect(await rowsOf(path, total)).toEqual([{ count: 0, bytes: 0 }])
    })

    it('hold no secret of their message beside them', async () => {
      const path = await newPlace()
      await answer(
        await processOf(path),
        message('a', { secret: Buffer.from('the secret itself') }),
        'A',
      )
      const rows = [
        await rowsOf(path, 'select * from replay_key'),
        await rowsOf(path, 'select * from kept_answer'),
      ]
      expect(JSON.stringify(rows)).not.toContain('the secret itself')
    })
  })

  it('whatever is asked and whoever dies, a message has one recorded answer, and only its caller is told it', async () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ does: fc.constantFrom('ask', 'steal'), process: fc.nat(1), message: fc.nat(3) }),
      fc.record({ does: fc.constantFrom('keep', 'record', 'complete'), message: fc.nat(3) }),
      fc.record({ does: fc.constant('die' as const), process: fc.nat(1) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const path = await newPlace()
        const processes = [
          await processOf(path, { number: 1 }),
          await processOf(path, { number: 2 }),
        ]
        /** attempts under way, and how far each has come */
        const running = new Map<
          number,
          { attempt: Attempt; process: number; kept?: string; recorded: boolean }
        >()
        /** answers whose last entry is in the journal, by message */
        const journal = new Map<number, string>()
        for (const one of steps) {
          if (one.does === 'die') {
            const closed = [...journal.keys()].map((index) => `ticket of ${index}`)
            processes[one.process] = await processOf(path, { number: one.process + 1, closed })
            for (const [index, { process }] of running)
              if (process === one.process) running.delete(index)
            continue
          }
          const index = one.message
          const under = running.get(index)
          if (one.does === 'steal') {
            const stolen = message(`${index}`, { secret: randomBytes(256) })
            const known = await processes[one.process]!.isKnown(`${index}`)
            if (known) expect(await verdictOf(processes[one.process]!, stolen)).toBe('same')
          } else if (one.does === 'ask') {
            const verdict = await processes[one.process]!.check(message(`${index}`))
            if (verdict.kind === 'answered') {
              expect(Buffer.from(verdict.answer.bytes).toString()).toBe(journal.get(index))
            } else if (verdict.kind === 'inProgress') {
              // its process lives, or the word that it is recorded has not come round yet
              expect(under !== undefined || journal.has(index)).toBe(true)
            } else {
              expect(['fresh', 'again']).toContain(verdict.kind)
              expect(under).toBeUndefined()
              expect(journal.has(index)).toBe(false)
              const { attempt } = verdict as { attempt: Attempt }
              expect(attempt.ticket).toBe(`ticket of ${index}`)
              running.set(index, { attempt, process: one.process, recorded: false })
            }
          } else if (under !== undefined) {
            if (one.does === 'keep' && under.kept === undefined) {
              under.kept = `${index} by ${under.attempt.number}`
              await under.attempt.keep(told(under.kept))
            } else if (one.does === 'record' && under.kept !== undefined && !under.recorded) {
              expect(journal.has(index)).toBe(false)
              under.recorded = true
              journal.set(index, under.kept)
            } else if (one.does === 'complete' && under.recorded) {
              under.attempt.complete()
              running.delete(index)
            }
          }
        }
        await closeAll()
      }),
      { numRuns: kind.runs },
    )
  })
})
