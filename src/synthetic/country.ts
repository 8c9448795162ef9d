import { addQuarters, type Quarter } from '../base/civil-date.ts'
import { quarterDays, type Day } from './calendar.ts'

/** What decides a data set; equal countries give byte-equal streams. */
export interface Country {
  /** a safe integer ≥ 0 */
  readonly seed: number
  /** persons beside the personas, 0 to `personsMax` */
  readonly persons: number
  /** the quarters declared by every employer, ascending */
  readonly quarters: readonly Quarter[]
  /** the day as of which the registers speak: the last of the last quarter */
  readonly asOf: Day
}

/** More persons would need counters of social security numbers that are kept for the personas. */
export const personsMax = 1_500_000

/** The codes that the generator uses are valid from this quarter on. */
export const firstQuarter = '20221'

export interface CountryOptions {
  readonly seed: number
  readonly persons: number
  /** the last quarter declared */
  readonly until: Quarter
  /** how many quarters are declared, 1 to 40 */
  readonly quarterCount: number
}

/** Throws RangeError when an option lies outside what the generator can make; the message names the option. */
export function countryOf({ seed, persons, until, quarterCount }: CountryOptions): Country {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError('seed must be an integer from 0 to 2⁵³ − 1')
  }
  if (!Number.isInteger(persons) || persons < 0 || persons > personsMax) {
    throw new RangeError(`persons must be an integer from 0 to ${String(personsMax)}`)
  }
  if (!Number.isInteger(quarterCount) || quarterCount < 1 || quarterCount > 40) {
    throw new RangeError('quarters must be an integer from 1 to 40')
  }
  const quarters = Array.from({ length: quarterCount }, (_, i) =>
    addQuarters(until, i + 1 - quarterCount),
  )
  if ((quarters[0] ?? until) < firstQuarter || until > '20784') {
    throw new RangeError(`quarters must lie between ${firstQuarter} and 20784`)
  }
  return { seed, persons, quarters, asOf: quarterDays(until).last }
}
