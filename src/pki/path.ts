import { GatewayError } from '../base/errors.ts'
import { isIssuedBy, type Certificate } from './certificate.ts'
import { DerError, equalBytes } from './der.ts'
import { keyUsages } from './extensions.ts'
import { addConstraints, areNamesAllowed, isDnsName, unconstrained } from './name-constraints.ts'
import { arePoliciesMet, noPolicyAsked, type PolicyInputs } from './policies.ts'

/** Certificates that may stand in a path; anchors end it. */
export interface PathMaterial {
  readonly anchors: readonly Certificate[]
  readonly intermediates: readonly Certificate[]
}

/** Bounds of path building; a search that reaches one is refused. */
export interface PathLimits {
  /** certificates in a path, end entity and anchor included */
  readonly depthMax: number
  /** signatures verified while searching */
  readonly signaturesMax: number
}

export const pathLimits: PathLimits = { depthMax: 6, signaturesMax: 40 }

export interface PathQuestion {
  readonly atMs: number
  readonly policies?: PolicyInputs
  /** EKU that CAs with an EKU must allow too; undefined: none asked for */
  readonly extendedKeyUsage?: string
  readonly limits?: PathLimits
}

/** A path that passed RFC 5280 §6.1 but for revocation: end entity first, anchor last. */
export type CertificatePath = readonly Certificate[]

/**
 * Finds a path from the certificate to an anchor and validates it. Several issuers of one name are tried, those whose key
 * identifier fits first; the first path that is valid wins. Throws GatewayError: CERT_UNKNOWN_CA when no signed path leads
 * to an anchor, else what the first path failed with (CERT_VALIDITY, CERT_CONSTRAINT). Revocation is not looked at.
 */
export function findPath(
  certificate: Certificate,
  material: PathMaterial,
  question: PathQuestion,
): CertificatePath {
  const limits = question.limits ?? pathLimits
  let signatures = 0
  let failure: GatewayError | undefined

  const extend = (path: CertificatePath): CertificatePath | undefined => {
    const last = path.at(-1) ?? certificate
    for (const { issuer, isAnchor } of issuersOf(last, material)) {
      if (path.length >= limits.depthMax) {
        failure ??= new GatewayError('CERT_CONSTRAINT', 'path longer than the limit')
        return undefined
      }
      if (path.some((one) => isSameAuthority(one, issuer))) continue
      if (++signatures > limits.signaturesMax)
        throw new GatewayError('CERT_CONSTRAINT', 'too many candidates for a path')
      if (!isIssuedBy(last, issuer)) continue
      const longer = [...path, issuer]
      const found = isAnchor ? tryPath(longer) : extend(longer)
      if (found !== undefined) return found
    }
    return undefined
  }
  const tryPath = (path: CertificatePath): CertificatePath | undefined => {
    try {
      checkPath(path, question)
      return path
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      failure ??= error
      return undefined
    }
  }
  const found = extend([certificate])
  if (found !== undefined) return found
  throw failure ?? new GatewayError('CERT_UNKNOWN_CA')
}

/** Name and key seen before: going on would be a loop. */
function isSameAuthority(one: Certificate, other: Certificate): boolean {
  return (
    one.sha256 === other.sha256 ||
    (one.subject.key === other.subject.key && one.publicKey.equals(other.publicKey))
  )
}

/** Certificates whose subject is the issuer of this one; anchors first, then those whose key identifier fits. */
function issuersOf(
  certificate: Certificate,
  { anchors, intermediates }: PathMaterial,
): { issuer: Certificate; isAnchor: boolean }[] {
  const wanted = certificate.extensions.authorityKeyIdentifier?.keyIdentifier
  const isNamed = (one: Certificate) => one.subject.key === certificate.issuer.key
  const misfit = ({ issuer }: { issuer: Certificate }) => {
    const own = issuer.extensions.subjectKeyIdentifier
    return wanted === undefined || own === undefined || equalBytes(wanted, own) ? 0 : 1
  }
  return [
    ...anchors.filter(isNamed).map((issuer) => ({ issuer, isAnchor: true })),
    ...intermediates.filter(isNamed).map((issuer) => ({ issuer, isAnchor: false })),
  ].sort((one, other) => misfit(one) - misfit(other))
}

function refuse(why: string): never {
  throw new GatewayError('CERT_CONSTRAINT', why)
}

/**
 * RFC 5280 §6.1 from the anchor down, signatures and name chaining apart: those were checked when the path was built. The
 * anchor is held to the same rules as a CA (RFC 5937), so that a constrained root constrains.
 */
function checkPath(path: CertificatePath, question: PathQuestion): void {
  const fromAnchor = [...path].reverse()
  const lastIndex = fromAnchor.length - 1
  for (const certificate of path) checkValidity(certificate, question.atMs)
  let pathLength = Number.POSITIVE_INFINITY
  let constraints = unconstrained
  for (const [index, certificate] of fromAnchor.entries()) {
    const { extensions, selfIssued } = certificate
    const isEnd = index === lastIndex
    if (extensions.unknownCritical.length > 0)
      refuse(`unknown critical extension ${extensions.unknownCritical.join()}`)
    if ((isEnd || !selfIssued) && !areNamesAllowed(certificate, constraints))
      refuse('name outside the name constraints')
    checkForm(certificate, index === 0)
    if (isEnd) break
    checkAuthority(certificate, question)
    // NIST PKITS 4.6.4 takes an intermediate whose basicConstraints is not critical; an anchor is the operator's choice
    if (index === 0 && extensions.basicConstraints?.critical === false)
      refuse('basicConstraints of the anchor not critical')
    // §6.1.4 (l), (m): self-issued certificates below the anchor do not count
    if (index > 0 && !selfIssued) {
      if (pathLength <= 0) refuse('path length exceeded')
      pathLength--
    }
    pathLength = Math.min(pathLength, extensions.basicConstraints?.pathLength ?? pathLength)
    if (extensions.nameConstraints !== undefined)
      constraints = add(constraints, extensions.nameConstraints)
  }
  if (!arePoliciesMet(fromAnchor.slice(1), question.policies ?? noPolicyAsked))
    refuse('certificate policies not met')
}

function checkValidity({ notBeforeMs, notAfterMs }: Certificate, atMs: number): void {
  if (atMs < notBeforeMs) throw new GatewayError('CERT_VALIDITY', 'certificate not yet valid')
  if (atMs > notAfterMs + 999) throw new GatewayError('CERT_VALIDITY', 'certificate expired')
}

function add(...[state, constraints]: Parameters<typeof addConstraints>) {
  try {
    return addConstraints(state, constraints)
  } catch (error) {
    if (error instanceof DerError) refuse(error.message)
    throw error
  }
}

/** Rules on extensions that hold for every certificate of a path (RFC 5280 §4.2.1). */
function checkForm({ extensions, selfIssued }: Certificate, isAnchor: boolean): void {
  const { basicConstraints, keyUsage, nameConstraints, authorityKeyIdentifier } = extensions
  const isAuthority = basicConstraints?.ca === true
  if (!(isAnchor && selfIssued) && authorityKeyIdentifier?.keyIdentifier === undefined)
    refuse('no authority key identifier')
  if (isAuthority && extensions.subjectKeyIdentifier === undefined)
    refuse('CA without subject key identifier')
  if (extensions.subjectAltName?.some((name) => name.kind === 'dns' && !isDnsName(name.value)))
    refuse('DNS name malformed')
  if (!isAuthority && basicConstraints?.pathLength !== undefined)
    refuse('path length in a certificate of no CA')
  if (!isAuthority && ((keyUsage ?? 0) & keyUsages.keyCertSign) !== 0)
    refuse('keyCertSign in a certificate of no CA')
  if (!isAuthority && nameConstraints !== undefined)
    refuse('name constraints in a certificate of no CA')
}

/** What makes a certificate one of a CA: basicConstraints cA and keyCertSign (§4.2.1.3, §4.2.1.9). */
function checkAuthority({ extensions }: Certificate, question: PathQuestion): void {
  const { basicConstraints, keyUsage, extendedKeyUsage, nameConstraints } = extensions
  if (basicConstraints?.ca !== true) refuse('issuer is no CA')
  if (keyUsage !== undefined && (keyUsage & keyUsages.keyCertSign) === 0)
    refuse('issuer may not sign certificates')
  if (nameConstraints?.critical === false) refuse('name constraints not critical')
  const wanted = question.extendedKeyUsage
  if (wanted !== undefined && extendedKeyUsage?.includes(wanted) === false)
    refuse('extended key usage of a CA does not cover the purpose')
}
