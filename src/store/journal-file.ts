import {
  closeSync,
  constants,
  fdatasync,
  openSync,
  readSync,
  readdirSync,
  truncateSync,
  unlinkSync,
  write,
} from 'node:fs'
import { dirname, join } from 'node:path'
import {
  EntryChain,
  journalFormat,
  verifyJournal,
  type JournalHeader,
  type JournalLine,
  type Verification,
} from '../audit/entry-chain.ts'
import { GroupCommit, type CommitPace, type DurableFile } from '../audit/group-commit.ts'
import type { Entry, Journal } from '../audit/journal.ts'
import { syncPath } from './sync-path.ts'

/** An append-only file on disk, open. */
export interface JournalFile extends DurableFile {
  readonly path: string
  close(): void
}

/** An open journal: one file, written by this process only. */
export interface OpenJournal extends Journal {
  readonly path: string
  /** false once a write or sync failed, or after `close`: nothing can be recorded any more */
  readonly isOpen: boolean
  /** waits until all that was appended is durable, then closes the file; append rejects from then on */
  close(): Promise<void>
}

/** What was put right when the journal of a process number was opened again. */
export interface Recovery {
  readonly file: string
  /** durable lines found, header included */
  readonly lines: number
  /** bytes of a torn last record that were cut */
  readonly cutBytes: number
}

/** Time as the event loop has it. */
export const eventLoopPace: CommitPace = {
  endOfTurn: (flush) => setImmediate(flush),
  nowMs: () => performance.now(),
}

/** Creates a new file that can only be appended to; throws when it exists. Its name is durable on return. */
export function createJournalFile(path: string): JournalFile {
  const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = constants
  const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 0o640)
  syncPath(dirname(path))
  return { ...durableFile(fd), path, close: () => closeSync(fd) }
}

/** Appends to and syncs an open file. */
export function durableFile(fd: number): DurableFile {
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        const rest = (done: number): void =>
          write(fd, bytes, done, bytes.length - done, null, (error, written) => {
            if (error !== null) reject(error)
            else if (done + written < bytes.length) rest(done + written)
            else resolve()
          })
        rest(0)
      }),
    sync: () =>
      new Promise((resolve, reject) => {
        fdatasync(fd, (error) => (error === null ? resolve() : reject(error)))
      }),
  }
}

const chunkBytes = 1 << 20

/** The lines of a journal file, in memory bounded by the longest line. */
export function* readJournalLines(path: string): Generator<JournalLine> {
  const fd = openSync(path, 'r')
  try {
    const chunk = Buffer.alloc(chunkBytes)
    let rest: Buffer = Buffer.alloc(0)
    for (;;) {
      const read = readSync(fd, chunk, 0, chunkBytes, null)
      if (read === 0) break
      let bytes = Buffer.concat([rest, chunk.subarray(0, read)])
      for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a)) {
        yield { bytes: bytes.subarray(0, end), ended: true }
        bytes = bytes.subarray(end + 1)
      }
      rest = bytes
    }
    if (rest.length > 0) yield { bytes: rest, ended: false }
  } finally {
    closeSync(fd)
  }
}

/** Verifies one journal file from its header to its end. */
export function verifyJournalFile(path: string): Verification {
  return verifyJournal(readJournalLines(path))
}

/** `journal-<process>-<number>.jsonl`: numbers, not times, give the order, because clocks go back. */
const journalName = /^journal-(\d+)-(\d{6})\.jsonl$/

interface JournalName {
  readonly name: string
  readonly process: number
  readonly number: number
}

/** Journal files of a directory by process and number; of one process number when it is given. */
export function listJournals(directory: string, process?: number): JournalName[] {
  return readdirSync(directory)
    .flatMap((name) => {
      const match = journalName.exec(name)
      return match === null ? [] : { name, process: Number(match[1]), number: Number(match[2]) }
    })
    .filter((journal) => process === undefined || journal.process === process)
    .sort((a, b) => a.process - b.process || a.number - b.number)
}

/**
 * Puts a journal right after a crash: a torn last record is cut, and nothing else. A file that holds nothing else never held
 * a durable entry and is removed (undefined). Throws when the chain is broken: that is no crash, and needs a person.
 */
function recover(
  directory: string,
  file: string,
): { recovery: Recovery; after: NonNullable<JournalHeader['after']> } | undefined {
  const path = join(directory, file)
  const found = verifyJournalFile(path)
  switch (found.kind) {
    case 'broken':
      throw new Error(
        `journal \`${file}\` is broken at line ${found.line}: ${found.reason}; see docs/operating.md`,
      )
    case 'empty':
      unlinkSync(path)
      return undefined
    case 'whole': {
      if (found.tornBytes > 0) {
        truncateSync(path, found.bytes)
        syncPath(path)
      }
      return {
        recovery: { file, lines: found.lines, cutBytes: found.tornBytes },
        after: { file, sequence: found.lines - 1, hash: found.hash },
      }
    }
  }
}

/** Where a journal is opened, and by whom. */
export interface JournalPlace {
  readonly directory: string
  /** number of the process on its machine, from 1; no two live processes share one (data-directory.ts holds a lock) */
  readonly process: number
  /** UTC ms */
  readonly startedAtMs: number
  /** how long after its reception a message can be accepted */
  readonly replayLifetimeMs?: number | undefined
}

/**
 * Recovers the journal that this process number wrote last, and begins a new file whose header names it: the chain goes
 * on from file to file, and a process appends only to a file it created.
 */
export async function openJournal(
  place: JournalPlace,
): Promise<{ journal: OpenJournal; recovery: Recovery | undefined }> {
  const { directory, process, replayLifetimeMs } = place
  let recovered: ReturnType<typeof recover>
  let number = 1
  for (const last of listJournals(directory, process).reverse()) {
    recovered = recover(directory, last.name)
    if (recovered === undefined) continue
    number = last.number + 1
    break
  }
  const name = `journal-${process}-${String(number).padStart(6, '0')}.jsonl`
  const startedAt = new Date(place.startedAtMs).toISOString()
  const file = createJournalFile(join(directory, name))
  const commit = await beginJournal(file, {
    format: journalFormat,
    process,
    startedAt,
    ...(replayLifetimeMs !== undefined && { replayLifetimeMs }),
    ...(recovered && { after: recovered.after }),
  })
  const journal: OpenJournal = {
    path: file.path,
    get isOpen() {
      return commit.isOpen
    },
    append: (entry: Entry) => commit.append(entry),
    async close() {
      await commit.close()
      file.close()
    },
  }
  return { journal, recovery: recovered?.recovery }
}

/** Writes the header durably and returns the journal over the file. */
export async function beginJournal(
  file: DurableFile,
  header: JournalHeader,
  pace: CommitPace = eventLoopPace,
): Promise<GroupCommit> {
  const chain = new EntryChain()
  await file.write(chain.begin(header))
  await file.sync()
  return new GroupCommit(file, chain, pace)
}
