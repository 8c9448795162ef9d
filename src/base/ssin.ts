import type { Branded } from './brand.ts'

/** Social security identification number: 11 digits, National Register number or bis number. */
export type Ssin = Branded<'Ssin'>

/** CommonV3 SsinType, its three patterns (conventions.md §12): National Register, bis +20, bis +40. */
const wireForms = [
  /^\d\d(?:0\d|1[0-2])(?:[0-2]\d|3[01])(?!000)\d{3}(?:[0-8]\d|9[0-7])$/,
  /^\d\d(?:2\d|3[0-2])(?:[0-2]\d|3[01])\d{3}(?:[0-8]\d|9[0-7])$/,
  /^\d\d(?:4\d|5[0-2])(?:[0-2]\d|3[01])\d{3}(?:[0-8]\d|9[0-7])$/,
]

/** What the digits of a number say. Month or day 0 means unknown. */
export interface SsinParts {
  readonly century: 19 | 20
  /** two digits */
  readonly year: number
  readonly month: number
  readonly day: number
  /** National Register number, or bis number with sex unknown (+20) or known (+40) when it was given */
  readonly kind: 'nationalRegister' | 'bis' | 'bisSexKnown'
  readonly counter: number
}

/** Check digits for the first nine digits, born in the given century: 97 − (n mod 97), with 2·10⁹ added from 2000. */
export function ssinCheckDigits(firstNine: string, century: 19 | 20): string {
  const n = Number(firstNine) + (century === 20 ? 2_000_000_000 : 0)
  return String(97 - (n % 97)).padStart(2, '0')
}

/**
 * Reads a number by the union of the two published rule sets: the wire pattern (so months 00–12, +20, +40; days 00–31;
 * counter) and the date rules (day exists in the month unless 0; counter 999 refused for National Register numbers).
 * The rule without 2000 is tried first and decides the century, as belgif's validator does. Undefined if wrong.
 */
export function readSsinParts(text: string): SsinParts | undefined {
  const form = wireForms.findIndex((pattern) => pattern.test(text))
  if (form === -1) return undefined
  const firstNine = text.slice(0, 9)
  const check = text.slice(9)
  const century =
    ssinCheckDigits(firstNine, 19) === check
      ? 19
      : ssinCheckDigits(firstNine, 20) === check
        ? 20
        : undefined
  if (century === undefined) return undefined
  const kind = (['nationalRegister', 'bis', 'bisSexKnown'] as const)[form] ?? 'nationalRegister'
  const year = Number(text.slice(0, 2))
  const month = Number(text.slice(2, 4)) - form * 20
  const day = Number(text.slice(4, 6))
  const counter = Number(text.slice(6, 9))
  if (kind === 'nationalRegister' && counter === 999) return undefined
  if (month > 0 && day > 0 && day > daysInMonth(century * 100 + year, month)) return undefined
  return { century, year, month, day, kind, counter }
}

/** Undefined when the text is no structurally valid number (MSG00011). */
export function readSsin(text: string): Ssin | undefined {
  return readSsinParts(text) === undefined ? undefined : (text as Ssin)
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}
