import {
  Attribute,
  CertificateChoices,
  CertificateSet,
  CMSVersion,
  ContentInfo,
  DigestAlgorithmIdentifier,
  DigestAlgorithmIdentifiers,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignatureAlgorithmIdentifier,
  SignedData,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
} from '@peculiar/asn1-cms'
import {
  AsnConvert,
  AsnObjectIdentifierConverter,
  AsnOctetStringConverter,
  AsnUTCTimeConverter,
  OctetString,
} from '@peculiar/asn1-schema'
import { Certificate } from '@peculiar/asn1-x509'

const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  sha256: '2.16.840.1.101.3.4.2.1',
  rsa: '1.2.840.113549.1.1.1',
  ecdsaSha256: '1.2.840.10045.4.3.2',
} as const

/** The seal of the gateway. */
export interface AnswerSigner {
  /** DER */
  readonly certificate: Uint8Array
  readonly keyType: 'rsa' | 'ec'
  /** over SHA-256; ECDSA as DER */
  readonly sign: (data: Uint8Array) => Uint8Array | Promise<Uint8Array>
}

function attribute(type: string, value: ArrayBuffer): Attribute {
  return new Attribute({ attrType: type, attrValues: [value] })
}

/** DER wants the members of a SET OF in the order of their encodings. */
function sorted(attributes: readonly Attribute[]): Attribute[] {
  const encoded = attributes.map((one) => ({ one, der: Buffer.from(AsnConvert.serialize(one)) }))
  return encoded.sort((a, b) => a.der.compare(b.der)).map(({ one }) => one)
}

/** The signed attributes as the SET that is signed: tag 0x31 instead of the implicit [0] (RFC 5652 §5.4). */
function signedBytes(attributes: readonly Attribute[]): Buffer {
  const content = Buffer.concat(attributes.map((one) => Buffer.from(AsnConvert.serialize(one))))
  // three short attributes stay below 65,536 bytes
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff]
  return Buffer.concat([Buffer.from([0x31, ...length]), content])
}

/**
 * A detached CMS signature (DER) over a file known by its SHA-256 digest: one signer, signed attributes, no content inside.
 * `atMs` becomes the signing time (UTC ms). Rejects with what the signer rejects with.
 */
export async function signAnswer(
  digest: Uint8Array,
  signer: AnswerSigner,
  atMs: number,
): Promise<Uint8Array> {
  const { issuer, serialNumber } = AsnConvert.parse(signer.certificate, Certificate).tbsCertificate
  const attributes = sorted([
    attribute(oids.contentType, AsnObjectIdentifierConverter.toASN(oids.data).toBER()),
    attribute(oids.signingTime, AsnUTCTimeConverter.toASN(new Date(atMs)).toBER()),
    attribute(oids.messageDigest, AsnOctetStringConverter.toASN(toArrayBuffer(digest)).toBER()),
  ])
  const isRsa = signer.keyType === 'rsa'
  const sha256 = new DigestAlgorithmIdentifier({ algorithm: oids.sha256 })
  const signerInfo = new SignerInfo({
    version: CMSVersion.v1,
    sid: new SignerIdentifier({
      issuerAndSerialNumber: new IssuerAndSerialNumber({ issuer, serialNumber }),
    }),
    digestAlgorithm: sha256,
    signedAttrs: attributes,
    signatureAlgorithm: isRsa
      ? new SignatureAlgorithmIdentifier({ algorithm: oids.rsa, parameters: null })
      : new SignatureAlgorithmIdentifier({ algorithm: oids.ecdsaSha256 }),
    signature: new OctetString(await signer.sign(signedBytes(attributes))),
  })
  const signedData = new SignedData({
    version: CMSVersion.v1,
    digestAlgorithms: new DigestAlgorithmIdentifiers([sha256]),
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: oids.data }),
    certificates: new CertificateSet([
      new CertificateChoices({ certificate: AsnConvert.parse(signer.certificate, Certificate) }),
    ]),
    signerInfos: new SignerInfos([signerInfo]),
  })
  const content = AsnConvert.serialize(signedData)
  return Buffer.from(
    AsnConvert.serialize(new ContentInfo({ contentType: oids.signedData, content })),
  )
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}

/** The text of an FS file: base64 on one line that ends in CR. */
export function signatureFile(der: Uint8Array): string {
  return `${Buffer.from(der).toString('base64')}\r`
}
