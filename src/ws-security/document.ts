import { GatewayError } from '../base/errors.ts'
import { type Envelope, soap11, soap12, wsse } from '../soap/envelope.ts'
import {
  firstAttributeOf,
  firstChildOf,
  nextOf,
  nodeType,
  type Pointer,
  typeOf,
  valueOf,
} from '../xml/libxml2.ts'
import type { XmlTree } from '../xml/tree.ts'
import { wsu } from './names.ts'
import type { SecurityHeader } from './security-header.ts'

/** Elements that have one place in a message; another one of the name is an attempt at wrapping. */
const fixedNames: Readonly<Record<string, readonly string[]>> = {
  Envelope: [soap11, soap12],
  Header: [soap11, soap12],
  Body: [soap11, soap12],
  Timestamp: [wsu],
  BinarySecurityToken: [wsse],
}

/** Each is kept until the walk ends; no client seen writes more than a handful. */
const idsMax = 1_024

type Zone = 'unsigned' | 'signed' | 'security'

interface Walk {
  readonly tree: XmlTree
  readonly ids: Set<string>
  readonly fixed: ReadonlySet<Pointer>
  readonly zones: ReadonlyMap<Pointer, Zone>
}

/**
 * What has to hold for the whole document before any reference is followed: no id value twice (any attribute whose local name
 * is `id` in whatever case, any namespace, and AssertionID), no second Body, Timestamp or token anywhere, no comment or
 * processing instruction in what is signed, and neither these nor CDATA below wsse:Security.
 * Throws GatewayError WSS_DUPLICATE_ID, WSS_REFERENCE, WSS_HEADER, XML_LIMIT.
 */
export function checkDocument(envelope: Envelope, header: SecurityHeader): void {
  const { root, body } = envelope
  const fixed = [root, envelope.header, body, header.timestamp, header.token]
  const zones = new Map<Pointer, Zone>([
    [body.pointer, 'signed'],
    [header.node.pointer, 'security'],
  ])
  for (const node of [...envelope.addressing.values(), ...envelope.otherBlocks])
    zones.set(node.pointer, 'signed')
  const walk: Walk = {
    tree: root.tree,
    ids: new Set(),
    fixed: new Set(fixed.flatMap((node) => (node === undefined ? [] : [node.pointer]))),
    zones,
  }
  checkElement(walk, root.pointer, 'unsigned')
}

function checkElement(walk: Walk, element: Pointer, around: Zone): void {
  const zone = walk.zones.get(element) ?? around
  checkPlace(walk, element)
  for (let at = firstAttributeOf(element); at !== 0; at = nextOf(at)) checkId(walk, at)
  for (let child = firstChildOf(element); child !== 0; child = nextOf(child)) {
    const type = typeOf(child)
    if (type === nodeType.element) checkElement(walk, child, zone)
    else if (type !== nodeType.text) checkOther(type, zone)
  }
}

function checkPlace(walk: Walk, element: Pointer): void {
  const name = walk.tree.nameOf(element)
  const namespaces = Object.hasOwn(fixedNames, name) ? fixedNames[name] : undefined
  if (namespaces?.includes(walk.tree.namespaceNameOf(element)) !== true) return
  if (!walk.fixed.has(element))
    throw new GatewayError('WSS_REFERENCE', `a second ${name}, or one outside its place`)
}

function checkId(walk: Walk, attribute: Pointer): void {
  const name = walk.tree.nameOf(attribute)
  const isId = (name.length === 2 && name.toLowerCase() === 'id') || name === 'AssertionID'
  if (!isId) return
  const id = valueOf(attribute)
  if (walk.ids.has(id)) throw new GatewayError('WSS_DUPLICATE_ID')
  if (walk.ids.size === idsMax) throw new GatewayError('XML_LIMIT', `number of ids above ${idsMax}`)
  walk.ids.add(id)
}

function checkOther(type: number, zone: Zone): void {
  if (zone === 'security')
    throw new GatewayError('WSS_HEADER', 'comment, instruction or CDATA below wsse:Security')
  if (zone === 'signed' && type !== nodeType.cdata)
    throw new GatewayError('WSS_REFERENCE', 'comment or processing instruction in a signed part')
}
