import type { Branded } from './brand.ts'

/** Enterprise number of the Crossroads Bank for Enterprises: 10 digits, first 0 or 1. */
export type EnterpriseNumber = Branded<'EnterpriseNumber'>

/** Establishment unit number: 10 digits, first 2 to 8. */
export type EstablishmentUnitNumber = Branded<'EstablishmentUnitNumber'>

/** ONSS employer number NNNNNNNCC without leading zeros, provisional (5…, ten digits) and PPL numbers included. */
export type NssoNumber = Branded<'NssoNumber'>

/** Last two digits = 97 − (first eight mod 97) (conventions.md §12). */
function hasCbeCheckDigits(text: string): boolean {
  return 97 - (Number(text.slice(0, 8)) % 97) === Number(text.slice(8))
}

/** Undefined when not ten digits `[0-1]…` with right check digits. */
export function readEnterpriseNumber(text: string): EnterpriseNumber | undefined {
  return /^[01]\d{9}$/.test(text) && hasCbeCheckDigits(text)
    ? (text as EnterpriseNumber)
    : undefined
}

/** Undefined when not ten digits `[2-8]…` with right check digits. */
export function readEstablishmentUnitNumber(text: string): EstablishmentUnitNumber | undefined {
  return /^[2-8]\d{9}$/.test(text) && hasCbeCheckDigits(text)
    ? (text as EstablishmentUnitNumber)
    : undefined
}

/**
 * CC = 96 − ((NNNNNNN × 100) mod 97), 97 when that gives 0; range 197 to 5999999999 without 2·10⁹…5·10⁹ gaps checked by
 * form: at most nine digits, or ten digits that begin with 5 (provisional). PPL numbers may also use CC = N mod 97
 * (0 gives 97), range 197 to 99999926. Leading zeros are dropped. Undefined when wrong.
 */
export function readNssoNumber(text: string): NssoNumber | undefined {
  if (!/^\d{3,10}$/.test(text)) return undefined
  const digits = text.replace(/^0+/, '')
  const value = Number(digits)
  if (value < 197 || value > 5_999_999_999) return undefined
  if (digits.length === 10 && !digits.startsWith('5')) return undefined
  const body = Number(digits.slice(0, -2))
  const check = Number(digits.slice(-2))
  if (nssoCheckDigits(body) === check) return digits as NssoNumber
  const ppl = value <= 99_999_926 && (body % 97 || 97) === check
  return ppl ? (digits as NssoNumber) : undefined
}

/** CC of an ONSS number for its body NNNNNNN. */
export function nssoCheckDigits(body: number): number {
  return 96 - ((body * 100) % 97) || 97
}
