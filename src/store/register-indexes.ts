import type { DatabaseSync } from 'node:sqlite'
import { fillEmployerPersons } from './employer-persons.ts'
import { fillEmployerWords } from './employer-words.ts'
import { fillPersonNames } from './person-names.ts'
import { fillPostingWords } from './posting-words.ts'

/** Fills what is searched by beside the keys of `registers.db`, where it is empty: after a generation, and in a file from before it. */
export function fillRegisterIndexes(db: DatabaseSync): void {
  fillEmployerWords(db)
  fillEmployerPersons(db)
  fillPersonNames(db)
  fillPostingWords(db)
}
