import type { ErrorInformation } from '../base/errors.ts'
import type { InformationCustomer } from '../xml/common-v3.ts'

export type {
  InformationCbss,
  InformationCustomer,
  OrganizationIdentification,
} from '../xml/common-v3.ts'

/** What every request of the CommonV3 envelope carries beside its criteria; TestConnection has neither. */
export interface RequestEnvelope {
  readonly informationCustomer?: InformationCustomer
  readonly legalContext?: string
  /** number of the person who asks at the institution, where the contract names it: a person's datum, kept as a digest only */
  readonly user?: string
}

/** CommonV3 StatusType. */
export interface Status {
  readonly value: 'DATA_FOUND' | 'NO_DATA_FOUND' | 'NO_RESULT'
  readonly code: string
  readonly description?: string
  readonly information?: readonly ErrorInformation[]
}
