import type { XmlElement } from './element.ts'

/**
 * Writes XML in exclusive-C14N form, so that signing hashes the bytes just written (design.md §3, Replies): no declaration,
 * attributes after namespace declarations and sorted, empty elements as a pair of tags, canonical escapes, no white space.
 */

const textEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#xD;',
}
const attributeEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

/** Text content as Canonical XML 1.0 §2.3 writes it. */
export function escapeText(text: string): string {
  return /[&<>\r]/.test(text)
    ? text.replace(/[&<>\r]/g, (character) => textEscapes[character] ?? character)
    : text
}

const noXmlCharacter = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu
/** printable ASCII without `&`, `<`, `>`: nearly every value of a register, and nothing to escape in it */
const plain = /^[ -%'-;=?-~]*$/

/**
 * Text of a register. XML 1.0 cannot carry control characters or half a surrogate pair; a register that holds one gets U+FFFD
 * in its place.
 */
export function escapeContent(text: string): string {
  return plain.test(text) ? text : escapeText(text.replace(noXmlCharacter, '\uFFFD'))
}

/** An attribute value as Canonical XML 1.0 §2.3 writes it, without the quotes. */
export function escapeAttribute(value: string): string {
  return value.replace(/[&<"\t\n\r]/g, (character) => attributeEscapes[character] ?? character)
}

/** `<name>text</name>`; the name is ours, never from a message. */
export function leaf(name: string, text: string): string {
  return `<${name}>${escapeText(text)}</${name}>`
}

/** A leaf, or nothing when there is no value. */
export function optionalLeaf(name: string, text: string | undefined): string {
  return text === undefined ? '' : leaf(name, text)
}

/** `<name>content</name>` around content already written. */
export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`
}

/**
 * An element of a validated message written anew from its value, for the echo of a request: its names are those of the schema.
 * Attributes in a namespace are none of its values and are left out.
 */
export function writeElement({ name, attributes, children, text }: XmlElement): string {
  const sorted = [...attributes].sort(([a], [b]) => (a < b ? -1 : 1))
  const written = sorted.map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`).join('')
  const content = children.length === 0 ? escapeText(text) : children.map(writeElement).join('')
  return `<${name}${written}>${content}</${name}>`
}
