import {
  addQuarters,
  quarterDates,
  readQuarter,
  type Days,
  type Quarter,
} from '../../base/civil-date.ts'
import {
  readEnterpriseNumber,
  readNssoNumber,
  type EnterpriseNumber,
  type NssoNumber,
} from '../../base/enterprise.ts'
import type { GatewayError } from '../../base/errors.ts'
import { at } from '../element-rows.ts'
import { childOf, textOf, type XmlElement } from '../../xml/element.ts'
import { invalid, readXsDate } from '../criteria.ts'

/** Days choose periods by their dates. */
export const dimonaDates = [at('dimona.occupation.entryDate'), at('dimona.occupation.exitDate')]
/** Quarters choose declarations by theirs. */
export const declaredQuarter = [at('dmfa.employerDeclaration.quarter')]
/** Most records of the personnel file in an answer (conventions.md §11). */
export const resultsMax = 2000

/** A period that nobody limited: the days that the registers can hold. */
export const allDays: Days = daysOf(quarterNamed('19001'), quarterNamed('29994'))

function quarterNamed(text: string): Quarter {
  const quarter = readQuarter(text)
  if (quarter === undefined) throw new TypeError(`\`${text}\` is no quarter`)
  return quarter
}

/** xs:boolean with a default. */
export function readFlag(of: XmlElement, name: string, otherwise: boolean): boolean {
  const text = textOf(of, name)?.trim() ?? ''
  return text === '' ? otherwise : text === 'true' || text === '1'
}

/** A registration number of the NSSO: the criterion is a text that also takes numbers of other kinds, of which no register knows any. */
export function readRegistration(of: XmlElement, name: string): NssoNumber | GatewayError {
  return readNssoNumber(textOf(of, name)?.trim() ?? '') ?? invalid(name)
}

export function readEnterprise(text: string, name: string): EnterpriseNumber | GatewayError {
  return readEnterpriseNumber(text) ?? invalid(name)
}

/** dt:Quarter */
export function readDolsisQuarter(of: XmlElement, name: string): Quarter | GatewayError {
  return readQuarter(textOf(of, name)?.trim() ?? '') ?? invalid(name)
}

/** Quarters from the first day of one to the last day of another. */
export function daysOf(from: Quarter, to: Quarter): Days {
  return { from: quarterDates(from).first, to: quarterDates(to).last }
}

/** So many quarters, the given one first. */
export function lastOf(first: Quarter, count: number): Quarter {
  return addQuarters(first, count - 1)
}

/** What of a personnel file is asked for. */
export interface Scope {
  readonly scope: 'active' | 'activeInPeriod' | 'mutations'
  /** undefined: the day of the exchange */
  readonly days: Days | undefined
}

/** dt:CentralPersonnelFileSearchScope with its period, which two of the three need. */
export function readScope(criteria: XmlElement): Scope | GatewayError {
  const scope = textOf(criteria, 'scope')?.trim()
  const period = childOf(criteria, 'period')
  if (scope !== 'activeInPeriod' && scope !== 'mutations') return { scope: 'active', days: undefined } // prettier-ignore
  if (period === undefined) return invalid('period')
  const from = readXsDate(textOf(period, 'beginDate'))
  const to = readXsDate(textOf(period, 'endDate'))
  return from === undefined || to === undefined || to < from
    ? invalid('period')
    : { scope, days: { from, to } }
}
