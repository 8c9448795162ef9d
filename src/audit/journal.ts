/**
 * One line of the journal (design.md §7). It holds no personal data in clear: persons are keyed digests, bodies are digests.
 * `at` is an instant in ISO 8601 UTC.
 */
export interface Entry {
  readonly kind: 'opened' | 'granted' | 'refused' | 'answered' | 'failed' | 'repeated'
  readonly at: string
  /** ticketCBSS, the same in all entries of one exchange */
  readonly ticket: string
  /** keyed digest of the ticket that the caller gave its request; the text is the caller's own and could hold anything */
  readonly customerTicket?: string
  readonly channel?: 'soap' | 'rest' | 'file'
  readonly consumer?: string
  readonly signer?: string
  readonly beneficiary?: string
  /** keyed digest of the number of the person who asked at the institution, where the contract names it */
  readonly user?: string
  readonly service?: string
  readonly operation?: string
  readonly legalContext?: string
  /** a certificate of the caller was taken although nothing spoke about its revocation (soft fail) */
  readonly revocation?: 'unknown'
  /** digest of what was signed: the request's replay key */
  readonly message?: string
  /** digest of the message's own id, where it has one: an id must not come again with other content */
  readonly messageId?: string
  /** which attempt at the message this is, from 2 on: the process of the attempt before it died */
  readonly attempt?: number
  /** keyed digest of the person or employer asked about */
  readonly subject?: string
  readonly deliberations?: readonly { readonly deliberation: string; readonly version: string }[]
  /** digest of the granted paths, whose list the deliberation file and version give */
  readonly granted?: string
  /** internal code of a refusal or failure, and the rule or paragraph behind it */
  readonly code?: string
  readonly rule?: string
  /** blocks given and withheld */
  readonly given?: readonly string[]
  readonly withheld?: readonly string[]
  /** keyed digest of every person in the answer */
  readonly persons?: readonly string[]
  /** status code told to the caller */
  readonly status?: string
  /** SHA-256 of the body that leaves */
  readonly body?: string
}

/** The journal as the exchange needs it: the promise resolves when the entry is durable, and rejects when it cannot be. */
export interface Journal {
  append(entry: Entry): Promise<void>
}

/** Turns a number that identifies a person or an employer into a keyed digest: equal numbers are equal, no way back. */
export type KeyedDigest = (text: string) => string
