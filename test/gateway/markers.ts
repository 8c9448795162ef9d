/** Records in which every leaf has a value that stands nowhere else, so that bytes tell which leaves they hold. */
import { nssoNumberOf } from '../../certs-test/institutions.ts'
import { ssinCheckDigits } from '../../src/base/ssin.ts'
import { entryOf, readPath } from '../../src/registers/catalogue.ts'
import {
  composites,
  fieldPath,
  type AnyBlock,
  type CompositeType,
  type Field,
  type FieldType,
  type SimpleType,
} from '../../src/registers/field.ts'

export type Values = Readonly<Record<string, unknown>>

const padded = (value: number, length: number) => String(value).padStart(length, '0')

/** The n-th value of a type, and how it stands on the wire; undefined for booleans, of which there are two. */
function valueOf(type: SimpleType, n: number): { value: unknown; wire: string } | undefined {
  const same = (value: string) => ({ value, wire: value })
  switch (type) {
    case 'boolean':
      return undefined
    case 'quantity':
    case 'amount':
    case 'percentage':
    case 'count':
    case 'sequence':
    case 'aggregate': {
      const value = 7_000_000_000_000 + n
      return { value, wire: String(value) }
    }
    case 'date':
    case 'incompleteDate': {
      const [year, month] = [2100 + Math.floor(n / 336), 1 + (Math.floor(n / 28) % 12)]
      return same(`${year}-${padded(month, 2)}-${padded(1 + (n % 28), 2)}`)
    }
    case 'yearQuarter': {
      const [year, quarter] = [2100 + Math.floor(n / 4), 1 + (n % 4)]
      return { value: `${year}${quarter}`, wire: `${year}Q${quarter}` }
    }
    case 'percentageText':
      return same(`${padded(Math.floor(n / 100), 3)},${padded(n % 100, 2)}`)
    case 'code.nis':
      return same(padded(10_000 + n, 5))
    case 'identifier.ssin': {
      const nine = `${padded(40 + Math.floor(n / 12 / 28 / 900), 2)}${padded(1 + (n % 12), 2)}${padded(1 + (Math.floor(n / 12) % 28), 2)}${padded(50 + (Math.floor(n / 12 / 28) % 900), 3)}`
      return same(nine + ssinCheckDigits(nine, 19))
    }
    case 'identifier.enterpriseNumber':
      return same(`0${padded(700_000_000 + n, 9)}`)
    case 'identifier.nossNumber':
      return same(nssoNumberOf(7_000_000 + n))
    case 'identifier.establishmentUnit':
      return same(`8${padded(100_000_000 + n, 9)}`)
    case 'text':
    case 'code':
    case 'code.nace':
    case 'email':
    case 'identifier':
    case 'identifier.socialSecretariat':
    case 'identifier.plate':
      return same(`Mk${padded(n, 6)}zz`)
  }
}

/** What may be a marker in bytes, whatever stands around it. */
const looksLikeMarker =
  /Mk\d{6}zz|(?<!\d)\d{9,13}(?!\d)|2\d{3}-\d\d-\d\d|2\d{3}Q[1-4]|(?<=[>"])(?:\d{3},\d\d|\d{5})(?=[<"])/g

/** Makes markers and finds them again. */
export class Markers {
  readonly #paths = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  /** A new marker for a leaf; booleans are true. */
  leaf(type: SimpleType, path: string): unknown {
    // types whose values look alike share a count
    const kind = valueOf(type, 0)?.wire.replaceAll(/\d/g, '0') ?? type
    const n = this.#counts.get(kind) ?? 0
    this.#counts.set(kind, n + 1)
    const made = valueOf(type, n)
    if (made === undefined) return true
    if (this.#paths.has(made.wire)) throw new Error(`marker ${made.wire} is given twice`)
    this.#paths.set(made.wire, path)
    return made.value
  }

  /** A field's value, composites whole. */
  field(type: Exclude<FieldType, 'group'>, path: string): unknown {
    if (!(type in composites)) return this.leaf(type as SimpleType, path)
    const parts: Record<string, SimpleType> = composites[type as CompositeType]
    return Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, this.leaf(part, path)]),
    )
  }

  /** A record with every leaf of the block and all blocks below it; `owner` stands before the paths of its markers. */
  record(block: AnyBlock, owner = ''): Values {
    return {
      ...Object.fromEntries(
        fieldsOf(block).map(([name, type, path]) => [name, this.field(type, owner + path)]),
      ),
      ...Object.fromEntries(
        blocksOf(block).map(([name, nested]) => {
          const inner = this.record(nested, owner)
          return [name, nested.many ? [inner] : inner]
        }),
      ),
    }
  }

  /** Paths of the markers that stand in a text. */
  pathsIn(text: string): ReadonlySet<string> {
    return new Set(
      [...text.matchAll(looksLikeMarker)].flatMap(([found]) => this.#paths.get(found) ?? []),
    )
  }
}

/** Name, type and path of each field that can hold a value. */
export function fieldsOf(
  block: AnyBlock,
): readonly (readonly [name: string, type: Exclude<FieldType, 'group'>, path: string])[] {
  return Object.entries(block.fields as Record<string, Field>).flatMap(([name, { type, about }]) =>
    type === 'group' || about.derivedFrom !== undefined
      ? []
      : [[name, type, fieldPath(block, name, about)] as const],
  )
}

export function blocksOf(block: AnyBlock): readonly (readonly [name: string, nested: AnyBlock])[] {
  return Object.entries(block.blocks as Record<string, AnyBlock>)
}

/**
 * Paths of the leaves of a block and all below it that can hold a marker: booleans cannot, and counters tell what is shown, not
 * what the record says.
 */
export function markablePaths(block: AnyBlock): readonly string[] {
  return [
    ...fieldsOf(block).flatMap(([, type, path]) =>
      type === 'boolean' || isCounter(path) ? [] : [path],
    ),
    ...blocksOf(block).flatMap(([, nested]) => markablePaths(nested)),
  ]
}

/**
 * A record that agrees with `record` on the granted paths and on nothing else: other values, or none; blocks in which
 * nothing is granted come in another number; blocks in which something is granted get company that holds none of it.
 */
export function variant(
  block: AnyBlock,
  record: Values,
  granted: ReadonlySet<string>,
  markers: Markers,
  flip: () => boolean,
): Values {
  const ungranted = (one: AnyBlock): Values => variant(one, {}, granted, markers, flip)
  const fields = fieldsOf(block).flatMap(([name, type, path]): [string, unknown][] => {
    if (granted.has(path)) return name in record ? [[name, record[name]]] : []
    if (flip()) return []
    return [[name, type === 'boolean' ? flip() : markers.field(type, path)]]
  })
  const blocks = blocksOf(block).flatMap(([name, nested]): [string, unknown][] => {
    const known = record[name]
    const extra = flip() ? [ungranted(nested)] : []
    if (!hasGranted(nested, granted)) {
      const all = flip() ? [...extra, ungranted(nested)] : extra
      return all.length === 0 ? [] : [[name, nested.many ? all : all[0]]]
    }
    if (!nested.many) {
      if (known === undefined) return extra.length === 0 ? [] : [[name, extra[0]]]
      return [[name, variant(nested, known as Values, granted, markers, flip)]]
    }
    const kept = ((known ?? []) as readonly Values[]).map((one) =>
      variant(nested, one, granted, markers, flip),
    )
    return [[name, [...extra, ...kept]]]
  })
  return Object.fromEntries([...fields, ...blocks])
}

/** What stands under the name of a block: none, one or several. */
function valuesIn(value: unknown): readonly Values[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly Values[]) : [value as Values]
}

/** Numbers of the other persons whom a record names. */
export function othersIn(block: AnyBlock, record: Values): readonly string[] {
  return blocksOf(block).flatMap(([name, nested]) =>
    valuesIn(record[name]).flatMap((one) => [
      ...('ssin' in nested.fields && 'ssin' in one ? [String(one['ssin'])] : []),
      ...othersIn(nested, one),
    ]),
  )
}

/**
 * The others whom a record names are integrated by their numbers: each has one that is not granted. Where numbers are granted,
 * company that holds nothing granted has none and is left out.
 */
export function withNumbers(
  block: AnyBlock,
  record: Values,
  granted: ReadonlySet<string>,
  markers: Markers,
): Values {
  const blocks = blocksOf(block).flatMap(([name, nested]): [string, unknown][] => {
    if (record[name] === undefined) return []
    const path = `${nested.path}.ssin`
    const isNumbered = 'ssin' in nested.fields && !granted.has(path)
    const all = valuesIn(record[name]).map((one) => ({
      ...(isNumbered && { ssin: markers.leaf('identifier.ssin', path) }),
      ...withNumbers(nested, one, granted, markers),
    }))
    return [[name, nested.many ? all : all[0]]]
  })
  return { ...record, ...Object.fromEntries(blocks) }
}

/** Whether a path counts blocks. */
export function isCounter(text: string): boolean {
  const path = readPath(text)
  return path !== undefined && entryOf(path).field.about.counts !== undefined
}

function hasGranted(block: AnyBlock, granted: ReadonlySet<string>): boolean {
  return (
    fieldsOf(block).some(([, , path]) => granted.has(path)) ||
    blocksOf(block).some(([, nested]) => hasGranted(nested, granted))
  )
}
