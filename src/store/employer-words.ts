import type { DatabaseSync } from 'node:sqlite'
import type { NssoNumber } from '../base/enterprise.ts'
import { searchWords } from '../base/search-words.ts'
import type { EmployerOfDirectoryRecord } from '../registers/employer-directory.ts'
import type { EmployerWords } from '../registers/register-reader.ts'
import { fillWhenEmpty } from './sqlite.ts'

/** Most employers with the rarest of the words that one question looks at, so that its cost has a limit. */
const candidatesMax = 5_000

/** What is asked of the index of words: one range of its key each. */
export const employerWordQueries = {
  /** employers with a word, so many at most */
  withWord: `select employer from employer_word where field = ? and word = ?
    order by employer limit ?`,
  hasWord: 'select 1 from employer_word where field = ? and word = ? and employer = ?',
} as const

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
  const withWord = db.prepare(employerWordQueries.withWord)
  const hasWord = db.prepare(employerWordQueries.hasWord)
  const candidates = (pairs: readonly (readonly [field: string, word: string])[]) => {
    let fewest: readonly string[] | undefined
    for (const [field, word] of pairs) {
      const rows = withWord.all(field, word, fewest?.length ?? candidatesMax + 1)
      if (fewest === undefined || rows.length < fewest.length) {
        fewest = rows.map((row) => String(row['employer']))
      }
    }
    return fewest ?? []
  }
  return (words, within, limit) => {
    const pairs = [
      ...words.name.map((word) => ['name', word] as const),
      ...words.address.map((word) => ['address', word] as const),
    ]
    if (pairs.length === 0) throw new TypeError('a search needs a word')
    const looked = within === 'all' ? candidates(pairs) : [...within].sort()
    if (within === 'all' && looked.length > candidatesMax) return undefined
    const found: string[] = []
    for (const employer of looked) {
      if (!pairs.every(([field, word]) => hasWord.get(field, word, employer) !== undefined)) {
        continue
      }
      found.push(employer)
      if (found.length > limit) return undefined
    }
    return found
  }
}
