import type { AnyBlock, Field } from '../registers/field.ts'

/** What a walk needs of a block, worked out once: names of its number fields, and its nested blocks. */
interface Outline {
  readonly path: string
  readonly ssinFields: readonly string[]
  readonly nested: readonly (readonly [name: string, outline: Outline])[]
}

const outlines = new WeakMap<AnyBlock, Outline>()

function outlineOf(block: AnyBlock): Outline {
  const known = outlines.get(block)
  if (known !== undefined) return known
  const outline: Outline = {
    path: block.path,
    ssinFields: Object.entries(block.fields as Record<string, Field>)
      .filter(([, { type }]) => type === 'identifier.ssin')
      .map(([name]) => name),
    nested: Object.entries(block.blocks as Record<string, AnyBlock>).map(([name, inner]) => [
      name,
      outlineOf(inner),
    ]),
  }
  outlines.set(block, outline)
  return outline
}

type Values = Readonly<Record<string, unknown>>

function walk(outline: Outline, record: Values, visit: (outline: Outline, record: Values) => void) {
  visit(outline, record)
  for (const [name, inner] of outline.nested) {
    const value = record[name]
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) walk(inner, one as Values, visit)
  }
}

/**
 * Adds every social security number in a record, wherever the catalogue says one stands: the persons whose data are in an
 * answer, those who only replaced somebody or opened a right included (R25).
 */
export function personsIn(block: AnyBlock, record: object, into: Set<string>): void {
  walk(outlineOf(block), record as Values, ({ ssinFields }, values) => {
    for (const name of ssinFields) {
      const value = values[name]
      if (typeof value === 'string') into.add(value)
    }
  })
}

/** Adds the path of every block that occurs in a record. */
export function blocksIn(block: AnyBlock, record: object, into: Set<string>): void {
  walk(outlineOf(block), record as Values, ({ path }) => into.add(path))
}
