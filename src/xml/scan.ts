import { GatewayError } from '../base/errors.ts'

/** Structural limits of a document; every value is a whole number above zero. Sizes are bytes of the UTF-8 form. */
export interface XmlLimits {
  readonly sizeBytesMax: number
  /** the root element has depth 1 */
  readonly depthMax: number
  readonly elementsMax: number
  /** namespace declarations count as attributes here */
  readonly attributesPerElementMax: number
  readonly attributeValueBytesMax: number
  /** of an element or attribute name, with its prefix */
  readonly nameBytesMax: number
  /** in scope at one element, counted over its ancestors: what canonicalization has to search */
  readonly namespaceDeclarationsMax: number
}

/** A SOAP request. */
export const soapLimits: XmlLimits = {
  sizeBytesMax: 256 * 1024,
  depthMax: 64,
  elementsMax: 200_000,
  attributesPerElementMax: 64,
  attributeValueBytesMax: 16 * 1024,
  nameBytesMax: 256,
  namespaceDeclarationsMax: 64,
}

/** Limits that are zero, negative or no number would fail open: the start refuses them (TypeError: wrong use). */
export function checkLimits(limits: XmlLimits): void {
  for (const [name, value] of Object.entries(limits) as [string, unknown][]) {
    if (!Number.isSafeInteger(value) || (value as number) < 1)
      throw new TypeError(`limit ${name} must be a whole number above zero`)
  }
}

const TAB = 0x09
const LINE_FEED = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const EXCLAMATION = 0x21
const QUOTE = 0x22
const APOSTROPHE = 0x27
const SLASH = 0x2f
const COLON = 0x3a
const LESS = 0x3c
const EQUALS = 0x3d
const GREATER = 0x3e
const QUESTION = 0x3f

const xmlDeclaration =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[Uu][Tt][Ff]-8"|'[Uu][Tt][Ff]-8'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/

/**
 * Looks at the bytes before any parser does (security.md §2 step 5): UTF-8, `version="1.0"`, no DOCTYPE, no NUL, and
 * every structural limit in one pass. It is exact for well-formed documents; what is not well formed is refused by the
 * parser that comes next. Returns the bytes without byte order mark.
 * Throws GatewayError XML_LIMIT, XML_ENCODING, XML_DOCTYPE, XML_MALFORMED.
 */
export function scanXml(input: Uint8Array, limits: XmlLimits): Buffer {
  if (input.length > limits.sizeBytesMax) throw limit('size', limits.sizeBytesMax)
  let bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3)
  checkEncoding(bytes)
  checkStructure(bytes, limits)
  return bytes
}

function limit(what: string, maximum: number): GatewayError {
  return new GatewayError('XML_LIMIT', `${what} above ${maximum}`)
}

function malformed(what: string): GatewayError {
  return new GatewayError('XML_MALFORMED', what)
}

function checkEncoding(bytes: Buffer): void {
  const first = bytes[0]
  if (first === 0xfe || first === 0xff || bytes.indexOf(0) >= 0)
    throw new GatewayError('XML_ENCODING', 'not UTF-8')
  if (first !== LESS && !isSpace(first)) throw malformed('does not begin with markup')
  const head = bytes.toString('latin1', 0, 256)
  if (/^<\?xml[ \t\r\n]/.test(head) && !xmlDeclaration.test(head))
    throw new GatewayError(
      'XML_ENCODING',
      'XML declaration is not version 1.0 in UTF-8, or not in its exact form',
    )
}

function checkStructure(bytes: Buffer, limits: XmlLimits): void {
  const declarations: number[] = []
  let inScope = 0
  let elements = 0
  let at = indexOf(bytes, LESS, 0)
  while (at >= 0) {
    const next = bytes[at + 1]
    let end: number
    if (next === SLASH) {
      inScope -= declarations.pop() ?? 0
      end = indexOf(bytes, GREATER, at) + 1
      if (end === 0) throw malformed('markup not closed')
    } else if (next === EXCLAMATION) {
      end = endOfDeclaration(bytes, at)
    } else if (next === QUESTION) {
      end = endOf(bytes, '?>', at)
    } else {
      elements += 1
      if (elements > limits.elementsMax) throw limit('number of elements', limits.elementsMax)
      const tag = scanStartTag(bytes, at, limits)
      if (declarations.length >= limits.depthMax) throw limit('depth', limits.depthMax)
      if (inScope + tag.declarations > limits.namespaceDeclarationsMax)
        throw limit('namespace declarations in scope', limits.namespaceDeclarationsMax)
      if (!tag.empty) {
        declarations.push(tag.declarations)
        inScope += tag.declarations
      }
      end = tag.end
    }
    at = indexOf(bytes, LESS, end)
  }
}

/** A comment or CDATA section; anything else that begins with `<!` belongs to a document type declaration. */
function endOfDeclaration(bytes: Buffer, at: number): number {
  if (bytes.toString('latin1', at, at + 4) === '<!--') return endOf(bytes, '-->', at + 4)
  const head = bytes.toString('latin1', at, at + 9)
  if (head === '<![CDATA[') return endOf(bytes, ']]>', at + 9)
  if (head.toUpperCase() === '<!DOCTYPE') throw new GatewayError('XML_DOCTYPE')
  throw malformed('markup declaration outside a document type declaration')
}

function endOf(bytes: Buffer, mark: string, from: number): number {
  const found = bytes.indexOf(mark, from, 'latin1')
  if (found < 0) throw malformed('markup not closed')
  return found + mark.length
}

interface StartTag {
  readonly end: number
  readonly empty: boolean
  readonly declarations: number
}

function scanStartTag(bytes: Buffer, at: number, limits: XmlLimits): StartTag {
  let position = endOfName(bytes, at + 1, limits)
  let attributes = 0
  let declarations = 0
  for (;;) {
    position = skipSpace(bytes, position)
    const byte = bytes[position]
    if (byte === GREATER) return { end: position + 1, empty: false, declarations }
    if (byte === SLASH && bytes[position + 1] === GREATER)
      return { end: position + 2, empty: true, declarations }
    attributes += 1
    if (attributes > limits.attributesPerElementMax)
      throw limit('attributes of an element', limits.attributesPerElementMax)
    const nameEnd = endOfName(bytes, position, limits)
    const value = startOfValue(bytes, nameEnd)
    const end = endOfValue(bytes, value, limits)
    if (nameEnd - position >= 5 && isXmlns(bytes, position)) {
      declarations += 1
      if (end > value && !isAbsolute(bytes, value)) throw malformed('relative namespace name')
    }
    position = end + 1
  }
}

/** `xmlns`, compared by bytes: this runs for every attribute of every message */
function isXmlns(bytes: Buffer, at: number): boolean {
  return (
    bytes[at] === 0x78 &&
    bytes[at + 1] === 0x6d &&
    bytes[at + 2] === 0x6c &&
    bytes[at + 3] === 0x6e &&
    bytes[at + 4] === 0x73
  )
}

function endOfName(bytes: Buffer, from: number, limits: XmlLimits): number {
  let position = from
  for (let byte = bytes[position]; !isNameEnd(byte); byte = bytes[position]) position += 1
  if (position === from) throw malformed('markup without a name')
  if (position - from > limits.nameBytesMax) throw limit('length of a name', limits.nameBytesMax)
  return position
}

function isNameEnd(byte: number | undefined): boolean {
  return (
    byte === undefined || byte === EQUALS || byte === GREATER || byte === SLASH || isSpace(byte)
  )
}

/** The first byte behind the opening quote. */
function startOfValue(bytes: Buffer, from: number): number {
  let position = skipSpace(bytes, from)
  if (bytes[position] !== EQUALS) throw malformed('attribute without a value')
  position = skipSpace(bytes, position + 1)
  const quote = bytes[position]
  if (quote !== QUOTE && quote !== APOSTROPHE) throw malformed('attribute value without quotes')
  return position + 1
}

function endOfValue(bytes: Buffer, start: number, limits: XmlLimits): number {
  const end = indexOf(bytes, bytes[start - 1] ?? QUOTE, start)
  if (end < 0) throw malformed('attribute value not closed')
  if (end - start > limits.attributeValueBytesMax)
    throw limit('length of an attribute value', limits.attributeValueBytesMax)
  return end
}

/**
 * Whether a value begins with a URI scheme (RFC 3986 §3.1). A relative namespace name has no canonical form (Canonical XML 1.0
 * §1.3), and a verifier that took the failure for an empty result was fooled (CVE-2025-66578).
 */
function isAbsolute(bytes: Buffer, start: number): boolean {
  for (let at = start; ; at += 1) {
    const byte = bytes[at] ?? 0
    const letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
    if (letter) continue
    if (at === start) return false
    if (byte === COLON) return true
    const other = (byte >= 0x30 && byte <= 0x39) || byte === 0x2b || byte === 0x2d || byte === 0x2e
    if (!other) return false
  }
}

function skipSpace(bytes: Buffer, from: number): number {
  let position = from
  while (isSpace(bytes[position])) position += 1
  return position
}

/** A plain loop: most distances are short, and a native call costs more than fifty bytes. */
function indexOf(bytes: Buffer, byte: number, from: number): number {
  for (let at = from; at < bytes.length; at += 1) if (bytes[at] === byte) return at
  return -1
}

function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === TAB || byte === RETURN
}
