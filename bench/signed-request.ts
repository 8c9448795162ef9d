/**
 * Signs SOAP requests quickly, for load: the parts are written in exclusive-C14N form, so that what is hashed is what is sent.
 * The form is that of WSS4J without BSP (facts of real clients: token, Signature, Timestamp; wsu:Id; exclusive C14N).
 */
import { createHash, createPrivateKey, randomUUID, sign, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

const ns = {
  soap: 'http://schemas.xmlsoap.org/soap/envelope/',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  wsse: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd',
  wsu: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd',
  token: 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3',
  base64:
    'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary',
  c14n: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  rsaSha256: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
} as const

const signAsync = promisify(
  (data: Buffer, key: KeyObject, done: (error: Error | null, signature: Buffer) => void) =>
    sign('sha256', data, key, done),
)

/** How one request is signed. */
export interface Signer {
  /** DER of the certificate, in base64 */
  readonly certificate: string
  /** RSA private key, made once */
  readonly key: KeyObject
}

/** Reads a signer from PEM files. */
export function readSigner(files: { certificate: string; key: string }): Signer {
  const pem = readFileSync(files.certificate, 'utf8')
  const certificate = /-----BEGIN CERTIFICATE-----([^-]+)/.exec(pem)![1]!.replace(/\s/g, '')
  return { certificate, key: createPrivateKey(readFileSync(files.key)) }
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64')

function reference(id: string, part: string): string {
  return (
    `<ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${ns.c14n}"></ds:Transform></ds:Transforms>` +
    `<ds:DigestMethod Algorithm="${ns.sha256}"></ds:DigestMethod>` +
    `<ds:DigestValue>${digest(part)}</ds:DigestValue></ds:Reference>`
  )
}

/**
 * A whole signed envelope around `payload`, the body's child in exclusive-C14N form. `lifetimeMs` is the distance from Created,
 * which is now, to Expires.
 */
export async function signRequest(
  payload: string,
  signer: Signer,
  lifetimeMs: number,
): Promise<Buffer> {
  const id = randomUUID()
  const now = Date.now()
  const body = `<soap:Body xmlns:soap="${ns.soap}" xmlns:wsu="${ns.wsu}" wsu:Id="body-${id}">${payload}</soap:Body>`
  const timestamp =
    `<wsu:Timestamp xmlns:wsu="${ns.wsu}" wsu:Id="time-${id}">` +
    `<wsu:Created>${new Date(now).toISOString()}</wsu:Created>` +
    `<wsu:Expires>${new Date(now + lifetimeMs).toISOString()}</wsu:Expires></wsu:Timestamp>`
  const signedInfo =
    `<ds:SignedInfo xmlns:ds="${ns.ds}">` +
    `<ds:CanonicalizationMethod Algorithm="${ns.c14n}"></ds:CanonicalizationMethod>` +
    `<ds:SignatureMethod Algorithm="${ns.rsaSha256}"></ds:SignatureMethod>` +
    `${reference(`body-${id}`, body)}${reference(`time-${id}`, timestamp)}</ds:SignedInfo>`
  const value = (await signAsync(Buffer.from(signedInfo), signer.key)).toString('base64')
  return Buffer.from(
    `<soap:Envelope xmlns:soap="${ns.soap}"><soap:Header>` +
      `<wsse:Security xmlns:wsse="${ns.wsse}" soap:mustUnderstand="1">` +
      `<wsse:BinarySecurityToken xmlns:wsu="${ns.wsu}" EncodingType="${ns.base64}" ValueType="${ns.token}" ` +
      `wsu:Id="token-${id}">${signer.certificate}</wsse:BinarySecurityToken>` +
      `<ds:Signature xmlns:ds="${ns.ds}">${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue>` +
      `<ds:KeyInfo><wsse:SecurityTokenReference><wsse:Reference URI="#token-${id}" ValueType="${ns.token}">` +
      `</wsse:Reference></wsse:SecurityTokenReference></ds:KeyInfo></ds:Signature>` +
      `${timestamp}</wsse:Security></soap:Header>${body}</soap:Envelope>`,
  )
}
