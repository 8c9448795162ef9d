import { hash } from 'node:crypto'
import { GatewayError } from '../base/errors.ts'
import { isIssuedBy, readCertificate, readOutline, type Certificate } from './certificate.ts'
import { extendedKeyUsages, keyUsages } from './extensions.ts'
import { attributesOf, nameToString } from './name.ts'
import type { OcspQuestion } from './ocsp.ts'
import { findPath, pathLimits, type CertificatePath, type PathQuestion } from './path.ts'
import { claimsQualifiedSeal } from './qualified.ts'
import { ocspAnswersMax, RevocationEvidence } from './revocation-evidence.ts'
import { checkRevocation } from './revocation.ts'
import { keyOfNameString } from './name-string.ts'
import type { ProvenPath, Purpose, ReadCertificate, Trust } from './trust.ts'
import { findGrant, type TrustedList } from './trusted-list.ts'

/** What the operator trusts; all DER. */
export interface TrustSettings {
  /** roots: a path ends at one of them */
  readonly anchors: readonly Uint8Array[]
  /** CAs below the roots */
  readonly authorities: readonly Uint8Array[]
  /** says which of them issue qualified seals, and when they did */
  readonly trustedList: TrustedList
  readonly crls: readonly Uint8Array[]
  /**
   * What the institution of a certificate wants done when neither a CRL nor an OCSP answer speaks about it: refuse, or take.
   * Undefined when it is nobody's: refused, and no responder is asked. Everything is refused when this is absent.
   */
  readonly policyOf?: (certificate: Bindable, purpose: Purpose) => RevocationPolicy | undefined
  readonly limits?: Partial<TrustLimits>
}

/** How much is looked at for one certificate, and how much is kept. */
export interface TrustLimits {
  /** certificates in a path, end entity and anchor included */
  readonly depthMax: number
  /** proven certificates that are remembered */
  readonly rememberedMax: number
  /** OCSP answers that are kept */
  readonly ocspAnswersMax: number
}

export const rememberedMax = 2_000

export type RevocationPolicy = 'hardFail' | 'softFail'

/** What binds a proven certificate to an institution. */
export type Bindable = Pick<ProvenPath, 'certificate' | 'issuerSha256' | 'subject'>

/** A `Trust` whose evidence of revocation can be renewed while it works. */
export interface TrustStore extends Trust {
  /** what is put there takes effect with the next verification */
  readonly evidence: RevocationEvidence
  /** the certificates of institutions, and CAs above them, that this CA issued and that were shown lately */
  ocspQuestions(issuerSha256: string): readonly OcspQuestion[]
}

interface Verdict {
  readonly path: ProvenPath
  readonly chain: CertificatePath
  readonly validFromMs: number
  /** which evidence it was made with */
  readonly generation: number
}

/** How long a refusal is remembered: time may cure it (not valid yet), and a second is none that anybody waits for. */
const refusalMs = 1_000

/** A certificate that one of our CAs signed, and why it was refused lately. */
interface Issued {
  readonly certificate: Certificate
  readonly refusals: Map<
    Purpose,
    { readonly error: GatewayError; readonly atMs: number; readonly generation: number }
  >
}

/** Institutions' certificates without status that are remembered, to be asked about. */
const undecidedMax = 500

/** How long a certificate without status is taken before it is looked at again. */
const softFailMs = 60_000

interface Remembered {
  readonly certificate: Certificate
  readonly verdicts: Map<Purpose, Verdict>
}

/**
 * Makes a `Trust` of configured CAs and CRLs. Throws an Error when a configured certificate or CRL is unreadable or weak: a
 * gateway does not start with half its trust; so when the trusted list does not fit it. Only proven certificates are remembered, by SHA-256 of their bytes, so a flood
 * of strangers drives none out; a verdict holds until its earliest expiry and no longer than the CRLs it was made with. Of a
 * certificate that no CA of ours signed only the issuer is read. One that a CA of ours did sign, proven or not, is decoded once.
 */
export function openTrustStore(settings: TrustSettings): TrustStore {
  const anchors = settings.anchors.map((der) => readConfigured(der, 'trust anchor'))
  if (anchors.length === 0) throw new Error('trust: no anchor is configured')
  const intermediates = settings.authorities.map((der) =>
    readConfigured(der, 'certificate authority'),
  )
  checkListed([...anchors, ...intermediates], settings.trustedList)
  const limits = {
    depthMax: pathLimits.depthMax,
    rememberedMax,
    ocspAnswersMax,
    ...settings.limits,
  }
  const evidence = new RevocationEvidence(
    [...anchors, ...intermediates],
    settings.crls,
    limits.ocspAnswersMax,
  )
  const remembered = new Map<string, Remembered>()
  const issued = new Map<string, Issued>()
  const issuersByName = Map.groupBy([...anchors, ...intermediates], ({ subject }) => subject.key)
  const undecided = new Map<string, CertificatePath>()
  // only what this store read itself is taken by its word
  const own = new WeakMap<ReadCertificate, Certificate>()

  const judge = (certificate: Certificate, purpose: Purpose, atMs: number): Verdict => {
    const question = questionOf(purpose, atMs, limits.depthMax)
    const { generation, crls, ocspAnswers } = evidence
    const material = { anchors, intermediates, crls, ocspAnswers }
    const chain = findPath(certificate, material, question)
    checkPurpose(certificate, purpose)
    const issuerSha256 = chain[1]?.sha256 ?? ''
    const grant = claimsQualifiedSeal(certificate)
      ? findGrant(settings.trustedList, issuerSha256, atMs)
      : undefined
    if (purpose !== 'tlsClient' && grant === undefined) throw new GatewayError('CERT_NOT_QUALIFIED')
    const bindable = { certificate, issuerSha256, subject: attributesOf(certificate.subject) }
    const policy = settings.policyOf?.(bindable, purpose)
    if (policy !== undefined) putBounded(undecided, certificate.sha256, chain, undecidedMax)
    const silence = policy === 'softFail' ? 'taken' : 'refused'
    const finding = checkRevocation(chain, material, question, silence)
    if (finding.isKnown) undecided.delete(certificate.sha256)
    const untilMs = finding.isKnown ? finding.untilMs : atMs + softFailMs
    return {
      path: {
        ...bindable,
        subjectName: nameToString(certificate.subject),
        qualifiedSeal: grant !== undefined,
        path: chain.map(({ sha256 }) => sha256),
        validUntilMs: Math.min(
          ...chain.map((one) => one.notAfterMs),
          finding.untilMs,
          untilMs,
          (grant?.untilMs ?? Number.POSITIVE_INFINITY) - 1,
        ),
        revocation: finding.isKnown ? 'checked' : 'unknown',
      },
      chain,
      validFromMs: Math.max(
        ...chain.map((one) => one.notBeforeMs),
        finding.fromMs,
        grant?.fromMs ?? Number.NEGATIVE_INFINITY,
      ),
      generation,
    }
  }

  const isStillGood = ({ path, validFromMs, generation }: Verdict, atMs: number) =>
    generation === evidence.generation && validFromMs <= atMs && atMs <= path.validUntilMs

  const remember = (certificate: Certificate, purpose: Purpose, verdict: Verdict): void => {
    const entry = remembered.get(certificate.sha256) ?? { certificate, verdicts: new Map() }
    entry.verdicts.set(purpose, verdict)
    putBounded(remembered, certificate.sha256, entry, limits.rememberedMax)
  }

  const refuse = (certificate: Certificate, purpose: Purpose, atMs: number, error: unknown) => {
    // what no CA of ours signed would drive out what one did
    if (!(error instanceof GatewayError) || error.code === 'CERT_UNKNOWN_CA') return
    const entry = issued.get(certificate.sha256) ?? { certificate, refusals: new Map() }
    entry.refusals.set(purpose, { error, atMs, generation: evidence.generation })
    putBounded(issued, certificate.sha256, entry, limits.rememberedMax)
  }
  const findRefusal = ({ sha256 }: Certificate, purpose: Purpose, atMs: number) => {
    const refusal = issued.get(sha256)?.refusals.get(purpose)
    if (refusal === undefined || refusal.generation !== evidence.generation) return undefined
    return refusal.atMs <= atMs && atMs < refusal.atMs + refusalMs ? refusal.error : undefined
  }

  return {
    read(der) {
      const sha256 = hash('sha256', der, 'hex')
      const known = remembered.get(sha256) ?? issued.get(sha256)
      if (known !== undefined) return known.certificate
      const outline = readOutline(der)
      const issuers = issuersByName.get(outline.issuer.key) ?? []
      if (!issuers.some((issuer) => isIssuedBy(outline, issuer)))
        throw new GatewayError('CERT_UNKNOWN_CA')
      const certificate = readCertificate(der)
      own.set(certificate, certificate)
      putBounded(issued, sha256, { certificate, refusals: new Map() }, limits.rememberedMax)
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
      const refusal = findRefusal(certificate, purpose, atMs)
      if (refusal !== undefined) throw refusal
      try {
        const verdict = judge(certificate, purpose, atMs)
        remember(certificate, purpose, verdict)
        return verdict.path
      } catch (error) {
        known?.verdicts.delete(purpose)
        refuse(certificate, purpose, atMs, error)
        throw error
      }
    },
    evidence,
    ocspQuestions(issuerSha256) {
      const shown = [...remembered.values()].flatMap(({ verdicts }) =>
        [...verdicts.values()].map(({ chain }) => chain),
      )
      const questions = new Map<string, OcspQuestion>()
      for (const chain of [...undecided.values(), ...shown]) {
        const at = chain.findIndex(({ sha256 }) => sha256 === issuerSha256)
        const [certificate, issuer] = [chain[at - 1], chain[at]]
        if (certificate !== undefined && issuer !== undefined)
          questions.set(certificate.sha256, { certificate, issuer })
      }
      return [...questions.values()]
    },
  }
}

/** Puts an entry last; past the limit the first is dropped. */
function putBounded<Value>(map: Map<string, Value>, key: string, value: Value, max: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= max) return
  const oldest = map.keys().next()
  if (oldest.done !== true) map.delete(oldest.value)
}

function readConfigured(der: Uint8Array, what: string): Certificate {
  try {
    return readCertificate(der)
  } catch (error) {
    throw new Error(`trust: a configured ${what} is refused`, { cause: error })
  }
}

/** Throws an Error: no CA of ours stands on the list, so nobody could sign; or one does under another name. */
function checkListed(authorities: readonly Certificate[], { services }: TrustedList): void {
  const listed = authorities.flatMap(({ sha256, subject }) => {
    const index = services.findIndex((one) => one.sha256 === sha256)
    return index === -1 ? [] : [{ index, subject }]
  })
  for (const { index, subject } of listed)
    if (keyOfNameString(services[index]?.subject ?? '') !== subject.key)
      throw new Error(`trusted list: /services/${index}/subject is not the one of this certificate`)
  if (listed.length === 0)
    throw new Error('trusted list: no configured certificate authority stands on it')
}

function questionOf(purpose: Purpose, atMs: number, depthMax: number): PathQuestion {
  const question = { atMs, limits: { ...pathLimits, depthMax } }
  return purpose === 'tlsClient'
    ? { ...question, extendedKeyUsage: extendedKeyUsages.clientAuth }
    : question
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
