import type { ErrorCode } from './errors.ts'

/**
 * Whether sending again helps. `no`: the same question gets the same answer until somebody changes what stands behind it.
 * `corrected`: once the request is mended. `later`: the same question may succeed when time has passed; over SOAP it is signed anew.
 */
export type Retry = 'no' | 'corrected' | 'later'

export interface Remedy {
  readonly retry: Retry
  /** what the caller does, or whom it asks; one or two English sentences */
  readonly remedy: string
}

/** For docs/fault-codes.md: what to do about every code of the one list. */
export const remedies = {
  METHOD_NOT_ALLOWED: {
    retry: 'corrected',
    remedy: 'Use POST; `GET …?wsdl` gives the contract.',
  },
  NOT_FOUND: {
    retry: 'corrected',
    remedy: 'Take the address from the WSDL or the OpenAPI document; paths are exact.',
  },
  MEDIA_TYPE: {
    retry: 'corrected',
    remedy:
      'SOAP 1.1: `text/xml`; SOAP 1.2: `application/soap+xml`; REST: `application/json`. UTF-8 or no charset, no `Content-Encoding`.',
  },
  NOT_ACCEPTABLE: {
    retry: 'corrected',
    remedy: 'Accept `application/json`, or send no `Accept` header.',
  },
  MESSAGE_TOO_LARGE: {
    retry: 'corrected',
    remedy: 'Ask for less at once; the operator may raise `limits.soapBytesMax` or `restBytesMax`.',
  },
  MESSAGE_INCOMPLETE: {
    retry: 'later',
    remedy:
      'The connection broke off, or the declared length is too large: look at the network and at the client.',
  },
  CLIENT_CERTIFICATE_MISSING: {
    retry: 'corrected',
    remedy: 'Configure the TLS client certificate of the institution, with its chain.',
  },
  CLIENT_CERTIFICATE_REFUSED: {
    retry: 'no',
    remedy:
      'Check validity, issuer and purpose (clientAuth) of the TLS certificate; the operator finds the reason in the log and the binding in the registry.',
  },
  OVERLOADED: {
    retry: 'later',
    remedy: 'Wait as long as `Retry-After` says, then send with growing pauses.',
  },
  TOO_MANY_REQUESTS: {
    retry: 'later',
    remedy:
      'Wait as long as `Retry-After` says and spread the requests; keep connections open. The operator may raise the `limits` of a caller.',
  },
  XML_ENCODING: {
    retry: 'corrected',
    remedy: 'Write XML 1.0 in UTF-8, and no other encoding in the XML declaration.',
  },
  XML_DOCTYPE: { retry: 'corrected', remedy: 'Leave out the document type declaration.' },
  XML_MALFORMED: {
    retry: 'corrected',
    remedy: 'Mend the XML: look for undeclared prefixes and unescaped characters.',
  },
  XML_LIMIT: {
    retry: 'corrected',
    remedy:
      'Depth, elements, attributes or namespaces beyond any real message: look at what wrote it.',
  },
  SOAP_ENVELOPE: {
    retry: 'corrected',
    remedy:
      'One Envelope, one Header, one Body with one child; the SOAP version must be the one of the media type.',
  },
  SOAP_MUST_UNDERSTAND: {
    retry: 'corrected',
    remedy: 'Leave out the header, or its `mustUnderstand`.',
  },
  SOAP_ACTION: {
    retry: 'corrected',
    remedy:
      'Send the SOAPAction of the operation in the body, as the WSDL has it, or an empty one.',
  },
  SOAP_OPERATION: {
    retry: 'corrected',
    remedy: 'The child of the Body must be a request element of the service at this address.',
  },
  WSS_HEADER: {
    retry: 'corrected',
    remedy: 'Send exactly one `wsse:Security` header with the children of docs/wire-profile.md.',
  },
  WSS_TIMESTAMP_MISSING: {
    retry: 'corrected',
    remedy: 'Add a `wsu:Timestamp` with Created and Expires, and sign it.',
  },
  WSS_TIMESTAMP_FORM: {
    retry: 'corrected',
    remedy: 'UTC with `Z`, at most three digits after the second, Created before Expires.',
  },
  WSS_TIMESTAMP_WINDOW: {
    retry: 'corrected',
    remedy: 'Set the clock by NTP, and let the message live for at most five minutes.',
  },
  WSS_ALGORITHM: {
    retry: 'corrected',
    remedy: 'Use RSA or ECDSA with SHA-256 or better, SHA-256 digests, exclusive canonicalization.',
  },
  WSS_REFERENCE: {
    retry: 'corrected',
    remedy:
      'Sign Body and Timestamp, and the token unless its certificate is registered; nothing else, in the forms of docs/wire-profile.md.',
  },
  WSS_PLAIN_ID: {
    retry: 'corrected',
    remedy: "Name signed parts by `wsu:Id` (node-soap: `signerOptions.idMode: 'wssecurity'`).",
  },
  WSS_DUPLICATE_ID: { retry: 'corrected', remedy: 'Give every part an id of its own.' },
  WSS_TOKEN: {
    retry: 'corrected',
    remedy: 'Send the certificate as a BinarySecurityToken and refer to it by its `wsu:Id`.',
  },
  WSS_SIGNATURE: {
    retry: 'corrected',
    remedy: 'Key and certificate do not belong together, or SignedInfo was changed after signing.',
  },
  WSS_DIGEST: {
    retry: 'corrected',
    remedy:
      'Something changed a signed part after signing: a pretty-printer, a proxy, a second serialization.',
  },
  CERT_UNKNOWN_CA: {
    retry: 'no',
    remedy: 'Use a certificate of a CA that the gateway trusts; the operator has the list.',
  },
  CERT_VALIDITY: { retry: 'no', remedy: 'Renew the certificate, and check the clock.' },
  CERT_REVOKED: { retry: 'no', remedy: 'Use another certificate; ask its CA why.' },
  CERT_REVOCATION_UNKNOWN: {
    retry: 'later',
    remedy:
      'The gateway has no fresh CRL or OCSP answer of this CA: its operator looks at `revocation not refreshed` in the log.',
  },
  CERT_KEY_USAGE: {
    retry: 'no',
    remedy:
      'The certificate is not made for this: sign with the seal, connect with the TLS certificate.',
  },
  CERT_CONSTRAINT: { retry: 'no', remedy: 'The path breaks RFC 5280: ask the CA.' },
  CERT_WEAK: {
    retry: 'no',
    remedy:
      'Have a certificate made with RSA of 2048 bits or more, P-256 or P-384, signed with SHA-256.',
  },
  CERT_NOT_QUALIFIED: {
    retry: 'no',
    remedy:
      'Sign with a qualified seal (QcCompliance, QcType eSeal) of a CA that the trusted list grants them to.',
  },
  CERT_UNBOUND: {
    retry: 'no',
    remedy: 'Have the operator bind the certificate to the institution in the registry.',
  },
  CMS_FORM: {
    retry: 'corrected',
    remedy:
      'One detached CMS signature with signed attributes over the bytes of FI, DER in base64.',
  },
  CLOCK_SKEW: {
    retry: 'corrected',
    remedy: 'Set the clock by NTP: the fault says by how much `wsu:Created` differs from our time.',
  },
  REPLAY: {
    retry: 'corrected',
    remedy: 'Sign each request anew: a new Timestamp makes a new message.',
  },
  REPLAY_CONFLICT: {
    retry: 'corrected',
    remedy: 'Give each message a ticket or MessageID of its own.',
  },
  IN_PROGRESS: {
    retry: 'later',
    remedy: 'Send the very same bytes again after `Retry-After`: the answer is on its way.',
  },
  CONTRACT_INVALID: {
    retry: 'corrected',
    remedy: 'Validate the request against the XSD or the JSON Schema of the service.',
  },
  CALLER_MISMATCH: {
    retry: 'no',
    remedy:
      'TLS certificate, signature and declared customer must be one institution, or the customer must have mandated the signer.',
  },
  LEGAL_CONTEXT_UNKNOWN: {
    retry: 'corrected',
    remedy: 'Name a legal context of the institution, letter by letter.',
  },
  NOT_AUTHORISED: {
    retry: 'no',
    remedy:
      'No deliberation allows this: `quadrivium deliberation explain` tells what would be needed.',
  },
  NOTHING_GRANTED: {
    retry: 'no',
    remedy:
      'The deliberation grants nothing that this operation gives: use another operation or legal context.',
  },
  NOT_IMPLEMENTED: {
    retry: 'no',
    remedy: 'The contract has the operation, this gateway does not.',
  },
  NOT_INTEGRATED: {
    retry: 'no',
    remedy:
      'Integrate the person in the reference directory first; a person outside the population is never answered.',
  },
  SSIN_STRUCTURE: { retry: 'corrected', remedy: 'Eleven digits with the right check digits.' },
  SSIN_UNKNOWN: { retry: 'no', remedy: 'The number was never given: check it with the person.' },
  SSIN_REPLACED: {
    retry: 'corrected',
    remedy: 'Ask with the new number, which the refusal tells.',
  },
  SSIN_CANCELLED: { retry: 'no', remedy: 'The number was cancelled: find the right one.' },
  REQUEST_INVALID: {
    retry: 'corrected',
    remedy:
      'Mend the field that the refusal names: an end before a beginning, a page offset of another question.',
  },
  SOURCE_UNAVAILABLE: {
    retry: 'later',
    remedy: 'The authentic source does not answer: send again later.',
  },
  JOURNAL_UNAVAILABLE: {
    retry: 'later',
    remedy:
      'The gateway cannot record and so does not answer: its operator mends the disk and restarts it.',
  },
  SIGNING_UNAVAILABLE: {
    retry: 'later',
    remedy:
      'Send the same bytes again after `Retry-After`: the answer could not be signed, and nothing is proven by this one. The operator looks at the device of the signing key.',
  },
  INTERNAL: {
    retry: 'later',
    remedy: 'A fault of the gateway: give its operator the ticket of the answer.',
  },
} as const satisfies Record<ErrorCode, Remedy>
