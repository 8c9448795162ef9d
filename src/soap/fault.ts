import type { ErrorCode, ErrorInformation } from '../base/errors.ts'
import { findMessageCode, messageCodes } from '../base/message-codes.ts'
import {
  type InformationCbss,
  type InformationCustomer,
  writeInformation,
  writeInformationCbss,
  writeInformationCustomer,
  writeInformationSupplier,
} from '../xml/common-v3.ts'
import { element, escapeAttribute, escapeText, leaf } from '../xml/writer.ts'
import { type FaultCode, type FaultRow, faultTable } from './fault-table.ts'

/** What a fault is written from. */
export interface Fault {
  readonly code: ErrorCode
  readonly soapVersion: '1.1' | '1.2'
  /** element of the fault message in the contract; absent when there is none, or the operation is not known */
  readonly faultElement?: { readonly namespace: string; readonly name: string }
  /** echo of the request's block; only for a proven caller */
  readonly informationCustomer?: InformationCustomer
  /** set for a proven caller; without it the fault has no detail */
  readonly informationCbss?: InformationCbss
  readonly information?: readonly ErrorInformation[]
  /** told in the text, when time alone can change the answer */
  readonly retryAfterSeconds?: number
  /** when the contract's fault message is not CBSSFaultType in our name */
  readonly form?: {
    readonly entry: 'detail' | 'error'
    readonly informationMax: number
    readonly authorCode: string
    readonly bySupplier?: true
  }
}

/** Who writes the messages of a fault's detail (CBSSFaultType, authorCode). */
const author = 'urn:quadrivium'

/**
 * The Fault element, the body's child, in exclusive-C14N form. Its prefix `soap` is declared by the Body. Fault codes are
 * qualified names in text, which canonical form does not see: the envelope itself must declare `soap`, `wsse` and `wsu`.
 * The detail (CBSSFaultType) is written for a proven caller only, when the contract has a fault message.
 */
export function writeFault(fault: Fault): string {
  const row: FaultRow = faultTable[fault.code]
  const told = row.tellsInformation === true ? informationText(fault.information ?? []) : ''
  const text = row.text + retryText(fault.retryAfterSeconds) + told
  const detail = writeDetail(fault)
  return fault.soapVersion === '1.1'
    ? element(
        'soap:Fault',
        leaf('faultcode', row.faultcode) +
          leaf('faultstring', text) +
          (detail === '' ? '' : element('detail', detail)),
      )
    : element(
        'soap:Fault',
        writeCode12(row.faultcode) +
          element('soap:Reason', `<soap:Text xml:lang="en">${escapeText(text)}</soap:Text>`) +
          (detail === '' ? '' : element('soap:Detail', detail)),
      )
}

function retryText(seconds: number | undefined): string {
  if (seconds === undefined) return ''
  return ` Try again after ${seconds} second${seconds === 1 ? '' : 's'}.`
}

function informationText(information: readonly ErrorInformation[]): string {
  return information
    .map(({ fieldName, fieldValue = '' }) => ` ${fieldName}: ${fieldValue}.`)
    .join('')
}

/** SOAP 1.2 has Sender and Receiver for Client and Server; a wsse or wsu code stands below Sender as its subcode. */
function writeCode12(faultcode: FaultCode): string {
  switch (faultcode) {
    case 'soap:Server':
      return element('soap:Code', leaf('soap:Value', 'soap:Receiver'))
    case 'soap:Client':
      return element('soap:Code', leaf('soap:Value', 'soap:Sender'))
    case 'soap:MustUnderstand':
      return element('soap:Code', leaf('soap:Value', 'soap:MustUnderstand'))
    case 'wsse:InvalidSecurity':
    case 'wsse:InvalidSecurityToken':
    case 'wsse:UnsupportedAlgorithm':
    case 'wsse:FailedCheck':
    case 'wsu:MessageExpired':
      return element(
        'soap:Code',
        leaf('soap:Value', 'soap:Sender') + element('soap:Subcode', leaf('soap:Value', faultcode)),
      )
  }
}

function writeDetail(fault: Fault): string {
  const { faultElement, informationCustomer, informationCbss, information, form } = fault
  const messageCode = findMessageCode(fault.code)
  if (faultElement === undefined || informationCbss === undefined || messageCode === undefined) {
    return ''
  }
  const name = `v1:${faultElement.name}`
  return (
    `<${name} xmlns:v1="${escapeAttribute(faultElement.namespace)}">` +
    (informationCustomer === undefined ? '' : writeInformationCustomer(informationCustomer)) +
    (form?.bySupplier === true ? writeInformationSupplier : writeInformationCbss)(informationCbss) +
    element(
      form?.entry ?? 'detail',
      leaf('severity', 'FATAL') +
        leaf('reasonCode', messageCode) +
        leaf('diagnostic', messageCodes[messageCode].en) +
        leaf('authorCode', form?.authorCode ?? author) +
        writeInformation(information ?? [], form?.informationMax),
    ) +
    `</${name}>`
  )
}
