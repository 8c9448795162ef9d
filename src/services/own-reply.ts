import type { Disclosed } from '../registers/grant.ts'
import {
  writeInformation,
  writeInformationCbss,
  writeInformationCustomer,
  writeInstant,
} from '../xml/common-v3.ts'
import { element, escapeAttribute, leaf, optionalLeaf } from '../xml/writer.ts'
import type { InformationCbss, InformationCustomer, Status } from './envelope.ts'
import type { OwnOperation } from './own-contract.ts'
import { textsOf, type OwnRequest } from './own-request.ts'
import { recordWriter, type RecordWriter } from './write-record.ts'

/** What a reply of our own contracts is written from. */
export interface OwnReply {
  readonly request: OwnRequest
  readonly informationCbss: InformationCbss
  readonly status: Status
  readonly filtered: readonly string[]
  readonly records: readonly Disclosed<object>[]
  readonly nextOffset?: string
}

export interface ReplyWriter {
  readonly xml: (reply: OwnReply) => string
  readonly json: (reply: OwnReply) => unknown
}

/**
 * The writer of an operation's replies: informationCustomer, informationCBSS, legalContext, criteria, status, dataFilters,
 * result. The request's echo is rewritten from its values; `result` is there only when a record is.
 */
export function replyWriter(namespace: string, operation: OwnOperation): ReplyWriter {
  const record = recordWriter(operation.record, operation.block)
  const open = `<v1:${operation.name}Response xmlns:v1="${escapeAttribute(namespace)}">`
  const close = `</v1:${operation.name}Response>`
  return {
    xml: (reply) => open + writeContent(operation, record, reply) + close,
    json: (reply) => contentJson(operation, record, reply),
  }
}

function writeContent(operation: OwnOperation, record: RecordWriter, reply: OwnReply): string {
  const { envelope, texts } = reply.request
  return (
    (envelope.informationCustomer ? writeInformationCustomer(envelope.informationCustomer) : '') +
    writeInformationCbss(reply.informationCbss) +
    optionalLeaf('legalContext', envelope.legalContext) +
    element(
      'criteria',
      operation.criteria
        .map(({ name, most }) =>
          most === undefined
            ? optionalLeaf(name, texts.get(name))
            : textsOf(texts, name)
                .map((text) => leaf(name, text))
                .join(''),
        )
        .join(''),
    ) +
    writeStatus(reply.status) +
    (reply.filtered.length === 0
      ? ''
      : element(
          'dataFilters',
          reply.filtered.map((path) => leaf('filteredElement', path)).join(''),
        )) +
    (reply.records.length === 0
      ? ''
      : element(
          'result',
          recordsOf(operation, reply).map(record.xml).join('') +
            optionalLeaf('nextOffset', reply.nextOffset),
        ))
  )
}

/** Writes a StatusType; older contracts take fewer pieces of information than CommonV3. */
export function writeStatus(
  { value, code, description, information }: Status,
  informationMax?: number,
): string {
  return element(
    'status',
    leaf('value', value) +
      leaf('code', code) +
      optionalLeaf('description', description) +
      writeInformation(information ?? [], informationMax),
  )
}

function contentJson(operation: OwnOperation, record: RecordWriter, reply: OwnReply): unknown {
  const { envelope, texts } = reply.request
  const { informationCbss, filtered, nextOffset } = reply
  const records = recordsOf(operation, reply).map(record.json)
  return {
    ...(envelope.informationCustomer && {
      informationCustomer: informationCustomerJson(envelope.informationCustomer),
    }),
    informationCBSS: {
      ticketCBSS: informationCbss.ticketCbss,
      timestampReceive: writeInstant(informationCbss.receivedAtMs),
      timestampReply: writeInstant(informationCbss.repliedAtMs),
    },
    ...(envelope.legalContext !== undefined && { legalContext: envelope.legalContext }),
    criteria: Object.fromEntries(
      operation.criteria.flatMap(({ name, type, most }): [string, unknown][] => {
        const text = texts.get(name)
        if (text === undefined) return []
        if (most !== undefined) return [[name, textsOf(texts, name)]]
        return [[name, type === 'pageSize' ? Number(text) : text]]
      }),
    ),
    status: reply.status,
    ...(filtered.length > 0 && { dataFilters: { filteredElement: filtered } }),
    ...(records.length > 0 && {
      result: {
        [operation.record]: operation.many ? records : records[0],
        ...(nextOffset !== undefined && { nextOffset }),
      },
    }),
  }
}

function informationCustomerJson({ customerIdentification: by, ...rest }: InformationCustomer) {
  return {
    ...rest,
    customerIdentification:
      by.kind === 'cbeNumber'
        ? { cbeNumber: by.cbeNumber }
        : { sector: by.sector, institution: by.institution },
  }
}

function recordsOf(operation: OwnOperation, { records }: OwnReply): readonly Disclosed<object>[] {
  if (!operation.many && records.length > 1) {
    throw new TypeError(`operation ${operation.name} gives one record, the source gave several`)
  }
  return records
}
