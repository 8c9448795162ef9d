import {
  belgium,
  readCountry,
  readNisCommune,
  type Country,
  type NisCommune,
} from '../../base/codes.ts'
import type { Path } from '../../registers/catalogue.ts'
import type { Label } from '../../registers/code-list.ts'
import type { CompositeValue } from '../../registers/field.ts'
import { ownNumber, type PersonRecord } from '../../registers/person.ts'
import type { ElementRow } from '../element-rows.ts'
import { isSex } from '../person-data.ts'

/** What the rows of persons are written with: official labels of the day. */
export interface Written {
  readonly label: Label
}

/** The number of a person, and who keeps the register that the data come from. */
export function numberOf(
  person: PersonRecord,
): { readonly ssin: string; readonly origin: 'RN_RR' | 'BCSS_KSZ' } | undefined {
  const ssin = ownNumber(person)
  if (ssin === undefined) return undefined
  return { ssin, origin: person.register === 'nationalRegister' ? 'RN_RR' : 'BCSS_KSZ' }
}

/** What `t_IncompleteDate` takes. */
export function incompleteDate(text: string | undefined): string | undefined {
  return text !== undefined && /^[12]\d{3}-[01]\d-[0-3]\d$/.test(text) ? text : undefined
}

/** What is a country in `t_NISCode`; another code is left out. */
export function nisCountry(code: string | undefined): Country | undefined {
  return readCountry(code ?? '')
}

/** What an xs:integer takes of a code. */
export function integerCode(code: string | undefined): string | undefined {
  return code !== undefined && /^\d{1,5}$/.test(code) ? code : undefined
}

/** What GenderCodeType takes of the codes of the registers. */
export function genderCode(sex: string | undefined): '1' | '2' | undefined {
  return isSex(sex) ? sex : undefined
}

type Row<Item> = ElementRow<Item, Written>

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
export function countryOf({ countryCode = belgium }: Address): Country | undefined {
  return nisCountry(countryCode)
}

/** Where somebody was born: a municipality by its code, or a country when abroad. */
export function birthLocation(
  birth: CompositeValue<'birth'> | undefined,
): NisCommune | Country | undefined {
  const country = birth?.birthCountryCode
  return country === undefined || country === belgium
    ? readNisCommune(birth?.birthMunicipalityCode ?? '')
    : nisCountry(country)
}

export function communeOf({ municipalityCode }: Address): NisCommune | undefined {
  return readNisCommune(municipalityCode ?? '')
}
