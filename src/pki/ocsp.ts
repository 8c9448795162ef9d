import { hash } from 'node:crypto'
import { GatewayError } from '../base/errors.ts'
import {
  findSignatureAlgorithm,
  isSignedBy,
  readAlgorithmIdentifier,
  type SignatureAlgorithm,
} from './algorithms.ts'
import { isIssuedBy, readCertificate, type Certificate } from './certificate.ts'
import {
  context,
  DerError,
  DerReader,
  equalBytes,
  readElements,
  readInteger,
  readOctetBits,
  readOid,
  readOne,
  readSequence,
  readSmallInteger,
  readTime,
  tags,
  toHex,
  writeTlv,
} from './der.ts'
import { extendedKeyUsages, keyUsages, readRawExtensions, type RawExtension } from './extensions.ts'
import { readName } from './name.ts'
import { findPath } from './path.ts'

/** The certificate that an OCSP responder is asked about, and the CA that issued it. */
export interface OcspQuestion {
  readonly certificate: Certificate
  readonly issuer: Certificate
}

/** What a proven OCSP response says of one certificate, and when it may be used. */
export interface OcspAnswer {
  readonly status: 'good' | 'revoked' | 'unknown'
  readonly thisUpdateMs: number
  /** nextUpdate, or the end of the maximum age when that is earlier */
  readonly untilMs: number
}

/** How a response is judged. */
export interface OcspJudgement {
  readonly atMs: number
  /** the nonce that the request carried; undefined: none was sent */
  readonly nonce: Uint8Array | undefined
  /** how long after its thisUpdate a response may be used at most */
  readonly ageMaxMs: number
  /** whether no CRL revokes the responder's certificate: asked for when that has no ocsp-nocheck */
  readonly isResponderGood: (responder: Certificate) => boolean
}

/** How far a responder's clock may run ahead of ours. */
export const ocspClockSkewMs = 60_000

const oids = { sha1: '1.3.14.3.2.26', basic: '1.3.6.1.5.5.7.48.1.1', nonce: '1.3.6.1.5.5.7.48.1.2' }
const enumerated = 0x0a
const certificatesMax = 8

/** AlgorithmIdentifier of SHA-1 with NULL parameters: in a CertID it names, it protects nothing (RFC 5019 §2.1.1). */
const sha1Identifier = Buffer.from('300906052b0e03021a0500', 'hex')
const nonceOid = Buffer.from('06092b0601050507300102', 'hex')

const sha1 = (bytes: Uint8Array): Buffer => hash('sha1', bytes, 'buffer')

/** Octets of the subjectPublicKey BIT STRING, which key hashes are made of (RFC 6960 §4.1.1). */
function keyBits({ publicKey }: Certificate): Uint8Array {
  const spki = new DerReader(
    readOne(publicKey.export({ type: 'spki', format: 'der' }), tags.sequence).content,
  )
  spki.read(tags.sequence)
  return readOctetBits(spki.read(tags.bitString))
}

/** DER of an OCSPRequest about one certificate, unsigned; the nonce (RFC 9654: 16 to 32 random octets) is handed in. */
export function writeOcspRequest(
  { certificate, issuer }: OcspQuestion,
  nonce: Uint8Array | undefined,
): Uint8Array {
  const certId = writeTlv(
    tags.sequence,
    sha1Identifier,
    writeTlv(tags.octetString, sha1(certificate.issuer.der)),
    writeTlv(tags.octetString, sha1(keyBits(issuer))),
    writeTlv(tags.integer, Buffer.from(certificate.serialNumber, 'hex')),
  )
  const requests = writeTlv(tags.sequence, writeTlv(tags.sequence, certId))
  if (nonce === undefined) return writeTlv(tags.sequence, writeTlv(tags.sequence, requests))
  const value = writeTlv(tags.octetString, writeTlv(tags.octetString, nonce))
  const extensions = writeTlv(tags.sequence, writeTlv(tags.sequence, nonceOid, value))
  const explicit = writeTlv(context(2, 'constructed'), extensions)
  return writeTlv(tags.sequence, writeTlv(tags.sequence, requests, explicit))
}

/** The fields of a BasicOCSPResponse that are looked at; not yet verified. */
interface BasicResponse {
  readonly signed: Uint8Array
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signature: Uint8Array
  readonly isResponder: (certificate: Certificate) => boolean
  readonly producedAtMs: number
  readonly answers: readonly SingleResponse[]
  readonly nonce: Uint8Array | undefined
  /** DER of the certificates that came along */
  readonly certificates: readonly Uint8Array[]
}

interface SingleResponse {
  readonly isAbout: (question: OcspQuestion) => boolean
  readonly status: OcspAnswer['status']
  readonly thisUpdateMs: number
  readonly nextUpdateMs: number
}

function refuse(why: string): never {
  throw new GatewayError('CERT_REVOCATION_UNKNOWN', `OCSP response: ${why}`)
}

/**
 * Reads an OCSPResponse (DER, RFC 6960 §4.2) and returns what it proves about the certificate asked about. Throws GatewayError
 * CERT_REVOCATION_UNKNOWN when it proves nothing: unreadable, an error status, about another certificate, signed by nobody
 * who may (§4.2.2.2: the issuer itself, or a responder that the same issuer certified for it), without the nonce of the
 * request, not fresh. Pure: the request's nonce, the clock and the responder's status are handed in.
 */
export function checkOcspResponse(
  der: Uint8Array,
  question: OcspQuestion,
  judgement: OcspJudgement,
): OcspAnswer {
  const { atMs, nonce, ageMaxMs } = judgement
  const response = readOrRefuse(() => readResponse(Uint8Array.from(der)))
  if (!isSignedByResponder(response, question.issuer, judgement))
    refuse('not signed by the issuer or a responder of its')
  if (nonce !== undefined && (response.nonce === undefined || !equalBytes(response.nonce, nonce)))
    refuse('without the nonce of the request')
  const about = response.answers.filter((one) => one.isAbout(question))
  const [answer] = about
  if (answer === undefined || about.length > 1) refuse('not exactly one status of the certificate')
  const { status, thisUpdateMs, nextUpdateMs } = answer
  const untilMs = Math.min(nextUpdateMs, thisUpdateMs + ageMaxMs)
  const latestMs = atMs + ocspClockSkewMs
  if (thisUpdateMs > latestMs || response.producedAtMs > latestMs) refuse('from the future')
  if (untilMs < atMs) refuse('too old')
  return { status, thisUpdateMs, untilMs }
}

function readOrRefuse<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    if (error instanceof DerError) return refuse(error.message)
    throw error
  }
}

function isSignedByResponder(
  { signed, signatureAlgorithm, signature, isResponder, certificates }: BasicResponse,
  issuer: Certificate,
  judgement: OcspJudgement,
): boolean {
  const isSigner = (one: Certificate) =>
    isResponder(one) && isSignedBy(one.publicKey, signatureAlgorithm, signed, signature)
  if (isSigner(issuer)) return true
  return certificates.some((der) => {
    try {
      const responder = readCertificate(der)
      return isSigner(responder) && isDelegate(responder, issuer, judgement)
    } catch (error) {
      if (error instanceof GatewayError) return false
      throw error
    }
  })
}

/** A responder that the issuer itself certified to answer for it: direct, valid now, made for OCSP and nothing broader. */
function isDelegate(
  responder: Certificate,
  issuer: Certificate,
  { atMs, isResponderGood }: OcspJudgement,
): boolean {
  if (!isIssuedBy(responder, issuer)) return false
  findPath(responder, { anchors: [issuer], intermediates: [] }, { atMs })
  const { basicConstraints, keyUsage, extendedKeyUsage, ocspNoCheck } = responder.extensions
  if (basicConstraints?.ca === true) return false
  if (extendedKeyUsage?.includes(extendedKeyUsages.ocspSigning) !== true) return false
  if (keyUsage !== undefined && (keyUsage & keyUsages.digitalSignature) === 0) return false
  return ocspNoCheck || isResponderGood(responder)
}

function readResponse(der: Uint8Array): BasicResponse {
  const outer = new DerReader(readOne(der, tags.sequence).content)
  const [status, ...rest] = outer.read(enumerated).content
  if (status !== 0 || rest.length > 0) throw new DerError(`status ${status ?? 'none'}`)
  const explicit = readOne(outer.read(context(0, 'constructed')).content, tags.sequence)
  outer.finish()
  const typed = new DerReader(explicit.content)
  if (readOid(typed.read(tags.oid)) !== oids.basic) throw new DerError('not a basic response')
  const basic = readOne(typed.read(tags.octetString).content, tags.sequence)
  typed.finish()
  return readBasicResponse(new DerReader(basic.content))
}

function readBasicResponse(fields: DerReader): BasicResponse {
  const data = fields.read(tags.sequence)
  const algorithm = findSignatureAlgorithm(readAlgorithmIdentifier(fields))
  if (algorithm === undefined) throw new DerError('signature algorithm not accepted')
  const signature = readOctetBits(fields.read(tags.bitString))
  const certificates = fields.optional(context(0, 'constructed'))
  fields.finish()
  return {
    ...readData(new DerReader(data.content)),
    signed: data.bytes,
    signatureAlgorithm: algorithm,
    signature,
    certificates: certificates === undefined ? [] : readCertificates(certificates.content),
  }
}

function readCertificates(content: Uint8Array): Uint8Array[] {
  const list = readOne(content, tags.sequence).content
  if (list.length === 0) return []
  const certificates = readElements(list, (reader) => reader.read(tags.sequence).bytes)
  if (certificates.length > certificatesMax) throw new DerError('too many certificates')
  return certificates
}

function readData(data: DerReader) {
  const version = data.optional(context(0, 'constructed'))
  if (version !== undefined && readSmallInteger(readOne(version.content, tags.integer)) !== 0)
    throw new DerError('version')
  const isResponder = readResponderId(data)
  const producedAtMs = readTime(data.read(tags.generalizedTime))
  const answers = readElements(data.read(tags.sequence).content, readSingleResponse)
  const extensions = readKnownExtensions(data, [oids.nonce])
  data.finish()
  const nonce = extensions.find(({ oid }) => oid === oids.nonce)
  return {
    isResponder,
    producedAtMs,
    answers,
    nonce: nonce === undefined ? undefined : readOne(nonce.value, tags.octetString).content,
  }
}

/** ResponderID: the name, or the SHA-1 of the key, of the certificate that signed. */
function readResponderId(data: DerReader): BasicResponse['isResponder'] {
  const byName = data.optional(context(1, 'constructed'))
  if (byName !== undefined) {
    const reader = new DerReader(byName.content)
    const { key } = readName(reader)
    reader.finish()
    return (certificate) => certificate.subject.key === key
  }
  const byKey = readOne(data.read(context(2, 'constructed')).content, tags.octetString).content
  return (certificate) => equalBytes(sha1(keyBits(certificate)), byKey)
}

function readSingleResponse(reader: DerReader): SingleResponse {
  return readSequence(reader, (fields) => {
    const isAbout = readCertId(fields)
    const status = readStatus(fields)
    const thisUpdateMs = readTime(fields.read(tags.generalizedTime))
    const next = fields.optional(context(0, 'constructed'))
    const nextUpdateMs =
      next === undefined
        ? Number.POSITIVE_INFINITY
        : readTime(readOne(next.content, tags.generalizedTime))
    readKnownExtensions(fields, [])
    return { isAbout, status, thisUpdateMs, nextUpdateMs }
  })
}

/** CertID in the form in which it was asked: another hash, name, key or serial number is another certificate. */
function readCertId(reader: DerReader): SingleResponse['isAbout'] {
  return readSequence(reader, (fields) => {
    const { oid } = readAlgorithmIdentifier(fields)
    const nameHash = fields.read(tags.octetString).content
    const keyHash = fields.read(tags.octetString).content
    const serialNumber = toHex(readInteger(fields.read(tags.integer)))
    return ({ certificate, issuer }: OcspQuestion) =>
      oid === oids.sha1 &&
      serialNumber === certificate.serialNumber &&
      equalBytes(nameHash, sha1(certificate.issuer.der)) &&
      equalBytes(keyHash, sha1(keyBits(issuer)))
  })
}

function readStatus(fields: DerReader): OcspAnswer['status'] {
  const { tag, content } = fields.next()
  switch (tag) {
    case context(0, 'primitive'):
      if (content.length > 0) throw new DerError('status good with content')
      return 'good'
    case context(1, 'constructed'):
      return 'revoked'
    case context(2, 'primitive'):
      return 'unknown'
    default:
      throw new DerError('certificate status')
  }
}

/** Extensions in [1]; a critical one that is not known makes the response say nothing. */
function readKnownExtensions(fields: DerReader, known: readonly string[]): readonly RawExtension[] {
  const explicit = fields.optional(context(1, 'constructed'))
  if (explicit === undefined) return []
  const reader = new DerReader(explicit.content)
  const extensions = readRawExtensions(reader)
  reader.finish()
  const unknown = extensions.find(({ oid, critical }) => critical && !known.includes(oid))
  if (unknown !== undefined) throw new DerError(`unknown critical extension ${unknown.oid}`)
  return extensions
}
