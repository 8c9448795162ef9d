import { GatewayError } from '../base/errors.ts'
import { isSignedBy } from './algorithms.ts'
import type { Certificate } from './certificate.ts'
import { allReasons, reasonsCovered, type Crl } from './crl.ts'
import { keyUsages } from './extensions.ts'
import { findPath, type CertificatePath, type PathMaterial, type PathQuestion } from './path.ts'

/** What revocation is judged with: CRLs at hand, and certificates that may have signed them. */
export interface RevocationMaterial extends PathMaterial {
  readonly crls: readonly Crl[]
}

/** The time within which the CRLs that were used speak. */
export interface RevocationWindow {
  readonly fromMs: number
  readonly untilMs: number
}

/**
 * Checks every certificate of the path but the anchor against fresh CRLs of its issuer; together these must cover all
 * reasons. Throws GatewayError CERT_REVOKED, or CERT_REVOCATION_UNKNOWN when no CRL speaks (hard fail). Pure: CRLs are handed
 * in, none is fetched.
 */
export function checkRevocation(
  path: CertificatePath,
  material: RevocationMaterial,
  question: PathQuestion,
): RevocationWindow {
  const window = { fromMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY }
  const anchor = path.at(-1)
  const proven = new Set(path.map(({ sha256 }) => sha256))

  const checkOne = (certificate: Certificate, issuer: Certificate): void => {
    let covered = 0
    for (const crl of material.crls) {
      const reasons = reasonsCovered(crl, certificate)
      if (reasons === 0 || !isFresh(crl, question.atMs)) continue
      if (!isSignedByIssuer(crl, issuer)) continue
      if (crl.revoked.has(certificate.serialNumber)) throw new GatewayError('CERT_REVOKED')
      window.fromMs = Math.max(window.fromMs, crl.thisUpdateMs)
      window.untilMs = Math.min(window.untilMs, crl.nextUpdateMs)
      covered |= reasons
    }
    if ((covered & allReasons) !== allReasons)
      throw new GatewayError('CERT_REVOCATION_UNKNOWN', 'no fresh CRL of the issuer')
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
      checkPathOf(signerPath)
      return true
    } catch (error) {
      proven.delete(signer.sha256)
      if (error instanceof GatewayError) return false
      throw error
    }
  }

  const checkPathOf = (one: CertificatePath): void => {
    for (const [index, certificate] of one.entries()) {
      const issuer = one[index + 1]
      if (issuer !== undefined) checkOne(certificate, issuer)
    }
  }

  checkPathOf(path)
  return window
}

const isFresh = ({ thisUpdateMs, nextUpdateMs }: Crl, atMs: number) =>
  thisUpdateMs <= atMs && atMs <= nextUpdateMs

function maySignCrls({ extensions }: Certificate): boolean {
  const { keyUsage } = extensions
  return keyUsage === undefined || (keyUsage & keyUsages.cRLSign) !== 0
}
