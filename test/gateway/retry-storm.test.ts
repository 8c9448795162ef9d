import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { processTree } from '../../bench/process-stat.ts'
import { dataParts } from '../../src/app.ts'
import { readEntry, splitLines } from '../../src/audit/entry-chain.ts'
import { generateData } from '../../src/cli/data.ts'
import { dataPaths } from '../../src/store/data-directory.ts'
import { listJournals } from '../../src/store/journal-file.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { startGatewayProcess, type ServerProcess } from '../gateway-process.ts'
import { postgresPrograms, startPostgres } from '../postgres.ts'
import { requestXml, send, signAs, textIn, xmlHeaders, type Ask } from './ask.ts'
import { agentOf, lastQuarter } from './gateway.ts'
import { consultationNamed } from './questions.ts'

// processes start slowly on a busy machine
vi.setConfig({ testTimeout: 240_000 })

let directory: string
const processes: ServerProcess[] = []
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'quadrivium-storm-'))
})
afterEach(async () => {
  for (const one of processes.splice(0)) await one.stop()
  rmSync(directory, { recursive: true })
})

const ask: Ask = {
  as: 'phare',
  ...consultationNamed('consultByWorker'),
  legalContext: 'PHARE:SUBSIDY_QUARTER',
  criteria: { ssin: personas.fullTime.ssin, beginQuarter: '2024Q2', endQuarter: '2024Q3' },
}

/** Makes the data directory of a machine. */
function makeData(node: string): void {
  const quiet = { ...dataParts, log: () => undefined }
  const dir = join(directory, node, 'data')
  generateData({ persons: 0, seed: 1, quarters: 2, until: lastQuarter, dir }, quiet)
}

/** The processes of a machine over its data directory, which may have served before. */
async function start(
  node: string,
  options: { readonly processes: number; readonly replayDatabase?: object },
): Promise<ServerProcess> {
  const gateway = await startGatewayProcess({ directory: join(directory, node), ...options })
  processes.push(gateway)
  return gateway
}

const callersEach = 4
const messagesEach = 40

/** One message that its caller sends over and over on several connections, until each has its answer. */
interface Stormed {
  readonly bytes: Buffer
  readonly answers: string[]
}

interface Storm {
  /** one of each machine; a message goes to any */
  readonly gateways: ServerProcess[]
  readonly messages: readonly Stormed[]
  /** how often a caller was told to wait, and how often nobody answered */
  waited: number
  lost: number
  /** what somebody without the client certificate was told */
  readonly captured: string[]
}

function sendTo({ gateways }: Storm, who: string, { bytes }: Stormed) {
  const gateway = gateways[Math.floor(Math.random() * gateways.length)]!
  const agent = agentOf(who, gateway.url)
  agent.maxSockets = 16 // an address may have only so many connections
  return send(gateway.url + ask.service.path, {
    agent,
    headers: xmlHeaders,
    body: bytes,
  })
}

async function callUntilAnswered(storm: Storm, message: Stormed): Promise<void> {
  for (;;) {
    // a connection that was on its way to a killed process is never answered
    const answer = await Promise.race([
      sendTo(storm, 'phare', message).catch(() => undefined),
      sleep(10_000, undefined, { ref: false }),
    ])
    if (answer === undefined) storm.lost += 1
    else if (answer.text.includes('The message is being answered')) storm.waited += 1
    else if (answer.status === 429 || answer.status === 503) await sleep(200)
    else {
      message.answers.push(answer.text)
      return
    }
    await sleep(20 + Math.random() * 60)
  }
}

async function replayUntil(storm: Storm, message: Stormed, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const answer = await sendTo(storm, 'none', message).catch(() => undefined)
    if (answer !== undefined) storm.captured.push(answer.text)
    await sleep(200)
  }
}

/** Lets the storm rage until every caller has its answer; `disturb` comes in its middle. */
async function rage(gateways: ServerProcess[], disturb: (storm: Storm) => Promise<void>) {
  const messages = Array.from({ length: messagesEach }, () => ({
    bytes: signAs('phare', requestXml(ask)),
    answers: [],
  }))
  const storm: Storm = { gateways, messages, waited: 0, lost: 0, captured: [] }
  const ended = new AbortController()
  const calls = messages.flatMap((message) =>
    Array.from({ length: callersEach }, () => callUntilAnswered(storm, message)),
  )
  const replays = messages.map((message) => replayUntil(storm, message, ended.signal))
  while (messages.filter(({ answers }) => answers.length > 0).length < messagesEach / 4)
    await sleep(1)
  await disturb(storm)
  await Promise.all(calls)
  ended.abort()
  await Promise.all(replays)
  return storm
}

function entriesByTicket(nodes: readonly string[]) {
  const entries = nodes.flatMap((node) => {
    const { journals } = dataPaths(join(directory, node, 'data'))
    return listJournals(journals).flatMap(({ name }) =>
      [...splitLines(readFileSync(join(journals, name)))].flatMap(({ bytes, ended }) =>
        ended ? (readEntry(bytes) ?? []) : [],
      ),
    )
  })
  return Map.groupBy(entries, ({ ticket }) => ticket)
}

/** Every caller was told one answer, made once, and nobody else was told anything. */
function checkStorms(storms: readonly Storm[], nodes: readonly string[]): void {
  const byTicket = entriesByTicket(nodes)
  for (const { lost, waited, messages, captured } of storms) {
    expect(lost).toBeGreaterThan(0)
    expect(waited).toBeGreaterThan(0)
    expect(captured.length).toBeGreaterThan(messagesEach)
    expect(captured.filter((text) => text.includes('DATA_FOUND'))).toEqual([])
    for (const { answers } of messages) {
      expect(answers).toHaveLength(callersEach)
      expect(new Set(answers).size).toBe(1)
      expect(answers[0]).toContain('DATA_FOUND')
      const entries = byTicket.get(textIn(answers[0]!, 'ticketCBSS')!)!
      const answered = entries.filter(({ kind }) => kind === 'answered')
      const granted = entries.filter(({ kind }) => kind === 'granted')
      expect(answered).toHaveLength(1)
      // an attempt that died before its first entry leaves none, but takes its number
      expect(new Set(granted.map(({ attempt = 1 }) => attempt)).size).toBe(granted.length)
      // a source is asked after `granted` only
      for (const { at } of granted) expect(at <= answered[0]!.at).toBe(true)
      expect(
        entries.filter(({ kind }) => !['granted', 'answered', 'repeated'].includes(kind)),
      ).toEqual([])
    }
  }
  const answeredTickets = [...byTicket.values()].filter((entries) =>
    entries.some(({ kind }) => kind === 'granted'),
  )
  expect(answeredTickets).toHaveLength(storms.length * messagesEach)
}

function killAll({ pid }: ServerProcess): void {
  for (const each of processTree(pid)) process.kill(each, 'SIGKILL')
}

it('a storm of retries over two processes, killed (kill -9) and started again: one answer a message, made once, and none for who captured it', async () => {
  makeData('one')
  const first = await rage([await start('one', { processes: 2 })], async (storm) => {
    killAll(storm.gateways[0]!)
    storm.gateways[0] = await start('one', { processes: 2 })
  })
  await sleep(5_500) // a process that dies right after its start ends the gateway
  const second = await rage(first.gateways, async ({ gateways }) => {
    const { pid } = gateways[0]!
    process.kill(
      processTree(pid).find((each) => each !== pid)!,
      'SIGKILL',
    )
    return Promise.resolve()
  })
  checkStorms([first, second], ['one'])
})

describe.runIf(postgresPrograms !== undefined)('over two machines', () => {
  it('a storm of retries, one of them killed (kill -9) and started again: one answer a message, made once, and none for who captured it', async () => {
    const server = await startPostgres()
    try {
      const { host, database, user } = server.place(await server.newDatabase())
      const options = { processes: 1, replayDatabase: { socket: host, database, user } }
      for (const node of ['here', 'there']) makeData(node)
      // at once, on an empty database
      const gateways = await Promise.all([start('here', options), start('there', options)])
      const storm = await rage(gateways, async () => {
        killAll(gateways[1])
        await sleep(1_000)
        gateways[1] = await start('there', options)
      })
      checkStorms([storm], ['here', 'there'])
      for (const one of processes.splice(0)) await one.stop()
    } finally {
      await server.remove()
    }
  })
})
