import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { gather } from '../../src/exchange/gather.ts'
import type { Institution } from '../../src/institutions/institution.ts'
import type { LimosaPostingRecord } from '../../src/registers/limosa.ts'
import type {
  PostingParty,
  PostingTerm,
  RegisterReader,
} from '../../src/registers/register-reader.ts'
import type { PreparedConsultation } from '../../src/services/operation.ts'
import { storeSource } from '../../src/sources/store-source.ts'
import { openRegisterWriter } from '../../src/store/register-writer.ts'
import { openRegisters, type Registers } from '../../src/store/registers-db.ts'
import { day, nsso, ssin } from '../store/sample.ts'
import { temporaryDirectory } from '../store/temporary.ts'

const on = day('2026-11-02')
const year = { from: day('2026-01-01'), to: day('2026-12-31') }

let registers: Registers
afterEach(() => registers.close())

interface Given {
  readonly person: number
  readonly user: number
  readonly from?: string
  readonly place?: number
}

/** Persons posted to users called `Relais`, at places in Namur; some are integrated for the institution. */
function open(given: readonly Given[], integrated: readonly number[]): void {
  const path = join(temporaryDirectory(), 'registers.db')
  const writer = openRegisterWriter(path)
  for (const [index, { person, user, from = '2026-01-01', place = user }] of given.entries()) {
    const number = ssin(person)
    writer.posting({
      postingId: String(index),
      ssin: number,
      user: nsso(user),
      from: day(from),
      record: {
        startDate: from,
        placeOfWork: { city: 'Namur' },
        placeOfWorkNumber: String(300 + place),
        postedPerson: { ssin: number, names: { lastName: 'Claes' } },
        user: { registrationNumber: nsso(user), denomination: 'Relais' },
      },
    })
  }
  for (const person of integrated) {
    writer.integration({ institution: 'phare', ssin: ssin(person), from: day('2025-01-01') })
  }
  writer.close()
  registers = openRegisters(path)
}

const terms: Readonly<Record<PostingParty, readonly PostingTerm[]>> = {
  person: [{ field: 'personName', anyOf: ['KLS'] }],
  client: [{ field: 'clientName', anyOf: ['relais'] }],
  place: [{ field: 'placeCity', anyOf: ['namur'] }],
  foreignEmployer: [{ field: 'employerName', anyOf: ['kompas'] }],
}

/** The postings that are told, and of whom the journal tells. */
async function find(party: PostingParty, over: Partial<Institution> = {}, limit = 25) {
  const institution = { id: 'phare', population: { kind: 'all' }, integration: 'required', ...over }
  const question = { kind: 'postingsFound', party, terms: terms[party], ...year, limit }
  const { records, persons } = await gather(
    {
      // Dimona is asked by none of this
      source: storeSource(registers as unknown as RegisterReader),
      directory: registers,
      offsets: { seal: () => 'sealed', open: () => expect.fail('no pages') },
    },
    { ask: () => question } as unknown as PreparedConsultation,
    { sources: ['limosa'], granted: new Set() },
    institution as Institution,
    on,
  )
  const found = (records as readonly LimosaPostingRecord[]).map(
    ({ user, placeOfWorkNumber, postedPerson }) => {
      const numbers = { person: postedPerson?.ssin, client: user?.registrationNumber, place: placeOfWorkNumber } // prettier-ignore
      return party === 'foreignEmployer' ? undefined : numbers[party]
    },
  )
  return { found, persons: [...(persons ?? [])].sort() }
}

const only = (...users: readonly number[]): Partial<Institution> => ({
  population: { kind: 'employers', employers: users.map(nsso) },
})

describe('a search of postings', () => {
  it('gives each party once, however many are posted', async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({ person: index + 1, user: 1 }))
    open([...many, { person: 61, user: 2 }], [])
    const free = { integration: 'free' } as const
    expect((await find('client', free)).found).toEqual([nsso(1), nsso(2)].sort())
    expect((await find('place', free)).found).toEqual(['301', '302'])
    expect((await find('person', free, 61)).found).toHaveLength(61)
  })

  it('neither gives nor counts a party of whose persons none is integrated', async () => {
    const given = [
      { person: 1, user: 1 },
      { person: 2, user: 2 },
      { person: 3, user: 2 },
      { person: 4, user: 3 },
    ]
    open(given, [3, 4])
    expect(await find('client')).toEqual({ found: [nsso(2), nsso(3)].sort(), persons: [ssin(3), ssin(4)].sort() }) // prettier-ignore
    expect((await find('place', {}, 2)).found).toEqual(['302', '303'])
    expect((await find('person', {}, 2)).found).toEqual([ssin(3), ssin(4)].sort())
  })

  it('neither gives nor counts what is posted to nobody of the population', async () => {
    const given = [
      { person: 1, user: 1, place: 7 },
      { person: 1, user: 2, place: 7 },
      { person: 2, user: 2, place: 8 },
    ]
    open(given, [1, 2])
    expect((await find('client', only(1), 1)).found).toEqual([nsso(1)])
    expect((await find('person', only(1), 1)).found).toEqual([ssin(1)])
    expect((await find('place', only(2), 2)).found).toEqual(['307', '308'])
    expect(await find('place', only(3))).toEqual({ found: [], persons: [] })
  })

  it('finds nobody by postings outside the days', async () => {
    open([{ person: 1, user: 1, from: '2027-01-01' }], [1])
    expect((await find('client')).found).toEqual([])
    expect((await find('foreignEmployer')).found).toEqual([])
  })

  it('is refused when it finds more than an answer holds', async () => {
    open([1, 2, 3].map((n) => ({ person: n, user: n })), [1, 2, 3]) // prettier-ignore
    expect((await find('client', {}, 3)).found).toHaveLength(3)
    await expect(find('client', {}, 2)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      information: [{ fieldName: 'tooManyResults' }],
    })
  })
})
