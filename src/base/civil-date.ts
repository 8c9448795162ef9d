import type { Branded } from './brand.ts'

/** A Belgian civil date `YYYY-MM-DD` that exists. */
export type CivilDate = Branded<'CivilDate'>

/** A period of days, both included. */
export interface Days {
  readonly from: CivilDate
  readonly to: CivilDate
}

/** A period of days; the last one is included, and open when absent. */
export interface OpenDays {
  readonly from: CivilDate
  readonly until?: CivilDate
}

/** A quarter `YYYYQ` with Q 1 to 4, e.g. `20261` (design.md §8). */
export type Quarter = Branded<'Quarter'>

/** Undefined when the text is no existing date. */
export function readCivilDate(text: string): CivilDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
    ? (text as CivilDate)
    : undefined
}

const brussels = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Brussels',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})

const hourMs = 3_600_000
let lastHour = NaN
let lastDate = '' as CivilDate

/**
 * The civil date in Brussels at an instant (ms since 1970, UTC). Belgian time differs from UTC by whole hours (since 1946), so
 * the date is the same all through an hour: the last answer is kept, since each exchange asks and formatting is slow.
 */
export function civilDateAt(instantMs: number): CivilDate {
  const hour = Math.floor(instantMs / hourMs)
  if (hour !== lastHour) {
    lastDate = brussels.format(instantMs) as CivilDate
    lastHour = hour
  }
  return lastDate
}

const dayMs = 86_400_000

/** The day `count` later (or earlier when negative) than an existing one. */
export function addDays<Day extends string>(day: Day, count: number): Day {
  return new Date(Date.parse(day) + count * dayMs).toISOString().slice(0, 10) as Day
}

/** Days from one to the other; negative when it comes before. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs
}

/** Undefined when not `YYYYQ` with Q 1 to 4. */
export function readQuarter(text: string): Quarter | undefined {
  return /^[12]\d{3}[1-4]$/.test(text) ? (text as Quarter) : undefined
}

/** The quarter a date lies in. */
export function quarterOf(date: CivilDate): Quarter {
  return `${date.slice(0, 4)}${Math.ceil(Number(date.slice(5, 7)) / 3)}` as Quarter
}

/** The quarter `count` later (or earlier when negative). */
export function addQuarters(quarter: Quarter, count: number): Quarter {
  const index = Number(quarter.slice(0, 4)) * 4 + Number(quarter.slice(4)) - 1 + count
  return `${Math.floor(index / 4)}${(index % 4) + 1}` as Quarter
}

/** First and last day of a quarter. */
export function quarterDates(quarter: Quarter): { first: CivilDate; last: CivilDate } {
  const year = Number(quarter.slice(0, 4))
  const month = Number(quarter.slice(4)) * 3
  const iso = (date: Date) => date.toISOString().slice(0, 10) as CivilDate
  return {
    first: iso(new Date(Date.UTC(year, month - 3, 1))),
    last: iso(new Date(Date.UTC(year, month, 0))),
  }
}
