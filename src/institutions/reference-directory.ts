import type { CivilDate } from '../base/civil-date.ts'
import type { EnterpriseNumber, NssoNumber } from '../base/enterprise.ts'
import type { Ssin } from '../base/ssin.ts'

/**
 * The reference directory as the exchange needs it: which institution knows which person. `store/` implements it.
 */
export interface ReferenceDirectory {
  /** those of the numbers that are integrated for the institution on the day */
  integrated(institution: string, ssins: readonly Ssin[], on: CivilDate): Promise<Set<Ssin>>
  /** whether the person has or had an employment with one of the employers */
  worksFor(ssin: Ssin, employers: readonly NssoNumber[]): Promise<boolean>
  /** whether the person is or was posted to one of the employers, as the user of services (Limosa) */
  postedTo(ssin: Ssin, employers: readonly NssoNumber[]): Promise<boolean>
  /** the employers that are registered under an enterprise number */
  registrationsOf(enterprise: EnterpriseNumber): Promise<readonly NssoNumber[]>
  /** the employers who are this natural person */
  registrationsOfPerson(ssin: Ssin): Promise<readonly NssoNumber[]>
}
