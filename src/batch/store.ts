import type { DimonaPeriodId } from '../base/dimona-period.ts'
import type { CivilDate } from '../base/civil-date.ts'
import type { EnterpriseNumber, NssoNumber } from '../base/enterprise.ts'
import type { Ssin } from '../base/ssin.ts'
import type { DimonaPeriod, PeriodChange } from './dimona/period.ts'
import type { Environment } from './file-name.ts'
import type { Purpose } from './forms.ts'

/** What was decided about a set of files as a whole. */
export interface SetDecision {
  /** our name of the set: the folder that holds its bytes */
  readonly storageId: string
  /** ticket number of the file, thirteen characters */
  readonly ticket: string
  readonly environment: Environment
  /** what must be unique: `DIMN.<sender>.<date>.<sequence>.<environment>`; absent when the name could not be read */
  readonly key?: string
  /** SHA-256 (hex) of the declaration file; absent when there was none */
  readonly digest?: string
  readonly receivedAtMs: number
  /** day of the answers' file names */
  readonly answeredOn: CivilDate
  /** transfer code when the set is refused; absent when it is accepted */
  readonly fault?: string
  /** who sent it, when it is accepted */
  readonly sender?: SetSender
}

/** The proven sender of an accepted set, and what kind of forms it sent. */
export interface SetSender {
  readonly expeditor: string
  readonly institution: string
  readonly enterpriseNumber: EnterpriseNumber
  readonly legalContext: string
  readonly purpose: Purpose
  /** its certificate was taken although nothing spoke about its revocation */
  readonly revocation?: 'unknown'
}

/** A recorded decision, with the sequences of the answers' names. */
export interface SetRecord extends SetDecision {
  readonly receiptSequence: number
  /** only for an accepted set */
  readonly notificationSequence?: number
}

/** The one outcome of one declaration. */
export interface Outcome {
  readonly storageId: string
  /** place in the file, from 1 */
  readonly ordinal: number
  readonly ticket: string
  readonly accepted: boolean
  /** the Form element of the notification */
  readonly form: string
  readonly atMs: number
}

/** Writes that become true together or not at all. */
export interface DimonaTransaction {
  period(periodId: DimonaPeriodId): Promise<DimonaPeriod | undefined>
  /** all periods of a worker with an employer, cancelled ones too */
  periodsOf(employer: NssoNumber, worker: Ssin): Promise<readonly DimonaPeriod[]>
  /** a period number never given out before, unless the transaction fails */
  nextPeriodId(): Promise<DimonaPeriodId>
  /** adds a change to the history of a period and keeps what the period is after it */
  change(change: PeriodChange, after: DimonaPeriod, ticket: string, atMs: number): Promise<void>
  /** throws when the declaration already has an outcome */
  outcome(outcome: Outcome): Promise<void>
}

/** Sets, outcomes and the Dimona register; `store/` implements it over one database. */
export interface BatchStore {
  set(storageId: string): Promise<SetRecord | undefined>
  /**
   * Records a decision and gives the answers their sequences. A set whose name was taken before, or whose content was accepted
   * from the same sender before, is recorded as refused with 133 whatever the decision says.
   */
  recordSet(decision: SetDecision): Promise<SetRecord>
  /** number of declarations that have their outcome: always the first ones of the file */
  outcomeCount(storageId: string): Promise<number>
  /** Form elements after an ordinal, in order, at most `limit` */
  outcomeForms(storageId: string, after: number, limit: number): Promise<readonly string[]>
  period(periodId: DimonaPeriodId): Promise<DimonaPeriod | undefined>
  /** Runs `work` alone; its writes are durable when the promise resolves, and undone when `work` throws. */
  transaction<T>(work: (transaction: DimonaTransaction) => Promise<T>): Promise<T>
}

/** What a number is in the registers of persons. */
export type PersonStatus =
  | { readonly kind: 'active' }
  | { readonly kind: 'replaced'; readonly by: Ssin }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'unknown' }

/** The registers of persons as declarations need them. Throws GatewayError SOURCE_UNAVAILABLE. */
export interface PersonDirectory {
  statusOf(ssin: Ssin): Promise<PersonStatus>
}
