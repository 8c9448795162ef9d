import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { startFiles } from './app-files.ts'
import { KeyFileError, openSigningKeys, readTlsKeys, type SigningKeys } from './app-keys.ts'
import { sharedReplayOf } from './app-replay.ts'
import { openTrust } from './app-trust.ts'
import type { Log } from './base/log.ts'
import type { DataParts } from './cli/data.ts'
import { replayLifetimeMs, valuesOf } from './config-limits.ts'
import type { Config } from './config.ts'
import { compileContracts, type ContractFile, type Contracts } from './contracts/contracts.ts'
import { compileDeliberations } from './deliberations/decide.ts'
import { readDeliberations } from './deliberations/read.ts'
import { answerMessage } from './exchange/bundle.ts'
import type { RecordingGateway } from './exchange/record.ts'
import { makeOffsetSeal } from './exchange/offset-seal.ts'
import { openApiPathOf, openApiUrlPathOf } from './generate/openapi.ts'
import { selfContainedWsdl } from './generate/wsdl.ts'
import { readRegistry } from './institutions/read-registry.ts'
import { readCodeList, type CodeList } from './registers/code-list.ts'
import { isOwn } from './services/own-contract.ts'
import { services } from './services/registry.ts'
import { storeSource } from './sources/store-source.ts'
import { openRegisterWriter } from './store/register-writer.ts'
import { openRegisters } from './store/registers-db.ts'
import {
  createDataDirectory,
  dataPaths,
  openStore,
  prepareDataDirectory,
  prepareSharedDirectory,
  type Store,
} from './store/data-directory.ts'
import { Admission, shareOf } from './transport/admission.ts'
import { makeSecurityLog, type Channel } from './transport/channel.ts'
import { makeLog } from './transport/log.ts'
import type { RestOperation } from './transport/rest-endpoint.ts'
import { makeApp } from './transport/routes.ts'
import { listen } from './transport/server.ts'
import { makeReplySampler, makeSoapReplies } from './transport/soap-replies.ts'
import { signEnvelope, signEnvelopeByDevice } from './ws-security/sign.ts'
import { checkLimits } from './xml/scan.ts'

/** A gateway that answers. */
export interface RunningGateway {
  readonly port: number
  /** reads keys, certificates and CRLs again; no request is dropped, and what is refused leaves what was there */
  reload(): Promise<void>
  /** lets running exchanges end, makes the journal whole, gives all back */
  close(): Promise<void>
}

/** The folder that holds package.json: schemas, wsdl, deliberations and code lists lie beside it, in the repository and installed. */
export function packageRoot(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

function filesBelow(folder: string): ContractFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: relative(folder, path).replaceAll('\\', '/'),
      bytes: readFileSync(path),
    }))
}

/**
 * Once, before the serving processes start: takes the data directory, and puts the registry of institutions into its store.
 * The function it returns gives the directory free.
 */
export async function prepareData(config: Config): Promise<() => void> {
  const institutions = readRegistry(readFileSync(config.institutions))
  const { dataDirectory } = config
  const shared = sharedReplayOf(config, makeLog(config.logLevel ?? 'info'))
  const prepared =
    shared === undefined
      ? prepareDataDirectory(dataDirectory, hotOptions(config))
      : await prepareSharedDirectory(dataDirectory, { ...hotOptions(config), shared })
  const registers = openRegisters(dataPaths(config.dataDirectory).registers)
  await registers.replaceInstitutions(institutions)
  registers.close()
  return () => prepared.close()
}

function hotOptions({ keptAnswers, replayKeys, signedMessages }: Config) {
  return {
    nowMs: () => Date.now(),
    keptAnswers: valuesOf('keptAnswers', keptAnswers),
    keyPagesMax: Math.floor(valuesOf('replayKeys', replayKeys).bytesMax / 4096),
    replayLifetimeMs: replayLifetimeMs(valuesOf('signedMessages', signedMessages)),
  }
}

/** The store that a configuration names, for one serving process; their numbers begin with 1. */
export function storeOf(config: Config, process: number, log: Log): Promise<Store> {
  const shared = sharedReplayOf(config, log)
  return openStore(config.dataDirectory, {
    ...hotOptions(config),
    process,
    ...(shared !== undefined && { shared }),
  })
}

/** What `quadrivium data` needs of the world. */
export const dataParts: DataParts = {
  openSink: (path) => {
    createDataDirectory(dirname(path))
    return openRegisterWriter(path)
  },
  log: (line) => process.stderr.write(`${line}\n`),
  nowMs: () => Date.now(),
}

/** What a serving process has of the world beside the files that its configuration names. */
export interface Edges {
  readonly log: Log
  /** called once nothing else can fail but trust, files and listening; the store is closed with the gateway */
  readonly openStore: () => Promise<Store>
  /** how many processes serve; limits of callers are shared out among them */
  readonly processes: number
  /** whether this process looks at the file sets: one of all, so that a declaration has exactly one outcome */
  readonly takesFiles: boolean
}

/** Serves with the log and the store that the configuration names. Process numbers begin with 1 and end with `processes`. */
export async function startGateway(
  config: Config,
  process: number,
  processes: number,
): Promise<RunningGateway> {
  const log = makeLog(config.logLevel ?? 'info')
  return serve(config, {
    log,
    openStore: () => storeOf(config, process, log),
    processes,
    takesFiles: process === 1,
  })
}

/** Compiles deliberations and contracts, opens the store and the trust, and listens. */
export async function serve(config: Config, edges: Edges): Promise<RunningGateway> {
  const limits = shareOf(valuesOf('limits', config.limits), edges.processes)
  const structure = {
    ...valuesOf('soapStructure', config.soapStructure),
    sizeBytesMax: limits.soapBytesMax,
  }
  const signatureLimits = valuesOf('signedMessages', config.signedMessages)
  checkLimits(structure)
  const root = packageRoot()
  const schemas = filesBelow(join(root, 'schemas'))
  const contracts = compileContracts(schemas, services.map(neededContract))
  const decide = compileDeliberations(readDeliberations(deliberationTexts(config.deliberations)))
  const codeLists = readCodeLists()
  const keys = await openSigningKeys(config.signing, edges.log)
  const replies = soapReplies(keys)
  /** what is open, the last first: so it is closed */
  const opened: { close(): Promise<void> }[] = [keys]
  const close = async () => {
    for (const one of opened.splice(0)) await one.close()
  }
  try {
    const store = await edges.openStore()
    opened.unshift(store)
    if (store.recovery !== undefined && store.recovery.cutBytes > 0)
      edges.log.warn('journal: torn last record cut', { ...store.recovery })
    const institutions = await store.registers.institutions()
    const nowMs = () => Date.now()
    const trusted = await openTrust(config, { institutions, log: edges.log, nowMs })
    opened.unshift(trusted)
    const { trust, registered } = trusted
    const admission = new Admission(limits, nowMs)
    const { log } = edges
    const parts = { trust, institutions, decide, log, admission, codeLists }
    const channel = openChannel(store, parts)
    const app = makeApp({
      soap: {
        ...channel,
        limits: structure,
        signatureLimits,
        registered,
        replies,
        sampleReply: makeReplySampler(config.validateOneReplyIn ?? 1000, edges.log),
      },
      rest: {
        ...channel,
        restBytesMax: limits.restBytesMax,
        lifetimeMsMax: signatureLimits.lifetimeMsMax,
      },
      soapServices: services.map((service) => ({
        service,
        contract: contracts.xml(service.contract),
        carried: contracts.carried(service.contract),
      })),
      restOperations: restOperations(contracts),
      wsdlOf: (service) => selfContainedWsdl(service, config.publicUrl, asTexts(schemas)),
      documents: openApiDocuments(schemas),
      signingCertificates: () => keys.certificates(),
      health: () =>
        store.journal.isOpen && store.canRemember() && replies.canSign() ? 'UP' : 'DOWN',
    })
    if (config.files !== undefined && edges.takesFiles)
      opened.unshift(
        await startFiles(config, config.files, { channel, store, schemas, codeLists, keys }),
      )
    const server = await listen(app, { ...serverOptions(config), ...limits, admission })
    opened.unshift(server)
    const reload = () =>
      reloadAll(log, {
        'signing keys': () => keys.reload(),
        CRLs: () => trusted.reload(),
        ...(config.listen.plain !== true && {
          'TLS key': () => server.replaceTlsKeys(readTlsKeys(config.tls)),
        }),
      })
    return { port: server.port, reload, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The code lists of the package by name. */
function readCodeLists(): ReadonlyMap<string, CodeList> {
  const files = filesBelow(join(packageRoot(), 'codelists'))
  return new Map(
    files
      .filter(({ path }) => path.endsWith('.tsv'))
      .map(({ path, bytes }) => {
        const name = path.replace('.tsv', '')
        return [name, readCodeList(name, bytes)]
      }),
  )
}

/** What the channels share: the exchange over this store, and where refusals go. */
function openChannel(
  store: Store,
  {
    trust,
    institutions,
    decide,
    log,
    admission,
    codeLists,
  }: Pick<Channel, 'trust' | 'institutions' | 'log' | 'admission'> &
    Pick<RecordingGateway, 'decide' | 'codeLists'>,
): Channel {
  const nowMs = () => Date.now()
  const gateway: RecordingGateway = {
    journal: store.journal,
    digest: store.personDigest,
    decide,
    source: storeSource(store.registers),
    directory: store.registers,
    inscriptions: store.inscriptions,
    offsets: makeOffsetSeal(store.offsetKey),
    codeLists,
    nowMs,
  }
  return {
    trust,
    institutions,
    exchange: (inbound) => answerMessage(gateway, inbound),
    replay: store.replay,
    recordRefusal: (refusal) =>
      store.journal.append({ kind: 'refused', at: new Date(nowMs()).toISOString(), ...refusal }),
    recordRepeat: (repeat) =>
      store.journal.append({ kind: 'repeated', at: new Date(nowMs()).toISOString(), ...repeat }),
    nowMs,
    newTicket: () => randomUUID(),
    log,
    securityLog: makeSecurityLog(log, nowMs),
    admission,
  }
}

function soapReplies(keys: SigningKeys) {
  const nowMs = () => Date.now()
  return makeSoapReplies(
    {
      sign: (bodyChild, soapVersion) => {
        const createdMs = nowMs()
        const key = keys.at(createdMs)
        const reply = { bodyChild, soapVersion, createdMs }
        return 'device' in key
          ? signEnvelopeByDevice({ ...reply, key })
          : signEnvelope({ ...reply, key })
      },
      canSign: () => {
        const key = keys.at(nowMs())
        return !('device' in key) || key.device.isReady
      },
      keyId: () => keys.at(nowMs()).certificateSha256,
    },
    nowMs,
  )
}

/** Reads keys, certificates and CRLs again, each kind by itself; what is refused leaves what was there, and is logged. */
async function reloadAll(
  log: Log,
  kinds: Readonly<Record<string, () => void | Promise<void>>>,
): Promise<void> {
  for (const [kind, reload] of Object.entries(kinds)) {
    try {
      await reload()
      log.info('read again', { kind })
    } catch (error) {
      const why = error instanceof KeyFileError ? error.message : 'a file is absent or refused'
      log.error('not read again; what was there stays', { kind, why }, error)
    }
  }
}

function serverOptions({ listen, tls }: Config) {
  return {
    host: listen.host,
    port: listen.port,
    ...(listen.plain !== true && { tls: readTlsKeys(tls) }),
  }
}

function neededContract(service: (typeof services)[number]) {
  return {
    contract: service.contract,
    json: [...service.operations.values()]
      .filter((operation) => operation.kind === 'consult' && operation.restPath !== undefined)
      .map(({ name }) => name),
    carried: carriedBy(service),
  }
}

function carriedBy({ carries }: (typeof services)[number]): readonly string[] {
  return carries === undefined ? [] : [...carries.requests, carries.reply]
}

function deliberationTexts(folder: string) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name))
    .map((name) => ({ name, text: readFileSync(name, 'utf8') }))
}

function asTexts(files: readonly ContractFile[]): ReadonlyMap<string, string> {
  return new Map(files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]))
}

function openApiDocuments(schemas: readonly ContractFile[]) {
  const texts = asTexts(schemas)
  return new Map(
    services.filter(isOwn).map(({ definition }) => {
      const text = texts.get(openApiPathOf(definition).replace(/^schemas\//, '')) ?? ''
      return [openApiUrlPathOf(definition), { type: 'application/json', text }]
    }),
  )
}

function restOperations(contracts: Contracts): RestOperation[] {
  return services.flatMap((service) =>
    [...service.operations.values()].flatMap((operation) =>
      operation.kind === 'consult' && operation.restPath !== undefined
        ? [
            {
              path: operation.restPath,
              service,
              operation,
              checkRequest: contracts.jsonRequest(service.contract, operation.name),
            },
          ]
        : [],
    ),
  )
}
