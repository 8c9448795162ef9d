import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { silentLog } from '../../src/base/log.ts'
import { PostgresReplay, type PostgresReplayOptions } from '../../src/store/postgres-replay.ts'
import { preparePostgresReplay } from '../../src/store/restore-postgres.ts'
import type { Attempt, ReceivedMessage } from '../../src/ws-security/replay.ts'
import { postgresPrograms, startPostgres, type TestPostgres } from '../postgres.ts'
import { temporaryDirectory } from './temporary.ts'

// a server starts slowly on a busy machine
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const secret = randomBytes(256)
const message = (digest: string, rest: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  digest,
  signer: 'phare',
  messageId: undefined,
  expiresAtMs: Date.now() + 600_000,
  ticket: `ticket of ${digest}`,
  secret,
  ...rest,
})
const told = (text: string) => ({ httpStatus: 200, bytes: Buffer.from(text) })
const unreached = { code: 'OVERLOADED', message: 'replay keys cannot be reached' }

const opened: PostgresReplay[] = []
afterEach(async () => {
  for (const replay of opened.splice(0)) await replay.close()
})

async function verdictOf(replay: PostgresReplay, asked: ReceivedMessage): Promise<string> {
  const verdict = await replay.check(asked)
  return verdict.kind === 'answered'
    ? `answered ${verdict.ticket}: ${Buffer.from(verdict.answer.bytes).toString()}`
    : verdict.kind
}

async function begin(replay: PostgresReplay, asked: ReceivedMessage): Promise<Attempt> {
  const verdict = await replay.check(asked)
  if (verdict.kind !== 'fresh' && verdict.kind !== 'again') throw new Error(verdict.kind)
  return verdict.attempt!
}

/** Somebody else's transaction has the id for some seconds, then gives it up. */
async function holdId(
  server: TestPostgres,
  database: string,
  id: string,
  seconds: number,
): Promise<void> {
  void server.query(
    database,
    `begin; insert into replay_key (digest, signer, message_id, expires_at_ms, attempt, turn, completed)
     values ('holds', 'phare', '${id}', 0, 1, 0, false); select pg_sleep(${seconds}); rollback`,
  )
  await vi.waitFor(async () => {
    const sql = `select 1 from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()
                 and state = 'active'`
    expect(await server.query(database, sql)).toHaveLength(1)
  })
}

describe.runIf(postgresPrograms !== undefined)('replay keys of several machines', () => {
  let server: TestPostgres
  let database: string
  beforeAll(async () => {
    server = await startPostgres()
    database = await server.newDatabase()
    await preparePostgresReplay(server.place(database), 'any', [])
  })
  afterAll(() => server.remove())

  /** A process of a node, live in its place. */
  async function processOf(
    node: string,
    options: Partial<PostgresReplayOptions> & { number?: number; closed?: string[] } = {},
  ): Promise<PostgresReplay> {
    const { number = 1, closed = [], ...rest } = options
    const replay = new PostgresReplay({
      place: server.place(database),
      node,
      nowMs: () => Date.now(),
      keptAnswers: { countMax: 1000, bytesMax: 1_000_000 },
      keysMax: 100_000,
      log: silentLog,
      ...rest,
    })
    opened.push(replay)
    await replay.claim(number, (tickets) => closed.filter((ticket) => tickets.has(ticket)))
    return replay
  }

  it('a message is fresh on one, and answered, in progress, a replay or in conflict on the other', async () => {
    const [here, there] = [await processOf('here'), await processOf('there')]
    const asked = message('shared', { messageId: 'urn:uuid:shared' })
    const attempt = await begin(here, asked)
    expect(await verdictOf(there, asked)).toBe('inProgress')
    await attempt.keep(told('A'))
    attempt.complete()
    await vi.waitFor(async () =>
      expect(await verdictOf(there, asked)).toBe('answered ticket of shared: A'),
    )
    expect(await verdictOf(there, { ...asked, secret: undefined })).toBe('same')
    expect(await verdictOf(there, { ...asked, secret: randomBytes(256) })).toBe('same')
    expect(await verdictOf(there, { ...asked, digest: 'other' })).toBe('conflict')
    expect(await there.isKnown('shared')).toBe(true)
    expect(await there.isKnown('never')).toBe(false)
  })

  it('only a start in the same place frees what a dead process left open, and only what its journal does not end', async () => {
    const dead = await processOf('mortal')
    await (await begin(dead, message('ended'))).keep(told('E'))
    await begin(dead, message('open'))
    const there = await processOf('survivor')
    await processOf('mortal', { number: 2 })
    for (const digest of ['ended', 'open'])
      expect(await verdictOf(there, message(digest))).toBe('inProgress')
    const next = await processOf('mortal', { closed: ['ticket of ended'] })
    expect(await verdictOf(there, message('ended'))).toBe('answered ticket of ended: E')
    const again = await begin(there, message('open', { ticket: 'another' }))
    expect(again).toMatchObject({ ticket: 'ticket of open', number: 2 })
    expect(await verdictOf(next, message('open'))).toBe('inProgress')
  })

  it('are free of the processes of a machine that starts anew with fewer', async () => {
    const dead = await processOf('shrunk', { number: 4 })
    await begin(dead, message('of the fourth'))
    const there = await processOf('other')
    expect(await verdictOf(there, message('of the fourth'))).toBe('inProgress')
    await preparePostgresReplay(server.place(database), 'shrunk', [])
    expect(await verdictOf(there, message('of the fourth'))).toBe('again')
  })

  it('hold back a process whose place another one took: it takes no message, and tells no answer of one taken over', async () => {
    const first = await processOf('copied')
    const attempt = await begin(first, message('twice'))
    const untaken = await begin(first, message('once'))
    const copy = await processOf('copied')
    const second = await begin(copy, message('twice'))
    expect(second.number).toBe(2)
    const lost = { code: 'IN_PROGRESS', message: 'another process may have taken the message over' }
    await expect(attempt.keep(told('never'))).rejects.toMatchObject(lost)
    await expect(untaken.keep(told('never'))).rejects.toMatchObject(lost)
    attempt.complete()
    await expect(first.check(message('new'))).rejects.toMatchObject(unreached)
    expect(first.isReady).toBe(false)
    await first.tend()
    expect(first.isReady).toBe(false)
    await second.keep(told('A'))
    second.complete()
    expect(await verdictOf(copy, message('twice'))).toBe('answered ticket of twice: A')
  })

  it('hold back a process when the database was put back from a backup that does not know its last message', async () => {
    const errors: string[] = []
    const log = { ...silentLog, error: (event: string) => void errors.push(event) }
    const replay = await processOf('ahead', { log })
    await replay.check(message('in the backup'))
    await server.query(database, 'create table backup as select * from process')
    await replay.check(message('not in the backup'))
    await server.query(
      database,
      `delete from replay_key where digest = 'not in the backup';
       update process p set turn = b.turn from backup b where b.owner = p.owner`,
    )
    await expect(replay.check(message('not in the backup'))).rejects.toMatchObject(unreached)
    await replay.tend()
    expect(replay.isReady).toBe(false)
    expect(errors).toEqual([expect.stringContaining('not as this process left them')])
  })

  it('are refused while the clock differs too much from that of the database: nobody would know what has expired', async () => {
    let aheadMs = 31_000
    const replay = await processOf('fast', { nowMs: () => Date.now() + aheadMs })
    await replay.tend()
    await expect(replay.check(message('early'))).rejects.toMatchObject({
      code: 'OVERLOADED',
      message: 'clock differs from the database',
    })
    aheadMs = 0
    await replay.tend()
    expect(await verdictOf(replay, message('early'))).toBe('fresh')
  })

  it('stay for a minute after they expired, since clocks differ', async () => {
    const nowMs = Date.now()
    const replay = await processOf('sweeper', { nowMs: () => nowMs })
    await replay.check(message('young', { expiresAtMs: nowMs - 59_000 }))
    await replay.check(message('old', { expiresAtMs: nowMs - 61_000 }))
    await replay.tend()
    expect(await replay.isKnown('young')).toBe(true)
    expect(await replay.isKnown('old')).toBe(false)
  })

  it('do not wait for each other in a circle, however ids and messages cross', async () => {
    const [left, right] = [await processOf('left'), await processOf('right')]
    const asks = (replay: PostgresReplay, side: string, ids: readonly string[]) =>
      Promise.all(
        ids.map((id) => verdictOf(replay, message(`${side} ${id}`, { messageId: `circle ${id}` }))),
      )
    // the one waits in the middle of what it takes, the other begins at the other end
    await holdId(server, database, 'circle m', 1.5)
    const first = asks(left, 'left', ['a', 'm', 'z'])
    await sleep(300)
    const second = asks(right, 'right', ['z', 'a'])
    expect(await first).toEqual(['fresh', 'fresh', 'fresh'])
    expect(await second).toEqual(['conflict', 'conflict'])
  })
})

describe.runIf(postgresPrograms !== undefined)('replay keys while PostgreSQL is away', () => {
  let server: TestPostgres
  let database: string
  const proxies: Server[] = []
  beforeAll(async () => {
    server = await startPostgres()
    database = await server.newDatabase()
    await preparePostgresReplay(server.place(database), 'any', [])
  })
  afterAll(async () => {
    for (const proxy of proxies) proxy.close()
    await server.remove()
  })

  async function processAt(host: string, node: string): Promise<PostgresReplay> {
    const replay = new PostgresReplay({
      place: { ...server.place(database), host },
      node,
      nowMs: () => Date.now(),
      keptAnswers: { countMax: 1000, bytesMax: 1_000_000 },
      keysMax: 100_000,
      log: silentLog,
    })
    opened.push(replay)
    await replay.claim(1, () => [])
    return replay
  }

  it.each(['orderly', 'kill'] as const)(
    'are refused, and kept when it is back (%s)',
    async (how) => {
      const replay = await processAt(server.directory, how)
      const [early, late] = [message(`early ${how}`), message(`late ${how}`)]
      const attempt = await begin(replay, early)
      await attempt.keep(told('A'))
      await server.stop(how)
      await expect(replay.check(late)).rejects.toMatchObject(unreached)
      await expect(replay.isKnown('late')).rejects.toMatchObject(unreached)
      attempt.complete() // its last entry is durable: it is written later
      await replay.tend()
      expect(replay.isReady).toBe(false)
      await expect(replay.check(late)).rejects.toMatchObject(unreached)
      await server.start()
      await replay.tend()
      expect(replay.isReady).toBe(true)
      expect(await verdictOf(replay, early)).toBe(`answered ticket of early ${how}: A`)
      expect(await verdictOf(replay, late)).toBe('fresh')
    },
  )

  it.each([
    ['arrived although nobody said so', true],
    ['waits in the server while its connection is gone', false],
  ])('a message that %s is not lost to its caller', async (_why, arrives) => {
    const name = arrives ? 'arrives' : 'waits'
    const proxy = await cuttingProxy(join(temporaryDirectory(), name))
    const replay = await processAt(proxy.directory, name)
    const asked = message(name, { messageId: `urn:uuid:${name}` })
    const other = await processAt(server.directory, `other of ${name}`)
    if (arrives) proxy.dropAnswers()
    else await holdId(server, database, 'urn:uuid:waits', 2)
    const refused = expect(replay.check(asked)).rejects.toMatchObject(unreached)
    await sleep(300)
    proxy.cut()
    await refused
    await replay.tend()
    expect(replay.isReady).toBe(true)
    expect(await verdictOf(other, asked)).toBe('again')
  })

  /** What lies between a process and the server, and can be cut. */
  async function cuttingProxy(directory: string) {
    mkdirSync(directory)
    let drops = false
    const cuts: (() => void)[] = []
    const proxy = createServer((client) => {
      const upstream = connect(join(server.directory, '.s.PGSQL.5432'))
      client.on('data', (bytes) => upstream.write(bytes))
      upstream.on('data', (bytes) => drops || client.write(bytes))
      for (const socket of [client, upstream]) socket.on('error', () => undefined)
      client.on('close', () => upstream.end())
      // the server still sees a connection that is open
      cuts.push(() => client.destroy())
      upstream.on('close', () => client.destroy())
    })
    proxies.push(proxy)
    await new Promise<void>((listening) =>
      proxy.listen(join(directory, '.s.PGSQL.5432'), listening),
    )
    return {
      directory,
      dropAnswers: () => (drops = true),
      cut: () => {
        drops = false
        for (const cut of cuts.splice(0)) cut()
      },
    }
  }
})
