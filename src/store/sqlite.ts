import { rmSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** How a database file is opened. All are WAL: readers and one writer do not wait for each other. */
export interface OpenOptions {
  /**
   * `full`: what was committed is there after a power cut; `normal`: the last commits may be gone, the file is whole; `off`: the
   * file may be damaged too
   */
  readonly synchronous: 'full' | 'normal' | 'off'
  /** page cache of this connection */
  readonly cacheKib: number
  /** most pages (4 KiB) that the file may grow to; none when absent */
  readonly pagesMax?: number
  /** a file of an earlier version is refused: what this program needs cannot be made from it; 0 when absent */
  readonly versionMin?: number
}

/** A writer waits this long for another process's transaction; the wait blocks the process, so it is short. */
const busyTimeoutMs = 2_000

/** Opens (or creates) a database file and brings it to the newest version of its schema. */
export function openDatabase(
  path: string,
  migrations: readonly string[],
  options: OpenOptions,
): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: busyTimeoutMs })
  try {
    db.exec('pragma journal_mode = wal')
    db.exec(`pragma synchronous = ${options.synchronous}`)
    db.exec(`pragma cache_size = -${options.cacheKib}`)
    if (options.pagesMax !== undefined) db.exec(`pragma max_page_count = ${options.pagesMax}`)
    migrate(db, migrations, options.versionMin)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Runs the migrations that the file has not seen, in one transaction; number n of the list makes version n. A file of a newer
 * version than the list is refused: this program does not know what its tables mean. So is one of an earlier version than `versionMin`.
 */
export function migrate(db: DatabaseSync, migrations: readonly string[], versionMin = 0): void {
  inTransaction(db, () => {
    db.exec('create table if not exists schema_version (version integer not null)')
    const row = db.prepare('select version from schema_version').get()
    const version = Number(row?.['version'] ?? 0)
    if (version > migrations.length) {
      throw new Error(
        `database has schema version ${version}, this program knows ${migrations.length}: start the newer program`,
      )
    }
    if (row !== undefined && version < versionMin) {
      throw new Error(
        `database has schema version ${version}, this program takes over those from ${versionMin} on: remove the file and make it anew`,
      )
    }
    if (row === undefined) db.exec('insert into schema_version (version) values (0)')
    for (const migration of migrations.slice(version)) db.exec(migration)
    if (version < migrations.length)
      db.prepare('update schema_version set version = ?').run(migrations.length)
  })
}

/** Runs `work` in one write transaction; what it throws undoes all of it. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('begin immediate')
  try {
    const result = work()
    db.exec('commit')
    return result
  } catch (error) {
    // a full or failing disk has undone it already (sqlite.org/lang_transaction.html)
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}

/**
 * Fills an index that has no rows while there is something to index: at the end of a generation, and in a file from before the index.
 * Both queries give a row when there is any.
 */
export function fillWhenEmpty(
  db: DatabaseSync,
  { filled, any }: { readonly filled: string; readonly any: string },
  fill: () => void,
): void {
  const isFilled = db.prepare(filled)
  if (isFilled.get() !== undefined || db.prepare(any).get() === undefined) return
  inTransaction(db, () => {
    // another process may have been first
    if (isFilled.get() === undefined) fill()
  })
}

/** Prepares a list of statements, by their names. */
export function prepareAll<Name extends string>(
  db: DatabaseSync,
  queries: Readonly<Record<Name, string>>,
): Readonly<Record<Name, StatementSync>> {
  return Object.fromEntries(
    Object.entries<string>(queries).map(([name, sql]) => [name, db.prepare(sql)]),
  ) as Readonly<Record<Name, StatementSync>>
}

/** Removes a database file with its log and index files. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })
}
