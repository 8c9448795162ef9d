import type { Branded } from './brand.ts'

/** Number of a Dimona period: twelve digits, the last two check the others (zone 00913). */
export type DimonaPeriodId = Branded<'DimonaPeriodId'>

/** The number with these first ten digits: their remainder by 97 follows, 97 for none (seen in the published samples). */
export function dimonaPeriodIdOf(firstTen: string): DimonaPeriodId {
  const check = String(Number(firstTen) % 97 || 97).padStart(2, '0')
  return (firstTen + check) as DimonaPeriodId
}

/** Undefined when not twelve digits, or when the last two do not check the others. */
export function readDimonaPeriodId(text: string): DimonaPeriodId | undefined {
  if (!/^\d{12}$/.test(text)) return undefined
  const number = dimonaPeriodIdOf(text.slice(0, 10))
  return number === text ? number : undefined
}
