import { hash } from 'node:crypto'
import { GatewayError } from '../base/errors.ts'
import {
  findCmsSignatureAlgorithm,
  findDigest,
  isSignedBy,
  readAlgorithmIdentifier,
  type DigestName,
  type SignatureAlgorithm,
} from './algorithms.ts'
import { readCertificate, type Certificate } from './certificate.ts'
import {
  checkDer,
  context,
  DerError,
  DerReader,
  equalBytes,
  readElements,
  readInteger,
  readOid,
  readOne,
  readSequence,
  readSmallInteger,
  readTime,
  tags,
  toHex,
} from './der.ts'
import { readName } from './name.ts'
import type { ProvenPath, Trust } from './trust.ts'

const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const

/** A signature file larger than this is refused unread. */
export const signatureSizeBytesMax = 262_144

const certificatesMax = 16

/** A detached CMS signature whose form is accepted (security.md §7); nothing is verified yet. */
export interface DetachedSignature {
  /** with which the caller digests the file */
  readonly digest: DigestName
  /** the digest of the file that was signed, as the signature says */
  readonly messageDigest: Uint8Array
  /** the certificate that `sid` names; of those enclosed exactly one */
  readonly certificate: Uint8Array
  /** signedAttrs as signed: SET OF */
  readonly signedAttributes: Uint8Array
  readonly algorithm: SignatureAlgorithm
  readonly signature: Uint8Array
}

/**
 * Reads a `.p7s`: DER, or its base64 in lines that end with CR, LF or CRLF. Throws GatewayError CMS_FORM (not one detached
 * SignedData with one signer and signed attributes, in DER), WSS_ALGORITHM (digest or signature outside the allow-list), or
 * WSS_TOKEN, CERT_WEAK of the signer's certificate.
 */
export function readDetachedSignature(file: Uint8Array): DetachedSignature {
  if (file.length > signatureSizeBytesMax) throw new GatewayError('CMS_FORM', 'larger than 256 KiB')
  try {
    const der = file[0] === tags.sequence ? Uint8Array.from(file) : readBase64(file)
    checkDer(der)
    return readContentInfo(der)
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    throw new GatewayError('CMS_FORM', `file signature: ${error.message}`)
  }
}

/** Base64 with padding, lines of any length; nothing but line ends between the characters. */
function readBase64(file: Uint8Array): Uint8Array {
  const text = Buffer.from(file).toString('latin1')
  const joined = text.replace(/\r\n|\r|\n/g, '')
  if (/(?:\r\n|\r(?!\n)|\n){2}/.test(text) || !/^[A-Za-z0-9+/]+={0,2}$/.test(joined))
    throw new DerError('neither DER nor base64')
  const der = Buffer.from(joined, 'base64')
  if (der.toString('base64') !== joined) throw new DerError('base64 not canonical')
  return der
}

function readContentInfo(der: Uint8Array): DetachedSignature {
  const info = new DerReader(readOne(der, tags.sequence).content)
  if (readOid(info.read(tags.oid)) !== oids.signedData) throw new DerError('no SignedData')
  const explicit = info.read(context(0, 'constructed'))
  info.finish()
  const fields = new DerReader(readOne(explicit.content, tags.sequence).content)
  if (![1, 3, 4, 5].includes(readSmallInteger(fields.read(tags.integer))))
    throw new DerError('version of SignedData')
  const digests = readElements(fields.read(tags.set).content, readAlgorithmIdentifier)
  readSequence(fields, (content) => {
    if (readOid(content.read(tags.oid)) !== oids.data) throw new DerError('content is not id-data')
    if (!content.isAtEnd) throw new DerError('content inside: the signature must be detached')
  })
  const enclosed = fields.optional(context(0, 'constructed'))
  if (enclosed === undefined) throw new DerError('no certificate inside')
  fields.optional(context(1, 'constructed'))
  const signers = fields.read(tags.set).content
  fields.finish()
  const reader = new DerReader(signers)
  const signer = readSignerInfo(reader)
  if (!reader.isAtEnd) throw new DerError('more than one signer')
  if (!digests.some(({ oid }) => oid === signer.digestOid))
    throw new DerError('digest of the signer not announced')
  const { digest, algorithm } = findAlgorithms(signer)
  const certificates = readElements(enclosed.content, (one) => one.read(tags.sequence).bytes)
  if (certificates.length > certificatesMax) throw new DerError('too many certificates')
  const certificate = findSigner(certificates, signer.isSigner)
  const attributes = readAttributes(signer.signedAttributes)
  checkAttributes(attributes, certificate)
  return {
    digest,
    algorithm,
    certificate: certificate.der,
    messageDigest: readMessageDigest(attributes, digest),
    signedAttributes: signer.signedAttributes,
    signature: signer.signature,
  }
}

interface SignerInfo {
  readonly isSigner: (certificate: Certificate) => boolean
  readonly digestAlgorithm: ReturnType<typeof readAlgorithmIdentifier>
  readonly digestOid: string
  readonly signedAttributes: Uint8Array
  readonly signatureAlgorithm: ReturnType<typeof readAlgorithmIdentifier>
  readonly signature: Uint8Array
}

function readSignerInfo(reader: DerReader): SignerInfo {
  return readSequence(reader, (fields) => {
    const version = readSmallInteger(fields.read(tags.integer))
    // RFC 5652 §5.3: version 1 names issuer and serial number, version 3 the key
    if (version !== (fields.nextTag === tags.sequence ? 1 : 3)) throw new DerError('signer version')
    const isSigner = readSignerIdentifier(fields)
    const digestAlgorithm = readAlgorithmIdentifier(fields)
    const attributes = fields.optional(context(0, 'constructed'))
    if (attributes === undefined) throw new DerError('no signed attributes')
    const signatureAlgorithm = readAlgorithmIdentifier(fields)
    const signature = fields.read(tags.octetString).content
    fields.optional(context(1, 'constructed'))
    // what is signed is the SET OF itself: its own tag in place of the implicit one (RFC 5652 §5.4)
    const signedAttributes = Uint8Array.from(attributes.bytes)
    signedAttributes[0] = tags.set
    const digestOid = digestAlgorithm.oid
    return { isSigner, digestAlgorithm, digestOid, signedAttributes, signatureAlgorithm, signature }
  })
}

/** issuerAndSerialNumber, or the subject key identifier under `[0]`. */
function readSignerIdentifier(fields: DerReader): (certificate: Certificate) => boolean {
  const keyIdentifier = fields.optional(context(0, 'primitive'))?.content
  if (keyIdentifier !== undefined)
    return ({ extensions }) =>
      extensions.subjectKeyIdentifier !== undefined &&
      equalBytes(extensions.subjectKeyIdentifier, keyIdentifier)
  const { issuer, serialNumber } = readSequence(fields, (identifier) => ({
    issuer: readName(identifier),
    serialNumber: toHex(readInteger(identifier.read(tags.integer))),
  }))
  return (certificate) =>
    certificate.issuer.key === issuer.key && certificate.serialNumber === serialNumber
}

function findAlgorithms({ digestAlgorithm, signatureAlgorithm }: SignerInfo) {
  const digest = findDigest(digestAlgorithm)
  if (digest === undefined) throw new GatewayError('WSS_ALGORITHM', 'digest of a file signature')
  const algorithm = findCmsSignatureAlgorithm(signatureAlgorithm, digest)
  if (algorithm === undefined)
    throw new GatewayError('WSS_ALGORITHM', 'signature algorithm of a file signature')
  return { digest, algorithm }
}

/** The one enclosed certificate that the signer identifier names; the others are not even candidates of a path. */
function findSigner(
  certificates: readonly Uint8Array[],
  isSigner: (certificate: Certificate) => boolean,
): Certificate {
  let refusal: unknown
  const found = certificates.flatMap((der) => {
    try {
      const certificate = readCertificate(der)
      return isSigner(certificate) ? [certificate] : []
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      refusal ??= error
      return []
    }
  })
  const [one, ...more] = found
  if (more.length > 0) throw new DerError('signer named ambiguously')
  if (one !== undefined) return one
  if (refusal instanceof GatewayError) throw refusal
  throw new DerError('certificate of the signer not inside')
}

interface Attribute {
  readonly oid: string
  readonly values: readonly Uint8Array[]
}

/** Signed attributes in DER order, each type once. */
function readAttributes(set: Uint8Array): readonly Attribute[] {
  const elements = readElements(readOne(set, tags.set).content, (reader) => {
    const tlv = reader.read(tags.sequence)
    const fields = new DerReader(tlv.content)
    const oid = readOid(fields.read(tags.oid))
    const values = readElements(fields.read(tags.set).content, (value) => value.next().bytes)
    fields.finish()
    return { oid, values, bytes: tlv.bytes }
  })
  const isSorted = elements.every((element, index) => {
    const before = elements[index - 1]
    return before === undefined || Buffer.compare(before.bytes, element.bytes) < 0
  })
  if (!isSorted) throw new DerError('signed attributes not in DER order')
  if (new Set(elements.map(({ oid }) => oid)).size !== elements.length)
    throw new DerError('signed attribute twice')
  return elements
}

/** The value of an attribute that has exactly one; undefined when it is absent. */
function findValue(attributes: readonly Attribute[], oid: string): Uint8Array | undefined {
  const attribute = attributes.find((one) => one.oid === oid)
  if (attribute === undefined) return undefined
  const [value, ...more] = attribute.values
  if (more.length > 0) throw new DerError(`attribute ${oid} with several values`)
  return value
}

function checkAttributes(attributes: readonly Attribute[], certificate: Certificate): void {
  const contentType = findValue(attributes, oids.contentType)
  if (contentType === undefined || readOid(readOne(contentType, tags.oid)) !== oids.data)
    throw new DerError('content type attribute is not id-data')
  const signingTime = findValue(attributes, oids.signingTime)
  if (signingTime !== undefined) {
    const reader = new DerReader(signingTime)
    readTime(reader.next())
    reader.finish()
  }
  const reference = findValue(attributes, oids.signingCertificateV2)
  if (reference !== undefined && !namesCertificate(reference, certificate))
    throw new DerError('signingCertificateV2 names another certificate')
}

function readMessageDigest(attributes: readonly Attribute[], digest: DigestName): Uint8Array {
  const value = findValue(attributes, oids.messageDigest)
  if (value === undefined) throw new DerError('no message digest attribute')
  const { content } = readOne(value, tags.octetString)
  if (content.length !== Number(digest.slice(3)) / 8) throw new DerError('message digest length')
  return content
}

/** ESSCertIDv2 (RFC 5035 §4): its first entry is the signer's certificate; the digest is SHA-256 unless it says so. */
function namesCertificate(value: Uint8Array, certificate: Certificate): boolean {
  const fields = new DerReader(readOne(value, tags.sequence).content)
  const [first] = readElements(fields.read(tags.sequence).content, (reader) =>
    readSequence(reader, (entry) => {
      const isDefault = entry.nextTag === tags.octetString
      const digest = isDefault ? 'sha256' : findDigest(readAlgorithmIdentifier(entry))
      const value = toHex(entry.read(tags.octetString).content)
      entry.optional(tags.sequence)
      return { digest, value }
    }),
  )
  fields.optional(tags.sequence)
  fields.finish()
  return first?.digest !== undefined && hash(first.digest, certificate.der, 'hex') === first.value
}

/**
 * Verifies the signature over a file of which the caller computed `fileDigest` (with `signature.digest`) and returns who
 * signed. Throws GatewayError WSS_DIGEST (the file is not the signed one), WSS_SIGNATURE, or CERT_* of the path.
 */
export function verifyDetachedSignature(
  signature: DetachedSignature,
  fileDigest: Uint8Array,
  trust: Trust,
  atMs: number,
): ProvenPath {
  if (!equalBytes(signature.messageDigest, fileDigest)) throw new GatewayError('WSS_DIGEST')
  const certificate = trust.read(signature.certificate)
  const { algorithm, signedAttributes } = signature
  if (!isSignedBy(certificate.publicKey, algorithm, signedAttributes, signature.signature))
    throw new GatewayError('WSS_SIGNATURE')
  return trust.verifyPath(certificate, 'fileSigning', atMs)
}
