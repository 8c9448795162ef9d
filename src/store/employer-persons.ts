import type { DatabaseSync } from 'node:sqlite'
import { fillWhenEmpty } from './sqlite.ts'

/** Writes the numbers of all natural persons who are employers, when there are none. */
export function fillEmployerPersons(db: DatabaseSync): void {
  const ssin = "json_extract(record, '$.identification.ssin')"
  const persons = `from employer where natural_person = 1 and ${ssin} is not null`
  const filled = 'select 1 from employer_person limit 1'
  fillWhenEmpty(db, { filled, any: `select 1 ${persons} limit 1` }, () => {
    db.exec(`insert into employer_person (ssin, employer) select ${ssin}, nsso_number ${persons}`)
  })
}
