import type { DatabaseSync } from 'node:sqlite'
import type { EmployerOfDirectoryRecord } from '../registers/employer-directory.ts'
import { fillWhenEmpty } from './sqlite.ts'

/** Writes the numbers of all natural persons who are employers, when there are none. */
export function fillEmployerPersons(db: DatabaseSync): void {
  const filled = 'select 1 from employer_person limit 1'
  const any = 'select 1 from employer where natural_person = 1 limit 1'
  const all = db.prepare('select nsso_number, record from employer where natural_person = 1')
  const insert = db.prepare('insert into employer_person (ssin, employer) values (?, ?)')
  fillWhenEmpty(db, { filled, any }, () => {
    for (const row of all.iterate()) {
      const { identification } = JSON.parse(String(row['record'])) as EmployerOfDirectoryRecord
      if (identification?.ssin !== undefined) {
        insert.run(identification.ssin, String(row['nsso_number']))
      }
    }
  })
}
