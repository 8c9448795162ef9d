import { birthDays } from '../base/incomplete-date.ts'
import { firstNameCodes, soughtCodes } from '../base/phonetic.ts'
import type { Path } from '../registers/catalogue.ts'
import { person } from '../registers/person.ts'
import type { NameSearch } from '../registers/register-reader.ts'
import type { Subject } from './operation.ts'
import { keysIn } from './own-consultation.ts'

/** Criteria of a search by name, as a published contract has them. */
export interface NameCriteria {
  readonly lastName: string
  /** all first names asked for */
  readonly firstNames: string
  /** `YYYY-MM-DD`, with 00 for what is not known */
  readonly birthDate: string
  /** days, months or years on both sides, by what is known of the birth date */
  readonly tolerance: number
  /** 1 man, 2 woman; undefined for both */
  readonly sex: '1' | '2' | undefined
}

/** The search that the criteria mean, or which of them is wrong: a name without letters, no date, an incomplete one without tolerance. */
export function readNameSearch(
  criteria: NameCriteria,
): NameSearch | 'lastName' | 'birthDate' | 'tolerance' {
  const lastName = soughtCodes(criteria.lastName)
  if (lastName.length === 0) return 'lastName'
  if (birthDays(criteria.birthDate, 1) === undefined) return 'birthDate'
  const born = birthDays(criteria.birthDate, criteria.tolerance)
  if (born === undefined) return 'tolerance'
  return { lastName, firstNames: firstNameCodes(criteria.firstNames), born, sex: criteria.sex }
}

const keys = keysIn(person.person, 'names', 'birth')
const keysWithSex = keysIn(person.person, 'names', 'birth', 'sex')

/** The paths that a search by name chooses persons by (`keys` of a consultation). */
export function nameSearchKeys({ sex }: NameSearch): readonly Path[] {
  return sex === undefined ? keys : keysWithSex
}

/** What a search by name is about: whoever is found by it. */
export function nameSearchSubject(search: NameSearch): Subject {
  return { kind: 'search', words: JSON.stringify(search) }
}
