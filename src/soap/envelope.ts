import { GatewayError } from '../base/errors.ts'
import type { XmlNode, XmlTree } from '../xml/tree.ts'

export const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/'
export const soap12 = 'http://www.w3.org/2003/05/soap-envelope'
export const wsse =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'
export const wsa = 'http://www.w3.org/2005/08/addressing'

export type SoapVersion = '1.1' | '1.2'

/** Namespace of Envelope, Header, Body and Fault. */
export const envelopeNamespaces: Readonly<Record<SoapVersion, string>> = {
  '1.1': soap11,
  '1.2': soap12,
}

/** The parts of a message at their fixed places; nothing is proven by finding them there. */
export interface Envelope {
  readonly version: SoapVersion
  readonly root: XmlNode
  readonly header: XmlNode | undefined
  readonly body: XmlNode
  /** the one element in the body: what is asked */
  readonly bodyChild: XmlNode
  /** the wsse:Security for the ultimate receiver; one for another actor is never looked at */
  readonly security: XmlNode | undefined
  /** WS-Addressing headers for us by local name, each at most once; taken only when they are signed */
  readonly addressing: ReadonlyMap<string, XmlNode>
  /** every other header block but wsse:Security: it may be signed and is not read */
  readonly otherBlocks: readonly XmlNode[]
}

const actorNext11 = 'http://schemas.xmlsoap.org/soap/actor/next'
const roleNext12 = `${soap12}/role/next`
const roleUltimateReceiver12 = `${soap12}/role/ultimateReceiver`

const addressingNames = new Set([
  'To',
  'Action',
  'MessageID',
  'RelatesTo',
  'From',
  'ReplyTo',
  'FaultTo',
])
/** Answers go back on the connection of the request and nowhere else (WS_Addressing_Spoofing). */
const anonymous = `${wsa}/anonymous`

/**
 * The shape of a SOAP 1.1 or 1.2 message, by absolute positions (security.md §2 steps 7–9): one Envelope, at most one Header
 * and first, one Body and last with exactly one child; every header that must be understood is; at most one wsse:Security for
 * the ultimate receiver; WS-Addressing with the anonymous answer address only.
 * Throws GatewayError SOAP_ENVELOPE, SOAP_MUST_UNDERSTAND, WSS_HEADER.
 */
export function readEnvelope(tree: XmlTree): Envelope {
  const { root } = tree
  const version = versionOf(root)
  const namespace = envelopeNamespaces[version]
  const children = root.elements()
  const header = children[0]?.is(namespace, 'Header') === true ? children[0] : undefined
  const body = children[header === undefined ? 0 : 1]
  if (body?.is(namespace, 'Body') !== true) throw shape('no Body at its place')
  if (children.length !== (header === undefined ? 1 : 2)) throw shape('element beside the Body')
  const [bodyChild, second] = body.elements()
  if (bodyChild === undefined) throw shape('empty Body')
  if (second !== undefined) throw shape('more than one element in the Body')
  for (const part of header === undefined ? [root, body] : [root, header, body])
    if (!part.hasOnlyElements) throw shape(`text or comment directly in ${part.name}`)
  return { version, root, header, body, bodyChild, ...readHeaders(header, version) }
}

function shape(what: string): GatewayError {
  return new GatewayError('SOAP_ENVELOPE', what)
}

function versionOf(root: XmlNode): SoapVersion {
  if (root.is(soap11, 'Envelope')) return '1.1'
  if (root.is(soap12, 'Envelope')) return '1.2'
  throw shape('root is no SOAP 1.1 or 1.2 Envelope')
}

function readHeaders(
  header: XmlNode | undefined,
  version: SoapVersion,
): Pick<Envelope, 'security' | 'addressing' | 'otherBlocks'> {
  let security: XmlNode | undefined
  const addressing = new Map<string, XmlNode>()
  const otherBlocks: XmlNode[] = []
  for (const block of header?.elements() ?? []) {
    const mustUnderstand = readMustUnderstand(block, version)
    const target = targetOf(block, version)
    const isSecurity = block.is(wsse, 'Security')
    if (target === 'ultimateReceiver' && isSecurity) {
      if (security !== undefined) throw new GatewayError('WSS_HEADER', 'two wsse:Security headers')
      security = block
    } else if (target !== 'other' && block.namespace === wsa && addressingNames.has(block.name)) {
      if (addressing.has(block.name)) throw shape('WS-Addressing header given twice')
      if (block.name === 'ReplyTo' || block.name === 'FaultTo') checkAnswerAddress(block)
      addressing.set(block.name, block)
    } else if (target !== 'other' && mustUnderstand) {
      throw new GatewayError('SOAP_MUST_UNDERSTAND')
    } else if (!isSecurity) {
      otherBlocks.push(block)
    }
  }
  return { security, addressing, otherBlocks }
}

/** SOAP 1.1 §4.2.3: "0" or "1"; SOAP 1.2 §5.2.3: xs:boolean. Both take xs:boolean here. */
function readMustUnderstand(block: XmlNode, version: SoapVersion): boolean {
  const value = block.attribute(envelopeNamespaces[version], 'mustUnderstand')?.trim()
  if (value === undefined || value === '0' || value === 'false') return false
  if (value === '1' || value === 'true') return true
  throw shape('mustUnderstand is no boolean')
}

/** We are the ultimate receiver, and like every node also `next`. */
function targetOf(block: XmlNode, version: SoapVersion): 'ultimateReceiver' | 'next' | 'other' {
  const actor =
    version === '1.1' ? block.attribute(soap11, 'actor') : block.attribute(soap12, 'role')
  if (actor === undefined || actor === '') return 'ultimateReceiver'
  if (version === '1.2' && actor === roleUltimateReceiver12) return 'ultimateReceiver'
  return actor === (version === '1.1' ? actorNext11 : roleNext12) ? 'next' : 'other'
}

function checkAnswerAddress(endpoint: XmlNode): void {
  const addresses = endpoint.elements().filter((child) => child.is(wsa, 'Address'))
  const [address] = addresses
  if (addresses.length !== 1 || address?.soleText?.trim() !== anonymous)
    throw shape('WS-Addressing answer address is not the anonymous one')
}
