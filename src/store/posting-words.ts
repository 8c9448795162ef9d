/* eslint-disable @typescript-eslint/require-await -- node:sqlite answers at once, store interfaces are asynchronous (design.md §5) */
import type { DatabaseSync } from 'node:sqlite'
import { knownParts } from '../base/incomplete-date.ts'
import { firstNameCodes, indexedCodes } from '../base/phonetic.ts'
import { searchWords } from '../base/search-words.ts'
import type { LimosaPostingRecord } from '../registers/limosa.ts'
import {
  postingFields,
  type PostingField,
  type PostingNumber,
  type PostingParty,
  type PostingReader,
  type PostingTerm,
  type PostingTrait,
} from '../registers/register-reader.ts'
import { fillWhenEmpty, prepareAll } from './sqlite.ts'

type Posting = LimosaPostingRecord
type WordsOf = (posting: Posting) => readonly string[]

const known = (text: string | undefined) => (text === undefined ? [] : [text])
const wordsIn = (text: string | undefined) => searchWords(text ?? '')

/** The words of a posting by which its parties are found. */
const fieldWords: Readonly<Record<PostingField, WordsOf>> = {
  personName: ({ postedPerson }) => indexedCodes(postedPerson?.names?.lastName ?? ''),
  clientName: ({ user }) => wordsIn(user?.denomination),
  clientCity: ({ user }) => wordsIn(user?.address?.city),
  clientZip: ({ user }) => wordsIn(user?.address?.zipCode),
  placeName: ({ user }) => wordsIn(user?.denomination),
  placeCity: ({ placeOfWork }) => wordsIn(placeOfWork?.city),
  placeZip: ({ placeOfWork }) => wordsIn(placeOfWork?.zipCode),
  placeClient: ({ user }) => known(user?.registrationNumber),
  placeEnterprise: ({ user }) => known(user?.enterpriseNumber),
  employerName: ({ foreignEmployer }) => wordsIn(foreignEmployer?.denomination),
  employerCity: ({ foreignEmployer }) => wordsIn(foreignEmployer?.address?.city),
  employerZip: ({ foreignEmployer }) => wordsIn(foreignEmployer?.address?.zipCode),
}

/** Whose numbers a posting is found by. */
const numberWords: Readonly<Record<PostingNumber, WordsOf>> = {
  person: ({ postedPerson }) => known(postedPerson?.ssin),
  client: ({ user }) => known(user?.registrationNumber),
  place: ({ placeOfWorkNumber }) => known(placeOfWorkNumber),
  foreignEmployer: ({ foreignEmployer }) => known(foreignEmployer?.number),
  enterpriseOfClient: ({ user }) => known(user?.enterpriseNumber),
  ssinOfClient: ({ user }) => known(user?.ssin),
  enterpriseOfForeignEmployer: ({ foreignEmployer }) => known(foreignEmployer?.enterpriseNumber),
  ssinOfForeignEmployer: ({ foreignEmployer }) => known(foreignEmployer?.ssin),
}

/** The words that are looked at when a posting was found. */
const traitWords: Readonly<Record<PostingTrait, WordsOf>> = {
  firstName: ({ postedPerson }) => firstNameCodes(postedPerson?.names?.firstNames ?? ''),
  nationality: ({ postedPerson }) => known(postedPerson?.nationality),
  birth: ({ postedPerson }) => known(postedPerson?.birth?.birthDate).flatMap(knownParts),
  category: ({ postedPerson }) => known(postedPerson?.category),
  personCity: ({ postedPerson }) => wordsIn(postedPerson?.address?.city),
  personZip: ({ postedPerson }) => wordsIn(postedPerson?.address?.zipCode),
  clientCountry: ({ user }) => known(user?.address?.countryCode),
  placeCountry: ({ placeOfWork }) => known(placeOfWork?.countryCode),
  employerCountry: ({ foreignEmployer }) => known(foreignEmployer?.address?.countryCode),
}

/** One of these must stand in a posting. */
interface Sought {
  readonly field: PostingTerm['field'] | PostingNumber
  readonly anyOf: readonly string[]
}

const isTrait = (field: Sought['field']): field is PostingTrait => Object.hasOwn(traitWords, field)

/** Whether every one of the terms stands in a posting; what it does not know of a trait contradicts nothing. */
export function holds(posting: Posting, terms: readonly Sought[]): boolean {
  const all = { ...fieldWords, ...numberWords, ...traitWords }
  return terms.every(({ field, anyOf }) => {
    const words = all[field](posting)
    return (isTrait(field) && words.length === 0) || anyOf.some((word) => words.includes(word))
  })
}

/** Numbers that lead to persons by an index of their own. */
export function isOwnIndex(of: string): boolean {
  return of === 'person' || of === 'client'
}

/** Writes the words of all postings, when there are none. */
export function fillPostingWords(db: DatabaseSync): void {
  const filled = 'select 1 from posting_word limit 1'
  const any = 'select 1 from posting limit 1'
  const all = db.prepare('select ssin, record from posting')
  const insert = db.prepare(
    'insert into posting_word (field, word, entry) values (?, ?, ?) on conflict do nothing',
  )
  const fields = Object.entries(postingFields) as [PostingField, PostingParty][]
  const numbers = Object.entries(numberWords).filter(([name]) => !isOwnIndex(name))
  fillWhenEmpty(db, { filled, any }, () => {
    for (const { ssin, record } of all.iterate()) {
      const posting = JSON.parse(String(record)) as Posting
      for (const [field, party] of fields) {
        const entries = party === 'person' ? [String(ssin)] : numberWords[party](posting)
        for (const entry of entries) {
          for (const word of fieldWords[field](posting)) insert.run(field, word, entry)
        }
      }
      for (const [name, words] of numbers) {
        for (const number of words(posting)) insert.run(name, number, String(ssin))
      }
    }
  })
}

/** What is asked of the index of words: one range of its key each. */
export const postingWordQueries = {
  entriesWith: `select entry from posting_word where field = ? and word = ? and entry > ?
    order by entry limit ?`,
  hasWord: 'select 1 from posting_word where field = ? and word = ? and entry = ?',
} as const

/** Most entries of a term that are counted to find the rarest one. */
const countedMax = 1_000

/** Posted persons with a number in their postings, so many at most after one, by their numbers. */
export function personsWithNumberIn(
  db: DatabaseSync,
): (of: PostingNumber, number: string, after: string, limit: number) => { ssin: unknown }[] {
  const { entriesWith } = prepareAll(db, postingWordQueries)
  return (...asked) => entriesWith.all(...asked).map(({ entry }) => ({ ssin: entry }))
}

/** The search for parties by words: those of the rarest term, of which the others hold too. */
export function partiesIn(db: DatabaseSync): PostingReader['postingParties'] {
  const { entriesWith, hasWord } = prepareAll(db, postingWordQueries)
  const entriesOf = ({ field, anyOf }: PostingTerm, after: string, limit: number) => {
    const rows = anyOf.flatMap((word) => entriesWith.all(field, word, after, limit))
    return [...new Set(rows.map(({ entry }) => String(entry)))].sort().slice(0, limit)
  }
  const stands = (entry: string) => (term: PostingTerm) =>
    term.anyOf.some((word) => hasWord.get(term.field, word, entry) !== undefined)
  return async (party, terms, after, limit) => {
    const leading = terms.filter(({ field }) => !isTrait(field) && postingFields[field] === party)
    const counted = leading.map((term) => ({ term, count: entriesOf(term, '', countedMax).length }))
    const rarest = counted.sort((a, b) => a.count - b.count)[0]?.term
    if (rarest === undefined) throw new TypeError(`a search for a ${party} needs a word`)
    const found: string[] = []
    let from: string | undefined = after ?? ''
    while (from !== undefined && found.length < limit) {
      const entries: readonly string[] = entriesOf(rarest, from, limit)
      found.push(...entries.filter((entry) => leading.every(stands(entry))))
      from = entries.length < limit ? undefined : entries.at(-1)
    }
    return found.slice(0, limit)
  }
}
