import type { Ssin } from '../base/ssin.ts'
import { incompleteDate } from './birth.ts'
import { dateOf, dayOf, type Day } from './calendar.ts'
import type { Country } from './country.ts'
import type { SyntheticEmployer } from './employer.ts'
import { enterpriseNumberOf } from './identifiers.ts'
import type { SyntheticPerson } from './person.ts'
import { personas } from './personas.ts'
import { randomOf, streams } from './random.ts'
import type { PostingRow } from './sink.ts'
import { specialEmployers, type SpecialEmployer } from './special-employers.ts'

/** Who is posted (§ 47): three in four are employees. */
const categories = [
  'worker',
  'worker',
  'worker',
  'worker',
  'worker',
  'worker',
  'self_employed',
  'trainee',
] as const

/** One in two of those with a bis number who work for nobody here. */
const postedPerMille = 500

/** Weekly working time and what it looks like in a week; hundredths of hours. */
const schedules = [
  { workingTime: 3_800, workSchedule: '1-5 08:00-12:00 12:30-16:06' },
  { workingTime: 1_900, workSchedule: '1-5 08:00-11:48' },
  { workingTime: 3_800, workSchedule: '1-4 07:00-12:00 12:30-17:00' },
] as const

interface Posting {
  readonly serial: number
  /** which of `homes` the person comes from */
  readonly home: number
  readonly ssin: Ssin
  readonly names: { readonly lastName: string; readonly firstNames: string }
  /** `YYYY-MM-DD`, with 00 for what is not known */
  readonly birthDate: string
  readonly category: string
  readonly from: Day
  readonly until: Day
  readonly schedule: (typeof schedules)[number]
}

/** The posting of a person to the employer of the part of the country; undefined for those who are not posted. */
export function postingOf(
  country: Country,
  user: SyntheticEmployer,
  person: SyntheticPerson,
): PostingRow | undefined {
  const random = randomOf(country.seed, streams.posting, person.index)
  const { identity, canWork, lastName, firstNames } = person
  const isAdult = country.asOf - identity.birthDay > 18 * 366 + 700
  const isForeigner = identity.kind !== 'nationalRegister'
  if (!isForeigner || !canWork || !isAdult || !random.chance(postedPerMille)) return undefined
  const from = country.asOf - random.between(10, 600)
  return postingRow(user, {
    serial: person.index,
    home: person.index % homes.length,
    ssin: identity.ssin,
    names: { lastName, firstNames },
    birthDate: incompleteDate(identity.birth),
    category: random.pick(categories),
    from,
    until: from + random.between(20, 720),
    schedule: random.pick(schedules),
  })
}

/** Serials of the postings of personas: above those of generated ones. */
const personaSerial = 90_000_000

/** The postings of a persona to a special employer. */
export function personaPostings(special: SpecialEmployer): readonly PostingRow[] {
  const { ssin, lastName, firstNames, birthDate } = personas.posted
  const list: readonly [SpecialEmployer, string, string][] = [
    ['nursingHome', '2022-03-07', '2022-06-24'],
    ['shelteredWorkshop', '2024-02-05', '2026-12-18'],
    ['naturalPerson', '2021-09-06', '2021-10-29'],
  ]
  return list.flatMap(([user, from, until], i) =>
    user === special
      ? postingRow(specialEmployers[user], {
          serial: personaSerial + i,
          home: 0,
          ssin,
          names: { lastName, firstNames },
          birthDate,
          category: 'worker',
          from: dayOf(from),
          until: dayOf(until),
          schedule: schedules[0],
        })
      : [],
  )
}

/** Numbers of declarations have twelve digits; the first is no zero, since Dolsis has them as integers too. */
const firstDocument = 100_000_000_000
/** Numbers of places, one for each user, and of foreign employers: of twelve digits too, and none is that of a declaration. */
const firstPlace = 300_000_000_000
const firstForeignEmployer = 500_000_000_000

/** Where foreign employers and those whom they post are at home; countries by codes of the NIS (annex 5). */
const homes = [
  { city: 'Lille', zipCode: '59000', countryCode: '111' },
  { city: 'Breda', zipCode: '4811', countryCode: '129' },
  { city: 'Poznań', zipCode: '60-001', countryCode: '122' },
  { city: 'Braga', zipCode: '4700', countryCode: '123' },
] as const

/** Foreign employers: some post many persons. */
const foreignEmployers = [
  'Ateliers du Carrefour Nord',
  'Kompas Montage',
  'Wiatr i Droga',
  'Quatro Caminhos',
] as const

/** The employer of a posted person: one of the country of origin, or a self-employed person himself. */
function foreignEmployerOf({ serial, home, ssin, names, category }: Posting) {
  const address = { street: 'Grand-Place', houseNumber: '1', ...(homes[home] ?? homes[0]) }
  if (category === 'self_employed') {
    return {
      number: String(firstForeignEmployer + 1_000 + serial),
      denomination: `${names.lastName} ${names.firstNames}`,
      ssin,
      enterpriseNumber: enterpriseNumberOf(200_000 + (serial % 800_000)),
      address,
    }
  }
  return {
    number: String(firstForeignEmployer + home),
    denomination: foreignEmployers[home] ?? foreignEmployers[0],
    address,
  }
}

function postingRow(user: SyntheticEmployer, posting: Posting): PostingRow {
  const { serial, ssin, names, category, schedule, birthDate } = posting
  const [from, until] = [dateOf(posting.from), dateOf(posting.until)]
  const { nssoNumber, enterpriseNumber, denomination, address, body } = user
  const documentNumber = String(firstDocument + serial)
  const foreignEmployer = foreignEmployerOf(posting)
  return {
    postingId: documentNumber,
    ssin,
    user: nssoNumber,
    from,
    until,
    record: {
      startDate: from,
      endDate: until,
      activityType: user.sectors[0].nace,
      placeOfWork: address,
      ...schedule,
      documentNumber,
      placeOfWorkNumber: String(firstPlace + body),
      postedPerson: {
        category,
        ssin,
        names,
        birth: { birthDate, birthPlace: foreignEmployer.address.city },
        nationality: foreignEmployer.address.countryCode,
        address: { ...foreignEmployer.address, houseNumber: String(1 + (serial % 240)) },
      },
      user: {
        registrationNumber: nssoNumber,
        enterpriseNumber,
        denomination,
        ...(user.person && { ssin: user.person.ssin }),
        address,
      },
      foreignEmployer,
    },
  }
}
