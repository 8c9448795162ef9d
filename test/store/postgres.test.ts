import { readFileSync } from 'node:fs'
import { Client } from 'pg'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { preparePostgresReplay } from '../../src/store/restore-postgres.ts'
import { migratePostgres } from '../../src/store/postgres.ts'
import { freePort, pem } from '../gateway-process.ts'
import {
  postgresPrograms,
  startPostgres,
  type TestPostgres,
  type TestPostgresOptions,
} from '../postgres.ts'

// a server starts slowly on a busy machine
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const running: TestPostgres[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.remove()
})

async function start(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const server = await startPostgres(options)
  running.push(server)
  return server
}

describe.runIf(postgresPrograms !== undefined)('a PostgreSQL server', () => {
  it.each([
    ['fsync=off', 'the server has fsync off: turn it on'],
    ['synchronous_commit=off', 'the server has synchronous_commit off: turn it on'],
  ])('with %s is refused: what it commits might not last', async (setting, message) => {
    const server = await start({ settings: [setting] })
    await expect(preparePostgresReplay(server.place('postgres'), 'node', [])).rejects.toThrow(
      message,
    )
  })

  it('is brought to the version of the program once, however many begin at once', async () => {
    const server = await start()
    const place = server.place('postgres')
    const nodes = Array.from({ length: 8 }, (_, index) => `node ${index}`)
    await Promise.all(nodes.map((node) => preparePostgresReplay(place, node, [])))
    expect(await server.query('postgres', 'select version from schema_version')).toEqual([
      { version: 1 },
    ])
    const client = new Client({ host: place.host, user: place.user, database: 'postgres' })
    await client.connect()
    await client.query('set search_path = quadrivium')
    await migratePostgres(client, ['', 'create table later (id integer)'])
    await client.end()
    await expect(preparePostgresReplay(place, 'node', [])).rejects.toThrow(
      'the database has schema version 2, this program knows 1: start the newer program',
    )
  })

  it('beyond its socket is the one that its certificate names, by the given authority, or refused', async () => {
    const port = await freePort()
    const server = await start({ listen: { port, ...pem.tls } })
    const place = { ...server.place('postgres'), port }
    const [root, other] = [pem.root, pem.other].map((file) => readFileSync(file, 'utf8'))
    const prepare = (host: string, ca: string) =>
      preparePostgresReplay({ ...place, host, ca }, 'node', [])
    await prepare('localhost', root!)
    await prepare('127.0.0.1', root!)
    await expect(prepare('127.0.0.2', root!)).rejects.toThrow('ERR_TLS_CERT_ALTNAME_INVALID')
    await expect(prepare('localhost', other!)).rejects.toThrow(
      /UNABLE_TO_|SELF_SIGNED_CERT_IN_CHAIN/,
    )
  })

  it('that speaks no TLS is not asked without it', async () => {
    const port = await freePort()
    const server = await start({ listen: { port } })
    const place = { ...server.place('postgres'), port, host: '127.0.0.1' }
    await preparePostgresReplay(place, 'node', [])
    const ca = readFileSync(pem.root, 'utf8')
    await expect(preparePostgresReplay({ ...place, ca }, 'node', [])).rejects.toThrow(
      'it speaks no TLS',
    )
  })
})
