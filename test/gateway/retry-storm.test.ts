import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it, vi } from 'vitest'
import { processTree } from '../../bench/process-stat.ts'
import { dataParts } from '../../src/app.ts'
import { readEntry, splitLines } from '../../src/audit/entry-chain.ts'
import { generateData } from '../../src/cli/data.ts'
import { dataPaths } from '../../src/store/data-directory.ts'
import { listJournals } from '../../src/store/journal-file.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { startGatewayProcess, type ServerProcess } from '../gateway-process.ts'
import { requestXml, send, signAs, textIn, xmlHeaders, type Ask } from './ask.ts'
import { agentOf, lastQuarter } from './gateway.ts'
import { consultationNamed } from './questions.ts'

// processes start slowly on a busy machine
vi.setConfig({ testTimeout: 240_000 })

const directory = mkdtempSync(join(tmpdir(), 'quadrivium-storm-'))
const processes: ServerProcess[] = []
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

/** Two processes over one data directory, which may have served before. */
async function start(): Promise<ServerProcess> {
  const gateway = await startGatewayProcess({ directory, processes: 2 })
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
  gateway: ServerProcess
  readonly messages: readonly Stormed[]
  /** how often a caller was told to wait, and how often nobody answered */
  waited: number
  lost: number
  /** what somebody without the client certificate was told */
  readonly captured: string[]
}

function sendTo({ gateway }: Storm, who: string, { bytes }: Stormed) {
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
async function rage(gateway: ServerProcess, disturb: (storm: Storm) => Promise<void>) {
  const messages = Array.from({ length: messagesEach }, () => ({
    bytes: signAs('phare', requestXml(ask)),
    answers: [],
  }))
  const storm: Storm = { gateway, messages, waited: 0, lost: 0, captured: [] }
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

function entriesByTicket() {
  const { journals } = dataPaths(join(directory, 'data'))
  const entries = listJournals(journals).flatMap(({ name }) =>
    [...splitLines(readFileSync(join(journals, name)))].flatMap(({ bytes, ended }) =>
      ended ? (readEntry(bytes) ?? []) : [],
    ),
  )
  return Map.groupBy(entries, ({ ticket }) => ticket)
}

it('a storm of retries over two processes, killed (kill -9) and started again: one answer a message, made once, and none for who captured it', async () => {
  const quiet = { ...dataParts, log: () => undefined }
  const dir = join(directory, 'data')
  generateData({ persons: 0, seed: 1, quarters: 2, until: lastQuarter, dir }, quiet)

  const first = await rage(await start(), async (storm) => {
    for (const pid of processTree(storm.gateway.pid)) process.kill(pid, 'SIGKILL')
    storm.gateway = await start()
  })
  await sleep(5_500) // a process that dies right after its start ends the gateway
  const second = await rage(first.gateway, async (storm) => {
    const worker = processTree(storm.gateway.pid).find((pid) => pid !== storm.gateway.pid)!
    process.kill(worker, 'SIGKILL')
    return Promise.resolve()
  })

  const byTicket = entriesByTicket()
  for (const { lost, waited, messages, captured } of [first, second]) {
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
  expect(answeredTickets).toHaveLength(2 * messagesEach)
})
