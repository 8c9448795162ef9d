import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Config } from '../../src/config.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { postgresPrograms, startPostgres, type TestPostgres } from '../postgres.ts'
import { requestXml, send, signAs, xmlHeaders, type Ask } from './ask.ts'
import { agentOf, startTestGateway, type TestGateway } from './gateway.ts'
import { consultationNamed } from './questions.ts'

// a server starts slowly on a busy machine
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 })

const ask: Ask = {
  as: 'phare',
  ...consultationNamed('consultByWorker'),
  legalContext: 'PHARE:SUBSIDY_QUARTER',
  criteria: { ssin: personas.fullTime.ssin, beginQuarter: '2024Q2', endQuarter: '2024Q3' },
}

const sign = (question: Ask = ask) => signAs(question.as, requestXml(question)).toString()

const sendTo = (gateway: TestGateway, body: string, who = ask.as) =>
  send(gateway.url + ask.service.path, {
    agent: agentOf(who, gateway.url),
    headers: xmlHeaders,
    body,
  })

const kindsSince = (gateway: TestGateway, mark: number) =>
  gateway.entries(mark).map(({ kind, code }) => [kind, code].filter(Boolean).join(' '))

describe.runIf(postgresPrograms !== undefined)('two gateways with one PostgreSQL', () => {
  let server: TestPostgres
  let here: TestGateway
  let there: TestGateway
  let configure: (config: Config) => Config

  beforeAll(async () => {
    server = await startPostgres()
    const { host, database, user } = server.place(await server.newDatabase())
    configure = (config) => ({ ...config, replayDatabase: { socket: host, database, user } })
    here = await startTestGateway({ configure })
    there = await startTestGateway({ configure })
  })
  afterAll(async () => {
    await here.close()
    await there.close()
    await server.remove()
  })

  it('answer a message once: the other tells an honest retry the same bytes, and a replay nothing', async () => {
    const body = sign()
    const first = await sendTo(here, body)
    expect(first.text).toContain('DATA_FOUND')
    const mark = there.mark()
    const again = await sendTo(there, body)
    expect([again.status, again.text]).toEqual([200, first.text])
    const replayed = await sendTo(there, body, 'none')
    expect(replayed.text).toContain('The message was already received')
    expect(kindsSince(there, mark)).toEqual(['repeated', 'refused REPLAY'])
  })

  it('answer a message once that reaches both at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const body = sign()
      const marks = [here.mark(), there.mark()] as const
      const answers = await Promise.all([sendTo(here, body), sendTo(there, body)])
      const told = answers.filter(({ text }) => text.includes('DATA_FOUND'))
      expect(told.length).toBeGreaterThan(0)
      expect(new Set(told.map(({ text }) => text)).size).toBe(1)
      const entries = [...here.entries(marks[0]), ...there.entries(marks[1])]
      expect(entries.filter(({ kind }) => kind === 'answered')).toHaveLength(1)
    }
  })

  it('refuse an id that came to the other with other content', async () => {
    const ticket = randomUUID()
    const other = { ...ask, criteria: { ...ask.criteria, endQuarter: '2024Q2' }, ticket }
    expect((await sendTo(here, sign({ ...ask, ticket }))).text).toContain('DATA_FOUND')
    const mark = there.mark()
    await sendTo(there, sign(other))
    expect(kindsSince(there, mark)).toEqual(['refused REPLAY_CONFLICT'])
  })

  it('refuse every message while it is away, say so in their health, and use none up', async () => {
    const [known, late] = [sign(), sign()]
    const first = await sendTo(here, known)
    await server.stop('kill')
    for (const body of [known, late]) {
      const { status, headers, text } = await sendTo(there, body)
      expect(status).toBe(503)
      expect(headers['retry-after']).toBe('1')
      expect(text).not.toContain('DATA_FOUND')
    }
    const health = async (gateway: TestGateway) =>
      (await send(`${gateway.url}/health`, { agent: agentOf('none', gateway.url), method: 'GET' }))
        .status
    expect(await health(there)).toBe(503)
    await server.start()
    await vi.waitFor(
      async () => expect([await health(here), await health(there)]).toEqual([200, 200]),
      20_000,
    )
    expect((await sendTo(there, known)).text).toBe(first.text)
    expect((await sendTo(there, late)).text).toContain('DATA_FOUND')
    const events = there.logText()
    expect(events).toContain('replay keys cannot be reached: messages are refused')
    expect(events).toContain('replay keys are reached again')
  })

  it('know from their journals what the database forgot, once they were started anew', async () => {
    const body = sign()
    expect((await sendTo(here, body)).text).toContain('DATA_FOUND')
    const { database } = configure({} as Config).replayDatabase!
    await server.query(database, 'truncate replay_key, kept_answer, process, kept_answer_total')
    // until then they take nothing: the database is not the one they wrote to
    expect((await sendTo(here, sign())).status).toBe(503)
    expect((await sendTo(there, body)).status).toBe(503)
    await Promise.all([here.stop(), there.stop()])
    here = await startTestGateway({ configure, directory: here.directory })
    there = await startTestGateway({ configure, directory: there.directory })
    for (const gateway of [here, there])
      expect((await sendTo(gateway, body)).text).toContain('The message was already received')
  })

  it.each<[string, (directory: string) => object, string]>([
    ['there is no such database', () => ({ database: 'none' }), 'there is no such database'],
    [
      'nothing listens on its socket',
      (directory) => ({ socket: directory }),
      'nothing listens there: start PostgreSQL',
    ],
    [
      'the tables are those of a newer program',
      () => ({ database: 'newer' }),
      'the database has schema version 99, this program knows 1',
    ],
  ])('are not started when %s, and say what to do', async (_why, change, message) => {
    await server.query('postgres', 'create database newer').catch(() => undefined)
    await server.query(
      'newer',
      `create schema if not exists quadrivium; create table if not exists schema_version (version integer);
       insert into schema_version values (99)`,
    )
    await here.stop()
    const wrong = (config: Config): Config => {
      const { replayDatabase, ...rest } = configure(config)
      return { ...rest, replayDatabase: { ...replayDatabase!, ...change(here.directory) } }
    }
    const start = (how: (config: Config) => Config) =>
      startTestGateway({ configure: how, directory: here.directory })
    await expect(start(wrong)).rejects.toThrow(message)
    here = await start(configure)
    expect((await sendTo(here, sign())).text).toContain('DATA_FOUND')
  })

  it('name no password where it is refused', async () => {
    const passwordFile = join(here.directory, 'password')
    writeFileSync(passwordFile, 'not the right one\n', { mode: 0o600 })
    await server.query('postgres', `create role locked login password 'the right one'`)
    const { database } = configure({} as Config).replayDatabase!
    await server.query('postgres', `grant all on database ${database} to locked`)
    const refused = startTestGateway({
      configure: (config) => {
        const { replayDatabase, ...rest } = configure(config)
        return { ...rest, replayDatabase: { ...replayDatabase!, user: 'locked', passwordFile } }
      },
    })
    await expect(refused).rejects.toThrow('the password is refused: correct it in passwordFile')
    const error: unknown = await refused.catch((cause: unknown) => cause)
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('right one')
  })
})
