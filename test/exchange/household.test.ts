import { describe, expect, it } from 'vitest'
import { readCivilDate } from '../../src/base/civil-date.ts'
import type { Ssin } from '../../src/base/ssin.ts'
import { gather } from '../../src/exchange/gather.ts'
import type { Institution } from '../../src/institutions/institution.ts'
import type { Path } from '../../src/registers/catalogue.ts'
import type { PersonRecord } from '../../src/registers/person.ts'
import { personPaths } from '../../src/services/person-data.ts'
import type { PreparedConsultation } from '../../src/services/operation.ts'
import type { Question, Source, SsinStatus } from '../../src/services/source.ts'
import { ssin } from '../store/sample.ts'

const on = readCivilDate('2026-11-02')!

interface World {
  readonly records: ReadonlyMap<Ssin, PersonRecord>
  /** those integrated */
  readonly integrated: readonly Ssin[]
  readonly statuses?: ReadonlyMap<Ssin, SsinStatus>
  readonly granted?: readonly Path[]
}

/** What is gathered for a question, and about whom the source was asked. */
async function gathered({ records, integrated, statuses, granted = [] }: World, question: object) {
  const asked: Ssin[] = []
  const source: Source = {
    statusOf: async (one) => Promise.resolve(statuses?.get(one) ?? { kind: 'active' }),
    ask: (async (one: Extract<Question, { kind: 'person' }>) => {
      await Promise.resolve()
      asked.push(one.ssin)
      const record = records.get(one.ssin)
      return { records: record === undefined ? [] : [record] }
    }) as Source['ask'],
  }
  const found = await gather(
    {
      source,
      directory: {
        integrated: async (_, ssins) =>
          Promise.resolve(new Set(ssins.filter((one) => integrated.includes(one)))),
        worksFor: () => expect.fail('all are in the population'),
        postedTo: () => expect.fail('a posting opens no other register'),
        registrationsOf: () => expect.fail('nobody asks for an enterprise'),
        registrationsOfPerson: () => expect.fail('nobody asks for an employer'),
      },
      offsets: { seal: () => expect.fail('no pages'), open: () => expect.fail('no pages') },
    },
    { ask: () => question } as unknown as PreparedConsultation,
    { sources: ['nationalRegister'], granted: new Set(granted) },
    { id: 'phare', population: { kind: 'all' }, integration: 'required' } as Institution,
    on,
  )
  return { records: found.records, asked }
}

const [own, known, unknown] = [ssin(1), ssin(2), ssin(3)]
const registers = ['nationalRegister']

describe('the record of a person', () => {
  it('names only relatives and members of the household about whom the institution may learn', async () => {
    const several = [{ ssin: known }, { ssin: unknown }, { names: { lastName: 'Nobody' } }]
    const record: PersonRecord = {
      nationalNumber: own,
      civilStatus: { civilStatusCode: '20' },
      spouse: { ssin: unknown, names: { lastName: 'U' } },
      formerCivilStatus: [
        { status: { civilStatusCode: '40' }, spouse: { ssin: unknown } },
        { status: { civilStatusCode: '20' }, spouse: { ssin: known } },
      ],
      legalCohabitation: several,
      parent: several,
      child: several,
      familyMember: several,
      formerNumber: [{ number: unknown }],
      household: { referencePersonSsin: unknown, memberCount: 3 },
    }
    const world = { records: new Map([[own, record]]), integrated: [own, known] }
    const { records } = await gathered(world, { kind: 'person', ssin: own, registers })
    expect(records).toEqual([
      {
        nationalNumber: own,
        civilStatus: { civilStatusCode: '20' },
        formerCivilStatus: [
          { status: { civilStatusCode: '40' } },
          { status: { civilStatusCode: '20' }, spouse: { ssin: known } },
        ],
        legalCohabitation: [{ ssin: known }],
        parent: [{ ssin: known }],
        child: [{ ssin: known }],
        familyMember: [{ ssin: known }],
        // a former number is the person's own
        formerNumber: [{ number: unknown }],
        household: { memberCount: 3 },
      },
    ])
  })

  it('names the reference person when he may be known', async () => {
    const household = { referencePersonSsin: known, memberCount: 2 }
    const world = { records: new Map([[own, { household }]]), integrated: [own, known] }
    const { records } = await gathered(world, { kind: 'person', ssin: own, registers })
    expect(records).toEqual([{ household }])
  })
})

describe('a person with his household', () => {
  const familyMember = [own, known, unknown].map((one) => ({ ssin: one }))
  const child = [{ ssin: unknown }]
  const person = { nationalNumber: own, familyMember }
  const member = { nationalNumber: known, child, familyMember }
  const records = new Map<Ssin, PersonRecord>([
    [own, person],
    [known, member],
    [unknown, { nationalNumber: unknown }],
  ])
  const seen = [{ ssin: own }, { ssin: known }]
  const question = { kind: 'household', ssin: own, registers, memberKeys: personPaths.memberNumber }
  const world = { records, integrated: [own, known], granted: personPaths.memberNumber }

  it('has a record for each member about whom the institution may learn, asked like one of his own', async () => {
    const found = await gathered(world, question)
    expect(found.asked).toEqual([own, known])
    expect(found.records).toEqual([
      {
        person: { nationalNumber: own, familyMember: seen },
        member: [{ nationalNumber: known, child: [], familyMember: seen }],
      },
    ])
  })

  it('asks for no member when the numbers are not granted, or nobody wants the members', async () => {
    const alone = [{ person: { nationalNumber: own, familyMember: seen }, member: [] }]
    const ungranted = await gathered({ ...world, granted: [] }, question)
    expect(ungranted).toEqual({ records: alone, asked: [own] })
    const unasked = await gathered(world, { ...question, memberKeys: undefined })
    expect(unasked).toEqual({ records: alone, asked: [own] })
  })

  it('leaves out a member whose number is no more in use', async () => {
    for (const status of [{ kind: 'cancelled' }, { kind: 'replaced', by: unknown }] as const) {
      const found = await gathered({ ...world, statuses: new Map([[known, status]]) }, question)
      expect(found.asked).toEqual([own])
    }
  })

  it('is nothing when the person is in no register that the grant opens', async () => {
    const found = await gathered({ ...world, records: new Map([[known, member]]) }, question)
    expect(found).toEqual({ records: [], asked: [own] })
  })
})
