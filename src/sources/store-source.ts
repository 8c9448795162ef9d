import type { CivilDate, Quarter } from '../base/civil-date.ts'
import type { NssoNumber } from '../base/enterprise.ts'
import { GatewayError } from '../base/errors.ts'
import { readSsin, type Ssin } from '../base/ssin.ts'
import type { DmfaAggregateRecord, DmfaEmployerDeclarationRecord } from '../registers/dmfa.ts'
import type { EmployerOfDirectoryRecord } from '../registers/employer-directory.ts'
import type { LimosaPostingRecord } from '../registers/limosa.ts'
import type { PersonRecord } from '../registers/person.ts'
import type { ChangeRecord, EmploymentRecord } from '../registers/personnel-file.ts'
import type { Found, Question, Questions, Source, SsinStatus, Within } from '../services/source.ts'

/** The registers as this source reads them; `store/registers-db.ts` implements it. It may throw anything. */
export interface RegisterReader {
  person(ssin: Ssin): Promise<
    | {
        readonly register: 'nationalRegister' | 'bisRegister'
        readonly status: Exclude<SsinStatus, { kind: 'unknown' }>
        readonly record: PersonRecord
      }
    | undefined
  >
  /** declarations of the quarters (both included) that hold the worker, with that worker alone */
  dmfaByWorker(
    ssin: Ssin,
    from: Quarter,
    to: Quarter,
  ): Promise<readonly DmfaEmployerDeclarationRecord[]>
  /** the declaration with a page of its workers; `next` is the last of the page when more follow */
  dmfaByEmployer(
    employer: NssoNumber,
    quarter: Quarter,
    after: Ssin | undefined,
    limit: number,
  ): Promise<
    { readonly record: DmfaEmployerDeclarationRecord; readonly next: Ssin | undefined } | undefined
  >
  dmfaAggregate(employer: NssoNumber, quarter: Quarter): Promise<DmfaAggregateRecord | undefined>
  /** employments of a worker that touch the days */
  dimonaByWorker(ssin: Ssin, days: Days): Promise<readonly EmploymentRecord[]>
  /** employments with an employer that touch the days, a page of workers; `next` is the last of the page when more follow */
  dimonaByEmployer(
    employer: NssoNumber,
    days: Days,
    after: Ssin | undefined,
    limit: number,
  ): Promise<{ readonly records: readonly EmploymentRecord[]; readonly next: Ssin | undefined }>
  /** periods with an employer that declarations of the days changed, a page of workers; `next` is the last of the page when more follow */
  dimonaChanges(
    employer: NssoNumber,
    days: Days,
    after: Ssin | undefined,
    limit: number,
  ): Promise<{ readonly records: readonly ChangeRecord[]; readonly next: Ssin | undefined }>
  /** those of the persons who have an employment with the employer that touches the days */
  dimonaActive(employer: NssoNumber, ssins: readonly Ssin[], days: Days): Promise<ReadonlySet<Ssin>>
  /** postings of a person that touch the days */
  postingsOf(ssin: Ssin, days: Days): Promise<readonly LimosaPostingRecord[]>
  /** postings to a user that touch the days, a page of persons; `next` is the last of the page when more follow */
  postingsTo(
    user: NssoNumber,
    days: Days,
    after: Ssin | undefined,
    limit: number,
  ): Promise<{ readonly records: readonly LimosaPostingRecord[]; readonly next: Ssin | undefined }>
  employer(nssoNumber: NssoNumber): Promise<DirectoryEmployer | undefined>
  employersOf(enterpriseNumber: string): Promise<readonly DirectoryEmployer[]>
  /** undefined when there are too many */
  findEmployers(
    words: { readonly name: readonly string[]; readonly address: readonly string[] },
    within: Within,
    limit: number,
  ): Promise<readonly DirectoryEmployer[] | undefined>
}

/** An employer of the directory with its numbers. */
export interface DirectoryEmployer {
  readonly nssoNumber: string
  readonly enterpriseNumber: string
  readonly record: object
}

/** A period of days, both included. */
interface Days {
  readonly from: CivilDate
  readonly to: CivilDate
}

/** The authentic sources over the store. Whatever the store throws is SOURCE_UNAVAILABLE, its text kept for the log. */
export function storeSource(reader: RegisterReader): Source {
  return {
    statusOf: (ssin) =>
      available(async () => (await reader.person(ssin))?.status ?? { kind: 'unknown' }),
    ask: async (question) => {
      if ('limit' in question) checkLimit(question.limit)
      return available(() => answer(reader, question))
    },
  }
}

/** Most workers of a page (issue 2, item 7). */
const pageWorkersMax = 2000

function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > pageWorkersMax)
    throw new TypeError(`limit is not between 1 and ${pageWorkersMax}`)
}

async function answer(
  reader: RegisterReader,
  question: Question,
): Promise<Found<Questions[Question['kind']]['record']>> {
  switch (question.kind) {
    case 'person': {
      const person = await reader.person(question.ssin)
      const opened = person !== undefined && question.registers.includes(person.register)
      return { records: opened ? [person.record] : [] }
    }
    case 'dmfaByWorker':
      return { records: await reader.dmfaByWorker(question.ssin, question.from, question.to) }
    case 'dmfaByEmployer': {
      const { employer, quarter, after, limit } = question
      const page = await reader.dmfaByEmployer(employer, quarter, after, limit)
      if (page === undefined) return { records: [] }
      return { records: [page.record], ...(page.next !== undefined && { next: page.next }) }
    }
    case 'dmfaAggregate': {
      const record = await reader.dmfaAggregate(question.employer, question.quarter)
      return { records: record === undefined ? [] : [record] }
    }
    case 'dimonaByWorker':
      return { records: await reader.dimonaByWorker(question.ssin, question) }
    case 'dimonaByEmployer': {
      const { employer, after, limit } = question
      const { records, next } = await reader.dimonaByEmployer(employer, question, after, limit)
      return { records, ...(next !== undefined && { next }) }
    }
    case 'dimonaChanges': {
      const { employer, since, until, after, limit } = question
      const days = { from: since, to: until }
      const { records, next } = await reader.dimonaChanges(employer, days, after, limit)
      return { records, ...(next !== undefined && { next }) }
    }
    case 'dimonaActivity': {
      const { employer, ssins } = question
      const active = await reader.dimonaActive(employer, ssins, question)
      return { records: ssins.map((ssin) => ({ ssin, active: active.has(ssin) })) }
    }
    case 'postingsOfPerson':
      return { records: await reader.postingsOf(question.ssin, question) }
    case 'postingsToUser': {
      const { user, after, limit } = question
      const { records, next } = await reader.postingsTo(user, question, after, limit)
      return { records, ...(next !== undefined && { next }) }
    }
    case 'employer':
      return { records: (await employersOf(reader, question)).map(({ record }) => record) }
    case 'employersByWords': {
      const found = await reader.findEmployers(question, question.within, question.limit)
      if (found === undefined) return { records: [], tooMany: true }
      return {
        records: found.map(({ nssoNumber, enterpriseNumber }) => ({
          registrationNumber: nssoNumber,
          enterpriseNumber,
        })),
        persons: found.flatMap(({ record }) => {
          const { identification } = record as EmployerOfDirectoryRecord
          return readSsin(identification?.ssin ?? '') ?? []
        }),
      }
    }
  }
}

/** The employers that a question names by their numbers, as far as it may be about them. */
async function employersOf(
  reader: RegisterReader,
  { nssoNumber, enterpriseNumber, within }: Extract<Question, { kind: 'employer' }>,
): Promise<readonly DirectoryEmployer[]> {
  const employer = nssoNumber && (await reader.employer(nssoNumber))
  const employers =
    nssoNumber === undefined
      ? await reader.employersOf(enterpriseNumber ?? '')
      : employer === undefined
        ? []
        : [employer]
  return employers.filter(
    (one) =>
      (enterpriseNumber === undefined || one.enterpriseNumber === enterpriseNumber) &&
      (within === 'all' || (within as readonly string[]).includes(one.nssoNumber)),
  )
}

async function available<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    throw new GatewayError('SOURCE_UNAVAILABLE', 'store cannot be read', [], { cause })
  }
}
