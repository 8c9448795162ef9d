import { GatewayError } from '../base/errors.ts'
import { type Envelope, envelopeNamespaces, wsse } from '../soap/envelope.ts'
import type { XmlNode } from '../xml/tree.ts'
import { decodeBase64 } from './base64.ts'
import { base64Binary, ds, wsse11, wsu, x509v3 } from './names.ts'

/** The children of wsse:Security, in whatever order they came (zeep, node-soap, WSS4J and gSOAP differ). */
export interface SecurityHeader {
  readonly node: XmlNode
  readonly timestamp: XmlNode
  readonly signature: XmlNode
  /** undefined when the signature refers to its certificate in another way, which is refused later by name */
  readonly token: XmlNode | undefined
}

/**
 * Exactly one Timestamp, one ds:Signature, at most one BinarySecurityToken, and nothing else.
 * Throws GatewayError WSS_HEADER, WSS_TIMESTAMP_MISSING, WSS_TIMESTAMP_FORM, WSS_TOKEN.
 */
export function readSecurityHeader(envelope: Envelope): SecurityHeader {
  const node = envelope.security
  if (node === undefined) throw new GatewayError('WSS_HEADER', 'no wsse:Security header')
  const timestamps: XmlNode[] = []
  const signatures: XmlNode[] = []
  const tokens: XmlNode[] = []
  for (const child of node.elements()) {
    if (child.is(wsu, 'Timestamp')) timestamps.push(child)
    else if (child.is(ds, 'Signature')) signatures.push(child)
    else if (child.is(wsse, 'BinarySecurityToken')) tokens.push(child)
    else throw new GatewayError('WSS_HEADER', 'unexpected child of wsse:Security')
  }
  if (!node.hasOnlyElements) throw new GatewayError('WSS_HEADER', 'text in wsse:Security')
  checkHeaderAttributes(node, envelope)
  const [signature] = signatures
  if (signature === undefined) throw new GatewayError('WSS_HEADER', 'no ds:Signature')
  if (signatures.length > 1) throw new GatewayError('WSS_HEADER', 'more than one ds:Signature')
  if (tokens.length > 1)
    throw new GatewayError('WSS_TOKEN', 'more than one wsse:BinarySecurityToken')
  const [timestamp] = timestamps
  if (timestamp === undefined) throw new GatewayError('WSS_TIMESTAMP_MISSING')
  if (timestamps.length > 1)
    throw new GatewayError('WSS_TIMESTAMP_FORM', 'R3227: more than one Timestamp')
  return { node, timestamp, signature, token: tokens[0] }
}

function checkHeaderAttributes(node: XmlNode, envelope: Envelope): void {
  const soap = envelopeNamespaces[envelope.version]
  for (const { namespace, name } of node.attributes()) {
    if (namespace !== soap && !(namespace === wsu && name === 'Id'))
      throw new GatewayError('WSS_HEADER', 'unexpected attribute of wsse:Security')
  }
}

/**
 * The certificate in the BinarySecurityToken, after checking that KeyInfo refers to exactly this token: one
 * SecurityTokenReference with one direct Reference (R5402, R5417, R3061). Nothing else names a key: no KeyValue, no X509Data.
 * Throws GatewayError WSS_TOKEN, WSS_PLAIN_ID.
 */
export function readToken(
  header: SecurityHeader,
  keyInfo: XmlNode,
  sizeBytesMax: number,
): Uint8Array {
  const uri = readKeyReference(keyInfo)
  const { token } = header
  if (token === undefined) throw refused('no wsse:BinarySecurityToken')
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
    throw refused('R3031, R3033: ValueType is not X509v3')
  const id = token.attribute(wsu, 'Id')
  if (id === undefined || uri !== `#${id}`)
    throw refused('R5204: KeyInfo does not refer to the token of this header')
  const text = token.soleText
  const der = text === undefined ? undefined : decodeBase64(text)
  if (der === undefined) throw refused('token is not one text node of base64')
  if (der.length > sizeBytesMax) throw refused('token too large')
  return der
}

/** The URI of the one direct reference in KeyInfo. */
function readKeyReference(keyInfo: XmlNode): string {
  const [tokenReference, second] = keyInfo.elements()
  if (tokenReference === undefined || second !== undefined || !keyInfo.hasOnlyElements)
    throw refused('R5402: KeyInfo has not exactly one child')
  if (!tokenReference.is(wsse, 'SecurityTokenReference'))
    throw refused('R5417: KeyInfo is no SecurityTokenReference')
  for (const { namespace, name, value } of tokenReference.attributes()) {
    const known = namespace === wsu ? name === 'Id' : namespace === wsse11 && value === x509v3
    if (!known) throw refused('unexpected attribute of SecurityTokenReference')
  }
  const [reference, other] = tokenReference.elements()
  if (reference === undefined || other !== undefined || !tokenReference.hasOnlyElements)
    throw refused('R3061: SecurityTokenReference has not exactly one child')
  if (!reference.is(wsse, 'Reference')) throw refused(notDirect(reference))
  if (reference.elements().length > 0 || !reference.hasOnlyElements)
    throw refused('wsse:Reference is not empty')
  if (reference.attribute('', 'ValueType') !== x509v3)
    throw refused('R3059, R3058, R5218: ValueType of the Reference is not X509v3')
  const uri = reference.attribute('', 'URI')
  if (uri === undefined) throw refused('R3062: Reference without URI')
  if (reference.attributes().some(({ namespace, name }) => !isReferenceAttribute(namespace, name)))
    throw refused('unexpected attribute of wsse:Reference')
  return uri
}

function isReferenceAttribute(namespace: string, name: string): boolean {
  return namespace === '' ? name === 'URI' || name === 'ValueType' : namespace === wsu
}

/** Forms of the X.509 token profile that a sender may have set up instead; told by name in our log. */
function notDirect(node: XmlNode): string {
  if (node.is(ds, 'X509Data')) return 'X509Data (issuer and serial) instead of a direct Reference'
  if (node.is(wsse, 'KeyIdentifier')) return 'KeyIdentifier instead of a direct Reference'
  if (node.is(wsse, 'Embedded')) return 'R3064: Embedded instead of a direct Reference'
  return 'no direct Reference'
}

function refused(detail: string): GatewayError {
  return new GatewayError('WSS_TOKEN', detail)
}
