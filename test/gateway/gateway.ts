/** A whole gateway in this process, over TLS or plain HTTP, with a data directory of its own. */
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  dataParts,
  prepareData,
  serve,
  storeOf,
  type Edges,
  type RunningGateway,
} from '../../src/app.ts'
import { readEntry, splitLines } from '../../src/audit/entry-chain.ts'
import type { Entry } from '../../src/audit/journal.ts'
import { readQuarter } from '../../src/base/civil-date.ts'
import { generateData } from '../../src/cli/data.ts'
import type { Config } from '../../src/config.ts'
import { dataPaths, type Store } from '../../src/store/data-directory.ts'
import { listJournals } from '../../src/store/journal-file.ts'
import { openRegisterWriter, type RegisterWriter } from '../../src/store/register-writer.ts'
import { makeLog } from '../../src/transport/log.ts'
import {
  callersWithoutLimit,
  certificates,
  packageDeliberations,
  pem,
  trustedList,
} from '../gateway-process.ts'

/** The last quarter of the synthetic country that tests ask about. */
export const lastQuarter = readQuarter('20243')!

export interface TestGatewayOptions {
  /** fills the registers; the personas and nobody else when absent */
  readonly fill?: (writer: RegisterWriter) => void
  /** rows of the registry of institutions, changed */
  readonly institutions?: (rows: InstitutionRow[]) => InstitutionRow[]
  /** folder of deliberation files; the one of the package when absent */
  readonly deliberations?: string
  readonly plain?: boolean
  /** the configuration, changed */
  readonly configure?: (config: Config) => Config
  /** the store in another form, e.g. on another disk */
  readonly store?: (store: Store) => Store | Promise<Store>
  /** a data directory that exists */
  readonly directory?: string
  /** whether it takes files from `<directory>/sftp`, as the sandbox does */
  readonly files?: boolean
}

/** As far as tests change it. */
export interface InstitutionRow {
  readonly id: string
  readonly clientCertificate: string
  readonly population: object
  readonly legalContexts: readonly string[]
  readonly revocation?: string
  readonly integration?: string
  readonly contractContexts?: object
}

export interface TestGateway {
  readonly url: string
  readonly directory: string
  /** every line of the log so far, as written */
  readonly logText: () => string
  /** raw bytes of every journal file */
  readonly journalBytes: () => Buffer
  /** entries of all journal files; those that stand after a mark of `mark()` */
  readonly entries: (since?: number) => readonly Entry[]
  /** how far the journal of this start has been written, in bytes */
  readonly mark: () => number
  /** what SIGHUP does */
  reload(): Promise<void>
  /** ends the gateway and keeps its data */
  stop(): Promise<void>
  /** ends the gateway and removes its data */
  close(): Promise<void>
}

export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'quadrivium-gateway-'))
  const data = join(directory, 'data')
  if (options.directory === undefined) fillRegisters(data, options)
  const plain = options.plain === true
  const config = (options.configure ?? ((one) => one))(configOf(directory, plain, options))
  let logText = ''
  const log = makeLog('info', { write: (line) => void (logText += line) })
  const release = await prepareData(config)
  const gateway = await started(config, log, options).catch((error: unknown) => {
    release()
    throw error
  })
  const stop = async () => {
    await gateway.close()
    release()
  }
  const journals = () =>
    listJournals(dataPaths(data).journals).map(({ name }) =>
      readFileSync(join(dataPaths(data).journals, name)),
    )
  const current = () => journals().at(-1)!
  return {
    url: `${plain ? 'http' : 'https'}://127.0.0.1:${gateway.port}`,
    directory,
    logText: () => logText,
    journalBytes: () => Buffer.concat(journals()),
    entries: (since) => {
      const bytes = since === undefined ? Buffer.concat(journals()) : current().subarray(since)
      return [...splitLines(bytes)].flatMap((line) => readEntry(line.bytes) ?? [])
    },
    mark: () => current().length,
    reload: () => gateway.reload(),
    stop,
    close: async () => {
      await stop()
      rmSync(directory, { recursive: true })
    },
  }
}

function started(
  config: Config,
  log: Edges['log'],
  { store = (one) => one, files = false }: TestGatewayOptions,
): Promise<RunningGateway> {
  return serve(config, {
    log,
    processes: 1,
    takesFiles: files,
    openStore: async () => store(await storeOf(config, 1, log)),
  })
}

function fillRegisters(data: string, { fill }: TestGatewayOptions): void {
  if (fill === undefined) {
    const quiet = { ...dataParts, log: () => undefined }
    generateData({ persons: 0, seed: 1, quarters: 2, until: lastQuarter, dir: data }, quiet)
    return
  }
  dataParts.openSink(join(data, 'none.db')).discard()
  const writer = openRegisterWriter(dataPaths(data).registers)
  fill(writer)
  writer.close()
}

function configOf(
  directory: string,
  plain: boolean,
  {
    institutions = (rows) => rows,
    deliberations = packageDeliberations,
    files = false,
  }: TestGatewayOptions,
): Config {
  const registry = JSON.parse(readFileSync(join(certificates, 'institutions.json'), 'utf8')) as {
    institutions: InstitutionRow[]
  }
  const file = join(directory, 'institutions.json')
  writeFileSync(file, JSON.stringify({ institutions: institutions(registry.institutions) }))
  return {
    publicUrl: 'https://gateway.example:8443',
    listen: { host: '127.0.0.1', port: 0, plain },
    dataDirectory: join(directory, 'data'),
    tls: pem.tls,
    signing: pem.seal,
    authorities: [
      { certificate: pem.root, anchor: true, crl: join(certificates, 'ca/root.crl') },
      { certificate: pem.qualified, crl: join(certificates, 'ca/qualified.crl') },
      { certificate: pem.other, crl: join(certificates, 'ca/other.crl') },
    ],
    trustedList,
    institutions: file,
    deliberations,
    ...(files && {
      files: {
        directory: join(directory, 'sftp'),
        sandbox: true,
        expeditors: { '100001': { institution: 'atelier', legalContext: 'DIMONA:DECLARATION' } },
      },
    }),
    validateOneReplyIn: 1,
    limits: callersWithoutLimit,
  }
}

const agents = new Map<string, HttpsAgent>()
const plainAgent = new HttpAgent({ keepAlive: true })

/**
 * Connections with a client certificate: of an institution (`phare`), of any certificate of the test PKI (`faulty/revoked`),
 * or `none`.
 */
export function agentOf(who: string, url: string): HttpAgent {
  if (url.startsWith('http:')) return plainAgent
  const known = agents.get(who)
  if (known !== undefined) return known
  const stem = join(certificates, who.includes('/') ? who : `institutions/${who}/tls`)
  const agent = new HttpsAgent({
    keepAlive: true,
    ca: [readFileSync(pem.root), readFileSync(pem.other)],
    ...(who !== 'none' && {
      cert: readFileSync(`${stem}.chain.pem`),
      key: readFileSync(`${stem}.key.pem`),
    }),
  })
  agents.set(who, agent)
  return agent
}
