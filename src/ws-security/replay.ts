/** A message whose signature was verified, reduced to what recognises it when it comes again. */
export interface ReceivedMessage {
  /** digest over the canonical SignedInfo and the signer; over the request's bytes and the caller in REST */
  readonly digest: string
  /** id of the institution that signed */
  readonly signer: string
  /** the message's own id (`wsa:MessageID`), when it carries one; must be unique per signer */
  readonly messageId: string | undefined
  /**
   * UTC ms from which the message is refused anyway, clock skew included (end of the timestamp window): until then the key
   * is kept
   */
  readonly expiresAtMs: number
}

/** `fresh`: never seen. `same`: these very signed bytes came before. `conflict`: the id came before with other content. */
export type ReplayVerdict = 'fresh' | 'same' | 'conflict'

/**
 * Replay keys shared by all processes of one machine (design.md §3); `store/` implements it. Asking and remembering are one
 * atomic step: of two processes that receive the same message at once, exactly one is told `fresh`.
 * Rejects with GatewayError when a key cannot be kept (INTERNAL, OVERLOADED): a message that cannot be remembered is refused.
 */
export interface ReplayStore {
  check(message: ReceivedMessage): Promise<ReplayVerdict>
}
