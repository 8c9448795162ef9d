import {
  findSignatureAlgorithm,
  readAlgorithmIdentifier,
  type SignatureAlgorithm,
} from './algorithms.ts'
import type { Certificate } from './certificate.ts'
import {
  context,
  DerError,
  DerReader,
  equalBytes,
  readElements,
  readInteger,
  readOctetBits,
  readOne,
  readSequence,
  readSmallInteger,
  readTime,
  tags,
  toHex,
} from './der.ts'
import {
  readIssuingDistributionPoint,
  readRawExtensions,
  type DistributionPoint,
  type IssuingDistributionPoint,
  type RawExtension,
} from './extensions.ts'
import { generalNameKey, readName, type GeneralName, type Name } from './name.ts'

/** A CRL read to its last byte; not yet verified. */
export interface Crl {
  readonly signed: Uint8Array
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly signature: Uint8Array
  readonly issuer: Name
  readonly thisUpdateMs: number
  readonly nextUpdateMs: number
  /** serial numbers (hex of content octets) that the list names */
  readonly revoked: ReadonlySet<string>
  readonly issuingDistributionPoint: IssuingDistributionPoint | undefined
}

const oids = {
  crlNumber: '2.5.29.20',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  authorityKeyIdentifier: '2.5.29.35',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
} as const

const knownExtensions = new Set<string>([
  oids.crlNumber,
  oids.issuingDistributionPoint,
  oids.authorityKeyIdentifier,
])
const knownEntryExtensions = new Set<string>([oids.reasonCode, oids.invalidityDate])

/**
 * Reads a v2 (or v1) CRL in DER. Throws DerError when it is none, has no nextUpdate, is a delta CRL, has an indirect entry,
 * an unknown critical extension (of the list or of an entry) or a signature algorithm outside the allow-list: such a list
 * says nothing about anybody (RFC 5280 §5.2, §6.3).
 */
export function readCrl(der: Uint8Array): Crl {
  const outer = new DerReader(readOne(Uint8Array.from(der), tags.sequence).content)
  const signed = outer.read(tags.sequence)
  const outerAlgorithm = outer.read(tags.sequence)
  const signature = readOctetBits(outer.read(tags.bitString))
  outer.finish()
  const fields = new DerReader(signed.content)
  const version = fields.optional(tags.integer)
  if (version !== undefined && readSmallInteger(version) !== 1) throw new DerError('CRL version')
  if (!equalBytes(fields.read(tags.sequence).bytes, outerAlgorithm.bytes))
    throw new DerError('inner and outer signature algorithm differ')
  const issuer = readName(fields)
  if (issuer.rdns.length === 0) throw new DerError('CRL issuer without name')
  const thisUpdateMs = readTime(fields.next())
  const hasNextUpdate = [tags.utcTime, tags.generalizedTime].includes(fields.nextTag as 0x17 | 0x18)
  if (!hasNextUpdate) throw new DerError('CRL without nextUpdate')
  const nextUpdateMs = readTime(fields.next())
  const list = fields.optional(tags.sequence)
  const entries =
    list === undefined || list.content.length === 0 ? [] : readElements(list.content, readEntry)
  const extensions = readCrlExtensions(fields)
  fields.finish()
  if (version === undefined && extensions.length > 0) throw new DerError('extensions in a v1 CRL')
  const point = extensions.find(({ oid }) => oid === oids.issuingDistributionPoint)
  const signatureAlgorithm = findSignatureAlgorithm(
    readAlgorithmIdentifier(new DerReader(outerAlgorithm.bytes)),
  )
  if (signatureAlgorithm === undefined) throw new DerError('signature algorithm not accepted')
  return {
    signed: signed.bytes,
    signatureAlgorithm,
    signature,
    issuer,
    thisUpdateMs,
    nextUpdateMs,
    revoked: new Set(entries),
    issuingDistributionPoint:
      point === undefined ? undefined : readIssuingDistributionPoint(point.value),
  }
}

function readCrlExtensions(fields: DerReader): readonly RawExtension[] {
  const explicit = fields.optional(context(0, 'constructed'))
  if (explicit === undefined) return []
  const reader = new DerReader(explicit.content)
  const extensions = readRawExtensions(reader)
  reader.finish()
  if (extensions.some(({ oid }) => oid === oids.deltaCrlIndicator)) throw new DerError('delta CRL')
  const number = extensions.find(({ oid }) => oid === oids.crlNumber)
  if (number?.critical !== false) throw new DerError('CRL number missing or critical')
  readInteger(readOne(number.value, tags.integer))
  refuseUnknownCritical(extensions, knownExtensions)
  return extensions
}

/** One entry; its reason does not matter, even removeFromCRL revokes. */
function readEntry(reader: DerReader): string {
  return readSequence(reader, (entry) => {
    const serialNumber = toHex(readInteger(entry.read(tags.integer)))
    readTime(entry.next())
    if (!entry.isAtEnd) refuseUnknownCritical(readRawExtensions(entry), knownEntryExtensions)
    return serialNumber
  })
}

function refuseUnknownCritical(extensions: readonly RawExtension[], known: ReadonlySet<string>) {
  const unknown = extensions.find(({ oid, critical }) => critical && !known.has(oid))
  if (unknown !== undefined) throw new DerError(`unknown critical CRL extension ${unknown.oid}`)
}

/** All reasons but `unused` (bits 1 to 8 of ReasonFlags). */
export const allReasons = 0b1_1111_1110

/**
 * The reasons (named bits) for which the CRL can speak about the certificate; 0 when its scope leaves the certificate out
 * (RFC 5280 §6.3.3 b). Indirect CRLs are refused, so a distribution point that names another CRL issuer counts for nothing.
 */
export function reasonsCovered(crl: Crl, certificate: Certificate): number {
  const { issuingDistributionPoint: scope, issuer } = crl
  if (issuer.key !== certificate.issuer.key) return 0
  const points = certificate.extensions.crlDistributionPoints
  if (scope === undefined) return allReasons
  if (scope.indirect || scope.onlyAttributeCertificates) return 0
  const isAuthority = certificate.extensions.basicConstraints?.ca === true
  if (scope.onlyUserCertificates && isAuthority) return 0
  if (scope.onlyAuthorityCertificates && !isAuthority) return 0
  const reasons = scope.onlySomeReasons ?? allReasons
  if (scope.point === undefined) return reasons
  const covering = (points ?? []).filter((point) => isPointOf(scope, point, issuer))
  const union = covering.reduce((bits, point) => bits | (point.reasons ?? allReasons), 0)
  return reasons & union
}

/** Whether the certificate's distribution point is the one that the CRL was issued for: they share a name. */
function isPointOf(
  { point }: IssuingDistributionPoint,
  certificatePoint: DistributionPoint,
  issuer: Name,
): boolean {
  const isIssuer = (name: GeneralName) => name.kind === 'directory' && name.value.key === issuer.key
  if (point === undefined || certificatePoint.crlIssuer?.some(isIssuer) === false) return false
  const keys = new Set(pointKeys(point, issuer))
  return pointKeys(certificatePoint, issuer).some((key) => keys.has(key))
}

/** Names of a distribution point; a relative one is completed with the CRL issuer's name. */
function pointKeys(
  { names = [], relative }: Pick<DistributionPoint, 'names' | 'relative'>,
  issuer: Name,
): string[] {
  const keys = names.map(generalNameKey)
  return relative === undefined
    ? keys
    : [...keys, `directory ${[...issuer.comparable, relative].join()}`]
}
