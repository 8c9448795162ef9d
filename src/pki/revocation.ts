import { GatewayError } from '../base/errors.ts'
import { isSignedBy } from './algorithms.ts'
import type { Certificate } from './certificate.ts'
import { allReasons, reasonsCovered, type Crl } from './crl.ts'
import { keyUsages } from './extensions.ts'
import { ocspClockSkewMs, type OcspAnswer } from './ocsp.ts'
import { findPath, type CertificatePath, type PathMaterial, type PathQuestion } from './path.ts'

/** What revocation is judged with: CRLs and OCSP answers at hand, and certificates that may have signed the CRLs. */
export interface RevocationMaterial extends PathMaterial {
  readonly crls: readonly Crl[]
  /** proven answers by SHA-256 of the certificate */
  readonly ocspAnswers?: ReadonlyMap<string, OcspAnswer>
}

/** Until when what was found holds. */
export interface RevocationFinding {
  /** false: nothing spoke about a certificate of the path, and that was to be taken */
  readonly isKnown: boolean
  readonly fromMs: number
  readonly untilMs: number
}

/** A certificate about which neither a CRL nor an OCSP answer speaks. */
export type Silence = 'refused' | 'taken'

/**
 * Checks every certificate of the path but the anchor: fresh CRLs of its issuer that together cover all reasons, or a fresh
 * OCSP answer, must speak for it, and none against it. Throws GatewayError CERT_REVOKED (also by evidence that is no longer
 * fresh), or CERT_REVOCATION_UNKNOWN when nothing speaks, unless silence is to be taken; a responder that says it does not
 * know the certificate is not silent. Pure: all evidence is handed in, none is fetched.
 */
export function checkRevocation(
  path: CertificatePath,
  material: RevocationMaterial,
  question: PathQuestion,
  silence: Silence = 'refused',
): RevocationFinding {
  const finding = {
    isKnown: true,
    fromMs: Number.NEGATIVE_INFINITY,
    untilMs: Number.POSITIVE_INFINITY,
  }
  const anchor = path.at(-1)
  const proven = new Set(path.map(({ sha256 }) => sha256))
  const narrow = (fromMs: number, untilMs: number) => {
    finding.fromMs = Math.max(finding.fromMs, fromMs)
    finding.untilMs = Math.min(finding.untilMs, untilMs)
  }

  const checkOne = (certificate: Certificate, issuer: Certificate, whenSilent: Silence): void => {
    const isCovered = isCoveredByCrls(certificate, issuer)
    const answer = findOcspAnswer(certificate, material, question.atMs)
    if (answer?.status === 'revoked') throw new GatewayError('CERT_REVOKED')
    if (answer?.status === 'good') narrow(answer.thisUpdateMs - ocspClockSkewMs, answer.untilMs)
    if (isCovered || answer?.status === 'good') return
    if (answer?.status === 'unknown')
      throw new GatewayError('CERT_REVOCATION_UNKNOWN', 'OCSP responder knows no such certificate')
    if (whenSilent === 'refused')
      throw new GatewayError('CERT_REVOCATION_UNKNOWN', 'no fresh CRL or OCSP answer of the issuer')
    finding.isKnown = false
  }

  const isCoveredByCrls = (certificate: Certificate, issuer: Certificate): boolean => {
    let covered = 0
    for (const crl of material.crls) {
      const reasons = reasonsCovered(crl, certificate)
      if (reasons === 0 || question.atMs < crl.thisUpdateMs) continue
      if (!isSignedByIssuer(crl, issuer)) continue
      if (crl.revoked.has(certificate.serialNumber)) throw new GatewayError('CERT_REVOKED')
      if (crl.nextUpdateMs < question.atMs) continue
      narrow(crl.thisUpdateMs, crl.nextUpdateMs)
      covered |= reasons
    }
    return (covered & allReasons) === allReasons
  }

  /** The issuer's own key, or another certificate of the same name with cRLSign and a valid path to the same anchor. */
  const isSignedByIssuer = (crl: Crl, issuer: Certificate): boolean => {
    const signers = [issuer, ...material.anchors, ...material.intermediates].filter(
      (one) => one.subject.key === issuer.subject.key && maySignCrls(one),
    )
    const { signatureAlgorithm, signed, signature } = crl
    return signers.some(
      (signer) =>
        isSignedBy(signer.publicKey, signatureAlgorithm, signed, signature) && isProven(signer),
    )
  }

  const isProven = (signer: Certificate): boolean => {
    if (proven.has(signer.sha256)) return true
    try {
      const signerPath = findPath(signer, material, question)
      if (signerPath.at(-1)?.sha256 !== anchor?.sha256) return false
      // taken as proven while its own status is looked up: a CRL may cover the certificate that signed it
      proven.add(signer.sha256)
      checkPathOf(signerPath, 'refused')
      return true
    } catch (error) {
      proven.delete(signer.sha256)
      if (error instanceof GatewayError) return false
      throw error
    }
  }

  const checkPathOf = (one: CertificatePath, whenSilent: Silence): void => {
    for (const [index, certificate] of one.entries()) {
      const issuer = one[index + 1]
      if (issuer !== undefined) checkOne(certificate, issuer, whenSilent)
    }
  }

  checkPathOf(path, silence)
  return finding
}

/** What was answered, while it may be used; a revocation stays until the responder takes it back. */
function findOcspAnswer(
  { sha256 }: Certificate,
  { ocspAnswers }: RevocationMaterial,
  atMs: number,
): OcspAnswer | undefined {
  const answer = ocspAnswers?.get(sha256)
  if (answer === undefined || atMs < answer.thisUpdateMs - ocspClockSkewMs) return undefined
  return answer.status === 'revoked' || atMs <= answer.untilMs ? answer : undefined
}

/** Whether the key usage of a CA allows signing CRLs. */
export function maySignCrls({ extensions }: Certificate): boolean {
  const { keyUsage } = extensions
  return keyUsage === undefined || (keyUsage & keyUsages.cRLSign) !== 0
}
