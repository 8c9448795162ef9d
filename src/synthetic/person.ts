import type { PersonRecord } from '../registers/person.ts'
import { incompleteDate, type Identity } from './birth.ts'
import { dateOf, type Day } from './calendar.ts'
import type { Country } from './country.ts'
import { adultDays, civilStatus, familyOf } from './family.ts'
import { homeSince, knownOf, type Known } from './household.ts'
import { registerOf, ssinOf } from './identifiers.ts'
import type { Language } from './names.ts'
import { drawnEntry } from './person-entries.ts'
import { formerCivilStatusOf, historyOf, nationalities, updatedOn } from './person-history.ts'
import { registrationRegisterOf, struckOff, struckOffOn } from './registration.ts'
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

const professions = ['ouvrier', 'employé', 'technicienne', 'chauffeur', 'soignante'] as const

/** Person `index` (0 to `persons` − 1) of the country. */
export function personOf(country: Country, index: number): SyntheticPerson {
  const start = knownOf(country, index)
  const { identity, household, home, ageYears, dead, cancelled, names, birthPlace, random } = start
  const family = familyOf(country, start)
  const shared = {
    names,
    birth: {
      birthDate: incompleteDate(identity.birth),
      ...birthAt(birthPlace),
      birthCountryCode: '150',
    },
    sex: identity.sex,
  }
  const drawn: PersonRecord = {
    ...(identity.kind === 'nationalRegister'
      ? { nationalNumber: identity.ssin }
      : { bisNumber: identity.ssin }),
    ...shared,
    nationality: random.chance(880) ? '150' : random.pick(nationalities),
    mainResidence: home.address,
    ...residencesOf(country, household.head, identity.birthDay),
    language: home.language,
    ...(dead && { death: deathOf(country, random, identity.birthDay) }),
    ...(ageYears >= 18 && ageYears < 65 && { profession: random.pick(professions) }),
  }
  const single = ageYears >= 18 && civilStatusOf(country, random, index, identity.birthDay)
  const living: PersonRecord = {
    ...drawn,
    ...(family.civilStatus === undefined && single),
    ...family,
    ...historyOf(country, index, start, drawn),
    registrationRegister: registrationRegisterOf(registerOf(identity.kind), drawn.nationality),
  }
  const gone = struckOffOn(country, index, start)
  const record =
    gone === undefined
      ? { ...living, ...(!dead && !cancelled && entryOf(country, index, start, living)) }
      : struckOff(living, dateOf(gone))
  return {
    index,
    identity,
    language: home.language,
    ...names,
    place: home.place,
    canWork: !dead && !cancelled,
    rows: rowsOf(country, index, start, record, shared),
  }
}

/** An entry that few persons have: about six in a hundred hold one of the kinds. */
function entryOf(country: Country, index: number, own: Known, record: PersonRecord): PersonRecord {
  const random = randomOf(country.seed, streams.entries, index)
  if (!random.chance(60)) return {}
  const { household, identity, home } = own
  const partner = household.head + (household.rank === 0 ? 1 : 0)
  const owner = {
    record,
    language: home.language,
    birthDay: identity.birthDay,
    first: identity.birthDay,
    last: country.asOf,
    partnerBirthPlace: () => knownOf(country, partner).birthPlace,
  }
  return drawnEntry(owner, random)
}

/** Since when the household lives there, and up to two addresses before; nobody lives anywhere before birth. */
function residencesOf(country: Country, head: number, birthDay: Day) {
  const random = randomOf(country.seed, streams.household, head, 4)
  let since = homeSince(country, head)
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

/** Dead since at most 12 years, not before birth. */
function deathOf(country: Country, random: Random, birthDay: Day) {
  const day = Math.max(birthDay, country.asOf - random.between(30, 4_380))
  const { names, nis } = random.pick(places)
  return {
    deceaseDate: dateOf(day),
    deceasePlace: Object.values(names)[0] ?? '',
    deceaseMunicipalityCode: nis,
  }
}

function birthAt({ names, nis }: Place) {
  return { birthPlace: Object.values(names)[0] ?? '', birthMunicipalityCode: nis }
}

/** Of somebody who is not known to live with a spouse. */
function civilStatusOf(country: Country, random: Random, index: number, birthDay: Day) {
  const adult = birthDay + adultDays
  const code = random.pick(['10', '10', '20', '20', '20', '30', '40'])
  const drawn = code === '10' ? birthDay : random.between(adult, Math.max(adult, country.asOf))
  const since = Math.min(drawn, country.asOf)
  const ofHistory = randomOf(country.seed, streams.history, index, 1)
  const former = formerCivilStatusOf(ofHistory, code, birthDay, since)
  return {
    civilStatus: civilStatus(code, since),
    ...(former.length > 0 && { formerCivilStatus: former }),
  }
}

/** The row of the number, and that of a number that it replaced. */
function rowsOf(
  country: Country,
  index: number,
  own: Known,
  record: PersonRecord,
  known: PersonRecord,
): PersonRow[] {
  const { identity, cancelled } = own
  const { kind, ssin } = identity
  const former = formerOf(country, index, own)
  const whole = {
    ...record,
    ...(former && { formerNumber: [former.number], ...former.change }),
  }
  const row: PersonRow = {
    ssin,
    register: record.struckOffSince === undefined ? registerOf(kind) : 'struckOffRegister',
    status: cancelled ? { kind: 'cancelled' } : { kind: 'active' },
    record: { ...whole, updatedOn: updatedOn(country, whole) },
  }
  if (former === undefined) return [row]
  const { register, number } = former
  const numbered =
    register === 'bisRegister' ? { bisNumber: number.number } : { nationalNumber: number.number }
  return [
    row,
    {
      ssin: number.number,
      register,
      status: { kind: 'replaced', by: ssin },
      record: { ...numbered, ...known, sex: number.sex },
    },
  ]
}

/**
 * A number that was replaced: for one in fifty of the National Register a bis number, for few the number of the other sex, which is
 * nobody else's, since each person has two counters.
 */
function formerOf(
  country: Country,
  index: number,
  { identity, cancelled, ageYears, random }: Known,
) {
  const { kind, birth, birthDay, counter, sex } = identity
  if (cancelled || kind !== 'nationalRegister' || birth.day === 0) return undefined
  const ofHistory = randomOf(country.seed, streams.history, index, 2)
  const since = dateOf(ofHistory.between(birthDay, Math.max(birthDay, country.asOf)))
  if (random.chance(20)) {
    const number = ssinOf(birth, counter, random.chance(500) ? 'bis' : 'bisSexKnown')
    return { register: 'bisRegister', number: { number, sex, since }, change: {} } as const
  }
  if (ageYears < 18 || !ofHistory.chance(3)) return undefined
  const other = sex === '1' ? ('2' as const) : ('1' as const)
  const number = ssinOf(birth, sex === '1' ? counter + 1 : counter - 1, 'nationalRegister')
  return {
    register: 'nationalRegister',
    number: { number, sex: other, since },
    change: { sexSince: since },
  } as const
}
