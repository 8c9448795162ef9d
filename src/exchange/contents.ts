import { composites, type AnyBlock, type Field } from '../registers/field.ts'

/** What a walk needs of a block, worked out once: names of its number fields, and its nested blocks. */
interface Outline {
  readonly path: string
  readonly ssinFields: readonly string[]
  /** numbers that are members of a composite value, e.g. the reference person of a household */
  readonly ssinMembers: readonly (readonly [field: string, member: string])[]
  readonly nested: readonly (readonly [name: string, outline: Outline])[]
}

const outlines = new WeakMap<AnyBlock, Outline>()

function outlineOf(block: AnyBlock): Outline {
  const known = outlines.get(block)
  if (known !== undefined) return known
  const fields = Object.entries(block.fields as Record<string, Field>)
  const outline: Outline = {
    path: block.path,
    ssinFields: fields.flatMap(([name, { type }]) => (type === 'identifier.ssin' ? [name] : [])),
    ssinMembers: fields.flatMap(([name, { type }]) =>
      ssinMembersOf(type).map((member) => [name, member] as const),
    ),
    nested: Object.entries(block.blocks as Record<string, AnyBlock>).map(([name, inner]) => [
      name,
      outlineOf(inner),
    ]),
  }
  outlines.set(block, outline)
  return outline
}

function ssinMembersOf(type: Field['type']): readonly string[] {
  if (!Object.hasOwn(composites, type)) return []
  const members = composites[type as keyof typeof composites]
  return Object.entries(members)
    .filter(([, simple]) => simple === 'identifier.ssin')
    .map(([member]) => member)
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

/** Fields whose number is that of the person a block is about; other numbers name somebody beside that person (R25). */
const ownNumbers = new Set(['ssin', 'nationalNumber', 'bisNumber', 'struckOffNumber'])

/** What an answer holds, for its entry in the journal. */
export interface Contents {
  /** paths of the blocks given */
  readonly blocks: Set<string>
  /** every person with data in the answer: those it is about, though their number be withheld, and those whose number it names */
  readonly persons: Set<string>
}

/** Adds what one record gives: `disclosed` is what leaves of `record`. */
export function addContents(
  block: AnyBlock,
  record: object,
  disclosed: object,
  { blocks, persons }: Contents,
): void {
  const outline = outlineOf(block)
  walk(outline, disclosed as Values, ({ path, ssinFields, ssinMembers }, values) => {
    blocks.add(path)
    addNumbers(ssinFields, values, persons)
    for (const [name, member] of ssinMembers) {
      addNumbers([member], (values[name] ?? {}) as Values, persons)
    }
  })
  walk(outline, record as Values, ({ path, ssinFields }, values) => {
    if (!blocks.has(path)) return
    addNumbers(
      ssinFields.filter((name) => ownNumbers.has(name)),
      values,
      persons,
    )
  })
}

function addNumbers(names: readonly string[], values: Values, into: Set<string>): void {
  for (const name of names) {
    const value = values[name]
    if (typeof value === 'string') into.add(value)
  }
}
