import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { openHotDatabase, removeDamagedHotDatabase } from '../../src/store/hot-db.ts'
import type { ReceivedMessage } from '../../src/ws-security/replay.ts'
import { temporaryDirectory } from './temporary.ts'

const message = (digest: string, rest: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  digest,
  signer: 'phare',
  messageId: undefined,
  expiresAtMs: 1000,
  ...rest,
})

const hotPath = () => join(temporaryDirectory(), 'hot.db')

describe('replay keys', () => {
  it('are fresh once, then the same, also after the store was opened again', async () => {
    const path = hotPath()
    const first = openHotDatabase(path, { nowMs: () => 0 })
    expect(await first.check(message('a'))).toBe('fresh')
    expect(await first.check(message('a'))).toBe('same')
    first.close()
    const second = openHotDatabase(path, { nowMs: () => 0 })
    expect(await second.check(message('a'))).toBe('same')
    expect(await second.check(message('b'))).toBe('fresh')
    second.close()
  })

  it('conflict when a message id comes again with other content from the same signer', async () => {
    const hot = openHotDatabase(hotPath(), { nowMs: () => 0 })
    const id = { messageId: 'urn:uuid:1' }
    expect(await hot.check(message('a', id))).toBe('fresh')
    expect(await hot.check(message('b', id))).toBe('conflict')
    expect(await hot.check(message('b', id))).toBe('conflict')
    expect(await hot.check(message('a', id))).toBe('same')
    expect(await hot.check(message('c', { ...id, signer: 'vdab' }))).toBe('fresh')
    hot.close()
  })

  it('do not conflict where messages have no id', async () => {
    const hot = openHotDatabase(hotPath(), { nowMs: () => 0 })
    expect(await hot.check(message('a'))).toBe('fresh')
    expect(await hot.check(message('b'))).toBe('fresh')
    hot.close()
  })

  it('go when they have expired, not before, so that the table does not grow without end', async () => {
    const path = hotPath()
    let nowMs = 0
    const hot = openHotDatabase(path, { nowMs: () => nowMs })
    for (let round = 0; round < 20; round += 1) {
      for (let index = 0; index < 100; index += 1)
        await hot.check(message(`${round}-${index}`, { expiresAtMs: nowMs + 1000 }))
      expect(await hot.check(message(`${round}-0`))).toBe('same')
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
    const hot = openHotDatabase(hotPath(), { nowMs: () => 0, pagesMax: 16 })
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
    for (const digest of kept) expect(await hot.check(message(digest))).toBe('same')
    hot.close()
  })

  it('refuse messages when they cannot be kept for another reason', async () => {
    const path = hotPath()
    const hot = openHotDatabase(path, { nowMs: () => 0 })
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
    const hot = openHotDatabase(hotPath(), { nowMs: () => 0 })
    expect(await hot.check(message('a', { messageId: 'urn:uuid:1' }))).toBe('fresh')
    hot.remember([message('a'), message('b')])
    expect(await hot.check(message('a'))).toBe('same')
    expect(await hot.check(message('b'))).toBe('same')
    expect(await hot.check(message('c', { messageId: 'urn:uuid:1' }))).toBe('conflict')
    hot.close()
  })

  it('let exactly one of two processes have a message fresh', { timeout: 60_000 }, async () => {
    const path = hotPath()
    openHotDatabase(path, { nowMs: () => 0 }).close()
    const count = 10_000
    const racer = () => {
      const child = spawn(process.execPath, [
        join(import.meta.dirname, 'replay-racer.ts'),
        path,
        String(count),
      ])
      let text = ''
      child.stderr.on('data', (data: Buffer) => (text += data.toString()))
      const ready = new Promise<void>((resolve) => {
        child.stdout.on('data', (data: Buffer) => {
          text += data.toString()
          if (text.startsWith('ready')) resolve()
        })
      })
      const done = new Promise<{ fresh: number[]; same: number }>((resolve, reject) => {
        child.on('close', (code) => {
          if (code !== 0) reject(new Error(text))
          else resolve(JSON.parse(text.split('\n')[1]!) as { fresh: number[]; same: number })
        })
      })
      return { ready, done, go: () => child.stdin.end('go\n') }
    }
    const racers = [racer(), racer()] as const
    await Promise.all(racers.map(({ ready }) => ready))
    for (const { go } of racers) go()
    const [one, two] = await Promise.all([racers[0].done, racers[1].done])
    const fresh = [...one.fresh, ...two.fresh].sort((a, b) => a - b)
    expect(fresh).toEqual(Array.from({ length: count }, (_, index) => index))
    expect(one.same + two.same).toBe(count)
    // both had a part: the race was one
    expect(Math.min(one.fresh.length, two.fresh.length)).toBeGreaterThan(0)
  })
})

describe('a damaged hot.db', () => {
  it('is removed before a start', async () => {
    const path = hotPath()
    writeFileSync(path, 'no database at all, but long enough to look like one'.repeat(200))
    expect(removeDamagedHotDatabase(path)).toBe(true)
    const hot = openHotDatabase(path, { nowMs: () => 0 })
    expect(await hot.check(message('a'))).toBe('fresh')
    hot.close()
  })

  it('is told from a whole one, which stays', async () => {
    const path = hotPath()
    const hot = openHotDatabase(path, { nowMs: () => 0 })
    await hot.check(message('a'))
    hot.close()
    expect(removeDamagedHotDatabase(path)).toBe(false)
    const again = openHotDatabase(path, { nowMs: () => 0 })
    expect(await again.check(message('a'))).toBe('same')
    again.close()
  })
})
