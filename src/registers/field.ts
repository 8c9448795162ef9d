/**
 * The words in which the catalogue is written: registers hold blocks, blocks hold fields and blocks (design.md §2).
 * Everything that can leave the house is a field; its path is the id of blocks.tsv.
 */

/** Composite values: one path, several elements. An address or a name is granted whole or not at all. */
export const composites = {
  address: {
    street: 'text',
    houseNumber: 'text',
    postBox: 'text',
    zipCode: 'text',
    city: 'text',
    municipalityCode: 'code.nis',
    countryCode: 'code',
  },
  names: { lastName: 'text', firstNames: 'text' },
  birth: {
    birthDate: 'incompleteDate',
    birthPlace: 'text',
    birthMunicipalityCode: 'code.nis',
    birthCountryCode: 'code',
  },
  death: {
    deceaseDate: 'incompleteDate',
    deceasePlace: 'text',
    deceaseMunicipalityCode: 'code.nis',
  },
  civilStatus: { civilStatusCode: 'code', sinceDate: 'date' },
  household: { referencePersonSsin: 'identifier.ssin', memberCount: 'count' },
} as const satisfies Record<string, Record<string, SimpleType>>

export type CompositeType = keyof typeof composites

/**
 * Simple value types and what a record holds for them. Integers are in the unit the field names. Identifiers and codes are plain text
 * here: a record is what a register told, read from its JSON, and nobody checked it; whoever needs one checked reads it (base/).
 */
interface SimpleValues {
  text: string
  code: string
  'code.nis': string
  'code.nace': string
  date: string
  incompleteDate: string
  yearQuarter: string
  boolean: boolean
  quantity: number
  amount: number
  percentage: number
  /** a percentage that the contract writes as text `NNN,NN` */
  percentageText: string
  count: number
  sequence: number
  aggregate: number
  email: string
  identifier: string
  'identifier.ssin': string
  'identifier.enterpriseNumber': string
  'identifier.nossNumber': string
  'identifier.establishmentUnit': string
  'identifier.socialSecretariat': string
  'identifier.plate': string
}

export type SimpleType = keyof SimpleValues

/** `group`: the text names it without enumerating its content; it holds no value and grants nothing itself. */
export type FieldType = SimpleType | CompositeType | 'group'

export type CompositeValue<C extends CompositeType> = {
  readonly [K in keyof (typeof composites)[C]]?: (typeof composites)[C][K] extends SimpleType
    ? SimpleValues[(typeof composites)[C][K]]
    : never
}

export type ValueOf<T extends FieldType> = T extends SimpleType
  ? SimpleValues[T]
  : T extends CompositeType
    ? CompositeValue<T>
    : never

/** Names in the languages of the country and English. */
export interface Labels {
  readonly fr: string
  readonly nl: string
  readonly de: string
  readonly en: string
}

export interface About {
  /**
   * paragraph of deliberation 14/057 that names the field (or whose group or scope needs it: kind `implied`; or of whose
   * register it is: kind `contract`)
   */
  readonly paragraph: number
  /** item of the enumeration in that paragraph, e.g. `14.4`; empty on implied rows */
  readonly item: string
  /** `contract`: carried by a published contract, named by no paragraph: 14/057 never grants it */
  readonly kind: 'named' | 'part' | 'group' | 'searchKey' | 'implied' | 'contract'
  readonly labels: Labels
  /** `person`: concerns a natural person; `employer`: personal only where the employer is one (§ 45); `none`: aggregate */
  readonly personal: 'person' | 'employer' | 'none'
  /** the value identifies a natural person */
  readonly identifying: boolean
  /** authentic sources that hold it, when not those of the register */
  readonly sources: readonly SourceName[]
  /** path segments between the block's path and the name: `nr` in `person.nr.names` */
  readonly within?: string
  /**
   * paths of the values from which this one is worked out: it is given where one of each list is, and has no path of its own
   */
  readonly derivedFrom?: readonly (readonly string[])[]
  /** official block, zone and tag of the structured messages */
  readonly onss?: { readonly block: string; readonly zone?: string; readonly tag?: string }
  readonly unit?: string
  /** special category of personal data (R26) */
  readonly health?: true
  /** name of the code list in codelists/ that holds its values */
  readonly codelist?: string
  /** path of the repeated block that it counts, beside its own block or in it: it agrees with the blocks shown (R29) */
  readonly counts?: string
}

/** The National Register, and the two that § 5 calls the Crossroads Bank registers (T3). */
export const personRegisters = ['nationalRegister', 'bisRegister', 'struckOffRegister'] as const
/** A register of persons: where a person's data come from. */
export type PersonRegister = (typeof personRegisters)[number]

export const sourceNames = [
  ...personRegisters,
  'dimona',
  'personnelFile',
  'dmfa',
  'employerDirectory',
  'limosa',
] as const
/** The seven sources of § 5, a closed list (R8): eight here, since its Crossroads Bank registers are two. */
export type SourceName = (typeof sourceNames)[number]

export interface Field<T extends FieldType = FieldType> {
  readonly type: T
  readonly about: About
}

export interface Block<
  F extends Record<string, Field> = Record<string, Field>,
  B extends Record<string, Block> = Record<string, AnyBlock>,
  M extends boolean = boolean,
> {
  /** path that begins the ids of its fields, e.g. `dmfa.occupation` */
  readonly path: string
  readonly many: M
  /** set where the block itself is a row of the catalogue (a group, §37) */
  readonly group?: About
  readonly fields: F
  readonly blocks: B
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the recursive bound of Block cannot be named otherwise
export type AnyBlock = Block<any, any>

/** What a record of a block looks like. Every element is optional: required-ness belongs to the store. */
export type RecordOf<B> =
  B extends Block<infer F, infer N>
    ? {
        readonly [K in keyof F as F[K] extends Field<'group'> ? never : K]?: F[K] extends Field<
          infer T
        >
          ? ValueOf<T>
          : never
      } & {
        readonly [K in keyof N]?: N[K] extends Block<
          Record<string, Field>,
          Record<string, AnyBlock>,
          true
        >
          ? readonly RecordOf<N[K]>[]
          : RecordOf<N[K]>
      }
    : never

export function field<T extends FieldType>(type: T, about: About): Field<T> {
  return { type, about }
}

/** A block that occurs at most once in its parent. */
export function one<F extends Record<string, Field>, B extends Record<string, AnyBlock>>(
  path: string,
  fields: F,
  blocks: B,
  group?: About,
): Block<F, B, false> {
  return { path, many: false, fields, blocks, ...(group && { group }) }
}

/** A block that repeats. */
export function many<F extends Record<string, Field>, B extends Record<string, AnyBlock>>(
  path: string,
  fields: F,
  blocks: B,
): Block<F, B, true> {
  return { path, many: true, fields, blocks }
}

/** The paths of which a grant must hold one of each list for a field to be given: its own, or those it is derived from. */
export function neededPaths(
  block: AnyBlock,
  name: string,
  about: About,
): readonly (readonly string[])[] {
  return about.derivedFrom ?? [[fieldPath(block, name, about)]]
}

/** The full path of a field of a block. */
export function fieldPath(block: AnyBlock, name: string, about: About): string {
  return [block.path, ...(about.within === undefined ? [] : [about.within]), name].join('.')
}
