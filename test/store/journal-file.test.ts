import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EntryChain, readEntry } from '../../src/audit/entry-chain.ts'
import { GroupCommit } from '../../src/audit/group-commit.ts'
import {
  createJournalFile,
  durableFile,
  eventLoopPace,
  listJournals,
  openJournal,
  readJournalLines,
  verifyJournalFile,
} from '../../src/store/journal-file.ts'
import { entry, header } from '../audit/entries.ts'
import { temporaryDirectory } from './temporary.ts'

const at = (hour: number) => Date.UTC(2026, 3, 15, hour)

/** Opens the journal of a process, appends the tickets and closes it. */
async function session(directory: string, hour: number, tickets: string[], process = 1) {
  const { journal, recovery } = await openJournal({ directory, process, startedAtMs: at(hour) })
  await Promise.all(tickets.map((ticket) => journal.append(entry(ticket))))
  await journal.close()
  return { path: journal.path, recovery }
}

describe('journal files', () => {
  it('are one a start, named after process and number, and hold what was appended', async () => {
    const directory = temporaryDirectory()
    const { path, recovery } = await session(directory, 8, ['a', 'b'])
    expect(readdirSync(directory)).toEqual(['journal-1-000001.jsonl'])
    expect(recovery).toBeUndefined()
    expect(verifyJournalFile(path)).toMatchObject({
      kind: 'whole',
      lines: 3,
      header: { process: 1, startedAt: '2026-04-15T08:00:00.000Z' },
    })
    const tickets = [...readJournalLines(path)].map(({ bytes }) => readEntry(bytes)?.ticket)
    expect(tickets).toEqual([undefined, 'a', 'b'])
  })

  it('go on from the file that the same process number wrote before', async () => {
    const directory = temporaryDirectory()
    const first = await session(directory, 8, ['a'])
    await session(directory, 9, ['other'], 2)
    const second = await session(directory, 10, ['b'])
    const before = verifyJournalFile(first.path)
    if (before.kind !== 'whole') throw new Error('first journal is not whole')
    expect(second.recovery).toEqual({
      file: 'journal-1-000001.jsonl',
      lines: 2,
      cutBytes: 0,
    })
    expect(verifyJournalFile(second.path)).toMatchObject({
      header: {
        after: { file: 'journal-1-000001.jsonl', sequence: 1, hash: before.hash },
      },
    })
    expect(listJournals(directory).map(({ name }) => name)).toEqual([
      'journal-1-000001.jsonl',
      'journal-1-000002.jsonl',
      'journal-2-000001.jsonl',
    ])
  })

  it('lose a torn last record at the next start, and nothing else', async () => {
    const directory = temporaryDirectory()
    const { path } = await session(directory, 8, ['a', 'b'])
    const whole = readFileSync(path)
    appendFileSync(path, whole.subarray(0, 100))
    const { recovery } = await session(directory, 9, [])
    expect(recovery).toMatchObject({ lines: 3, cutBytes: 100 })
    expect(readFileSync(path).equals(whole)).toBe(true)
  })

  it('that never held a whole header are removed, and the one before them is gone on from', async () => {
    const directory = temporaryDirectory()
    const { path } = await session(directory, 8, ['a'])
    const torn = join(directory, 'journal-1-000002.jsonl')
    writeFileSync(torn, readFileSync(path).subarray(0, 50))
    const { recovery } = await session(directory, 9, [])
    expect(recovery).toMatchObject({ file: 'journal-1-000001.jsonl' })
    expect(readdirSync(directory)).toHaveLength(2)
  })

  it('stop the start when the chain is broken, and are left as they are', async () => {
    const directory = temporaryDirectory()
    const { path } = await session(directory, 8, ['a', 'b', 'c'])
    const changed = readFileSync(path, 'utf8').replace('"ticket":"b"', '"ticket":"x"')
    writeFileSync(path, changed)
    await expect(session(directory, 9, [])).rejects.toThrow(
      'journal `journal-1-000001.jsonl` is broken at line 3: hash does not match',
    )
    expect(readFileSync(path, 'utf8')).toBe(changed)
    expect(readdirSync(directory)).toHaveLength(1)
  })

  it('are read in lines across the chunks that the disk is read in', async () => {
    const directory = temporaryDirectory()
    const place = { directory, process: 1, startedAtMs: at(8) }
    const { journal } = await openJournal(place)
    // each line is a third of a chunk or so, none ends where a chunk does
    const persons = Array.from({ length: 6000 }, (_, index) => String(index).padStart(64, '0'))
    for (let count = 0; count < 12; count += 1)
      await journal.append(entry(`t${count}`, { persons: persons.slice(count) }))
    await journal.close()
    expect(verifyJournalFile(journal.path)).toMatchObject({
      kind: 'whole',
      lines: 13,
      bytes: readFileSync(journal.path).length,
    })
  })

  it('never append to a file that exists', () => {
    const path = join(temporaryDirectory(), 'journal-1-000001.jsonl')
    createJournalFile(path).close()
    expect(() => createJournalFile(path)).toThrow('EEXIST')
  })

  it('keep their order when the clock goes back', async () => {
    const directory = temporaryDirectory()
    await session(directory, 8, ['a'])
    await session(directory, 7, ['b'])
    const { recovery } = await session(directory, 7, ['c'])
    expect(recovery).toMatchObject({ file: 'journal-1-000002.jsonl', lines: 2 })
  })

  it('refuse every entry once they are closed', async () => {
    const directory = temporaryDirectory()
    const { journal } = await openJournal({ directory, process: 1, startedAtMs: at(8) })
    await journal.close()
    await expect(journal.append(entry('late'))).rejects.toMatchObject({
      code: 'JOURNAL_UNAVAILABLE',
      message: 'journal is closed',
    })
  })

  // writes to /dev/full fail as those to a full disk do
  it.runIf(existsSync('/dev/full'))('refuse every entry once the disk is full', async () => {
    const fd = openSync('/dev/full', 'a')
    const chain = new EntryChain()
    chain.begin(header)
    const journal = new GroupCommit(durableFile(fd), chain, eventLoopPace)
    const full = {
      code: 'JOURNAL_UNAVAILABLE',
      message: 'journal cannot be written',
      cause: { code: 'ENOSPC' },
    }
    await expect(journal.append(entry('a'))).rejects.toMatchObject(full)
    await expect(journal.append(entry('b'))).rejects.toMatchObject(full)
    closeSync(fd)
  })
})
