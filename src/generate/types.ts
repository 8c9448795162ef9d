import {
  composites,
  type AnyBlock,
  type CompositeType,
  type Field,
  type FieldType,
  type SimpleType,
} from '../registers/field.ts'
import type { Criterion, CriterionType } from '../services/own-contract.ts'
import { pageSizeMax, searchTextMax } from '../services/own-contract.ts'

/** A value on the wire: its XSD type (`common:` CommonV3, `tns:` the service's own) and its JSON Schema. */
export interface WireType {
  readonly xsd: string
  readonly json: Readonly<Record<string, unknown>>
}

const integer = { xsd: 'xs:long', json: { type: 'integer' } }
const string = { xsd: 'xs:string', json: { type: 'string' } }
const text = (xsd: string, pattern: string) => ({ xsd, json: { type: 'string', pattern } })
const quarter = text('common:YearQuarterType', '^[12]\\d{3}Q[1-4]$')
/** without leading zeros, provisional and PPL numbers included; a request may have leading zeros */
const nssoNumber = text('tns:NssoNumberType', '^\\d{1,10}$')

/** Facets keep to what every register can hold: required-ness and code lists belong to the store. */
export const simpleTypes: Readonly<Record<SimpleType, WireType>> = {
  text: string,
  code: string,
  'code.nis': text('tns:NisCodeType', '^\\d{5}$'),
  'code.nace': string,
  date: { xsd: 'xs:date', json: { type: 'string', format: 'date' } },
  incompleteDate: text('common:IncompleteDateType', '^[0-2]\\d{3}-[01]\\d-[0-3]\\d$'),
  yearQuarter: quarter,
  boolean: { xsd: 'xs:boolean', json: { type: 'boolean' } },
  quantity: integer,
  amount: { xsd: 'common:EurocentAmountType', json: { type: 'integer' } },
  percentage: integer,
  percentageText: text('tns:PercentageTextType', '^\\d{1,3},\\d{2}$'),
  count: integer,
  sequence: integer,
  aggregate: integer,
  email: string,
  identifier: string,
  'identifier.ssin': text('common:SsinType', '^\\d{11}$'),
  'identifier.enterpriseNumber': text('common:EnterpriseNumberType', '^[01]\\d{9}$'),
  'identifier.nossNumber': nssoNumber,
  'identifier.establishmentUnit': text('common:BusinessUnitNumberType', '^[2-8]\\d{9}$'),
  'identifier.socialSecretariat': string,
  'identifier.plate': string,
}

/** A wrong SSIN or enterprise number passes the schema, so that it can be told as status MSG00011 or MSG00008 (docs/divergences.md). */
export const criterionTypes: Readonly<Record<CriterionType, WireType>> = {
  ssin: text('tns:SsinTextType', '^\\d{11}$'),
  nssoNumber,
  enterpriseNumber: text('tns:EnterpriseNumberTextType', '^\\d{10}$'),
  searchText: {
    xsd: 'tns:SearchTextType',
    json: { type: 'string', minLength: 1, maxLength: searchTextMax },
  },
  yearQuarter: quarter,
  date: { xsd: 'tns:DayType', json: { type: 'string', format: 'date' } },
  offset: { xsd: 'tns:OffsetType', json: { type: 'string', minLength: 1, maxLength: 1024 } },
  pageSize: {
    xsd: 'tns:MaxResultsType',
    json: { type: 'integer', minimum: 1, maximum: pageSizeMax },
  },
}

/** The service's own simple types, by name: base and facets. */
export const ownSimpleTypes: Readonly<
  Record<string, { readonly base: string; readonly facets: readonly (readonly [string, string])[] }>
> = {
  'tns:SsinTextType': { base: 'xs:string', facets: [['pattern', '\\d{11}']] },
  'tns:NssoNumberType': { base: 'xs:string', facets: [['pattern', '\\d{1,10}']] },
  'tns:EnterpriseNumberTextType': { base: 'xs:string', facets: [['pattern', '\\d{10}']] },
  'tns:SearchTextType': {
    base: 'xs:string',
    facets: [
      ['minLength', '1'],
      ['maxLength', String(searchTextMax)],
    ],
  },
  'tns:NisCodeType': { base: 'xs:string', facets: [['pattern', '\\d{5}']] },
  'tns:PercentageTextType': { base: 'xs:string', facets: [['pattern', '\\d{1,3},\\d{2}']] },
  // xs:date lets a time zone pass
  'tns:DayType': { base: 'xs:date', facets: [['pattern', '\\d{4}-\\d{2}-\\d{2}']] },
  'tns:OffsetType': {
    base: 'xs:string',
    facets: [
      ['minLength', '1'],
      ['maxLength', '1024'],
    ],
  },
  'tns:MaxResultsType': {
    base: 'xs:int',
    facets: [
      ['minInclusive', '1'],
      ['maxInclusive', String(pageSizeMax)],
    ],
  },
}

/** One element of a block, in the order of the catalogue. */
export type Member =
  | {
      readonly kind: 'simple'
      readonly name: string
      readonly type: SimpleType
      readonly about: string
    }
  | {
      readonly kind: 'composite'
      readonly name: string
      readonly type: CompositeType
      readonly about: string
    }
  | { readonly kind: 'block'; readonly name: string; readonly block: AnyBlock }

/** The elements of a block: fields, then blocks; groups hold no value and are none. */
export function membersOf(block: AnyBlock): readonly Member[] {
  const fields = Object.entries(block.fields as Record<string, Field>).flatMap(
    ([name, { type, about }]): Member[] => {
      if (type === 'group') return []
      return [
        isComposite(type)
          ? { kind: 'composite', name, type, about: aboutField({ type, about }) }
          : { kind: 'simple', name, type, about: aboutField({ type, about }) },
      ]
    },
  )
  const blocks = Object.entries(block.blocks as Record<string, AnyBlock>).map(
    ([name, nested]): Member => ({ kind: 'block', name, block: nested }),
  )
  return [...fields, ...blocks]
}

function isComposite(type: Exclude<FieldType, 'group'>): type is CompositeType {
  return type in composites
}

/** English name, unit, paragraph and official place of a field, for the documentation of a schema. */
function aboutField({ about }: Field): string {
  const { labels, unit, paragraph, onss } = about
  const place = onss && [onss.tag, onss.zone && `zone ${onss.zone}`].filter(Boolean).join(', ')
  return [`${labels.en} (§ ${paragraph})`, unit && `unit: ${unit}`, place]
    .filter(Boolean)
    .join('; ')
}

/** `dmfa.workerDeductionDetail` → `WorkerDeductionDetail`: unique in the catalogue, as paths are. */
export function typeNameOf(block: AnyBlock): string {
  return pascal(block.path.split('.').at(-1) ?? '')
}

/** `workerRecord` → `WorkerRecord` */
export function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** A block and all blocks in it, outermost first. */
export function blocksOf(block: AnyBlock): readonly AnyBlock[] {
  return [block, ...Object.values(block.blocks as Record<string, AnyBlock>).flatMap(blocksOf)]
}

/** Composite and simple types that blocks use, in the order of first use. */
export function usedTypes(blocks: readonly AnyBlock[]): {
  readonly composites: readonly CompositeType[]
  readonly simple: readonly SimpleType[]
} {
  const members = blocks.flatMap(membersOf)
  const used = new Set(members.flatMap((one) => (one.kind === 'composite' ? [one.type] : [])))
  const simple = new Set(members.flatMap((one) => (one.kind === 'simple' ? [one.type] : [])))
  for (const type of used) for (const part of Object.values(composites[type])) simple.add(part)
  return { composites: [...used], simple: [...simple] }
}

/** Parts of a composite, in order. */
export function partsOf(type: CompositeType): readonly (readonly [string, SimpleType])[] {
  return Object.entries(composites[type])
}

/** The wire type of a criterion. */
export function criterionType({ type }: Criterion): WireType {
  return criterionTypes[type]
}
