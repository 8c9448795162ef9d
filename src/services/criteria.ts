import { readCivilDate, type CivilDate } from '../base/civil-date.ts'
import { GatewayError } from '../base/errors.ts'
import type { CriteriaTexts } from './own-request.ts'

/** Criteria that are wrong in themselves (MSG00008); only the names of their fields are told. */
export function invalid(...fieldNames: readonly string[]): GatewayError {
  return new GatewayError(
    'REQUEST_INVALID',
    undefined,
    fieldNames.map((fieldName) => ({ fieldName })),
  )
}

/** A period of days, both included. */
export interface Days {
  readonly from: CivilDate
  readonly to: CivilDate
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
