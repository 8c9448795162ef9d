import type { Path } from '../registers/catalogue.ts'
import { escapeAttribute, escapeContent } from '../xml/writer.ts'
import { at, type ElementBlock, type ElementSource, type Needs } from './element-rows.ts'

/**
 * The element table of a contract whose blocks nest and repeat (design.md §2). A tree is what stands in one element: its children
 * in their order, each with its source. The table is what writes the reply, so an element in no tree is never written. A child that
 * must be there and cannot be written takes the element around it along, up to the narrowest one that may be absent.
 */
export interface Tree<Item> {
  /** without which the element cannot be written */
  readonly needs: Needs
  /** the tree as a table, its own block first; `around`: what the elements around it need */
  readonly blocks: (place: string, around?: Needs) => readonly ElementBlock[]
  /** the element in exclusive-C14N form; undefined when something that must be in it is missing */
  readonly write: (name: string, item: Item) => string | undefined
}

/** An attribute, an element, or a repeated element of a tree. */
export interface Child<Item> {
  readonly kind: 'attribute' | 'element'
  readonly required: boolean
  readonly needs: Needs
  readonly row?: { readonly element: string; readonly source: ElementSource }
  readonly blocks?: (place: string, around: Needs) => readonly ElementBlock[]
  /** undefined when there is nothing to write; empty text for a repeated one that may be absent */
  readonly write: (item: Item) => string | undefined
  /** whether anything is written, where that can be told sooner than by writing all of it */
  readonly isShown?: (item: Item) => boolean
}

/** Whether a child writes anything of an item. */
export function isShown<Item>(child: Child<Item>, item: Item): boolean {
  return child.isShown?.(item) ?? (child.write(item) ?? '') !== ''
}

/** A type of a schema: the text of a value in that type; undefined when the value has none there. */
export type WireType = (value: string | number | boolean) => string | undefined

/** Attributes come first, by name, as canonical form sorts them. */
export function tree<Item>(children: readonly Child<Item>[]): Tree<Item> {
  const needs = children.filter(({ required }) => required).flatMap((child) => child.needs)
  return {
    needs,
    blocks: (place, around = []) => {
      const all = [...around, ...needs]
      const rows = children.flatMap(({ row }) => row ?? [])
      const nested = children.flatMap(({ blocks }) => blocks?.(place, all) ?? [])
      return rows.length === 0 ? nested : [{ place, needs: all, rows }, ...nested]
    },
    write: (name, item) => {
      let attributes = ''
      let content = ''
      for (const { kind, required, write } of children) {
        const xml = write(item)
        if (xml === undefined && required) return undefined
        if (kind === 'attribute') attributes += xml ?? ''
        else content += xml ?? ''
      }
      return `<${name}${attributes}>${content}</${name}>`
    },
  }
}

type Value = string | number | boolean | undefined

/** The value at a path; `a | b`: at any of these paths. */
export function path(names: string): ElementSource {
  return { kind: 'path', paths: names.split(' | ').map(at) }
}

/** Worked out from the values at any of these paths. */
export function derived(names: string): ElementSource {
  return { kind: 'derived', paths: names.split(' | ').map(at) }
}

/** Nothing of a register, or only of what is shown beside it. */
export function technical(why: string): ElementSource {
  return { kind: 'technical', why }
}

interface Written<Item> {
  /** name in the table */
  readonly element: string
  readonly source: ElementSource
  readonly type: WireType
  readonly value: (item: Item) => Value
  readonly around: (text: string) => string
  readonly kind?: Child<Item>['kind']
  readonly required?: boolean
}

function child<Item>(of: Written<Item>): Child<Item> {
  const { element, source, type, value, around, kind = 'element', required = false } = of
  return {
    kind,
    required,
    needs: 'paths' in source ? [source.paths, ...(source.needs ?? [])] : [],
    row: { element, source },
    write: (item) => {
      const found = value(item)
      const text = found === undefined ? undefined : type(found)
      return text === undefined ? undefined : around(text)
    },
  }
}

const tags = (name: string) => (text: string) => `<${name}>${escapeContent(text)}</${name}>`

/** An element that may be absent. */
export function leaf<Item>(
  name: string,
  type: WireType,
  source: ElementSource,
  value: (item: Item) => Value,
): Child<Item> {
  return child({ element: name, type, source, value, around: tags(name) })
}

/** An element that the schema wants: without a value the element around it is not there. */
export function required<Item>(
  name: string,
  type: WireType,
  source: ElementSource,
  value: (item: Item) => Value,
): Child<Item> {
  return child({ element: name, type, source, value, around: tags(name), required: true })
}

/** A text that the schema wants: empty when it is withheld. */
export function always<Item>(
  name: string,
  source: ElementSource,
  value: (item: Item) => string | undefined,
): Child<Item> {
  const text = (item: Item) => value(item) ?? ''
  return { ...required(name, String, source, text), needs: [] }
}

export function attribute<Item>(
  name: string,
  type: WireType,
  source: ElementSource,
  value: (item: Item) => Value,
): Child<Item> {
  const around = (text: string) => ` ${name}="${escapeAttribute(text)}"`
  return child({ element: `@${name}`, type, source, value, around, kind: 'attribute' })
}

/** The text of the element itself, of a type with attributes. */
export function content<Item>(
  type: WireType,
  source: ElementSource,
  value: (item: Item) => Value,
): Child<Item> {
  return child({ element: 'text', type, source, value, around: escapeContent, required: true })
}

/** An element repeated for each value. */
export function leaves<Item>(
  name: string,
  type: WireType,
  source: ElementSource,
  values: (item: Item) => readonly Value[],
): Child<Item> {
  const one = leaf<Value>(name, type, source, (value) => value)
  return {
    ...one,
    write: (item) =>
      values(item)
        .map((value) => one.write(value) ?? '')
        .join(''),
    isShown: (item) => values(item).some((value) => isShown(one, value)),
  }
}

/** An element with elements in it, for each of the items; one with nothing in it is left out where the schema allows it. */
export function nested<Item, Inner>(
  name: string,
  inner: Tree<Inner>,
  items: (item: Item) => readonly Inner[],
  { required: must = false } = {},
): Child<Item> {
  const empty = `<${name}></${name}>`
  const isWritten = (xml: string | undefined) => xml !== undefined && (must || xml !== empty)
  return {
    kind: 'element',
    required: must,
    needs: inner.needs,
    blocks: (place, around) => inner.blocks(`${place}/${name}`, around),
    write: (item) => {
      const all = items(item).map((one) => inner.write(name, one))
      const written = all.filter(isWritten).join('')
      return must && written === '' ? undefined : written
    },
    isShown: (item) => items(item).some((one) => isWritten(inner.write(name, one))),
  }
}

/** A child that is there only where these paths are granted as well: those that its records are chosen by. */
export function keyed<Item>(keys: readonly Path[], child: Child<Item>): Child<Item> {
  const all = keys.map((key) => [key])
  return {
    ...child,
    needs: [...all, ...child.needs],
    ...(child.blocks && {
      blocks: (place: string, around: Needs) => child.blocks?.(place, [...around, ...all]) ?? [],
    }),
  }
}

/** The first of some records, as the items of a nested element that stands once. */
export function firstOf<Value>(values: readonly Value[] | undefined): readonly Value[] {
  return values?.slice(0, 1) ?? []
}

/** A value that may be absent, as the items of a nested element. */
export function known<Value>(value: Value | undefined): readonly Value[] {
  return value === undefined ? [] : [value]
}
