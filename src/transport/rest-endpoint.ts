import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { civilDateAt } from '../base/civil-date.ts'
import { GatewayError } from '../base/errors.ts'
import type { Ending, Inbound, Service } from '../exchange/inbound.ts'
import { identifyCaller } from '../institutions/caller.ts'
import type { Institution } from '../institutions/institution.ts'
import type { Language } from '../base/texts.ts'
import { chooseLanguage, defaultLanguage } from '../rest/language.ts'
import { problemHeaders, problemOf } from '../rest/problem.ts'
import {
  answerHeaders,
  checkHead,
  jsonMediaType,
  readQuery,
  type CheckJson,
} from '../rest/query.ts'
import type { ToldAnswer } from '../ws-security/replay.ts'
import { connectionHeader, readBody } from './body.ts'
import type { Channel } from './channel.ts'
import { readTlsIdentity } from './client-certificate.ts'
import {
  admit,
  digestOfId,
  idOfTicket,
  preparedFor,
  prepareTelling,
  recordRefused,
  type Retriable,
} from './retry.ts'

/** One consultation offered as `POST …/query`. */
export interface RestOperation {
  readonly path: string
  readonly service: Service
  readonly operation: Extract<Inbound['operation'], { kind: 'consult' }>
  readonly checkRequest: CheckJson
}

export interface RestChannel extends Channel {
  readonly restBytesMax: number
  /** how long a request with an id of its own is known: as long as a signed message may live */
  readonly lifetimeMsMax: number
}

/** What is known of a request so far; decides how a refusal may be told. */
interface Progress extends Retriable {
  known?: Institution
  readonly language: Language
}

/** Handles one REST request from head to answer; rejects only when its refusal cannot be written. */
export async function handleRest(
  channel: RestChannel,
  offered: RestOperation,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const language = chooseLanguage(request.headers['accept-language'])
  const progress: Progress = { ticket: channel.newTicket(), recorded: false, language }
  try {
    const told = await answer(channel, offered, request, response, progress)
    send(response, progress.ticket, told)
  } catch (cause) {
    const tell = (ending: Ending) => write(channel, progress, ending)
    const refused = {
      channel: 'rest' as const,
      service: nameOf(offered),
      signer: progress.known?.id,
    }
    const error = await recordRefused(channel, progress, refused, cause, tell)
    const refusal = preparedFor(progress, error) ?? tell({ refused: error })
    send(response, progress.ticket, refusal)
  }
}

/** The answer, recorded; in the order of design.md §3. */
async function answer(
  channel: RestChannel,
  offered: RestOperation,
  request: IncomingMessage,
  response: ServerResponse,
  progress: Progress,
): Promise<ToldAnswer> {
  using visit = channel.admission.enter(request, response)
  checkMethod(request)
  checkHead({ headers: request.headers, queryNames: queryNames(request.url ?? '') })
  const tls = readTlsIdentity(request, channel.trust, channel.institutions, channel.nowMs())
  if (tls === undefined) throw new GatewayError('CLIENT_CERTIFICATE_MISSING')
  const { institution } = tls
  visit.identify(institution.id)
  progress.known = institution
  const bytes = await readBody(request, channel.restBytesMax, visit)
  const receivedAtMs = channel.nowMs()
  const prepared = offered.operation.prepareJson(readQuery(bytes, offered.checkRequest))
  const { informationCustomer, legalContext } = prepared.envelope
  const digest = digestOf(institution, offered, bytes)
  const id = idOfTicket(informationCustomer?.ticket)
  const messageId = id === undefined ? undefined : digestOfId(institution.id, id)
  // without an id of its own the same question may be asked anew: then each is an exchange
  if (messageId !== undefined) {
    const told = await admit(
      channel,
      progress,
      {
        digest,
        signer: institution.id,
        messageId,
        expiresAtMs: receivedAtMs + channel.lifetimeMsMax,
        ticket: progress.ticket,
        secret: bytes,
      },
      { channel: 'rest', service: nameOf(offered) },
    )
    if (told !== undefined) return told
  }
  const caller = identifyCaller(
    channel.institutions,
    { signer: institution, tls: institution },
    informationCustomer?.customerIdentification,
    { contract: offered.service.contract, legalContext },
    civilDateAt(receivedAtMs),
  )
  progress.recorded = true
  const { number = 1 } = progress.attempt ?? {}
  const { body } = await channel.exchange({
    ticket: progress.ticket,
    receivedAtMs,
    channel: 'rest',
    caller,
    tlsSubject: tls.subject,
    revocation: tls.revocation,
    service: offered.service,
    operation: offered.operation,
    prepared,
    messageDigest: digest,
    ...(messageId !== undefined && { messageId }),
    ...(number > 1 && { attempt: number }),
    beforeLastEntry: (ending) =>
      prepareTelling(channel, progress, ending, () => write(channel, progress, ending)),
  })
  return preparedFor(progress, body) ?? write(channel, progress, { body })
}

/** The request as its caller put it: nobody else's, and to no other operation. */
function digestOf({ id }: Institution, { path }: RestOperation, bytes: Uint8Array): string {
  return createHash('sha256').update(`${id}\n${path}\n`).update(bytes).digest('hex')
}

/** The document that tells an ending. */
function write(channel: RestChannel, progress: Progress, { body, refused }: Ending): ToldAnswer {
  if (refused === undefined) return { httpStatus: 200, bytes: Buffer.from(body) }
  const problem = problemOf(refused, {
    ticket: progress.ticket,
    callerProven: progress.known !== undefined,
    sizeBytesMax: channel.restBytesMax,
    language: progress.language,
  })
  const { status: httpStatus, retryAfterSec: retryAfterSeconds } = problem
  const bytes = Buffer.from(JSON.stringify(problem))
  return {
    httpStatus,
    bytes,
    language: progress.language,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}

function nameOf({ service }: RestOperation): string {
  return `${service.name}/v${service.version}`
}

function checkMethod({ method }: IncomingMessage): void {
  if (method !== 'POST') throw new GatewayError('METHOD_NOT_ALLOWED')
}

function queryNames(url: string): string[] {
  // not by URL: a target that is none would be an error of ours
  const [, query = ''] = url.split(/\?(.*)/s)
  return [...new URLSearchParams(query).keys()]
}

function send(
  response: ServerResponse,
  ticket: string,
  { httpStatus, bytes, language = defaultLanguage, retryAfterSeconds: retryAfterSec }: ToldAnswer,
): void {
  const request = response.req
  const problem = { status: httpStatus, ...(retryAfterSec !== undefined && { retryAfterSec }) }
  response.writeHead(httpStatus, {
    ...answerHeaders(ticket, request.headers['belgov-trace-id']),
    ...(httpStatus === 200
      ? { 'Content-Type': jsonMediaType }
      : problemHeaders(problem, ['POST'], language)),
    ...connectionHeader(request),
    'Content-Length': bytes.length,
  })
  response.end(bytes)
}
