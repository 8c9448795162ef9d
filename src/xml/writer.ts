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
