import { hash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Log } from './base/log.ts'
import { valuesOf } from './config-limits.ts'
import type { Config } from './config.ts'
import { findByCertificate } from './institutions/caller.ts'
import type { Institution } from './institutions/institution.ts'
import {
  indexRegistered,
  type RegisteredCertificate,
  type RegisteredCertificates,
} from './pki/registered-certificates.ts'
import { openTrustStore, type TrustSettings, type TrustStore } from './pki/trust-store.ts'
import { readTrustedList, type TrustedList } from './pki/trusted-list.ts'
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
 * Reads the configured CAs, CRLs and trusted list, and looks once for fresh evidence. Throws an Error when a file is unreadable or refused; an
 * address that gives nothing stops no start: what that means for a caller is decided per institution.
 */
export async function openTrust(config: Config, parts: TrustParts): Promise<RunningTrust> {
  const { authorities } = config
  const registered = indexRegistered(parts.institutions.flatMap(registeredOf))
  const trustedList = openTrustedList(config.trustedList, parts)
  const trust = openTrustStore({
    ...trustSettings(authorities),
    trustedList,
    limits: valuesOf('certificates', config.certificates),
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
    limits: valuesOf('revocation', config.revocation),
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

/**
 * Reads the pinned list. Throws an Error that names the file and says why: its bytes are not the pinned ones, it is no trusted
 * list, it has expired (where that refuses), or a CA that the seals of an institution must come from does not stand on it.
 */
function openTrustedList(
  { file, sha256, sha256File, whenExpired = 'refuse' }: Config['trustedList'],
  { institutions, log, nowMs }: TrustParts,
): TrustedList {
  const refused = (why: string, cause?: unknown) => new Error(`${file}: ${why}`, { cause })
  const bytes = readFileSync(file)
  const pin =
    sha256File === undefined ? sha256 : /^[0-9a-f]{64}/.exec(readFileSync(sha256File, 'utf8'))?.[0]
  const found = hash('sha256', bytes)
  if (pin !== found) throw refused(`SHA-256 is ${found}, pinned is ${pin ?? 'nothing'}`)
  let list: TrustedList
  try {
    list = readTrustedList(bytes, whenExpired)
  } catch (error) {
    throw refused((error as Error).message, error)
  }
  for (const { id, signing } of institutions)
    for (const binding of signing) {
      if (binding.kind !== 'attribute') continue
      const { issuerSha256 } = binding
      if (!list.services.some((one) => one.sha256 === issuerSha256))
        throw refused(`institution \`${id}\` has its seals from ${issuerSha256}, not on the list`)
    }
  const nextUpdate = new Date(list.nextUpdateMs).toISOString()
  const { territory, sequenceNumber } = list
  if (nowMs() < list.nextUpdateMs)
    log.info('trusted list', { territory, sequenceNumber, nextUpdate })
  else if (whenExpired === 'warn')
    log.warn('trusted list has expired, and is still used', { sequenceNumber, nextUpdate })
  else throw refused(`expired on ${nextUpdate}`)
  return list
}

function trustSettings(authorities: Config['authorities']): Omit<TrustSettings, 'trustedList'> {
  return {
    anchors: authorities.filter(({ anchor }) => anchor).map((one) => readDer(one.certificate)),
    authorities: authorities
      .filter(({ anchor }) => anchor !== true)
      .map((one) => readDer(one.certificate)),
    crls: crlFiles(authorities).map((file) => readFileSync(file)),
  }
}

function crlFiles(authorities: Config['authorities']): string[] {
  return authorities.flatMap(({ crl }) => crl ?? [])
}

function readDer(certificate: string): Buffer {
  return new X509Certificate(readFileSync(certificate)).raw
}
