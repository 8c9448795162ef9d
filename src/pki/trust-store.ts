import { hash } from 'node:crypto'
import { GatewayError } from '../base/errors.ts'
import { readCertificate, type Certificate } from './certificate.ts'
import { readCrl, type Crl } from './crl.ts'
import { extendedKeyUsages, keyUsages } from './extensions.ts'
import { attributesOf, nameToString } from './name.ts'
import { findPath, type PathQuestion } from './path.ts'
import { claimsQualifiedSeal } from './qualified.ts'
import { checkRevocation } from './revocation.ts'
import type { ProvenPath, Purpose, ReadCertificate, Trust } from './trust.ts'

/** What the operator trusts; all DER. */
export interface TrustSettings {
  /** roots: a path ends at one of them */
  readonly anchors: readonly Uint8Array[]
  /** CAs below the roots; `qualified`: listed as CA/QC for seals in the trusted list */
  readonly authorities: readonly { readonly certificate: Uint8Array; readonly qualified: boolean }[]
  readonly crls: readonly Uint8Array[]
  /** a certificate about which no fresh CRL speaks: refused (`hardFail`, the default) or taken */
  readonly revocation?: 'hardFail' | 'softFail'
  /** proven certificates that are remembered (default 2,000) */
  readonly rememberedMax?: number
}

/** A `Trust` whose CRLs can be replaced while it works. */
export interface TrustStore extends Trust {
  /** takes effect with the next verification; throws an Error when one is unreadable, and changes nothing then */
  replaceCrls(crls: readonly Uint8Array[]): void
}

interface Verdict {
  readonly path: ProvenPath
  readonly validFromMs: number
  /** which set of CRLs it was made with */
  readonly crlGeneration: number
}

interface Remembered {
  readonly certificate: Certificate
  readonly verdicts: Map<Purpose, Verdict>
}

/**
 * Makes a `Trust` of configured CAs and CRLs. Throws an Error when a configured certificate or CRL is unreadable or weak: a
 * gateway does not start with half its trust. Only proven certificates are remembered, by SHA-256 of their bytes, so a flood
 * of strangers drives none out; a verdict holds until its earliest expiry and no longer than the CRLs it was made with.
 */
export function openTrustStore(settings: TrustSettings): TrustStore {
  const anchors = settings.anchors.map((der) => readConfigured(der, 'trust anchor'))
  if (anchors.length === 0) throw new Error('trust: no anchor is configured')
  const intermediates = settings.authorities.map(({ certificate }) =>
    readConfigured(certificate, 'certificate authority'),
  )
  const qualified = new Set(
    intermediates
      .filter((_, index) => settings.authorities[index]?.qualified)
      .map((one) => one.sha256),
  )
  const rememberedMax = settings.rememberedMax ?? 2_000
  const softFail = settings.revocation === 'softFail'
  let crls = settings.crls.map(readConfiguredCrl)
  let crlGeneration = 0
  const remembered = new Map<string, Remembered>()
  // only what this store read itself is taken by its word
  const own = new WeakMap<ReadCertificate, Certificate>()

  const judge = (certificate: Certificate, purpose: Purpose, atMs: number): Verdict => {
    const question = questionOf(purpose, atMs)
    const material = { anchors, intermediates, crls }
    const path = findPath(certificate, material, question)
    checkPurpose(certificate, purpose)
    const window = softFail
      ? softly(atMs, () => checkRevocation(path, material, question))
      : checkRevocation(path, material, question)
    const issuerSha256 = path[1]?.sha256 ?? ''
    const qualifiedSeal = claimsQualifiedSeal(certificate) && qualified.has(issuerSha256)
    if (purpose !== 'tlsClient' && !qualifiedSeal) throw new GatewayError('CERT_NOT_QUALIFIED')
    return {
      path: {
        certificate,
        issuerSha256,
        subject: attributesOf(certificate.subject),
        subjectName: nameToString(certificate.subject),
        qualifiedSeal,
        path: path.map(({ sha256 }) => sha256),
        validUntilMs: Math.min(...path.map((one) => one.notAfterMs), window.untilMs),
      },
      validFromMs: Math.max(...path.map((one) => one.notBeforeMs), window.fromMs),
      crlGeneration,
    }
  }

  const isStillGood = ({ path, validFromMs, crlGeneration: made }: Verdict, atMs: number) =>
    made === crlGeneration && validFromMs <= atMs && atMs <= path.validUntilMs

  const remember = (certificate: Certificate, purpose: Purpose, verdict: Verdict): void => {
    const entry = remembered.get(certificate.sha256) ?? { certificate, verdicts: new Map() }
    entry.verdicts.set(purpose, verdict)
    remembered.delete(certificate.sha256)
    remembered.set(certificate.sha256, entry)
    if (remembered.size <= rememberedMax) return
    const oldest = remembered.keys().next()
    if (oldest.done !== true) remembered.delete(oldest.value)
  }

  return {
    read(der) {
      const known = remembered.get(hash('sha256', der, 'hex'))
      if (known !== undefined) return known.certificate
      const certificate = readCertificate(der)
      own.set(certificate, certificate)
      return certificate
    },
    verifyPath(given, purpose, atMs) {
      const certificate = own.get(given) ?? readCertificate(given.der)
      const known = remembered.get(certificate.sha256)
      const remembrance = known?.verdicts.get(purpose)
      if (known !== undefined && remembrance !== undefined && isStillGood(remembrance, atMs)) {
        remembered.delete(certificate.sha256)
        remembered.set(certificate.sha256, known)
        return remembrance.path
      }
      try {
        const verdict = judge(certificate, purpose, atMs)
        remember(certificate, purpose, verdict)
        return verdict.path
      } catch (error) {
        known?.verdicts.delete(purpose)
        throw error
      }
    },
    replaceCrls(replacement) {
      crls = replacement.map(readConfiguredCrl)
      crlGeneration++
    },
  }
}

function readConfigured(der: Uint8Array, what: string): Certificate {
  try {
    return readCertificate(der)
  } catch (error) {
    throw new Error(`trust: a configured ${what} is refused`, { cause: error })
  }
}

function readConfiguredCrl(der: Uint8Array): Crl {
  try {
    return readCrl(der)
  } catch (error) {
    throw new Error('trust: a configured CRL is refused', { cause: error })
  }
}

function questionOf(purpose: Purpose, atMs: number): PathQuestion {
  return purpose === 'tlsClient'
    ? { atMs, extendedKeyUsage: extendedKeyUsages.clientAuth }
    : { atMs }
}

/**
 * Key usage by purpose. A signature over a message or file: digitalSignature or nonRepudiation (qualified certificates may
 * have only the latter), and the extension is there. TLS: digitalSignature and clientAuth where the extensions are there.
 */
function checkPurpose({ extensions }: Certificate, purpose: Purpose): void {
  const { keyUsage, extendedKeyUsage, basicConstraints } = extensions
  const has = (usages: number) => keyUsage !== undefined && (keyUsage & usages) !== 0
  if (basicConstraints?.ca === true)
    throw new GatewayError('CERT_KEY_USAGE', 'certificate of a CA used as end entity')
  switch (purpose) {
    case 'messageSigning':
    case 'fileSigning':
      if (!has(keyUsages.digitalSignature | keyUsages.nonRepudiation))
        throw new GatewayError('CERT_KEY_USAGE', 'neither digitalSignature nor nonRepudiation')
      return
    case 'tlsClient':
      if (keyUsage !== undefined && !has(keyUsages.digitalSignature))
        throw new GatewayError('CERT_KEY_USAGE', 'no digitalSignature')
      if (extendedKeyUsage?.includes(extendedKeyUsages.clientAuth) === false)
        throw new GatewayError('CERT_KEY_USAGE', 'extended key usage without clientAuth')
  }
}

/** Revocation where an unknown status is taken: such a verdict is looked at again after a minute. */
function softly(atMs: number, check: () => { fromMs: number; untilMs: number }) {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'CERT_REVOCATION_UNKNOWN') throw error
    return { fromMs: atMs, untilMs: atMs + 60_000 }
  }
}
