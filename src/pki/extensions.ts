import {
  context,
  DerError,
  DerReader,
  readBoolean,
  readElements,
  readNamedBits,
  readOid,
  readOne,
  readOptionalBoolean,
  readSequence,
  readSmallInteger,
  tags,
} from './der.ts'
import { readGeneralName, readRdnContent, type GeneralName } from './name.ts'

/** An extension as it stands: its OID, whether it is critical, and the DER of its value. */
export interface RawExtension {
  readonly oid: string
  readonly critical: boolean
  readonly value: Uint8Array
}

/** Reads `Extensions`; the same extension twice is refused (RFC 5280 §4.2). */
export function readRawExtensions(reader: DerReader): readonly RawExtension[] {
  const list = readElements(reader.read(tags.sequence).content, (elements) =>
    readSequence(elements, (fields) => ({
      oid: readOid(fields.read(tags.oid)),
      critical: readOptionalBoolean(fields, tags.boolean),
      value: fields.read(tags.octetString).content,
    })),
  )
  if (new Set(list.map(({ oid }) => oid)).size !== list.length)
    throw new DerError('extension twice')
  return list
}

/** Bits of keyUsage (RFC 5280 §4.2.1.3). */
export const keyUsages = {
  digitalSignature: 1,
  nonRepudiation: 2,
  keyCertSign: 32,
  cRLSign: 64,
} as const

export const extendedKeyUsages = {
  clientAuth: '1.3.6.1.5.5.7.3.2',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  any: '2.5.29.37.0',
} as const

export const anyPolicy = '2.5.29.32.0'

export interface BasicConstraints {
  readonly ca: boolean
  readonly pathLength: number | undefined
}

export interface NameConstraints {
  readonly permitted: readonly GeneralName[]
  readonly excluded: readonly GeneralName[]
}

export interface PolicyMapping {
  readonly issuerPolicy: string
  readonly subjectPolicy: string
}

export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined
  readonly inhibitPolicyMapping: number | undefined
}

/** A distribution point of a certificate, or the name in a CRL's issuing distribution point. */
export interface DistributionPoint {
  /** fullName; undefined when absent */
  readonly names: readonly GeneralName[] | undefined
  /** nameRelativeToCRLIssuer: the RDN, in comparable form, that follows the CRL issuer's name */
  readonly relative: string | undefined
  /** reason flags as named bits; undefined: all */
  readonly reasons: number | undefined
  readonly crlIssuer: readonly GeneralName[] | undefined
}

/** What path validation reads of a certificate's extensions; absent = undefined. */
export interface Extensions {
  readonly basicConstraints: (BasicConstraints & { readonly critical: boolean }) | undefined
  readonly keyUsage: number | undefined
  readonly extendedKeyUsage: readonly string[] | undefined
  readonly subjectAltName: readonly GeneralName[] | undefined
  readonly subjectAltNameCritical: boolean
  readonly nameConstraints: (NameConstraints & { readonly critical: boolean }) | undefined
  /** policy OIDs; qualifiers are not read */
  readonly policies: readonly string[] | undefined
  readonly policyMappings: readonly PolicyMapping[] | undefined
  readonly policyConstraints: PolicyConstraints | undefined
  readonly inhibitAnyPolicy: number | undefined
  readonly crlDistributionPoints: readonly DistributionPoint[] | undefined
  readonly subjectKeyIdentifier: Uint8Array | undefined
  readonly authorityKeyIdentifier: { readonly keyIdentifier: Uint8Array | undefined } | undefined
  readonly qcStatements: readonly QcStatement[] | undefined
  /** ocsp-nocheck (RFC 6960 §4.2.2.2.1): the responder needs no revocation status of its own */
  readonly ocspNoCheck: boolean
  /** critical extensions that are not in this list */
  readonly unknownCritical: readonly string[]
}

/** ETSI EN 319 412-5. */
export interface QcStatement {
  readonly oid: string
  readonly info: Uint8Array | undefined
}

/** A whole value read by one function. */
function whole<Value>(read: (reader: DerReader) => Value): (value: Uint8Array) => Value {
  return (value) => {
    const reader = new DerReader(value)
    const result = read(reader)
    reader.finish()
    return result
  }
}

const sequenceOf = <Element>(readElement: (reader: DerReader) => Element) =>
  whole((reader) => readElements(reader.read(tags.sequence).content, readElement))

const generalNames = sequenceOf(readGeneralName)

const basicConstraints = whole((reader) =>
  readSequence(reader, (fields): BasicConstraints => {
    const ca = readOptionalBoolean(fields, tags.boolean)
    const length = fields.optional(tags.integer)
    return { ca, pathLength: length === undefined ? undefined : readSmallInteger(length) }
  }),
)

const nameConstraints = whole((reader) =>
  readSequence(reader, (fields): NameConstraints => {
    const subtrees = (number: number) => {
      const tlv = fields.optional(context(number, 'constructed'))
      return tlv === undefined ? [] : readElements(tlv.content, readSubtree)
    }
    if (fields.isAtEnd) throw new DerError('name constraints empty')
    return { permitted: subtrees(0), excluded: subtrees(1) }
  }),
)

/** GeneralSubtree: minimum 0 and no maximum (RFC 5280 §4.2.1.10). */
function readSubtree(reader: DerReader): GeneralName {
  return readSequence(reader, readGeneralName)
}

const policies = sequenceOf((reader) =>
  readSequence(reader, (fields) => {
    const oid = readOid(fields.read(tags.oid))
    fields.optional(tags.sequence)
    return oid
  }),
)

const policyMappings = sequenceOf((reader) =>
  readSequence(reader, (fields): PolicyMapping => ({
    issuerPolicy: readOid(fields.read(tags.oid)),
    subjectPolicy: readOid(fields.read(tags.oid)),
  })),
)

const policyConstraints = whole((reader) =>
  readSequence(reader, (fields): PolicyConstraints => {
    const skipCerts = (number: number) => {
      const tlv = fields.optional(context(number, 'primitive'))
      return tlv === undefined ? undefined : readSmallInteger(tlv)
    }
    if (fields.isAtEnd) throw new DerError('policy constraints empty')
    return { requireExplicitPolicy: skipCerts(0), inhibitPolicyMapping: skipCerts(1) }
  }),
)

/** DistributionPointName, inside its explicit tag. */
export function readDistributionPointName(
  content: Uint8Array,
): Pick<DistributionPoint, 'names' | 'relative'> {
  const reader = new DerReader(content)
  const tlv = reader.next()
  reader.finish()
  if (tlv.tag === context(1, 'constructed'))
    return { names: undefined, relative: readRdnContent(tlv.content) }
  if (tlv.tag !== context(0, 'constructed')) throw new DerError('distribution point name')
  return { names: readElements(tlv.content, readGeneralName), relative: undefined }
}

const crlDistributionPoints = sequenceOf((reader) =>
  readSequence(reader, (fields): DistributionPoint => {
    const point = fields.optional(context(0, 'constructed'))
    const reasons = fields.optional(context(1, 'primitive'))
    const issuer = fields.optional(context(2, 'constructed'))
    if (point === undefined && issuer === undefined) throw new DerError('distribution point empty')
    const name =
      point === undefined
        ? { names: undefined, relative: undefined }
        : readDistributionPointName(point.content)
    return {
      ...name,
      reasons: reasons === undefined ? undefined : readNamedBits(reasons),
      crlIssuer: issuer === undefined ? undefined : readElements(issuer.content, readGeneralName),
    }
  }),
)

export const readAuthorityKeyIdentifier = whole((reader) =>
  readSequence(reader, (fields) => {
    const keyIdentifier = fields.optional(context(0, 'primitive'))?.content
    const issuer = fields.optional(context(1, 'constructed'))
    const serial = fields.optional(context(2, 'primitive'))
    if ((issuer === undefined) !== (serial === undefined))
      throw new DerError('authority issuer without serial number')
    return { keyIdentifier }
  }),
)

const qcStatements = sequenceOf((reader) =>
  readSequence(reader, (fields): QcStatement => ({
    oid: readOid(fields.read(tags.oid)),
    info: fields.isAtEnd ? undefined : fields.next().bytes,
  })),
)

const readNull = whole((reader) => reader.read(tags.null).content.length === 0)

const smallInteger = whole((reader) => readSmallInteger(reader.read(tags.integer)))

const oids = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  policies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  qcStatements: '1.3.6.1.5.5.7.1.3',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
} as const

const known = new Set<string>(Object.values(oids))

/** Extensions that RFC 5280 wants not critical (§4.2.1.1, §4.2.1.2, §4.2.2). */
const neverCritical = new Set<string>([
  oids.subjectKeyIdentifier,
  oids.authorityKeyIdentifier,
  '1.3.6.1.5.5.7.1.1',
  '1.3.6.1.5.5.7.1.11',
])

/** Reads every extension that path validation knows, each to its last byte; throws DerError. */
export function readExtensions(list: readonly RawExtension[]): Extensions {
  const find = (oid: string) => list.find((one) => one.oid === oid)
  const read = <Value>(oid: string, readValue: (value: Uint8Array) => Value) => {
    const extension = find(oid)
    return extension === undefined ? undefined : readValue(extension.value)
  }
  const readCritical = <Value extends object>(
    oid: string,
    readValue: (value: Uint8Array) => Value,
  ) => {
    const extension = find(oid)
    return extension === undefined
      ? undefined
      : { ...readValue(extension.value), critical: extension.critical }
  }
  if (list.some(({ oid, critical }) => critical && neverCritical.has(oid)))
    throw new DerError('extension critical that must not be')
  return {
    basicConstraints: readCritical(oids.basicConstraints, basicConstraints),
    keyUsage: read(oids.keyUsage, (value) => readNamedBits(readOne(value, tags.bitString))),
    extendedKeyUsage: read(
      oids.extendedKeyUsage,
      sequenceOf((reader) => readOid(reader.read(tags.oid))),
    ),
    subjectAltName: read(oids.subjectAltName, generalNames),
    subjectAltNameCritical: find(oids.subjectAltName)?.critical ?? false,
    nameConstraints: readCritical(oids.nameConstraints, nameConstraints),
    policies: read(oids.policies, policies),
    policyMappings: read(oids.policyMappings, policyMappings),
    policyConstraints: read(oids.policyConstraints, policyConstraints),
    inhibitAnyPolicy: read(oids.inhibitAnyPolicy, smallInteger),
    crlDistributionPoints: read(oids.crlDistributionPoints, crlDistributionPoints),
    subjectKeyIdentifier: read(
      oids.subjectKeyIdentifier,
      (value) => readOne(value, tags.octetString).content,
    ),
    authorityKeyIdentifier: read(oids.authorityKeyIdentifier, readAuthorityKeyIdentifier),
    qcStatements: read(oids.qcStatements, qcStatements),
    ocspNoCheck: read(oids.ocspNoCheck, readNull) ?? false,
    unknownCritical: list
      .filter(({ oid, critical }) => critical && !known.has(oid))
      .map(({ oid }) => oid),
  }
}

/** IssuingDistributionPoint of a CRL (RFC 5280 §5.2.5). */
export interface IssuingDistributionPoint {
  readonly point: Pick<DistributionPoint, 'names' | 'relative'> | undefined
  readonly onlyUserCertificates: boolean
  readonly onlyAuthorityCertificates: boolean
  readonly onlySomeReasons: number | undefined
  readonly indirect: boolean
  readonly onlyAttributeCertificates: boolean
}

export const readIssuingDistributionPoint = whole((reader) =>
  readSequence(reader, (fields): IssuingDistributionPoint => {
    const point = fields.optional(context(0, 'constructed'))
    const flag = (number: number) => {
      const tlv = fields.optional(context(number, 'primitive'))
      return tlv !== undefined && readBoolean(tlv)
    }
    const onlyUserCertificates = flag(1)
    const onlyAuthorityCertificates = flag(2)
    const reasons = fields.optional(context(3, 'primitive'))
    return {
      point: point === undefined ? undefined : readDistributionPointName(point.content),
      onlyUserCertificates,
      onlyAuthorityCertificates,
      onlySomeReasons: reasons === undefined ? undefined : readNamedBits(reasons),
      indirect: flag(4),
      onlyAttributeCertificates: flag(5),
    }
  }),
)
