import { hash, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { envelopeNamespaces, type SoapVersion, wsse } from '../soap/envelope.ts'
import { derOfCoordinates, isSignatureOf, signEcdsa } from './algorithms.ts'
import { base64Binary, digestSha256, ds, dsigMore, excC14n, wsu, x509v3 } from './names.ts'

/** How long a reply may be used; UTC ms between Created and Expires. */
const lifetimeMs = 300_000

/** A private key, wherever it is: signs the hash of the data, RSA as PKCS#1 v1.5, ECDSA as r‖s of full length. */
export type Signer = (hash: 'sha256' | 'sha384', data: Uint8Array) => Uint8Array

/** The same by a key in a device, which takes its time and may be away. */
export interface DeviceSigner {
  /** rejects with GatewayError SIGNING_UNAVAILABLE */
  sign(hash: 'sha256' | 'sha384', data: Uint8Array): Promise<Uint8Array>
  readonly isReady: boolean
}

/** What is the same in every reply signed by a key; made once, at start. */
interface ReplyParts {
  readonly kind: 'rsa' | 'p256' | 'p384'
  readonly certificateSha256: string
  /** DER */
  readonly certificate: Uint8Array
  /** the BinarySecurityToken in canonical form */
  readonly token: string
  /** SignedInfo up to the digest of the Body */
  readonly signedInfoStart: string
  /** SignedInfo from the digest of the Timestamp on: the token's reference and its digest */
  readonly signedInfoEnd: string
}

/** The gateway's key, in memory: it signs at once. */
export interface SigningKey extends ReplyParts {
  readonly sign: Signer
}

/** The gateway's key, in a device. */
export interface DeviceSigningKey extends ReplyParts {
  readonly device: DeviceSigner
}

export type HouseKey = SigningKey | DeviceSigningKey

/** A key in memory. Throws TypeError: a key of another kind or below the floor, or not the one of the certificate. */
export function createSigningKey(privateKey: KeyObject, certificateDer: Uint8Array): SigningKey {
  const certificate = new X509Certificate(certificateDer)
  if (!certificate.checkPrivateKey(privateKey)) throw notOfCertificate()
  const kind = kindOf(certificate.publicKey)
  const signer: Signer = (hash, data) =>
    kind === 'rsa' ? sign(hash, data, privateKey) : signEcdsa(data, hash, privateKey, kind)
  return { ...prepareKey(kind, certificate), sign: signer }
}

/**
 * A key that never leaves a device. It signs once, so that a key of another certificate is found here and not by the clients. Rejects
 * with TypeError as above, and with what the device rejects with.
 */
export async function createDeviceSigningKey(
  device: DeviceSigner,
  certificateDer: Uint8Array,
): Promise<DeviceSigningKey> {
  const certificate = new X509Certificate(certificateDer)
  const { publicKey } = certificate
  const kind = kindOf(publicKey)
  const probe = Buffer.from('Quadrivium: is this the key of the certificate?')
  const algorithm = { kind: kind === 'rsa' ? 'rsa' : 'ecdsa', hash: 'sha256' } as const
  const signature = await device.sign('sha256', probe)
  if (!isSignatureOf(signature, probe, algorithm, { publicKey, keyType: kind }))
    throw notOfCertificate()
  return { ...prepareKey(kind, certificate), device }
}

const notOfCertificate = () => new TypeError('private key is not the one of the certificate')

function prepareKey(kind: SigningKey['kind'], certificate: X509Certificate): ReplyParts {
  const token =
    `<wsse:BinarySecurityToken xmlns:wsse="${wsse}" xmlns:wsu="${wsu}" EncodingType="${base64Binary}"` +
    ` ValueType="${x509v3}" wsu:Id="token">${certificate.raw.toString('base64')}</wsse:BinarySecurityToken>`
  return {
    kind,
    certificateSha256: hash('sha256', certificate.raw),
    certificate: certificate.raw,
    token,
    signedInfoStart:
      `<ds:SignedInfo xmlns:ds="${ds}"><ds:CanonicalizationMethod Algorithm="${excC14n}"></ds:CanonicalizationMethod>` +
      `<ds:SignatureMethod Algorithm="${signatureMethods[kind]}"></ds:SignatureMethod>` +
      startOfReference('body'),
    signedInfoEnd:
      endOfReference +
      startOfReference('token') +
      hash('sha256', token, 'base64') +
      endOfReference +
      '</ds:SignedInfo>',
  }
}

const signatureMethods = {
  rsa: `${dsigMore}rsa-sha256`,
  p256: `${dsigMore}ecdsa-sha256`,
  p384: `${dsigMore}ecdsa-sha384`,
} as const

function kindOf(key: KeyObject): SigningKey['kind'] {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= 2048) return 'rsa'
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'p256'
  if (key.asymmetricKeyType === 'ec' && namedCurve === 'secp384r1') return 'p384'
  throw new TypeError('signing key is neither RSA from 2048 bits nor P-256 nor P-384')
}

const startOfReference = (id: string) =>
  `<ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${excC14n}"></ds:Transform></ds:Transforms>` +
  `<ds:DigestMethod Algorithm="${digestSha256}"></ds:DigestMethod><ds:DigestValue>`
const endOfReference = '</ds:DigestValue></ds:Reference>'
const betweenBodyAndTimestamp = endOfReference + startOfReference('timestamp')

const startOfSignature = `<ds:Signature xmlns:ds="${ds}">`
const endOfSignature =
  `<ds:KeyInfo><wsse:SecurityTokenReference><wsse:Reference URI="#token" ValueType="${x509v3}"></wsse:Reference>` +
  '</wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature>'

interface Frame {
  readonly start: string
  readonly startOfBody: string
}

const frames: Readonly<Record<SoapVersion, Frame>> = { '1.1': frame('1.1'), '1.2': frame('1.2') }

function frame(version: SoapVersion): Frame {
  const namespace = envelopeNamespaces[version]
  return {
    start:
      // wsse and wsu are declared up here for the fault codes that are qualified names in text (wsse:FailedCheck)
      `<soap:Envelope xmlns:soap="${namespace}" xmlns:wsse="${wsse}" xmlns:wsu="${wsu}"><soap:Header>` +
      `<wsse:Security soap:mustUnderstand="1">`,
    startOfBody: `<soap:Body xmlns:soap="${namespace}" xmlns:wsu="${wsu}" wsu:Id="body">`,
  }
}
const betweenSecurityAndBody = '</wsse:Security></soap:Header>'
const end = '</soap:Body></soap:Envelope>'

export interface Reply<Key extends ReplyParts = SigningKey> {
  /**
   * The element in the body, in exclusive-C14N form inside a Body that has declared `soap` and `wsu`: it declares every other
   * prefix it uses, and a fault is `<soap:Fault>` without a declaration of its own. Qualified names in text may also use
   * `wsse`, which the Envelope declares.
   */
  readonly bodyChild: string
  readonly soapVersion: SoapVersion
  readonly createdMs: number
  readonly key: Key
}

/**
 * A whole signed SOAP message; Body, Timestamp and token are signed. Each of the three is written as an apex that declares the
 * prefixes it visibly uses, so the bytes written are their canonical bytes and nothing is parsed again. ds:Signature stands
 * last (gSOAP), every wsu:Id is unique in the envelope, and the same function signs faults (docs/wire-profile.md).
 */
export function signEnvelope(reply: Reply): string {
  const envelope = layOut(reply)
  const { signedInfo } = envelope
  const { key } = reply
  return close(envelope, key.sign(hashOf(key), Buffer.from(signedInfo)))
}

/** The same by a key in a device. Rejects with GatewayError SIGNING_UNAVAILABLE. */
export async function signEnvelopeByDevice(reply: Reply<DeviceSigningKey>): Promise<string> {
  const envelope = layOut(reply)
  const { signedInfo } = envelope
  const { key } = reply
  return close(envelope, await key.device.sign(hashOf(key), Buffer.from(signedInfo)))
}

/** A message that lacks its SignatureValue only. */
interface LaidOut {
  readonly before: string
  readonly signedInfo: string
  readonly after: string
}

function layOut({ key, ...reply }: Reply<ReplyParts>): LaidOut {
  const { start, startOfBody } = frames[reply.soapVersion]
  const body = startOfBody + reply.bodyChild + '</soap:Body>'
  const timestamp = writeTimestamp(reply.createdMs)
  const signedInfo =
    key.signedInfoStart +
    hash('sha256', body, 'base64') +
    betweenBodyAndTimestamp +
    hash('sha256', timestamp, 'base64') +
    key.signedInfoEnd
  return {
    before: start + key.token + timestamp + startOfSignature,
    signedInfo,
    after: endOfSignature + betweenSecurityAndBody + startOfBody + reply.bodyChild + end,
  }
}

function close({ before, signedInfo, after }: LaidOut, signature: Uint8Array): string {
  const value = Buffer.from(signature).toString('base64')
  return `${before}${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue>${after}`
}

/** A message without a signature, for the one fault that says that nothing can be signed. */
export function unsignedEnvelope(bodyChild: string, soapVersion: SoapVersion): string {
  const namespace = envelopeNamespaces[soapVersion]
  return `<soap:Envelope xmlns:soap="${namespace}"><soap:Body>${bodyChild}</soap:Body></soap:Envelope>`
}

function writeTimestamp(createdMs: number): string {
  const created = new Date(createdMs).toISOString()
  const expires = new Date(createdMs + lifetimeMs).toISOString()
  return (
    `<wsu:Timestamp xmlns:wsu="${wsu}" wsu:Id="timestamp"><wsu:Created>${created}</wsu:Created>` +
    `<wsu:Expires>${expires}</wsu:Expires></wsu:Timestamp>`
  )
}

function hashOf({ kind }: ReplyParts): 'sha256' | 'sha384' {
  return kind === 'p384' ? 'sha384' : 'sha256'
}

/** PKCS#1 or ECDSA (DER) over SHA-256 of the data: what a CMS signature holds. Rejects with GatewayError SIGNING_UNAVAILABLE. */
export async function signData(data: Uint8Array, key: HouseKey): Promise<Uint8Array> {
  const value = 'device' in key ? await key.device.sign('sha256', data) : key.sign('sha256', data)
  return key.kind === 'rsa' ? value : derOfCoordinates(value)
}
