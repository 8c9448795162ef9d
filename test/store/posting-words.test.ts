import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { LimosaPostingRecord } from '../../src/registers/limosa.ts'
import type { PostingParty, PostingTerm } from '../../src/registers/register-reader.ts'
import { postingWordQueries } from '../../src/store/posting-words.ts'
import { openRegisterWriter } from '../../src/store/register-writer.ts'
import { openRegisters, type Registers } from '../../src/store/registers-db.ts'
import { day, nsso, ssin } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

let registers: Registers | undefined
afterEach(() => registers?.close())

interface Given {
  readonly person: number
  readonly user?: number
  readonly from?: string
  readonly record?: LimosaPostingRecord
}

/** Registers with these postings; user n has the number of employer n, and place n is its place of work. */
function withPostings(given: readonly Given[]): string {
  const path = join(temporaryDirectory(), 'registers.db')
  const writer = openRegisterWriter(path)
  for (const [index, { person, user = 1, from = '2026-01-01', record = {} }] of given.entries()) {
    const number = ssin(person)
    writer.posting({
      postingId: String(index),
      ssin: number,
      user: nsso(user),
      from: day(from),
      record: {
        placeOfWorkNumber: String(300 + user),
        ...record,
        postedPerson: { ssin: number, ...record.postedPerson },
        user: { registrationNumber: nsso(user), ...record.user },
      },
    })
  }
  writer.close()
  return path
}

const open = (given: readonly Given[]) => (registers = openRegisters(withPostings(given)))
const days = { from: day('2026-01-01'), to: day('2026-12-31') }
const term = (field: PostingTerm['field'], ...anyOf: readonly string[]) => ({ field, anyOf })
const find = (party: PostingParty, terms: readonly PostingTerm[], after?: string, limit = 25) =>
  registers!.postingParties(party, terms, after, limit)

describe('the index of postings by words', () => {
  it('leads from the sound of a name to persons, from words to users, places and foreign employers', async () => {
    const user = { denomination: 'Écoles du Relais', address: { city: 'Liège', zipCode: '4000' } }
    const employer = { number: '501', denomination: 'Kompas Montage', address: { city: 'Breda' } }
    open([
      {
        person: 1,
        record: {
          postedPerson: { names: { lastName: 'Lefèvre' } },
          user,
          placeOfWork: { city: 'Sankt Vith', zipCode: '4780' },
          foreignEmployer: employer,
        },
      },
      { person: 2, user: 2, record: { user: { denomination: 'Les écoles' } } },
    ])
    expect(await find('person', [term('personName', 'LFFR')])).toEqual([ssin(1)])
    expect(await find('client', [term('clientName', 'ecoles')])).toEqual([nsso(1), nsso(2)].sort())
    expect(await find('client', [term('clientName', 'ecoles'), term('clientZip', '4000')])).toEqual([nsso(1)]) // prettier-ignore
    expect(await find('client', [term('clientCity', 'liege')])).toEqual([nsso(1)])
    expect(await find('client', [term('clientCity', 'vith')])).toEqual([])
    expect(await find('place', [term('placeCity', 'sankt'), term('placeCity', 'vith')])).toEqual(['301']) // prettier-ignore
    expect(await find('place', [term('placeName', 'relais')])).toEqual(['301'])
    expect(await find('place', [term('placeClient', nsso(2))])).toEqual(['302'])
    expect(await find('foreignEmployer', [term('employerName', 'kompas'), term('employerCity', 'breda')])).toEqual(['501']) // prettier-ignore
    expect(await find('foreignEmployer', [term('employerName', 'ecoles')])).toEqual([])
  })

  it('comes page by page, also where few of those with the rarest word have the others', async () => {
    const clients = Array.from({ length: 40 }, (_, index) => ({
      person: index + 1,
      user: index + 1,
      record: { user: { denomination: index % 13 === 0 ? 'Un Deux' : index % 2 ? 'Un' : 'Deux' } },
    }))
    open(clients)
    const both = [term('clientName', 'un'), term('clientName', 'deux')]
    const all = [nsso(1), nsso(14), nsso(27), nsso(40)].sort()
    expect(await find('client', both)).toEqual(all)
    expect(await find('client', both, undefined, 2)).toEqual(all.slice(0, 2))
    expect(await find('client', both, all[1], 2)).toEqual(all.slice(2))
    expect(await find('client', both, all[3], 2)).toEqual([])
  })

  it('refuses a search without a word that leads to the party: it would be for everybody', async () => {
    open([{ person: 1 }])
    await expect(find('client', [term('clientCountry', '150')])).rejects.toThrow(
      'a search for a client needs a word',
    )
    await expect(find('client', [term('placeCity', 'liege')])).rejects.toThrow(TypeError)
  })

  it('is made for a file from before it', async () => {
    const path = withPostings([{ person: 1, record: { user: { denomination: 'Un' } } }])
    const before = openRegisters(path)
    before.db.exec('delete from posting_word')
    before.close()
    registers = openRegisters(path)
    expect(await find('client', [term('clientName', 'un')])).toEqual([nsso(1)])
  })

  it.each(Object.entries(postingWordQueries))('answers %s from its key alone', (_, sql) => {
    open([{ person: 1 }])
    const plan = registers!.db
      .prepare(`explain query plan ${sql}`)
      .all(...Array<string>(sql.split('?').length - 1).fill('1'))
      .map((row) => String(row['detail']))
    expect(plan).toHaveLength(1)
    expect(plan[0]).toMatch(/^SEARCH posting_word USING PRIMARY KEY/)
  })
})

describe('postings with a number', () => {
  const employer = { number: '501', ssin: ssin(3), enterpriseNumber: '0100000007' }
  const given: readonly Given[] = [
    { person: 2, user: 1, record: { activityType: 'a', foreignEmployer: employer } },
    { person: 1, user: 1, record: { activityType: 'b', user: { ssin: ssin(9) } } },
    { person: 1, user: 2, record: { activityType: 'c', user: { enterpriseNumber: '0200000014' } } },
    { person: 3, user: 1, from: '2027-01-01', record: { activityType: 'd' } },
  ]
  const by = async (
    of: Parameters<Registers['postingsBy']>[0],
    number: string,
    terms: readonly PostingTerm[] = [],
    after?: number,
    limit = 25,
  ) => {
    const last = after === undefined ? undefined : ssin(after)
    const { records, next } = await registers!.postingsBy(of, number, terms, days, last, limit)
    return [records.map(({ activityType }) => activityType), next]
  }

  it('are those of a person, to a user, at a place, of a foreign employer, on the days', async () => {
    open(given)
    expect(await by('person', ssin(1))).toEqual([['b', 'c'], undefined])
    expect(await by('client', nsso(1))).toEqual([['b', 'a'], undefined])
    expect(await by('place', '301')).toEqual([['b', 'a'], undefined])
    expect(await by('foreignEmployer', '501')).toEqual([['a'], undefined])
    expect(await by('enterpriseOfClient', '0200000014')).toEqual([['c'], undefined])
    expect(await by('ssinOfClient', ssin(9))).toEqual([['b'], undefined])
    expect(await by('enterpriseOfForeignEmployer', '0100000007')).toEqual([['a'], undefined])
    expect(await by('ssinOfForeignEmployer', ssin(3))).toEqual([['a'], undefined])
    expect(await by('place', '999')).toEqual([[], undefined])
  })

  it('come in pages of persons, by their numbers', async () => {
    open(given)
    expect(await by('place', '301', [], undefined, 1)).toEqual([['b'], ssin(1)])
    expect(await by('place', '301', [], 1, 1)).toEqual([['a'], ssin(2)])
    expect(await by('place', '301', [], 2, 1)).toEqual([[], undefined])
    expect(await by('client', nsso(1), [], undefined, 1)).toEqual([['b'], ssin(1)])
  })

  it('are those in which every term stands; what is not known of a trait contradicts nothing', async () => {
    const person = {
      names: { lastName: 'Rouvelin', firstNames: 'Élise Marie' },
      nationality: '111',
      birth: { birthDate: '1988-06-17' },
      category: 'worker',
      address: { city: 'Lille', zipCode: '59000' },
    }
    open([{ person: 1, record: { activityType: 'a', postedPerson: person } }, { person: 2 }])
    const holds = async (...terms: readonly PostingTerm[]) =>
      ((await by('person', ssin(1), terms))[0] ?? []).length
    expect(await holds(term('firstName', 'ALS'), term('firstName', 'MR'))).toBe(1)
    expect(await holds(term('firstName', 'JN'))).toBe(0)
    expect(await holds(term('nationality', '111'))).toBe(1)
    expect(await holds(term('nationality', '129'))).toBe(0)
    expect(await holds(term('birth', '1988-06'), term('category', 'worker'))).toBe(1)
    expect(await holds(term('birth', '1989'))).toBe(0)
    expect(await holds(term('category', 'trainee'))).toBe(0)
    expect(await holds(term('personCity', 'lille'), term('personZip', '59000'))).toBe(1)
    expect(await holds(term('personZip', '59001'))).toBe(0)
    expect(await holds(term('personName', 'RFLN'))).toBe(1)
    expect(await holds(term('personName', 'DPNT'))).toBe(0)
    const unknown = await by('person', ssin(2), [term('nationality', '111'), term('birth', '1989')])
    expect(unknown[0]).toHaveLength(1)
    // what leads to somebody must be there
    expect((await by('person', ssin(2), [term('personName', 'RFLN')]))[0]).toEqual([])
  })
})
