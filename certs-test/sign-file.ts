/**
 * Makes detached CMS signatures (RFC 5652) as the file channel wants them: no content inside, signed attributes, one signer.
 *
 *   node certs-test/sign-file.ts FILE --as INSTITUTION > FILE.p7s
 */
import { createHash, createPrivateKey, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
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
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { Certificate } from '@peculiar/asn1-x509'
import { der, objectIdentifier, octetString, sequence, setOf } from './der.ts'

const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
} as const

const digestOids = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const

const ecdsaOids = {
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
} as const

export type DigestName = keyof typeof digestOids

export interface FileSigner {
  readonly certificate: Uint8Array
  readonly privateKey: KeyObject
  /** further certificates to enclose, e.g. the issuing CA */
  readonly chain?: readonly Uint8Array[]
}

/** The signed attributes, each DER; their order in the SET is made by `setOf`. */
export function signedAttributes(digest: Uint8Array, signingTime: Date): Buffer[] {
  const utcTime = signingTime.toISOString().replace(/^..|[-:T]|\.\d+/g, '')
  const attribute = (oid: string, value: Uint8Array) =>
    sequence(objectIdentifier(oid), setOf(value))
  return [
    attribute(oids.contentType, objectIdentifier(oids.data)),
    attribute(oids.signingTime, der(0x17, Buffer.from(utcTime))),
    attribute(oids.messageDigest, octetString(digest)),
  ]
}

/** Signs the file's bytes; returns the DER of the ContentInfo (`.p7s`). */
export function signFile(
  file: Uint8Array,
  signer: FileSigner,
  signingTime: Date,
  digestName: DigestName = 'sha256',
): Buffer {
  const digest = createHash(digestName).update(file).digest()
  const attributes = signedAttributes(digest, signingTime)
  const signature = sign(digestName, setOf(...attributes), signer.privateKey)
  return writeSignedData(signer, attributes, signature, digestName)
}

/** Puts together a SignedData with one signer; tests hand in what is wrong. */
export function writeSignedData(
  signer: FileSigner,
  attributes: readonly Uint8Array[],
  signature: Uint8Array,
  digestName: DigestName,
): Buffer {
  const certificate = AsnConvert.parse(signer.certificate, Certificate)
  const { issuer, serialNumber } = certificate.tbsCertificate
  const digestAlgorithm = new DigestAlgorithmIdentifier({ algorithm: digestOids[digestName] })
  const sorted = attributes.map((one) => Buffer.from(one)).sort((a, b) => a.compare(b))
  const signatureAlgorithm =
    signer.privateKey.asymmetricKeyType === 'rsa'
      ? new SignatureAlgorithmIdentifier({ algorithm: '1.2.840.113549.1.1.1', parameters: null })
      : new SignatureAlgorithmIdentifier({ algorithm: ecdsaOids[digestName] })
  const signerInfo = new SignerInfo({
    version: CMSVersion.v1,
    sid: new SignerIdentifier({
      issuerAndSerialNumber: new IssuerAndSerialNumber({ issuer, serialNumber }),
    }),
    digestAlgorithm,
    signedAttrs: sorted.map((one) => AsnConvert.parse(one, Attribute)),
    signatureAlgorithm,
    signature: new OctetString(signature),
  })
  const signedData = new SignedData({
    version: CMSVersion.v1,
    digestAlgorithms: new DigestAlgorithmIdentifiers([digestAlgorithm]),
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: oids.data }),
    certificates: new CertificateSet(
      [signer.certificate, ...(signer.chain ?? [])].map(
        (one) => new CertificateChoices({ certificate: AsnConvert.parse(one, Certificate) }),
      ),
    ),
    signerInfos: new SignerInfos([signerInfo]),
  })
  const contentInfo = new ContentInfo({
    contentType: oids.signedData,
    content: AsnConvert.serialize(signedData),
  })
  return Buffer.from(AsnConvert.serialize(contentInfo))
}

/** The seal of an institution of the sandbox. */
export function loadSigner(institution: string): FileSigner {
  const stem = join(import.meta.dirname, 'out/institutions', institution, 'signing')
  return {
    certificate: new X509Certificate(readFileSync(`${stem}.pem`)).raw,
    privateKey: createPrivateKey(readFileSync(`${stem}.key.pem`)),
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { as: { type: 'string', default: 'secretariat' } },
  })
  const [file] = positionals
  if (file === undefined) {
    console.error('usage: node certs-test/sign-file.ts FILE [--as INSTITUTION] > FILE.p7s')
    process.exitCode = 2
  } else {
    process.stdout.write(signFile(readFileSync(file), loadSigner(values.as), new Date()))
  }
}
