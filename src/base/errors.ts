/**
 * The one error class and the one list of codes (design.md §3, house-style 7.3).
 *
 * A code is stable: logs, recipes in test/refused and the fault table name it. What the caller may read is decided by one
 * table per edge (soap/fault.ts, rest/problem.ts, batch/anomaly.ts), each `satisfies Record<ErrorCode, …>`.
 */

/** Internal code → what it means, for our own log and for docs; never sent to a caller. */
export const errorMeanings = {
  // transport: before a message exists
  METHOD_NOT_ALLOWED: 'HTTP method not allowed on this path',
  NOT_FOUND: 'no resource at this path',
  MEDIA_TYPE: 'content type, charset or content encoding not accepted',
  NOT_ACCEPTABLE: 'the Accept header allows no media type that this path gives',
  MESSAGE_TOO_LARGE: 'message larger than the limit of the channel',
  MESSAGE_INCOMPLETE: 'connection ended before the body did',
  CLIENT_CERTIFICATE_MISSING: 'no TLS client certificate where the institution must show one',
  CLIENT_CERTIFICATE_REFUSED:
    'TLS client certificate does not pass path validation or belongs to nobody',
  OVERLOADED: 'too many requests at once',
  TOO_MANY_REQUESTS: 'caller over its rate or its number of connections',
  // xml: bytes to tree
  XML_ENCODING: 'not UTF-8, or the XML declaration says another encoding or version',
  XML_DOCTYPE: 'document type declaration present',
  XML_MALFORMED: 'not well formed',
  XML_LIMIT: 'depth, element, attribute or namespace limit exceeded',
  // soap envelope
  SOAP_ENVELOPE: 'not a SOAP 1.1 or 1.2 envelope with one body child',
  SOAP_MUST_UNDERSTAND: 'unknown header with mustUnderstand',
  SOAP_ACTION: 'SOAPAction differs from the operation in the body',
  SOAP_OPERATION: 'body child is no request of this endpoint',
  // ws-security: before the signer is proven
  WSS_HEADER:
    'not exactly one wsse:Security header for the ultimate receiver, or unexpected content in it',
  WSS_TIMESTAMP_MISSING: 'no wsu:Timestamp',
  WSS_TIMESTAMP_FORM: 'wsu:Timestamp not as the profile wants it',
  WSS_TIMESTAMP_WINDOW: 'wsu:Timestamp expired, not yet valid, or too long',
  WSS_ALGORITHM: 'algorithm outside the allow-list, or not fit for the key',
  WSS_REFERENCE:
    'signed parts are not the parts that must be signed, or a reference form is not accepted',
  WSS_PLAIN_ID: 'plain Id where wsu:Id is needed',
  WSS_DUPLICATE_ID: 'an id occurs twice',
  WSS_TOKEN: 'security token missing, unreadable or referred to in another way than accepted',
  WSS_SIGNATURE: 'signature value does not verify',
  WSS_DIGEST: 'digest of a signed part does not match',
  // certificates
  CERT_UNKNOWN_CA: 'no path to a configured certificate authority',
  CERT_VALIDITY: 'certificate expired or not yet valid',
  CERT_REVOKED: 'certificate revoked',
  CERT_REVOCATION_UNKNOWN: 'revocation status cannot be established',
  CERT_KEY_USAGE: 'key usage does not allow signing',
  CERT_CONSTRAINT: 'path breaks a rule of RFC 5280',
  CERT_WEAK: 'key or signature algorithm below the floor',
  CERT_NOT_QUALIFIED: 'signing certificate is not a qualified seal',
  CERT_UNBOUND: 'certificate is valid but bound to no institution',
  // detached CMS signature of a file
  CMS_FORM: 'file signature is not one detached CMS signature in the accepted form',
  // after the signer is proven
  CLOCK_SKEW:
    'wsu:Timestamp outside its window, of a caller who is known: its clock differs from ours',
  REPLAY: 'message was already received',
  REPLAY_CONFLICT: 'message id already used with other content',
  IN_PROGRESS: 'the same message is being answered',
  CONTRACT_INVALID: 'request does not follow its schema',
  CALLER_MISMATCH: 'TLS certificate, signer and declared customer do not agree, and no mandate',
  LEGAL_CONTEXT_UNKNOWN: 'no legal context, or none of this institution',
  NOT_AUTHORISED: 'no deliberation grants this operation to this institution',
  NOTHING_GRANTED: 'the grant holds no path that this operation can give',
  NOT_IMPLEMENTED: 'operation of the contract not offered here',
  NOT_INTEGRATED: 'person not integrated in the reference directory, or outside the population',
  SSIN_STRUCTURE: 'social security number structurally wrong',
  SSIN_UNKNOWN: 'social security number does not exist',
  SSIN_REPLACED: 'social security number was replaced',
  SSIN_CANCELLED: 'social security number was cancelled',
  REQUEST_INVALID: 'request follows the schema but is not consistent',
  SOURCE_UNAVAILABLE: 'authentic source does not answer',
  JOURNAL_UNAVAILABLE: 'journal cannot record; no entry, no answer',
  SIGNING_UNAVAILABLE: 'signing key is in a device that does not answer',
  INTERNAL: 'not thrown on purpose',
} as const

export type ErrorCode = keyof typeof errorMeanings

export const errorCodes = Object.keys(errorMeanings) as readonly ErrorCode[]

/** A named value that a caller may read beside an error: a field of the request and, where harmless, its value. */
export interface ErrorInformation {
  readonly fieldName: string
  readonly fieldValue?: string
}

/**
 * A refusal thrown on purpose. `detail` is for our log only; `information` may reach a caller whose identity is proven.
 * Neither may hold a social security number, a name or another value of the message.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: ErrorCode
  readonly information: readonly ErrorInformation[]

  constructor(
    code: ErrorCode,
    detail: string = errorMeanings[code],
    information: readonly ErrorInformation[] = [],
    options?: ErrorOptions,
  ) {
    super(detail, options)
    this.code = code
    this.information = information
  }
}

/** Whole seconds that a caller may be told to wait: few values, so that the faults that tell them are few (design.md §3, Faults). */
const retrySteps = [1, 2, 5, 10, 30, 60] as const

/** A refusal that ends by itself after a while. */
export class RetryLater extends GatewayError {
  readonly retryAfterSeconds: number

  constructor(code: 'TOO_MANY_REQUESTS' | 'OVERLOADED', detail: string, afterMs: number) {
    super(code, detail)
    this.retryAfterSeconds = retrySteps.find((step) => step * 1_000 >= afterMs) ?? 60
  }
}

/** What may be over in a moment. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'OVERLOADED',
  'JOURNAL_UNAVAILABLE',
  'SIGNING_UNAVAILABLE',
  'IN_PROGRESS',
])

/** After how many seconds the same may be tried again; undefined when time alone changes nothing. */
export function findRetryAfter(error: GatewayError): number | undefined {
  if (error instanceof RetryLater) return error.retryAfterSeconds
  return passing.has(error.code) ? 1 : undefined
}

/** What was not thrown on purpose is INTERNAL: its text stays in `cause`, for the log. */
export function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError('INTERNAL', errorMeanings.INTERNAL, [], { cause: error })
}

/** What a source answers; whatever it throws is SOURCE_UNAVAILABLE with `detail`, its own text kept for the log. */
export async function available<T>(detail: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    throw new GatewayError('SOURCE_UNAVAILABLE', detail, [], { cause })
  }
}
