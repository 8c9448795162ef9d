import { GatewayError } from '../base/errors.ts'
import type { XmlNode } from '../xml/tree.ts'
import { wsu } from './names.ts'

/** wsu:Timestamp as UTC instants in ms. */
export interface Timestamp {
  readonly createdMs: number
  readonly expiresMs: number
}

export interface TimestampLimits {
  /** how far Created may lie in the future */
  readonly clockSkewMs: number
  /** Expires − Created */
  readonly lifetimeMsMax: number
}

/** UTC, seconds below 60, at most three fraction digits. */
const instant = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,3})?Z$/

/** The form of a Timestamp, by the rules of the Basic Security Profile. Throws GatewayError WSS_TIMESTAMP_FORM, WSS_PLAIN_ID. */
export function readTimestamp(node: XmlNode): Timestamp {
  const [created, expires, ...others] = node.elements()
  if (!node.hasOnlyElements || others.length > 0)
    throw form('R3222: nothing but Created and Expires')
  if (created?.is(wsu, 'Created') !== true) throw form('R3203, R3221: Created comes first, once')
  if (expires?.is(wsu, 'Expires') !== true) throw form('R3221, R3224: Expires comes second, once')
  for (const { namespace, name } of node.attributes()) {
    if (namespace === '' && name.toLowerCase() === 'id')
      throw new GatewayError('WSS_PLAIN_ID', 'R3005: Timestamp has Id instead of wsu:Id')
    if (namespace !== wsu || name !== 'Id') throw form('unexpected attribute of Timestamp')
  }
  const timestamp = {
    createdMs: readInstant(created, 'R3225', 'R3217, R3220, R3213'),
    expiresMs: readInstant(expires, 'R3226', 'R3223, R3229, R3215'),
  }
  if (timestamp.createdMs >= timestamp.expiresMs) throw form('R3221: Created precedes Expires')
  return timestamp
}

function form(detail: string): GatewayError {
  return new GatewayError('WSS_TIMESTAMP_FORM', detail)
}

function readInstant(node: XmlNode, attributeRule: string, formRules: string): number {
  for (const { namespace, name } of node.attributes())
    if (namespace !== wsu || name !== 'Id') throw form(`${attributeRule}: no ValueType`)
  const match = instant.exec(node.soleText ?? '')
  const seconds = match?.[1]
  if (seconds === undefined)
    throw form(`${formRules}: UTC with Z, seconds below 60, at most three fraction digits`)
  const ms = Date.parse(`${seconds}${match?.[2] ?? ''}Z`)
  // Date.parse rolls 30 February over and takes 24:00:00: an instant must read back as it was written
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(seconds))
    throw form(`${formRules}: no instant of the calendar`)
  return ms
}

/** Throws GatewayError WSS_TIMESTAMP_WINDOW. */
export function checkWindow(timestamp: Timestamp, nowMs: number, limits: TimestampLimits): void {
  const { createdMs, expiresMs } = timestamp
  if (isInFuture(timestamp, nowMs, limits)) throw outside('created in the future')
  if (nowMs >= expiresMs) throw outside('expired')
  if (expiresMs - createdMs > limits.lifetimeMsMax)
    throw outside(`lifetime above ${limits.lifetimeMsMax / 1000} s`)
}

/** Whether another clock could have written this Timestamp at its right time: it lies outside the window, and is not too long. */
export function isSkewed(timestamp: Timestamp, nowMs: number, limits: TimestampLimits): boolean {
  const { createdMs, expiresMs } = timestamp
  return (
    expiresMs - createdMs <= limits.lifetimeMsMax &&
    (isInFuture(timestamp, nowMs, limits) || nowMs >= expiresMs)
  )
}

function isInFuture({ createdMs }: Timestamp, nowMs: number, limits: TimestampLimits): boolean {
  return createdMs > nowMs + limits.clockSkewMs
}

function outside(detail: string): GatewayError {
  return new GatewayError('WSS_TIMESTAMP_WINDOW', detail)
}
