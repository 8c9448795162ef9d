import type { Branded } from './brand.ts'

/**
 * Codes of the annexes of the structured messages, as they are read from messages and files: their form, written in one way.
 * Whether a code stands in its list on a day is asked of the list (registers/code-list.ts). The records of the registers hold
 * codes as plain text: a register tells what it holds, older nomenclatures too, and no answer is refused for it.
 */

/** Number of a joint committee (zone 00046, annex 26): `CCC`, of a sub-committee `CCC.CC` or `CCC.CC.CC`; 999 for none. */
export type JointCommittee = Branded<'JointCommittee'>

/** Worker code (zones 00037, 00082 and 00020, annex 2): three digits. */
export type WorkerCode = Branded<'WorkerCode'>

/** Employer category (zone 00036, annex 27): three digits; 000 is one. */
export type EmployerCategory = Branded<'EmployerCategory'>

/** Commune in the nomenclature of the NIS (annex 1): five digits, the first no zero. */
export type NisCommune = Branded<'NisCommune'>

/** Country in the nomenclature of the NIS, which GEOBEL continues (annex 5): three digits; 150 is Belgium, 999 unknown. */
export type Country = Branded<'Country'>

/** What an address or a place that names no country is in. */
export const belgium = '150' as Country

/**
 * `.00` says that there is no further sub-committee (`126.00` in zone 00762), and is left out. Undefined when it is no number of a
 * committee: `XXX`, by which Dimona means any other one, is none.
 */
export function readJointCommittee(text: string): JointCommittee | undefined {
  return /^\d{3}(?:\.\d\d){0,2}$/.test(text)
    ? (text.replace(/(?:\.00)+$/, '') as JointCommittee)
    : undefined
}

/** One to three digits: contracts in which it is a whole number drop its zeros (Dolsis). Undefined when wrong; 000 is none. */
export function readWorkerCode(text: string): WorkerCode | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) > 0
    ? (text.padStart(3, '0') as WorkerCode)
    : undefined
}

/** One to three digits, as worker codes. Undefined when wrong. */
export function readEmployerCategory(text: string): EmployerCategory | undefined {
  return /^\d{1,3}$/.test(text) ? (text.padStart(3, '0') as EmployerCategory) : undefined
}

/** Undefined when not five digits that begin with 1 to 9. */
export function readNisCommune(text: string): NisCommune | undefined {
  return /^[1-9]\d{4}$/.test(text) ? (text as NisCommune) : undefined
}

/** 100 to 999; a field of five digits has zeros before it (zone 00523), which are dropped. Undefined when wrong. */
export function readCountry(text: string): Country | undefined {
  const [, code] = /^0{0,2}([1-9]\d\d)$/.exec(text) ?? []
  return code as Country | undefined
}
