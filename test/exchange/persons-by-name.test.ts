import { describe, expect, it } from 'vitest'
import { readCivilDate } from '../../src/base/civil-date.ts'
import { readNssoNumber } from '../../src/base/enterprise.ts'
import type { Ssin } from '../../src/base/ssin.ts'
import { gather } from '../../src/exchange/gather.ts'
import type { Institution } from '../../src/institutions/institution.ts'
import type { Namesake } from '../../src/registers/register-reader.ts'
import { readNameSearch } from '../../src/services/name-search.ts'
import type { PreparedConsultation } from '../../src/services/operation.ts'
import { personRegisters, type PersonRegister } from '../../src/registers/field.ts'
import type { Question, Source } from '../../src/services/source.ts'
import { nsso, ssin } from '../store/sample.ts'

const on = readCivilDate('2026-11-02')!
const employer = readNssoNumber(nsso(1))!
const search = readNameSearch({
  lastName: 'Claes',
  firstNames: '',
  birthDate: '1980-00-00',
  tolerance: 1,
  sex: undefined,
})
if (typeof search === 'string') throw new TypeError(search)

interface World {
  /** namesakes 1, 2, … by register; the others are in no register */
  readonly national?: readonly number[]
  readonly bis?: readonly number[]
  readonly struckOff?: readonly number[]
  /** those integrated; all when absent */
  readonly integrated?: readonly number[]
  /** those who work for the employer of the population */
  readonly working?: readonly number[]
}

interface Asked {
  readonly limit: number
  readonly ofMore?: 'first' | 'none'
  readonly registers?: readonly PersonRegister[]
  readonly population?: Institution['population']
}

const both: readonly PersonRegister[] = ['nationalRegister', 'bisRegister']
const birth = '1980-01-01'

/** Who is given, in which registers there are more, and how many numbers were read for it. */
async function find(world: World, asked: Asked) {
  const { national = [], bis = [], struckOff = [], integrated, working = [] } = world
  const held = { nationalRegister: national, bisRegister: bis, struckOffRegister: struckOff }
  const { limit, ofMore = 'none', registers = both } = asked
  let read = 0
  const numbers = (all: readonly number[]) => all.map((n) => ssin(n))
  const has = (all: readonly number[], one: Ssin) => numbers(all).includes(one)
  const namesakes = (question: Extract<Question, { kind: 'namesakes' }>) => {
    const all = numbers(held[question.register])
    const rest = all.filter((one) => question.after === undefined || one > question.after.ssin)
    const page: Namesake[] = rest.slice(0, question.limit).map((one) => ({ ssin: one, birth }))
    read += page.length
    return page
  }
  const source = {
    ask: async (question: Question) => {
      await Promise.resolve()
      if (question.kind === 'namesakes') return { records: namesakes(question) }
      expect(question.kind).toBe('personsByName')
      const { persons } = question as Extract<Question, { kind: 'personsByName' }>
      const familyMember = [{ ssin: ssin(900), position: '3' }]
      return { records: persons.map((one) => ({ nationalNumber: one, familyMember })) }
    },
  } as unknown as Source
  const institution = {
    id: 'phare',
    population: asked.population ?? { kind: 'all' },
    integration: integrated === undefined ? 'free' : 'required',
  } as Institution
  const question = { kind: 'personsByName', search, registers, limit, ofMore, persons: [] }
  const found = await gather(
    {
      source,
      directory: {
        integrated: async (_, ssins) =>
          Promise.resolve(new Set(ssins.filter((one) => has(integrated ?? [], one)))),
        worksFor: async (one, employers) =>
          Promise.resolve(employers.includes(employer) && has(working, one)),
        postedTo: () => expect.fail('a posting opens no other register'),
        registrationsOf: () => expect.fail('nobody asks for an enterprise'),
        registrationsOfPerson: () => expect.fail('nobody asks for an employer'),
      },
      offsets: { seal: () => expect.fail('no pages'), open: () => expect.fail('no pages') },
    },
    { ask: () => question } as unknown as PreparedConsultation,
    { sources: registers, granted: new Set() },
    institution,
    on,
  )
  const given = found.records.map((one) => Number(String(one['nationalNumber' as never]).slice(6, 9)) - 1) // prettier-ignore
  return { given, more: found.more, read, records: found.records }
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

describe('persons by name', () => {
  it('are given by register, the National Register first', async () => {
    const { given, more } = await find({ national: [3, 4], bis: [1, 2] }, { limit: 5 })
    expect([given, more]).toEqual([[3, 4, 1, 2], []])
  })

  it('are none of a register that has more than the limit, or the first ones', async () => {
    const world = { national: [1, 2, 3], bis: [4, 5] }
    const some = async (asked: Asked) => {
      const { given, more } = await find(world, asked)
      return [given, more]
    }
    expect(await some({ limit: 3 })).toEqual([[1, 2, 3, 4, 5], []])
    expect(await some({ limit: 2 })).toEqual([[4, 5], ['nationalRegister']])
    expect(await some({ limit: 1 })).toEqual([[], both])
    expect(await some({ limit: 2, ofMore: 'first' })).toEqual([[1, 2], both])
    expect(await some({ limit: 4, ofMore: 'first' })).toEqual([[1, 2, 3, 4], ['bisRegister']])
    expect(await some({ limit: 5, ofMore: 'first' })).toEqual([[1, 2, 3, 4, 5], []])
  })

  it('of the two registers of the Crossroads Bank are counted together, and left out together', async () => {
    const world = { national: [1], bis: [2, 3], struckOff: [4, 5] }
    const some = async (asked: Omit<Asked, 'registers'>) => {
      const { given, more } = await find(world, { ...asked, registers: personRegisters })
      return [given, more]
    }
    const kept = ['bisRegister', 'struckOffRegister']
    expect(await some({ limit: 4 })).toEqual([[1, 2, 3, 4, 5], []])
    expect(await some({ limit: 3 })).toEqual([[1], kept])
    expect(await some({ limit: 1 })).toEqual([[1], kept])
    expect(await some({ limit: 4, ofMore: 'first' })).toEqual([[1, 2, 3, 4], kept])
    // of the one that no grant opens nothing is counted
    expect(await find(world, { limit: 2 })).toMatchObject({ given: [1, 2, 3], more: [] })
  })

  it('are not looked for in a register that no grant opens', async () => {
    const world = { national: [1, 2, 3], bis: [4] }
    const { given, more } = await find(world, { limit: 2, registers: ['bisRegister'] })
    expect([given, more]).toEqual([[4], []])
    expect((await find(world, { limit: 2, registers: [] })).read).toBe(0)
  })

  it('are neither given nor counted when they are not integrated', async () => {
    const national = range(1, 50)
    const integrated = [7, 30, 49]
    const found = async (limit: number) => {
      const { given, more } = await find({ national, integrated }, { limit })
      return [given, more]
    }
    expect(await found(3)).toEqual([[7, 30, 49], []])
    expect(await found(2)).toEqual([[], ['nationalRegister']])
    expect(await find({ national, integrated: [] }, { limit: 1 })).toMatchObject({ given: [], more: [] }) // prettier-ignore
  })

  it('are neither given nor counted when they work for nobody of the population', async () => {
    const world = { national: range(1, 50), integrated: range(1, 40), working: [3, 45, 20] }
    const population = { kind: 'employers', employers: [employer] } as const
    const { given, more } = await find(world, { limit: 2, population })
    expect([given, more]).toEqual([[3, 20], []])
  })

  it('are read no further than the answer needs', async () => {
    expect((await find({ national: range(1, 800) }, { limit: 10 })).read).toBe(11)
    expect((await find({ national: range(1, 800), integrated: [1] }, { limit: 10 })).read).toBe(800)
  })

  it('come without the members of their households about whom the institution may not learn', async () => {
    const { records } = await find({ national: [1], integrated: [1] }, { limit: 1 })
    expect(records).toEqual([{ nationalNumber: ssin(1), familyMember: [] }])
  })
})
