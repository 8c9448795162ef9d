/** Days, both included, as `YYYY-MM-DD`. */
export interface BirthDays {
  readonly from: string
  readonly to: string
}

/** Years that a birth date can have; with a tolerance they may go beyond. */
const years = { least: 1800, most: 2199 }
const toleranceMax = 99

/**
 * The days meant by a birth date with a tolerance on both sides, whose unit is the last part that is known: days of
 * `YYYY-MM-DD`, months of `YYYY-MM-00`, years of `YYYY-00-00`. Undefined when there is no such date, when it is incomplete
 * and has no tolerance, or when that is no whole number up to 99.
 */
export function birthDays(text: string, tolerance: number): BirthDays | undefined {
  const [, yearText = '', monthText = '', dayText = ''] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []
  const [year, month, day] = [Number(yearText), Number(monthText), Number(dayText)]
  if (!(years.least <= year && year <= years.most) || month > 12) return undefined
  if (!Number.isInteger(tolerance) || tolerance < 0 || tolerance > toleranceMax) return undefined
  if (month === 0 && day > 0) return undefined
  if (day === 0 && tolerance === 0) return undefined
  if (month === 0) return { from: iso(year - tolerance, 1, 1), to: iso(year + tolerance, 12, 31) }
  if (day === 0) {
    return { from: iso(year, month - tolerance, 1), to: iso(year, month + tolerance + 1, 0) }
  }
  if (iso(year, month, day) !== text) return undefined
  return { from: iso(year, month, day - tolerance), to: iso(year, month, day + tolerance) }
}

/** What is known of a date, which may be incomplete: itself, its month and its year. */
export function knownParts(date: string): readonly string[] {
  const [year = '', month] = date.replaceAll('-00', '').split('-')
  return [...new Set([date, ...(month === undefined ? [] : [`${year}-${month}`]), year])]
}

/** What `knownParts` of the same date holds, whichever of the two is less complete: a part that is not known contradicts nothing. */
export function soughtParts(date: string): readonly string[] {
  const [year = '', month, day] = date.replaceAll('-00', '').split('-')
  const least = `${year}-00-00`
  if (month === undefined) return [year]
  return day === undefined ? [`${year}-${month}`, least] : [date, `${year}-${month}-00`, least]
}

function iso(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10)
}
