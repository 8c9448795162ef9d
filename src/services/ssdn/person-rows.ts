import { readPath, type Path } from '../../registers/catalogue.ts'
import type { Label } from '../../registers/code-list.ts'
import type { CompositeValue } from '../../registers/field.ts'
import type { Disclosed } from '../../registers/grant.ts'
import type { PersonRecord } from '../../registers/person.ts'
import type { ElementRow } from '../element-rows.ts'

/** What the rows of persons are written with: official labels of the day. */
export interface Written {
  readonly label: Label
}

const at = (...paths: readonly string[]): readonly Path[] =>
  paths.map((path) => {
    const known = readPath(path)
    if (known === undefined) throw new TypeError(`path \`${path}\` is not in the catalogue`)
    return known
  })

/** Paths of persons, as the tables of SSDN name them. */
export const paths = {
  number: at('person.nationalNumber', 'person.bisNumber'),
  names: at('person.nr.names'),
  birth: at('person.nr.birth'),
  sex: at('person.nr.sex'),
  nationality: at('person.nr.nationality'),
  residence: at('person.nr.mainResidence'),
  since: at('person.nr.mainResidenceSince'),
  former: at('person.formerResidence.address'),
  formerSince: at('person.formerResidence.since'),
  death: at('person.nr.death'),
  civilStatus: at('person.nr.civilStatus'),
  memberNumber: at('person.familyMember.ssin'),
  position: at('person.familyMember.position'),
}

/** The number of a person, and the register it is of. */
export function numberOf(
  person: Disclosed<PersonRecord>,
): { readonly ssin: string; readonly origin: 'RN_RR' | 'BCSS_KSZ' } | undefined {
  const { nationalNumber, bisNumber } = person
  if (nationalNumber !== undefined) return { ssin: nationalNumber, origin: 'RN_RR' }
  return bisNumber === undefined ? undefined : { ssin: bisNumber, origin: 'BCSS_KSZ' }
}

/** What `t_IncompleteDate` takes. */
export function incompleteDate(text: string | undefined): string | undefined {
  return text !== undefined && /^[12]\d{3}-[01]\d-[0-3]\d$/.test(text) ? text : undefined
}

/** What `t_NISCode` takes; another code is left out. */
export function nisCode(code: string | undefined): string | undefined {
  return code !== undefined && /^\d{1,5}$/.test(code) ? code : undefined
}

/** What GenderCodeType takes of the codes of the registers. */
export function genderCode(sex: string | undefined): string | undefined {
  return sex === '1' || sex === '2' ? sex : undefined
}

export const belgium = '150'

type Row<Item> = ElementRow<Item, Written>

/** A text or code as the registers have it. */
export function pathRow<Item>(
  element: string,
  from: readonly Path[],
  value: (item: Item) => string | undefined,
): Row<Item> {
  return { element, source: { kind: 'path', paths: from }, value }
}

/** Labels of a code in French and Dutch, one element each. */
export function labelRows<Item>(
  element: string,
  list: string,
  from: readonly Path[],
  code: (item: Item) => string | undefined,
): readonly Row<Item>[] {
  return (['fr', 'nl'] as const).map((language) => ({
    element: `${element}[lang=${language}]`,
    source: { kind: 'derived', paths: from },
    value: (item, { label }) => {
      const of = code(item)
      return of === undefined ? undefined : label(list, of, language)
    },
  }))
}

export type Address = CompositeValue<'address'>

/** 150 where an address names no country: it is one of a commune. */
export function countryOf({ countryCode = belgium }: Address): string | undefined {
  return nisCode(countryCode)
}

export const communeOf = ({ municipalityCode }: Address) => nisCode(municipalityCode)
