import { readPath, type Path } from '../registers/catalogue.ts'
import { escapeAttribute, escapeContent } from '../xml/writer.ts'

/** Paths that must be granted: of each list at least one. */
export type Needs = readonly (readonly Path[])[]

/**
 * Where an element of a published contract has its content from (design.md §2): the value at one of the catalogue paths, or
 * worked out from it; nothing of a register (`technical`); or nothing at all, where the schema wants the element and no
 * register has the datum (`empty`). An element in no row is never written.
 */
export type ElementSource =
  | {
      readonly kind: 'path' | 'derived'
      readonly paths: readonly Path[]
      /** without which the element cannot be written either, since the schema wants other elements beside it */
      readonly needs?: Needs
    }
  | { readonly kind: 'technical' | 'empty'; readonly why: string }

/** One element of a contract's element table; the rows of a block are also what writes it. */
export interface ElementRow<Item, Context> {
  /** names from the block downward: `Name/LastName/Label`; of an attribute `Name/@modificationDate`, before the rows of its element */
  readonly element: string
  readonly source: ElementSource
  /** its text; undefined when it is not written. What is withheld is absent from the item */
  readonly value: (item: Item, context: Context) => string | undefined
}

/** A text or code as the registers have it. */
export function pathRow<Item, Context>(
  element: string,
  paths: readonly Path[],
  value: (item: Item) => string | undefined,
  needs?: Needs,
): ElementRow<Item, Context> {
  return { element, source: { kind: 'path', paths, ...(needs && { needs }) }, value }
}

/** A part of a contract that is written whole or not at all, with its elements. */
export interface ElementBlock {
  /** names from the contract's result downward */
  readonly place: string
  readonly needs: Needs
  readonly rows: readonly { readonly element: string; readonly source: ElementSource }[]
}

/** A path of the catalogue; a TypeError at start when there is none. */
export function at(text: string): Path {
  const path = readPath(text)
  if (path === undefined) throw new TypeError(`path \`${text}\` is not in the catalogue`)
  return path
}

/** The paths of a grant, as far as they are asked about. */
export type GrantedPaths = Pick<ReadonlySet<Path>, 'has'>

/** Whether at least one path of each list is granted. */
export function areGranted(needs: Needs, granted: GrantedPaths): boolean {
  return needs.every((alternatives) => alternatives.some((path) => granted.has(path)))
}

/** Every path that an element of the blocks can give or needs, each once. */
export function pathsOfBlocks(blocks: readonly ElementBlock[]): readonly Path[] {
  const all = blocks.flatMap(({ needs, rows }) => [
    ...needs.flat(),
    ...rows.flatMap(({ source }) =>
      'paths' in source ? [...source.paths, ...(source.needs ?? []).flat()] : [],
    ),
  ])
  return [...new Set(all)]
}

/** An element tag written once, by its name: `Street`, or with an attribute `Street[lang=fr]`; further attributes come before `>`. */
function tag(prefix: string, name: string) {
  const [, local = name, attribute, value] = /^(\w+)\[(\w+)=(\w+)\]$/.exec(name) ?? []
  const more = attribute === undefined ? '' : ` ${attribute}="${value ?? ''}"`
  return { open: `<${prefix}${local}${more}`, close: `</${prefix}${local}>` }
}

/** The attributes that rows give to each element, by its place. */
function attributesOf<Item, Context>(rows: readonly ElementRow<Item, Context>[]) {
  const byPlace = new Map<string, { readonly name: string; readonly value: ElementRow<Item, Context>['value'] }[]>() // prettier-ignore
  for (const { element, value } of rows) {
    const [, place, name] = /^(.*)\/@(\w+)$/.exec(element) ?? []
    if (place === undefined || name === undefined) continue
    byPlace.set(place, [...(byPlace.get(place) ?? []), { name, value }])
  }
  return byPlace
}

/**
 * Writes the elements of a block from its rows, in their order, in exclusive-C14N form: elements around a row's element are
 * opened when the row has a text and closed when the next row leaves them. An attribute is written where its element is, and
 * opens none; those of one element stand in the order of their names.
 */
export function rowsWriter<Item, Context>(
  rows: readonly ElementRow<Item, Context>[],
  prefix: string,
): (item: Item, context: Context) => string {
  const attributes = attributesOf(rows)
  const prepared = rows
    .filter(({ element }) => !element.includes('@'))
    .map(({ element, value }) => {
      const names = element.split('/')
      const tags = names.map((name, depth) => ({
        ...tag(prefix, name),
        attributes: attributes.get(names.slice(0, depth + 1).join('/')) ?? [],
      }))
      return { names, value, tags }
    })
  return (item, context) => {
    let xml = ''
    let opened: (typeof prepared)[number] | undefined
    const closeTo = (depth: number) => {
      for (const { close } of opened?.tags.slice(depth).reverse() ?? []) xml += close
    }
    for (const row of prepared) {
      const text = row.value(item, context)
      if (text === undefined) continue
      let depth = 0
      while (opened?.names[depth] !== undefined && opened.names[depth] === row.names[depth]) depth++
      closeTo(depth)
      for (const { open, attributes: all } of row.tags.slice(depth)) {
        xml += open
        for (const { name, value } of all) {
          const told = value(item, context)
          if (told !== undefined) xml += ` ${name}="${escapeAttribute(told)}"`
        }
        xml += '>'
      }
      xml += escapeContent(text)
      opened = row
    }
    closeTo(0)
    return xml
  }
}
