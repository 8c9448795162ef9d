import type { CivilDate, Quarter } from '../base/civil-date.ts'
import type { EnterpriseNumber, NssoNumber } from '../base/enterprise.ts'
import type { Ssin } from '../base/ssin.ts'
import type { Path } from '../registers/catalogue.ts'
import type { DmfaAggregateRecord, DmfaEmployerDeclarationRecord } from '../registers/dmfa.ts'
import type { DmfaChangeRecord } from '../registers/dmfa-change.ts'
import type { DmfaFilter } from '../registers/dmfa-filter.ts'
import type {
  EmployerNumbersRecord,
  EmployerOfDirectoryRecord,
} from '../registers/employer-directory.ts'
import type {
  Namesake,
  NameSearch,
  PostingNumber,
  PostingParty,
  PostingTerm,
} from '../registers/register-reader.ts'
import type { LimosaPostingRecord } from '../registers/limosa.ts'
import type { HouseholdPersonsRecord } from '../registers/household.ts'
import type { PersonRecord } from '../registers/person.ts'
import type { PersonRegister, SourceName } from '../registers/field.ts'
import type { InscriptionRecord } from '../registers/reference-directory.ts'
import type { ActivityRecord, ChangeRecord, EmploymentRecord } from '../registers/personnel-file.ts'

/** What a service can ask the authentic sources, and what each question brings. One line per question. */
export interface Questions {
  /** the person behind a number, in the registers that the grant opens */
  person: {
    ask: { readonly ssin: Ssin; readonly registers: readonly SourceName[] }
    record: PersonRecord
  }
  /** the person behind a number, and those who live with him */
  household: {
    ask: {
      readonly ssin: Ssin
      readonly registers: readonly SourceName[]
      /** paths that the members are chosen by: without all of them granted, or when undefined, there are none */
      readonly memberKeys: readonly Path[] | undefined
    }
    record: HouseholdPersonsRecord
  }
  /** persons whose names sound like these, of the registers that the grant opens; those of a register by birth date, then number */
  personsByName: {
    ask: {
      readonly search: NameSearch
      readonly registers: readonly SourceName[]
      /** most persons of an answer (`first`), or of each register (`none`); 1 to 1,999 */
      readonly limit: number
      /** when there are more: the first ones, or none of a register that has more */
      readonly ofMore: 'first' | 'none'
      /** the exchange sets the persons, found by `namesakes`, about whom the caller may learn; a service gives none */
      readonly persons: readonly Ssin[]
    }
    record: PersonRecord
  }
  /** the numbers of such persons in one register, page by page; no service asks it, their records are `personsByName` */
  namesakes: {
    ask: {
      readonly search: NameSearch
      readonly register: PersonRegister
      readonly after: Namesake | undefined
      /** persons a page, 1 to 2,000 */
      readonly limit: number
    }
    record: Namesake
  }
  /**
   * one declaration per employer and quarter, holding this worker only; company vehicles and contributions that belong to no
   * person are not part of it
   */
  dmfaByWorker: {
    ask: {
      readonly ssin: Ssin
      readonly from: Quarter
      readonly to: Quarter
      /** of this employer only */
      readonly employer?: NssoNumber
    }
    record: DmfaEmployerDeclarationRecord
  }
  /** the declaration of an employer in a quarter; its natural persons page by page, in the order of their numbers */
  dmfaByEmployer: {
    ask: {
      readonly employer: NssoNumber
      readonly quarter: Quarter
      /** workers after this one; undefined for the first page */
      readonly after: Ssin | undefined
      /** workers a page, 1 to 2,000 */
      readonly limit: number
      /** the workers that it leaves only */
      readonly filter?: DmfaFilter
    }
    record: DmfaEmployerDeclarationRecord
  }
  /** declarations of an employer about a worker that were made, modified or taken back on these days; workers page by page, by their numbers */
  dmfaChanges: {
    ask: ChangesAsk
    record: DmfaChangeRecord
  }
  /** totals over an employer and a quarter (§37) */
  dmfaAggregate: {
    ask: { readonly employer: NssoNumber; readonly quarter: Quarter }
    record: DmfaAggregateRecord
  }
  /** Dimona periods of a worker that touch the days, both included */
  dimonaByWorker: {
    ask: {
      readonly ssin: Ssin
      readonly from: CivilDate
      readonly to: CivilDate
      /** with this employer only */
      readonly employer?: NssoNumber
    }
    record: EmploymentRecord
  }
  /** Dimona periods with an employer that touch the days; workers page by page, in the order of their numbers */
  dimonaByEmployer: {
    ask: {
      readonly employer: NssoNumber
      readonly from: CivilDate
      readonly to: CivilDate
      /** workers after this one; undefined for the first page */
      readonly after: Ssin | undefined
      /** workers a page, 1 to 2,000 */
      readonly limit: number
    }
    record: EmploymentRecord
  }
  /** Dimona periods with an employer that declarations of these days changed; workers page by page, in the order of their numbers */
  dimonaChanges: {
    ask: ChangesAsk
    record: ChangeRecord
  }
  /** one record for each person: whether a Dimona period with the employer touches the days */
  dimonaActivity: {
    ask: {
      readonly employer: NssoNumber
      readonly ssins: readonly Ssin[]
      readonly from: CivilDate
      readonly to: CivilDate
    }
    record: ActivityRecord
  }
  /** postings of a person that touch the days, both included */
  postingsOfPerson: {
    ask: { readonly ssin: Ssin; readonly from: CivilDate; readonly to: CivilDate }
    record: LimosaPostingRecord
  }
  /** postings to a user of services that touch the days; posted persons page by page, in the order of their numbers */
  postingsToUser: {
    ask: {
      readonly user: NssoNumber
      readonly from: CivilDate
      readonly to: CivilDate
      /** persons after this one; undefined for the first page */
      readonly after: Ssin | undefined
      /** persons a page, 1 to 2,000 */
      readonly limit: number
    }
    record: LimosaPostingRecord
  }
  /** postings with a number that touch the days and in which every term stands; posted persons page by page, in the order of their numbers */
  postingsBy: {
    ask: {
      readonly of: PostingNumber
      readonly number: string
      readonly terms: readonly PostingTerm[]
      readonly from: CivilDate
      readonly to: CivilDate
      /** persons after this one; undefined for the first page */
      readonly after: Ssin | undefined
      /** persons a page, 1 to 2,000 */
      readonly limit: number
    }
    record: LimosaPostingRecord
  }
  /** one posting of each person, user of services, place or foreign employer of whom the terms hold, by their numbers */
  postingsFound: {
    ask: {
      readonly party: PostingParty
      readonly terms: readonly PostingTerm[]
      readonly from: CivilDate
      readonly to: CivilDate
      /** most of them in an answer, 1 to 2,000; with more the request is refused */
      readonly limit: number
    }
    record: LimosaPostingRecord
  }
  /** the numbers of such parties, page by page; no service asks it, their postings are `postingsFound` */
  postingParties: {
    ask: {
      readonly party: PostingParty
      readonly terms: readonly PostingTerm[]
      readonly after: string | undefined
      /** parties a page, 1 to 2,000 */
      readonly limit: number
    }
    record: { readonly number: string }
  }
  /** inscriptions of a person that touch the days, by sector, quality and first day; of institutions that are of a sector */
  inscriptions: {
    ask: { readonly ssin: Ssin; readonly from: CivilDate; readonly to: CivilDate }
    record: InscriptionRecord
  }
  /** the posting that a declaration of Limosa is about */
  postingDocument: {
    ask: {
      readonly documentNumber: string
      /** of this person only */
      readonly ssin: Ssin | undefined
    }
    record: LimosaPostingRecord
  }
  /** employers of the directory by their number, by that of their enterprise (which can have several), by both, or by who is one */
  employer: {
    ask: {
      readonly nssoNumber: NssoNumber | undefined
      readonly enterpriseNumber: EnterpriseNumber | undefined
      /** the natural person who is the employer; the other two are undefined then */
      readonly person?: Ssin
      readonly within: Within
    }
    record: EmployerOfDirectoryRecord
  }
  /** employers of the directory whose name and address hold every one of these words (base/search-words.ts) */
  employersByWords: {
    ask: {
      readonly name: readonly string[]
      readonly address: readonly string[]
      /** most employers of an answer; when there are more, or too many to look at, there are no records */
      readonly limit: number
      readonly within: Within
    }
    record: EmployerNumbersRecord
  }
  /** several questions at once, for contracts that answer from more than one register; their records stand side by side */
  together: {
    ask: { readonly parts: Readonly<Record<string, TogetherPart>> }
    record: Readonly<Record<string, readonly object[]>>
  }
}

/** Questions whose records stand together. */
export interface TogetherPart {
  /** paths that they choose records by: without all of them granted they are not asked, as if there were no record */
  readonly keys: readonly Path[]
  readonly questions: readonly SingleQuestion[]
  /** most records; more of them, or another page, refuse the whole request (REQUEST_INVALID, `tooManyResults`) */
  readonly recordsMax?: number
}

/** What changed at an employer since a day. */
interface ChangesAsk {
  readonly employer: NssoNumber
  readonly since: CivilDate
  /** the exchange sets the day on which it takes place, a service the first one */
  readonly until: CivilDate
  /** most days between them */
  readonly daysMax: number
  /** workers after this one; undefined for the first page */
  readonly after: Ssin | undefined
  /** workers a page, 1 to 2,000 */
  readonly limit: number
}

/** Employers that an answer may be about: the exchange sets the caller's population, a service gives none. */
export type Within = 'all' | readonly NssoNumber[]

export type QuestionKind = keyof Questions

type OfKind<Kind extends QuestionKind> = {
  [K in Kind]: { readonly kind: K } & Questions[K]['ask']
}[Kind]

/** One question, with its kind. */
export type Question = OfKind<QuestionKind>

/** A question that one register answers at once. */
export type SingleQuestion = OfKind<Exclude<QuestionKind, 'together' | 'household'>>

/** What a source found, raw: only the exchange sees it, to project it. */
export interface Found<R> {
  readonly records: readonly R[]
  /** the last person of this page, when more follow */
  readonly next?: Ssin | undefined
  /** more was found than the question allows: there are no records then */
  readonly tooMany?: true
  /** persons with data in the records though no field of their blocks names them: employers who are natural persons (R33) */
  readonly persons?: readonly Ssin[]
}

/** What a number is in the registers of persons. */
export type SsinStatus =
  | { readonly kind: 'active' }
  | { readonly kind: 'replaced'; readonly by: Ssin }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'unknown' }

/**
 * The authentic sources as the exchange sees them; `sources/` implements it over the store or a remote service.
 * Throws GatewayError SOURCE_UNAVAILABLE when a source does not answer.
 */
export interface Source {
  statusOf(ssin: Ssin): Promise<SsinStatus>
  ask<Q extends SingleQuestion>(question: Q): Promise<Found<Questions[Q['kind']]['record']>>
}
