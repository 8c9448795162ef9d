import type { PersonRecord } from '../registers/person.ts'
import type { Ssin } from '../base/ssin.ts'
import { householdOf, identityOf, incompleteDate, type Household, type Identity } from './birth.ts'
import { dateOf, type Day } from './calendar.ts'
import type { Country } from './country.ts'
import { ssinOf } from './identifiers.ts'
import { familyName, firstNamesOf, type Language } from './names.ts'
import { addressAt, languageAt, places, type Place } from './places.ts'
import { randomOf, streams, type Random } from './random.ts'
import type { PersonRow } from './sink.ts'

/** A person of the country. */
export interface SyntheticPerson {
  readonly index: number
  readonly identity: Identity
  readonly language: Language
  readonly lastName: string
  readonly firstNames: string
  readonly place: Place
  /** may have an employment: alive, number not cancelled */
  readonly canWork: boolean
  /** rows of the registers: the person's number, and a former one */
  readonly rows: readonly PersonRow[]
}

/** Nationalities other than Belgian (150), codes of the NIS (annex 5). */
const nationalities = [
  '111',
  '129',
  '128',
  '109',
  '354',
  '262',
  '124',
  '122',
  '123',
  '306',
] as const
const professions = ['ouvrier', 'employé', 'technicienne', 'chauffeur', 'soignante'] as const

/** What all members of a household share. */
interface Home {
  readonly place: Place
  readonly language: Language
  readonly lastName: string
  readonly address: NonNullable<PersonRecord['mainResidence']>
}

/** What is drawn of a person first: enough for those who live in the same household. */
interface Known {
  readonly identity: Identity
  readonly household: Household
  readonly home: Home
  readonly ageYears: number
  readonly dead: boolean
  readonly cancelled: boolean
  readonly names: { readonly lastName: string; readonly firstNames: string }
  /** the person's generator, where the first draws left it */
  readonly random: Random
}

function knownOf(country: Country, index: number): Known {
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
  return { identity, household, home, ageYears, dead, cancelled, names, random }
}

/** Person `index` (0 to `persons` − 1) of the country. */
export function personOf(country: Country, index: number): SyntheticPerson {
  const start = knownOf(country, index)
  const { identity, household, home, ageYears, dead, cancelled, names, random } = start
  const known = {
    names,
    birth: {
      birthDate: incompleteDate(identity.birth),
      birthPlace: Object.values(random.pick(places).names)[0] ?? '',
      birthCountryCode: '150',
    },
    sex: identity.sex,
  }
  const record: PersonRecord = {
    ...(identity.kind === 'nationalRegister'
      ? { nationalNumber: identity.ssin }
      : { bisNumber: identity.ssin }),
    ...known,
    nationality: random.chance(880) ? '150' : random.pick(nationalities),
    mainResidence: home.address,
    ...residencesOf(country, household.head, identity.birthDay),
    language: home.language,
    ...(dead && { death: deathOf(country, random, identity.birthDay) }),
    ...(ageYears >= 18 && ageYears < 65 && { profession: random.pick(professions) }),
    ...(ageYears >= 18 && { civilStatus: civilStatusOf(random, identity.birthDay, country.asOf) }),
    ...(!dead && !cancelled && { household: householdRecord(country, household, identity.ssin) }),
    ...(!dead && !cancelled && household.size > 1 && { familyMember: familyOf(country, start) }),
  }
  return {
    index,
    identity,
    language: home.language,
    ...names,
    place: home.place,
    canWork: !dead && !cancelled,
    rows: rowsOf(identity, record, known, cancelled, random),
  }
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

function householdRecord(
  country: Country,
  { head, size, rank }: { readonly head: number; readonly size: number; readonly rank: number },
  own: Ssin,
) {
  return {
    referencePersonSsin: rank === 0 ? own : identityOf(country, head).ssin,
    memberCount: size,
  }
}

/** Since when the household lives there, and up to two addresses before; nobody lives anywhere before birth. */
function residencesOf(country: Country, head: number, birthDay: Day) {
  const random = randomOf(country.seed, streams.household, head, 2)
  let since = country.asOf - random.between(40, 7_000)
  const mainResidenceSince = dateOf(Math.max(since, birthDay))
  const formerResidence = []
  for (let more = random.below(3); more > 0 && since > birthDay; more -= 1) {
    const place = random.pick(places)
    const address = addressAt(random, place, languageAt(random, place))
    since -= random.between(200, 6_000)
    formerResidence.push({ address, since: dateOf(Math.max(since, birthDay)) })
  }
  return { mainResidenceSince, ...(formerResidence.length > 0 && { formerResidence }) }
}

/** The whole household for its reference person; for the others that person, the spouse and themselves. */
function familyOf(country: Country, { household, identity }: Known) {
  const { head, size, rank } = household
  const ranks = rank === 0 ? [...Array(size).keys()] : [...new Set([0, 1, rank])]
  return ranks.flatMap((one) => {
    const member = knownOf(country, head + one)
    if (member.cancelled) return []
    const older = member.identity.birthDay < identityOf(country, head).birthDay
    const position = one === 0 ? '1' : one === 1 ? '2' : older ? '6' : '3'
    const { ssin } = one === rank ? identity : member.identity
    return [{ ssin, names: member.names, sex: member.identity.sex, position }]
  })
}

/** Dead since at most 12 years, not before birth. */
function deathOf(country: Country, random: Random, birthDay: Day) {
  const day = Math.max(birthDay, country.asOf - random.between(30, 4_380))
  return {
    deceaseDate: dateOf(day),
    deceasePlace: Object.values(random.pick(places).names)[0] ?? '',
  }
}

/** Codes of information type 120: 10 single, 20 married, 30 widowed, 40 divorced. */
function civilStatusOf(random: Random, birthDay: Day, asOf: Day) {
  const adult = birthDay + 6_575
  const code = random.pick(['10', '10', '20', '20', '20', '30', '40'])
  const since = code === '10' ? birthDay : random.between(adult, Math.max(adult, asOf))
  return { civilStatusCode: code, sinceDate: dateOf(Math.min(since, asOf)) }
}

/** The row of the number, and for one in fifty of the National Register the bis number that it replaced. */
function rowsOf(
  identity: Identity,
  record: PersonRecord,
  known: PersonRecord,
  cancelled: boolean,
  random: Random,
): PersonRow[] {
  const { kind, ssin, birth, counter } = identity
  const row: PersonRow = {
    ssin,
    register: kind === 'nationalRegister' ? 'nationalRegister' : 'bisRegister',
    status: cancelled ? { kind: 'cancelled' } : { kind: 'active' },
    record,
  }
  if (cancelled || kind !== 'nationalRegister' || birth.day === 0 || !random.chance(20))
    return [row]
  const former = ssinOf(birth, counter, random.chance(500) ? 'bis' : 'bisSexKnown')
  return [
    row,
    {
      ssin: former,
      register: 'bisRegister',
      status: { kind: 'replaced', by: ssin },
      record: { bisNumber: former, ...known },
    },
  ]
}
