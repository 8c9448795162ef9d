import { readNssoNumber, type NssoNumber } from '../base/enterprise.ts'
import { available } from '../base/errors.ts'
import { readSsin } from '../base/ssin.ts'
import { isLeftBy } from '../registers/dmfa-filter.ts'
import type { EmployerOfDirectoryRecord } from '../registers/employer-directory.ts'
import type { RegisterReader, StoredEmployer } from '../registers/register-reader.ts'
import type { Found, Questions, SingleQuestion, Source } from '../services/source.ts'

const unread = 'store cannot be read'

/** The authentic sources over the store. Whatever the store throws is SOURCE_UNAVAILABLE, its text kept for the log. */
export function storeSource(reader: RegisterReader): Source {
  return {
    statusOf: (ssin) =>
      available(unread, async () => (await reader.statusOf(ssin)) ?? { kind: 'unknown' }),
    ask: async (question) => {
      if ('limit' in question) checkLimit(question.limit)
      return available(unread, () => answer(reader, question))
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
  question: SingleQuestion,
): Promise<Found<Questions[SingleQuestion['kind']]['record']>> {
  switch (question.kind) {
    case 'person': {
      const person = await reader.person(question.ssin)
      const opened = person !== undefined && question.registers.includes(person.register)
      return { records: opened ? [person.record] : [] }
    }
    case 'personsByName': {
      const { persons, registers } = question
      const stored = await Promise.all(persons.map((ssin) => reader.person(ssin)))
      const opened = stored.filter((one) => one !== undefined && registers.includes(one.register))
      return { records: opened.flatMap((one) => one?.record ?? []) }
    }
    case 'namesakes': {
      const { search, register, after, limit } = question
      return { records: await reader.namesakes(search, register, after, limit) }
    }
    case 'dmfaByWorker': {
      const { ssin, from, to, employer } = question
      const records = await reader.dmfaByWorker(ssin, from, to)
      return { records: records.filter((one) => isOf(employer, one)) }
    }
    case 'dmfaByEmployer': {
      const { employer, quarter, after, limit, filter } = question
      const page = await reader.dmfaByEmployer(employer, quarter, after, limit)
      if (page === undefined) return { records: [] }
      const { record, next } = page
      if (filter === undefined) return { records: [record], next }
      const naturalPerson = record.naturalPerson?.filter((one) => isLeftBy(filter, one)) ?? []
      return { records: [{ ...record, naturalPerson }], next }
    }
    case 'dmfaAggregate': {
      const record = await reader.dmfaAggregate(question.employer, question.quarter)
      return { records: record === undefined ? [] : [record] }
    }
    case 'dimonaByWorker': {
      const { ssin, employer } = question
      const records = await reader.dimonaByWorker(ssin, question)
      return { records: records.filter((one) => isOf(employer, one.employer)) }
    }
    case 'dimonaByEmployer': {
      const { employer, after, limit } = question
      return reader.dimonaByEmployer(employer, question, after, limit)
    }
    case 'dmfaChanges': {
      const { employer, since, until, after, limit } = question
      return reader.dmfaChanges(employer, { from: since, to: until }, after, limit)
    }
    case 'dimonaChanges': {
      const { employer, since, until, after, limit } = question
      return reader.dimonaChanges(employer, { from: since, to: until }, after, limit)
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
      return reader.postingsTo(user, question, after, limit)
    }
    case 'postingsBy': {
      const { of, number, terms, after, limit } = question
      return reader.postingsBy(of, number, terms, question, after, limit)
    }
    case 'postingParties': {
      const { party, terms, after, limit } = question
      const numbers = await reader.postingParties(party, terms, after, limit)
      return { records: numbers.map((number) => ({ number })) }
    }
    case 'postingsFound':
      throw new TypeError('the exchange asks for parties, then for their postings')
    case 'inscriptions':
      return { records: await reader.inscriptionsOf(question.ssin, question) }
    case 'postingDocument': {
      const posting = await reader.posting(question.documentNumber)
      const isAsked = question.ssin === undefined || posting?.postedPerson?.ssin === question.ssin
      return { records: posting !== undefined && isAsked ? [posting] : [] }
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

/** Whether a record is of the employer that a question names, if it names one. */
function isOf(
  employer: NssoNumber | undefined,
  of: { readonly registrationNumber?: string } | undefined,
): boolean {
  return employer === undefined || readNssoNumber(of?.registrationNumber ?? '') === employer
}

/** The employers that a question names by their numbers, as far as it may be about them. */
async function employersOf(
  reader: RegisterReader,
  question: Extract<SingleQuestion, { kind: 'employer' }>,
): Promise<readonly StoredEmployer[]> {
  const { enterpriseNumber, within } = question
  return (await employersNamed(reader, question)).filter(
    (one) =>
      (enterpriseNumber === undefined || one.enterpriseNumber === enterpriseNumber) &&
      (within === 'all' || (within as readonly string[]).includes(one.nssoNumber)),
  )
}

async function employersNamed(
  reader: RegisterReader,
  { nssoNumber, enterpriseNumber, person }: Extract<SingleQuestion, { kind: 'employer' }>,
): Promise<readonly StoredEmployer[]> {
  if (person !== undefined) return reader.employersWhoAre(person)
  if (nssoNumber === undefined) return reader.employersOf(enterpriseNumber ?? '')
  const employer = await reader.employer(nssoNumber)
  return employer === undefined ? [] : [employer]
}
