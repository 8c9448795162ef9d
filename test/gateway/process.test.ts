import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { dataParts } from '../../src/app.ts'
import { readEntry, splitLines } from '../../src/audit/entry-chain.ts'
import { generateData } from '../../src/cli/data.ts'
import { dataPaths } from '../../src/store/data-directory.ts'
import { listJournals, verifyJournalFile } from '../../src/store/journal-file.ts'
import { webServiceConnector } from '../../src/services/ssdn/service.ts'
import { personas } from '../../src/synthetic/personas.ts'
import {
  answersBeforeSync,
  isSyncedBeforeAnswer,
  straceArguments,
} from '../durability/sync-before-answer.ts'
import { carrying, manageAccess, ssdnRequest } from '../services/ssdn-parts.ts'
import { startGatewayProcess, type GatewayOptions, type ServerProcess } from '../gateway-process.ts'
import { askSoap, requestXml, send, signAs, textIn, xmlHeaders, type Ask } from './ask.ts'
import { agentOf, lastQuarter } from './gateway.ts'
import { consultationNamed } from './questions.ts'

// processes start slowly on a busy machine
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const directories: string[] = []
const processes: ServerProcess[] = []
afterEach(async () => {
  for (const one of processes.splice(0)) await one.stop()
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

/** A directory with the personas' registers in it. */
function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'quadrivium-process-'))
  directories.push(directory)
  const quiet = { ...dataParts, log: () => undefined }
  const dir = join(directory, 'data')
  generateData({ persons: 0, seed: 1, quarters: 2, until: lastQuarter, dir }, quiet)
  return directory
}

/** A gateway in a process of its own, over plain HTTP, where phare needs no client certificate. */
async function start(
  directory: string,
  options: Partial<GatewayOptions> = {},
): Promise<ServerProcess> {
  const given = { directory, processes: 1, plain: true, eased: 'phare', ...options }
  const gateway = await startGatewayProcess(given)
  processes.push(gateway)
  return gateway
}

const ask: Ask = {
  as: 'phare',
  ...consultationNamed('consultByWorker'),
  legalContext: 'PHARE:SUBSIDY_QUARTER',
  criteria: { ssin: personas.fullTime.ssin, beginQuarter: '2024Q2', endQuarter: '2024Q3' },
}

/** Asks one question after the other on several connections, until `enough` answers came or the gateway is gone. */
async function load(gateway: ServerProcess, enough: number): Promise<string[]> {
  const tickets: string[] = []
  const one = async () => {
    while (tickets.length < enough) {
      const { text } = await askSoap(gateway, ask)
      if (!text.includes('DATA_FOUND')) throw new Error(text)
      tickets.push(textIn(text, 'ticketCBSS')!)
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: 8 }, one))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined && tickets.length < enough) throw failed.reason
  return tickets
}

const ticketsIn = (text: string) =>
  [...text.matchAll(/<ticketCBSS>([\da-f-]{36})/g)].map(([, ticket]) => ticket!)

const loadSixty = async (gateway: ServerProcess) => expect(await load(gateway, 60)).not.toEqual([])

/** The trace of a gateway that is asked something and stopped. */
async function trace(
  options: Partial<GatewayOptions>,
  act: (gateway: ServerProcess) => Promise<void> = loadSixty,
): Promise<string> {
  const directory = newDirectory()
  const output = join(directory, 'trace')
  // -D: the gateway stays our child, strace stands aside
  const under = ['strace', '-D', ...straceArguments(output)]
  const gateway = await start(directory, { ...options, under })
  await act(gateway)
  await gateway.stop()
  // strace pads a small process number with blanks
  const end = new RegExp(`^${gateway.pid} +\\+{3} exited`, 'm')
  for (;;) {
    const text = readFileSync(output, 'utf8')
    if (end.test(text)) return text
    await sleep(50)
  }
}

// .ci/run installs strace; on another system than Linux there is none, and durability.test.ts shows the same order
const traceable = spawnSync('strace', ['-V']).error === undefined

describe.runIf(traceable)('a gateway under strace', () => {
  it('has synced the entries of an answer before it writes its first byte', async () => {
    const text = await trace({})
    expect(new Set(ticketsIn(text)).size).toBeGreaterThanOrEqual(60)
    expect(answersBeforeSync(text, ticketsIn)).toEqual([])
  })

  it('has synced what it registers in the reference directory before it says so', async () => {
    const register = manageAccess({ ssin: personas.notIntegrated.ssin })
    const text = await trace({}, async (gateway) => {
      const { status } = await send(gateway.url + webServiceConnector.path, {
        agent: agentOf('phare', gateway.url),
        headers: { ...xmlHeaders, SOAPAction: `"${webServiceConnector.soapAction('sendXML')}"` },
        body: signAs('phare', carrying(ssdnRequest(register))),
      })
      expect(status).toBe(200)
    })
    const tellsOfIt = (written: string) =>
      written.includes('xmlString') && written.includes('Registrations')
    expect(isSyncedBeforeAnswer(text, 'registers.db-wal', tellsOfIt)).toBe(true)
  })

  it('is caught when it does not sync', async () => {
    const program = join(import.meta.dirname, 'serve-without-sync.ts')
    const text = await trace({ program })
    expect(answersBeforeSync(text, ticketsIn).length).toBeGreaterThanOrEqual(60)
  })
})

describe('a gateway that is killed under load (kill -9)', () => {
  it('has both entries of every answer; the next start cuts a torn record, answers, and knows what was received', async () => {
    const directory = newDirectory()
    const first = await start(directory)
    const replayed = signAs('phare', requestXml(ask))
    const sendReplayed = (url: string) =>
      send(url + ask.service.path, {
        agent: agentOf('phare', url),
        headers: xmlHeaders,
        body: replayed,
      })
    expect((await sendReplayed(first.url)).text).toContain('DATA_FOUND')

    const answered: string[] = []
    let gone = false
    const clients = Array.from({ length: 8 }, async () => {
      while (!gone) {
        const answer = await askSoap(first, ask).catch(() => undefined)
        if (answer === undefined) return
        answered.push(textIn(answer.text, 'ticketCBSS')!)
        if (answered.length === 200) process.kill(first.pid, 'SIGKILL')
      }
    })
    await Promise.all(clients)
    gone = true
    expect(answered.length).toBeGreaterThanOrEqual(200)

    const { journals } = dataPaths(join(directory, 'data'))
    const [journal] = listJournals(journals)
    const path = join(journals, journal!.name)
    const left = readFileSync(path)
    // a kill leaves whole writes; a torn one is what a power cut would leave
    const whole = left.subarray(0, left.lastIndexOf(0x0a) + 1)
    if (whole.length === left.length) appendFileSync(path, '{"sequence":9999,"entry":{"kind":"ans')
    const kinds = Map.groupBy(
      [...splitLines(whole)].flatMap(({ bytes }) => readEntry(bytes) ?? []),
      ({ ticket }) => ticket,
    )
    const lost = answered.filter(
      (ticket) =>
        kinds
          .get(ticket)
          ?.map(({ kind }) => kind)
          .join(' ') !== 'granted answered',
    )
    expect(lost).toEqual([])

    const second = await start(directory)
    expect(readFileSync(path).equals(whole)).toBe(true)
    expect((await sendReplayed(second.url)).text).toContain('The message was already received.')
    expect((await askSoap(second, ask)).text).toContain('DATA_FOUND')
    await second.stop()
    expect(
      listJournals(journals).map(({ name }) => verifyJournalFile(join(journals, name)).kind),
    ).toEqual(['whole', 'whole'])
  })
})
