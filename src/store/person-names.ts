/* eslint-disable @typescript-eslint/require-await -- node:sqlite answers at once, store interfaces are asynchronous (design.md §5) */
import type { DatabaseSync } from 'node:sqlite'
import { firstNameCodes, indexedCodes } from '../base/phonetic.ts'
import type { PersonRegister } from '../registers/field.ts'
import type { PersonRecord } from '../registers/person.ts'
import type { NameReader, NameSearch } from '../registers/register-reader.ts'
import { fillWhenEmpty } from './sqlite.ts'
import { storedSsin } from './stored-ssin.ts'

/** Most codes of first names that a search looks at. */
const firstNamesMax = 4

/** Registers in the index, by their numbers. */
const numbers = {
  nationalRegister: 0,
  bisRegister: 1,
  struckOffRegister: 2,
} as const satisfies Record<PersonRegister, number>

/** What is asked of the index of names: one range of its key, by birth date and number. */
export const personNameQueries = {
  /** the last day bounds the range, the first one is told apart: a birth in a year or month that holds it may be later */
  namesakes: `select birth, ssin from person_name
    where code = ? and register = ? and (birth, ssin) > (?, ?) and birth <= ?
    and (birth >= ? or birth = ? or birth = ?)
    and (sex = '' or sex = ? or sex = ?)
    and (? = 0 or given = '' or (given like ? and given like ? and given like ? and given like ?))
    order by birth, ssin limit ?`,
} as const

/** Writes the names of all persons, when there are none. */
export function fillPersonNames(db: DatabaseSync): void {
  const filled = 'select 1 from person_name limit 1'
  const any = "select 1 from person where status = 'active' limit 1"
  const all = db.prepare("select ssin, register, record from person where status = 'active'")
  fillWhenEmpty(db, { filled, any }, () => {
    // in the order of the key: a million rows put in anywhere would turn the cache over with each
    db.exec('create temp table unsorted_name (code, register, birth, ssin, given, sex)')
    const insert = db.prepare('insert into unsorted_name values (?, ?, ?, ?, ?, ?)')
    for (const { ssin = '', register, record } of all.iterate()) {
      const { names = {}, birth = {}, sex } = JSON.parse(String(record)) as PersonRecord
      const given = firstNameCodes(names.firstNames ?? '')
      const columns = [
        numbers[register as PersonRegister],
        birth.birthDate ?? '',
        ssin,
        given.length === 0 ? '' : ` ${given.join(' ')} `,
        sex === '1' || sex === '2' ? sex : '',
      ]
      for (const code of indexedCodes(names.lastName ?? '')) insert.run(code, ...columns)
    }
    db.exec(`insert into person_name (code, register, birth, ssin, given, sex)
      select code, register, birth, ssin, given, sex from unsorted_name order by code, register, birth, ssin`)
    db.exec('drop table unsorted_name')
  })
}

type Row = readonly [birth: string, ssin: string]

/** The search by names in an open `registers.db`. Its cost is that of the persons of those names who were born in those days. */
export function namesIn(db: DatabaseSync): NameReader {
  const namesakes = db.prepare(personNameQueries.namesakes)
  // rows without names: a search may pass by thousands of persons
  namesakes.setReturnArrays(true)
  return {
    namesakes: async (search, register, after, limit) => {
      const found = search.lastName.flatMap(
        (code) =>
          namesakes.all(code, ...valuesOf(search, register, after), limit) as unknown as Row[],
      )
      const all = found.map(([birth, ssin]) => ({ birth, ssin: storedSsin(ssin) }))
      const order = ({ birth, ssin }: (typeof all)[number]) => `${birth} ${ssin}`
      const once = new Map(all.map((one) => [one.ssin, one]))
      return [...once.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1)).slice(0, limit)
    },
  }
}

/** The values of the statement between the code and the limit. */
function valuesOf(
  { born: { from, to }, sex, firstNames }: NameSearch,
  register: Parameters<NameReader['namesakes']>[1],
  after: Parameters<NameReader['namesakes']>[2],
): readonly (string | number)[] {
  const year = `${from.slice(0, 4)}-00-00`
  const month = `${from.slice(0, 7)}-00`
  const given = firstNames.slice(0, firstNamesMax).map((code) => `% ${code} %`)
  while (given.length < firstNamesMax) given.push('%')
  return [
    numbers[register],
    after?.birth ?? year,
    after?.ssin ?? '',
    to,
    from,
    year,
    month,
    sex ?? '1',
    sex ?? '2',
    firstNames.length,
    ...given,
  ]
}
