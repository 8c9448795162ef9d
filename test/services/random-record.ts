import fc from 'fast-check'
import { ssinCheckDigits } from '../../src/base/ssin.ts'
import {
  composites,
  type AnyBlock,
  type Field,
  type FieldType,
  type SimpleType,
} from '../../src/registers/field.ts'
import type { Disclosed } from '../../src/registers/grant.ts'

export type Values = Readonly<Record<string, unknown>>

const digits = (count: number) =>
  fc.nat({ max: 10 ** count - 1 }).map((value) => String(value).padStart(count, '0'))
const integer = fc.integer({ min: -(10 ** 12), max: 10 ** 12 })
const count = fc.nat({ max: 10 ** 6 })

/** Text with all that XML must escape or keep: markup, quotes, white space, a line end, an astral character. */
const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'é',
    '€',
    ' ',
    '&',
    '<',
    '>',
    '"',
    "'",
    '\t',
    '\n',
    '\r',
    ']]>',
    '&amp;',
    '\u{1F600}',
  ),
  maxLength: 12,
})
const two = (value: number) => String(value).padStart(2, '0')
const date = fc
  .record({
    year: fc.integer({ min: 1900, max: 2100 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
  })
  .map(({ year, month, day }) => `${year}-${two(month)}-${two(day)}`)
const ssin = fc
  .record({
    year: fc.nat({ max: 99 }),
    month: fc.integer({ min: 1, max: 12 }),
    kind: fc.constantFrom(0, 20, 40),
    day: fc.integer({ min: 1, max: 28 }),
    counter: fc.integer({ min: 1, max: 998 }),
    century: fc.constantFrom(19 as const, 20 as const),
  })
  .map(({ year, month, kind, day, counter, century }) => {
    const nine = two(year) + two(month + kind) + two(day) + String(counter).padStart(3, '0')
    return nine + ssinCheckDigits(nine, century)
  })

const simple: Record<SimpleType, fc.Arbitrary<unknown>> = {
  text,
  code: text,
  'code.nis': digits(5),
  'code.nace': digits(5),
  date,
  incompleteDate: fc.oneof(
    date,
    date.map((full) => `${full.slice(0, 8)}00`),
    date.map((full) => `${full.slice(0, 5)}00-00`),
  ),
  yearQuarter: fc
    .tuple(fc.integer({ min: 1990, max: 2100 }), fc.integer({ min: 1, max: 4 }))
    .map(([year, quarter]) => `${year}${quarter}`),
  boolean: fc.boolean(),
  quantity: integer,
  amount: integer,
  percentage: integer,
  percentageText: fc.tuple(digits(3), digits(2)).map(([whole, part]) => `${whole},${part}`),
  count,
  sequence: count,
  aggregate: count,
  email: text,
  identifier: text,
  'identifier.ssin': ssin,
  'identifier.enterpriseNumber': digits(9).map((rest) => `0${rest}`),
  'identifier.nossNumber': digits(9),
  'identifier.establishmentUnit': digits(9).map((rest) => `2${rest}`),
  'identifier.socialSecretariat': text,
  'identifier.plate': text,
}

type Size = 'any part' | 'whole'

function record(parts: Record<string, fc.Arbitrary<unknown>>, size: Size): fc.Arbitrary<Values> {
  return size === 'whole' ? fc.record(parts) : fc.record(parts, { requiredKeys: [] })
}

function fieldArbitrary(type: Exclude<FieldType, 'group'>, size: Size): fc.Arbitrary<unknown> {
  if (!(type in composites)) return simple[type as SimpleType]
  const parts: Record<string, SimpleType> = composites[type as keyof typeof composites]
  return record(
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, simple[part]])),
    size,
  )
}

/** Records of a block, with any part of its fields and blocks or with all of them. */
export function recordOf(block: AnyBlock, size: Size = 'any part'): fc.Arbitrary<Values> {
  const fields = Object.entries(block.fields as Record<string, Field>).flatMap(
    ([name, { type }]) => (type === 'group' ? [] : [[name, fieldArbitrary(type, size)] as const]),
  )
  const blocks = Object.entries(block.blocks as Record<string, AnyBlock>).map(
    ([name, nested]) =>
      [
        name,
        nested.many
          ? fc.array(recordOf(nested, size), { minLength: 1, maxLength: 2 })
          : recordOf(nested, size),
      ] as const,
  )
  return record(Object.fromEntries([...fields, ...blocks]), size)
}

/** Only `deliberations/project.ts` makes these; here the writers are tested without it. */
export function disclosed(record: Values): Disclosed<object> {
  return record as unknown as Disclosed<object>
}

/** What a second reader must find in the XML of a record: text everywhere, one of a list without the list. */
export function asRead(block: AnyBlock, record: Values): unknown {
  const fields = block.fields as Record<string, Field>
  const blocks = block.blocks as Record<string, AnyBlock>
  return elements(
    Object.entries(record).map(([name, value]): readonly [string, unknown] => {
      const nested = blocks[name]
      if (nested !== undefined) {
        const all = ([value].flat() as readonly Values[]).map((one) => asRead(nested, one))
        return [name, all.length === 1 ? all[0] : all]
      }
      if (typeof value !== 'object') return [name, asText(fields[name]!.type, value)]
      const parts = Object.entries(value as Values)
      return [name, elements(parts.map(([part, content]) => [part, asText('text', content)]))]
    }),
  )
}

function elements(entries: readonly (readonly [string, unknown])[]): unknown {
  return entries.length === 0 ? '' : Object.fromEntries(entries)
}

function asText(type: FieldType, value: unknown): string {
  const text = `${value as string | number | boolean}`
  return type === 'yearQuarter' ? text.replace(/(.)$/, 'Q$1') : text
}
