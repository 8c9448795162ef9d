import { hash } from 'node:crypto'
import type { ReceivedMessage } from '../ws-security/replay.ts'

/** What is remembered of a message, as both stores of replay keys give it. */
export interface KnownMessage {
  readonly ticket: string | null
  readonly attempt: number
  /** null: nobody may ask again; empty: no process has it */
  readonly owner: string | null
  /** null when it was put back from a journal */
  readonly secret_hash: string | null
  /** 1 when its last entry is durable */
  readonly completed: number
  /** 1 while the process that owns it lives */
  readonly live: number
  /** the answer that a completed one was told, when it was kept */
  readonly sealed: Uint8Array | null
}

/** What its next coming is told; `again` to who then takes the next attempt. */
export type Judgement<Known> =
  | { readonly kind: 'inProgress' | 'same' | 'conflict' }
  | ({ readonly kind: 'answered'; readonly sealed: Uint8Array } & Asking)
  | ({ readonly kind: 'again'; readonly known: Known } & Asking)

/** A caller that may ask again, and the ticket of its message. */
interface Asking {
  readonly ticket: string
  readonly secret: Uint8Array
}

/** What a message that came before, or its id, is told. Undefined: its id came with other content. */
export function judgeKnown<Known extends KnownMessage>(
  known: Known | undefined,
  { secret }: Pick<ReceivedMessage, 'secret'>,
): Judgement<Known> {
  if (known === undefined) return { kind: 'conflict' }
  const { ticket, owner, secret_hash, sealed } = known
  // nobody who may ask again asks, or nobody who might have asked
  if (secret === undefined || ticket === null || owner === null) return { kind: 'same' }
  if (secret_hash !== null && secret_hash !== hashOf(secret)) return { kind: 'same' }
  if (known.completed === 1)
    return sealed === null ? { kind: 'same' } : { kind: 'answered', ticket, secret, sealed }
  return known.live === 1 ? { kind: 'inProgress' } : { kind: 'again', ticket, secret, known }
}

/** What stands in the store for a message's secret. */
export function hashOf(secret: Uint8Array): string {
  return hash('sha256', secret)
}

/** What the journals say of a message: that it came, or that its last entry stands there. */
export type Recalled =
  | { readonly kind: 'received'; readonly message: RecordedMessage }
  | { readonly kind: 'completed'; readonly digest: string }

export interface RecordedMessage extends Omit<ReceivedMessage, 'secret'> {
  /** number of the attempt that the entry belongs to */
  readonly attempt: number
}
