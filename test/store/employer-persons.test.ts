import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openRegisterWriter } from '../../src/store/register-writer.ts'
import { openRegisters, registerQueries, type Registers } from '../../src/store/registers-db.ts'
import { enterprise, nsso, ssin } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

let registers: Registers | undefined
afterEach(() => registers?.close())

/** Employers 1 and 2 are person 5, employer 3 is a company whose record names him, employer 4 a person without a number. */
function written(): string {
  const path = join(temporaryDirectory(), 'registers.db')
  const writer = openRegisterWriter(path)
  const number = ssin(5)
  for (const [n, naturalPerson, identification] of [
    [1, true, { ssin: number }],
    [2, true, { ssin: number }],
    [3, false, { ssin: number }],
    [4, true, {}],
  ] as const) {
    const record = { identification }
    writer.employer({ nssoNumber: nsso(n), enterpriseNumber: enterprise(n), naturalPerson, record })
  }
  writer.close()
  return path
}

describe('employers who are natural persons', () => {
  it('are found by the number of the person', async () => {
    registers = openRegisters(written())
    const own = [nsso(1), nsso(2)].sort()
    const found = await registers.employersWhoAre(ssin(5))
    expect(found.map(({ nssoNumber }) => nssoNumber)).toEqual(own)
    expect(await registers.registrationsOfPerson(ssin(5))).toEqual(own)
    expect(await registers.employersWhoAre(ssin(6))).toEqual([])
  })

  it('are found in a file from before their index', async () => {
    const path = written()
    const before = openRegisters(path)
    before.db.exec('delete from employer_person')
    before.close()
    registers = openRegisters(path)
    expect(await registers.registrationsOfPerson(ssin(5))).toHaveLength(2)
  })

  it('are found from the key of the index alone', () => {
    registers = openRegisters(written())
    const plan = registers.db
      .prepare(`explain query plan ${registerQueries.registrationsOfPerson}`)
      .all('1')
      .map((row) => String(row['detail']))
    expect(plan).toEqual(['SEARCH employer_person USING PRIMARY KEY (ssin=?)'])
  })
})
