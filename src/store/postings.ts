/* eslint-disable @typescript-eslint/require-await -- node:sqlite answers at once, store interfaces are asynchronous (design.md §5) */
import type { DatabaseSync } from 'node:sqlite'
import type { ReferenceDirectory } from '../institutions/reference-directory.ts'
import type { LimosaPostingRecord } from '../registers/limosa.ts'
import type { PostingReader } from '../registers/register-reader.ts'
import { holds, isOwnIndex, partiesIn, personsWithNumberIn } from './posting-words.ts'
import { prepareAll } from './sqlite.ts'
import { firstOf, storedSsin } from './stored-ssin.ts'

const touching = 'from_date <= ? and (until_date is null or until_date >= ?)'

/** What is asked of the postings; each is a range of one index. */
export const postingQueries = {
  ofDocument: 'select record from posting where posting_id = ?',
  ofPerson: `select record from posting where ssin = ? and ${touching} order by from_date`,
  ofPersonTo: `select record from posting where user_employer = ? and ssin = ? and ${touching}
    order by from_date`,
  personsAfter: `select distinct ssin from posting where user_employer = ? and ssin > ?
    and ${touching} order by ssin limit ?`,
  isPosted: 'select 1 from posting where user_employer = ? and ssin = ? limit 1',
} as const

/** The postings of an open `registers.db`. */
export function postingsIn(db: DatabaseSync): PostingReader & Pick<ReferenceDirectory, 'postedTo'> {
  const { ofDocument, ofPerson, ofPersonTo, personsAfter, isPosted } = prepareAll(
    db,
    postingQueries,
  )
  const personsWithNumber = personsWithNumberIn(db)
  const parse = (row: Readonly<Record<string, unknown>>) =>
    JSON.parse(String(row['record'])) as LimosaPostingRecord
  return {
    posting: async (documentNumber) => {
      const row = ofDocument.get(documentNumber)
      return row && parse(row)
    },
    postingsOf: async (ssin, { from, to }) => ofPerson.all(ssin, to, from).map(parse),
    postingsTo: async (user, { from, to }, after, limit) => {
      const rows = personsAfter.all(user, after ?? '', to, from, limit + 1)
      const persons = rows.map(({ ssin }) => storedSsin(ssin))
      const { page, next } = firstOf(persons, limit)
      return {
        records: page.flatMap((ssin) => ofPersonTo.all(user, ssin, to, from).map(parse)),
        next,
      }
    },
    postingParties: partiesIn(db),
    postingsBy: async (of, number, terms, { from, to }, after, limit) => {
      const personsNumbered = () => {
        if (of === 'person') return [{ ssin: number }]
        return of === 'client'
          ? personsAfter.all(number, after ?? '', to, from, limit + 1)
          : personsWithNumber(of, number, after ?? '', limit + 1)
      }
      const persons = personsNumbered().map(({ ssin }) => storedSsin(ssin))
      const { page, next } = firstOf(persons, limit)
      const found = page.flatMap((ssin) =>
        of === 'client' ? ofPersonTo.all(number, ssin, to, from) : ofPerson.all(ssin, to, from),
      )
      const sought = isOwnIndex(of) ? terms : [{ field: of, anyOf: [number] }, ...terms]
      return { records: found.map(parse).filter((record) => holds(record, sought)), next }
    },
    postedTo: async (ssin, employers) =>
      employers.some((employer) => isPosted.get(employer, ssin) !== undefined),
  }
}
