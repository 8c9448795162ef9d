import { belgium } from '../base/codes.ts'
import type { Path } from '../registers/catalogue.ts'
import { at } from './element-rows.ts'

/** Paths of persons, as the element tables of several published contracts name them. */
export const personPaths = {
  number: [at('person.nationalNumber'), at('person.bisNumber'), at('person.struckOffNumber')],
  names: [at('person.nr.names')],
  namesSince: [at('person.nr.namesSince')],
  birth: [at('person.nr.birth')],
  sex: [at('person.nr.sex')],
  sexSince: [at('person.nr.sexSince')],
  nationality: [at('person.nr.nationality')],
  nationalitySince: [at('person.nr.nationalitySince')],
  residence: [at('person.nr.mainResidence')],
  since: [at('person.nr.mainResidenceSince')],
  former: [at('person.formerResidence.address')],
  formerSince: [at('person.formerResidence.since')],
  language: [at('person.nr.language')],
  death: [at('person.nr.death')],
  profession: [at('person.nr.profession')],
  registration: [at('person.nr.registrationRegister')],
  struckOffSince: [at('person.struckOffSince')],
  civilStatus: [at('person.nr.civilStatus')],
  position: [at('person.familyMember.position')],
  memberNames: [at('person.familyMember.names')],
  memberNumber: [at('person.familyMember.ssin')],
  memberSex: [at('person.familyMember.sex')],
  memberSince: [at('person.familyMember.since')],
  identityCard: [at('person.identityCard.number')],
  socialSecurityCard: [at('person.socialSecurityCard.number')],
}

/** Where the file of a person names another one. */
export interface RelativePaths {
  readonly number: readonly Path[]
  readonly names: readonly Path[]
  readonly sex: readonly Path[]
  readonly birth: readonly Path[]
}

/** The paths of another person in these blocks, of which any can stand. */
export function relativePaths(...blocks: readonly string[]): RelativePaths {
  const paths = (name: string) => blocks.map((block) => at(`${block}.${name}`))
  return {
    number: paths('ssin'),
    names: paths('names'),
    sex: paths('sex'),
    birth: paths('birthDate'),
  }
}

/** The first of the given names, and the others: the registers hold them as one text, with white space of any kind between. */
export function givenNames(firstNames = ''): {
  readonly first?: string
  readonly others?: string
} {
  const [first, ...others] = firstNames.split(/\s+/).filter((name) => name !== '')
  return {
    ...(first !== undefined && { first }),
    ...(others.length > 0 && { others: others.join(' ') }),
  }
}

/** Whether an address or a place is outside Belgium; one without a country is not. */
export function isAbroad(countryCode: string = belgium): boolean {
  return countryCode !== belgium
}

/** The language of a file: 1 French, 2 Dutch or German; a file in another language cannot be told. */
export function fileLanguage(language: string | undefined): '1' | '2' | undefined {
  if (language === 'fr') return '1'
  return language === 'nl' || language === 'de' ? '2' : undefined
}

/** A sex as the registers code it. */
export function isSex(sex: string | undefined): sex is '1' | '2' {
  return sex === '1' || sex === '2'
}

/** Parts of a line that are there; undefined when none is. */
export function joined(parts: readonly (string | undefined)[]): string | undefined {
  const all = parts.filter((part) => part !== undefined)
  return all.length === 0 ? undefined : all.join(' ')
}
