import { GatewayError, type ErrorInformation } from '../../base/errors.ts'
import { findMessageCode, messageCodes, messageCodeOf } from '../../base/message-codes.ts'
import { element, leaf, optionalLeaf } from '../../xml/writer.ts'
import { namespaces } from './names.ts'

/** How a document, or the reply of one service in it, ended; the outer one repeats the worst of the services. */
export type Ok = 'YES' | 'WARNING' | 'NO'

/** DetailMessageType. */
export interface Detail {
  readonly severity: 'INFORMATION' | 'WARNING' | 'ERROR'
  readonly reasonCode: string
  readonly diagnostic: string
  readonly information?: readonly ErrorInformation[]
}

/** The reason codes that real replies hold, literally (services.md §3). */
const reasons = {
  '30000001': ['ERROR', 'At least one service request has generated an error.'],
  '20000001': ['WARNING', 'At least one service request has generated a warning.'],
  '31009001': [
    'ERROR',
    'When the birth date in the phonetic criteria is not a complete date, a birth date tolerance must be specified.',
  ],
  '31000007': ['ERROR', 'The expected mandatory argument is not provided or empty.'],
  '21007001': [
    'WARNING',
    'Both a SSIN and Phonetic Criteria were specified. The Phonetic Criteria will be ignored.',
  ],
  '22007007': [
    'WARNING',
    'The specified PersonData does not match with the data found for this person.',
  ],
  '12007001': [
    'INFORMATION',
    'The identity of the person was successfully validated by the system.',
  ],
} as const

export type ReasonCode = keyof typeof reasons

/** A message of the published list, about these fields. */
export function detail(
  reasonCode: ReasonCode,
  information: readonly ErrorInformation[] = [],
): Detail {
  const [severity, diagnostic] = reasons[reasonCode]
  return { severity, reasonCode, diagnostic, information }
}

/** A request that is wrong in itself, with what SSDN says of it. */
export class SsdnInvalid extends GatewayError {
  readonly details: readonly Detail[]

  constructor(details: readonly Detail[]) {
    const fields = details.flatMap(({ information = [] }) => information)
    super(
      'REQUEST_INVALID',
      undefined,
      fields.map(({ fieldName }) => ({ fieldName })),
    )
    this.details = details
  }
}

/** What a refusal is told as: by the codes of the list where it has one, else by the general code of the Crossroads Bank. */
export function detailsOf(error: GatewayError): readonly Detail[] {
  if (error instanceof SsdnInvalid) return error.details
  const code = findMessageCode(error.code) ?? messageCodeOf.INTERNAL
  return [
    {
      severity: 'ERROR',
      reasonCode: code,
      diagnostic: messageCodes[code].en,
      information: error.information,
    },
  ]
}

/** Nothing was found, or nothing inside the grant: the same (design.md §2). */
export const nothingFound: Detail = {
  severity: 'WARNING',
  reasonCode: 'MSG00100',
  diagnostic: messageCodes.MSG00100.en,
}

/** The worst of some details. */
function okOf(details: readonly Detail[]): Ok {
  const has = (wanted: Detail['severity']) => details.some(({ severity }) => severity === wanted)
  return has('ERROR') ? 'NO' : has('WARNING') ? 'WARNING' : 'YES'
}

const returnCodes: Readonly<Record<Ok, string>> = { YES: '0', WARNING: '1', NO: '10000' }

/** The schema takes no more of them. */
const detailsMax = 30
const informationMax = 5

/** A ResultSummary under the prefix that real replies have at its place; some old clients read by it. */
export function writeResultSummary(prefix: 'ns1' | 'ns2', details: readonly Detail[]): string {
  const ok = okOf(details)
  const name = (local: string) => `${prefix}:${local}`
  const written = details.slice(0, detailsMax).map((one) =>
    element(
      name('Detail'),
      leaf(name('Severity'), one.severity) +
        leaf(name('ReasonCode'), one.reasonCode) +
        leaf(name('Diagnostic'), one.diagnostic) +
        leaf(name('AuthorCodeList'), 'CBSS') +
        (one.information ?? [])
          .slice(0, informationMax)
          .map(({ fieldName, fieldValue }) =>
            element(
              name('Information'),
              leaf(name('FieldName'), fieldName) + optionalLeaf(name('FieldValue'), fieldValue),
            ),
          )
          .join(''),
    ),
  )
  return (
    `<${name('ResultSummary')} xmlns:${prefix}="${namespaces.common}" ok="${ok}">` +
    leaf(name('ReturnCode'), returnCodes[ok]) +
    written.join('') +
    `</${name('ResultSummary')}>`
  )
}

/** What the outer summary says of the parts of the replies that services wrote. */
export function outerDetails(replies: readonly string[]): readonly Detail[] {
  const has = (ok: Ok) => replies.some((reply) => okIn(reply) === ok)
  if (has('NO')) return [detail('30000001')]
  return has('WARNING') ? [detail('20000001')] : []
}

/** How a ServiceReply of ours ended: it begins with its summary. */
function okIn(reply: string): Ok {
  const ok = /^<ServiceReply><ns2:ResultSummary [^>]* ok="(YES|WARNING|NO)">/.exec(reply)?.[1]
  if (ok === undefined) throw new TypeError('reply of a service without its summary')
  return ok as Ok
}
