import { daysBetween, readCivilDate, type CivilDate } from '../base/civil-date.ts'
import type { Folder } from './batch.ts'
import { forms, type Purpose } from './forms.ts'

/** R real, T circuit test, S simulation. */
export type Environment = 'R' | 'T' | 'S'

/** One set of files: `FI` (declarations), `FS` (signature) and `GO` (start), told apart by the prefix only. */
export interface SetName {
  readonly purpose: Purpose
  /** expeditor number, six digits */
  readonly sender: string
  readonly date: CivilDate
  /** five characters 0-9 A-Z */
  readonly sequence: string
  readonly environment: Environment
  /** whether the names carry `.1.1` (FI, FS) and `.1` (GO); the portal's samples have both forms */
  readonly numbered: boolean
}

export type Prefix = 'FI' | 'FS' | 'GO' | 'TD'

const expression =
  /^(?:FI|FS|GO|TD)\.([A-Z]{4})\.([0-9]{6})\.([0-9]{8})\.([0-9A-Z]{5})\.([RTS])(?:\.([0-9])(?:\.([0-9]))?)?$/

/** Longest name that is looked at, in characters (zone 00106). */
const nameLengthMax = 64

/** Whether the text has the one accepted form of a file name: no path, no other character, no other case. */
export function isFileName(text: string): boolean {
  return text.length <= nameLengthMax && expression.test(text)
}

/** What stands in a name, or the transfer codes (annex 30) of what is wrong with it. */
export type ReadName =
  | { readonly kind: 'name'; readonly name: SetName }
  | { readonly kind: 'fault'; readonly code: string }

/**
 * Reads the name of a GO file that was put into the folder of an expeditor. Codes: 107 structure, 108 sender is not the
 * folder's, 110 date, 111 future, 126 older than `ageDaysMax`, 127 sequence zero, 116/128 parts, 118/119/257 folder of another
 * environment, 154 purpose not offered.
 */
export function readGoName(
  text: string,
  folder: Folder,
  today: CivilDate,
  ageDaysMax: number,
): ReadName {
  const fault = (code: string): ReadName => ({ kind: 'fault', code })
  const match = text.startsWith('GO.') && isFileName(text) ? expression.exec(text) : null
  if (match === null) return fault('107')
  const [, purpose = '', sender = '', digits = '', sequence = '', environment, parts, part] = match
  if (part !== undefined) return fault('107')
  if (sender !== folder.expeditor) return fault('108')
  const date = readCivilDate(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`)
  if (date === undefined) return fault('110')
  if (date > today) return fault('111')
  if (daysBetween(date, today) > ageDaysMax) return fault('126')
  if (sequence === '00000') return fault('127')
  if (environment !== folder.environment)
    return fault(environment === 'R' ? '118' : environment === 'T' ? '119' : '257')
  if (parts === '0') return fault('116')
  if (parts !== undefined && parts !== '1') return fault('128')
  if (!isPurpose(purpose)) return fault('154')
  return {
    kind: 'name',
    name: { purpose, sender, date, sequence, environment, numbered: parts !== undefined },
  }
}

function isPurpose(text: string): text is Purpose {
  return Object.hasOwn(forms, text)
}

function stem(name: SetName): string {
  const { purpose, sender, date, sequence, environment } = name
  return `${purpose}.${sender}.${date.replaceAll('-', '')}.${sequence}.${environment}`
}

/** The file of a set with this prefix. */
export function fileName(prefix: Prefix, name: SetName): string {
  const parts = prefix === 'GO' || prefix === 'TD' ? '.1' : '.1.1'
  return `${prefix}.${stem(name)}${name.numbered ? parts : ''}`
}

/** What must be unique: the same date, sequence and environment of a sender, whatever the parts say (code 133). */
export function setKey(name: SetName): string {
  return stem(name)
}

/** Files that go back to a sender: institutions send as 999999. */
export function answerName(
  prefix: 'FO' | 'FS' | 'GO',
  purpose: 'ACRF' | 'NOTI',
  date: CivilDate,
  sequence: number,
  environment: Environment,
): string {
  const day = date.replaceAll('-', '')
  return `${prefix}.${purpose}.999999.${day}.${sequenceText(sequence)}.${environment}`
}

const digitsMax = 99_999
/** A0000 in base 36: the first sequence with a letter in front, used once the numbers are used up. */
const firstWithLetter = 10 * 36 ** 4

/** The n-th sequence of a day (from 1): five digits, then five characters that begin with a letter. */
export function sequenceText(n: number): string {
  if (n <= digitsMax) return String(n).padStart(5, '0')
  return (firstWithLetter + n - digitsMax - 1).toString(36).toUpperCase()
}
