/** Where the elements of a message stand in its bytes, for mutations that move whole elements. Messages are kept as latin1 strings. */

export interface Span {
  readonly start: number
  /** behind the start tag; the content begins here */
  readonly contentStart: number
  readonly contentEnd: number
  readonly end: number
  /** `s:Body` */
  readonly name: string
  /** namespace declarations in force here, as they are written: `xmlns:s="urn:x"` */
  readonly declarations: readonly string[]
}

export interface AttributeSpan {
  readonly start: number
  readonly end: number
  readonly name: string
  readonly value: string
}

interface Open {
  readonly start: number
  readonly contentStart: number
  readonly name: string
  readonly declarations: readonly string[]
}

const tag = /<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(\/?)([^\s<>/]+)([^<>]*?)(\/?)>/gs
const declaration = /xmlns(?::[^\s=]+)?\s*=\s*(?:"[^"]*"|'[^']*')/g
const attribute = /\s([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** Elements in the order of their end tags. What a mutation has left unbalanced is passed over. */
export function findElements(message: string): readonly Span[] {
  const spans: Span[] = []
  const open: Open[] = []
  for (const match of message.matchAll(tag)) {
    const [whole, slash, name, attributes = '', empty] = match
    if (name === undefined) continue
    const { index } = match
    const behind = index + whole.length
    if (slash === '/') {
      const started = open.pop()
      if (started?.name === name) spans.push({ ...started, contentEnd: index, end: behind })
      continue
    }
    const declarations = merge(open.at(-1)?.declarations ?? [], attributes.match(declaration) ?? [])
    const started = { start: index, contentStart: behind, name, declarations }
    if (empty === '/') spans.push({ ...started, contentEnd: behind, end: behind })
    else open.push(started)
  }
  return spans
}

const nameOf = (written: string) => written.slice(0, written.indexOf('=')).trim()

function merge(outer: readonly string[], inner: readonly string[]): readonly string[] {
  if (inner.length === 0) return outer
  const names = new Set(inner.map(nameOf))
  return [...outer.filter((written) => !names.has(nameOf(written))), ...inner]
}

/** The element as text that means the same anywhere: declarations from around it are written into its start tag. */
export function selfContained(message: string, span: Span): string {
  const text = message.slice(span.start, span.end)
  const own = new Set(
    (message.slice(span.start, span.contentStart).match(declaration) ?? []).map(nameOf),
  )
  const missing = span.declarations.filter((written) => !own.has(nameOf(written)))
  const behindName = 1 + span.name.length
  return (
    text.slice(0, behindName) + missing.map((one) => ` ${one}`).join('') + text.slice(behindName)
  )
}

/** Attributes of all start tags, namespace declarations included. */
export function findAttributes(message: string): readonly AttributeSpan[] {
  const found: AttributeSpan[] = []
  for (const { 0: whole, 2: name, 3: inside, index } of message.matchAll(tag)) {
    if (name === undefined || inside === undefined || whole.startsWith('</')) continue
    const from = index + 1 + name.length
    for (const match of inside.matchAll(attribute)) {
      const start = from + match.index
      const value = match[2] ?? match[3] ?? ''
      found.push({ start, end: start + match[0].length, name: match[1] ?? '', value })
    }
  }
  return found
}

/** Pieces of character data that are not empty: [start, end). */
export function findTexts(message: string): readonly (readonly [number, number])[] {
  const found: [number, number][] = []
  let behind = 0
  for (const { 0: whole, index } of message.matchAll(tag)) {
    if (index > behind && behind > 0) found.push([behind, index])
    behind = index + whole.length
  }
  return found
}
