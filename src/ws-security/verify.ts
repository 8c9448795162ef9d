import { hash } from 'node:crypto'
import { GatewayError } from '../base/errors.ts'
import type { RegisteredCertificates } from '../pki/registered-certificates.ts'
import type { ProvenPath, ReadCertificate, Trust } from '../pki/trust.ts'
import type { Envelope, SoapVersion } from '../soap/envelope.ts'
import { canonicalize } from '../xml/canonicalize.ts'
import type { XmlNode } from '../xml/tree.ts'
import { wireAlgorithms } from './algorithms.ts'
import { checkDocument } from './document.ts'
import { findCertificate } from './key-reference.ts'
import { type Part, partsOf, resolveReferences } from './references.ts'
import { readSecurityHeader } from './security-header.ts'
import {
  checkAlgorithms,
  checkDigest,
  type CheckedSignature,
  checkKeyFits,
  checkSignatureValue,
  readSignature,
} from './signature.ts'
import {
  checkWindow,
  isSkewed,
  readTimestamp,
  type Timestamp,
  type TimestampLimits,
} from './timestamp.ts'

export interface SignatureLimits extends TimestampLimits {
  readonly referencesMax: number
  /** the certificate in the token, as DER */
  readonly tokenBytesMax: number
}

/** What an operator gets who sets nothing. Lifetime 600 s: node-soap's WSSecurityCert always writes ten minutes (security.md §10 would have 300 s). */
export const signatureLimits: SignatureLimits = {
  clockSkewMs: 60_000,
  lifetimeMsMax: 600_000,
  referencesMax: 8,
  tokenBytesMax: 16 * 1024,
}

export interface Verification {
  readonly trust: Trust
  readonly nowMs: number
  readonly limits: SignatureLimits
  /** a certificate that is registered by itself need not be signed, and may be named instead of sent */
  readonly registered: RegisteredCertificates
}

/** What a verification proved. Whatever is not in here is not proven, even if it stood in the message. */
export interface VerifiedMessage {
  readonly signer: ProvenPath
  readonly soapVersion: SoapVersion
  /** SHA-256 (hex) over the canonical SignedInfo and the signer's certificate: the replay key and the journal's digest */
  readonly digest: string
  /** bytes of the SignatureValue: what nobody has who has not the message */
  readonly signatureValue: Uint8Array
  readonly createdAtMs: number
  /** UTC ms from which the message is refused as expired */
  readonly expiresAtMs: number
  /** text of wsa:MessageID; undefined when absent or not signed */
  readonly messageId: string | undefined
  /** text of wsa:Action; undefined when absent or not signed */
  readonly action: string | undefined
  /** the signed request; readable until the tree is disposed */
  readonly bodyChild: XmlNode
  /** names of the signed parts, as references.ts has them */
  readonly signedParts: readonly string[]
}

/**
 * Who signed this message, and what. The order is that of security.md §2, steps 9–16: shapes, algorithms, key reference,
 * timestamp window, signature value, digests, certificate path; cheap before expensive, and nothing published before the end.
 * Throws GatewayError WSS_*, CERT_*, XML_MALFORMED (no canonical form).
 */
export function verifyMessage(envelope: Envelope, verification: Verification): VerifiedMessage {
  const claims = readClaims(envelope, verification)
  checkWindow(claims.timestamp, verification.nowMs, verification.limits)
  return prove(envelope, claims, verification)
}

/** Why a message came at the wrong time: what its signer's clock said. Nothing else of the message is proven by it. */
export interface ProvenSkew {
  readonly signer: ProvenPath
  /** wsu:Created less our time; negative when it lies before */
  readonly createdAheadMs: number
}

/**
 * Who signed a message that `verifyMessage` refuses only because of its time, and what that was by our clock; undefined when
 * anything else is wrong with it. An old message proves who signed it once, not who sends it now: only a caller who is known in
 * another way may be told.
 */
export function findProvenSkew(
  envelope: Envelope,
  verification: Verification,
): ProvenSkew | undefined {
  const { nowMs, limits } = verification
  try {
    const claims = readClaims(envelope, verification)
    if (!isSkewed(claims.timestamp, nowMs, limits)) return undefined
    const { signer, createdAtMs } = prove(envelope, claims, verification)
    return { signer, createdAheadMs: createdAtMs - nowMs }
  } catch (error) {
    if (error instanceof GatewayError) return undefined
    throw error
  }
}

/** A message in the right shape and by accepted algorithms; nothing in it is proven. */
interface Claims {
  readonly timestamp: Timestamp
  readonly signature: CheckedSignature
  /** in the order of the references */
  readonly signed: readonly Part[]
  readonly certificate: ReadCertificate
}

function readClaims(envelope: Envelope, { trust, limits, registered }: Verification): Claims {
  const header = readSecurityHeader(envelope)
  checkDocument(envelope, header)
  const timestamp = readTimestamp(header.timestamp)
  const shaped = readSignature(header.signature)
  if (shaped.references.length > limits.referencesMax)
    throw new GatewayError('WSS_REFERENCE', `more than ${limits.referencesMax} references`)
  const signature = checkAlgorithms(shaped, wireAlgorithms)
  const signed = resolveReferences(signature.references, partsOf(envelope, header))
  const certificate = trust.read(
    findCertificate(header, signature.keyInfo, registered, limits.tokenBytesMax),
  )
  checkKeyFits(signature.algorithm, certificate)
  checkTokenIsBound(signed, registered.has(certificate.sha256))
  return { timestamp, signature, signed, certificate }
}

function prove(
  envelope: Envelope,
  { timestamp, signature, signed, certificate }: Claims,
  { trust, nowMs }: Verification,
): VerifiedMessage {
  const signedInfo = canonicalize(signature.signedInfo, signature.canonicalization.prefixes)
  checkSignatureValue(signature, signedInfo, certificate)
  signature.references.forEach((reference, i) => {
    const part = signed[i]
    if (part === undefined) throw new TypeError('reference without its part')
    checkDigest(reference, canonicalize(part.node, reference.transforms.at(-1)?.prefixes))
  })
  const signer = trust.verifyPath(certificate, 'messageSigning', nowMs)

  return {
    signer,
    soapVersion: envelope.version,
    digest: hash('sha256', Buffer.concat([signedInfo, Buffer.from(certificate.sha256)])),
    signatureValue: signature.signatureValue,
    createdAtMs: timestamp.createdMs,
    expiresAtMs: timestamp.expiresMs,
    messageId: textOf(signed, 'wsa:MessageID'),
    action: textOf(signed, 'wsa:Action'),
    bodyChild: envelope.bodyChild,
    signedParts: signed.map((part) => part.name),
  }
}

/**
 * A certificate that is neither signed nor known could be exchanged for another one of the same key: then the message would
 * prove another identity.
 */
function checkTokenIsBound(signed: readonly Part[], registered: boolean): void {
  if (registered || signed.some(({ name }) => name === 'BinarySecurityToken')) return
  throw new GatewayError(
    'WSS_REFERENCE',
    'BinarySecurityToken is not signed and its certificate not registered',
  )
}

function textOf(signed: readonly Part[], name: string): string | undefined {
  return signed.find((part) => part.name === name)?.node.text.trim()
}
