import type { OpenDays } from '../../base/civil-date.ts'
import { GatewayError } from '../../base/errors.ts'
import { readSsin, type Ssin } from '../../base/ssin.ts'
import type { XmlElement } from '../../xml/element.ts'
import { readXsDate } from '../criteria.ts'

/**
 * Children of an SSDN element by local name: the schema, which the document was checked against, has no two with one name. Values whose
 * type collapses white space are read collapsed.
 */
export function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((one) => one.name === name)
}

export function children(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((one) => one.name === name)
}

/** The text of a child, white space collapsed; undefined when the child is absent. */
export function collapsed(element: XmlElement, name: string): string | undefined {
  return child(element, name)
    ?.text.replace(/[ \t\r\n]+/g, ' ')
    .trim()
}

/** A number of the schema's `t_SSIN`, eleven digits: an error (SSIN_STRUCTURE) when it can be nobody's. */
export function ssinIn(element: XmlElement, name: string): Ssin | GatewayError {
  return (
    readSsin(collapsed(element, name) ?? '') ??
    new GatewayError('SSIN_STRUCTURE', undefined, [{ fieldName: name }])
  )
}

/** xs:integer; undefined when absent, or no number that anything here is counted with. */
export function integerIn(element: XmlElement, name: string): number | undefined {
  const value = Number(collapsed(element, name) ?? NaN)
  return Number.isSafeInteger(value) ? value : undefined
}

/** A period of the Common types; an error (REQUEST_INVALID) when a date cannot be read, or it ends before it begins. */
export function periodIn(element: XmlElement, name: string): OpenDays | GatewayError {
  const wrong = new GatewayError('REQUEST_INVALID', undefined, [{ fieldName: name }])
  const period = child(element, name)
  const from = period && readXsDate(collapsed(period, 'StartDate'))
  if (period === undefined || from === undefined) return wrong
  if (child(period, 'EndDate') === undefined) return { from }
  const until = readXsDate(collapsed(period, 'EndDate'))
  return until === undefined || until < from ? wrong : { from, until }
}
