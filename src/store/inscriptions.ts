import type { DatabaseSync } from 'node:sqlite'
import { addDays, readCivilDate, type CivilDate, type OpenDays } from '../base/civil-date.ts'
import type { DirectoryRegister, Inscription } from '../base/inscription.ts'
import type { InscriptionChange, Inscriptions } from '../institutions/inscriptions.ts'
import type { Institution } from '../institutions/institution.ts'
import type { InscriptionReader } from '../registers/register-reader.ts'
import { registersMigrations } from './registers-schema.ts'
import { inTransaction, openDatabase, prepareAll } from './sqlite.ts'

/** What is asked of the reference directory when its lines are read or changed; each is a range of one index. */
export const inscriptionQueries = {
  touching: `select register, purpose, from_date, until_date from inscription
    where institution = ? and ssin = ? and from_date <= ? and (until_date is null or until_date >= ?)`,
  predecessors: 'select ssin from person where replaced_by = ?',
  ofQuality: `select from_date, until_date from inscription where institution = ? and ssin = ?
    and register = ? and purpose = ?`,
} as const

const writes = {
  change: `insert into inscription_change
    (message, ordinal, action, institution, ssin, purpose, from_date, until_date, at_ms)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
  insert: `insert into inscription (institution, ssin, register, purpose, from_date, until_date)
    values (?, ?, ?, ?, ?, ?)`,
  remove: `delete from inscription where institution = ? and ssin = ? and register = ?
    and purpose = ? and from_date = ?`,
} as const

/** Beyond every day: stands for an open end where periods are compared. */
const noEnd = '9999-12-31'

/**
 * Opens the reference directory in `registers.db` for its lines to be changed. It has a connection of its own, whose commits are
 * synced: what an institution was told is there after a power cut.
 */
export function openInscriptions(path: string): Inscriptions & { close(): void } {
  const db = openDatabase(path, registersMigrations, { synchronous: 'full', cacheKib: 1024 })
  const sql = prepareAll(db, { ...inscriptionQueries, ...writes })
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- store interfaces are asynchronous (design.md §5)
    of: async (institution, ssin, { from, until }) =>
      sql.touching
        .all(institution, ssin, until ?? noEnd, from)
        .map(inscriptionOf)
        .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)),
    // eslint-disable-next-line @typescript-eslint/require-await -- as above
    change: async (change) => recordChange(db, sql, change),
    close: () => db.close(),
  }
}

type Statements = ReturnType<
  typeof prepareAll<keyof typeof inscriptionQueries | keyof typeof writes>
>

function recordChange(db: DatabaseSync, sql: Statements, change: InscriptionChange): void {
  const { message, ordinal, action, institution, ssin, purpose, period, registers, atMs } = change
  inTransaction(db, () => {
    const { changes } = sql.change.run(
      ...[message, ordinal, action, institution, ssin, purpose],
      ...[period.from, period.until ?? null, atMs],
    )
    // this request was made before: whatever it did stands
    if (changes === 0) return
    const predecessors = sql.predecessors.all(ssin).map((row) => String(row['ssin']))
    const numbers = action === 'REGISTER' ? [ssin] : [ssin, ...predecessors]
    for (const number of numbers) {
      for (const register of registers) {
        const line: Line = [institution, number, register, purpose]
        if (action === 'REGISTER') unite(sql, line, period)
        else takeOut(sql, line, period)
      }
    }
  })
}

/** Institution, number, register and quality: what the periods of one line have in common. */
type Line = readonly [string, string, DirectoryRegister, number]

function unite(sql: Statements, line: Line, { from, until }: OpenDays): void {
  const starts: string[] = [from]
  const ends: string[] = [until ?? noEnd]
  for (const row of sql.ofQuality.all(...line)) {
    const start = String(row['from_date'])
    const end = String(row['until_date'] ?? noEnd)
    if (start > dayAfter(until ?? noEnd) || dayAfter(end) < from) continue
    sql.remove.run(...line, start)
    starts.push(start)
    ends.push(end)
  }
  insert(sql, line, starts.sort()[0] ?? from, ends.sort().at(-1) ?? noEnd)
}

function takeOut(sql: Statements, line: Line, { from, until }: OpenDays): void {
  for (const row of sql.ofQuality.all(...line)) {
    const start = String(row['from_date'])
    const end = String(row['until_date'] ?? noEnd)
    if (start > (until ?? noEnd) || end < from) continue
    sql.remove.run(...line, start)
    if (start < from) insert(sql, line, start, addDays(from, -1))
    if (until !== undefined && end > until) insert(sql, line, dayAfter(until), end)
  }
}

function insert(sql: Statements, line: Line, from: string, until: string): void {
  sql.insert.run(...line, from, until === noEnd ? null : until)
}

/** The day after; there is none after an open end. */
function dayAfter(day: string): string {
  return day === noEnd ? noEnd : addDays(day, 1)
}

function inscriptionOf(row: Readonly<Record<string, unknown>>): Inscription {
  const until = row['until_date']
  return {
    register: row['register'] === 'SECONDARY' ? 'SECONDARY' : 'PRIMARY',
    purpose: Number(row['purpose']),
    period: {
      from: storedDay(row['from_date']),
      ...(until !== null && { until: storedDay(until) }),
    },
  }
}

function orderOf({ register, purpose, period }: Inscription): string {
  return `${register} ${String(purpose).padStart(9, '0')} ${period.from}`
}

function storedDay(text: unknown): CivilDate {
  const day = readCivilDate(String(text))
  if (day === undefined) throw new Error('reference directory holds a malformed date')
  return day
}

/** Who knows a person, by the directory of the Crossroads Bank; a range of one index. */
export const whoKnowsQuery = `select institution, register, purpose, from_date, until_date
  from inscription where ssin = ? and register = 'PRIMARY' and from_date <= ?
  and (until_date is null or until_date >= ?)`

/** The reader of the reference directory in `registers.db`; the sectors of institutions are those of the registry in it. */
export function inscriptionsIn(db: DatabaseSync): InscriptionReader {
  const known = db.prepare(whoKnowsQuery)
  const institutions = db.prepare('select id, record from institution')
  let sectors: ReadonlyMap<string, number> | undefined
  const sectorOf = (institution: string) => {
    // the registry does not change while a gateway runs
    sectors ??= new Map(
      institutions.all().flatMap((row) => {
        const { sector } = JSON.parse(String(row['record'])) as Institution
        return sector === undefined ? [] : [[String(row['id']), sector]]
      }),
    )
    return sectors.get(institution)
  }
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- store interfaces are asynchronous (design.md §5)
    inscriptionsOf: async (ssin, { from, to }) =>
      known
        .all(ssin, to, from)
        .flatMap((row) => {
          const sector = sectorOf(String(row['institution']))
          return sector === undefined ? [] : [{ sector, ...inscriptionOf(row) }]
        })
        .sort((a, b) => a.sector - b.sector || (orderOf(a) < orderOf(b) ? -1 : 1))
        .map(({ sector, purpose, period }) => ({
          sector: String(sector),
          qualityCode: String(purpose),
          startDate: period.from,
          ...(period.until !== undefined && { endDate: period.until }),
        })),
  }
}
