import { readCivilDate } from '../base/civil-date.ts'
import { readCountry, readJointCommittee } from '../base/codes.ts'
import { readSsin } from '../base/ssin.ts'
import type { WireType } from './element-tree.ts'

/**
 * Types of published schemas: the text of a register's value in the type, undefined when the register holds what the type has no
 * text for. Nothing is cut or guessed.
 */

const matching =
  (pattern: RegExp): WireType =>
  (value) => {
    const text = String(value)
    return pattern.test(text) ? text : undefined
  }

const within =
  (least: bigint, most: bigint): WireType =>
  (value) => {
    const text = String(value)
    if (!/^-?\d{1,19}$/.test(text)) return undefined
    const number = BigInt(text)
    return number < least || number > most ? undefined : String(number)
  }

export const text: WireType = String

/** xs:int, without leading zeros */
export const int = within(-(2n ** 31n), 2n ** 31n - 1n)

/** xs:long, without leading zeros */
export const long = within(-(2n ** 63n), 2n ** 63n - 1n)

/** xs:double of a number, or of a text `NNN,NN` */
export const double: WireType = (value) => {
  const number = String(value).replace(',', '.')
  return /^-?\d{1,15}(?:\.\d+)?$/.test(number) ? String(Number(number)) : undefined
}

export const boolean: WireType = matching(/^(?:true|false)$/)

/** xs:date */
export const date: WireType = (value) => readCivilDate(String(value))

/** CommonV3 IncompleteDateType: month and day can be 00 */
export const incompleteDate = matching(/^[0-2]\d{3}-[01]\d-[0-3]\d$/)

/** CommonV3 SsinType */
export const ssin: WireType = (value) => readSsin(String(value))

/** CommonV3 CbeNumberType */
export const cbeNumber = matching(/^\d{10}$/)

/** A country of three digits: NIS and GEOBEL codes are the same */
export const country: WireType = (value) => readCountry(String(value))

/** xs:int of a joint committee: a sub-committee, `327.02`, has no place in it */
export const jointCommission: WireType = (value) => {
  const committee = readJointCommittee(String(value))
  return committee && int(committee.slice(0, 3))
}

/** One of the words that a schema lists, by the code of the register. */
export function wordOf(words: Readonly<Record<string, string>>): WireType {
  return (value) => {
    const code = String(value)
    return Object.hasOwn(words, code) ? words[code] : undefined
  }
}

/** A registration number of the NSSO as Dolsis writes it: ten digits, with leading zeros */
export const nssoNumber: WireType = (value) => {
  const digits = String(value)
  return /^\d{3,10}$/.test(digits) ? digits.padStart(10, '0') : undefined
}
