import type { Path } from '../../registers/catalogue.ts'
import type { CompositeValue } from '../../registers/field.ts'
import { pathRow, type ElementRow, type Needs } from '../element-rows.ts'
import { isAbroad, isSex, joined, type RelativePaths } from '../person-data.ts'
import type { Asked } from './definition.ts'

export type Row<Item> = ElementRow<Item, Asked>

/** An element that the schema wants and no register fills. */
function empty(element: string, why: string): Row<unknown> {
  return { element, source: { kind: 'empty', why }, value: () => '' }
}

/** A code, and its label in the language asked for; of the type itself when the element is ''. */
function code<Item>(
  element: string,
  list: string,
  paths: readonly Path[],
  value: (item: Item) => string | undefined,
): readonly Row<Item>[] {
  const within = element === '' ? '' : `${element}/`
  return [
    pathRow(`${within}Code`, paths, value),
    {
      element: `${within}Label`,
      source: { kind: 'derived', paths },
      value: (item, { label, language }) => {
        const of = value(item)
        return of === undefined ? undefined : label(list, of, language)
      },
    },
  ]
}

/** Century, year, month and day, those that are known. */
function knownDate<Item>(
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
  return [part('Century', 0), part('Year', 2), part('Month', 5), part('Day', 8)]
}

/** DateType where the schema wants it: empty when none of it is known, or none is granted. */
function date<Item>(
  element: string,
  paths: readonly Path[],
  value: (item: Item) => string | undefined,
): readonly Row<Item>[] {
  return [
    empty(element, 'empty when the date is not known or not granted'),
    ...knownDate(element, paths, value),
  ]
}

/** NameType. Names are held as one text of family names and one of first names, without the codes of the register. */
function names<Item>(
  element: string,
  paths: readonly Path[],
  value: (item: Item) => CompositeValue<'names'> | undefined,
  needs?: Needs,
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
    pathRow(`${element}/LastName/Label`, paths, last, needs),
    pathRow(`${element}/FirstName/Label`, paths, (item) => value(item)?.firstNames, needs),
  ]
}

/** NationalNumberType: whole only when number and sex are there, since the schema wants both. */
function number<Item>(
  element: string,
  paths: {
    readonly number: readonly Path[]
    readonly sex: readonly Path[]
    readonly birth: readonly Path[]
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
  const dates = date<Item>(`${element}/Date`, paths.birth, (item) => whole(item)?.birthDate)
  return [
    pathRow(`${element}/NationalNumber`, paths.number, (item) => whole(item)?.number, [paths.sex]),
    ...dates.map(({ element: name, source, value: text }): Row<Item> => ({
      element: name,
      source: 'paths' in source ? { ...source, needs: [paths.number, paths.sex] } : source,
      value: (item, asked) => (whole(item) === undefined ? undefined : text(item, asked)),
    })),
    pathRow(`${element}/Sex`, paths.sex, (item) => whole(item)?.sex, [paths.number]),
  ]
}

/** Another person whom a file names; what is not granted of him is absent. */
export interface Relative {
  readonly ssin?: string | undefined
  readonly names?: CompositeValue<'names'> | undefined
  readonly sex?: string | undefined
  readonly birthDate?: string | undefined
}

/** Number and names of another person. */
function relative<Item>(
  element: string,
  paths: RelativePaths,
  value: (item: Item) => Relative | undefined,
): readonly Row<Item>[] {
  return [
    ...number<Item>(`${element}/NationalNumber`, paths, (item) => {
      const { ssin, sex, birthDate } = value(item) ?? {}
      return { number: ssin, sex, birthDate }
    }),
    ...names<Item>(`${element}/Name`, paths.names, (item) => value(item)?.names),
  ]
}

/** Number and names of another person, of whom the schema wants the number. */
function numberedRelative<Item>(
  element: string,
  paths: RelativePaths,
  value: (item: Item) => Relative | undefined,
): readonly Row<Item>[] {
  const whole = (item: Item) => {
    const one = value(item)
    return one?.ssin !== undefined && isSex(one.sex) ? one : undefined
  }
  return [
    ...number<Item>(`${element}/NationalNumber`, paths, (item) => {
      const { ssin, sex, birthDate } = whole(item) ?? {}
      return { number: ssin, sex, birthDate }
    }),
    ...names<Item>(`${element}/Name`, paths.names, (item) => whole(item)?.names, [
      paths.number,
      paths.sex,
    ]),
  ]
}

/** PlaceType of a commune: its code and label. */
function commune<Item>(
  element: string,
  paths: readonly Path[],
  value: (item: Item) => string | undefined,
): readonly Row<Item>[] {
  return code(element, 'nis-communes', paths, value)
}

/** AddressType: the country by its code, the address as lines of text. */
function addressLines<Item>(
  element: string,
  paths: readonly Path[],
  value: (item: Item) => CompositeValue<'address'>,
): readonly Row<Item>[] {
  return [
    ...code<Item>(`${element}/Country`, 'countries', paths, (item) => value(item).countryCode),
    pathRow(`${element}/Graphic1`, paths, (item) => {
      const { street, houseNumber, postBox } = value(item)
      return joined([street, houseNumber, postBox])
    }),
    pathRow(`${element}/Graphic2`, paths, (item) => {
      const { zipCode, city } = value(item)
      return joined([zipCode, city])
    }),
  ]
}

/** An address of Belgium: postcode, street, number and box. */
function address<Item>(
  element: string,
  paths: readonly Path[],
  value: (item: Item) => CompositeValue<'address'>,
): readonly Row<Item>[] {
  return [
    pathRow(`${element}/ZipCode`, paths, (item) => value(item).zipCode ?? ''),
    pathRow(`${element}/Street/Graphic`, paths, (item) => value(item).street ?? ''),
    pathRow(`${element}/HouseNumber`, paths, (item) => value(item).houseNumber ?? ''),
    pathRow(`${element}/Box`, paths, (item) => value(item).postBox),
  ]
}

/** Place1, a municipality of Belgium (150) by its code, or Place2, a country with the name of the place. */
function place<Item>(
  within: string,
  paths: readonly Path[],
  value: (item: Item) => {
    readonly name: string | undefined
    readonly municipality: string | undefined
    readonly country: string | undefined
  },
): readonly Row<Item>[] {
  const isOutside = (item: Item) => isAbroad(value(item).country)
  return [
    pathRow(`${within}Place1/Code`, paths, (item) =>
      isOutside(item) ? undefined : (value(item).municipality ?? ''),
    ),
    pathRow(`${within}Place1/Label`, paths, (item) =>
      isOutside(item) ? undefined : (value(item).name ?? ''),
    ),
    ...code<Item>(`${within}Place2/Country`, 'countries', paths, (item) =>
      isOutside(item) ? value(item).country : undefined,
    ),
    pathRow(`${within}Place2/Graphic`, paths, (item) =>
      isOutside(item) ? value(item).name : undefined,
    ),
  ]
}

/** The rows that types are made of, for one kind of item. */
export interface RowBuilder<Item> {
  readonly empty: typeof empty
  readonly text: typeof pathRow<Item, Asked>
  readonly code: typeof code<Item>
  readonly date: typeof date<Item>
  readonly knownDate: typeof knownDate<Item>
  readonly names: typeof names<Item>
  readonly number: typeof number<Item>
  readonly place: typeof place<Item>
  readonly relative: typeof relative<Item>
  readonly numberedRelative: typeof numberedRelative<Item>
  readonly commune: typeof commune<Item>
  readonly address: typeof address<Item>
  readonly addressLines: typeof addressLines<Item>
}

export const rowBuilder = {
  empty,
  text: pathRow,
  code,
  date,
  knownDate,
  names,
  number,
  place,
  relative,
  numberedRelative,
  commune,
  address,
  addressLines,
}
