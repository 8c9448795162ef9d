/** Both stores of replay keys, so that one table of tests holds for both. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { silentLog } from '../../src/base/log.ts'
import { HotDatabase } from '../../src/store/hot-db.ts'
import type { KeptAnswerLimits } from '../../src/store/kept-answer-table.ts'
import type { Recalled } from '../../src/store/known-message.ts'
import { PostgresReplay } from '../../src/store/postgres-replay.ts'
import { preparePostgresReplay } from '../../src/store/restore-postgres.ts'
import type { ReplayStore } from '../../src/ws-security/replay.ts'
import { postgresPrograms, startPostgres, type TestPostgres } from '../postgres.ts'
import { temporaryDirectory } from './temporary.ts'

export interface OpenOptions {
  readonly nowMs?: () => number
  /** number of the process; those that open one number after the other are its later lives */
  readonly number?: number
  /** tickets whose last entry is in the journal */
  readonly closed?: readonly string[]
  readonly keptAnswers?: KeptAnswerLimits
  /** room for some hundred keys only */
  readonly small?: boolean
}

export interface OpenedStore extends ReplayStore {
  sweep(): boolean | Promise<boolean>
  /** looks at its room, where it does so now and then only */
  look(): Promise<void>
  close(): void | Promise<void>
}

export interface StoreKind {
  readonly name: string
  readonly answersAtOnce: number
  /** what a message is told that has no room */
  readonly fullText: string
  /** how often a property is tried */
  readonly runs: number
  /** begins before the tests and ends after them */
  begin(): Promise<void>
  end(): Promise<void>
  /** a store that nobody has used, in the place of the one before: its path, or the name of its database */
  newPlace(): Promise<string>
  open(place: string, options?: OpenOptions): Promise<OpenedStore>
  /** what a start of the machine does before its processes */
  restore(place: string, recalled: Iterable<Recalled>): Promise<void>
  rows(place: string, sql: string): Promise<Record<string, unknown>[]>
  /** a fault that is none of being busy or away */
  dropKeys(place: string): Promise<void>
}

/** How a store is opened where a test does not say otherwise. */
const usual = {
  nowMs: () => 0,
  number: 1,
  closed: [],
  small: false,
  keptAnswers: { countMax: 1000, bytesMax: 1_000_000 },
} satisfies OpenOptions

const sqlite: StoreKind = {
  name: 'hot.db',
  answersAtOnce: 128,
  fullText: 'replay keys are full or locked',
  runs: 60,
  begin: () => Promise.resolve(),
  end: () => Promise.resolve(),
  newPlace: () => Promise.resolve(join(temporaryDirectory(), 'hot.db')),
  open: (path, options = {}) => {
    const { nowMs, number, closed, small, keptAnswers } = { ...usual, ...options }
    const hot = new HotDatabase(path, {
      nowMs,
      keptAnswers,
      ...(small && { keyPagesMax: 24, keptAnswers: { countMax: 0, bytesMax: 0 } }),
    })
    hot.claim(number, (tickets) => closed.filter((ticket) => tickets.has(ticket)))
    return Promise.resolve(Object.assign(hot, { look: () => Promise.resolve() }))
  },
  restore: (path, recalled) => {
    const hot = new HotDatabase(path, { nowMs: () => 0 })
    hot.restore(recalled)
    hot.close()
    return Promise.resolve()
  },
  rows: (path, sql) => {
    const db = new DatabaseSync(path, { readOnly: true })
    try {
      return Promise.resolve(db.prepare(sql).all())
    } finally {
      db.close()
    }
  },
  dropKeys: (path) => {
    const db = new DatabaseSync(path)
    db.exec('drop table replay_key')
    db.close()
    return Promise.resolve()
  },
}

let server: TestPostgres | undefined
const node = 'node of the tests'

const postgres: StoreKind = {
  name: 'PostgreSQL',
  answersAtOnce: 4096,
  fullText: 'replay keys are full',
  runs: 30,
  begin: async () => {
    server = await startPostgres()
  },
  end: async () => server?.remove(),
  newPlace: async () => {
    // one at a time: a database for each would take longer than the tests
    await server!.query('postgres', 'drop schema if exists quadrivium cascade')
    await preparePostgresReplay(server!.place('postgres'), node, [])
    return 'postgres'
  },
  open: async (database, options = {}) => {
    const { nowMs, number, closed, small, keptAnswers } = { ...usual, ...options }
    const replay = new PostgresReplay({
      place: server!.place(database),
      node,
      nowMs,
      keptAnswers,
      keysMax: small ? 100 : 1_000_000,
      log: silentLog,
      // clocks of tests stand still: their keys go when they expire, and `look` takes any clock
      clockDifferenceMs: small ? 1e15 : 0,
    })
    await replay.claim(number, (tickets) => closed.filter((ticket) => tickets.has(ticket)))
    const sweepAll = async () => {
      while (await replay.sweep());
    }
    return Object.assign(replay, { look: () => (small ? replay.tend() : sweepAll()) })
  },
  restore: async (database, recalled) => {
    await preparePostgresReplay(server!.place(database), node, recalled)
  },
  rows: (database, sql) => server!.query(database, sql),
  dropKeys: async (database) => {
    await server!.query(database, 'drop table replay_key')
  },
}

export const storeKinds: readonly StoreKind[] =
  postgresPrograms === undefined ? [sqlite] : [sqlite, postgres]

/** Where the racers of replay-racer.ts find the store of a place. */
export const racerPlace = (kind: StoreKind, place: string): string[] =>
  kind === postgres ? [place, server!.directory] : [place]
