import type { ErrorInformation } from '../base/errors.ts'

/** How a message names an organisation (CommonV3 OrganizationIdentificationType). */
export type OrganizationIdentification =
  | { readonly kind: 'cbeNumber'; readonly cbeNumber: string }
  | { readonly kind: 'sector'; readonly sector: number; readonly institution: number }

/** CommonV3 InformationCustomerType, echoed in reply and fault. */
export interface InformationCustomer {
  readonly ticket?: string
  readonly timestampSent?: string
  readonly customerIdentification: OrganizationIdentification
}

/** What every request of the CommonV3 envelope carries beside its criteria; TestConnection has neither. */
export interface RequestEnvelope {
  readonly informationCustomer?: InformationCustomer
  readonly legalContext?: string
}

/** CommonV3 InformationCBSSType; times are UTC instants in ms. */
export interface InformationCbss {
  readonly ticketCbss: string
  readonly receivedAtMs: number
  readonly repliedAtMs: number
}

/** CommonV3 StatusType. */
export interface Status {
  readonly value: 'DATA_FOUND' | 'NO_DATA_FOUND' | 'NO_RESULT'
  readonly code: string
  readonly description?: string
  readonly information?: readonly ErrorInformation[]
}
