import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { HotDatabase, removeDamagedHotDatabase } from '../../src/store/hot-db.ts'
import type { ReceivedMessage, ReplayStore } from '../../src/ws-security/replay.ts'
import { racerPlace, storeKinds } from './replay-stores.ts'
import { temporaryDirectory } from './temporary.ts'

// a server starts slowly on a busy machine
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const message = (digest: string, rest: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  digest,
  signer: 'phare',
  messageId: undefined,
  expiresAtMs: 1000,
  ticket: `ticket of ${digest}`,
  secret: undefined,
  ...rest,
})

const kindOf = async (store: ReplayStore, asked: ReceivedMessage) => (await store.check(asked)).kind

const hotPath = () => join(temporaryDirectory(), 'hot.db')

describe.each(storeKinds)('replay keys in $name', (kind) => {
  beforeAll(() => kind.begin())
  afterAll(() => kind.end())

  it('are fresh once, then the same, also after the store was opened again', async () => {
    const place = await kind.newPlace()
    const first = await kind.open(place)
    expect(await kindOf(first, message('a'))).toBe('fresh')
    expect(await kindOf(first, message('a'))).toBe('same')
    await first.close()
    const second = await kind.open(place)
    expect(await kindOf(second, message('a'))).toBe('same')
    expect(await kindOf(second, message('b'))).toBe('fresh')
    await second.close()
  })

  it('conflict when a message id comes again with other content from the same signer', async () => {
    const hot = await kind.open(await kind.newPlace())
    const id = { messageId: 'urn:uuid:1' }
    expect(await kindOf(hot, message('a', id))).toBe('fresh')
    expect(await kindOf(hot, message('b', id))).toBe('conflict')
    expect(await kindOf(hot, message('b', id))).toBe('conflict')
    expect(await kindOf(hot, message('a', id))).toBe('same')
    expect(await kindOf(hot, message('c', { ...id, signer: 'vdab' }))).toBe('fresh')
    await hot.close()
  })

  it('do not conflict where messages have no id', async () => {
    const hot = await kind.open(await kind.newPlace())
    expect(await kindOf(hot, message('a'))).toBe('fresh')
    expect(await kindOf(hot, message('b'))).toBe('fresh')
    await hot.close()
  })

  it('go when they have expired, not before, so that the table does not grow without end', async () => {
    const place = await kind.newPlace()
    let nowMs = 0
    const hot = await kind.open(place, { nowMs: () => nowMs })
    for (let round = 0; round < 20; round += 1) {
      for (let index = 0; index < 100; index += 1)
        await hot.check(message(`${round}-${index}`, { expiresAtMs: nowMs + 1000 }))
      expect(await kindOf(hot, message(`${round}-0`))).toBe('same')
      await hot.look()
      nowMs += 500
    }
    await hot.close()
    const sql = 'select cast(count(*) as integer) as count from replay_key'
    const [{ count } = {}] = await kind.rows(place, sql)
    // 200 are alive; what the last sweep had not reached may stand beside them
    expect(count).toBeGreaterThanOrEqual(200)
    expect(count).toBeLessThan(400)
  })

  it('refuse messages when the table is full: none is forgotten for another', async () => {
    const hot = await kind.open(await kind.newPlace(), { small: true })
    const kept: string[] = []
    let refused: unknown
    for (let index = 0; refused === undefined; index += 1) {
      await hot.look()
      const digest = `digest-${index}`.padEnd(64, '.')
      await hot.check(message(digest)).then(
        () => kept.push(digest),
        (error: unknown) => (refused = error),
      )
    }
    expect(refused).toMatchObject({
      code: 'OVERLOADED',
      message: kind.fullText,
    })
    expect(kept.length).toBeGreaterThan(50)
    for (const digest of kept) expect(await kindOf(hot, message(digest))).toBe('same')
    await hot.close()
  })

  it('refuse messages when they cannot be kept for another reason', async () => {
    const place = await kind.newPlace()
    const hot = await kind.open(place)
    await kind.dropKeys(place)
    await expect(hot.check(message('a'))).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'replay key cannot be kept',
    })
    await hot.close()
  })

  it('that were put back are known, and leave the known ones as they are', async () => {
    const place = await kind.newPlace()
    const before = await kind.open(place)
    expect(await kindOf(before, message('a', { messageId: 'urn:uuid:1' }))).toBe('fresh')
    await before.close()
    await kind.restore(
      place,
      ['a', 'b'].map((digest) => ({
        kind: 'received',
        message: { ...message(digest), attempt: 1 },
      })),
    )
    const hot = await kind.open(place)
    expect(await kindOf(hot, message('a'))).toBe('same')
    expect(await kindOf(hot, message('b'))).toBe('same')
    expect(await kindOf(hot, message('c', { messageId: 'urn:uuid:1' }))).toBe('conflict')
    await hot.close()
  })

  it('let exactly one of two processes have a message fresh', { timeout: 60_000 }, async () => {
    const place = await kind.newPlace()
    const racers = [1, 2].map((number) => racer(racerPlace(kind, place), number))
    expect(await Promise.all(racers.map(({ next }) => next()))).toEqual(['ready', 'ready'])
    const rounds: string[] = []
    for (let round = 0; round < 500; round += 1) {
      for (const { check } of racers) check(round)
      const verdicts = await Promise.all(racers.map(({ next }) => next()))
      rounds.push(verdicts.sort().join(' '))
    }
    for (const { end } of racers) end()
    expect(new Set(rounds)).toEqual(new Set(['fresh same']))
  })
})

/** A process over the store at the place; `next` is the next line it says. */
function racer(place: readonly string[], number: number) {
  const program = join(import.meta.dirname, 'replay-racer.ts')
  const child = spawn(process.execPath, [program, `${number}`, ...place], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    next: async () => String((await lines.next()).value),
    check: (round: number) => child.stdin.write(`${round}\n`),
    end: () => child.stdin.end(),
  }
}

describe('a damaged hot.db', () => {
  it('is removed before a start', async () => {
    const path = hotPath()
    writeFileSync(path, 'no database at all, but long enough to look like one'.repeat(200))
    expect(removeDamagedHotDatabase(path)).toBe(true)
    const hot = new HotDatabase(path, { nowMs: () => 0 })
    expect(await kindOf(hot, message('a'))).toBe('fresh')
    hot.close()
  })

  it('is told from a whole one, which stays', async () => {
    const path = hotPath()
    const hot = new HotDatabase(path, { nowMs: () => 0 })
    await hot.check(message('a'))
    hot.close()
    expect(removeDamagedHotDatabase(path)).toBe(false)
    const again = new HotDatabase(path, { nowMs: () => 0 })
    expect(await kindOf(again, message('a'))).toBe('same')
    again.close()
  })
})
