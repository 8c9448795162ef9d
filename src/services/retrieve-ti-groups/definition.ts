import type { Label } from '../../registers/code-list.ts'
import type { Disclosed } from '../../registers/grant.ts'
import type { PersonRecord } from '../../registers/person.ts'
import { rowsWriter, type ElementBlock, type Needs } from '../element-rows.ts'
import { rowBuilder, type Row, type RowBuilder } from './rows.ts'

/** How the groups are asked for, and the labels of the day. */
export interface Asked {
  readonly history: boolean
  readonly language: 'fr' | 'nl' | 'de'
  readonly label: Label
}

/** Its place is from `rrn_it_implicit` to the repeated element, `Names/Name`; one name when the type stands once. */
export interface InformationType extends ElementBlock {
  /** number of the type, e.g. `010` */
  readonly type: string
  /** the first version of the contract that has it */
  readonly since: 1 | 2
  /** the group in exclusive-C14N form; undefined when the record gives nothing of it */
  readonly write: (record: Disclosed<PersonRecord>, asked: Asked) => string | undefined
}

interface Definition<Item> {
  readonly type: string
  readonly structure: string
  readonly place: string
  readonly since?: 1 | 2
  readonly needs: Needs
  /** what the record holds for it, the newest first; one at most when the type stands once */
  readonly items: (record: PersonRecord, asked: Asked) => readonly Item[]
  readonly rows: (row: RowBuilder<Item>) => readonly Row<Item>[]
}

const namespace = 'http://www.ibz.rrn.fgov.be/XSD/xm25/rn25Schema'

/** Closes over the kind of item, so that all types can stand in one list. */
export function informationType<Item>(definition: Definition<Item>): InformationType {
  const { type, structure, place, since = 1, needs, items } = definition
  const rows = definition.rows(rowBuilder)
  const content = rowsWriter<Item, Asked>(rows, 'r:')
  const [first = '', second] = place.split('/')
  const attributes = ` Structure="${structure}" Type="${type}"`
  const declaration = ` xmlns:r="${namespace}"`
  return {
    type,
    since,
    place,
    needs,
    rows: rows.map(({ element, source }) => ({ element, source })),
    write: (record, asked) => {
      const found = items(record, asked)
      if (found.length === 0) return undefined
      if (second === undefined) {
        const [only] = found as readonly [Item]
        return `<r:${first}${declaration}${attributes}>${content(only, asked)}</r:${first}>`
      }
      const all = found.map(
        (item) => `<r:${second}${attributes}>${content(item, asked)}</r:${second}>`,
      )
      return `<r:${first}${declaration}>${all.join('')}</r:${first}>`
    },
  }
}

/** What stands today, and what stood before when the history is asked for. */
export function withHistory<Item>(
  now: Item | undefined,
  before: readonly Item[] | undefined,
  { history }: Asked,
): readonly Item[] {
  return [...(now === undefined ? [] : [now]), ...(history ? (before ?? []) : [])]
}

/** The newest, or all when the history is asked for. */
export function newest<Item>(
  all: readonly Item[] | undefined,
  { history }: Asked,
): readonly Item[] {
  return history ? (all ?? []) : (all ?? []).slice(0, 1)
}
