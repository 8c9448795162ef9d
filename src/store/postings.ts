/* eslint-disable @typescript-eslint/require-await -- node:sqlite answers at once, store interfaces are asynchronous (design.md §5) */
import type { DatabaseSync } from 'node:sqlite'
import type { NssoNumber } from '../base/enterprise.ts'
import { readSsin, type Ssin } from '../base/ssin.ts'
import type { LimosaPostingRecord } from '../registers/limosa.ts'
import type { Days } from './dimona-view.ts'

const touching = 'from_date <= ? and (until_date is null or until_date >= ?)'

/** What is asked of the postings; each is a range of one index. */
export const postingQueries = {
  ofPerson: `select record from posting where ssin = ? and ${touching} order by from_date`,
  ofPersonTo: `select record from posting where user_employer = ? and ssin = ? and ${touching}
    order by from_date`,
  personsAfter: `select distinct ssin from posting where user_employer = ? and ssin > ?
    and ${touching} order by ssin limit ?`,
  isPosted: 'select 1 from posting where user_employer = ? and ssin = ? limit 1',
} as const

/** The Limosa register. */
export interface Postings {
  /** postings of a person that touch the days, by first day */
  postingsOf(ssin: Ssin, days: Days): Promise<readonly LimosaPostingRecord[]>
  /** postings to a user that touch the days, of at most `limit` persons after `after`, by their numbers */
  postingsTo(
    user: NssoNumber,
    days: Days,
    after: Ssin | undefined,
    limit: number,
  ): Promise<{ readonly records: readonly LimosaPostingRecord[]; readonly next: Ssin | undefined }>
  /** whether the person is or was posted to one of the employers, as the user of services */
  postedTo(ssin: Ssin, employers: readonly NssoNumber[]): Promise<boolean>
}

/** The postings of an open `registers.db`. */
export function postingsIn(db: DatabaseSync): Postings {
  const ofPerson = db.prepare(postingQueries.ofPerson)
  const ofPersonTo = db.prepare(postingQueries.ofPersonTo)
  const personsAfter = db.prepare(postingQueries.personsAfter)
  const isPosted = db.prepare(postingQueries.isPosted)
  const parse = (row: Readonly<Record<string, unknown>>) =>
    JSON.parse(String(row['record'])) as LimosaPostingRecord
  return {
    postingsOf: async (ssin, { from, to }) => ofPerson.all(ssin, to, from).map(parse),
    postingsTo: async (user, { from, to }, after, limit) => {
      const rows = personsAfter.all(user, after ?? '', to, from, limit + 1)
      const page = rows.slice(0, limit).map(({ ssin }) => storedSsin(ssin))
      return {
        records: page.flatMap((ssin) => ofPersonTo.all(user, ssin, to, from).map(parse)),
        next: rows.length > limit ? page.at(-1) : undefined,
      }
    },
    postedTo: async (ssin, employers) =>
      employers.some((employer) => isPosted.get(employer, ssin) !== undefined),
  }
}

function storedSsin(text: unknown): Ssin {
  const ssin = readSsin(String(text))
  if (ssin === undefined) throw new Error('registers hold a malformed posting')
  return ssin
}
