import type { Path } from '../../registers/catalogue.ts'
import type { CompositeValue } from '../../registers/field.ts'
import { pathRow, type ElementRow } from '../element-rows.ts'
import { isSex } from '../person-data.ts'
import type { Asked } from './information-types.ts'

export type Row<Item> = ElementRow<Item, Asked>

/** An element that the schema wants and no register fills. */
function empty(element: string, why: string): Row<unknown> {
  return { element, source: { kind: 'empty', why }, value: () => '' }
}

/** A code, and its label in the language asked for. */
function code<Item>(
  element: string,
  list: string,
  paths: readonly Path[],
  value: (item: Item) => string | undefined,
): readonly Row<Item>[] {
  return [
    pathRow(`${element}/Code`, paths, value),
    {
      element: `${element}/Label`,
      source: { kind: 'derived', paths },
      value: (item, { label, language }) => {
        const of = value(item)
        return of === undefined ? undefined : label(list, of, language)
      },
    },
  ]
}

/** DateType: century, year, month and day, those that are known; empty when none is, or none is granted. */
function date<Item>(
  element: string,
  paths: readonly Path[],
  value: (item: Item) => string | undefined,
): readonly Row<Item>[] {
  const part = (name: string, from: number): Row<Item> => ({
    element: `${element}/${name}`,
    source: { kind: 'derived', paths },
    value: (item) => {
      const of = value(item) ?? ''
      if (!/^(?:18|19|20)\d\d-\d\d-\d\d$/.test(of)) return undefined
      const digits = of.slice(from, from + 2)
      return from > 2 && digits === '00' ? undefined : digits
    },
  })
  return [
    empty(element, 'empty when the date is not known or not granted'),
    part('Century', 0),
    part('Year', 2),
    part('Month', 5),
    part('Day', 8),
  ]
}

/** NameType. Names are held as one text of family names and one of first names, without the codes of the register. */
function names<Item>(
  element: string,
  paths: readonly Path[],
  value: (item: Item) => CompositeValue<'names'> | undefined,
): readonly Row<Item>[] {
  const last = (item: Item) => {
    const of = value(item)
    return of === undefined ? undefined : (of.lastName ?? '')
  }
  return [
    {
      element: `${element}/LastName/Code`,
      source: { kind: 'empty', why: 'codes of names are not in the catalogue' },
      value: (item) => (last(item) === undefined ? undefined : ''),
    },
    pathRow(`${element}/LastName/Label`, paths, last),
    pathRow(`${element}/FirstName/Label`, paths, (item) => value(item)?.firstNames),
  ]
}

/** NationalNumberType: whole only when number and sex are there, since the schema wants both. */
function number<Item>(
  element: string,
  paths: {
    readonly number: readonly Path[]
    readonly sex: readonly Path[]
    readonly birth?: readonly Path[]
  },
  value: (item: Item) => {
    readonly number: string | undefined
    readonly sex: string | undefined
    readonly birthDate?: string | undefined
  },
): readonly Row<Item>[] {
  const whole = (item: Item) => {
    const of = value(item)
    return of.number !== undefined && isSex(of.sex) ? of : undefined
  }
  return [
    pathRow(`${element}/NationalNumber`, paths.number, (item) => whole(item)?.number, [paths.sex]),
    ...date<Item>(`${element}/Date`, paths.birth ?? [], (item) => whole(item)?.birthDate).map(
      (row): Row<Item> => ({
        ...row,
        value: (item, asked) => (whole(item) === undefined ? undefined : row.value(item, asked)),
      }),
    ),
    pathRow(`${element}/Sex`, paths.sex, (item) => whole(item)?.sex, [paths.number]),
  ]
}

/** Place1, a place of Belgium (150) without code, or Place2, a country with the name of the place. */
function place<Item>(
  within: string,
  paths: readonly Path[],
  value: (item: Item) => {
    readonly name: string | undefined
    readonly country: string | undefined
  },
): readonly Row<Item>[] {
  const isAbroad = (item: Item) => (value(item).country ?? '150') !== '150'
  return [
    {
      element: `${within}Place1/Code`,
      source: { kind: 'empty', why: 'places are held by name' },
      value: (item) => (isAbroad(item) ? undefined : ''),
    },
    pathRow(`${within}Place1/Label`, paths, (item) =>
      isAbroad(item) ? undefined : (value(item).name ?? ''),
    ),
    ...code<Item>(`${within}Place2/Country`, 'countries', paths, (item) =>
      isAbroad(item) ? value(item).country : undefined,
    ),
    pathRow(`${within}Place2/Graphic`, paths, (item) =>
      isAbroad(item) ? value(item).name : undefined,
    ),
  ]
}

/** The rows that types are made of, for one kind of item. */
export interface RowBuilder<Item> {
  readonly empty: typeof empty
  readonly text: typeof pathRow<Item, Asked>
  readonly code: typeof code<Item>
  readonly date: typeof date<Item>
  readonly names: typeof names<Item>
  readonly number: typeof number<Item>
  readonly place: typeof place<Item>
}

export const rowBuilder = { empty, text: pathRow, code, date, names, number, place }
