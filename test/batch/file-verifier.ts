import { createHash, verify, X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ContentInfo, SignedData } from '@peculiar/asn1-cms'
import { AsnConvert } from '@peculiar/asn1-schema'
import { Certificate } from '@peculiar/asn1-x509'
import { GatewayError } from '../../src/base/errors.ts'
import type { FileDigests } from '../../src/batch/batch.ts'
import type { ProvenPath } from '../../src/pki/trust.ts'

const folder = resolve(import.meta.dirname, '../../certs-test/out/ca')
const authorities = readdirSync(folder)
  .filter((name) => /^(qualified|other)\.pem$/.test(name))
  .map((name) => new X509Certificate(readFileSync(join(folder, name))))

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A second, small verifier of detached SHA-256 signatures made by certs-test: node:crypto and asn1-cms only. */
export function verifyFile(signature: Uint8Array, digests: FileDigests): ProvenPath {
  const signedData = AsnConvert.parse(AsnConvert.parse(signature, ContentInfo).content, SignedData)
  const enclosed = signedData.certificates?.[0]
  const [signer] = signedData.signerInfos
  if (enclosed?.certificate === undefined || signer?.signedAttrs === undefined)
    throw new GatewayError('CMS_FORM')
  const der = Buffer.from(AsnConvert.serialize(enclosed.certificate))
  const certificate = new X509Certificate(der)
  const issuer = authorities.find((one) => certificate.verify(one.publicKey))
  if (issuer === undefined) throw new GatewayError('CERT_UNKNOWN_CA')
  const attributes = Buffer.concat(
    signer.signedAttrs.map((one) => Buffer.from(AsnConvert.serialize(one))),
  )
  const length = attributes.length < 0x80 ? [attributes.length] : [0x81, attributes.length]
  const signed = Buffer.concat([Buffer.from([0x31, ...length]), attributes])
  if (!attributes.toString('hex').includes(digests.sha256)) throw new GatewayError('WSS_DIGEST')
  if (!verify('sha256', signed, certificate.publicKey, Buffer.from(signer.signature.buffer)))
    throw new GatewayError('WSS_SIGNATURE')
  const { subject } = AsnConvert.parse(der, Certificate).tbsCertificate
  return {
    certificate: { der, sha256: sha256(der), publicKey: certificate.publicKey, keyType: 'rsa' },
    issuerSha256: sha256(issuer.raw),
    subject: subject.flatMap((rdn) =>
      rdn.map(({ type, value }) => ({ oid: type, value: value.toString() })),
    ),
    subjectName: certificate.subject,
    qualifiedSeal: true,
    path: [],
    validUntilMs: 0,
  }
}
