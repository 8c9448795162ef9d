import type { ErrorCode } from '../base/errors.ts'
import { findMessageCode, messageCodes, type MessageCode } from '../base/message-codes.ts'

/**
 * Every error as a SOAP caller hears it (design.md §3, Faults); printed in test/output/fault-table.txt.
 *
 * `unproven`: told before the signer is proven: one generic sentence a class, nothing of the request, so the fault can be
 * signed beforehand. All that only a wrong key, signature or certificate causes answers alike. `proven`: told to a known
 * caller, as the status of a normal reply or as a fault with the general code. `transport`: by HTTP status, before or instead
 * of a SOAP exchange. `elsewhere`: another channel's; over SOAP it would be our own mistake, told as an internal error.
 */
export interface FaultRow {
  readonly phase: 'transport' | 'unproven' | 'proven' | 'elsewhere'
  readonly faultcode: FaultCode
  /** faultstring (SOAP 1.1), Reason (SOAP 1.2) */
  readonly text: string
  /** whether what a proven caller may read beside the error stands in the text too, for contracts whose faults have no detail */
  readonly tellsInformation?: true
  /** HTTP status under SOAP 1.1; `httpStatusOf` knows SOAP 1.2 */
  readonly httpStatus: number
}

export type FaultCode =
  | 'soap:Client'
  | 'soap:Server'
  | 'soap:MustUnderstand'
  | 'wsse:InvalidSecurity'
  | 'wsse:InvalidSecurityToken'
  | 'wsse:UnsupportedAlgorithm'
  | 'wsse:FailedCheck'
  | 'wsu:MessageExpired'

/** The faultstring of real internal errors, literally (conventions.md §7). */
const internalText = 'An error occurred while servicing your request.'

const client = { faultcode: 'soap:Client', httpStatus: 500 } as const
const server = { faultcode: 'soap:Server', httpStatus: 500 } as const

const malformed = {
  ...client,
  phase: 'unproven',
  text: 'The message is not XML 1.0 in UTF-8 within the limits of the gateway.',
} as const
const invalidSecurity = {
  phase: 'unproven',
  faultcode: 'wsse:InvalidSecurity',
  text: 'An error was discovered processing the wsse:Security header.',
  httpStatus: 500,
} as const
const unsupported = {
  phase: 'unproven',
  faultcode: 'wsse:UnsupportedAlgorithm',
  text:
    'An algorithm or key was used that is not accepted: SHA-256 or better, ' +
    'RSA of 2048 bits or more, P-256 or P-384.',
  httpStatus: 500,
} as const
const failedCheck = {
  phase: 'unproven',
  faultcode: 'wsse:FailedCheck',
  text: 'The signature or its certificate was not accepted.',
  httpStatus: 500,
} as const
const clientCertificate = {
  ...client,
  phase: 'transport',
  text: 'A TLS client certificate of the institution is needed.',
  httpStatus: 403,
} as const
const replay = {
  phase: 'proven',
  faultcode: 'wsse:FailedCheck',
  text: 'The message was already received.',
  httpStatus: 500,
} as const
const internal = { ...server, phase: 'proven', text: internalText } as const
const elsewhere = { ...server, phase: 'elsewhere', text: internalText } as const

/** A refusal whose sentence is that of its general code. */
function proven(code: MessageCode, whose: typeof client | typeof server): FaultRow {
  return { ...whose, phase: 'proven', text: messageCodes[code].en }
}

export const faultTable = {
  METHOD_NOT_ALLOWED: { ...client, phase: 'transport', text: 'Use POST.', httpStatus: 405 },
  NOT_FOUND: { ...client, phase: 'transport', text: 'No service at this path.', httpStatus: 404 },
  MEDIA_TYPE: {
    ...client,
    phase: 'transport',
    text: 'Use text/xml or application/soap+xml in UTF-8 without content encoding.',
    httpStatus: 415,
  },
  NOT_ACCEPTABLE: elsewhere,
  MESSAGE_TOO_LARGE: {
    ...client,
    phase: 'transport',
    text: 'The message is larger than this channel accepts.',
    httpStatus: 413,
  },
  MESSAGE_INCOMPLETE: {
    ...client,
    phase: 'transport',
    text: 'The message breaks off.',
    httpStatus: 400,
  },
  CLIENT_CERTIFICATE_MISSING: clientCertificate,
  CLIENT_CERTIFICATE_REFUSED: clientCertificate,
  OVERLOADED: {
    ...server,
    phase: 'transport',
    text: 'Too many requests at once.',
    httpStatus: 503,
  },
  // Server, not Client: the same message may succeed later (SOAP 1.1 §4.4.1)
  TOO_MANY_REQUESTS: {
    ...server,
    phase: 'transport',
    text: 'Too many requests or connections of this caller.',
    httpStatus: 429,
  },

  XML_ENCODING: malformed,
  XML_DOCTYPE: malformed,
  XML_MALFORMED: malformed,
  XML_LIMIT: malformed,

  SOAP_ENVELOPE: {
    ...client,
    phase: 'unproven',
    text: 'The message is not a SOAP 1.1 or 1.2 envelope with one request in its body.',
  },
  SOAP_MUST_UNDERSTAND: {
    phase: 'unproven',
    faultcode: 'soap:MustUnderstand',
    text: 'A header that must be understood is not.',
    httpStatus: 500,
  },
  SOAP_ACTION: {
    ...client,
    phase: 'unproven',
    text: 'SOAPAction names another operation than the body.',
  },
  SOAP_OPERATION: {
    ...client,
    phase: 'unproven',
    text: 'The body holds no request of this service.',
  },

  WSS_HEADER: invalidSecurity,
  WSS_TIMESTAMP_MISSING: {
    ...invalidSecurity,
    text: 'The wsse:Security header has no wsu:Timestamp.',
  },
  WSS_TIMESTAMP_FORM: invalidSecurity,
  WSS_TIMESTAMP_WINDOW: {
    phase: 'unproven',
    faultcode: 'wsu:MessageExpired',
    text: 'The wsu:Timestamp has expired, is not yet valid, or spans too long a time.',
    httpStatus: 500,
  },
  WSS_ALGORITHM: unsupported,
  WSS_REFERENCE: invalidSecurity,
  WSS_PLAIN_ID: {
    ...invalidSecurity,
    text: 'Signed parts must be named by wsu:Id, not by a plain Id.',
  },
  WSS_DUPLICATE_ID: invalidSecurity,
  WSS_TOKEN: {
    phase: 'unproven',
    faultcode: 'wsse:InvalidSecurityToken',
    text: 'The security token is missing or not in an accepted form.',
    httpStatus: 500,
  },
  WSS_SIGNATURE: failedCheck,
  WSS_DIGEST: failedCheck,

  CERT_UNKNOWN_CA: failedCheck,
  CERT_VALIDITY: failedCheck,
  CERT_REVOKED: failedCheck,
  CERT_REVOCATION_UNKNOWN: failedCheck,
  CERT_KEY_USAGE: failedCheck,
  CERT_CONSTRAINT: failedCheck,
  CERT_WEAK: unsupported,
  CERT_NOT_QUALIFIED: failedCheck,
  CERT_UNBOUND: failedCheck,
  CMS_FORM: elsewhere,

  CLOCK_SKEW: {
    phase: 'proven',
    faultcode: 'wsu:MessageExpired',
    text: 'The message came outside the time of its wsu:Timestamp: set your clock.',
    httpStatus: 500,
    tellsInformation: true,
  },
  REPLAY: replay,
  REPLAY_CONFLICT: replay,
  IN_PROGRESS: {
    ...server,
    phase: 'proven',
    text: 'The message is being answered; send it again later.',
    httpStatus: 503,
  },
  CONTRACT_INVALID: proven('MSG00004', client),
  CALLER_MISMATCH: proven('MSG00014', client),
  LEGAL_CONTEXT_UNKNOWN: proven('MSG00013', client),
  NOT_AUTHORISED: proven('MSG00013', client),
  NOTHING_GRANTED: proven('MSG00027', client),
  NOT_IMPLEMENTED: proven('MSG00025', client),
  NOT_INTEGRATED: proven('MSG00012', client),
  SSIN_STRUCTURE: proven('MSG00011', client),
  SSIN_UNKNOWN: proven('MSG00005', client),
  SSIN_REPLACED: proven('MSG00006', client),
  SSIN_CANCELLED: proven('MSG00007', client),
  REQUEST_INVALID: proven('MSG00008', client),
  SOURCE_UNAVAILABLE: proven('MSG00020', server),
  JOURNAL_UNAVAILABLE: proven('MSG00001', server),
  // the one fault without a signature: there is nobody to sign it
  SIGNING_UNAVAILABLE: {
    ...server,
    phase: 'transport',
    text: messageCodes.MSG00001.en,
    httpStatus: 503,
  },
  INTERNAL: internal,
} as const satisfies Record<ErrorCode, FaultRow>

/** Whether a proven caller hears the error as the status of a normal reply (NO_RESULT), not as a fault. */
export function isToldAsStatus(code: ErrorCode): boolean {
  const messageCode = findMessageCode(code)
  return messageCode !== undefined && messageCodes[messageCode].told === 'status'
}

/** HTTP status of a fault: 500 under SOAP 1.1 §6.2; under SOAP 1.2 part 2 §7.5.2.2 faults of the sender are 400. */
export function httpStatusOf(code: ErrorCode, soapVersion: '1.1' | '1.2'): number {
  const { httpStatus, faultcode } = faultTable[code]
  if (soapVersion === '1.1' || httpStatus !== 500) return httpStatus
  return faultcode === 'soap:Server' || faultcode === 'soap:MustUnderstand' ? 500 : 400
}
