import type { EstablishmentUnitNumber } from '../base/enterprise.ts'
import type { Ssin } from '../base/ssin.ts'
import type { Day } from './calendar.ts'
import type { Country } from './country.ts'
import type { SyntheticEmployer } from './employer.ts'
import type { SyntheticPerson } from './person.ts'
import { randomOf, streams, type Random } from './random.ts'
import type { Sector } from './sectors.ts'

/** One person's work for one employer, from which the declarations of all quarters and the Dimona period follow. */
export interface Employment {
  readonly ssin: Ssin
  /** key of what is drawn for the employment: unique in the country */
  readonly serial: number
  readonly kind: 'ordinary' | 'student' | 'apprentice'
  readonly from: Day
  /** last day, included */
  readonly until?: Day
  readonly sector: Sector
  readonly manual: boolean
  /** the employer has 20 workers or more */
  readonly largeEmployer: boolean
  readonly establishment: EstablishmentUnitNumber
  /** weekly days and hours, hundredths; `refHours` those of a full-time worker */
  readonly workingDays: number
  readonly hours: number
  readonly refHours: number
  /** eurocents for a full day */
  readonly dayRate: number
  readonly retired: boolean
  readonly frontier: boolean
  readonly measure?: {
    readonly reorganisation?: string
    readonly promotion?: string
    readonly status?: string
  }
}

const fullTimeDays = 500
/** Weekly hours of a full-time worker, hundredths. */
const weeklyHours = 3_800

/** Working times of part-time workers: days and hours a week, hundredths. */
const partTimes = [
  { workingDays: 250, hours: 1_900 },
  { workingDays: 300, hours: 2_280 },
  { workingDays: 400, hours: 3_040 },
  { workingDays: 500, hours: 2_850 },
] as const

/**
 * The employment of a person with the employer of the part of the country where the person lives; undefined for those who do
 * not work. About 45 persons in a hundred do.
 */
export function employmentOf(
  country: Country,
  employer: SyntheticEmployer,
  person: SyntheticPerson,
): Employment | undefined {
  const random = randomOf(country.seed, streams.work, person.index)
  const ageDays = country.asOf - person.identity.birthDay
  const ageYears = Math.floor(ageDays / 365.25)
  if (!person.canWork || ageYears < 17 || ageYears > 72) return undefined
  if (employer.person?.ssin === person.identity.ssin) return undefined
  if (!random.chance(ageYears < 25 ? 560 : ageYears < 65 ? 660 : 70)) return undefined
  const kind = ageYears < 19 ? 'apprentice' : ageYears < 24 && random.chance(500) ? 'student' : 'ordinary' // prettier-ignore
  // the first category has the workers: in the second one stand indemnities only
  const sector = employer.sectors[0]
  const manual = random.below(1000) < sector.manualPerMille
  const [from, until] =
    kind === 'student'
      ? studentDays(country, random)
      : workDays(country, random, ageDays, employer.registered)
  const partTime = random.chance(270) ? random.pick(partTimes) : undefined
  return {
    ssin: person.identity.ssin,
    serial: person.index,
    kind,
    from,
    ...(until !== undefined && { until }),
    sector,
    manual,
    largeEmployer: employer.size >= 20,
    establishment: random.pick(employer.establishments),
    workingDays: partTime?.workingDays ?? fullTimeDays,
    hours: partTime?.hours ?? weeklyHours,
    refHours: weeklyHours,
    dayRate: random.between(9_800, manual ? 15_500 : 24_000),
    retired: ageYears >= 65,
    frontier: random.chance(12),
    ...(random.chance(60) && {
      measure: random.pick<NonNullable<Employment['measure']>>([
        { promotion: '10' },
        { status: 'T' },
        { status: 'S' },
        ...(partTime ? [{ reorganisation: '4' }] : []),
      ]),
    }),
  }
}

/** At most 14 years, since 16 years and a half at the earliest; one in eight has ended. */
function workDays(country: Country, random: Random, ageDays: number, registered: Day): [Day, Day?] {
  const longest = Math.floor(ageDays - 16.5 * 365.25)
  const from = Math.max(country.asOf - Math.min(random.between(40, 5_000), longest), registered)
  return random.chance(120) ? [from, random.between(from, country.asOf)] : [from]
}

/** A student job of some weeks in the last year. */
function studentDays(country: Country, random: Random): [Day, Day] {
  const from = country.asOf - random.between(60, 340)
  return [from, from + random.between(9, 45)]
}

/** A half-time employment beside another, with the employer of the next part of the country. */
export function secondEmploymentOf(
  country: Country,
  employer: SyntheticEmployer,
  first: Employment,
): Employment {
  const random = randomOf(country.seed, streams.work, first.serial, 2)
  return {
    ...first,
    from: Math.max(first.from, employer.registered),
    serial: first.serial + secondSerial,
    sector: employer.sectors[0],
    manual: random.below(1000) < employer.sectors[0].manualPerMille,
    largeEmployer: employer.size >= 20,
    establishment: employer.establishments[0],
    workingDays: partTimes[0].workingDays,
    hours: partTimes[0].hours,
  }
}

/** Serials of second employments: those of the first and this. */
export const secondSerial = 10_000_000
