/** Starts the two servers that are measured, each in its own processes, and stops them. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import type { NaiveConfig } from './naive/server.ts'

const root = resolve(import.meta.dirname, '..')
const certificates = join(root, 'certs-test/out')

/** PEM files of the test PKI. */
export const files = {
  seal: pair('gateway/seal', 'gateway/seal'),
  tls: pair('server/tls.chain', 'server/tls'),
  signing: pair('institutions/phare/signing', 'institutions/phare/signing'),
  client: pair('institutions/phare/tls.chain', 'institutions/phare/tls'),
  root: join(certificates, 'ca/root.pem'),
  qualified: join(certificates, 'ca/qualified.pem'),
}

function pair(certificate: string, key: string) {
  return {
    certificate: join(certificates, `${certificate}.pem`),
    key: join(certificates, `${key}.key.pem`),
  }
}

/** A server under measurement. */
export interface Server {
  readonly pid: number
  /** scheme, host and port */
  readonly url: string
  stop(): Promise<void>
}

export type Transport = 'http' | 'tls'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/**
 * The gateway, `quadrivium serve`, on the data in `directory` (made at the first start). PHARE needs no client certificate
 * here: over plain HTTP there is none.
 */
export async function startGateway(
  directory: string,
  transport: Transport,
  processes: number,
): Promise<Server> {
  mkdirSync(directory, { recursive: true })
  const port = await freePort()
  const url = `${transport === 'tls' ? 'https' : 'http'}://127.0.0.1:${port}`
  const registry = JSON.parse(readFileSync(join(certificates, 'institutions.json'), 'utf8')) as {
    institutions: { id: string }[]
  }
  const institutions = registry.institutions.map((row) =>
    row.id === 'phare' ? { ...row, clientCertificate: 'optional' } : row,
  )
  const institutionsFile = join(directory, 'institutions.json')
  writeFileSync(institutionsFile, JSON.stringify({ institutions }))
  const config = {
    publicUrl: url,
    listen: { host: '127.0.0.1', port, plain: transport === 'http' },
    dataDirectory: join(directory, 'data'),
    tls: files.tls,
    signing: files.seal,
    authorities: [
      { certificate: files.root, anchor: true, crl: join(certificates, 'ca/root.crl') },
      {
        certificate: files.qualified,
        qualified: true,
        crl: join(certificates, 'ca/qualified.crl'),
      },
      {
        certificate: join(certificates, 'ca/other.pem'),
        crl: join(certificates, 'ca/other.crl'),
      },
    ],
    institutions: institutionsFile,
    logLevel: 'error',
  }
  const configFile = join(directory, `${transport}.json`)
  writeFileSync(configFile, JSON.stringify(config))
  const main = join(root, 'src/main.ts')
  const child = spawnNode([main, 'serve', '--config', configFile, '--processes', `${processes}`])
  await untilPrinted(child, /listening|https?:\/\//)
  return { pid: child.pid!, url, stop: () => stop(child) }
}

/** The naive composition, answering with the body of the reply in `replyFile`. */
export async function startNaive(
  wsdlFile: string,
  replyFile: string,
  transport: Transport,
  processes: number,
): Promise<Server> {
  const config: NaiveConfig = {
    processes,
    wsdl: wsdlFile,
    path: servicePath,
    service: 'DmfaConsultationService',
    operation: 'consultByWorker',
    reply: replyFile,
    authority: files.qualified,
    signing: files.seal,
    ...(transport === 'tls' && { tls: files.tls }),
  }
  const child = spawnNode([join(import.meta.dirname, 'naive/server.ts'), JSON.stringify(config)])
  const port = /listening on (\d+)/.exec(await untilPrinted(child, /listening on \d+/))?.[1]
  const url = `${transport === 'tls' ? 'https' : 'http'}://127.0.0.1:${port ?? ''}`
  return { pid: child.pid!, url, stop: () => stop(child) }
}

export const servicePath = '/quadrivium/DmfaConsultationService/v1'

function spawnNode(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

const startTimeoutMs = 120_000

async function untilPrinted(child: ChildProcess, wanted: RegExp): Promise<string> {
  let printed = ''
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`no \`${wanted.source}\` from the server in time: ${printed}`))
    }, startTimeoutMs)
    child.stdout!.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      if (!wanted.test(printed)) return
      clearTimeout(timer)
      resolve(printed)
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the server ended with code ${code ?? 'none'}: ${printed}`))
    })
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
