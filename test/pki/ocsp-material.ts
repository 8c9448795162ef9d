/** OCSP responses made by `openssl ocsp`, for certificates of any CA that openssl has on disk. */
import { execFileSync, spawn } from 'node:child_process'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Extension } from '@peculiar/asn1-x509'
import { authoritySubject } from '../../certs-test/profiles.ts'
import { issueCertificate, keyToPem, newName, toPem } from '../../certs-test/x509.ts'
import type { Certificate } from '../../src/pki/certificate.ts'
import { keyOf } from './material.ts'

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

interface MadeResponder {
  readonly request: Uint8Array
  /** until when its certificate is valid, in days from now */
  readonly days?: number
  /** who certified it */
  readonly ca?: 'qualified' | 'other'
}

const caNames = { qualified: 'Quadrivium test qualified seals CA', other: 'Quadrivium test TLS CA' }

/** A response that the certificate is good, signed by a responder that is made for the test with these extensions. */
export function answeredBy(
  certificate: Certificate,
  extensions: readonly Extension[],
  { request, days = 1, ca = 'qualified' }: MadeResponder,
) {
  const identity = issueCertificate({
    subject: authoritySubject('a responder'),
    key: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    issuer: {
      name: newName(authoritySubject(caNames[ca])),
      privateKey: keyOf(`ca/${ca}`),
      publicKey: createPublicKey(keyOf(`ca/${ca}`)),
    },
    notBefore: new Date(Date.now() - 2 * 86_400_000),
    notAfter: new Date(Date.now() + days * 86_400_000),
    extensions,
  })
  const folder = newFolder()
  const files = {
    issuer: join(import.meta.dirname, '../../certs-test/out/ca/qualified.pem'),
    signer: join(folder, 'signer.pem'),
    signerKey: join(folder, 'signer.key.pem'),
  }
  writeFileSync(files.signer, toPem('CERTIFICATE', identity.der))
  writeFileSync(files.signerKey, keyToPem(identity.privateKey))
  return { identity, response: answerRequest(request, [[certificate, 'good']], files) }
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
