import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { NssoNumber } from '../base/enterprise.ts'
import { searchWords } from '../base/search-words.ts'
import type { EmployerOfDirectoryRecord } from '../registers/employer-directory.ts'
import type { EmployerWords } from '../registers/register-reader.ts'
import { fillWhenEmpty } from './sqlite.ts'

/** Most employers with the rarest of the words that one question looks at, so that its cost has a limit. */
const candidatesMax = 5_000

/** What is asked of the index of words: one range of its key each. */
export const employerWordQueries = {
  /** how many employers a word has, counted up to a limit */
  count: `select count(*) as employers from
    (select 1 from employer_word where field = ? and word = ? limit ?)`,
  hasWord: 'select 1 from employer_word where field = ? and word = ? and employer = ?',
  withOneWord: withWords(1),
  withThreeWords: withWords(3),
} as const

/** The statement that finds employers that have all of so many words; it reads those of the first one. */
function withWords(count: number): string {
  const other = ` and exists
    (select 1 from employer_word where field = ? and word = ? and employer = first.employer)`
  return `select employer from employer_word as first where field = ? and word = ?${other.repeat(
    count - 1,
  )} order by employer limit ?`
}

/** Writes the words of all employers, when there are none. */
export function fillEmployerWords(db: DatabaseSync): void {
  const filled = 'select 1 from employer_word limit 1'
  const any = 'select 1 from employer limit 1'
  const all = db.prepare('select nsso_number, record from employer')
  const insert = db.prepare('insert into employer_word (field, word, employer) values (?, ?, ?)')
  fillWhenEmpty(db, { filled, any }, () => {
    for (const row of all.iterate()) {
      const employer = String(row['nsso_number'])
      const words = wordsOf(JSON.parse(String(row['record'])) as EmployerOfDirectoryRecord)
      for (const word of words.name) insert.run('name', word, employer)
      for (const word of words.address) insert.run('address', word, employer)
    }
  })
}

function wordsOf({ identification = {} }: EmployerOfDirectoryRecord): EmployerWords {
  const { denomination = '', registeredOfficeAddress: address = {} } = identification
  const { street, houseNumber, postBox, zipCode, city } = address
  const parts = [street, houseNumber, postBox, zipCode, city].filter((part) => part !== undefined)
  return { name: searchWords(denomination), address: searchWords(parts.join(' ')) }
}

type Pair = readonly [field: 'name' | 'address', word: string]

/**
 * The search by words: numbers of the employers, in order; undefined when there are more than `limit` or too many to look at.
 * Within a population its employers are looked up one by one; among all, those that have the rarest of the words.
 */
export function wordSearch(
  db: DatabaseSync,
): (
  words: EmployerWords,
  within: 'all' | readonly NssoNumber[],
  limit: number,
) => readonly string[] | undefined {
  const count = db.prepare(employerWordQueries.count)
  const hasWord = db.prepare(employerWordQueries.hasWord)
  const prepared = new Map<number, StatementSync>()
  const statementOf = (words: number) => {
    const statement = prepared.get(words) ?? db.prepare(withWords(words))
    prepared.set(words, statement)
    return statement
  }
  const amongAll = (pairs: readonly Pair[], limit: number) => {
    const counted = pairs.map((pair) => {
      const { employers } = count.get(...pair, candidatesMax + 1) as { employers: number }
      return { pair, employers }
    })
    counted.sort((a, b) => a.employers - b.employers)
    const [rarest] = counted
    if (rarest === undefined || rarest.employers > candidatesMax) return undefined
    const words = counted.flatMap(({ pair }) => pair)
    return statementOf(pairs.length)
      .all(...words, limit + 1)
      .map(({ employer }) => String(employer))
  }
  const among = (employers: readonly NssoNumber[], pairs: readonly Pair[]) =>
    [...employers]
      .sort()
      .filter((employer) => pairs.every((pair) => hasWord.get(...pair, employer) !== undefined))
  return (words, within, limit) => {
    const pairs: readonly Pair[] = [
      ...words.name.map((word) => ['name', word] as const),
      ...words.address.map((word) => ['address', word] as const),
    ]
    if (pairs.length === 0) throw new TypeError('a search needs a word')
    const found = within === 'all' ? amongAll(pairs, limit) : among(within, pairs)
    return found === undefined || found.length > limit ? undefined : found
  }
}
