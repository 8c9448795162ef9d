import type { DimonaPeriodId } from '../base/dimona-period.ts'
import type { CivilDate, Quarter } from '../base/civil-date.ts'
import type { EnterpriseNumber, NssoNumber } from '../base/enterprise.ts'
import type { Ssin } from '../base/ssin.ts'
import type {
  DimonaEmployerRecord,
  DimonaOccupationRecord,
  DimonaUserRecord,
  DimonaWorkerRecord,
} from '../registers/dimona.ts'
import type { DmfaAggregateRecord, DmfaEmployerDeclarationRecord } from '../registers/dmfa.ts'
import type { employerDirectory } from '../registers/employer-directory.ts'
import type { PersonRegister, RecordOf } from '../registers/field.ts'
import type { LimosaPostingRecord } from '../registers/limosa.ts'
import type { PersonRecord } from '../registers/person.ts'

/** One natural person of a declaration, with all worker records under it. */
export type DmfaNaturalPersonRecord = NonNullable<
  DmfaEmployerDeclarationRecord['naturalPerson']
>[number]

/** A declaration without its natural persons: those come one by one, through `worker`. */
export type DmfaHeaderRecord = Omit<DmfaEmployerDeclarationRecord, 'naturalPerson'>

/** What the employer directory holds of one employer (§§ 41–44), and Dimona (§ 14). */
export interface EmployerRecord {
  readonly identification: RecordOf<typeof employerDirectory.identification>
  readonly administrative: RecordOf<typeof employerDirectory.administrative>
  readonly employerCategory: readonly RecordOf<typeof employerDirectory.employerCategory>[]
  /**
   * § 14 as it stands with each Dimona period of the employer, but without `studentIndication`: that one is of the period, and
   * equals `studentIndication` of its worker
   */
  readonly dimonaEmployer: DimonaEmployerRecord
}

/** What became of a number. A replaced or cancelled number keeps the record it had. */
export type SyntheticSsinStatus =
  | { readonly kind: 'active' }
  | { readonly kind: 'replaced'; readonly by: Ssin }
  | { readonly kind: 'cancelled' }

/** A number of a register of persons. Each number comes once; the record does not repeat the register. */
export interface PersonRow {
  readonly ssin: Ssin
  readonly register: PersonRegister
  readonly status: SyntheticSsinStatus
  readonly record: PersonRecord
}

/** An employer. Each registration number comes once. */
export interface EmployerRow {
  readonly nssoNumber: NssoNumber
  readonly enterpriseNumber: EnterpriseNumber
  readonly naturalPerson: boolean
  readonly record: EmployerRecord
}

/** The declaration of an employer for a quarter. Each pair comes once. */
export interface DeclarationRow {
  readonly employer: NssoNumber
  readonly quarter: Quarter
  readonly header: DmfaHeaderRecord
}

/** A natural person in a declaration. Each triple comes once. */
export interface WorkerRow {
  readonly employer: NssoNumber
  readonly quarter: Quarter
  readonly ssin: Ssin
  readonly record: DmfaNaturalPersonRecord
}

/** What was declared about a worker and taken back. Each triple comes once, and not as a worker too. */
export interface DeletedWorkerRow {
  readonly employer: NssoNumber
  readonly quarter: Quarter
  readonly ssin: Ssin
  /** days on which it was declared and taken back */
  readonly received: readonly CivilDate[]
}

/** The totals of a declaration (§ 37), counted from its workers. */
export interface AggregateRow {
  readonly employer: NssoNumber
  readonly quarter: Quarter
  readonly record: DmfaAggregateRecord
}

/** The blocks of one Dimona period (§§ 15–17); § 14 stands with the employer. */
export interface DimonaRecord {
  readonly user?: DimonaUserRecord
  readonly worker: DimonaWorkerRecord
  readonly occupation: DimonaOccupationRecord
}

/** A Dimona period; an open one has no `until`. */
export interface DimonaPeriodRow {
  /** unique */
  readonly periodId: DimonaPeriodId
  readonly employer: NssoNumber
  readonly ssin: Ssin
  readonly from: CivilDate
  /** last day, included */
  readonly until?: CivilDate
  readonly record: DimonaRecord
}

/** A posting of the Limosa register. */
export interface PostingRow {
  /** unique */
  readonly postingId: string
  readonly ssin: Ssin
  /** the user of services */
  readonly user: NssoNumber
  readonly from: CivilDate
  /** last day, included */
  readonly until: CivilDate
  readonly record: LimosaPostingRecord
}

/** A person integrated in the reference directory for an institution. Each pair of institution and number comes once. */
export interface IntegrationRow {
  /** id of the institution, e.g. `phare` */
  readonly institution: string
  readonly ssin: Ssin
  readonly from: CivilDate
  /** last day, included */
  readonly until?: CivilDate
}

/**
 * What the generator writes into; `store/` implements it. Calls are synchronous and in the order: an employer before its
 * declarations, periods, postings and workers; a person before its workers, periods, postings and integrations; a declaration before its workers,
 * those taken back and its aggregate. A record may be kept by reference until the next `checkpoint`, not beyond.
 */
export interface RegisterSink {
  person(row: PersonRow): void
  employer(row: EmployerRow): void
  declaration(row: DeclarationRow): void
  worker(row: WorkerRow): void
  deletedWorker(row: DeletedWorkerRow): void
  aggregate(row: AggregateRow): void
  dimonaPeriod(row: DimonaPeriodRow): void
  posting(row: PostingRow): void
  integration(row: IntegrationRow): void
  /** The end of a batch (some thousand rows): commit what was given, so that memory stays bounded. */
  checkpoint(): void
}
