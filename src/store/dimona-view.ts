/* eslint-disable @typescript-eslint/require-await -- node:sqlite answers at once, store interfaces are asynchronous (design.md §5) */
import type { DatabaseSync } from 'node:sqlite'
import { civilDateAt, readCivilDate, type CivilDate, type Days } from '../base/civil-date.ts'
import { readDimonaPeriodId, type DimonaPeriodId } from '../base/dimona-period.ts'
import { readEnterpriseNumber, readNssoNumber, type NssoNumber } from '../base/enterprise.ts'
import type { Ssin } from '../base/ssin.ts'
import {
  employmentOf,
  employmentOfRegistered,
  periodOfRegistered,
  type RegisteredPeriod,
} from '../batch/dimona/employment.ts'
import type { DimonaPeriod } from '../batch/dimona/period.ts'
import type { DimonaEmployerRecord } from '../registers/dimona.ts'
import type { ChangeRecord, EmploymentRecord } from '../registers/personnel-file.ts'
import type { DimonaReader } from '../registers/register-reader.ts'
import { dimonaMigrations, type RegisteredPeriods } from './dimona-db.ts'
import { openDatabase, prepareAll } from './sqlite.ts'
import { firstOf, storedSsin } from './stored-ssin.ts'

/** What is asked of `registers.db` about Dimona; each is a range of one index. */
export const registeredQueries = {
  period: 'select * from dimona_period where period_id = ?',
  ofWorker: 'select * from dimona_period where ssin = ? order by employer, from_date',
  ofWorkerAt: 'select * from dimona_period where ssin = ? and employer = ? order by from_date',
  workersAfter: `select distinct ssin from dimona_period where employer = ? and ssin > ?
    and from_date <= ? and (until_date is null or until_date >= ?) order by ssin limit ?`,
  changedAfter: `select distinct ssin from dimona_period where employer = ? and ssin > ?
    and (from_date between ? and ? or until_date between ? and ?) order by ssin limit ?`,
  employer: 'select enterprise_number, record from employer where nsso_number = ?',
} as const

/** What is asked of `dimona.db` about periods; each is a range of one index. */
export const declaredQueries = {
  ofWorker: 'select record from dimona_period where ssin = ? order by employer, period_id',
  ofWorkerAt: 'select record from dimona_period where employer = ? and ssin = ? order by period_id',
  workersAfter: `select distinct ssin from dimona_period where employer = ? and ssin > ?
    order by ssin limit ?`,
} as const

/** The Dimona periods of the registers and of the files taken since, as one: what a declaration made of a period counts. */
export interface DimonaView extends DimonaReader {
  /** whether a file declared an employment of the person with one of the employers that was not cancelled */
  declaredFor(ssin: Ssin, employers: readonly NssoNumber[]): Promise<boolean>
  close(): void
}

/** The periods that `registers.db` holds, for declarations that change them. */
export function registeredPeriods(db: DatabaseSync): RegisteredPeriods {
  const { period, ofWorkerAt, employer } = prepareAll(db, registeredQueries)
  const changeable = (row: unknown): DimonaPeriod => {
    const registered = registeredOf(row)
    const number = employer.get(registered.employer)?.['enterprise_number']
    const enterpriseNumber = readEnterpriseNumber(String(number))
    if (enterpriseNumber === undefined) throw malformed()
    return periodOfRegistered(registered, enterpriseNumber)
  }
  return {
    period: (periodId) => {
      const row = period.get(periodId)
      return row && changeable(row)
    },
    periodsOf: (number, worker) => ofWorkerAt.all(worker, number).map(changeable),
  }
}

/**
 * Opens the view over `registers.db` and the file at `path`, which is made when absent. It has a connection of its own: what a
 * file set is writing is not seen before it is committed.
 */
export function openDimonaView(registers: DatabaseSync, path: string): DimonaView {
  const db = openDatabase(path, dimonaMigrations, { synchronous: 'full', cacheKib: 8 * 1024 })
  const declared = prepareAll(db, declaredQueries)
  const registered = prepareAll(registers, registeredQueries)
  const employerOf = (employer: NssoNumber): DimonaEmployerRecord => {
    const row = registered.employer.get(employer)
    const { dimonaEmployer } = (row === undefined ? {} : JSON.parse(String(row['record']))) as {
      readonly dimonaEmployer?: DimonaEmployerRecord
    }
    return dimonaEmployer ?? { registrationNumber: employer }
  }
  const touching = (rows: Rows, days: Days) =>
    join(rows, employerOf)
      .filter(({ start, end }) => start <= days.to && (end === undefined || end >= days.from))
      .map(({ record }) => record)
  const rowsAt = (employer: NssoNumber, ssin: Ssin): Rows => ({
    registered: registered.ofWorkerAt.all(ssin, employer).map(registeredOf),
    declared: declared.ofWorkerAt.all(employer, ssin).map(declaredOf),
  })
  const ofWorkerAt = (employer: NssoNumber, ssin: Ssin, days: Days) =>
    touching(rowsAt(employer, ssin), days)
  return {
    dimonaByWorker: async (ssin, days) =>
      touching(
        {
          registered: registered.ofWorker.all(ssin).map(registeredOf),
          declared: declared.ofWorker.all(ssin).map(declaredOf),
        },
        days,
      ),
    dimonaByEmployer: async (employer, days, after, limit) => {
      const start = after ?? ''
      const workers = [
        ...registered.workersAfter.all(employer, start, days.to, days.from, limit + 1),
        ...declared.workersAfter.all(employer, start, limit + 1),
      ].map((row) => storedSsin(row['ssin']))
      const { page, next } = firstOf(workers, limit)
      return { records: page.flatMap((ssin) => ofWorkerAt(employer, ssin, days)), next }
    },
    dimonaChanges: async (employer, days, after, limit) => {
      const start = after ?? ''
      const { from, to } = days
      const workers = [
        ...registered.changedAfter.all(employer, start, from, to, from, to, limit + 1),
        ...declared.workersAfter.all(employer, start, limit + 1),
      ].map((row) => storedSsin(row['ssin']))
      const { page, next } = firstOf(workers, limit)
      return {
        records: page.flatMap((ssin) => changesOf(rowsAt(employer, ssin), days, employerOf)),
        next,
      }
    },
    dimonaActive: async (employer, ssins, days) =>
      new Set(ssins.filter((ssin) => ofWorkerAt(employer, ssin, days).length > 0)),
    declaredFor: async (ssin, employers) =>
      declared.ofWorker
        .all(ssin)
        .map(declaredOf)
        .some(({ employer, cancelled }) => !cancelled && employers.includes(employer)),
    close: () => db.close(),
  }
}

interface Rows {
  readonly registered: readonly RegisteredPeriod[]
  readonly declared: readonly DimonaPeriod[]
}

/** What declarations of the days made of a worker's periods. */
function changesOf(
  rows: Rows,
  { from, to }: Days,
  employerOf: (employer: NssoNumber) => DimonaEmployerRecord,
): readonly ChangeRecord[] {
  const isWithin = (day: CivilDate | undefined) => day !== undefined && from <= day && day <= to
  const files = new Map(rows.declared.map((one) => [one.periodId, one]))
  const gone = rows.declared
    .filter(({ cancelled, changedAtMs }) => cancelled && isWithin(civilDateAt(changedAtMs)))
    .map(({ employer, worker, start, end }) => ({
      cancelled: true,
      employer: { registrationNumber: employerOf(employer).registrationNumber ?? employer },
      worker: { ssin: worker },
      occupation: [{ entryDate: start, ...(end !== undefined && { exitDate: end }) }],
    }))
  const changed = join(rows, employerOf)
    .filter(({ periodId, start, end }) => {
      const file = files.get(periodId)
      return file ? isWithin(civilDateAt(file.changedAtMs)) : isWithin(start) || isWithin(end)
    })
    .map(({ record }) => ({ cancelled: false, ...record }))
  return [...gone, ...changed]
}

interface Joined {
  readonly periodId: DimonaPeriodId
  readonly employer: NssoNumber
  readonly start: CivilDate
  readonly end?: CivilDate
  readonly record: EmploymentRecord
}

/** One row for each period; a declared one takes the place of the registered one with its number, a cancelled one is gone. */
function join(
  { registered, declared }: Rows,
  employerOf: (employer: NssoNumber) => DimonaEmployerRecord,
): readonly Joined[] {
  const byId = new Map(registered.map((one) => [one.periodId, one]))
  const changed = new Set(declared.map(({ periodId }) => periodId))
  const untouched = registered
    .filter(({ periodId }) => !changed.has(periodId))
    .map((one) => ({ ...one, record: employmentOfRegistered(one, employerOf(one.employer)) }))
  const made = declared
    .filter(({ cancelled }) => !cancelled)
    .map((one) => ({
      ...one,
      record: employmentOf(one, employerOf(one.employer), byId.get(one.periodId)),
    }))
  const order = ({ employer, start }: Joined) => `${employer} ${start}`
  return [...untouched, ...made].sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

function registeredOf(row: unknown): RegisteredPeriod {
  const columns = row as Readonly<Record<string, string | null>>
  const employer = readNssoNumber(columns['employer'] ?? '')
  const start = readCivilDate(columns['from_date'] ?? '')
  const end = readCivilDate(columns['until_date'] ?? '')
  const periodId = readDimonaPeriodId(columns['period_id'] ?? '')
  if (periodId === undefined || employer === undefined || start === undefined) throw malformed()
  return {
    periodId,
    employer,
    worker: storedSsin(columns['ssin']),
    start,
    ...(end !== undefined && { end }),
    record: JSON.parse(columns['record'] ?? '{}') as RegisteredPeriod['record'],
  }
}

function declaredOf(row: Readonly<Record<string, unknown>>): DimonaPeriod {
  return JSON.parse(String(row['record'])) as DimonaPeriod
}

function malformed(): Error {
  return new Error('registers hold a malformed Dimona period')
}
