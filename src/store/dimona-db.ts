import type { DatabaseSync } from 'node:sqlite'
import type { DimonaPeriodId } from '../base/dimona-period.ts'
import type { NssoNumber } from '../base/enterprise.ts'
import type { Ssin } from '../base/ssin.ts'
import { periodIdOf, type DimonaPeriod, type PeriodChange } from '../batch/dimona/period.ts'
import type {
  BatchStore,
  DimonaTransaction,
  Outcome,
  SetDecision,
  SetRecord,
} from '../batch/store.ts'
import { inTransaction, openDatabase } from './sqlite.ts'

/** The tables of `dimona.db`; rules as in registers-schema.ts. */
export const dimonaMigrations: readonly string[] = [
  `
  -- name_key and content_key are null in what was refused as a repetition, and content_key in every refusal
  create table file_set (
    storage_id text primary key,
    name_key text unique,
    content_key text unique,
    record text not null
  );

  create table outcome (
    storage_id text not null,
    ordinal integer not null,
    ticket text not null unique,
    accepted integer not null check (accepted in (0, 1)),
    form text not null,
    at_ms bigint not null,
    primary key (storage_id, ordinal)
  );

  -- what each period is now; dimona_change is how it became so
  create table dimona_period (
    period_id text primary key,
    employer text not null,
    ssin text not null,
    record text not null
  );
  create index dimona_period_by_worker on dimona_period (employer, ssin, period_id);

  create table dimona_change (
    period_id text not null,
    change_number integer not null,
    ticket text not null unique,
    at_ms bigint not null,
    record text not null,
    primary key (period_id, change_number)
  );

  create table counter (
    name text primary key,
    value integer not null
  );
  `,
  `
  create index dimona_period_by_ssin on dimona_period (ssin, employer, period_id);
  `,
]

/** Periods that a register held before any file was taken; a declaration may change them. */
export interface RegisteredPeriods {
  period(periodId: DimonaPeriodId): DimonaPeriod | undefined
  periodsOf(employer: NssoNumber, worker: Ssin): readonly DimonaPeriod[]
}

const noneRegistered: RegisteredPeriods = { period: () => undefined, periodsOf: () => [] }

/** One accepted declaration in the history of a period. */
export interface RecordedChange {
  readonly change: PeriodChange
  readonly ticket: string
  readonly atMs: number
}

/** Every statement, prepared once. */
function prepareStatements(db: DatabaseSync) {
  return {
    set: db.prepare('select record from file_set where storage_id = ?'),
    repeated: db.prepare('select 1 from file_set where name_key = ? or content_key = ?'),
    insertSet: db.prepare(
      'insert into file_set (storage_id, name_key, content_key, record) values (?, ?, ?, ?)',
    ),
    next: db.prepare(
      `insert into counter (name, value) values (?, 1)
         on conflict (name) do update set value = counter.value + 1 returning value`,
    ),
    outcomeCount: db.prepare('select count(*) as count from outcome where storage_id = ?'),
    outcomeForms: db.prepare(
      'select form from outcome where storage_id = ? and ordinal > ? order by ordinal limit ?',
    ),
    period: db.prepare('select record from dimona_period where period_id = ?'),
    history: db.prepare(
      'select record, ticket, at_ms from dimona_change where period_id = ? order by change_number',
    ),
    periodsOf: db.prepare(
      'select record from dimona_period where employer = ? and ssin = ? order by period_id',
    ),
    insertChange: db.prepare(
      `insert into dimona_change (period_id, change_number, ticket, at_ms, record)
         select ?1, count(*) + 1, ?2, ?3, ?4 from dimona_change where period_id = ?1`,
    ),
    putPeriod: db.prepare(
      `insert into dimona_period (period_id, employer, ssin, record) values (?, ?, ?, ?)
         on conflict (period_id) do update set record = excluded.record`,
    ),
    insertOutcome: db.prepare(
      'insert into outcome (storage_id, ordinal, ticket, accepted, form, at_ms) values (?, ?, ?, ?, ?, ?)',
    ),
  }
}

/** File sets, outcomes and the Dimona register in one database file. One process writes at a time. */
export class DimonaDb implements BatchStore {
  readonly #db: DatabaseSync
  readonly #sql: ReturnType<typeof prepareStatements>
  readonly #registered: RegisteredPeriods
  #last: Promise<unknown> = Promise.resolve()

  /**
   * Opens or creates the file; `:memory:` for tests. A registered period comes into the file with the first declaration that
   * changes it, and its history begins there.
   */
  constructor(file: string, registered: RegisteredPeriods = noneRegistered) {
    this.#registered = registered
    this.#db = openDatabase(file, dimonaMigrations, { synchronous: 'full', cacheKib: 8 * 1024 })
    this.#sql = prepareStatements(this.#db)
  }

  close(): void {
    this.#db.close()
  }

  set(storageId: string): Promise<SetRecord | undefined> {
    const row = this.#sql.set.get(storageId)
    return Promise.resolve(recordOf(row) as SetRecord | undefined)
  }

  recordSet(decision: SetDecision): Promise<SetRecord> {
    return this.#alone(() => inTransaction(this.#db, () => this.#recordSet(decision)))
  }

  #recordSet(decision: SetDecision): SetRecord {
    const nameKey = decision.key ?? null
    const contentKey =
      decision.sender === undefined || decision.digest === undefined
        ? null
        : `${decision.sender.expeditor} ${decision.digest}`
    const known = this.#sql.repeated.get(nameKey, contentKey)
    const record: SetRecord = {
      ...(known === undefined ? decision : repetition(decision)),
      receiptSequence: this.#next(`ACRF ${decision.answeredOn} ${decision.environment}`),
      ...(known === undefined &&
        decision.sender !== undefined && {
          notificationSequence: this.#next(`NOTI ${decision.answeredOn} ${decision.environment}`),
        }),
    }
    this.#sql.insertSet.run(
      decision.storageId,
      known === undefined ? nameKey : null,
      known === undefined ? contentKey : null,
      JSON.stringify(record),
    )
    return record
  }

  /** The next value of a counter, from 1. */
  #next(name: string): number {
    const row = this.#sql.next.get(name)
    return Number(row?.['value'])
  }

  outcomeCount(storageId: string): Promise<number> {
    const row = this.#sql.outcomeCount.get(storageId)
    return Promise.resolve(Number(row?.['count']))
  }

  outcomeForms(storageId: string, after: number, limit: number): Promise<readonly string[]> {
    const rows = this.#sql.outcomeForms.all(storageId, after, limit)
    return Promise.resolve(rows.map((row) => String(row['form'])))
  }

  period(periodId: DimonaPeriodId): Promise<DimonaPeriod | undefined> {
    const row = this.#sql.period.get(periodId)
    const declared = recordOf(row) as DimonaPeriod | undefined
    return Promise.resolve(declared ?? this.#registered.period(periodId))
  }

  /** How a period became what it is, oldest first; empty when it does not exist. */
  history(periodId: DimonaPeriodId): Promise<readonly RecordedChange[]> {
    const rows = this.#sql.history.all(periodId)
    return Promise.resolve(
      rows.map((row) => ({
        change: JSON.parse(String(row['record'])) as PeriodChange,
        ticket: String(row['ticket']),
        atMs: Number(row['at_ms']),
      })),
    )
  }

  transaction<T>(work: (transaction: DimonaTransaction) => Promise<T>): Promise<T> {
    return this.#alone(async () => {
      this.#db.exec('begin immediate')
      try {
        const result = await work(this.#inTransaction())
        this.#db.exec('commit')
        return result
      } catch (error) {
        this.#db.exec('rollback')
        throw error
      }
    })
  }

  #inTransaction(): DimonaTransaction {
    return {
      period: (periodId) => this.period(periodId),
      periodsOf: (employer, worker) => this.#periodsOf(employer, worker),
      nextPeriodId: () => Promise.resolve(periodIdOf(this.#next('dimona period'))),
      change: (change, after, ticket, atMs) => this.#change(change, after, ticket, atMs),
      outcome: (outcome) => this.#outcome(outcome),
    }
  }

  #periodsOf(employer: NssoNumber, worker: Ssin): Promise<readonly DimonaPeriod[]> {
    const rows = this.#sql.periodsOf.all(employer, worker)
    const declared = rows.map((row) => recordOf(row) as DimonaPeriod)
    const changed = new Set(declared.map(({ periodId }) => periodId))
    const untouched = this.#registered
      .periodsOf(employer, worker)
      .filter(({ periodId }) => !changed.has(periodId))
    return Promise.resolve([...untouched, ...declared])
  }

  #change(change: PeriodChange, after: DimonaPeriod, ticket: string, atMs: number): Promise<void> {
    this.#sql.insertChange.run(after.periodId, ticket, atMs, JSON.stringify(change))
    this.#sql.putPeriod.run(after.periodId, after.employer, after.worker, JSON.stringify(after))
    return Promise.resolve()
  }

  #outcome({ storageId, ordinal, ticket, accepted, form, atMs }: Outcome): Promise<void> {
    this.#sql.insertOutcome.run(storageId, ordinal, ticket, accepted ? 1 : 0, form, atMs)
    return Promise.resolve()
  }

  /** Runs one writer after the other: a connection has one transaction. */
  #alone<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }
}

/** Code 133: the same name, or the same content from the same sender, was taken before. */
function repetition(decision: SetDecision): SetDecision {
  const { storageId, ticket, environment, digest, receivedAtMs, answeredOn } = decision
  return {
    storageId,
    ticket,
    environment,
    ...(digest !== undefined && { digest }),
    receivedAtMs,
    answeredOn,
    fault: '133',
  }
}

function recordOf(row: Record<string, unknown> | undefined): unknown {
  return row === undefined ? undefined : JSON.parse(String(row['record']))
}
