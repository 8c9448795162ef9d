import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { birthDays } from '../../src/base/incomplete-date.ts'
import { firstNameCodes, soughtCodes } from '../../src/base/phonetic.ts'
import type { Namesake, NameSearch } from '../../src/registers/register-reader.ts'
import { personNameQueries } from '../../src/store/person-names.ts'
import { openRegisterWriter, type PersonRow } from '../../src/store/register-writer.ts'
import { openRegisters, type Registers } from '../../src/store/registers-db.ts'
import { ssin } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

let registers: Registers | undefined
afterEach(() => registers?.close())

interface Named {
  readonly lastName: string
  readonly firstNames?: string
  readonly born?: string
  readonly sex?: string
  readonly register?: PersonRow['register']
  readonly status?: PersonRow['status']
}

/** Registers with persons 1, 2, … */
function withPersons(persons: readonly Named[]): string {
  const path = join(temporaryDirectory(), 'registers.db')
  const writer = openRegisterWriter(path)
  for (const [index, one] of persons.entries()) {
    const { lastName, firstNames, born = '1981-12-01', sex } = one
    writer.person({
      ssin: ssin(index + 1),
      register: one.register ?? 'nationalRegister',
      status: one.status ?? { kind: 'active' },
      record: {
        names: { lastName, ...(firstNames !== undefined && { firstNames }) },
        birth: { birthDate: born },
        ...(sex !== undefined && { sex }),
      },
    })
  }
  writer.close()
  return path
}

function search(
  lastName: string,
  born: readonly [date: string, tolerance: number] = ['1981-12-01', 0],
  firstNames = '',
  sex?: '1' | '2',
): NameSearch {
  return {
    lastName: soughtCodes(lastName),
    firstNames: firstNameCodes(firstNames),
    born: birthDays(...born)!,
    sex,
  }
}

/** Who is found: the numbers 1, 2, … of the persons. */
async function find(
  sought: NameSearch,
  register: PersonRow['register'] = 'nationalRegister',
  after?: Namesake,
  limit = 100,
) {
  const found = await registers!.namesakes(sought, register, after, limit)
  return found.map((one) => Number(one.ssin.slice(6, 9)) - 1)
}

describe('the index of persons by name', () => {
  it('finds names that sound alike, and double names by each of theirs', async () => {
    const names = ['Janssens', 'Jansen', 'Dupont', 'Jansen-Dupond', 'Claes']
    registers = openRegisters(withPersons(names.map((lastName) => ({ lastName }))))
    expect(await find(search('JANSSEN'))).toEqual([1, 2, 4])
    expect(await find(search('Dupont'))).toEqual([3, 4])
    expect(await find(search('Janssens-Dupont'))).toEqual([1, 2, 3, 4])
    expect(await find(search('Peeters'))).toEqual([])
  })

  it('keeps to the days of birth; of a birth whose day or month is unknown, to what is possible', async () => {
    const dates = ['1981-12-01', '1981-12-02', '1981-12-00', '1981-00-00', '1981-11-00', '1980-00-00', '1982-01-15', ''] // prettier-ignore
    registers = openRegisters(withPersons(dates.map((born) => ({ lastName: 'Claes', born }))))
    expect(await find(search('Claes'))).toEqual([4, 3, 1])
    expect(await find(search('Claes', ['1981-12-01', 1]))).toEqual([4, 5, 3, 1, 2])
    expect(await find(search('Claes', ['1981-12-00', 1]))).toEqual([4, 5, 3, 1, 2, 7])
    expect(await find(search('Claes', ['1981-00-00', 1]))).toEqual([6, 4, 5, 3, 1, 2, 7])
    expect(await find(search('Claes', ['1981-10-31', 0]))).toEqual([4])
  })

  it('keeps to first names in any order and to the sex, where the register knows them', async () => {
    const lastName = 'Claes'
    const persons = [
      { lastName, firstNames: 'Jean-Pierre Marie', sex: '1' },
      { lastName, firstNames: 'Mary', sex: '2' },
      { lastName, firstNames: 'Sofie', sex: '2' },
      { lastName },
    ]
    registers = openRegisters(withPersons(persons))
    const found = (firstNames: string, sex?: '1' | '2') =>
      find(search(lastName, undefined, firstNames, sex))
    expect(await found('Marie')).toEqual([1, 2, 4])
    expect(await found('Pierre Jean')).toEqual([1, 4])
    expect(await found('Sophie')).toEqual([3, 4])
    expect(await found('Marie', '2')).toEqual([2, 4])
    expect(await found('', '1')).toEqual([1, 4])
    expect(await found('Jean Pierre Marie Anne Luc')).toEqual([4])
  })

  it('holds numbers in use, each in its register', async () => {
    const lastName = 'Claes'
    const replaced = { kind: 'replaced', by: ssin(1) } as const
    registers = openRegisters(
      withPersons([
        { lastName },
        { lastName, status: replaced },
        { lastName, status: { kind: 'cancelled' } },
        { lastName, register: 'bisRegister' },
        { lastName, register: 'struckOffRegister' },
      ]),
    )
    expect(await find(search(lastName))).toEqual([1])
    expect(await find(search(lastName), 'bisRegister')).toEqual([4])
    expect(await find(search(lastName), 'struckOffRegister')).toEqual([5])
  })

  it('goes on after a person, by birth date, then number, and gives a person once', async () => {
    const born = ['1981-12-02', '1981-12-01', '1981-12-01', '1981-00-00', '1981-12-03']
    const names = ['Claes', 'Claes-Dupont', 'Klaas', 'Dupond', 'Dupont-Claes']
    registers = openRegisters(
      withPersons(names.map((lastName, index) => ({ lastName, born: born[index]! }))),
    )
    const sought = search('Claes-Dupont', ['1981-12-01', 5])
    const all = await registers.namesakes(sought, 'nationalRegister', undefined, 100)
    expect(all.map(({ birth }) => birth)).toEqual(['1981-00-00', '1981-12-01', '1981-12-01', '1981-12-02']) // prettier-ignore
    const pages: number[] = []
    let after: Namesake | undefined
    for (let n = 0; n < 5; n++) {
      pages.push(...(await find(sought, 'nationalRegister', after, 1)))
      ;[after = after] = await registers.namesakes(sought, 'nationalRegister', after, 1)
    }
    expect(pages).toEqual([4, 2, 3, 1])
  })

  it('is made for a file from before it', async () => {
    const path = withPersons([{ lastName: 'Claes' }])
    const before = openRegisters(path)
    before.db.exec('delete from person_name')
    before.close()
    registers = openRegisters(path)
    expect(await find(search('Klaas'))).toEqual([1])
  })

  it.each(Object.entries(personNameQueries))('answers %s from its key alone', (_, sql) => {
    registers = openRegisters(withPersons([{ lastName: 'Claes' }]))
    const plan = registers.db
      .prepare(`explain query plan ${sql}`)
      .all(...Array<string>(sql.split('?').length - 1).fill('1'))
      .map((row) => String(row['detail']))
    expect(plan).toHaveLength(1)
    expect(plan[0]).toMatch(
      /^SEARCH person_name USING PRIMARY KEY \(code=\? AND register=\? AND \(birth,ssin\)>\(\?,\?\)/,
    )
  })
})
