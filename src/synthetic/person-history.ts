import type { PersonRecord } from '../registers/person.ts'
import { dateOf, dayOf, type Day } from './calendar.ts'
import type { Country } from './country.ts'
import { adultDays, civilStatus } from './family.ts'
import { homeSince, type Known } from './household.ts'
import { familyName } from './names.ts'
import { addressAbroad } from './person-entries.ts'
import { addressAt, places } from './places.ts'
import { randomOf, streams, type Random } from './random.ts'

/** What the file of a person holds beside what stands today: what stood before, cards, and dates of the file itself. */

/** Nationalities other than Belgian (150), codes of the NIS (annex 5). */
export const nationalities = [
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

/** Kinds of changes of names (information type 013). */
const nameChanges = ['01301', '01302', '01303'] as const

/** Drawn from a generator of its own, so that it moves nothing else. */
export function historyOf(
  country: Country,
  index: number,
  own: Known,
  { nationality }: PersonRecord,
): PersonRecord {
  const random = randomOf(country.seed, streams.history, index)
  const { identity, dead, cancelled } = own
  const lived = !dead && !cancelled
  return {
    ...namesOf(country, random, own),
    ...nationalityOf(country, random, own, nationality),
    ...(identity.birth.day === 0 && random.chance(500) && { declaredBirthDate: dateOf(identity.birthDay) }), // prettier-ignore
    ...addressesOf(country, random, own),
    ...(lived && temporaryAddressOf(country, index, own)),
    ...(lived && cardsOf(country, random, own, index)),
    createdOn: dateOf(createdOn(country, random, own)),
  }
}

/** A day after the first, up to the end of the data set; the first itself when nothing lies between. */
function dayAfter(country: Country, random: Random, first: Day): Day {
  return random.between(first, Math.max(first, country.asOf))
}

function namesOf(country: Country, random: Random, { identity, home, names }: Known) {
  const { birthDay } = identity
  const born = dateOf(birthDay)
  const pseudonym = random.chance(2) && [
    { names: { lastName: familyName(random, home.language) }, since: born },
  ]
  const former = random.chance(25) && { ...names, lastName: familyName(random, home.language) }
  return {
    namesSince: former ? dateOf(dayAfter(country, random, birthDay)) : born,
    ...(former && {
      formerName: [{ names: former, since: born, changeKind: random.pick(nameChanges) }],
    }),
    ...(pseudonym && { pseudonym }),
  }
}

function nationalityOf(
  country: Country,
  random: Random,
  { identity: { birthDay } }: Known,
  nationality: string | undefined,
) {
  const born = dateOf(birthDay)
  const former = nationality === '150' && random.chance(70) && random.pick(nationalities)
  const other = random.chance(40) && random.pick(nationalities)
  return {
    nationalitySince: former ? dateOf(dayAfter(country, random, birthDay)) : born,
    ...(former && { formerNationality: [{ code: former, since: born }] }),
    ...(other && other !== nationality && { otherNationality: [{ code: other, since: born }] }),
  }
}

/** Addresses beside the residences, and what is said of them. */
function addressesOf(country: Country, random: Random, { identity, household, home }: Known) {
  const { birthDay, kind } = identity
  const since = Math.max(homeSince(country, household.head), birthDay)
  const recent = () => dateOf(dayAfter(country, random, since))
  const elsewhere = () => addressAt(random, random.pick(places), home.language)
  return {
    mainResidenceUpdated: dateOf(Math.min(since + random.between(0, 20), country.asOf)),
    ...(random.chance(5) && { referenceAddressSince: dateOf(since) }),
    ...(random.chance(4) && { temporaryAbsenceSince: recent() }),
    ...(random.chance(1) && { absentSince: recent() }),
    ...(random.chance(5) && { announcedAddress: { address: elsewhere(), since: recent() } }),
    ...(kind !== 'nationalRegister' &&
      random.chance(300) && {
        postalAddressAbroad: { address: addressAbroad(random), since: recent() },
      }),
    ...(random.chance(3) && {
      confidentialAddress: {
        from: dateOf(country.asOf - 60),
        until: dateOf(country.asOf + 122),
      },
    }),
  }
}

/** Few have told where else they can be found for a time. */
function temporaryAddressOf(country: Country, index: number, { identity, home }: Known) {
  const random = randomOf(country.seed, streams.history, index, 11)
  if (!random.chance(6)) return {}
  const first = Math.max(identity.birthDay, country.asOf - 700)
  const address = addressAt(random, random.pick(places), home.language)
  return { temporaryAddress: { address, since: dateOf(dayAfter(country, random, first)) } }
}

/** Identity cards are given from the age of twelve; cards of the SIS until 2013. */
function cardsOf(country: Country, random: Random, { identity, home }: Known, serial: number) {
  const { birthDay, kind } = identity
  const twelve = birthDay + 4_383
  const issuedOn = Math.max(twelve, country.asOf - random.between(0, 3_600))
  const hasCard = kind === 'nationalRegister' && twelve <= country.asOf
  const first = dayOf('1998-01-01')
  const { municipalityCode = '' } = home.address
  return {
    ...(hasCard && { identityCard: [identityCard(serial, issuedOn, municipalityCode)] }),
    ...(birthDay < dayOf('2013-01-01') && {
      socialSecurityCard: [
        socialSecurityCard(serial, Math.max(first, birthDay) + random.between(0, 300)),
      ],
    }),
  }
}

/** A card for ten years; `serial` is below 100,000,000. */
export function identityCard(serial: number, issuedOn: Day, municipalityCode: string) {
  const firstTen = `59${String(serial).padStart(8, '0')}`
  const check = String(Number(firstTen) % 97 || 97).padStart(2, '0')
  return {
    number: firstTen + check,
    issuedOn: dateOf(issuedOn),
    expiresOn: dateOf(issuedOn + 3_652),
    municipalityCode,
  }
}

/** `serial` is below 1,000,000,000. */
export function socialSecurityCard(serial: number, issuedOn: Day) {
  return { number: `9${String(serial).padStart(9, '0')}`, issuedOn: dateOf(issuedOn) }
}

/** The National Register began in 1968; a bis number is given when it is first needed. */
function createdOn(country: Country, random: Random, { identity }: Known): Day {
  const { birthDay, kind } = identity
  const first =
    kind === 'nationalRegister'
      ? dayOf('1968-01-01') + random.between(0, 4_700)
      : country.asOf - random.between(100, 9_000)
  return Math.max(birthDay, first)
}

/** What a civil status of somebody who lives alone was before: who is widowed or divorced was married. */
export function formerCivilStatusOf(
  random: Random,
  code: string,
  birthDay: Day,
  since: Day,
): NonNullable<PersonRecord['formerCivilStatus']> {
  const adult = birthDay + adultDays
  const married = civilStatus('20', random.between(adult, Math.max(adult, since)))
  return [
    ...(code === '30' || code === '40' ? [{ status: married }] : []),
    ...(code === '10' ? [] : [{ status: civilStatus('10', birthDay) }]),
  ]
}

/** The newest date in a file that is not yet to come. */
export function updatedOn(country: Country, record: PersonRecord): string {
  const today = dateOf(country.asOf)
  const dates = [...datesIn(record)].filter((date) => date <= today)
  return dates.reduce((newest, date) => (date > newest ? date : newest), '')
}

function* datesIn(value: unknown): Generator<string> {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) yield value
  if (typeof value !== 'object' || value === null) return
  for (const inner of Object.values(value)) yield* datesIn(inner)
}
