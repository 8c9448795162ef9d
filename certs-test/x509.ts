/** Writes certificates and CRLs for tests: `@peculiar/asn1-*` for the structures, `node:crypto` for keys and signatures. */
import { createHash, generateKeyPair, randomBytes, sign, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  Certificate,
  CertificateList,
  CRLNumber,
  Extension,
  Extensions,
  id_ce_authorityKeyIdentifier,
  id_ce_cRLNumber,
  id_ce_subjectKeyIdentifier,
  KeyIdentifier,
  Name,
  RelativeDistinguishedName,
  RevokedCertificate,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  TBSCertList,
  Time,
  Validity,
  Version,
} from '@peculiar/asn1-x509'
import type { KeyKind } from './institutions.ts'

const generate = promisify(generateKeyPair)

export interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** A new key pair; made on the thread pool, so several run at once. */
export async function newKeyPair(kind: KeyKind): Promise<KeyPair> {
  if (kind === 'P-256') return generate('ec', { namedCurve: 'P-256' })
  return generate('rsa', { modulusLength: Number(kind.slice(4)) })
}

/** A certificate together with the key it speaks for. */
export interface Identity extends KeyPair {
  readonly der: Buffer
  /** positive, 16 octets */
  readonly serialNumber: ArrayBuffer
  readonly name: Name
}

/** A subject attribute: OID and value, in the order they are written; country is a PrintableString, the rest UTF8String. */
export type SubjectAttribute = readonly [oid: string, value: string]

/** One attribute per RDN. */
export function newName(attributes: readonly SubjectAttribute[]): Name {
  return new Name(
    attributes.map(([type, value]) => {
      const string = type === '2.5.4.6' ? { printableString: value } : { utf8String: value }
      const attribute = new AttributeTypeAndValue({ type, value: new AttributeValue(string) })
      return new RelativeDistinguishedName([attribute])
    }),
  )
}

/** An extension whose value is DER already, or a structure of `@peculiar/asn1-*`. */
export function newExtension(extnID: string, value: object, critical = false): Extension {
  const der = value instanceof Uint8Array ? value : new Uint8Array(AsnConvert.serialize(value))
  return new Extension({ extnID, critical, extnValue: new OctetString(der) })
}

/** SHA-1 of the key bits (RFC 5280 §4.2.1.2, method 1): a name for the key, not a protection. */
function keyIdentifierOf(publicKey: KeyObject): Buffer {
  const spki = AsnConvert.parse(
    publicKey.export({ type: 'spki', format: 'der' }),
    SubjectPublicKeyInfo,
  )
  return createHash('sha1').update(Buffer.from(spki.subjectPublicKey)).digest()
}

function authorityKeyIdentifier(publicKey: KeyObject): Extension {
  const keyIdentifier = new KeyIdentifier(keyIdentifierOf(publicKey))
  return newExtension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier }))
}

function signatureAlgorithmOf(key: KeyObject): AlgorithmIdentifier {
  return key.asymmetricKeyType === 'rsa'
    ? new AlgorithmIdentifier({ algorithm: '1.2.840.113549.1.1.11', parameters: null })
    : new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' })
}

/** A positive serial number of 16 octets that needs no leading zero. */
function newSerialNumber(): ArrayBuffer {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0)
  return new Uint8Array(bytes).buffer
}

export interface CertificateRequest {
  readonly subject: readonly SubjectAttribute[]
  readonly key: KeyPair
  /** absent: self-signed */
  readonly issuer?: Pick<Identity, 'name' | 'publicKey' | 'privateKey'>
  readonly notBefore: Date
  readonly notAfter: Date
  /** beside the key identifiers, which every certificate gets */
  readonly extensions: readonly Extension[]
}

/** Issues an X.509 v3 certificate, signed with SHA-256. */
export function issueCertificate(request: CertificateRequest): Identity {
  const { key, issuer } = request
  const name = newName(request.subject)
  const signer = issuer ?? key
  const serialNumber = newSerialNumber()
  const signature = signatureAlgorithmOf(signer.privateKey)
  const keyIdentifier = new SubjectKeyIdentifier(keyIdentifierOf(key.publicKey))
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber,
    signature,
    issuer: issuer?.name ?? name,
    validity: new Validity({ notBefore: request.notBefore, notAfter: request.notAfter }),
    subject: name,
    subjectPublicKeyInfo: AsnConvert.parse(
      key.publicKey.export({ type: 'spki', format: 'der' }),
      SubjectPublicKeyInfo,
    ),
    extensions: new Extensions([
      ...request.extensions,
      newExtension(id_ce_subjectKeyIdentifier, keyIdentifier),
      authorityKeyIdentifier(signer.publicKey),
    ]),
  })
  const signed = Buffer.from(AsnConvert.serialize(tbsCertificate))
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: signature,
    signatureValue: toArrayBuffer(sign('sha256', signed, signer.privateKey)),
  })
  return { ...key, der: Buffer.from(AsnConvert.serialize(certificate)), serialNumber, name }
}

/** A complete CRL (v2) of the issuer with a CRL number. */
export function issueCrl(
  issuer: Pick<Identity, 'name' | 'publicKey' | 'privateKey'>,
  revoked: readonly Pick<Identity, 'serialNumber'>[],
  times: { readonly thisUpdate: Date; readonly nextUpdate: Date },
  extensions: readonly Extension[] = [],
): Buffer {
  const signature = signatureAlgorithmOf(issuer.privateKey)
  const tbsCertList = new TBSCertList({
    version: Version.v2,
    signature,
    issuer: issuer.name,
    thisUpdate: new Time(times.thisUpdate),
    nextUpdate: new Time(times.nextUpdate),
    crlExtensions: [
      authorityKeyIdentifier(issuer.publicKey),
      newExtension(id_ce_cRLNumber, new CRLNumber(1)),
      ...extensions,
    ],
  })
  if (revoked.length > 0) {
    tbsCertList.revokedCertificates = revoked.map(
      ({ serialNumber }) =>
        new RevokedCertificate({
          userCertificate: serialNumber,
          revocationDate: new Time(times.thisUpdate),
        }),
    )
  }
  const signed = Buffer.from(AsnConvert.serialize(tbsCertList))
  const list = new CertificateList({
    tbsCertList,
    signatureAlgorithm: signature,
    signature: toArrayBuffer(sign('sha256', signed, issuer.privateKey)),
  })
  return Buffer.from(AsnConvert.serialize(list))
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

/** PEM of DER bytes. */
export function toPem(label: 'CERTIFICATE' | 'X509 CRL', der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** PKCS#8 PEM, without password: test keys. */
export function keyToPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
