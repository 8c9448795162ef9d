import type { Language } from '../base/texts.ts'

/** A message whose signer is proven, reduced to what recognises it when it comes again. */
export interface ReceivedMessage {
  /** digest over the canonical SignedInfo and the signer; over the caller and the request's bytes in REST */
  readonly digest: string
  /** id of the institution that signed */
  readonly signer: string
  /** digest of the message's own id (`wsa:MessageID`), when it carries one; must be unique per signer */
  readonly messageId: string | undefined
  /**
   * UTC ms from which the message is refused anyway, clock skew included (end of the timestamp window): until then the key
   * is kept
   */
  readonly expiresAtMs: number
  /** ticketCBSS of the exchange that begins when the message is fresh */
  readonly ticket: string
  /**
   * What only the message itself carries: its SignatureValue, or the request's bytes in REST. Set when the caller showed a TLS
   * client certificate of the signer: only such a caller may be an honest one that asks again.
   */
  readonly secret: Uint8Array | undefined
}

/** What was told, status of HTTP and bytes of the body. */
export interface ToldAnswer {
  readonly httpStatus: number
  readonly bytes: Uint8Array
  /** of its texts, where the caller could choose one (REST) */
  readonly language?: Language
  /** told beside it; nothing is kept that says to try again */
  readonly retryAfterSeconds?: number
}

/** The right to answer one message; one attempt at a time has it. */
export interface Attempt {
  /** ticketCBSS, the same in all attempts at one message */
  readonly ticket: string
  /** from 1 */
  readonly number: number
  /**
   * Keeps what is going to be told, encrypted with a key derived from the secret. Before the attempt's last entry goes to the journal: so
   * that a durable entry has its answer, whenever the process dies. Rejects when it cannot be kept; with GatewayError IN_PROGRESS when
   * another process may have the right by now: then nothing may be told.
   */
  keep(answer: ToldAnswer): Promise<void>
  /** The attempt's last entry is durable: who asks again is told what was kept, and there is no further attempt. */
  complete(): void
  /** Nothing could be told: the message is not used up, and its next coming is a further attempt. */
  release(): void
}

/**
 * `fresh`: never seen. `again`: came before, but the process that was answering died. `answered`: came before, with the answer that was
 * told. `inProgress`: is being answered. `same`: these very signed bytes came before. `conflict`: the id came before with
 * other content. An attempt comes with a secret only.
 */
export type ReplayVerdict =
  | { readonly kind: 'fresh'; readonly attempt?: Attempt }
  | { readonly kind: 'again'; readonly attempt: Attempt }
  | { readonly kind: 'answered'; readonly ticket: string; readonly answer: ToldAnswer }
  | { readonly kind: 'inProgress' | 'same' | 'conflict' }

/**
 * Replay keys and kept answers, shared by all processes of one machine or of several (design.md §3); `store/` implements it. Asking and
 * remembering are one atomic step: of two processes that receive the same message at once, exactly one is told `fresh`.
 * Rejects with GatewayError when a key cannot be kept (INTERNAL, OVERLOADED): a message that cannot be remembered is refused.
 */
export interface ReplayStore {
  check(message: ReceivedMessage): Promise<ReplayVerdict>
  /** whether a message was received, by its digest; remembers nothing */
  isKnown(digest: string): Promise<boolean>
}
