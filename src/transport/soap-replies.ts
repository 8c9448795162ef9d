import { asGatewayError, findRetryAfter, GatewayError, type ErrorCode } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Service } from '../exchange/inbound.ts'
import { findRefusalStatus } from '../exchange/inbound.ts'
import type { Institution } from '../institutions/institution.ts'
import type { SoapVersion } from '../soap/envelope.ts'
import { faultTable, httpStatusOf } from '../soap/fault-table.ts'
import { writeFault } from '../soap/fault.ts'
import type { ToldAnswer } from '../ws-security/replay.ts'
import { unsignedEnvelope } from '../ws-security/sign.ts'
import { parseXml } from '../xml/parse.ts'
import { soapLimits } from '../xml/scan.ts'
import type { XmlTree } from '../xml/tree.ts'
import type { Progress, SoapChannel } from './soap-endpoint.ts'

/** How replies and refusals are told on the SOAP channel; each is signed. */
export interface SoapReplies {
  /** the whole signed message around a body child in exclusive-C14N form; rejects with SIGNING_UNAVAILABLE */
  sign(bodyChild: string, version: SoapVersion): string | Promise<string>
  /** false while the key that signs is in a device that is away */
  canSign(): boolean
  /** what cannot be signed becomes the one fault that is not: SIGNING_UNAVAILABLE */
  refuse(service: Service, error: GatewayError, progress: Progress): Promise<ToldAnswer>
}

/** A pre-signed fault is signed anew when it is older: a flood of refused messages costs one signature a minute and class. */
const genericFaultLifeMs = 60_000

/** What is told as a fault even where the contract tells its own errors inside a document: it is about the message, not its content. */
const toldAsFault: ReadonlySet<ErrorCode> = new Set([
  'CLOCK_SKEW',
  'REPLAY',
  'REPLAY_CONFLICT',
  'IN_PROGRESS',
  'JOURNAL_UNAVAILABLE',
])

interface Kept {
  readonly signedAtMs: number
  readonly keyId: string
  readonly bytes: Buffer | Promise<Buffer>
}

/** The key that signs now. */
export interface ReplySigner extends Pick<SoapReplies, 'sign' | 'canSign'> {
  /** names it: what an earlier one signed beforehand is not used any more */
  keyId(): string
}

export function makeSoapReplies(signer: ReplySigner, nowMs: () => number): SoapReplies {
  const kept = new Map<string, Kept>()

  /** The fault of a class, the same for every caller; nothing of a request is in it, and the times to wait are few. */
  async function genericFault(error: GatewayError, soapVersion: SoapVersion): Promise<ToldAnswer> {
    const child = writeFault({ code: error.code, soapVersion, ...retryAfter(error) })
    const told = { httpStatus: httpStatusOf(error.code, soapVersion), ...retryAfter(error) }
    if (error.code === 'SIGNING_UNAVAILABLE')
      return { ...told, bytes: Buffer.from(unsignedEnvelope(child, soapVersion)) }
    const known = kept.get(child)
    const isYoung = known !== undefined && nowMs() - known.signedAtMs < genericFaultLifeMs
    if (isYoung && known.keyId === signer.keyId()) return { ...told, bytes: await known.bytes }
    const signed = signer.sign(child, soapVersion)
    // kept before it is there: those who wait for a device wait for one signature
    const bytes =
      typeof signed === 'string' ? Buffer.from(signed) : signed.then((text) => Buffer.from(text))
    kept.set(child, { signedAtMs: nowMs(), keyId: signer.keyId(), bytes })
    try {
      return { ...told, bytes: await bytes }
    } catch (cause) {
      kept.delete(child)
      throw cause
    }
  }

  async function tell(
    service: Service,
    error: GatewayError,
    progress: Progress,
  ): Promise<ToldAnswer> {
    const { version } = progress
    const { phase } = faultTable[error.code]
    if (progress.signer === undefined || phase === 'unproven' || phase === 'transport')
      return genericFault(error, version)
    const { httpStatus, bodyChild } = provenRefusal(service, error, progress, nowMs())
    const bytes = Buffer.from(await signer.sign(bodyChild, version))
    return { httpStatus, bytes, ...(httpStatus !== 200 && retryAfter(error)) }
  }

  return {
    sign: (bodyChild, version) => signer.sign(bodyChild, version),
    canSign: () => signer.canSign(),
    async refuse(service, error, progress) {
      try {
        return await tell(service, error, progress)
      } catch (cause) {
        if (!(cause instanceof GatewayError) || cause.code !== 'SIGNING_UNAVAILABLE') throw cause
        return genericFault(cause, progress.version)
      }
    },
  }
}

/** How a proven caller is refused: a reply of the contract where it has one for this, else a fault. */
function provenRefusal(
  service: Service,
  error: GatewayError,
  progress: Progress,
  repliedAtMs: number,
): { readonly httpStatus: number; readonly bodyChild: string } {
  const { prepared, operation, version } = progress
  const informationCbss = {
    ticketCbss: progress.ticket,
    receivedAtMs: progress.receivedAtMs,
    repliedAtMs,
  }
  if (prepared?.kind === 'bundle' && !toldAsFault.has(error.code))
    return { httpStatus: 200, bodyChild: prepared.refuse(informationCbss, error) }
  const status = findRefusalStatus(error)
  if (status !== undefined && prepared?.kind === 'consult') {
    const label = (_: string, code: string) => code
    const parts = { informationCbss, status, filtered: [], records: [], label }
    return { httpStatus: 200, bodyChild: prepared.writeXml(parts) }
  }
  const name = operation === undefined ? undefined : service.faultElement(operation)
  const { faultForm } = service
  // where the contract wants the block and the request could not be read, it names who signed
  const informationCustomer =
    prepared?.envelope.informationCustomer ??
    (faultForm?.customerRequired === true && progress.signer !== undefined
      ? customerOf(progress.signer)
      : undefined)
  const bodyChild = writeFault({
    code: error.code,
    soapVersion: version,
    ...(name !== undefined && { faultElement: { namespace: service.namespace, name } }),
    ...(informationCustomer !== undefined && { informationCustomer }),
    informationCbss,
    information: error.information,
    ...(faultForm !== undefined && { form: faultForm }),
  })
  return { httpStatus: httpStatusOf(error.code, version), bodyChild }
}

function retryAfter(error: GatewayError): { readonly retryAfterSeconds?: number } {
  const retryAfterSeconds = findRetryAfter(error)
  return retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
}

function customerOf({ enterpriseNumber }: Pick<Institution, 'enterpriseNumber'>) {
  const customerIdentification = { kind: 'cbeNumber', cbeNumber: enterpriseNumber } as const
  return { customerIdentification }
}

/** Validates one reply in `oneIn` (0: none) against its schema and logs a fault; the reply itself has left by then. */
export function makeReplySampler(oneIn: number, log: Log): SoapChannel['sampleReply'] {
  let count = 0
  return ({ service, contract, carried }, body) => {
    count += 1
    if (oneIn === 0 || count % oneIn !== 0) return
    setImmediate(() => {
      // ours, so that no limit of requests is meant for it; nothing may be thrown here: nobody would catch it
      const limits = { ...soapLimits, sizeBytesMax: body.length * 4, elementsMax: body.length }
      let tree: XmlTree | undefined
      let inner: XmlTree | undefined
      try {
        tree = parseXml(Buffer.from(body), limits)
        contract.check(tree.root.toLibxml2())
        if (service.carries !== undefined) {
          inner = parseXml(Buffer.from(tree.root.text), limits)
          carried.check(service.carries.reply, inner.root)
        }
      } catch (cause) {
        const { code } = asGatewayError(cause)
        log.error('reply does not follow its schema', { service: service.name, code })
      } finally {
        inner?.dispose()
        tree?.dispose()
      }
    })
  }
}
