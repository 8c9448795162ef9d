import { GatewayError } from '../base/errors.ts'
import type {
  CertificateReference,
  RegisteredCertificates,
} from '../pki/registered-certificates.ts'
import { wsse } from '../soap/envelope.ts'
import type { XmlNode } from '../xml/tree.ts'
import { decodeBase64 } from './base64.ts'
import {
  base64Binary,
  ds,
  subjectKeyIdentifier,
  thumbprintSha1,
  wsse11,
  wsu,
  x509v3,
} from './names.ts'
import type { SecurityHeader } from './security-header.ts'

type KeyReference =
  | { readonly kind: 'token'; readonly uri: string }
  | { readonly kind: 'registered'; readonly certificate: CertificateReference }

/** What says how each name is written. */
const rules = { issuerSerial: 'R5409', keyIdentifier: 'R5208', thumbprint: 'R5210' } as const

/**
 * DER of the certificate that KeyInfo names: the token of this header by a direct Reference, or a registered certificate by
 * issuer and serial number, key identifier or thumbprint (X.509 Token Profile 1.1: TP 3.3.1, TP 3.3.2, TP 3.3.3). KeyInfo holds one
 * SecurityTokenReference with one child (R5402, R5417, R3061); no key or certificate that stands in it is ever used.
 * Throws GatewayError WSS_TOKEN, WSS_PLAIN_ID, CERT_UNBOUND (names no registered certificate, or several).
 */
export function findCertificate(
  header: SecurityHeader,
  keyInfo: XmlNode,
  registered: RegisteredCertificates,
  tokenBytesMax: number,
): Uint8Array {
  const reference = readKeyReference(keyInfo)
  const { token } = header
  if (reference.kind === 'token') {
    if (token === undefined) throw refused('no wsse:BinarySecurityToken')
    return readToken(token, reference.uri, tokenBytesMax)
  }
  if (token !== undefined)
    throw refused('R3022, R3023: the token of this header is not referred to directly')
  const der = registered.find(reference.certificate)
  if (der === undefined)
    throw new GatewayError(
      'CERT_UNBOUND',
      `${rules[reference.certificate.kind]}: ${reference.certificate.kind} of no registered certificate, or of several`,
    )
  return der
}

function readToken(token: XmlNode, uri: string, sizeBytesMax: number): Uint8Array {
  for (const { namespace, name } of token.attributes()) {
    if (namespace === '' && name.toLowerCase() === 'id')
      throw new GatewayError('WSS_PLAIN_ID', 'R3005: BinarySecurityToken has Id instead of wsu:Id')
    const known =
      namespace === '' ? ['ValueType', 'EncodingType'].includes(name) : namespace === wsu
    if (!known) throw refused('unexpected attribute of BinarySecurityToken')
  }
  if (token.attribute('', 'EncodingType') !== base64Binary)
    throw refused('R3029, R3030: EncodingType is not Base64Binary')
  if (token.attribute('', 'ValueType') !== x509v3)
    throw refused('R3031, R3032, R3033, R5201, R5202, R5211, R5214: ValueType is not X509v3')
  const id = token.attribute(wsu, 'Id')
  if (id === undefined || uri !== `#${id}`)
    throw refused('R5204, R3024, R3066, R3211: KeyInfo does not refer to the token of this header')
  const der = readBase64(token, 'token')
  if (der.length > sizeBytesMax) throw refused('token too large')
  return der
}

function readKeyReference(keyInfo: XmlNode): KeyReference {
  const [tokenReference, second] = keyInfo.elements()
  if (tokenReference === undefined || second !== undefined || !keyInfo.hasOnlyElements)
    throw refused('R5402: KeyInfo has not exactly one child')
  if (!tokenReference.is(wsse, 'SecurityTokenReference'))
    throw refused('R5417: KeyInfo is no SecurityTokenReference')
  for (const { namespace, name, value } of tokenReference.attributes()) {
    const known =
      namespace === wsu
        ? name === 'Id'
        : namespace === wsse11 && name === 'TokenType' && value === x509v3
    if (!known)
      throw refused(
        'R3074, R5212, R5215: unexpected attribute or TokenType of SecurityTokenReference',
      )
  }
  const [child, other] = tokenReference.elements()
  if (child === undefined || other !== undefined || !tokenReference.hasOnlyElements)
    throw refused('R3061: SecurityTokenReference has not exactly one child')
  if (child.is(wsse, 'Reference')) return { kind: 'token', uri: readDirectReference(child) }
  if (child.is(wsse, 'KeyIdentifier'))
    return { kind: 'registered', certificate: readKeyIdentifier(child) }
  if (child.is(ds, 'X509Data')) return { kind: 'registered', certificate: readIssuerSerial(child) }
  throw refused(notAccepted(child))
}

/** The URI of a direct Reference. */
function readDirectReference(reference: XmlNode): string {
  if (reference.elements().length > 0 || !reference.hasOnlyElements)
    throw refused('wsse:Reference is not empty')
  if (reference.attribute('', 'ValueType') !== x509v3)
    throw refused('R3059, R3058, R5213, R5216, R5218: ValueType of the Reference is not X509v3')
  const uri = reference.attribute('', 'URI')
  if (uri === undefined) throw refused('R3062: Reference without URI')
  checkAttributes(reference, ['URI', 'ValueType'])
  return uri
}

function readKeyIdentifier(node: XmlNode): CertificateReference {
  checkAttributes(node, ['ValueType', 'EncodingType'])
  const valueType = node.attribute('', 'ValueType')
  if (valueType !== subjectKeyIdentifier && valueType !== thumbprintSha1)
    throw refused('R3054, R3063, R5206: ValueType is neither a key identifier nor a thumbprint')
  if (node.attribute('', 'EncodingType') !== base64Binary)
    throw refused('R3070, R3071: EncodingType of the KeyIdentifier is not Base64Binary')
  const value = readBase64(node, 'KeyIdentifier')
  return { kind: valueType === thumbprintSha1 ? 'thumbprint' : 'keyIdentifier', value }
}

/** RFC 5280 §4.1.2.2: a serial number is positive and has at most 20 octets, which are 49 digits. */
const serialNumber = /^[1-9]\d{0,48}$/

function readIssuerSerial(data: XmlNode): CertificateReference {
  const [issuerSerial, second] = data.elements()
  if (issuerSerial?.is(ds, 'X509IssuerSerial') !== true || second !== undefined)
    throw refused('R5209: X509Data is not one X509IssuerSerial')
  const [name, serial, more] = issuerSerial.elements()
  const nodes = [data, issuerSerial]
  if (
    name?.is(ds, 'X509IssuerName') !== true ||
    serial?.is(ds, 'X509SerialNumber') !== true ||
    more !== undefined ||
    !nodes.every((node) => node.hasOnlyElements)
  )
    throw refused('X509IssuerSerial is not X509IssuerName, X509SerialNumber')
  for (const node of [...nodes, name, serial]) checkAttributes(node, [])
  const number = serial.soleText?.trim() ?? ''
  if (name.soleText === undefined || !serialNumber.test(number))
    throw refused('R5409: X509IssuerSerial is not a name and a number')
  return { kind: 'issuerSerial', issuer: name.soleText.trim(), serialNumber: number }
}

function checkAttributes(node: XmlNode, plain: readonly string[]): void {
  for (const { namespace, name } of node.attributes())
    if (namespace === '' ? !plain.includes(name) : namespace !== wsu)
      throw refused(`unexpected attribute of ${node.name}`)
}

function readBase64(node: XmlNode, what: string): Uint8Array {
  const text = node.soleText
  const bytes = text === undefined ? undefined : decodeBase64(text)
  if (bytes === undefined) throw refused(`${what} is not one text node of base64`)
  return bytes
}

/** Forms that a sender may have set up instead; told by name in our log. */
function notAccepted(node: XmlNode): string {
  if (node.is(wsse, 'Embedded')) return 'R3025, R3056, R3060, R3064: Embedded is not accepted'
  if (node.is(ds, 'KeyName')) return 'R3027: KeyName in a SecurityTokenReference'
  if (node.is(wsse, 'SecurityTokenReference')) return 'R3057: reference to a reference'
  return 'neither Reference, KeyIdentifier nor X509Data'
}

function refused(detail: string): GatewayError {
  return new GatewayError('WSS_TOKEN', detail)
}
