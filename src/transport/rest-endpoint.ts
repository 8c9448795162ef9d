import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { civilDateAt } from '../base/civil-date.ts'
import { asGatewayError, GatewayError } from '../base/errors.ts'
import type { Inbound, Service } from '../exchange/inbound.ts'
import { identifyCaller } from '../institutions/caller.ts'
import type { Institution } from '../institutions/institution.ts'
import { problemHeaders, problemOf } from '../rest/problem.ts'
import {
  answerHeaders,
  checkHead,
  jsonMediaType,
  readQuery,
  type CheckJson,
} from '../rest/query.ts'
import { connectionHeader, readBody } from './body.ts'
import type { Channel } from './channel.ts'
import { readTlsIdentity } from './client-certificate.ts'

/** One consultation offered as `POST …/query`. */
export interface RestOperation {
  readonly path: string
  readonly service: Service
  readonly operation: Extract<Inbound['operation'], { kind: 'consult' }>
  readonly checkRequest: CheckJson
}

export interface RestChannel extends Channel {
  readonly restBytesMax: number
}

/** Handles one REST request from head to answer; rejects only when its refusal cannot be written. */
export async function handleRest(
  channel: RestChannel,
  offered: RestOperation,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const ticket = channel.newTicket()
  const headers = answerHeaders(ticket, request.headers['belgov-trace-id'])
  let known: Institution | undefined
  let recorded = false
  try {
    using visit = channel.admission.enter(request, response)
    checkMethod(request)
    checkHead({ headers: request.headers, queryNames: queryNames(request.url ?? '') })
    const tls = readTlsIdentity(request, channel.trust, channel.institutions, channel.nowMs())
    if (tls === undefined) throw new GatewayError('CLIENT_CERTIFICATE_MISSING')
    visit.identify(tls.institution.id)
    known = tls.institution
    const bytes = await readBody(request, channel.restBytesMax, visit)
    const receivedAtMs = channel.nowMs()
    const prepared = offered.operation.prepareJson(readQuery(bytes, offered.checkRequest))
    const caller = identifyCaller(
      channel.institutions,
      { signer: tls.institution, tls: tls.institution },
      prepared.envelope.informationCustomer?.customerIdentification,
      { contract: offered.service.contract, legalContext: prepared.envelope.legalContext },
      civilDateAt(receivedAtMs),
    )
    recorded = true // from here the exchange records every outcome itself
    const { body } = await channel.exchange({
      ticket,
      receivedAtMs,
      channel: 'rest',
      caller,
      tlsSubject: tls.subject,
      revocation: tls.revocation,
      service: offered.service,
      operation: offered.operation,
      prepared,
      messageDigest: createHash('sha256').update(bytes).digest('hex'),
    })
    send(response, 200, { ...headers, 'Content-Type': jsonMediaType }, body)
  } catch (cause) {
    const refused = await recordUnlessDone(channel, offered, ticket, known, recorded, cause)
    const problem = problemOf(refused, {
      ticket,
      callerProven: known !== undefined,
      sizeBytesMax: channel.restBytesMax,
    })
    const text = JSON.stringify(problem)
    send(response, problem.status, { ...headers, ...problemHeaders(problem, ['POST']) }, text)
  }
}

async function recordUnlessDone(
  channel: RestChannel,
  offered: RestOperation,
  ticket: string,
  known: Institution | undefined,
  recorded: boolean,
  cause: unknown,
): Promise<GatewayError> {
  const error = asGatewayError(cause)
  if (error.code === 'INTERNAL') channel.log.error('internal error', { ticket }, error.cause)
  const service = `${offered.service.name}/v${offered.service.version}`
  if (known === undefined) {
    channel.securityLog.refused('rest', service, error)
    return error
  }
  if (recorded) return error
  try {
    const signer = known.id
    await channel.recordRefusal({ ticket, channel: 'rest', signer, service, code: error.code })
    return error
  } catch (journalError) {
    return asGatewayError(journalError)
  }
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
  status: number,
  headers: Record<string, string>,
  body: string,
): void {
  const bytes = Buffer.from(body)
  const connection = connectionHeader(response.req)
  response.writeHead(status, { ...headers, ...connection, 'Content-Length': bytes.length })
  response.end(bytes)
}
