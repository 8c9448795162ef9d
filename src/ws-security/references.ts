import { GatewayError } from '../base/errors.ts'
import type { Envelope } from '../soap/envelope.ts'
import type { XmlNode } from '../xml/tree.ts'
import { wsu } from './names.ts'
import type { SecurityHeader } from './security-header.ts'

/** A part that may be signed, at its fixed absolute place. */
export interface Part {
  /** `Body`, `Timestamp`, `BinarySecurityToken`, a WS-Addressing header as `wsa:To`, or `header` for any other block */
  readonly name: string
  readonly node: XmlNode
}

/** Every part that a reference may mean; nothing is found in any other way (security.md F1, 3.1). */
export function partsOf(envelope: Envelope, header: SecurityHeader): readonly Part[] {
  const parts = [
    { name: 'Body', node: envelope.body },
    { name: 'Timestamp', node: header.timestamp },
  ]
  if (header.token !== undefined) parts.push({ name: 'BinarySecurityToken', node: header.token })
  for (const [name, node] of envelope.addressing) parts.push({ name: `wsa:${name}`, node })
  for (const node of envelope.otherBlocks) parts.push({ name: 'header', node })
  return parts
}

/**
 * The parts that the references of a signature mean, in their order. A reference is `#` and the wsu:Id of one part (R3001, R3005,
 * R5204); no part is meant twice; Body, Timestamp and every WS-Addressing header for us are always among them.
 * Throws GatewayError WSS_REFERENCE, WSS_PLAIN_ID.
 */
export function resolveReferences(
  references: readonly { readonly uri: string }[],
  parts: readonly Part[],
): readonly Part[] {
  const signed = references.map(({ uri }) => resolve(uri, parts))
  if (new Set(signed).size !== signed.length)
    throw new GatewayError('WSS_REFERENCE', 'a part is referred to twice')
  for (const part of parts)
    if (mustBeSigned(part) && !signed.includes(part))
      throw new GatewayError('WSS_REFERENCE', `${part.name} is not signed`)
  return signed
}

/** Whoever may add a header on the way could answer for the signer, or have it answered elsewhere (WS_Addressing_Spoofing). */
function mustBeSigned({ name }: Part): boolean {
  return name === 'Body' || name === 'Timestamp' || name.startsWith('wsa:')
}

function resolve(uri: string, parts: readonly Part[]): Part {
  const id = /^#([^\s()]+)$/.exec(uri)?.[1]
  if (id === undefined)
    throw new GatewayError('WSS_REFERENCE', 'R3001: reference is not # and an id')
  const part = parts.find(({ node }) => node.attribute(wsu, 'Id') === id)
  if (part !== undefined) return part
  const plain = parts.find(({ node }) => plainIdOf(node) === id)
  if (plain !== undefined)
    throw new GatewayError('WSS_PLAIN_ID', `R3005: ${plain.name} has Id instead of wsu:Id`)
  throw new GatewayError(
    'WSS_REFERENCE',
    'R3002, R3003, R3103, R3104: reference to none of the parts that may be signed',
  )
}

function plainIdOf(node: XmlNode): string | undefined {
  return node.attribute('', 'Id') ?? node.attribute('', 'ID') ?? node.attribute('', 'id')
}
