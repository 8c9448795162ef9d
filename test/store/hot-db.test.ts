import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { HotDatabase, removeDamagedHotDatabase } from '../../src/store/hot-db.ts'
import type { ReceivedMessage } from '../../src/ws-security/replay.ts'
import { temporaryDirectory } from './temporary.ts'

const message = (digest: string, rest: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  digest,
  signer: 'phare',
  messageId: undefined,
  expiresAtMs: 1000,
  ticket: `ticket of ${digest}`,
  secret: undefined,
  ...rest,
})

const kindOf = async (hot: HotDatabase, asked: ReceivedMessage) => (await hot.check(asked)).kind

const hotPath = () => join(temporaryDirectory(), 'hot.db')

describe('replay keys', () => {
  it('are fresh once, then the same, also after the store was opened again', async () => {
    const path = hotPath()
    const first = new HotDatabase(path, { nowMs: () => 0 })
    expect(await kindOf(first, message('a'))).toBe('fresh')
    expect(await kindOf(first, message('a'))).toBe('same')
    first.close()
    const second = new HotDatabase(path, { nowMs: () => 0 })
    expect(await kindOf(second, message('a'))).toBe('same')
    expect(await kindOf(second, message('b'))).toBe('fresh')
    second.close()
  })

  it('conflict when a message id comes again with other content from the same signer', async () => {
    const hot = new HotDatabase(hotPath(), { nowMs: () => 0 })
    const id = { messageId: 'urn:uuid:1' }
    expect(await kindOf(hot, message('a', id))).toBe('fresh')
    expect(await kindOf(hot, message('b', id))).toBe('conflict')
    expect(await kindOf(hot, message('b', id))).toBe('conflict')
    expect(await kindOf(hot, message('a', id))).toBe('same')
    expect(await kindOf(hot, message('c', { ...id, signer: 'vdab' }))).toBe('fresh')
    hot.close()
  })

  it('do not conflict where messages have no id', async () => {
    const hot = new HotDatabase(hotPath(), { nowMs: () => 0 })
    expect(await kindOf(hot, message('a'))).toBe('fresh')
    expect(await kindOf(hot, message('b'))).toBe('fresh')
    hot.close()
  })

  it('go when they have expired, not before, so that the table does not grow without end', async () => {
    const path = hotPath()
    let nowMs = 0
    const hot = new HotDatabase(path, { nowMs: () => nowMs })
    for (let round = 0; round < 20; round += 1) {
      for (let index = 0; index < 100; index += 1)
        await hot.check(message(`${round}-${index}`, { expiresAtMs: nowMs + 1000 }))
      expect(await kindOf(hot, message(`${round}-0`))).toBe('same')
      nowMs += 500
    }
    hot.close()
    const db = new DatabaseSync(path)
    const count = Number(db.prepare('select count(digest) as n from replay_key').get()?.['n'])
    db.close()
    // 200 are alive; what the last sweep had not reached may stand beside them
    expect(count).toBeGreaterThanOrEqual(200)
    expect(count).toBeLessThan(400)
  })

  it('refuse messages when the table is full: none is forgotten for another', async () => {
    const hot = new HotDatabase(hotPath(), { nowMs: () => 0, keyPagesMax: 24 })
    const kept: string[] = []
    let refused: unknown
    for (let index = 0; refused === undefined; index += 1) {
      const digest = `digest-${index}`.padEnd(64, '.')
      await hot.check(message(digest)).then(
        () => kept.push(digest),
        (error: unknown) => (refused = error),
      )
    }
    expect(refused).toMatchObject({
      code: 'OVERLOADED',
      message: 'replay keys are full or locked',
    })
    expect(kept.length).toBeGreaterThan(50)
    for (const digest of kept) expect(await kindOf(hot, message(digest))).toBe('same')
    hot.close()
  })

  it('refuse messages when they cannot be kept for another reason', async () => {
    const path = hotPath()
    const hot = new HotDatabase(path, { nowMs: () => 0 })
    const other = new DatabaseSync(path)
    other.exec('drop table replay_key')
    other.close()
    await expect(hot.check(message('a'))).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'replay key cannot be kept',
    })
    hot.close()
  })

  it('that were put back are known, and leave the known ones as they are', async () => {
    const hot = new HotDatabase(hotPath(), { nowMs: () => 0 })
    expect(await kindOf(hot, message('a', { messageId: 'urn:uuid:1' }))).toBe('fresh')
    hot.restore(({ received }) => {
      for (const digest of ['a', 'b']) received({ ...message(digest), attempt: 1 })
    })
    expect(await kindOf(hot, message('a'))).toBe('same')
    expect(await kindOf(hot, message('b'))).toBe('same')
    expect(await kindOf(hot, message('c', { messageId: 'urn:uuid:1' }))).toBe('conflict')
    hot.close()
  })

  it('let exactly one of two processes have a message fresh', { timeout: 60_000 }, async () => {
    const path = hotPath()
    const racers = [racer(path), racer(path)] as const
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

/** A process over the hot.db at the path; `next` is the next line it says. */
function racer(path: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'replay-racer.ts'), path], {
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
