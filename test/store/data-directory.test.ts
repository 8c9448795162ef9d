import { chmodSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  createDataDirectory,
  dataPaths,
  holdLock,
  loadKeys,
  openStore,
  prepareDataDirectory,
} from '../../src/store/data-directory.ts'
import { entry } from '../audit/entries.ts'
import { createSample, ssin } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

const startMs = Date.UTC(2026, 3, 15, 8)
const replayLifetimeMs = 600_000

function sampleDirectory(): string {
  const directory = join(temporaryDirectory(), 'data')
  createSample(createDataDirectory(directory).registers)
  return directory
}

/** One run of a gateway: prepares, opens process 1, does the work, closes all. */
async function run<T>(
  directory: string,
  nowMs: number,
  work: (
    store: Awaited<ReturnType<typeof openStore>>,
    prepared: ReturnType<typeof prepareDataDirectory>,
  ) => Promise<T>,
  lifetimeMs = replayLifetimeMs,
): Promise<T> {
  const options = { nowMs: () => nowMs, replayLifetimeMs: lifetimeMs }
  const prepared = prepareDataDirectory(directory, options)
  try {
    const store = await openStore(directory, { ...options, process: 1 })
    try {
      return await work(store, prepared)
    } finally {
      await store.close()
    }
  } finally {
    prepared.close()
  }
}

const received = (digest: string) => ({
  digest,
  signer: 'phare',
  messageId: undefined,
  expiresAtMs: startMs + replayLifetimeMs,
  ticket: 'ticket',
  secret: undefined,
})

describe('data directory', () => {
  it('gives a second start all that the first had', async () => {
    const directory = sampleDirectory()
    const first = await run(directory, startMs, async (store) => {
      expect(store.recovery).toBeUndefined()
      expect(await store.replay.check(received('m1'))).toEqual({ kind: 'fresh' })
      await store.journal.append(entry('t1'))
      return { digest: store.personDigest(ssin(1)), offsetKey: store.offsetKey }
    })
    await run(directory, startMs + 1000, async (store) => {
      expect(store.recovery).toMatchObject({ lines: 2, cutBytes: 0 })
      expect(await store.replay.check(received('m1'))).toEqual({ kind: 'same' })
      expect(await store.registers.person(ssin(1))).toMatchObject({ status: { kind: 'active' } })
      expect(store.personDigest(ssin(1))).toBe(first.digest)
      expect(store.offsetKey.equals(first.offsetKey)).toBe(true)
    })
  })

  it('knows replayed messages by its journals when hot.db is gone or damaged', async () => {
    const directory = sampleDirectory()
    const at = new Date(startMs).toISOString()
    await run(directory, startMs, async ({ journal }) => {
      await journal.append(entry('t1', { kind: 'granted', at, message: 'm1', signer: 'phare' }))
      await journal.append(entry('t1', { kind: 'answered', at }))
    })
    for (const damage of [
      () => rmSync(dataPaths(directory).hot),
      () => writeFileSync(dataPaths(directory).hot, 'no database'.repeat(2000)),
    ]) {
      damage()
      await run(directory, startMs + 1000, async (store, prepared) => {
        expect(prepared.messagesRemembered).toBe(1)
        expect(await store.replay.check(received('m1'))).toEqual({ kind: 'same' })
        expect(await store.replay.check(received('m2'))).toEqual({ kind: 'fresh' })
      })
    }
    // a message that is refused by its timestamp anyway is not remembered any more
    await run(directory, startMs + replayLifetimeMs, (_, prepared) => {
      expect(prepared.messagesRemembered).toBe(0)
      return Promise.resolve()
    })
  })

  it('forgets no message when its life was made shorter, nor when it was made longer, and hot.db is gone', async () => {
    const directory = sampleDirectory()
    const hour = 3_600_000
    const { hot } = dataPaths(directory)
    const at = new Date(startMs).toISOString()
    const first = entry('t1', { kind: 'granted', at, message: 'm1', signer: 'phare' })
    await run(directory, startMs, ({ journal }) => journal.append(first), hour)
    const verdictAt = async (ms: number, lifetimeMs: number) => {
      rmSync(hot)
      const judge: Parameters<typeof run>[2] = (store) => store.replay.check(received('m1'))
      return run(directory, ms, judge, lifetimeMs)
    }
    expect(await verdictAt(startMs + hour - 2, 1_000)).toEqual({ kind: 'same' })
    expect(await verdictAt(startMs + hour - 1, 2 * hour)).toEqual({ kind: 'same' })
    expect(await verdictAt(startMs + hour, 1_000)).toEqual({ kind: 'fresh' })
  })

  it('lets a message be answered whose answer could not be signed, also when hot.db is gone', async () => {
    const directory = sampleDirectory()
    const at = new Date(startMs).toISOString()
    await run(directory, startMs, async ({ journal }) => {
      await journal.append(entry('t1', { kind: 'granted', at, message: 'm1', signer: 'phare' }))
      await journal.append(entry('t1', { kind: 'failed', at, code: 'SIGNING_UNAVAILABLE' }))
    })
    rmSync(dataPaths(directory).hot)
    await run(directory, startMs + 1000, async ({ replay }) => {
      const again = { ...received('m1'), secret: Buffer.from('its SignatureValue') }
      expect(await replay.check(again)).toMatchObject({ kind: 'again', attempt: { number: 2 } })
    })
  })

  it('does not take a message for used up that was refused because it could not be remembered', async () => {
    const directory = sampleDirectory()
    const at = new Date(startMs).toISOString()
    await run(directory, startMs, async ({ journal }) => {
      const refused = { kind: 'refused', at, message: 'm1', signer: 'phare' } as const
      await journal.append(entry('t1', { ...refused, code: 'OVERLOADED' }))
      await journal.append(entry('t2', { ...refused, message: 'm2', code: 'NOT_AUTHORISED' }))
    })
    rmSync(dataPaths(directory).hot)
    await run(directory, startMs + 1000, async ({ replay }) => {
      expect(await replay.check(received('m1'))).toEqual({ kind: 'fresh' })
      expect(await replay.check(received('m2'))).toEqual({ kind: 'same' })
    })
  })

  it('belongs to one gateway at a time', () => {
    const directory = sampleDirectory()
    const prepare = () =>
      prepareDataDirectory(directory, { nowMs: () => startMs, replayLifetimeMs })
    const first = prepare()
    expect(prepare).toThrow('data directory is in use by another gateway')
    first.close()
    prepare().close()
  })

  it('refuses two processes of one number, and takes two of different numbers', async () => {
    const directory = sampleDirectory()
    prepareDataDirectory(directory, { nowMs: () => startMs, replayLifetimeMs }).close()
    const open = (process: number) => openStore(directory, { process, nowMs: () => startMs })
    const one = await open(1)
    const two = await open(2)
    await expect(open(1)).rejects.toThrow('process-1.lock` is locked')
    await one.close()
    await two.close()
    expect(readdirSync(dataPaths(directory).journals)).toHaveLength(2)
  })

  it('is refused when others may read it: the databases in it are as open as it is', () => {
    const directory = sampleDirectory()
    chmodSync(directory, 0o750)
    expect(() =>
      prepareDataDirectory(directory, { nowMs: () => startMs, replayLifetimeMs }),
    ).toThrow(`data directory \`${directory}\` is open to others: chmod 700`)
    chmodSync(directory, 0o700)
    prepareDataDirectory(directory, { nowMs: () => startMs, replayLifetimeMs }).close()
  })

  it('needs registers: nobody serves an empty country by mistake', () => {
    const directory = join(temporaryDirectory(), 'data')
    expect(() =>
      prepareDataDirectory(directory, { nowMs: () => startMs, replayLifetimeMs }),
    ).toThrow('no registers in')
  })

  it('frees everything when the journal cannot be opened', async () => {
    const directory = sampleDirectory()
    const path = await run(directory, startMs, ({ journal }) => Promise.resolve(journal.path))
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace('"process":1', '"process":2'))
    const open = () => openStore(directory, { process: 1, nowMs: () => startMs + 1000 })
    await expect(open()).rejects.toThrow('is broken at line 1: hash does not match')
    writeFileSync(path, text)
    await (await open()).close()
  })
})

describe('keys of a data directory', () => {
  it('are made once, 32 bytes each, different, readable by the owner only', () => {
    const paths = createDataDirectory(join(temporaryDirectory(), 'data'))
    const keys = loadKeys(paths)
    expect(keys.journalDigest).toHaveLength(32)
    expect(keys.journalDigest.equals(keys.offset)).toBe(false)
    expect(loadKeys(paths)).toEqual(keys)
    expect(readdirSync(paths.keys)).toEqual(['journal-digest.key', 'offset.key'])
    for (const name of readdirSync(paths.keys))
      expect(statSync(join(paths.keys, name)).mode & 0o777).toBe(0o600)
    expect(statSync(paths.keys).mode & 0o777).toBe(0o700)
  })

  it('are refused when others may read them, or when they are cut', () => {
    const paths = createDataDirectory(join(temporaryDirectory(), 'data'))
    loadKeys(paths)
    const path = join(paths.keys, 'offset.key')
    chmodSync(path, 0o640)
    expect(() => loadKeys(paths)).toThrow('key `offset.key` is open to others')
    chmodSync(path, 0o600)
    writeFileSync(path, 'short')
    expect(() => loadKeys(paths)).toThrow('key `offset.key` is not 32 bytes')
  })

  it('are not made again beside journals: the digests in them would mean nothing more', async () => {
    const directory = sampleDirectory()
    await run(directory, startMs, () => Promise.resolve())
    const paths = dataPaths(directory)
    rmSync(join(paths.keys, 'journal-digest.key'))
    expect(() => loadKeys(paths)).toThrow('key `journal-digest.key` is gone though journals exist')
  })
})

it('a lock is free again when it is given back', () => {
  const path = join(temporaryDirectory(), 'lock')
  const release = holdLock(path)
  expect(() => holdLock(path)).toThrow('is locked')
  release()
  holdLock(path)()
})
