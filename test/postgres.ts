/** A PostgreSQL server of its own for tests, in a temporary directory, reached by its socket there. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type QueryResultRow } from 'pg'
import type { PostgresPlace } from '../src/store/postgres.ts'

/** Where the newest server's programs are; undefined where it is not installed (.ci/run installs it). */
export const postgresPrograms = [
  ...debianFolders(),
  '/usr/pgsql/bin',
  '/opt/homebrew/bin',
  '/usr/local/bin',
].find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
if (postgresPrograms === undefined)
  console.warn('PostgreSQL is not installed: replay keys in it are not tested')

/** Debian has a folder for each version. */
function debianFolders(): string[] {
  const folder = '/usr/lib/postgresql'
  if (!existsSync(folder)) return []
  const versions = readdirSync(folder).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => join(folder, version, 'bin'))
}

/** The server refuses to run as root: then it runs as nobody. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

export interface TestPostgres {
  readonly directory: string
  /** where a database of it is */
  place(database: string): PostgresPlace
  /** makes an empty database and gives its name */
  newDatabase(): Promise<string>
  query<Row extends QueryResultRow>(database: string, sql: string): Promise<Row[]>
  start(): Promise<void>
  /** as a machine does that goes down in order, or (`kill`) at once */
  stop(how?: 'orderly' | 'kill'): Promise<void>
  /** stops it and removes its data */
  remove(): Promise<void>
}

export interface TestPostgresOptions {
  /** further settings, e.g. `fsync=off` */
  readonly settings?: readonly string[]
  /** listens on 127.0.0.1 and 127.0.0.2 too, over TLS when these are given (PEM files) */
  readonly listen?: { readonly port: number; readonly certificate?: string; readonly key?: string }
}

/** Makes a server and starts it. */
export async function startPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const directory = mkdtempSync(join(tmpdir(), 'quadrivium-postgres-'))
  const data = join(directory, 'data')
  chmodSync(directory, 0o755)
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid)
  const made = spawnSync(
    join(postgresPrograms ?? '', 'initdb'),
    [
      '--pgdata',
      data,
      '--username',
      'quadrivium',
      '--auth',
      'trust',
      '--no-sync',
      '--encoding',
      'UTF8',
      '--no-locale',
    ],
    { ...user, cwd: directory, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
  const access = ['local all locked scram-sha-256', 'local all all trust', 'host all all all trust']
  writeFileSync(join(data, 'pg_hba.conf'), `${access.join('\n')}\n`)
  const { port = 5432 } = options.listen ?? {}
  const settings = [
    'max_connections=90',
    'shared_buffers=16MB',
    ...listening(directory, options),
    ...(options.settings ?? []),
  ]
  const server: { process?: ChildProcess } = {}

  const place = (database: string): PostgresPlace => ({
    host: directory,
    port,
    database,
    user: 'quadrivium',
    timeoutMs: 5_000,
  })
  const query = async <Row extends QueryResultRow>(database: string, sql: string) => {
    const options = '-c search_path=quadrivium'
    const client = new Client({ ...place(database), options })
    await client.connect()
    try {
      return (await client.query<Row>(sql)).rows
    } finally {
      await client.end()
    }
  }
  const start = async () => {
    server.process = spawn(
      join(postgresPrograms ?? '', 'postgres'),
      ['-D', data, '-k', directory, ...settings.flatMap((setting) => ['-c', setting])],
      { ...user, cwd: directory, stdio: 'ignore' },
    )
    for (let tries = 0; ; tries += 1) {
      try {
        await query('postgres', 'select 1')
        return
      } catch (error) {
        if (tries === 600 || server.process.exitCode !== null) throw error
        await sleep(50)
      }
    }
  }
  const stop = async (how: 'orderly' | 'kill' = 'orderly') => {
    const { process: running } = server
    if (running === undefined) return
    delete server.process
    running.kill(how === 'orderly' ? 'SIGINT' : 'SIGQUIT')
    await once(running, 'exit')
  }
  let databases = 0
  await start()
  return {
    directory,
    place,
    query,
    start,
    stop,
    newDatabase: async () => {
      databases += 1
      await query('postgres', `create database test_${databases}`)
      return `test_${databases}`
    },
    remove: async () => {
      await stop()
      rmSync(directory, { recursive: true })
    },
  }
}

function listening(directory: string, { listen }: TestPostgresOptions): string[] {
  if (listen === undefined) return ['listen_addresses=']
  const address = [`port=${listen.port}`, 'listen_addresses=127.0.0.1,127.0.0.2']
  if (listen.certificate === undefined || listen.key === undefined) return address
  const [certificate, key] = [join(directory, 'server.pem'), join(directory, 'server.key')]
  writeFileSync(certificate, readFileSync(listen.certificate), { mode: 0o600 })
  writeFileSync(key, readFileSync(listen.key), { mode: 0o600 })
  if (user.uid !== undefined)
    for (const file of [certificate, key]) chownSync(file, user.uid, user.gid)
  return [...address, 'ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`]
}
