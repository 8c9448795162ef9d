import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openTrustStore, type TrustSettings, type TrustStore } from '../../src/pki/trust-store.ts'
import { readTrustedList } from '../../src/pki/trusted-list.ts'

const out = join(import.meta.dirname, '../../certs-test/out')

interface Manifest {
  readonly validUntil: string
  readonly trust: {
    readonly anchors: readonly string[]
    readonly authorities: readonly string[]
    readonly trustedList: string
    readonly crls: readonly string[]
  }
  readonly files: readonly {
    readonly file: string
    readonly sha256: string
    readonly certificateSha256?: string
  }[]
}

export const readOut = (file: string): Buffer => readFileSync(join(out, file))
export const manifest = JSON.parse(readOut('manifest.json').toString()) as Manifest

/** DER of a PEM certificate of the test PKI. */
export const certificateOf = (stem: string): Buffer =>
  new X509Certificate(readOut(`${stem}.pem`)).raw

export const keyOf = (stem: string): KeyObject => createPrivateKey(readOut(`${stem}.key.pem`))

export const sandboxSettings: TrustSettings = {
  anchors: manifest.trust.anchors.map((file) => new X509Certificate(readOut(file)).raw),
  authorities: manifest.trust.authorities.map((file) => new X509Certificate(readOut(file)).raw),
  trustedList: readTrustedList(readOut(manifest.trust.trustedList), 'refuse'),
  crls: manifest.trust.crls.map(readOut),
}

/** What the sandbox trusts, with what a test changes. */
export const openSandboxTrust = (change: Partial<TrustSettings> = {}): TrustStore =>
  openTrustStore({ ...sandboxSettings, ...change })

/** Within the validity of the test PKI. */
export const nowMs = Date.parse(manifest.validUntil) - 365 * 86_400_000

/** Runs and returns the code it was refused with, or `accepted`; what is no GatewayError is thrown on. */
export function verdictOf(run: () => unknown): string {
  try {
    run()
    return 'accepted'
  } catch (error) {
    if (error instanceof Error && error.name === 'GatewayError' && 'code' in error)
      return String(error.code)
    throw error
  }
}
