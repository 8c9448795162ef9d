import type { PersonRegister } from '../registers/field.ts'
import type { PersonRecord } from '../registers/person.ts'
import type { Day } from './calendar.ts'
import type { Country } from './country.ts'
import { adultDays } from './family.ts'
import { homeSince, type Known } from './household.ts'
import { randomOf, streams } from './random.ts'

/** Where a person is registered, and who was struck off the National Register: the Crossroads Bank keeps on what it knew of them. */

/** Codes of `codelists/registration-registers.tsv`. */
const registrationRegisters = {
  population: '1',
  foreigners: '2',
  bis: '4',
  struckOff: '5',
} as const

/** Where somebody of this register of origin is registered: Belgians (150) in the population register. */
export function registrationRegisterOf(
  register: PersonRegister,
  nationality: string | undefined,
): string {
  if (register === 'bisRegister') return registrationRegisters.bis
  if (register === 'struckOffRegister') return registrationRegisters.struckOff
  return nationality === '150' ? registrationRegisters.population : registrationRegisters.foreigners
}

/** Of a thousand who live alone so many are struck off, if they can be. */
const struckOffPerMille = 40
/** Least days that somebody lived where nobody finds him any more. */
const residenceDaysMin = 30

/** The day on which a person was struck off: an adult who lives alone, so that no household loses anybody. */
export function struckOffOn(
  country: Country,
  index: number,
  { identity, household, dead, cancelled }: Known,
): Day | undefined {
  const random = randomOf(country.seed, streams.history, index, 3)
  const canBe = identity.kind === 'nationalRegister' && household.size === 1 && !dead && !cancelled
  if (!canBe || !random.chance(struckOffPerMille)) return undefined
  const settled = Math.max(homeSince(country, household.head), identity.birthDay + adultDays)
  const first = settled + residenceDaysMin
  return first > country.asOf ? undefined : random.between(first, country.asOf)
}

/** What holds of somebody only as long as he is in the National Register; the number goes to the register of struck-off persons. */
const lapsed: ReadonlySet<string> = new Set<keyof PersonRecord>([
  'nationalNumber',
  'mainResidence',
  'mainResidenceSince',
  'mainResidenceUpdated',
  'referenceAddressSince',
  'temporaryAbsenceSince',
  'announcedAddress',
  'temporaryAddress',
  'confidentialAddress',
  'household',
  'familyMember',
  'identityCard',
])

/** What the register of struck-off persons keeps of a file: the last address is a former one now. */
export function struckOff(record: PersonRecord, since: string): PersonRecord {
  const { nationalNumber, mainResidence, mainResidenceSince, formerResidence = [] } = record
  const last = {
    ...(mainResidence && { address: mainResidence }),
    ...(mainResidenceSince !== undefined && { since: mainResidenceSince }),
  }
  const kept: PersonRecord = Object.fromEntries(
    Object.entries(record).filter(([name]) => !lapsed.has(name)),
  )
  return {
    ...(nationalNumber !== undefined && { struckOffNumber: nationalNumber }),
    ...kept,
    formerResidence: [last, ...formerResidence],
    registrationRegister: registrationRegisterOf('struckOffRegister', record.nationality),
    struckOffSince: since,
  }
}
