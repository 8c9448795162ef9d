import { GatewayError } from '../../base/errors.ts'
import type { Path } from '../../registers/catalogue.ts'
import type { Disclosed } from '../../registers/grant.ts'
import { together, type TogetherRecord } from '../../registers/together.ts'
import { textOf, type XmlElement } from '../../xml/element.ts'
import {
  readDolsisRequest,
  writeDolsisReply,
  type DolsisContract,
  type DolsisRequest,
} from '../dolsis-envelope.ts'
import { areGranted, pathsOfBlocks } from '../element-rows.ts'
import { isShown, type Child, type Tree } from '../element-tree.ts'
import {
  consultation,
  invalidOf,
  valid,
  type AskContext,
  type ConsultOperation,
  type OpenOperation,
  type Operation,
  type Subject,
} from '../operation.ts'
import type { TogetherPart } from '../source.ts'

/** What a result is written from. */
export interface Found<Criteria> {
  readonly record: TogetherRecord
  readonly criteria: Criteria
  /** present when another page follows */
  readonly nextOffset: string | undefined
}

/** One operation of Dolsis; both contracts have it under their own names. */
export interface DolsisConsultation<Criteria> {
  readonly name: string
  /** what the criteria mean, or why they mean nothing (SSIN_STRUCTURE, REQUEST_INVALID) */
  readonly read: (criteria: XmlElement, role: string | undefined) => Criteria | GatewayError
  readonly subject: (criteria: Criteria) => Subject
  /** paths that the criteria choose all records by */
  readonly keys?: (criteria: Criteria) => readonly Path[]
  /** what is asked, by the part of the record it fills */
  readonly parts: (
    criteria: Criteria,
    context: AskContext,
  ) => Partial<Record<keyof TogetherRecord, TogetherPart>>
  /** what stands in `result` */
  readonly result: Tree<Found<Criteria>>
  /** those of its children without any of which nothing was found */
  readonly finds: readonly Child<Found<Criteria>>[]
  /** most persons of a page */
  readonly pageSize?: number
  readonly offset?: (criteria: Criteria) => string | undefined
}

/** Criteria as they are meant, or why they mean nothing, beside the request that the reply repeats. */
export interface Read<Criteria> {
  readonly request: DolsisRequest
  readonly read: Criteria | GatewayError
}

/** The operation in one of the contracts. */
export type DolsisOperation = (contract: DolsisContract) => Operation

export function dolsisConsultation<Criteria>(
  definition: DolsisConsultation<Criteria>,
): (contract: DolsisContract) => ConsultOperation {
  const { name, result, finds, keys, pageSize, offset } = definition
  const elements = result.blocks('result')
  const gives = pathsOfBlocks(elements)
  const found = (record: Disclosed<object>, criteria: Criteria, nextOffset?: string) => ({
    record: record as TogetherRecord,
    criteria,
    nextOffset,
  })
  return (contract) =>
    consultation<Read<Criteria>, 'together'>({
      name,
      question: 'together',
      block: together,
      gives,
      elements,
      yields: (granted) =>
        gives.some((path) => granted.has(path)) &&
        finds.some(({ needs }) => areGranted(needs, granted)),
      shows: (record, { read }) =>
        finds.some((child) => isShown(child, found(record, valid(read)))),
      readXml: (body) => {
        const request = readDolsisRequest(body)
        const role = request.security && textOf(request.security, 'role')
        const read = definition.read(request.criteria, role)
        return { envelope: request.envelope, criteria: { request, read } }
      },
      invalid: ({ read }) => invalidOf(read),
      subject: ({ read }) => definition.subject(valid(read)),
      ...(keys && { keys: ({ read }: Read<Criteria>) => keys(valid(read)) }),
      ...(pageSize !== undefined && { pageSize: () => pageSize }),
      ...(offset && { offset: ({ read }: Read<Criteria>) => offset(valid(read)) }),
      ask: ({ read }, context) => ({
        kind: 'together',
        parts: definition.parts(valid(read), context),
      }),
      writeXml: (reply) => {
        const { request, read } = reply.request.criteria
        const [record] = reply.records
        const content = record && result.write('result', found(record, valid(read), reply.nextOffset)) // prettier-ignore
        return writeDolsisReply(contract, name, request, reply, content)
      },
    })
}

/** An operation whose data no register holds: it is answered, and recorded, as not implemented (MSG00025). */
export function notServed(name: string): () => OpenOperation {
  return () => ({
    kind: 'open',
    name,
    prepareXml: (body) => ({
      kind: 'open',
      envelope: readDolsisRequest(body).envelope,
      writeXml: () => {
        throw new GatewayError('NOT_IMPLEMENTED')
      },
    }),
  })
}
