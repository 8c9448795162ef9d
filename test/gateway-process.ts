/** Starts a gateway as its operator would, `quadrivium serve` in processes of its own, on a free port of the loopback. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
/** Where `npm run certs` writes. */
export const certificates = join(root, 'certs-test/out')

/** 14/057 and what is invented for the sandbox. */
export const packageDeliberations = join(root, 'deliberations')

/** PEM files of the test PKI. */
export const pem = {
  seal: pair('gateway/seal', 'gateway/seal'),
  sealP256: pair('gateway/seal-p256', 'gateway/seal-p256'),
  tls: pair('server/tls.chain', 'server/tls'),
  root: join(certificates, 'ca/root.pem'),
  qualified: join(certificates, 'ca/qualified.pem'),
  other: join(certificates, 'ca/other.pem'),
}

/** The trusted list of the test PKI, as a configuration names it. */
export const trustedList = {
  file: join(certificates, 'trusted-list.json'),
  sha256File: join(certificates, 'trusted-list.json.sha256'),
}

function pair(certificate: string, key: string) {
  return {
    certificate: join(certificates, `${certificate}.pem`),
    key: join(certificates, `${key}.key.pem`),
  }
}

/** All tests and measurements come from one address, and faster than any institution. */
export const callersWithoutLimit = {
  addressRequestsPerSecondMax: 1_000_000,
  institutionRequestsPerSecondMax: 1_000_000,
}

/** PEM files of an institution. */
export function pemOf(institution: string) {
  const own = `institutions/${institution}`
  return {
    signing: pair(`${own}/signing`, `${own}/signing`),
    tls: pair(`${own}/tls.chain`, `${own}/tls`),
  }
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly pid: number
  /** scheme, host and port */
  readonly url: string
  stop(): Promise<void>
}

export interface GatewayOptions {
  /** configuration and data go there; data are made at the first start */
  readonly directory: string
  readonly processes: number
  /** synthetic persons beside the personas; 100 when absent */
  readonly persons?: number
  /** plain HTTP */
  readonly plain?: boolean
  /** file sets of the expeditor 100001, institution `atelier`, are taken from `sftp` in the directory */
  readonly files?: boolean
  /** an institution that needs no TLS client certificate, and whose seal is registered itself, so that its token need not be signed */
  readonly eased?: string
  /** what replies are signed with; the seal of the sandbox when absent */
  readonly signing?: { readonly certificate: string; readonly key: string }
  /** PostgreSQL with the replay keys; hot.db when absent */
  readonly replayDatabase?: object
  /** a program in the place of `src/main.ts` */
  readonly program?: string
  /** a command that runs Node, with its arguments, e.g. strace */
  readonly under?: readonly string[]
}

/** Resolves when the gateway listens. */
export async function startGatewayProcess(options: GatewayOptions): Promise<ServerProcess> {
  const { directory, plain = false } = options
  mkdirSync(directory, { recursive: true })
  const port = await freePort()
  const url = `${plain ? 'http' : 'https'}://127.0.0.1:${port}`
  const config = {
    publicUrl: url,
    listen: { host: '127.0.0.1', port, plain },
    dataDirectory: join(directory, 'data'),
    tls: pem.tls,
    signing: options.signing ?? pem.seal,
    authorities: [
      { certificate: pem.root, anchor: true, crl: join(certificates, 'ca/root.crl') },
      { certificate: pem.qualified, crl: join(certificates, 'ca/qualified.crl') },
      { certificate: pem.other, crl: join(certificates, 'ca/other.crl') },
    ],
    trustedList,
    institutions: writeInstitutions(directory, options.eased),
    deliberations: packageDeliberations,
    limits: callersWithoutLimit,
    logLevel: 'error',
    ...(options.replayDatabase !== undefined && { replayDatabase: options.replayDatabase }),
    ...(options.files === true && {
      files: {
        directory: join(directory, 'sftp'),
        sandbox: true,
        expeditors: { '100001': { institution: 'atelier', legalContext: 'DIMONA:DECLARATION' } },
      },
    }),
  }
  const configFile = join(directory, 'config.json')
  writeFileSync(configFile, JSON.stringify(config))
  const main = join(root, 'src/main.ts')
  if (!existsSync(join(config.dataDirectory, 'registers.db'))) {
    const persons = `${options.persons ?? 100}`
    const args = [main, 'data', 'generate', '--persons', persons, '--dir', config.dataDirectory]
    execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  }
  const program = options.program ?? main
  // as docs/operating.md has it for one process; several get it from the first
  const young = '--max-semi-space-size=16'
  const args = [
    young,
    program,
    'serve',
    '--config',
    configFile,
    '--processes',
    `${options.processes}`,
  ]
  const { child } = await startNode(args, /listening|https?:\/\//, options.under)
  return processOf(child, url)
}

function writeInstitutions(directory: string, eased: string | undefined): string {
  const registry = JSON.parse(readFileSync(join(certificates, 'institutions.json'), 'utf8')) as {
    institutions: { id: string }[]
  }
  const institutions = registry.institutions.map((row) => {
    if (row.id !== eased) return row
    return { ...row, clientCertificate: 'optional' }
  })
  const file = join(directory, 'institutions.json')
  writeFileSync(file, JSON.stringify({ institutions }))
  return file
}

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const startTimeoutMs = 120_000

/** Runs Node until it has printed what is wanted. */
export async function startNode(
  args: readonly string[],
  wanted: RegExp,
  under: readonly string[] = [],
): Promise<{ child: ChildProcess; printed: string }> {
  const [command = process.execPath, ...rest] = [...under, process.execPath, ...args]
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`no \`${wanted.source}\` from the server in time: ${printed}`))
    }, startTimeoutMs)
    child.stdout.on('data', (chunk: Buffer) => {
      if (wanted.test(printed)) {
        process.stderr.write(chunk) // errors that the server logs later
        return
      }
      printed += chunk.toString()
      if (!wanted.test(printed)) return
      clearTimeout(timer)
      resolve({ child, printed })
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the server ended with code ${code ?? 'none'}: ${printed}`))
    })
  })
}

/** A handle on a started server. */
export function processOf(child: ChildProcess, url: string): ServerProcess {
  if (child.pid === undefined) throw new Error('the server has no process')
  let stopping = false
  child.once('exit', (code, signal) => {
    if (!stopping) console.error(`the server ended by itself: ${code ?? signal ?? ''}`)
  })
  return {
    pid: child.pid,
    url,
    stop: async () => {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
