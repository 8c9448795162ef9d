import { quarterDates, readCivilDate, type CivilDate, type Quarter } from '../base/civil-date.ts'

/** Days are counted from 1 January 1970, so that they can be added and compared. */
export type Day = number

const dayMs = 86_400_000
const dates = new Map<Day, CivilDate>()

/** The day of a date. */
export function dayOf(date: string): Day {
  return Date.parse(`${date}T00:00:00Z`) / dayMs
}

/** The day of year, month (1 to 12) and day of the month. */
export function dayOfParts(year: number, month: number, day: number): Day {
  return Date.UTC(year, month - 1, day) / dayMs
}

/** The date of a day between the years 1000 and 9999; kept, as a country has few different dates. */
export function dateOf(day: Day): CivilDate {
  const known = dates.get(day)
  if (known !== undefined) return known
  const date = readCivilDate(new Date(day * dayMs).toISOString().slice(0, 10))
  if (date === undefined) throw new RangeError(`day ${String(day)} has no date`)
  dates.set(day, date)
  return date
}

/** First and last day of a quarter. */
export function quarterDays(quarter: Quarter): { readonly first: Day; readonly last: Day } {
  const { first, last } = quarterDates(quarter)
  return { first: dayOf(first), last: dayOf(last) }
}

/** Mondays to Fridays from `first` to `last`, both included; 0 when `last` lies before. */
export function countWeekdays(first: Day, last: Day): number {
  let count = 0
  // day 0 was a Thursday: Monday is 0 here
  for (let day = first; day <= last; day++) if ((day + 3) % 7 < 5) count++
  return count
}
