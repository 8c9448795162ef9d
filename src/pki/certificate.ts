import { hash } from 'node:crypto'
import { GatewayError } from '../base/errors.ts'
import {
  findSignatureAlgorithm,
  isSignedBy,
  readAlgorithmIdentifier,
  readPublicKey,
  type SignatureAlgorithm,
} from './algorithms.ts'
import {
  context,
  DerError,
  DerReader,
  equalBytes,
  readInteger,
  readOctetBits,
  readOne,
  readSequence,
  readSmallInteger,
  readTime,
  tags,
  toHex,
} from './der.ts'
import { readExtensions, readRawExtensions, type Extensions } from './extensions.ts'
import { readName, sameName, type Name } from './name.ts'
import type { ReadCertificate } from './trust.ts'

/** A certificate read to its last byte; what RFC 5280 path validation needs of it. */
export interface Certificate extends ReadCertificate {
  /** TBSCertificate as signed */
  readonly signed: Uint8Array
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signature: Uint8Array
  /** hex of the serial number's content octets */
  readonly serialNumber: string
  readonly issuer: Name
  readonly subject: Name
  readonly notBeforeMs: number
  readonly notAfterMs: number
  readonly selfIssued: boolean
  readonly extensions: Extensions
}

/** What of a certificate says who issued it; nothing else of it is read. */
export type CertificateOutline = Pick<
  Certificate,
  'signed' | 'signatureAlgorithm' | 'signature' | 'issuer'
>

/** A certificate larger than this is refused unread. */
export const certificateSizeBytesMax = 16_384

/**
 * Reads an X.509 v3 certificate in DER. Throws GatewayError WSS_TOKEN (no certificate, no strict DER, a field against RFC
 * 5280 §4.1) or CERT_WEAK (key below the floor, signature algorithm outside the allow-list). Trusts nothing.
 */
export function readCertificate(der: Uint8Array): Certificate {
  // a copy: what was read must not change under the caller's hands
  return refuseUnreadable(der, () => readFields(Uint8Array.from(der)))
}

/**
 * Reads only who issued the certificate, at a tenth of the cost: whoever sends a message can make any certificate, but none that a CA of
 * ours has signed. Throws as `readCertificate` does.
 */
export function readOutline(der: Uint8Array): CertificateOutline {
  return refuseUnreadable(der, () => {
    const { signed, algorithm, signature, issuer } = readStart(der)
    return { signed, signatureAlgorithm: readSignatureAlgorithm(algorithm), signature, issuer }
  })
}

function refuseUnreadable<Read>(der: Uint8Array, read: () => Read): Read {
  if (der.length > certificateSizeBytesMax)
    throw new GatewayError('WSS_TOKEN', 'certificate larger than 16 KiB')
  try {
    return read()
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    throw new GatewayError('WSS_TOKEN', `certificate unreadable: ${error.message}`)
  }
}

/** Everything up to the issuer; `fields` stands behind it. */
function readStart(der: Uint8Array) {
  const outer = new DerReader(readOne(der, tags.sequence).content)
  const signed = outer.read(tags.sequence)
  const algorithm = outer.read(tags.sequence).bytes
  const signature = readOctetBits(outer.read(tags.bitString))
  outer.finish()
  const fields = new DerReader(signed.content)
  if (readVersion(fields) !== 2) throw new DerError('not version 3')
  const serialNumber = readSerialNumber(fields)
  if (!equalBytes(fields.read(tags.sequence).bytes, algorithm))
    throw new DerError('inner and outer signature algorithm differ')
  const issuer = readName(fields)
  return { fields, signed: signed.bytes, algorithm, signature, serialNumber, issuer }
}

function readSignatureAlgorithm(der: Uint8Array): SignatureAlgorithm {
  const algorithm = findSignatureAlgorithm(readAlgorithmIdentifier(new DerReader(der)))
  if (algorithm === undefined)
    throw new GatewayError('CERT_WEAK', 'signature algorithm of the certificate not accepted')
  return algorithm
}

function readFields(der: Uint8Array): Certificate {
  const { fields, signed, algorithm, signature, serialNumber, issuer } = readStart(der)
  const { notBeforeMs, notAfterMs } = readSequence(fields, (validity) => ({
    notBeforeMs: readTime(validity.next()),
    notAfterMs: readTime(validity.next()),
  }))
  const subject = readName(fields)
  const spki = fields.read(tags.sequence)
  fields.optional(context(1, 'primitive'))
  fields.optional(context(2, 'primitive'))
  const extensions = readExtensions(readExtensionList(fields))
  fields.finish()
  checkNames(issuer, subject, extensions)
  const signatureAlgorithm = readSignatureAlgorithm(algorithm)
  const { key, type } = readPublicKey(spki.bytes)
  return {
    der,
    sha256: hash('sha256', der, 'hex'),
    publicKey: key,
    keyType: type,
    signed,
    signatureAlgorithm,
    signature,
    serialNumber,
    issuer,
    subject,
    notBeforeMs,
    notAfterMs,
    selfIssued: sameName(issuer, subject),
    extensions,
  }
}

function readVersion(fields: DerReader): number {
  const explicit = fields.optional(context(0, 'constructed'))
  return explicit === undefined ? 0 : readSmallInteger(readOne(explicit.content, tags.integer))
}

/** Positive and at most 20 octets (RFC 5280 §4.1.2.2). */
function readSerialNumber(fields: DerReader): string {
  const content = readInteger(fields.read(tags.integer))
  const isNegative = (content[0] ?? 0) >= 0x80
  const isZero = content.every((octet) => octet === 0)
  if (isNegative || isZero || content.length > 20) throw new DerError('serial number out of range')
  return toHex(content)
}

function readExtensionList(fields: DerReader) {
  const explicit = fields.optional(context(3, 'constructed'))
  if (explicit === undefined) return []
  const reader = new DerReader(explicit.content)
  const list = readRawExtensions(reader)
  reader.finish()
  return list
}

/** The issuer has a name; a subject without one is named by a critical subjectAltName (§4.1.2.4, §4.1.2.6). */
function checkNames(issuer: Name, subject: Name, extensions: Extensions): void {
  if (issuer.rdns.length === 0) throw new DerError('issuer without name')
  if (subject.rdns.length > 0) return
  if (extensions.basicConstraints?.ca === true) throw new DerError('CA without name')
  if (!extensions.subjectAltNameCritical) throw new DerError('subject without name')
}

/** Whether `issuer`'s key made the signature of `certificate`. */
export function isIssuedBy(
  { signatureAlgorithm, signed, signature }: CertificateOutline,
  issuer: Certificate,
): boolean {
  return isSignedBy(issuer.publicKey, signatureAlgorithm, signed, signature)
}
