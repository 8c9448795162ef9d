import { asGatewayError, GatewayError } from '../base/errors.ts'
import type { Caller } from '../institutions/caller.ts'
import type { BundledRequest, PreparedBundle } from '../services/bundle-operation.ts'
import { dataFound } from '../services/statuses.ts'
import { answered, consult, describe, exchange, informationCbss, orFailed } from './exchange.ts'
import type { Inbound, Outbound } from './inbound.ts'
import { record, type RecordingGateway } from './record.ts'

/**
 * Answers one message. Most hold one request (exchange.ts); one that holds several has an entry when it is opened and one when it is
 * answered, and between them each request its own, under the ticket of the message and its place in it. Throws GatewayError when
 * nothing of it is answered.
 */
export async function answerMessage(
  gateway: RecordingGateway,
  inbound: Inbound,
): Promise<Outbound> {
  const { prepared } = inbound
  return prepared.kind === 'bundle'
    ? answerBundle(gateway, inbound, prepared)
    : exchange(gateway, inbound)
}

async function answerBundle(
  gateway: RecordingGateway,
  inbound: Inbound,
  prepared: PreparedBundle,
): Promise<Outbound> {
  const { requests } = prepared
  const callers = inbound.callers ?? []
  if (prepared.invalid !== undefined || callers.length !== requests.length) {
    throw new GatewayError('INTERNAL', 'message without its requests, or a caller for each')
  }
  // each request has a legal context of its own
  const whole = { ...inbound, caller: { ...inbound.caller, legalContext: undefined } }
  await gateway.journal.append({ kind: 'opened', ...describe(gateway, whole) })
  return orFailed(gateway, whole, async () => {
    const replies: string[] = []
    for (const [index, request] of requests.entries()) {
      const part = partOf(inbound, index, callers[index] as Caller)
      replies.push(await answerRequest(gateway, part, request))
    }
    const body = prepared.writeXml(informationCbss(gateway, inbound), replies)
    return answered(gateway, whole, body, dataFound.code)
  })
}

/** A request as an exchange of its own; the message is told, and kept for who asks again, as a whole. */
function partOf(inbound: Inbound, index: number, caller: Caller): Inbound {
  const ordinal = index + 1
  const ticket = `${inbound.ticket}/${ordinal}`
  return { ...inbound, caller, ordinal, ticket, beforeLastEntry: undefined }
}

/** Its part of the reply. A refusal is told there; our own failure, or that of the journal, ends the whole message. */
async function answerRequest(
  gateway: RecordingGateway,
  part: Inbound,
  request: BundledRequest,
): Promise<string> {
  try {
    const { body } = await answerPart(gateway, part, request)
    return body
  } catch (cause) {
    const error = asGatewayError(cause)
    if (error.code === 'JOURNAL_UNAVAILABLE' || error.code === 'INTERNAL') throw error
    return request.refuse(error)
  }
}

async function answerPart(
  gateway: RecordingGateway,
  part: Inbound,
  request: BundledRequest,
): Promise<Outbound> {
  if (request.kind === 'refused') {
    const { code } = request.refused
    await gateway.journal.append({ ...describe(gateway, part), kind: 'refused', code })
    throw request.refused
  }
  const { operation, prepared } = request
  const inbound = { ...part, operation, prepared }
  return request.kind === 'record'
    ? record(gateway, inbound, request.operation, request.prepared)
    : consult(gateway, inbound, request.operation, request.prepared)
}
