import type { IncomingMessage, ServerResponse } from 'node:http'
import { civilDateAt } from '../base/civil-date.ts'
import { asGatewayError, GatewayError } from '../base/errors.ts'
import type { CarriedContracts } from '../contracts/contracts.ts'
import type { XmlContract } from '../contracts/xsd.ts'
import type { Ending, Operation, Prepared, Service } from '../exchange/inbound.ts'
import { checkConnection, findByCertificate, identifyCaller } from '../institutions/caller.ts'
import type { Institution } from '../institutions/institution.ts'
import type { RegisteredCertificates } from '../pki/registered-certificates.ts'
import type { ProvenPath } from '../pki/trust.ts'
import { checkSoapAction, findOperation } from '../soap/dispatch.ts'
import { readEnvelope, type Envelope, type SoapVersion } from '../soap/envelope.ts'
import type { ReceivedMessage, ToldAnswer } from '../ws-security/replay.ts'
import {
  findProvenSkew,
  verifyMessage,
  type SignatureLimits,
  type VerifiedMessage,
} from '../ws-security/verify.ts'
import { parseXml } from '../xml/parse.ts'
import { readElement } from '../xml/read-element.ts'
import type { XmlLimits } from '../xml/scan.ts'
import { connectionHeader, readBody, readContentType } from './body.ts'
import type { Channel } from './channel.ts'
import { readTlsIdentity, type TlsIdentity } from './client-certificate.ts'
import {
  admit,
  digestOfId,
  idOfTicket,
  preparedFor,
  prepareTelling,
  recordRefused,
  type Retriable,
} from './retry.ts'
import type { SoapReplies } from './soap-replies.ts'

/** A service at its endpoint, with the schema its requests must follow. */
export interface SoapService {
  readonly service: Service
  readonly contract: XmlContract
  /** schemas of the documents that its messages carry as text */
  readonly carried: CarriedContracts
}

export interface SoapChannel extends Channel {
  readonly limits: XmlLimits
  readonly signatureLimits: SignatureLimits
  /** certificates that the registry of institutions holds by themselves */
  readonly registered: RegisteredCertificates
  readonly replies: SoapReplies
  /** validates one reply in many against its schema, after it has left */
  readonly sampleReply: (served: SoapService, body: string) => void
}

/** A message whose signer is proven and known; what it asks is read, or why that could not be read is kept. */
interface Received {
  readonly verified: VerifiedMessage
  readonly signer: Institution
  readonly asked: Asked | { readonly refused: GatewayError; readonly operation?: string }
}

interface Asked {
  readonly operation: Operation
  readonly prepared: Prepared
}

/** What is known of a message so far; decides how a refusal may be told. */
export interface Progress extends Retriable {
  /** when the last byte was there; the beginning of the request until then */
  receivedAtMs: number
  version: SoapVersion
  signer?: Institution
  message?: string
  messageId?: string
  operation?: string
  prepared?: Prepared
}

/** Handles one SOAP request from its first header to the signed answer; rejects only when its refusal cannot be written. */
export async function handleSoap(
  channel: SoapChannel,
  served: SoapService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const progress: Progress = {
    ticket: channel.newTicket(),
    receivedAtMs: channel.nowMs(),
    version: '1.1',
    recorded: false,
  }
  try {
    const told = await answer(channel, served, request, response, progress)
    send(response, progress.version, told)
    const body = progress.told?.ending.body
    if (body !== undefined) channel.sampleReply(served, body)
  } catch (cause) {
    const tell = (ending: Ending) => write(channel, served, progress, ending)
    const refused = refusedMessage(progress, served)
    const error = await recordRefused(channel, progress, refused, cause, tell)
    const refusal = preparedFor(progress, error) ?? (await tell({ refused: error }))
    send(response, progress.version, refusal)
  }
}

/** The answer, recorded; in the order of design.md §3. */
async function answer(
  channel: SoapChannel,
  served: SoapService,
  request: IncomingMessage,
  response: ServerResponse,
  progress: Progress,
): Promise<ToldAnswer> {
  progress.version = readVersion(request)
  using visit = channel.admission.enter(request, response)
  // before the message is used up: what is answered could not be signed
  if (!channel.replies.canSign()) throw new GatewayError('SIGNING_UNAVAILABLE')
  const tls = readTlsIdentity(request, channel.trust, channel.institutions, progress.receivedAtMs)
  if (tls !== undefined) visit.identify(tls.institution.id)
  const bytes = await readBody(request, channel.limits.sizeBytesMax, visit)
  // a slow body must not be judged by a time when its signature had not expired yet
  progress.receivedAtMs = channel.nowMs()
  const received = receive(channel, served, request, bytes, tls, progress)
  const { verified, signer, asked } = received
  const message = await describeMessage(channel, progress, received, tls)
  const told = await admit(channel, progress, message, { channel: 'soap', service: nameOf(served) })
  if (told !== undefined) return told
  // with a client certificate it was counted before; not before the replay check, or whoever recorded a message could use up the rate
  if (tls === undefined) channel.admission.countRequestOf(signer.id)
  if ('refused' in asked) throw asked.refused
  const { operation, prepared } = asked
  const { informationCustomer } = prepared.envelope
  const callers = legalContextsOf(prepared).map((legalContext) =>
    identifyCaller(
      channel.institutions,
      { signer, tls: tls?.institution },
      informationCustomer?.customerIdentification,
      { contract: served.service.contract, legalContext },
      civilDateAt(progress.receivedAtMs),
    ),
  )
  const [caller] = callers
  if (caller === undefined) throw new GatewayError('CONTRACT_INVALID', 'no request in the message')
  progress.recorded = true
  const { number = 1 } = progress.attempt ?? {}
  const { body } = await channel.exchange({
    ticket: progress.ticket,
    receivedAtMs: progress.receivedAtMs,
    channel: 'soap',
    caller,
    ...(prepared.kind === 'bundle' && { callers }),
    tlsSubject: tls?.subject,
    revocation: tls?.revocation === 'unknown' ? 'unknown' : verified.signer.revocation,
    service: served.service,
    operation,
    prepared,
    messageDigest: verified.digest,
    ...(message.messageId !== undefined && { messageId: message.messageId }),
    ...(number > 1 && { attempt: number }),
    beforeLastEntry: (ending) =>
      prepareTelling(channel, progress, ending, () => write(channel, served, progress, ending)),
  })
  return preparedFor(progress, body) ?? (await write(channel, served, progress, { body }))
}

/** The whole signed message that tells an ending. Rejects with GatewayError SIGNING_UNAVAILABLE when a body cannot be signed. */
async function write(
  { replies }: SoapChannel,
  { service }: SoapService,
  progress: Progress,
  { body, refused }: Ending,
): Promise<ToldAnswer> {
  if (refused !== undefined) return replies.refuse(service, refused, progress)
  return { httpStatus: 200, bytes: Buffer.from(await replies.sign(body, progress.version)) }
}

/**
 * Bytes to a proven signer and a request, on one tree that is disposed before this returns. What is wrong with the request
 * itself is kept, not thrown: a replay is refused before its content is looked at.
 */
function receive(
  channel: SoapChannel,
  served: SoapService,
  request: IncomingMessage,
  bytes: Uint8Array,
  tls: TlsIdentity | undefined,
  progress: Progress,
): Received {
  const tree = parseXml(bytes, channel.limits)
  try {
    const envelope = readEnvelope(tree)
    if (envelope.version !== progress.version) {
      throw new GatewayError('SOAP_ENVELOPE', 'SOAP version differs from the media type')
    }
    const verified = verify(channel, served, envelope, tls, progress)
    const signer = findSigner(channel, verified.signer)
    if (signer === undefined) throw new GatewayError('CERT_UNBOUND')
    progress.signer = signer
    progress.message = verified.digest
    try {
      const operation = findOperation(served.service, envelope.bodyChild)
      progress.operation = operation.name
      checkSoapAction(served.service, operation, readAction(request, envelope.version))
      checkSoapAction(served.service, operation, verified.action)
      served.contract.check(envelope.bodyChild.toLibxml2())
      const prepared = operation.prepareXml(readElement(envelope.bodyChild), served.carried)
      progress.prepared = prepared
      if (prepared.kind === 'bundle' && prepared.invalid !== undefined) throw prepared.invalid
      return { verified, signer, asked: { operation, prepared } }
    } catch (cause) {
      return { verified, signer, asked: { refused: asGatewayError(cause) } }
    }
  } finally {
    tree.dispose()
  }
}

/**
 * Verifies the signature. By how much the clocks differ is told only to the institution that signed and that shows itself by its TLS
 * certificate: an old message alone is no caller, whoever recorded it may send it. Throws CLOCK_SKEW, or what `verifyMessage` throws.
 */
function verify(
  channel: SoapChannel,
  served: SoapService,
  envelope: Envelope,
  tls: TlsIdentity | undefined,
  progress: Progress,
): VerifiedMessage {
  const { trust, registered, signatureLimits: limits } = channel
  const nowMs = progress.receivedAtMs
  const verification = { trust, nowMs, limits, registered }
  try {
    return verifyMessage(envelope, verification)
  } catch (cause) {
    const error = asGatewayError(cause)
    if (error.code !== 'WSS_TIMESTAMP_WINDOW' || tls === undefined) throw error
    const skew = findProvenSkew(envelope, verification)
    if (skew === undefined || findSigner(channel, skew.signer) !== tls.institution) throw error
    progress.signer = tls.institution
    progress.operation = findOperation(served.service, envelope.bodyChild).name
    const seconds = Math.round(Math.abs(skew.createdAheadMs) / 1000)
    const fieldValue = `${seconds} s ${skew.createdAheadMs < 0 ? 'before' : 'after'} our time`
    throw new GatewayError('CLOCK_SKEW', fieldValue, [{ fieldName: 'wsu:Created', fieldValue }])
  }
}

/** The legal context that a message names, or those of its requests when it holds several. */
function legalContextsOf(prepared: Prepared): readonly (string | undefined)[] {
  return prepared.kind === 'bundle'
    ? prepared.requests.map(({ legalContext }) => legalContext)
    : [prepared.envelope.legalContext]
}

function findSigner(channel: SoapChannel, proven: ProvenPath): Institution | undefined {
  const { certificate, issuerSha256, subject } = proven
  const { sha256 } = certificate
  return findByCertificate(channel.institutions, 'signing', { sha256, issuerSha256, subject })
}

/** What tells this message from all others, and what only its honest caller has. */
async function describeMessage(
  channel: SoapChannel,
  progress: Progress,
  { verified, signer, asked }: Received,
  tls: TlsIdentity | undefined,
): Promise<ReceivedMessage> {
  try {
    checkConnection(signer, tls?.institution)
  } catch (error) {
    // over a connection that is not its signer's a message is not used up: its honest caller may still send it
    if (await channel.replay.isKnown(verified.digest)) throw new GatewayError('REPLAY')
    throw error
  }
  const ticket =
    'refused' in asked ? undefined : asked.prepared.envelope.informationCustomer?.ticket
  const id = verified.messageId ?? idOfTicket(ticket)
  if (id !== undefined) progress.messageId = digestOfId(signer.id, id)
  return {
    digest: verified.digest,
    signer: signer.id,
    messageId: progress.messageId,
    expiresAtMs: verified.expiresAtMs + channel.signatureLimits.clockSkewMs,
    ticket: progress.ticket,
    secret: tls === undefined ? undefined : verified.signatureValue,
  }
}

/** What is known of a refused message, for log or journal. */
function refusedMessage({ signer, message, messageId }: Progress, served: SoapService) {
  return {
    channel: 'soap' as const,
    service: nameOf(served),
    signer: signer?.id,
    ...(message !== undefined && { message }),
    ...(messageId !== undefined && { messageId }),
  }
}

function nameOf({ service }: SoapService): string {
  return `${service.name}/v${service.version}`
}

const mediaTypes: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'text/xml',
  '1.2': 'application/soap+xml',
}

/** SOAP version by media type; the charset is utf-8 or not named. Throws METHOD_NOT_ALLOWED, MEDIA_TYPE. */
function readVersion(request: IncomingMessage): SoapVersion {
  if (request.method !== 'POST') throw new GatewayError('METHOD_NOT_ALLOWED')
  const { type, charset } = readContentType(request.headers['content-type'])
  if (charset !== undefined && charset !== 'utf-8') throw new GatewayError('MEDIA_TYPE', 'charset')
  if (type === mediaTypes['1.1']) return '1.1'
  if (type === mediaTypes['1.2']) return '1.2'
  throw new GatewayError('MEDIA_TYPE')
}

/** SOAPAction header (SOAP 1.1), or `action` parameter of the media type (SOAP 1.2). */
function readAction(request: IncomingMessage, version: SoapVersion): string | undefined {
  if (version === '1.1') {
    const header = request.headers['soapaction']
    return Array.isArray(header) ? header.join(',') : header
  }
  return /;\s*action\s*=\s*("[^"]*"|[^;\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1]
}

function send(
  response: ServerResponse,
  version: SoapVersion,
  { httpStatus, bytes, retryAfterSeconds }: ToldAnswer,
): void {
  response.writeHead(httpStatus, {
    'Content-Type': `${mediaTypes[version]}; charset=utf-8`,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...connectionHeader(response.req),
    ...(httpStatus === 405 && { Allow: 'POST' }),
    ...(retryAfterSeconds !== undefined && { 'Retry-After': retryAfterSeconds }),
  })
  response.end(bytes)
}
