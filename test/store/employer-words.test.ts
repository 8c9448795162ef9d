import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { employerWordQueries } from '../../src/store/employer-words.ts'
import { openRegisterWriter } from '../../src/store/register-writer.ts'
import { openRegisters, type Registers } from '../../src/store/registers-db.ts'
import { enterprise, nsso } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

let registers: Registers | undefined
afterEach(() => registers?.close())

/** Registers with employers 1, 2, … of these names, all in one street. */
function withEmployers(names: readonly string[]): string {
  const path = join(temporaryDirectory(), 'registers.db')
  const writer = openRegisterWriter(path)
  for (const [index, denomination] of names.entries()) {
    writer.employer({
      nssoNumber: nsso(index + 1),
      enterpriseNumber: enterprise(index + 1),
      naturalPerson: false,
      record: {
        identification: {
          denomination,
          registeredOfficeAddress: {
            street: 'Rue de l’Écluse',
            houseNumber: String(index + 1),
            zipCode: '1000',
            city: 'Bruxelles',
          },
        },
      },
    })
  }
  writer.close()
  return path
}

async function find(
  name: readonly string[],
  address: readonly string[] = [],
  within: Parameters<Registers['findEmployers']>[1] = 'all',
  limit = 25,
) {
  const found = await registers!.findEmployers({ name, address }, within, limit)
  return found?.map(({ nssoNumber }) => nssoNumber)
}

describe('the index of employers by words', () => {
  it('finds those that have every word, in any order and without accents', async () => {
    registers = openRegisters(withEmployers(['Écoles réunies', 'Les écoles', 'Réunies SA']))
    expect(await find(['reunies', 'ecoles'])).toEqual([nsso(1)])
    expect(await find(['ecoles'])).toEqual([nsso(1), nsso(2)])
    expect(await find([], ['ecluse', '3'])).toEqual([nsso(3)])
    expect(await find(['ecoles'], ['2'])).toEqual([nsso(2)])
  })

  it('takes whole words, of the name in the name and of the address in the address', async () => {
    registers = openRegisters(withEmployers(['Écoles']))
    expect(await find(['ecole'])).toEqual([])
    expect(await find(['ecluse'])).toEqual([])
    expect(await find([], ['ecoles'])).toEqual([])
  })

  it('finds nobody outside the employers that may be told', async () => {
    registers = openRegisters(withEmployers(['Un', 'Un', 'Un']))
    expect(await find(['un'], [], [nsso(3), nsso(2)])).toEqual([nsso(2), nsso(3)])
    expect(await find(['un'], [], [])).toEqual([])
  })

  it('gives none when there are more than the limit', async () => {
    registers = openRegisters(withEmployers(['Un', 'Un', 'Un']))
    expect(await find(['un'], [], 'all', 3)).toHaveLength(3)
    expect(await find(['un'], [], 'all', 2)).toBeUndefined()
    expect(await find(['un'], [], [nsso(1), nsso(2)], 2)).toHaveLength(2)
    expect(await find(['un'], [], [nsso(1), nsso(2)], 1)).toBeUndefined()
  })

  it('looks at the employers with the rarest word, and gives up when even those are too many', async () => {
    const names = Array.from(
      { length: 5_001 },
      (_, index) => `Un ${index === 77 ? 'Rare' : 'Deux'}`,
    )
    registers = openRegisters(withEmployers(names))
    expect(await find(['un', 'rare', 'un'])).toEqual([nsso(78)])
    expect(await find(['rare'], ['rue'])).toEqual([nsso(78)])
    // one of them at most is in house 9, but every word would be looked up five thousand times
    expect(await find(['un'], ['rue', 'bruxelles'])).toBeUndefined()
    expect(await find(['un'], ['rue', 'bruxelles'], [nsso(9)])).toEqual([nsso(9)])
  })

  it('refuses a search without words: it would be for everybody', async () => {
    registers = openRegisters(withEmployers(['Un']))
    await expect(find([])).rejects.toThrow('a search needs a word')
  })

  it('is made for a file from before it', async () => {
    const path = withEmployers(['Un', 'Deux'])
    const before = openRegisters(path)
    before.db.exec('delete from employer_word')
    before.close()
    registers = openRegisters(path)
    expect(await find(['deux'])).toEqual([nsso(2)])
  })

  it.each(Object.entries(employerWordQueries))('answers %s from its key alone', (_, sql) => {
    registers = openRegisters(withEmployers(['Un']))
    const plan = registers.db
      .prepare(`explain query plan ${sql}`)
      .all(...Array<string>(sql.split('?').length - 1).fill('1'))
      .map((row) => String(row['detail']))
    // the rows that were counted, no table
    const steps = plan.filter((step) => !step.includes('(subquery-'))
    expect(steps.length).toBeGreaterThan(0)
    for (const step of steps) {
      expect(step).toMatch(/^SEARCH (employer_word|first)( EXISTS)? USING COVERING INDEX/)
    }
  })
})
