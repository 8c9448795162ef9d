/**
 * What a REST consultation is (docs/wire-profile.md, REST): `POST <path>/query` with a JSON body, since an SSIN never stands in a
 * URL (Belgif rule sens-dat). Pure: the transport hands over header values and bytes and sends what comes back.
 */
import { GatewayError } from '../base/errors.ts'
import type { Texts } from '../base/texts.ts'
import type { JsonContract, JsonFault } from '../contracts/json.ts'
import { breaksRule, problemTexts } from './problem-texts.ts'
import { InvalidInput, issueOf, type FoundIssue } from './problem.ts'

/** Media type of requests and answers. */
export const jsonMediaType = 'application/json'

/** What the transport knows of a request before it looks at the body; header names in lower case, as Node gives them. */
export interface RestHead {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** names of the query parameters of the URL */
  readonly queryNames: readonly string[]
}

/** The faults of a body under its schema; empty when it is valid. */
export type CheckJson = JsonContract

/**
 * Checks what can be checked before the body is read. Throws GatewayError MEDIA_TYPE, NOT_ACCEPTABLE, or InvalidInput
 * when the URL has a query parameter: no operation here has any.
 */
export function checkHead({ headers, queryNames }: RestHead): void {
  if (!isJson(headers['content-type'])) throw new GatewayError('MEDIA_TYPE', 'not JSON in UTF-8')
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new GatewayError('MEDIA_TYPE', 'content encoding')
  }
  if (!accepts(headers['accept'])) throw new GatewayError('NOT_ACCEPTABLE')
  if (queryNames.length > 0) {
    throw new InvalidInput(queryNames.map((name) => unknownInput('query', name)))
  }
}

function isJson(contentType: string | readonly string[] | undefined): boolean {
  return (
    typeof contentType === 'string' &&
    /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(contentType)
  )
}

/** Absent means all; a range with `q=0` is a refusal of it. */
function accepts(accept: string | readonly string[] | undefined): boolean {
  if (accept === undefined) return true
  const ranges = typeof accept === 'string' ? accept.split(',') : accept
  return ranges.some(
    (range) =>
      /^\s*(?:\*\/\*|application\/\*|application\/json)\s*(?:;|$)/i.test(range) &&
      !/;\s*q\s*=\s*0(?:\.0*)?\s*(?:;|$)/i.test(range),
  )
}

/**
 * The body as a value that follows its schema. Throws InvalidInput with all faults: bytes that are no UTF-8 or no JSON, a
 * member twice in one object, a member that the schema lacks (`unknownInput`), any other breach (`schemaViolation`).
 */
export function readQuery(body: Uint8Array, check: CheckJson): unknown {
  const { text, value } = parseJson(body)
  const faults = check(value)
  if (faults.length > 0) throw new InvalidInput(faults.map(issueOfFault))
  // JSON.parse keeps the last of two: another reader on the way may have judged the first (RFC 8259 §4)
  if (membersIn(text) !== membersIn(JSON.stringify(value))) throw noJson()
  return value
}

function parseJson(body: Uint8Array): { text: string; value: unknown } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    return { text, value: JSON.parse(text) }
  } catch {
    throw noJson()
  }
}

const noJson = () => new InvalidInput([schemaViolation(problemTexts.jsonSyntax, undefined)])

/** How many members valid JSON writes: outside a string, only a member has a colon. */
const membersIn = (json: string): number =>
  json.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').split(':').length

function issueOfFault(fault: JsonFault): FoundIssue {
  const { additionalProperty, missingProperty } = fault.params
  const path = fault.instancePath.split('/').slice(1).map(unescapePointer)
  if (typeof additionalProperty === 'string') {
    return unknownInput('body', dotted([...path, additionalProperty]))
  }
  const named = typeof missingProperty === 'string' ? [...path, missingProperty] : path
  return schemaViolation(breaksRule(fault.keyword), dotted(named))
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** `boardMembers[0].ssin`: names joined by dots, indexes in brackets; empty for the whole body. */
function dotted(path: readonly string[]): string {
  return path.reduce((name, segment) => {
    if (/^\d+$/.test(segment)) return `${name}[${segment}]`
    return name === '' ? segment : `${name}.${segment}`
  }, '')
}

/** Longer names of the caller's own making are not repeated. */
const nameLengthMax = 128

function unknownInput(place: 'body' | 'query', name: string): FoundIssue {
  return issueOf({
    type: 'urn:problem-type:belgif:input-validation:unknownInput',
    title: 'Unknown input',
    detail: problemTexts.inputUnknown,
    in: place,
    name: name.slice(0, nameLengthMax),
  })
}

function schemaViolation(detail: Texts, name: string | undefined): FoundIssue {
  return issueOf({
    type: 'urn:problem-type:belgif:input-validation:schemaViolation',
    title: "Input isn't valid with respect to schema",
    detail,
    in: 'body',
    ...(name === undefined || name === '' ? {} : { name: name.slice(0, nameLengthMax) }),
  })
}

/**
 * Headers of every answer and every problem: a fresh trace id (the ticket of the exchange), the caller's own beside it when
 * it is one (Belgif rule trc-header), and no storing: the answer holds personal data (§5.9, categories 3 and 4).
 */
export function answerHeaders(
  ticket: string,
  requestTraceId: string | readonly string[] | undefined,
): Record<string, string> {
  const isTraceId = typeof requestTraceId === 'string' && /^[\w.:-]{1,36}$/.test(requestTraceId)
  return {
    'BelGov-Trace-Id': ticket,
    ...(isTraceId && requestTraceId !== ticket
      ? { 'BelGov-Related-Trace-Id': requestTraceId }
      : {}),
    'Cache-Control': 'no-store, max-age=0',
    'X-Content-Type-Options': 'nosniff',
  }
}

export type HealthStatus = 'UP' | 'DEGRADED' | 'DOWN'

/** `/health` as Belgif says (rule hlth-res): open to all, no detail of the inside, 503 when down. */
export function healthAnswer(status: HealthStatus): { status: 200 | 503; body: string } {
  return { status: status === 'DOWN' ? 503 : 200, body: JSON.stringify({ status }) }
}
