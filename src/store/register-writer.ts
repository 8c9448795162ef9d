import type { DimonaPeriodId } from '../base/dimona-period.ts'
import { existsSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import type { StatementSync } from 'node:sqlite'
import type { CivilDate, Quarter } from '../base/civil-date.ts'
import type { EnterpriseNumber, NssoNumber } from '../base/enterprise.ts'
import type { Ssin } from '../base/ssin.ts'
import type { DmfaAggregateRecord, DmfaEmployerDeclarationRecord } from '../registers/dmfa.ts'
import type { PersonRegister } from '../registers/field.ts'
import type { LimosaPostingRecord } from '../registers/limosa.ts'
import type { PersonRecord } from '../registers/person.ts'
import { fillRegisterIndexes } from './register-indexes.ts'
import {
  dmfaUpdateTable,
  inscriptionTable,
  postingTable,
  registersMigrations,
} from './registers-schema.ts'
import { migrate, openDatabase, removeDatabase } from './sqlite.ts'
import { syncPath } from './sync-path.ts'

/** Rows as the tables want them: the shapes that `synthetic/sink.ts` declares. */
export interface PersonRow {
  readonly ssin: Ssin
  readonly register: PersonRegister
  readonly status:
    { readonly kind: 'active' | 'cancelled' } | { readonly kind: 'replaced'; readonly by: Ssin }
  readonly record: PersonRecord
}

export interface EmployerRow {
  readonly nssoNumber: NssoNumber
  readonly enterpriseNumber: EnterpriseNumber
  readonly naturalPerson: boolean
  readonly record: object
}

export interface DeclarationKey {
  readonly employer: NssoNumber
  readonly quarter: Quarter
}

export interface DimonaPeriodRow {
  readonly periodId: DimonaPeriodId
  readonly employer: NssoNumber
  readonly ssin: Ssin
  readonly from: CivilDate
  /** last day, included */
  readonly until?: CivilDate
  readonly record: object
}

export interface PostingRow {
  readonly postingId: string
  readonly ssin: Ssin
  /** the user of services, when he is an employer */
  readonly user?: NssoNumber
  readonly from: CivilDate
  /** last day, included */
  readonly until?: CivilDate
  readonly record: LimosaPostingRecord
}

export interface IntegrationRow {
  readonly institution: string
  readonly ssin: Ssin
  /** quality code; 0, the definitive inscription, when absent */
  readonly purpose?: number
  readonly from: CivilDate
  /** last day, included */
  readonly until?: CivilDate
}

/** Fills a new `registers.db`, row by row; rows are written at once, so that memory does not grow with their number. */
export interface RegisterWriter {
  person(row: PersonRow): void
  employer(row: EmployerRow): void
  declaration(
    row: DeclarationKey & {
      readonly header: Omit<DmfaEmployerDeclarationRecord, 'naturalPerson'>
    },
  ): void
  worker(
    row: DeclarationKey & {
      readonly ssin: Ssin
      readonly record: NonNullable<DmfaEmployerDeclarationRecord['naturalPerson']>[number]
    },
  ): void
  /** what was declared about a worker and taken back, on these days */
  deletedWorker(
    row: DeclarationKey & { readonly ssin: Ssin; readonly received: readonly CivilDate[] },
  ): void
  aggregate(row: DeclarationKey & { readonly record: DmfaAggregateRecord }): void
  dimonaPeriod(row: DimonaPeriodRow): void
  posting(row: PostingRow): void
  integration(row: IntegrationRow): void
  /** commits what was given so far */
  checkpoint(): void
  /** The file appears under its name now, whole. */
  close(): void
  /** Removes what was written. */
  discard(): void
}

/**
 * Creates `path`. The rows go to a file beside it that gets the name only at `close`, so that a generation that was
 * interrupted is never taken for data. Throws when `path` exists: registers are not overwritten.
 */
export function openRegisterWriter(path: string): RegisterWriter {
  if (existsSync(path)) throw new Error(`registers exist already: \`${path}\``)
  const part = `${path}.part`
  removeDatabase(part)
  const [tables = ''] = registersMigrations
  const db = openDatabase(part, [tables], { synchronous: 'off', cacheKib: 128 * 1024 })
  // nobody else sees this file, and a crash ends it: no log beside it, changes are undone from memory
  db.exec('pragma locking_mode = exclusive; pragma journal_mode = memory')
  db.exec(postingTable)
  db.exec(inscriptionTable)
  db.exec(dmfaUpdateTable)
  const insert = prepareInserts((sql) => db.prepare(sql))
  db.exec('begin')
  return {
    person: ({ ssin, register, status, record }) => {
      const replacedBy = status.kind === 'replaced' ? status.by : null
      insert.person.run(ssin, register, status.kind, replacedBy, JSON.stringify(record))
    },
    employer: ({ nssoNumber, enterpriseNumber, naturalPerson, record }) => {
      const natural = naturalPerson ? 1 : 0
      insert.employer.run(nssoNumber, enterpriseNumber, natural, JSON.stringify(record))
    },
    declaration: ({ employer, quarter, header }) => {
      const { companyVehicle, contributionUnrelatedToNp, ...rest } = header
      const unrelated = JSON.stringify({ companyVehicle, contributionUnrelatedToNp })
      insert.declaration.run(employer, quarter, JSON.stringify(rest), unrelated)
    },
    worker: ({ employer, quarter, ssin, record }) => {
      insert.worker.run(employer, quarter, ssin, JSON.stringify(record))
      for (const { receptionDate } of record.update ?? []) {
        if (receptionDate !== undefined) insert.update.run(employer, ssin, receptionDate, quarter)
      }
      insert.employment.run(ssin, employer)
    },
    deletedWorker: ({ employer, quarter, ssin, received }) => {
      for (const day of received) insert.update.run(employer, ssin, day, quarter)
    },
    aggregate: ({ employer, quarter, record }) => {
      const { changes } = insert.aggregate.run(JSON.stringify(record), employer, quarter)
      if (changes !== 1) throw new TypeError('aggregate without its declaration')
    },
    dimonaPeriod: ({ periodId, employer, ssin, from, until, record }) => {
      insert.period.run(periodId, employer, ssin, from, until ?? null, JSON.stringify(record))
      insert.employment.run(ssin, employer)
    },
    posting: ({ postingId, ssin, user, from, until, record }) => {
      const text = JSON.stringify(record)
      insert.posting.run(postingId, ssin, user ?? null, from, until ?? null, text)
    },
    integration: ({ institution, ssin, purpose = 0, from, until }) => {
      insert.integration.run(institution, ssin, purpose, from, until ?? null)
    },
    checkpoint: () => db.exec('commit; begin'),
    close: () => {
      db.exec('commit')
      migrate(db, registersMigrations)
      fillRegisterIndexes(db)
      db.close()
      // nothing was synced on the way; all of it is, before the file gets its name
      syncPath(part)
      renameSync(part, path)
      syncPath(dirname(path))
    },
    discard: () => {
      db.close()
      removeDatabase(part)
    },
  }
}

function prepareInserts(prepare: (sql: string) => StatementSync) {
  return {
    person: prepare(
      'insert into person (ssin, register, status, replaced_by, record) values (?, ?, ?, ?, ?)',
    ),
    employer: prepare(
      'insert into employer (nsso_number, enterprise_number, natural_person, record) values (?, ?, ?, ?)',
    ),
    declaration: prepare(
      'insert into dmfa_declaration (employer, quarter, header, unrelated) values (?, ?, ?, ?)',
    ),
    worker: prepare(
      'insert into dmfa_worker (employer, quarter, ssin, record) values (?, ?, ?, ?)',
    ),
    update: prepare(
      'insert into dmfa_update (employer, ssin, received, quarter) values (?, ?, ?, ?) on conflict do nothing',
    ),
    aggregate: prepare(
      'update dmfa_declaration set aggregate = ? where employer = ? and quarter = ?',
    ),
    employment: prepare(
      'insert into employment (ssin, employer) values (?, ?) on conflict do nothing',
    ),
    period: prepare(
      'insert into dimona_period (period_id, employer, ssin, from_date, until_date, record) values (?, ?, ?, ?, ?, ?)',
    ),
    posting: prepare(
      'insert into posting (posting_id, ssin, user_employer, from_date, until_date, record) values (?, ?, ?, ?, ?, ?)',
    ),
    integration: prepare(
      `insert into inscription (institution, ssin, register, purpose, from_date, until_date)
       values (?, ?, 'PRIMARY', ?, ?, ?)`,
    ),
  }
}
