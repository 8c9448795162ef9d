/**
 * GatewayError → problem of RFC 9457 as Belgif writes it (REST guide, chapter error handling): the only translation on
 * this edge. A code that cannot occur over REST, and all that was not thrown on purpose, is an internal error.
 */
import { type Language, type Texts } from '../base/texts.ts'
import { problemTexts } from './problem-texts.ts'
import { type ErrorCode, findRetryAfter, GatewayError } from '../base/errors.ts'
import { findMessageCode, messageCodes } from '../base/message-codes.ts'

/** Media type of every problem. */
export const problemMediaType = 'application/problem+json'

/** One fault of the input (Belgif InputValidationIssue); `name` is a dotted path in the body, or a parameter. */
export interface Issue {
  readonly type: string
  readonly href?: string
  readonly title: string
  readonly detail?: string
  readonly in: 'body' | 'query' | 'header'
  readonly name?: string
  /** with replacedSsin: the number to use, when the exchange found that the caller may know it */
  readonly replacedBy?: string
}

/** An issue before a language is chosen for it. */
export interface FoundIssue extends Omit<Issue, 'detail'> {
  readonly detail?: Texts
}

/** The body of a refusal; members in the order in which Belgif's library writes them. */
export interface Problem {
  readonly type: string
  readonly href?: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** `urn:uuid:` and the ticket, which is also the BelGov-Trace-Id of the answer */
  readonly instance: string
  /** MSG code of the Crossroads Bank for the same refusal over SOAP */
  readonly messageCode?: string
  /** bytes, for payloadTooLarge */
  readonly limit?: number
  /** seconds, for what ends by itself; also the header Retry-After */
  readonly retryAfterSec?: number
  readonly issues?: readonly Issue[]
}

/** How one code is told; the issue is added only for a caller whose identity is proven. */
export interface ProblemRow {
  readonly status: number
  readonly type: string
  readonly title: string
  readonly detail: Texts
  readonly issue?: Pick<FoundIssue, 'type' | 'title' | 'detail' | 'name'>
}

const belgif = 'urn:problem-type:belgif:'
const own = 'urn:problem-type:quadrivium:'
const guide = 'https://www.belgif.be/specification/rest/api-guide/'

const internal = {
  status: 500,
  type: `${belgif}internalServerError`,
  title: 'Internal Server Error',
  detail: messageCodes.MSG00003,
} as const
/** what only an XML message can cause: over REST it would be our own mistake */
const notOverRest = internal

const badRequest = {
  status: 400,
  type: `${belgif}badRequest`,
  title: 'Bad Request',
  detail: problemTexts.inputIncorrect,
} as const
const missingPermission = {
  status: 403,
  type: `${belgif}missingPermission`,
  title: 'Missing Permission',
} as const
const certificateRefused = {
  status: 401,
  type: `${own}clientCertificateRefused`,
  title: 'Client Certificate Refused',
  detail: problemTexts.certificateRefused,
} as const
const notFound = {
  status: 404,
  type: `${belgif}resourceNotFound`,
  title: 'Resource Not Found',
  detail: problemTexts.notFound,
} as const
const conflict = { status: 409, type: `${own}replay`, title: 'Replay' } as const
const unavailable = {
  status: 503,
  type: `${belgif}serviceUnavailable`,
  title: 'Service is unavailable',
} as const

/** An issue about the number of the person asked about; the number itself is never repeated. */
function ssinIssue(type: string, title: string, detail: Texts) {
  return { type, title, detail, name: 'criteria.ssin' } as const
}

/** Every code of the one list, as a caller over REST reads it. */
export const problemRows = {
  METHOD_NOT_ALLOWED: {
    status: 405,
    type: `${own}methodNotAllowed`,
    title: 'Method Not Allowed',
    detail: problemTexts.method,
  },
  NOT_FOUND: notFound,
  MEDIA_TYPE: {
    status: 415,
    type: `${own}unsupportedMediaType`,
    title: 'Unsupported Media Type',
    detail: problemTexts.mediaType,
  },
  NOT_ACCEPTABLE: {
    status: 406,
    type: `${own}notAcceptable`,
    title: 'Not Acceptable',
    detail: problemTexts.acceptable,
  },
  MESSAGE_TOO_LARGE: {
    status: 413,
    type: `${belgif}payloadTooLarge`,
    title: 'Payload Too Large',
    detail: problemTexts.tooLarge,
  },
  MESSAGE_INCOMPLETE: { ...badRequest, detail: problemTexts.incomplete },
  CLIENT_CERTIFICATE_MISSING: {
    status: 401,
    type: `${own}noClientCertificate`,
    title: 'No Client Certificate',
    detail: problemTexts.certificateMissing,
  },
  CLIENT_CERTIFICATE_REFUSED: certificateRefused,
  OVERLOADED: { ...unavailable, detail: problemTexts.overloaded },
  TOO_MANY_REQUESTS: {
    status: 429,
    type: `${belgif}tooManyRequests`,
    title: 'Too Many Requests',
    detail: problemTexts.tooMany,
  },
  XML_ENCODING: notOverRest,
  XML_DOCTYPE: notOverRest,
  XML_MALFORMED: notOverRest,
  XML_LIMIT: notOverRest,
  SOAP_ENVELOPE: notOverRest,
  SOAP_MUST_UNDERSTAND: notOverRest,
  SOAP_ACTION: notOverRest,
  SOAP_OPERATION: notOverRest,
  WSS_HEADER: notOverRest,
  WSS_TIMESTAMP_MISSING: notOverRest,
  WSS_TIMESTAMP_FORM: notOverRest,
  WSS_TIMESTAMP_WINDOW: notOverRest,
  WSS_ALGORITHM: notOverRest,
  WSS_REFERENCE: notOverRest,
  WSS_PLAIN_ID: notOverRest,
  WSS_DUPLICATE_ID: notOverRest,
  WSS_TOKEN: notOverRest,
  WSS_SIGNATURE: notOverRest,
  WSS_DIGEST: notOverRest,
  CMS_FORM: notOverRest,
  CERT_UNKNOWN_CA: certificateRefused,
  CERT_VALIDITY: certificateRefused,
  CERT_REVOKED: certificateRefused,
  CERT_REVOCATION_UNKNOWN: certificateRefused,
  CERT_KEY_USAGE: certificateRefused,
  CERT_CONSTRAINT: certificateRefused,
  CERT_WEAK: certificateRefused,
  CERT_NOT_QUALIFIED: certificateRefused,
  CERT_UNBOUND: certificateRefused,
  CLOCK_SKEW: notOverRest,
  REPLAY: { ...conflict, detail: problemTexts.replay },
  REPLAY_CONFLICT: { ...conflict, detail: problemTexts.identifierUsed },
  IN_PROGRESS: { ...unavailable, detail: problemTexts.inProgress },
  CONTRACT_INVALID: { ...badRequest },
  CALLER_MISMATCH: {
    ...missingPermission,
    detail: messageCodes.MSG00014,
  },
  LEGAL_CONTEXT_UNKNOWN: {
    ...missingPermission,
    detail: messageCodes.MSG00013,
  },
  NOT_AUTHORISED: {
    ...missingPermission,
    detail: messageCodes.MSG00013,
  },
  NOTHING_GRANTED: {
    ...missingPermission,
    detail: messageCodes.MSG00027,
  },
  NOT_IMPLEMENTED: { ...notFound },
  NOT_INTEGRATED: {
    ...missingPermission,
    detail: messageCodes.MSG00012,
  },
  SSIN_STRUCTURE: {
    ...badRequest,
    issue: ssinIssue(
      `${belgif}input-validation:invalidInput`,
      'Invalid input',
      problemTexts.ssinInvalid,
    ),
  },
  SSIN_UNKNOWN: {
    ...badRequest,
    issue: ssinIssue(
      `${belgif}input-validation:referencedResourceNotFound`,
      'Referenced resource not found',
      problemTexts.ssinUnknown,
    ),
  },
  SSIN_REPLACED: {
    ...badRequest,
    issue: ssinIssue(
      'urn:problem-type:cbss:input-validation:replacedSsin',
      'SSIN has been replaced, use new SSIN',
      problemTexts.ssinReplaced,
    ),
  },
  SSIN_CANCELLED: {
    ...badRequest,
    issue: ssinIssue(
      'urn:problem-type:cbss:input-validation:canceledSsin',
      'SSIN has been canceled',
      problemTexts.ssinCancelled,
    ),
  },
  REQUEST_INVALID: {
    ...badRequest,
    issue: { type: `${belgif}input-validation:invalidInput`, title: 'Invalid input' },
  },
  SOURCE_UNAVAILABLE: {
    status: 502,
    type: `${belgif}badGateway`,
    title: 'Bad Gateway',
    detail: problemTexts.upstream,
  },
  JOURNAL_UNAVAILABLE: { ...unavailable, detail: problemTexts.unavailable },
  SIGNING_UNAVAILABLE: { ...unavailable, detail: problemTexts.unavailable },
  INTERNAL: internal,
} as const satisfies Record<ErrorCode, ProblemRow>

/** A Belgif type's page in the guide; undefined for the types of others, which have none. */
function hrefOf(type: string): string | undefined {
  if (!type.startsWith(belgif)) return undefined
  const name = type.slice(belgif.length)
  const inputValidation = 'input-validation:'
  return name.startsWith(inputValidation)
    ? `${guide}issues/${name.slice(inputValidation.length)}.html`
    : `${guide}problems/${name}.html`
}

/** An issue with the link that belongs to its type. */
export function issueOf(issue: Omit<FoundIssue, 'href'>): FoundIssue {
  const { type, ...rest } = issue
  const href = hrefOf(type)
  return { type, ...(href === undefined ? {} : { href }), ...rest }
}

/** A request that its JSON contract refuses, with all its faults at once, as Belgif wants them (rule req-valid). */
export class InvalidInput extends GatewayError {
  readonly issues: readonly FoundIssue[]

  constructor(issues: readonly FoundIssue[]) {
    super('CONTRACT_INVALID', `${issues.length} faults in the input`)
    this.issues = issues
  }
}

/** What the edge knows when it refuses. */
export interface Refusal {
  /** ticketCBSS of the exchange: a lower-case UUID */
  readonly ticket: string
  /** whether the caller's identity was proven; until then nothing of the request is in the problem */
  readonly callerProven: boolean
  /** bytes; told with MESSAGE_TOO_LARGE */
  readonly sizeBytesMax?: number
  /** of what is told in detail; titles are English (Belgif) */
  readonly language: Language
}

/** The problem that tells an error. Values of the request are never repeated in it, names of fields only once proven. */
export function problemOf(error: GatewayError, refusal: Refusal): Problem {
  const row: ProblemRow = problemRows[error.code]
  const { language } = refusal
  const issues = refusal.callerProven
    ? issuesOf(error, row).map((issue) => toldIn(language, issue))
    : []
  const href = hrefOf(row.type)
  const messageCode = findMessageCode(error.code)
  const retryAfterSec = findRetryAfter(error)
  return {
    type: row.type,
    ...(href === undefined ? {} : { href }),
    title: row.title,
    status: row.status,
    detail: row.detail[language],
    instance: `urn:uuid:${refusal.ticket}`,
    ...(messageCode === undefined ? {} : { messageCode }),
    ...(error.code === 'MESSAGE_TOO_LARGE' && refusal.sizeBytesMax !== undefined
      ? { limit: refusal.sizeBytesMax }
      : {}),
    ...(retryAfterSec === undefined ? {} : { retryAfterSec }),
    ...(issues.length === 0 ? {} : { issues }),
  }
}

function toldIn(language: Language, { detail, ...issue }: FoundIssue): Issue {
  return { ...issue, ...(detail === undefined ? {} : { detail: detail[language] }) }
}

function issuesOf(error: GatewayError, row: ProblemRow): readonly FoundIssue[] {
  if (error instanceof InvalidInput) return error.issues
  const { issue } = row
  if (issue === undefined) return []
  if (issue.name !== undefined || error.information.length === 0) {
    const by = error.information.find(({ fieldName }) => fieldName === 'replacedBy')?.fieldValue
    return [issueOf({ ...issue, in: 'body', ...(by === undefined ? {} : { replacedBy: by }) })]
  }
  return error.information.map(({ fieldName }) =>
    issueOf({ ...issue, in: 'body', name: fieldName }),
  )
}

/** HTTP headers of a problem beside those of every answer (`answerHeaders`). */
export function problemHeaders(
  problem: Pick<Problem, 'status' | 'retryAfterSec'>,
  allow: readonly string[],
  language: Language,
): Record<string, string> {
  return {
    'Content-Type': problemMediaType,
    'Content-Language': language,
    ...(problem.status === 405 ? { Allow: allow.join(', ') } : {}),
    ...(problem.status === 401
      ? { 'WWW-Authenticate': 'ClientCertificate realm="quadrivium"' }
      : {}),
    ...(problem.retryAfterSec === undefined
      ? {}
      : { 'Retry-After': String(problem.retryAfterSec) }),
  }
}
