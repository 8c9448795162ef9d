import { hash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Log } from './base/log.ts'
import { defaultRevocationLimits, type Config } from './config.ts'
import { findByCertificate } from './institutions/caller.ts'
import type { Institution } from './institutions/institution.ts'
import {
  indexRegistered,
  type RegisteredCertificate,
  type RegisteredCertificates,
} from './pki/registered-certificates.ts'
import { openTrustStore, type TrustSettings, type TrustStore } from './pki/trust-store.ts'
import { startRevocationRefresher } from './transport/revocation-refresher.ts'

export interface TrustParts {
  readonly institutions: readonly Institution[]
  readonly log: Log
  readonly nowMs: () => number
}

/** The trust of the configuration, its evidence of revocation kept fresh until it is closed. */
export interface RunningTrust {
  readonly trust: TrustStore
  readonly registered: RegisteredCertificates
  /** reads the CRL files again, at once; throws an Error when one is absent or refused, and changes nothing then */
  reload(): void
  close(): Promise<void>
}

/**
 * Reads the configured CAs and CRLs, and looks once for fresh evidence. Throws an Error when a file is unreadable or refused; an
 * address that gives nothing stops no start: what that means for a caller is decided per institution.
 */
export async function openTrust(config: Config, parts: TrustParts): Promise<RunningTrust> {
  const { authorities } = config
  const registered = indexRegistered(parts.institutions.flatMap(registeredOf))
  const trust = openTrustStore({
    ...trustSettings(authorities),
    policyOf: (certificate, purpose) => {
      const use = purpose === 'tlsClient' ? 'tls' : 'signing'
      const { sha256 } = certificate.certificate
      const found = findByCertificate(parts.institutions, use, { ...certificate, sha256 })
      return found === undefined ? undefined : (found.revocation ?? 'hardFail')
    },
  })
  const refresher = await startRevocationRefresher({
    trust,
    sources: authorities
      .filter(({ crlUrl, ocspUrl }) => crlUrl !== undefined || ocspUrl !== undefined)
      .map(({ certificate, ...source }) => ({
        ...source,
        issuerSha256: hash('sha256', readDer(certificate), 'hex'),
      })),
    crlFiles: crlFiles(authorities),
    limits: { ...defaultRevocationLimits, ...config.revocation },
    nowMs: parts.nowMs,
    log: parts.log,
  })
  return {
    trust,
    registered,
    reload: () =>
      trust.evidence.replaceCrls(crlFiles(authorities).map((file) => readFileSync(file))),
    close: () => refresher.close(),
  }
}

/** The seals that the row of an institution holds by themselves. */
function registeredOf({ signing }: Institution): RegisteredCertificate[] {
  return signing.flatMap((binding) => {
    if (binding.kind !== 'fingerprint') return []
    const { sha256, certificate } = binding
    return [
      certificate === undefined ? { sha256 } : { sha256, der: Buffer.from(certificate, 'base64') },
    ]
  })
}

function trustSettings(authorities: Config['authorities']): TrustSettings {
  return {
    anchors: authorities.filter(({ anchor }) => anchor).map((one) => readDer(one.certificate)),
    authorities: authorities
      .filter(({ anchor }) => anchor !== true)
      .map((one) => ({ certificate: readDer(one.certificate), qualified: one.qualified === true })),
    crls: crlFiles(authorities).map((file) => readFileSync(file)),
  }
}

function crlFiles(authorities: Config['authorities']): string[] {
  return authorities.flatMap(({ crl }) => crl ?? [])
}

function readDer(certificate: string): Buffer {
  return new X509Certificate(readFileSync(certificate)).raw
}
