import type { Days, Quarter } from '../base/civil-date.ts'
import type { NssoNumber } from '../base/enterprise.ts'
import type { BirthDays } from '../base/incomplete-date.ts'
import type { Ssin } from '../base/ssin.ts'
import type { DmfaAggregateRecord, DmfaEmployerDeclarationRecord } from './dmfa.ts'
import type { DmfaChangeRecord } from './dmfa-change.ts'
import type { PersonRegister } from './field.ts'
import type { LimosaPostingRecord } from './limosa.ts'
import type { PersonRecord } from './person.ts'
import type { InscriptionRecord } from './reference-directory.ts'
import type { ChangeRecord, EmploymentRecord } from './personnel-file.ts'

/** What is asked of the registers: `store/` answers it, `sources/` asks it. Any of it may throw anything. */
export interface RegisterReader
  extends RegisterTables, NameReader, DimonaReader, PostingReader, InscriptionReader {}

/** A person as stored: the register that holds the number, what became of it, and the record, which names the register. */
export interface StoredPerson {
  readonly register: PersonRegister
  readonly status:
    { readonly kind: 'active' | 'cancelled' } | { readonly kind: 'replaced'; readonly by: Ssin }
  readonly record: PersonRecord
}

/** An employer as the directory has it. */
export interface StoredEmployer {
  readonly nssoNumber: string
  readonly enterpriseNumber: string
  readonly naturalPerson: boolean
  readonly record: object
}

/** Words that a name and an address must hold, as `searchWords` gives them. */
export interface EmployerWords {
  readonly name: readonly string[]
  readonly address: readonly string[]
}

/** Persons who are searched by name (base/phonetic.ts). What a register does not know of a person contradicts nothing. */
export interface NameSearch {
  /** codes of the family name, as `soughtCodes` gives them: at least one */
  readonly lastName: readonly string[]
  /** codes that the first names must hold, in any order */
  readonly firstNames: readonly string[]
  readonly born: BirthDays
  /** 1 man, 2 woman; undefined for both */
  readonly sex: '1' | '2' | undefined
}

/** A person of whom a search by name holds. */
export interface Namesake {
  readonly ssin: Ssin
  /** `YYYY-MM-DD`, with 00 for what is not known */
  readonly birth: string
}

/** Records of some persons, all those of a person together; `next` is the last person when more follow. */
export interface PersonPage<Record> {
  readonly records: readonly Record[]
  readonly next: Ssin | undefined
}

/** Persons, DmfA and the employer directory. */
export interface RegisterTables {
  /** what became of a number; undefined when no register holds it */
  statusOf(ssin: Ssin): Promise<StoredPerson['status'] | undefined>
  person(ssin: Ssin): Promise<StoredPerson | undefined>
  /** declarations of the quarters (both included) that hold the worker, with that worker alone; by quarter, then employer */
  dmfaByWorker(
    ssin: Ssin,
    from: Quarter,
    to: Quarter,
  ): Promise<readonly DmfaEmployerDeclarationRecord[]>
  /**
   * the declaration with at most `limit` workers after `after`, by their numbers, and whether more follow; what belongs to
   * no worker stands on every page
   */
  dmfaByEmployer(
    employer: NssoNumber,
    quarter: Quarter,
    after: Ssin | undefined,
    limit: number,
  ): Promise<
    { readonly record: DmfaEmployerDeclarationRecord; readonly next: Ssin | undefined } | undefined
  >
  /**
   * declarations of an employer that were made, modified or taken back about a worker on these days, as they are now: of at most `limit`
   * workers after `after`, by their numbers, then by quarter
   */
  dmfaChanges(
    employer: NssoNumber,
    days: Days,
    after: Ssin | undefined,
    limit: number,
  ): Promise<PersonPage<DmfaChangeRecord>>
  dmfaAggregate(employer: NssoNumber, quarter: Quarter): Promise<DmfaAggregateRecord | undefined>
  employer(nssoNumber: NssoNumber): Promise<StoredEmployer | undefined>
  /** employers registered under an enterprise number; one enterprise can have several */
  employersOf(enterpriseNumber: string): Promise<readonly StoredEmployer[]>
  /** employers who are this natural person, by their numbers */
  employersWhoAre(ssin: Ssin): Promise<readonly StoredEmployer[]>
  /**
   * employers, `within` these, whose name and address hold every one of the words; by their numbers. Undefined when there are more
   * than `limit`, or too many to look at. Throws TypeError when there is no word.
   */
  findEmployers(
    words: EmployerWords,
    within: 'all' | readonly NssoNumber[],
    limit: number,
  ): Promise<readonly StoredEmployer[] | undefined>
}

/** Persons by the sound of their names. */
export interface NameReader {
  /** persons of one register with a number in use, by birth date, then number: at most `limit` after `after` */
  namesakes(
    search: NameSearch,
    register: StoredPerson['register'],
    after: Namesake | undefined,
    limit: number,
  ): Promise<readonly Namesake[]>
}

/** Dimona. */
export interface DimonaReader {
  /** employments of a worker that touch the days; by employer, then first day */
  dimonaByWorker(ssin: Ssin, days: Days): Promise<readonly EmploymentRecord[]>
  /** employments with an employer that touch the days, of at most `limit` workers after `after`, by their numbers */
  dimonaByEmployer(
    employer: NssoNumber,
    days: Days,
    after: Ssin | undefined,
    limit: number,
  ): Promise<PersonPage<EmploymentRecord>>
  /**
   * employments with an employer that declarations of the days changed, as they are now, of at most `limit` workers after `after`,
   * by their numbers; of cancelled ones employer, worker and dates. A registered period that no file touched counts as declared
   * on its first day, and its end on its last.
   */
  dimonaChanges(
    employer: NssoNumber,
    days: Days,
    after: Ssin | undefined,
    limit: number,
  ): Promise<PersonPage<ChangeRecord>>
  /** those of the persons who have an employment with the employer that touches the days */
  dimonaActive(employer: NssoNumber, ssins: readonly Ssin[], days: Days): Promise<ReadonlySet<Ssin>>
}

/** What a posting is found by, and where that leads to: a person, a user of services, a place of work, a foreign employer. */
export const postingFields = {
  personName: 'person',
  clientName: 'client',
  clientCity: 'client',
  clientZip: 'client',
  placeName: 'place',
  placeCity: 'place',
  placeZip: 'place',
  placeClient: 'place',
  placeEnterprise: 'place',
  employerName: 'foreignEmployer',
  employerCity: 'foreignEmployer',
  employerZip: 'foreignEmployer',
} as const
export type PostingField = keyof typeof postingFields
/** Those that postings are about, each by its number: SSIN, number of the NSSO, numbers of Limosa. */
export type PostingParty = (typeof postingFields)[PostingField]

/** What postings that were found are cut down by; what the register does not know contradicts nothing. */
export type PostingTrait =
  | 'firstName'
  | 'nationality'
  | 'birth'
  | 'category'
  | 'personCity'
  | 'personZip'
  | 'clientCountry'
  | 'placeCountry'
  | 'employerCountry'

/** One of these must stand in the field, in the form that the index has (`searchWords`, `soughtCodes`, `soughtParts`, or as it is). */
export interface PostingTerm {
  readonly field: PostingField | PostingTrait
  readonly anyOf: readonly string[]
}

/** Whose number all postings can be found by. */
export type PostingNumber =
  | PostingParty
  | 'enterpriseOfClient'
  | 'ssinOfClient'
  | 'enterpriseOfForeignEmployer'
  | 'ssinOfForeignEmployer'

/** Limosa. */
export interface PostingReader {
  /** postings of a person that touch the days, by first day */
  postingsOf(ssin: Ssin, days: Days): Promise<readonly LimosaPostingRecord[]>
  /** the posting of a declaration, by the number of the declaration */
  posting(documentNumber: string): Promise<LimosaPostingRecord | undefined>
  /**
   * the numbers of at most `limit` parties after `after`, in order, in whose postings every one of the terms that leads to them stands.
   * Throws TypeError when none does.
   */
  postingParties(
    party: PostingParty,
    terms: readonly PostingTerm[],
    after: string | undefined,
    limit: number,
  ): Promise<readonly string[]>
  /** postings with a number that touch the days and in which every term stands, of at most `limit` persons after `after`, by their numbers */
  postingsBy(
    of: PostingNumber,
    number: string,
    terms: readonly PostingTerm[],
    days: Days,
    after: Ssin | undefined,
    limit: number,
  ): Promise<PersonPage<LimosaPostingRecord>>
  /** postings to a user that touch the days, of at most `limit` persons after `after`, by their numbers */
  postingsTo(
    user: NssoNumber,
    days: Days,
    after: Ssin | undefined,
    limit: number,
  ): Promise<PersonPage<LimosaPostingRecord>>
}

/** The reference directory. */
export interface InscriptionReader {
  /** inscriptions of a person that touch the days, by sector, quality and first day; of institutions that are of a sector */
  inscriptionsOf(ssin: Ssin, days: Days): Promise<readonly InscriptionRecord[]>
}
