import { ParseOption, XmlDocument, XmlParseError } from 'libxml2-wasm'
import { GatewayError } from '../base/errors.ts'
import { scanXml, type XmlLimits } from './scan.ts'
import { XmlTree } from './tree.ts'

// No recovery, no entity substitution, no DTD, nothing loaded. IDs are ours to judge (ws-security), not libxml2's.
const options: ParseOption =
  ParseOption.XML_PARSE_NONET |
  ParseOption.XML_PARSE_NO_XXE |
  ParseOption.XML_PARSE_NO_SYS_CATALOG |
  ParseOption.XML_PARSE_SKIP_IDS |
  ParseOption.XML_PARSE_COMPACT

/**
 * Bytes to the one tree that signature, schema and business reading share: the byte scan (scan.ts), then one strict parse.
 * The caller disposes the tree. libxml2's own texts quote the document, so none of them is passed on.
 * Throws GatewayError XML_ENCODING, XML_DOCTYPE, XML_MALFORMED, XML_LIMIT.
 */
export function parseXml(input: Uint8Array, limits: XmlLimits): XmlTree {
  const document = parseStrictly(scanXml(input, limits))
  try {
    if (document.dtd !== null) throw new GatewayError('XML_DOCTYPE')
    // what libxml2 only warns of (reserved names, odd namespace names) is nothing that a client needs
    if (document.warnings.length > 0)
      throw new GatewayError('XML_MALFORMED', `parser warning${where(document.warnings)}`)
    return new XmlTree(document)
  } catch (error) {
    document.dispose()
    throw error
  }
}

function parseStrictly(bytes: Uint8Array): XmlDocument {
  try {
    return XmlDocument.fromBuffer(bytes, { option: options, encoding: 'utf-8' })
  } catch (error) {
    if (!(error instanceof XmlParseError)) throw error
    throw new GatewayError('XML_MALFORMED', `not well formed${where(error.details)}`)
  }
}

function where(details: readonly { readonly line: number; readonly col: number }[]): string {
  const [first] = details
  return first === undefined ? '' : ` at line ${first.line}, column ${first.col}`
}
