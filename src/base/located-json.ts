import { parse, type ObjectNode, type ValueNode } from '@humanwhocodes/momoa'

/** A JSON document with the line of every value. */
export interface LocatedJson {
  readonly value: unknown
  /** line of the value at a JSON pointer; of the nearest value around it when there is none */
  readonly lineOf: (pointer: string) => number
}

export interface JsonFault {
  readonly line: number
  readonly reason: string
}

/** Reads strict JSON; a doubled key is a fault, since only one of the two could count. */
export function readLocatedJson(text: string): LocatedJson | JsonFault {
  const lines = new Map<string, number>()
  const doubled: JsonFault[] = []
  try {
    const { body } = parse(text, { mode: 'json' })
    lines.set('', body.loc.start.line)
    const value = valueOf(body, '', lines, doubled)
    return doubled[0] ?? { value, lineOf: (pointer) => nearestLine(lines, pointer) }
  } catch (error) {
    const { line, message } = error as { line?: number; message: string }
    return { line: line ?? 1, reason: `no JSON: ${message.replace(/ \(\d+:\d+\)$/, '')}` }
  }
}

function valueOf(
  node: ValueNode,
  pointer: string,
  lines: Map<string, number>,
  doubled: JsonFault[],
): unknown {
  switch (node.type) {
    case 'Object':
      return objectOf(node, pointer, lines, doubled)
    case 'Array':
      return node.elements.map(({ value }, index) => {
        lines.set(`${pointer}/${index}`, value.loc.start.line)
        return valueOf(value, `${pointer}/${index}`, lines, doubled)
      })
    case 'Null':
      return null
    case 'String':
    case 'Number':
    case 'Boolean':
      return node.value
    case 'NaN':
    case 'Infinity':
      throw new SyntaxError('number that JSON does not have')
  }
}

function objectOf(
  node: ObjectNode,
  pointer: string,
  lines: Map<string, number>,
  doubled: JsonFault[],
): Record<string, unknown> {
  const entries: [string, unknown][] = []
  for (const { name, value } of node.members) {
    const key = name.type === 'String' ? name.value : name.name
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (lines.has(at)) doubled.push({ line: name.loc.start.line, reason: `key \`${key}\` twice` })
    lines.set(at, name.loc.start.line)
    entries.push([key, valueOf(value, at, lines, doubled)])
  }
  return Object.fromEntries(entries)
}

function nearestLine(lines: ReadonlyMap<string, number>, pointer: string): number {
  const line = lines.get(pointer)
  if (line !== undefined) return line
  return pointer === '' ? 1 : nearestLine(lines, pointer.slice(0, pointer.lastIndexOf('/')))
}
