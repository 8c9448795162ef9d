import { randomBytes, randomUUID } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { KeyedDigest } from '../audit/journal.ts'
import { keyedDigest } from '../audit/keyed-digest.ts'
import type { Inscriptions } from '../institutions/inscriptions.ts'
import type { ReplayStore } from '../ws-security/replay.ts'
import { openInscriptions } from './inscriptions.ts'
import { HotDatabase, removeDamagedHotDatabase, type HotOptions } from './hot-db.ts'
import { listJournals, openJournal, type OpenJournal, type Recovery } from './journal-file.ts'
import { openRegisters, type Registers } from './registers-db.ts'
import { openDimonaView, type DimonaView } from './dimona-view.ts'
import { PostgresReplay, type PostgresReplayOptions } from './postgres-replay.ts'
import { closedAmong, recallMessages, type RecallOptions } from './recall-messages.ts'
import { preparePostgresReplay } from './restore-postgres.ts'
import { syncPath } from './sync-path.ts'

/** Where the parts of a data directory lie (docs/operating.md). */
export interface DataPaths {
  readonly directory: string
  readonly registers: string
  /** periods declared by files (dimona-db.ts) */
  readonly dimona: string
  readonly hot: string
  readonly journals: string
  readonly keys: string
  readonly locks: string
}

/** The paths of a data directory; touches nothing. */
export function dataPaths(directory: string): DataPaths {
  return {
    directory,
    registers: join(directory, 'registers.db'),
    dimona: join(directory, 'dimona.db'),
    hot: join(directory, 'hot.db'),
    journals: join(directory, 'journals'),
    keys: join(directory, 'keys'),
    locks: join(directory, 'locks'),
  }
}

/** Makes the folders of a data directory where they are absent, readable by their owner only. */
export function createDataDirectory(directory: string): DataPaths {
  const paths = dataPaths(directory)
  for (const folder of [paths.directory, paths.journals, paths.keys, paths.locks])
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  return paths
}

/** What `prepareDataDirectory` did. `close` gives the directory free. */
export interface PreparedDirectory {
  readonly paths: DataPaths
  /** a power cut had damaged hot.db */
  readonly hotReplaced: boolean
  /** messages of the journals whose replay keys were put back */
  readonly messagesRemembered: number
  close(): void
}

/** How a data directory is prepared. */
export type PrepareOptions = HotOptions & RecallOptions

/**
 * Once before the serving processes start: takes the directory for this gateway alone, brings the tables to this program's
 * version, puts back from the journals the replay keys that a power cut took from hot.db, and learns from them how far the
 * attempts of the processes before had come. Throws when another gateway has the directory, when there are no registers, or
 * when something in it is not as this program left it.
 */
export function prepareDataDirectory(
  directory: string,
  options: PrepareOptions,
): PreparedDirectory {
  const { paths, release } = takeDirectory(directory)
  try {
    const hotReplaced = removeDamagedHotDatabase(paths.hot)
    waitForProcesses(paths)
    const hot = new HotDatabase(paths.hot, options)
    let messagesRemembered
    try {
      messagesRemembered = hot.restore(recallMessages(paths.journals, options))
    } finally {
      hot.close()
    }
    return { paths, hotReplaced, messagesRemembered, close: release }
  } catch (error) {
    release()
    throw error
  }
}

/** Replay keys in PostgreSQL, as far as one machine says how; the rest stands in its data directory. */
export type SharedReplayOptions = Omit<PostgresReplayOptions, 'node'>

/**
 * The same for a gateway whose replay keys are in PostgreSQL: what its journals say is put back there, and hot.db is not touched. Rejects
 * with PostgresFault too.
 */
export async function prepareSharedDirectory(
  directory: string,
  options: RecallOptions & { readonly shared: SharedReplayOptions },
): Promise<PreparedDirectory> {
  const { paths, release } = takeDirectory(directory)
  try {
    waitForProcesses(paths)
    const messagesRemembered = await preparePostgresReplay(
      options.shared.place,
      nodeOf(paths),
      recallMessages(paths.journals, options),
    )
    return { paths, hotReplaced: false, messagesRemembered, close: release }
  } catch (error) {
    release()
    throw error
  }
}

function takeDirectory(directory: string): {
  readonly paths: DataPaths
  readonly release: () => void
} {
  const paths = dataPaths(directory)
  if (!existsSync(paths.registers))
    throw new Error(`no registers in \`${directory}\`: make them with quadrivium data generate`)
  createDataDirectory(directory)
  if ((statSync(directory).mode & 0o077) !== 0)
    throw new Error(`data directory \`${directory}\` is open to others: chmod 700`)
  const release = holdLock(join(paths.locks, 'gateway.lock'))
  try {
    loadKeys(paths)
    const registers = openRegisters(paths.registers)
    openDimonaView(registers.db, paths.dimona).close()
    registers.close()
    return { paths, release }
  } catch (error) {
    release()
    throw error
  }
}

/**
 * The id under which the processes of this directory stand among those of other machines. It goes with the journals, because only they tell how far
 * these processes came; a directory that is made anew is a new node.
 */
function nodeOf({ journals }: DataPaths): string {
  const path = join(journals, 'node.id')
  if (!existsSync(path)) makeFileOnce(path, randomUUID())
  return readFileSync(path, 'utf8')
}

/** How long the processes of a gateway that was stopped may still answer. */
const endingMsMax = 10_000

/**
 * Whose first process was killed may have processes that still answer: their attempts must not be taken for given up. Throws when
 * they do not end in time.
 */
function waitForProcesses({ locks }: DataPaths): void {
  for (const name of readdirSync(locks))
    if (/^process-\d+\.lock$/.test(name)) holdLock(join(locks, name), endingMsMax)()
}

/** The keys of a data directory: 32 random bytes each, made at the first start, 0600. */
export interface DataKeys {
  /** of the keyed digests in the journal */
  readonly journalDigest: Buffer
  /** of the opaque offsets */
  readonly offset: Buffer
}

/** Loads the keys, or makes them in a directory that has no journal yet. */
export function loadKeys(paths: DataPaths): DataKeys {
  return {
    journalDigest: loadKey(paths, 'journal-digest.key'),
    offset: loadKey(paths, 'offset.key'),
  }
}

const keyBytes = 32

function loadKey({ keys, journals }: DataPaths, name: string): Buffer {
  const path = join(keys, name)
  if (!existsSync(path)) {
    if (listJournals(journals).length > 0)
      throw new Error(`key \`${name}\` is gone though journals exist: put it back from the backup`)
    makeFileOnce(path, randomBytes(keyBytes))
  }
  if ((statSync(path).mode & 0o077) !== 0)
    throw new Error(`key \`${name}\` is open to others: chmod 600`)
  const key = readFileSync(path)
  if (key.length !== keyBytes) throw new Error(`key \`${name}\` is not ${keyBytes} bytes`)
  return key
}

/** Of processes that make it at once, one wins and all read the same: a link is never half a file. */
function makeFileOnce(path: string, content: string | Uint8Array): void {
  const own = `${path}.${process.pid}`
  writeFileSync(own, content, { mode: 0o600, flag: 'wx' })
  try {
    syncPath(own)
    linkSync(own, path)
    syncPath(dirname(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(own)
  }
}

/**
 * Holds a file as a lock until the returned function is called or the process ends, however it ends: the system frees the
 * lock of SQLite with the process. Throws when another still holds it after the wait, which blocks the process.
 */
export function holdLock(path: string, waitMs = 0): () => void {
  const db = new DatabaseSync(path, { timeout: waitMs })
  try {
    db.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (cause) {
    db.close()
    throw new Error(`data directory is in use by another gateway (\`${path}\` is locked)`, {
      cause,
    })
  }
  return () => db.close()
}

/** What one serving process has of the data directory. */
export interface Store {
  /** register reader of `storeSource`, reference directory, institutions */
  readonly registers: Registers & DimonaView
  /** the lines of the reference directory, for institutions that change their own */
  readonly inscriptions: Inscriptions
  readonly replay: ReplayStore
  /** whether messages can be remembered now */
  readonly canRemember: () => boolean
  readonly journal: OpenJournal
  /** what was put right in the journal that this process number wrote last; undefined at its first start */
  readonly recovery: Recovery | undefined
  readonly personDigest: KeyedDigest
  /** key of the opaque offsets, 32 bytes */
  readonly offsetKey: Buffer
  /** waits for the journal, then closes all */
  close(): Promise<void>
}

/** How the store of one serving process is opened. */
export interface StoreOptions extends HotOptions, Partial<RecallOptions> {
  readonly nowMs: () => number
  /** its number on this machine, from 1 */
  readonly process: number
  /** replay keys are in PostgreSQL, not in hot.db */
  readonly shared?: SharedReplayOptions
}

/**
 * Opens the store for one serving process, after `prepareDataDirectory` or `prepareSharedDirectory`. Two live processes with one number are
 * refused. Throws when the journal of that number is broken.
 */
export async function openStore(directory: string, options: StoreOptions): Promise<Store> {
  const paths = dataPaths(directory)
  const closers: (() => void | Promise<void>)[] = []
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    closers.push(holdLock(join(paths.locks, `process-${options.process}.lock`)))
    const keys = loadKeys(paths)
    const opened = openRegisters(paths.registers)
    closers.push(() => opened.close())
    const dimona = openDimonaView(opened.db, paths.dimona)
    closers.push(() => dimona.close())
    const registers = withDimona(opened, dimona)
    const inscriptions = openInscriptions(paths.registers)
    closers.push(() => inscriptions.close())
    const replay = openReplay(paths, options)
    closers.push(() => replay.close())
    const { journal, recovery } = await openJournal({
      directory: paths.journals,
      process: options.process,
      startedAtMs: options.nowMs(),
      replayLifetimeMs: options.replayLifetimeMs,
    })
    await replay.claim(options.process, (tickets) =>
      recovery === undefined ? [] : closedAmong(tickets, join(paths.journals, recovery.file)),
    )
    closers.push(await keepTended(replay))
    const close = async () => {
      await journal.close()
      await closeAll()
    }
    return {
      registers,
      inscriptions,
      replay,
      canRemember: () => !(replay instanceof PostgresReplay) || replay.isReady,
      journal,
      recovery,
      personDigest: keyedDigest(keys.journalDigest),
      offsetKey: keys.offset,
      close,
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

function openReplay(paths: DataPaths, options: StoreOptions): HotDatabase | PostgresReplay {
  const { shared } = options
  if (shared === undefined) return new HotDatabase(paths.hot, options)
  return new PostgresReplay({ ...shared, node: nodeOf(paths) })
}

/** Expired keys and answers go beside the exchanges too, so that they go when nobody asks. */
const sweepEveryMs = 250

/** The same where many processes share one database, which each of them looks after. */
const tendEveryMs = 1_000

/** Returns what ends it. */
async function keepTended(replay: HotDatabase | PostgresReplay): Promise<() => void> {
  if (replay instanceof HotDatabase) {
    const sweeping = setInterval(() => sweepSome(replay), sweepEveryMs).unref()
    return () => clearInterval(sweeping)
  }
  await replay.tend()
  const tending = setInterval(() => void replay.tend(), tendEveryMs).unref()
  return () => clearInterval(tending)
}

function sweepSome(hot: HotDatabase): void {
  try {
    hot.sweep()
  } catch {
    // locked or full: the next one will do it
  }
}

/** The registers with the periods that files declared: whoever has one of those works for its employer too. */
function withDimona(registers: Registers, dimona: DimonaView): Registers & DimonaView {
  return {
    ...registers,
    ...dimona,
    worksFor: async (ssin, employers) =>
      (await registers.worksFor(ssin, employers)) || (await dimona.declaredFor(ssin, employers)),
    close: () => {
      dimona.close()
      registers.close()
    },
  }
}
