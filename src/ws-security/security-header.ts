import { GatewayError } from '../base/errors.ts'
import { type Envelope, envelopeNamespaces, wsse } from '../soap/envelope.ts'
import type { XmlNode } from '../xml/tree.ts'
import { ds, wsu } from './names.ts'

/** The children of wsse:Security, in whatever order they came (zeep, node-soap, WSS4J and gSOAP differ). */
export interface SecurityHeader {
  readonly node: XmlNode
  readonly timestamp: XmlNode
  readonly signature: XmlNode
  /** undefined when the signature names a registered certificate instead, see key-reference.ts */
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
    else throw new GatewayError('WSS_HEADER', 'R5441: unexpected child of wsse:Security')
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
