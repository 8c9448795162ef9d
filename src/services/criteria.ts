import { readCivilDate, type CivilDate, type Days } from '../base/civil-date.ts'
import { readNssoNumber, type NssoNumber } from '../base/enterprise.ts'
import { GatewayError } from '../base/errors.ts'
import { readSsin, type Ssin } from '../base/ssin.ts'
import type { CriteriaTexts } from './own-request.ts'

/** Criteria that are wrong in themselves (MSG00008); only the names of their fields are told. */
export function invalid(...fieldNames: readonly string[]): GatewayError {
  return new GatewayError(
    'REQUEST_INVALID',
    undefined,
    fieldNames.map((fieldName) => ({ fieldName })),
  )
}

/** Criteria with further ones, which are read when the first are right. */
export function both<First extends object, Second extends object>(
  first: First | GatewayError,
  read: () => Second | GatewayError,
): (First & Second) | GatewayError {
  if (first instanceof GatewayError) return first
  const second = read()
  return second instanceof GatewayError ? second : { ...first, ...second }
}

/** The number of a person that an `ssin` is, or why it is none. */
export function ssinOf(text: string | undefined): Ssin | GatewayError {
  return (
    readSsin(text ?? '') ?? new GatewayError('SSIN_STRUCTURE', undefined, [{ fieldName: 'ssin' }])
  )
}

/** The person of `ssin`. */
export function readPerson(texts: CriteriaTexts): { readonly ssin: Ssin } | GatewayError {
  const ssin = ssinOf(texts.get('ssin'))
  return ssin instanceof GatewayError ? ssin : { ssin }
}

/** The employer of `nssoNumber`. */
export function readEmployer(
  texts: CriteriaTexts,
): { readonly employer: NssoNumber } | GatewayError {
  const employer = readNssoNumber(texts.get('nssoNumber') ?? '')
  return employer === undefined ? invalid('nssoNumber') : { employer }
}

/** xs:date; the time zone that it may have says nothing here. Undefined when absent, or outside the calendar of four-digit years. */
export function readXsDate(text: string | undefined): CivilDate | undefined {
  return readCivilDate((text ?? '').trim().replace(/(?:Z|[+-]\d\d:\d\d)$/, ''))
}

/** The days from `beginDate` to `endDate`, fewer than `years`; without an end it is one day. */
export function readDays(texts: CriteriaTexts, years: number): Days | GatewayError {
  const from = readCivilDate(texts.get('beginDate') ?? '')
  if (from === undefined) return invalid('beginDate')
  const to = readCivilDate(texts.get('endDate') ?? from)
  if (to === undefined) return invalid('endDate')
  // the same day `years` later is one day too many
  const limit = `${Number(from.slice(0, 4)) + years}${from.slice(4)}`
  return to < from || to >= limit ? invalid('beginDate', 'endDate') : { from, to }
}

/** The day of `sinceDate`; the exchange checks that it is not too far back. */
export function readSince(texts: CriteriaTexts): { readonly since: CivilDate } | GatewayError {
  const since = readCivilDate(texts.get('sinceDate') ?? '')
  return since === undefined ? invalid('sinceDate') : { since }
}
