import type { GatewayError } from '../base/errors.ts'
import type { Caller } from '../institutions/caller.ts'
import type { Prepared, Operation, Service } from '../services/operation.ts'
import type { PreparedRecord, RecordOperation } from '../services/record-operation.ts'

/** A request whose sender is proven, whose contract holds, and that was not seen before: what a channel hands over. */
export interface Inbound {
  /** ticketCBSS: a lower-case UUID made at reception */
  readonly ticket: string
  readonly receivedAtMs: number
  readonly channel: 'soap' | 'rest' | 'file'
  readonly caller: Caller
  /** of a message that holds several requests: the same caller under the legal context of each */
  readonly callers?: readonly Caller[]
  /** distinguished name of the TLS certificate, when one was shown */
  readonly tlsSubject: string | undefined
  /** `unknown` when a certificate of the caller was taken without revocation status */
  readonly revocation: 'checked' | 'unknown'
  readonly service: Service
  readonly operation: Operation | RecordOperation
  readonly prepared: Prepared | PreparedRecord
  /** place of the request in its message, from 1, when the message holds several */
  readonly ordinal?: number
  /** digest of what was signed (SOAP: canonical SignedInfo; REST: caller, path and request bytes), for the journal */
  readonly messageDigest: string
  /** digest of the message's own id, when it has one, for the journal */
  readonly messageId?: string
  /** number of the attempt at this message; absent is the first */
  readonly attempt?: number
  /**
   * Writes what will be told and keeps it for a caller that asks again. Awaited before the last entry goes to the journal, so
   * that a durable last entry has its answer whenever the process dies. Rejects with SIGNING_UNAVAILABLE when a body cannot be signed.
   */
  readonly beforeLastEntry?: ((ending: Ending) => Promise<void>) | undefined
}

/** How an exchange ends: with a body, or refused. */
export type Ending =
  | { readonly body: string; readonly refused?: undefined }
  | { readonly body?: undefined; readonly refused: GatewayError }

/** What leaves: the body as it will be signed or sent, already digested in the journal. */
export interface Outbound {
  /** SOAP: the body child in exclusive-C14N form; REST: JSON text */
  readonly body: string
  readonly status: string
}

export type { Operation, Prepared, Service } from '../services/operation.ts'

/** How a refusal is told inside a normal reply; for channels, which know exchanges and not services. */
export { findRefusalStatus } from '../services/statuses.ts'
