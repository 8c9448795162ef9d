import { describe, expect, it } from 'vitest'
import { EntryChain, readEntry, splitLines, verifyJournal } from '../../src/audit/entry-chain.ts'
import {
  GroupCommit,
  groupDelayMsMax,
  groupEntriesMax,
  type CommitPace,
  type DurableFile,
} from '../../src/audit/group-commit.ts'
import { entry, header } from './entries.ts'

/** A file whose writes and syncs end when the test says so. */
class HeldFile implements DurableFile {
  readonly groups: string[][] = []
  readonly calls: string[] = []
  #end: { resolve: () => void; reject: (error: Error) => void } | undefined

  write(bytes: Uint8Array): Promise<void> {
    this.groups.push(
      [...splitLines(bytes)].map(({ bytes: line }) => readEntry(line)?.ticket ?? 'header'),
    )
    return this.#held('write')
  }
  sync(): Promise<void> {
    return this.#held('sync')
  }
  #held(call: string): Promise<void> {
    this.calls.push(call)
    return new Promise((resolve, reject) => {
      this.#end = { resolve, reject }
    })
  }
  async succeed(): Promise<void> {
    this.#end?.resolve()
    await settle()
  }
  async fail(): Promise<void> {
    this.#end?.reject(new Error('no space left on device'))
    await settle()
  }
  async succeedBoth(): Promise<void> {
    await this.succeed()
    await this.succeed()
  }
}

const settle = async () => {
  for (let count = 0; count < 10; count += 1) await Promise.resolve()
}

/** An event loop whose turns and clock the test moves. */
class Loop implements CommitPace {
  clockMs = 0
  #ends: (() => void)[] = []
  readonly nowMs = () => this.clockMs
  readonly endOfTurn = (flush: () => void) => void this.#ends.push(flush)
  async turn(): Promise<void> {
    for (const end of this.#ends.splice(0)) end()
    await settle()
  }
}

function open() {
  const file = new HeldFile()
  const loop = new Loop()
  const chain = new EntryChain()
  chain.begin(header)
  const journal = new GroupCommit(file, chain, loop)
  const log: string[] = []
  const append = (ticket: string) =>
    journal.append(entry(ticket)).then(
      () => log.push(`${ticket} durable`),
      (error: unknown) => log.push(`${ticket} ${(error as { code: string }).code}`),
    )
  return { file, loop, journal, log, append }
}

describe('group commit', () => {
  it('resolves only after the sync that covers the entry', async () => {
    const { file, loop, log, append } = open()
    void append('a')
    await loop.turn()
    expect(file.calls).toEqual(['write'])
    await file.succeed()
    expect(file.calls).toEqual(['write', 'sync'])
    expect(log).toEqual([])
    await file.succeed()
    expect(log).toEqual(['a durable'])
  })

  it('sends a lone entry at the end of the turn, without waiting for the clock', async () => {
    const { file, loop, append } = open()
    void append('a')
    await loop.turn()
    expect(loop.clockMs).toBe(0)
    expect(file.groups).toEqual([['a']])
  })

  it('lets the appends of one turn share a write and a sync', async () => {
    const { file, loop, log, append } = open()
    void append('a')
    void append('b')
    await loop.turn()
    await file.succeedBoth()
    expect(file.calls).toEqual(['write', 'sync'])
    expect(file.groups).toEqual([['a', 'b']])
    expect(log).toEqual(['a durable', 'b durable'])
  })

  it('gathers while a sync runs, and does not count those entries as covered by it', async () => {
    const { file, loop, log, append } = open()
    void append('a')
    await loop.turn()
    await file.succeed()
    void append('b')
    void append('c')
    await loop.turn()
    await file.succeed()
    expect(log).toEqual(['a durable'])
    await loop.turn()
    await file.succeedBoth()
    expect(file.groups).toEqual([['a'], ['b', 'c']])
    expect(log).toEqual(['a durable', 'b durable', 'c durable'])
  })

  it('sends a group at 64 entries, before the turn ends, and never a larger one', async () => {
    const { file, loop, append } = open()
    for (let count = 0; count < 2 * groupEntriesMax + 3; count += 1) void append(String(count))
    await settle()
    expect(file.groups.map((group) => group.length)).toEqual([64])
    await file.succeedBoth()
    await file.succeedBoth()
    await loop.turn()
    await file.succeedBoth()
    expect(file.groups.map((group) => group.length)).toEqual([64, 64, 3])
  })

  it('sends a group in the middle of a turn when its first entry has waited 2 ms', async () => {
    const { file, loop, append } = open()
    void append('a')
    loop.clockMs = groupDelayMsMax - 0.1
    void append('b')
    expect(file.groups).toEqual([])
    loop.clockMs = groupDelayMsMax
    void append('c')
    await settle()
    expect(file.groups).toEqual([['a', 'b', 'c']])
  })

  it('keeps the chain in the order of append', async () => {
    const chain = new EntryChain()
    let bytes = Buffer.from(chain.begin(header))
    const file: DurableFile = {
      write: (more) => {
        bytes = Buffer.concat([bytes, more])
        return Promise.resolve()
      },
      sync: () => Promise.resolve(),
    }
    const journal = new GroupCommit(file, chain, { endOfTurn: setImmediate, nowMs: () => 0 })
    const tickets = Array.from({ length: 200 }, (_, index) => String(index))
    await Promise.all(tickets.map((ticket) => journal.append(entry(ticket))))
    expect(verifyJournal(splitLines(bytes))).toMatchObject({ kind: 'whole', lines: 201 })
    const read = [...splitLines(bytes)].slice(1).map((line) => readEntry(line.bytes)?.ticket)
    expect(read).toEqual(tickets)
  })

  for (const failing of ['write', 'sync'] as const) {
    it(`rejects every waiting append when a ${failing} fails, and all after it`, async () => {
      const { file, loop, log, append, journal } = open()
      void append('a')
      await loop.turn()
      if (failing === 'sync') await file.succeed()
      void append('b')
      await file.fail()
      expect(log).toEqual(['a JOURNAL_UNAVAILABLE', 'b JOURNAL_UNAVAILABLE'])
      expect(journal.isOpen).toBe(false)
      const calls = file.calls.length
      await expect(journal.append(entry('c'))).rejects.toMatchObject({
        code: 'JOURNAL_UNAVAILABLE',
        message: 'journal cannot be written',
        cause: new Error('no space left on device'),
      })
      await loop.turn()
      await loop.turn()
      // nothing is tried again: after a failed sync nobody knows what is on the disk
      expect(file.calls.length).toBe(calls)
      await journal.close()
    })
  }

  it('closes after what was appended is durable, and refuses what comes later', async () => {
    const { file, loop, log, append, journal } = open()
    void append('a')
    let closed = false
    const closing = journal.close().then(() => (closed = true))
    await expect(journal.append(entry('b'))).rejects.toMatchObject({
      code: 'JOURNAL_UNAVAILABLE',
      message: 'journal is closed',
    })
    await loop.turn()
    await file.succeed()
    expect(closed).toBe(false)
    await file.succeed()
    await closing
    expect(log).toEqual(['a durable'])
    expect(closed).toBe(true)
  })
})
