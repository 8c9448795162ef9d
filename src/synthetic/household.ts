import type { PersonRecord } from '../registers/person.ts'
import { householdOf, identityOf, type Household, type Identity } from './birth.ts'
import type { Day } from './calendar.ts'
import type { Country } from './country.ts'
import { familyName, firstNamesOf, type Language } from './names.ts'
import { addressAt, languageAt, places, type Place } from './places.ts'
import { randomOf, streams, type Random } from './random.ts'

/** What all members of a household share. */
interface Home {
  readonly place: Place
  readonly language: Language
  readonly lastName: string
  readonly address: NonNullable<PersonRecord['mainResidence']>
}

/** What is drawn of a person first: enough for those who live in the same household. */
export interface Known {
  readonly identity: Identity
  readonly household: Household
  readonly home: Home
  readonly ageYears: number
  readonly dead: boolean
  readonly cancelled: boolean
  readonly names: { readonly lastName: string; readonly firstNames: string }
  readonly birthPlace: Place
  /** the person's generator, where the first draws left it */
  readonly random: Random
}

export function knownOf(country: Country, index: number): Known {
  const identity = identityOf(country, index)
  const household = householdOf(country, index)
  const home = homeOf(country, household.head)
  const random = randomOf(country.seed, streams.person, index)
  const ageYears = Math.floor((country.asOf - identity.birthDay) / 365.25)
  const dead = household.size === 1 && random.chance(ageYears > 65 ? 200 : 12)
  const cancelled = !dead && household.rank > 0 && random.chance(4)
  const names = {
    lastName: household.rank === 1 ? familyName(random, home.language) : home.lastName,
    firstNames: firstNamesOf(random, home.language, identity.sex),
  }
  const birthPlace = random.pick(places)
  return { identity, household, home, ageYears, dead, cancelled, names, birthPlace, random }
}

/** Since when the household lives where it lives. */
export function homeSince(country: Country, head: number): Day {
  return country.asOf - randomOf(country.seed, streams.household, head, 2).between(40, 7_000)
}

function homeOf(country: Country, head: number): Home {
  const random = randomOf(country.seed, streams.household, head, 1)
  const place = random.pick(places)
  const language = languageAt(random, place)
  return {
    place,
    language,
    lastName: familyName(random, language),
    address: addressAt(random, place, language),
  }
}
