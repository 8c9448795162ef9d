import { DatabaseError, Pool, type ClientBase } from 'pg'
import { GatewayError } from '../base/errors.ts'

/** Where a PostgreSQL database is, and how it is asked. */
export interface PostgresPlace {
  /** name or address, or the directory of a Unix socket */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  /** read at each connection */
  readonly password?: () => string
  /** PEM: who must have issued the server's certificate; without it the connection is not encrypted */
  readonly ca?: string
  /** for a connection, and for a statement */
  readonly timeoutMs: number
}

/** PostgreSQL is not there, or not as it must be; the message says what to do and holds no password. */
export class PostgresFault extends Error {
  override readonly name = 'PostgresFault'
}

/** Opens no connection yet. `prepare` comes before the first use of each connection. */
export function makePool(
  place: PostgresPlace,
  countMax: number,
  prepare: (client: ClientBase) => Promise<void>,
): Pool {
  const { host, port, database, user, password, ca, timeoutMs } = place
  const prepareConnection = async (client: ClientBase) => {
    client.on('error', () => undefined) // whoever asks it next is told
    await client.query(sessionSettings)
    await checkServer(client)
    await prepare(client)
  }
  return new Pool({
    host,
    port,
    database,
    user,
    ...(password !== undefined && { password }),
    // `host` is what the certificate must be for, also when it is an address
    ssl: ca === undefined ? false : { ca, host, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    application_name: 'quadrivium',
    max: countMax,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    // the server ends a statement first, unless it does not answer at all
    query_timeout: timeoutMs + 1_000,
    keepAlive: true,
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- pg-pool waits for it, whatever its type says
    onConnect: prepareConnection,
  })
}

const schemaName = 'quadrivium'

/**
 * Every statement looks up a few keys. A plan made while a table is empty would read the whole of it, and would stay until the server looks
 * at the table again: plans are made once, and by keys; compiling them would cost seconds.
 */
const sessionSettings = `
  set search_path = ${schemaName};
  set default_transaction_isolation = 'read committed';
  set plan_cache_mode = force_generic_plan;
  set enable_seqscan = off;
  set enable_hashjoin = off;
  set enable_mergejoin = off;
  set jit = off`

/** Throws when what this server commits might not last. */
async function checkServer(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ fsync: string; commit: string; standby: boolean }>(
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
       pg_is_in_recovery() as standby`,
  )
  const { fsync, commit, standby } = rows[0] ?? {}
  if (fsync !== 'on') throw new PostgresFault('the server has fsync off: turn it on')
  if (commit === 'off')
    throw new PostgresFault('the server has synchronous_commit off: turn it on for this database')
  if (standby !== false) throw new PostgresFault('the server is a standby: name the primary')
}

/**
 * Runs the migrations that the database has not seen, in one transaction that waits for that of another node. A database of a newer
 * version than the list is refused: this program does not know what its tables mean.
 */
export async function migratePostgres(
  client: ClientBase,
  migrations: readonly string[],
): Promise<void> {
  await inPostgresTransaction(client, async () => {
    await client.query(`select pg_advisory_xact_lock(hashtext('${schemaName}'))`)
    const found = await client.query<{ name: string | null }>(
      `select to_regnamespace('${schemaName}')::text as name`,
    )
    if (found.rows[0]?.name === null) await client.query(`create schema ${schemaName}`)
    await client.query('create table if not exists schema_version (version integer not null)')
    const version = await versionOf(client)
    if (version > migrations.length) throw newerVersion(version, migrations.length)
    for (const migration of migrations.slice(version)) await client.query(migration)
    if (version === migrations.length) return
    await client.query('delete from schema_version')
    await client.query('insert into schema_version (version) values ($1)', [migrations.length])
  })
}

/** Throws when the tables are not of this program's version. */
export async function checkVersion(
  client: ClientBase,
  migrations: readonly string[],
): Promise<void> {
  const version = await versionOf(client)
  if (version > migrations.length) throw newerVersion(version, migrations.length)
  if (version < migrations.length)
    throw new PostgresFault(
      `the database has schema version ${version}, this program needs ${migrations.length}: start the gateway anew, which brings it up`,
    )
}

async function versionOf(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ version: number }>('select version from schema_version')
  return rows[0]?.version ?? 0
}

function newerVersion(version: number, known: number): PostgresFault {
  return new PostgresFault(
    `the database has schema version ${version}, this program knows ${known}: start the newer program`,
  )
}

/** Runs `work` in one transaction; what it throws undoes all of it. */
export async function inPostgresTransaction<T>(
  client: ClientBase,
  work: () => Promise<T>,
): Promise<T> {
  await client.query('begin')
  try {
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => undefined) // a broken connection has undone it
    throw error
  }
}

/** What to do about the faults of a start, by SQLSTATE or the system's code. */
const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'nothing listens there: start PostgreSQL, or correct the directory of its socket',
  ECONNREFUSED: 'nothing listens there: start PostgreSQL, or correct host and port',
  ENOTFOUND: 'no such host: correct it',
  noTls: 'it speaks no TLS: turn its ssl on, or reach it by loopback or its socket without `ca`',
  timeout: 'it does not answer in time',
  '28P01': 'the password is refused: correct it in passwordFile',
  '28000': 'the user is refused: see pg_hba.conf of the server',
  '3D000': 'there is no such database: create it with the user as its owner',
  '42501': 'the user may not make or use the tables: let it own the database',
  '42P01': 'the tables are gone: start the gateway anew, which makes them',
}

/** The fault of a start as its operator reads it: where, what, and what to do. */
export function explainFault(error: unknown, { host, port, database }: PostgresPlace): Error {
  const code = codeOf(error)
  const why =
    error instanceof PostgresFault
      ? error.message
      : /CERT|ISSUER/.test(code)
        ? `its certificate is refused (${code}): it must be for this host, and by an authority in \`ca\``
        : (remedies[code] ?? `it cannot be used (${code}): see the log of the server`)
  return new PostgresFault(`PostgreSQL at \`${host}:${port}/${database}\`: ${why}`, {
    cause: error,
  })
}

/** SQLSTATE, code of the system or of TLS; texts of errors are not repeated, since they may hold values. */
export function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown }
  if (typeof code === 'string') return code
  if (error instanceof PostgresFault) return error.message
  const text = error instanceof Error ? error.message : ''
  if (text.includes('does not support SSL')) return 'noTls'
  return /time|terminated/i.test(text) ? 'timeout' : 'unknown'
}

/**
 * Classes of SQLSTATE that say that the server is busy, going or full (08, 25 read only, 40, 53, 55, 57, 58); anything else of a statement is
 * a fault of ours.
 */
const awayClasses = new Set(['08', '25', '40', '53', '55', '57', '58'])

/** A message that cannot be remembered is refused: OVERLOADED when waiting helps, else INTERNAL. */
export function notRemembered(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause
  const isOurs = cause instanceof DatabaseError && !awayClasses.has((cause.code ?? '').slice(0, 2))
  return isOurs
    ? new GatewayError('INTERNAL', 'replay key cannot be kept', [], { cause })
    : new GatewayError('OVERLOADED', 'replay keys cannot be reached', [], { cause })
}
