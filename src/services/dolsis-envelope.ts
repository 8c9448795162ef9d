import {
  writeInformationCbss,
  writeInformationCustomer,
  writeInformationSupplier,
} from '../xml/common-v3.ts'
import { childOf, textOf, type XmlElement } from '../xml/element.ts'
import { writeElement } from '../xml/writer.ts'
import type { InformationCbss, RequestEnvelope, Status } from './envelope.ts'
import type { FaultForm } from './operation.ts'
import { writeStatus } from './own-reply.ts'
import { readInformationCustomer } from './own-request.ts'

/** Of the two contracts of Dolsis: the namespace of its messages, and whose block stands in its replies. */
export interface DolsisContract {
  readonly namespace: string
  readonly by: 'crossroadsBank' | 'nsso'
}

/** The author of the codes, as the real faults of the Crossroads Bank name it. */
export const dolsisFaults: Readonly<Record<DolsisContract['by'], FaultForm>> = {
  crossroadsBank: {
    entry: 'detail',
    informationMax: 15,
    customerRequired: false,
    authorCode: 'http://www.bcss.fgov.be/en/international/home/index.html',
  },
  nsso: {
    entry: 'detail',
    informationMax: 15,
    customerRequired: true,
    authorCode: 'http://www.bcss.fgov.be/en/international/home/index.html',
    bySupplier: true,
  },
}

/** A request of Dolsis (m:AbstractRequestType) as its XSD has validated it. */
export interface DolsisRequest {
  readonly envelope: RequestEnvelope
  /** purpose and role; without it there is no legal context */
  readonly security: XmlElement | undefined
  readonly criteria: XmlElement
}

const noCriteria: XmlElement = {
  namespace: '',
  name: 'criteria',
  attributes: new Map(),
  children: [],
  text: '',
}

/** Reads a request. informationCBSS and informationSupplier in it are ignored: the gateway writes its own. */
export function readDolsisRequest(body: XmlElement): DolsisRequest {
  const customer = childOf(body, 'informationCustomer')
  const security = childOf(body, 'securityContext')
  const legalContext = security && textOf(security, 'legalContext')
  return {
    envelope: {
      ...(customer && { informationCustomer: readInformationCustomer(customer) }),
      ...(legalContext !== undefined && { legalContext }),
    },
    security,
    criteria: childOf(body, 'criteria') ?? noCriteria,
  }
}

/** More personnel-file results than an answer holds (conventions.md §6.2). */
const tooManyResults: Status = {
  value: 'NO_RESULT',
  code: 'DOLS0023',
  description: 'TOO_MANY_RIP_RESULTS',
}

/**
 * A reply: the blocks of the request, status, result. `result` is the element already written; undefined when there is none.
 */
export function writeDolsisReply(
  { namespace, by }: DolsisContract,
  operation: string,
  { envelope, security, criteria }: DolsisRequest,
  { status, informationCbss }: { readonly status: Status; readonly informationCbss: InformationCbss }, // prettier-ignore
  result: string | undefined,
): string {
  const isTooMany = status.information?.some(({ fieldName }) => fieldName === 'tooManyResults')
  return (
    `<v1:${operation}Response xmlns:v1="${namespace}">` +
    (envelope.informationCustomer ? writeInformationCustomer(envelope.informationCustomer) : '') +
    (by === 'nsso' ? writeInformationSupplier : writeInformationCbss)(informationCbss) +
    (security === undefined ? '' : writeElement(security)) +
    writeElement(criteria) +
    writeStatus(isTooMany === true ? tooManyResults : status) +
    (result ?? '') +
    `</v1:${operation}Response>`
  )
}
