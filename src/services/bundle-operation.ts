import type { GatewayError } from '../base/errors.ts'
import type { XmlElement } from '../xml/element.ts'
import type { XmlNode } from '../xml/tree.ts'
import type { InformationCbss, RequestEnvelope } from './envelope.ts'
import type { ConsultOperation, PreparedConsultation } from './operation.ts'
import type { PreparedRecord, RecordOperation } from './record-operation.ts'

/** Schemas of documents that a contract carries as text, by their file in the folder of the contract. */
export interface CarriedSchemas {
  /** throws GatewayError CONTRACT_INVALID */
  check(file: string, element: XmlNode): void
}

/** One request of a message that holds several: with its operation, or why it has none. */
export type BundledRequest = {
  /** the word of the contract for which the registry of institutions has a legal context */
  readonly legalContext: string
  /** its part of the reply when it is refused */
  refuse(error: GatewayError): string
} & (
  | {
      readonly kind: 'consult'
      readonly operation: ConsultOperation
      readonly prepared: PreparedConsultation
    }
  | {
      readonly kind: 'record'
      readonly operation: RecordOperation
      readonly prepared: PreparedRecord
    }
  | { readonly kind: 'refused'; readonly refused: GatewayError }
)

/** A message that holds several requests (SSDN): each is decided, recorded and answered by itself. */
export interface PreparedBundle {
  readonly kind: 'bundle'
  readonly envelope: RequestEnvelope
  /** set when the message as a whole cannot be read: there are no requests then */
  readonly invalid: GatewayError | undefined
  readonly requests: readonly BundledRequest[]
  /** the whole child of the SOAP body around the parts of the reply, in the order of the requests */
  writeXml(informationCbss: InformationCbss, replies: readonly string[]): string
  /** the same when the message as a whole is refused */
  refuse(informationCbss: InformationCbss, error: GatewayError): string
}

/** An operation whose message is a document that holds several requests. */
export interface BundleOperation {
  readonly kind: 'bundle'
  readonly name: string
  /** the operations that its requests can ask for */
  readonly operations: readonly (ConsultOperation | RecordOperation)[]
  prepareXml(body: XmlElement, schemas: CarriedSchemas): PreparedBundle
}
