import type { ErrorInformation } from '../base/errors.ts'
import { element, leaf, optionalLeaf } from './writer.ts'

/** The blocks of CommonV3 that every contract shares, as values and in the form they are written (conventions.md §3). */

/** How a message names an organisation (OrganizationIdentificationType). */
export type OrganizationIdentification =
  | {
      readonly kind: 'cbeNumber'
      readonly cbeNumber: string
      /** codes that a contract gives beside the number (SSDN); they must be of the same organisation */
      readonly sector?: number
      readonly institution?: number
    }
  | { readonly kind: 'sector'; readonly sector: number; readonly institution: number }

/** InformationCustomerType, echoed in reply and fault. */
export interface InformationCustomer {
  readonly ticket?: string
  readonly timestampSent?: string
  readonly customerIdentification: OrganizationIdentification
}

/** InformationCBSSType; times are UTC instants in ms. */
export interface InformationCbss {
  readonly ticketCbss: string
  readonly receivedAtMs: number
  readonly repliedAtMs: number
}

/** UTC with `Z` and milliseconds, trailing zeros dropped: `2012-06-12T19:25:27.5Z`, as the real replies write it. */
export function writeInstant(instantMs: number): string {
  return new Date(instantMs).toISOString().replace(/\.?0+Z$/, 'Z')
}

export function writeInformationCbss(information: InformationCbss): string {
  return element(
    'informationCBSS',
    leaf('ticketCBSS', information.ticketCbss) +
      leaf('timestampReceive', writeInstant(information.receivedAtMs)) +
      leaf('timestampReply', writeInstant(information.repliedAtMs)),
  )
}

/** The National Social Security Office, in whose place the gateway answers contracts that are its own. */
const nsso = { sector: 12, institution: 0 } as const

/** InformationSupplierType: the same information in contracts of the National Social Security Office. */
export function writeInformationSupplier(information: InformationCbss): string {
  return element(
    'informationSupplier',
    leaf('ticket', information.ticketCbss) +
      leaf('timestampReceive', writeInstant(information.receivedAtMs)) +
      leaf('timestampReply', writeInstant(information.repliedAtMs)) +
      element(
        'supplierIdentification',
        leaf('sector', String(nsso.sector)) + leaf('institution', String(nsso.institution)),
      ),
  )
}

export function writeInformationCustomer(information: InformationCustomer): string {
  const { customerIdentification: customer } = information
  return element(
    'informationCustomer',
    optionalLeaf('ticket', information.ticket) +
      optionalLeaf('timestampSent', information.timestampSent) +
      element(
        'customerIdentification',
        customer.kind === 'cbeNumber'
          ? leaf('cbeNumber', customer.cbeNumber)
          : leaf('sector', String(customer.sector)) +
              leaf('institution', String(customer.institution)),
      ),
  )
}

/** Pieces of information, up to 15 in CommonV3 and 5 in older contracts, cut to the lengths of InformationType (name 64, value 256 characters). */
export function writeInformation(information: readonly ErrorInformation[], most = 15): string {
  return information
    .slice(0, most)
    .map(({ fieldName, fieldValue }) =>
      element(
        'information',
        leaf('fieldName', cut(fieldName, 64)) +
          optionalLeaf('fieldValue', fieldValue === undefined ? undefined : cut(fieldValue, 256)),
      ),
    )
    .join('')
}

/** The first characters of a text, without cutting a surrogate pair in two. */
function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : text.slice(0, lengthMax).replace(/[\uD800-\uDBFF]$/, '')
}
