import type { OpenDays } from '../base/civil-date.ts'
import type { GatewayError } from '../base/errors.ts'
import type { DirectoryRegister, Inscription } from '../base/inscription.ts'
import type { Ssin } from '../base/ssin.ts'
import type { Path } from '../registers/catalogue.ts'
import type { Disclosed } from '../registers/grant.ts'
import type { PersonRecord } from '../registers/person.ts'
import type { GrantedPaths } from './element-rows.ts'
import type { RequestEnvelope } from './envelope.ts'
import type { Subject } from './operation.ts'

/** What an institution declares of a person in the reference directory, or asks to see of what it declared. */
export type Declaration = {
  readonly ssin: Ssin
  readonly period: OpenDays
} & (
  | { readonly action: 'REGISTER' | 'UNREGISTER'; readonly purpose: number }
  | {
      readonly action: 'LIST'
      /** of this quality only; of all when absent */
      readonly purpose?: number
      readonly registers: readonly DirectoryRegister[]
      /** of this sector only; of the caller's when absent, since others are not told here */
      readonly sector?: number
    }
)

/** One declaration, read, ready for the exchange. */
export interface PreparedRecord {
  readonly kind: 'record'
  readonly envelope: RequestEnvelope
  /** set when the criteria are wrong in themselves: refuse with it */
  readonly invalid: GatewayError | undefined
  readonly subject: Subject
  /** nothing is chosen by what is proven: it is compared with what the grant shows of the person */
  readonly keys: readonly Path[]
  /** throws `invalid` */
  declaration(): Declaration
  /** whether the person is who the request says, by what the grant shows; undefined: nothing is shown, or there is nobody */
  isProven(person: Disclosed<PersonRecord> | undefined): boolean
  /** the reply; `sector` is that of the institution */
  writeXml(parts: {
    readonly inscriptions: readonly Inscription[]
    readonly sector: number
  }): string
}

/** An operation that writes (design.md §3): once for each message, whoever asks it again. */
export interface RecordOperation {
  readonly kind: 'record'
  readonly name: string
  /** what a person can be proven by; of a grant that shows nothing of it the operation is refused */
  readonly gives: readonly Path[]
  readonly yields: (granted: GrantedPaths) => boolean
}
