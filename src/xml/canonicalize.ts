import { GatewayError } from '../base/errors.ts'
import { exclusiveC14n } from './libxml2.ts'
import type { XmlNode } from './tree.ts'

/**
 * Exclusive XML Canonicalization 1.0 without comments of an element and all below it
 * (http://www.w3.org/TR/xml-exc-c14n/). `prefixes` is the InclusiveNamespaces PrefixList; `#default` is handed on as it is.
 * A failure, or an output that does not begin with this element's start tag, is an error and never an empty result
 * (CVE-2025-66578): GatewayError XML_MALFORMED.
 */
export function canonicalize(node: XmlNode, prefixes: readonly string[] = []): Uint8Array {
  const bytes = exclusiveC14n(node.tree.pointer, node.pointer, prefixes)
  const start = node.prefix === '' ? `<${node.name}` : `<${node.prefix}:${node.name}`
  if (bytes?.toString('utf8', 0, Buffer.byteLength(start)) !== start)
    throw new GatewayError('XML_MALFORMED', 'no canonical form')
  return bytes
}
