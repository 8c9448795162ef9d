import type { CompositeValue, Field } from '../../registers/field.ts'
import { entryBlocks, type EntryField, type EntryName } from '../../registers/person-entries.ts'
import { at } from '../element-rows.ts'
import { isSex } from '../person-data.ts'
import { informationType, newest, type InformationType } from './definition.ts'
import type { Row, RowBuilder } from './rows.ts'

/** An entry of a file, as far as it is granted. */
interface Entry {
  readonly names?: CompositeValue<'names'>
  readonly address?: CompositeValue<'address'>
  readonly addressAbroad?: CompositeValue<'address'>
  readonly [field: string]: unknown
}

/** An information type that is an entry of the file: its elements have their content from the fields of the entry. */
interface EntryType<F extends string> {
  readonly type: string
  readonly place: string
  /**
   * Elements after the date, in the order of the schema, each with its field and the fields without which the schema does not
   * allow it. `!` stands after an element that the schema wants though it be empty; '' is the type itself.
   */
  readonly elements: Readonly<Record<string, F | readonly [F, ...beside: F[]]>>
  /** fields without which the schema does not allow the type; of a list it wants one; of all that can stand alone when absent */
  readonly needs?: readonly (F | readonly F[])[]
  /** lists of fields of which the schema allows one: an entry with several is told once for each */
  readonly either?: readonly (readonly F[])[]
  /** several hold at a time: none is the history of another */
  readonly severalHold?: true
  /** the first version of the contract that has the type, when not the first of all */
  readonly since?: 2
}

/** Makes the type of an entry, with its date as the first element. */
export function entryType<N extends EntryName>(
  entry: N,
  definition: EntryType<EntryField<N>>,
): InformationType {
  const { needs = [], either = [], severalHold, ...of }: EntryType<string> = definition
  const pathOf = (name: string) => at(`person.${entry}.${name}`)
  const elements = Object.entries(of.elements).map(([element, spec]) => {
    const [name = '', ...beside] = [spec].flat()
    return { element, name, beside }
  })
  const alone = elements.filter(({ beside }) => beside.length === 0).map(({ name }) => name)
  const wanted = needs.length === 0 ? [['since', ...alone]] : needs.map((one) => [one].flat())
  const isWhole = (item: Entry) =>
    wanted.every((list) => list.some((name) => isTold(name, item[name])))
  return informationType<Entry>({
    type: of.type,
    structure: 'A1',
    place: of.place,
    since: of.since ?? 1,
    needs: wanted.map((list) => list.map(pathOf)),
    items: (record, asked) => {
      const held: readonly Entry[] = record.entries?.[entry] ?? []
      const whole = held.filter(isWhole)
      const now = severalHold ? whole : newest(whole, asked)
      return now.flatMap((item) => apart(item, either)).filter(isWhole)
    },
    rows: (row) => [
      ...row.date('Date', [pathOf('since')], ({ since }) => textOf(since)),
      ...elements.flatMap(({ element, name, beside }) => {
        const rows = elementRows(row, entry, element.replace('!', ''), name)
        const [around, after] = element.split('!')
        const empty = after === undefined ? [] : [row.empty(around ?? '', 'wanted by the schema')]
        return [...empty, ...rows.map((one) => besides(one, beside, pathOf))]
      }),
    ],
  })
}

/** The rows of an element, by what the catalogue says of its field. */
function elementRows(
  row: RowBuilder<Entry>,
  entry: EntryName,
  element: string,
  name: string,
): readonly Row<Entry>[] {
  const paths = [at(`person.${entry}.${name}`)]
  const fields: Readonly<Record<string, Field>> = entryBlocks[entry].fields
  const { type, about } = fields[name] as Field
  const text = (item: Entry) => (isTold(name, item[name]) ? textOf(item[name]) : undefined)
  if (about.codelist !== undefined) return row.code(element, about.codelist, paths, text)
  if (type === 'date' || type === 'incompleteDate') return row.knownDate(element, paths, text)
  if (type === 'names') return row.names(element, paths, (item) => item.names)
  if (name === 'address') return row.address(element, paths, (item) => item.address ?? {})
  if (name === 'addressAbroad') {
    return row.addressLines(element, paths, (item) => item.addressAbroad ?? {})
  }
  if (name !== 'ssin') return [row.text(element, paths, text)]
  const of = (field: string) => [at(`person.${entry}.${field}`)]
  return row.number(
    element,
    { number: paths, sex: of('sex'), birth: of('birthDate') },
    ({ ssin, sex, birthDate }) => ({
      number: textOf(ssin),
      sex: textOf(sex),
      birthDate: textOf(birthDate),
    }),
  )
}

/** A row that is written only with what stands beside it. */
function besides(
  row: Row<Entry>,
  beside: readonly string[],
  pathOf: (name: string) => ReturnType<typeof at>,
): Row<Entry> {
  if (beside.length === 0) return row
  const { source, value } = row
  const needs = 'paths' in source ? [...(source.needs ?? []), ...beside.map((name) => [pathOf(name)])] : [] // prettier-ignore
  return {
    ...row,
    source: 'paths' in source ? { ...source, needs } : source,
    value: (item, asked) =>
      beside.every((name) => isTold(name, item[name])) ? value(item, asked) : undefined,
  }
}

/** The entry once for each of the lists of which it holds a field, without the fields of the others. */
function apart(item: Entry, either: readonly (readonly string[])[]): readonly Entry[] {
  const held = either.filter((list) => list.some((name) => item[name] !== undefined))
  if (held.length < 2) return [item]
  return held.map((kept) => {
    const others = either.filter((list) => list !== kept).flat()
    return Object.fromEntries(Object.entries(item).filter(([name]) => !others.includes(name)))
  })
}

/** Whether the schema can say the value of a field. */
function isTold(name: string, value: unknown): boolean {
  if (name === 'sex') return isSex(textOf(value))
  if (name === 'result') return /^[1-4]$/.test(textOf(value) ?? '')
  return value !== undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
