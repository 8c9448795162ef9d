import { hash } from 'node:crypto'
import { asGatewayError, GatewayError } from '../base/errors.ts'
import type { Ending } from '../exchange/inbound.ts'
import type { Attempt, ReceivedMessage, ToldAnswer } from '../ws-security/replay.ts'
import type { Channel, ProvenRefusal } from './channel.ts'

/** What is known of a request that may be asked again; SOAP and REST add what they know beside it. */
export interface Retriable {
  /** ticketCBSS: a new one, or that of the attempt before */
  ticket: string
  /** set when the message is ours to answer and its caller may ask again */
  attempt?: Attempt
  /** the last answer that was written, and for which ending */
  told?: { readonly ending: Ending; readonly answer: ToldAnswer }
  /** from here the exchange records every outcome itself */
  recorded: boolean
}

const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i

/** A ticket that is a UUID is taken for the message's own id (docs/divergences.md); small counters of clients are not. */
export function idOfTicket(ticket: string | undefined): string | undefined {
  return ticket !== undefined && uuid.test(ticket) ? ticket.toLowerCase() : undefined
}

/** What stands for a message's own id in store and journal: it is the caller's text, which could be anything. */
export function digestOfId(signer: string, id: string): string {
  return hash('sha256', `${signer}\n${id}`)
}

/**
 * Lets a message pass once (design.md §3, Replay). Undefined: it is to be answered now, under `progress.ticket`. Else the answer
 * that its honest caller was told before, whose telling is recorded. Throws REPLAY, REPLAY_CONFLICT, IN_PROGRESS.
 */
export async function admit(
  channel: Channel,
  progress: Retriable,
  message: ReceivedMessage,
  exchange: { readonly channel: 'soap' | 'rest'; readonly service: string },
): Promise<ToldAnswer | undefined> {
  const verdict = await channel.replay.check(message)
  switch (verdict.kind) {
    case 'fresh':
      if (verdict.attempt !== undefined) progress.attempt = verdict.attempt
      return undefined
    case 'again':
      progress.attempt = verdict.attempt
      progress.ticket = verdict.attempt.ticket
      return undefined
    case 'answered': {
      const { signer, digest } = message
      const { ticket, answer } = verdict
      await channel.recordRepeat({ ...exchange, ticket, signer, message: digest })
      progress.ticket = ticket
      return answer
    }
    case 'inProgress':
      throw new GatewayError('IN_PROGRESS')
    case 'same':
      throw new GatewayError('REPLAY')
    case 'conflict':
      throw new GatewayError('REPLAY_CONFLICT')
  }
}

/**
 * Writes what will be told, and keeps it for a caller that may ask again. Called before the last entry: an answer that cannot be kept is
 * told all the same, and who asks again is refused. Rejects with SIGNING_UNAVAILABLE when there is a body that cannot be signed, and with
 * IN_PROGRESS when another process may answer the message by now: it is not told, and so the entry must not say that it was.
 */
export async function prepareTelling(
  channel: Channel,
  progress: Retriable,
  ending: Ending,
  write: () => ToldAnswer | Promise<ToldAnswer>,
): Promise<void> {
  try {
    const answer = await write()
    progress.told = { ending, answer }
    if (answer.retryAfterSeconds === undefined) await progress.attempt?.keep(answer)
  } catch (cause) {
    const isUntold =
      cause instanceof GatewayError &&
      (cause.code === 'SIGNING_UNAVAILABLE' || cause.code === 'IN_PROGRESS')
    if (isUntold && ending.body !== undefined) throw cause
    channel.log.error('answer not kept', { ticket: progress.ticket }, cause)
  }
}

/**
 * What was prepared for this body or error, whose entry is durable by now; from here on it is what a retry is told. Undefined when
 * nothing was: the ending is another one than the entry would have said, because that could not be written.
 */
export function preparedFor(
  progress: Retriable,
  told: string | GatewayError,
): ToldAnswer | undefined {
  const { ending, answer } = progress.told ?? {}
  if (ending === undefined || (ending.body ?? ending.refused) !== told) return undefined
  if (answer?.retryAfterSeconds === undefined) progress.attempt?.complete()
  else progress.attempt?.release()
  return answer
}

/** A refused request, as far as it is known; without a signer its caller is not. */
type Refused = Omit<ProvenRefusal, 'ticket' | 'code' | 'signer'> & {
  readonly signer: string | undefined
}

/**
 * A refusal of an unknown caller goes to the security log; of a known one into the journal, unless it is there already. What is to
 * be told: the refusal, or why it could not be recorded. Never rejects.
 */
export async function recordRefused(
  channel: Channel,
  progress: Retriable,
  { signer, ...request }: Refused,
  cause: unknown,
  write: (ending: Ending) => ToldAnswer | Promise<ToldAnswer>,
): Promise<GatewayError> {
  const error = asGatewayError(cause)
  const { ticket, recorded } = progress
  if (error.code === 'INTERNAL') channel.log.error('internal error', { ticket }, error.cause)
  if (signer === undefined) {
    channel.securityLog.refused(request.channel, request.service, error)
    return error
  }
  if (recorded) return error
  const ending = { refused: error }
  await prepareTelling(channel, progress, ending, () => write(ending))
  try {
    await channel.recordRefusal({ ...request, ticket, signer, code: error.code })
    return error
  } catch (journalError) {
    return asGatewayError(journalError)
  }
}
