/** OCSP responses made by `openssl ocsp`, for certificates of any CA that openssl has on disk. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Certificate } from '../../src/pki/certificate.ts'

/** PEM files that openssl answers with. */
export interface ResponderFiles {
  readonly issuer: string
  readonly signer: string
  readonly signerKey: string
}

export type Status = 'good' | 'revoked'

export const newFolder = () => mkdtempSync(join(tmpdir(), 'quadrivium-ocsp-'))

/** The database of a CA as `openssl ca` keeps it: who is not in it is unknown. */
export function writeIndex(
  file: string,
  certificates: readonly (readonly [Certificate, Status])[],
): void {
  const lines = certificates.map(([{ serialNumber }, status], at) => {
    const kind =
      status === 'good' ? ['V', '991231235959Z', ''] : ['R', '991231235959Z', '250101000000Z']
    return [...kind, serialNumber.toUpperCase(), 'unknown', `/CN=${at}`].join('\t')
  })
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
}

function responderArguments(index: string, files: ResponderFiles): string[] {
  const { issuer, signer, signerKey } = files
  return ['-index', index, '-CA', issuer, '-rsigner', signer, '-rkey', signerKey]
}

/** The response of openssl to a request, made without a network. */
export function answerRequest(
  request: Uint8Array,
  certificates: readonly (readonly [Certificate, Status])[],
  files: ResponderFiles,
  options: readonly string[] = ['-nmin', '10'],
): Buffer {
  const folder = newFolder()
  const at = (name: string) => join(folder, name)
  writeIndex(at('index.txt'), certificates)
  writeFileSync(at('request.der'), request)
  const paths = ['-reqin', at('request.der'), '-respout', at('response.der')]
  execFileSync(
    'openssl',
    ['ocsp', ...responderArguments(at('index.txt'), files), ...paths, ...options],
    { stdio: 'pipe' },
  )
  return readFileSync(at('response.der'))
}

/** A free port of the loopback. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A real responder, `openssl ocsp -port`; resolves when it listens. */
export async function startResponder(
  port: number,
  certificates: readonly (readonly [Certificate, Status])[],
  files: ResponderFiles,
): Promise<{ stop(): Promise<void> }> {
  const index = join(newFolder(), 'index.txt')
  writeIndex(index, certificates)
  const child = spawn(
    'openssl',
    ['ocsp', '-port', String(port), ...responderArguments(index, files), '-nmin', '10'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString()
      if (/ACCEPT|waiting for OCSP client/i.test(said)) resolve()
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('exit', () => reject(new Error(`openssl ocsp ended: ${said}`)))
  })
  return {
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}
