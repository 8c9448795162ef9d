import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Entry } from '../../src/audit/journal.ts'
import { readNssoNumber, readEnterpriseNumber } from '../../src/base/enterprise.ts'
import { GatewayError } from '../../src/base/errors.ts'
import { readQuarter } from '../../src/base/civil-date.ts'
import { readSsin, ssinCheckDigits, type Ssin } from '../../src/base/ssin.ts'
import { exchange, type Gateway } from '../../src/exchange/exchange.ts'
import type { Inbound } from '../../src/exchange/inbound.ts'
import type { Caller } from '../../src/institutions/caller.ts'
import type { Institution } from '../../src/institutions/institution.ts'
import { readPath, type Path } from '../../src/registers/catalogue.ts'
import { dmfa, type DmfaEmployerDeclarationRecord } from '../../src/registers/dmfa.ts'
import type { PersonRegister } from '../../src/registers/field.ts'
import type { Grant } from '../../src/registers/grant.ts'
import {
  consultation,
  type Consultation,
  type ReplyParts,
  type Service,
  type Subject,
} from '../../src/services/operation.ts'
import type { SsinStatus } from '../../src/services/source.ts'

const worker = readSsin('81120103571')!
const colleague = readSsin('81050103522')!
const stranger = readSsin('19082416188')!
const employer = readNssoNumber('212345609')!
const otherEmployer = readNssoNumber('312345625')!
const quarter = readQuarter('20261')!

const phare: Institution = {
  id: 'phare',
  enterpriseNumber: readEnterpriseNumber('0884303369')!,
  names: { fr: 'a', nl: 'a', en: 'a' },
  formerNames: [],
  clientCertificate: 'required',
  signing: [],
  tls: [],
  legalContexts: ['A:B'],
  population: { kind: 'employers', employers: [employer] },
  integration: 'required',
  mandates: [],
}

const declaration: DmfaEmployerDeclarationRecord = {
  registrationNumber: employer,
  quarter: '20261',
  netOwedAmount: 99,
  naturalPerson: [
    { ssin: worker, workerRecord: [{ workerCode: '015', employerCategory: '010' }] },
    { ssin: colleague },
    { ssin: stranger },
  ],
}

const grantOf = (...paths: string[]): Grant =>
  ({
    legalContext: 'A:B',
    deliberations: [{ deliberation: '1/1', version: '2020-01-01' }],
    paths: new Map(paths.map((path) => [readPath(path), []])),
  }) as unknown as Grant

interface World {
  readonly log: string[]
  readonly entries: Entry[]
  gateway: Gateway
  integrated: Set<Ssin>
  status: SsinStatus
  /** of every person */
  register: PersonRegister
  declarations: DmfaEmployerDeclarationRecord[]
}

let world: World
const granted = [
  'dmfa.employerDeclaration.registrationNumber',
  'dmfa.naturalPerson.ssin',
  'dmfa.workerRecord.workerCode',
]

beforeEach(() => {
  const log: string[] = []
  const entries: Entry[] = []
  world = {
    log,
    entries,
    integrated: new Set([worker, colleague]),
    status: { kind: 'active' },
    register: 'nationalRegister',
    declarations: [declaration],
    gateway: {
      journal: {
        append: async (entry) => {
          await Promise.resolve()
          log.push(entry.kind)
          entries.push(entry)
        },
      },
      digest: (text) => `digest(${createHash('sha256').update(text).digest('hex').slice(0, 8)})`,
      decide: () => ({
        kind: 'grant',
        grant: grantOf(...granted),
        sources: ['dmfa'],
        filtered: ['dmfa.companyVehicle'],
      }),
      source: {
        statusOf: () => {
          log.push('statusOf')
          return Promise.resolve(world.status)
        },
        ask: (question) => {
          log.push(`ask ${question.kind}`)
          if (question.kind === 'person') {
            const { ssin, registers } = question
            const known = registers.includes(world.register)
            return Promise.resolve({
              records: (known ? [{ nationalNumber: ssin }] : []) as never[],
            })
          }
          if (question.kind !== 'dmfaByEmployer') {
            return Promise.resolve({ records: world.declarations as never[] })
          }
          const all = world.declarations[0]?.naturalPerson ?? []
          const rest = all.filter(
            ({ ssin }) => question.after === undefined || ssin! > question.after,
          )
          const sorted = rest.toSorted((a, b) => (a.ssin! < b.ssin! ? -1 : 1))
          const page = sorted.slice(0, question.limit)
          const next = sorted.length > page.length ? readSsin(page.at(-1)!.ssin!) : undefined
          return Promise.resolve({
            records: [{ ...world.declarations[0], naturalPerson: page }] as never[],
            ...(next !== undefined && { next }),
          })
        },
      },
      directory: {
        integrated: (_institution, ssins) =>
          Promise.resolve(new Set(ssins.filter((ssin) => world.integrated.has(ssin)))),
        postedTo: (_ssin, employers) => Promise.resolve(employers.includes(employer)),
        registrationsOf: () => Promise.resolve([employer]),
        registrationsOfPerson: () => Promise.resolve([employer]),
        worksFor: (_ssin, employers) => Promise.resolve(employers.includes(employer)),
      },
      codeLists: new Map(),
      offsets: {
        seal: (after, boundTo) => `${boundTo}|${after}`,
        open: (sealed) => readSsin(sealed.split('|')[1]!)!,
      },
      nowMs: () => Date.UTC(2026, 10, 2),
    },
  }
})

const customerIdentification = { kind: 'cbeNumber', cbeNumber: '1999000150' } as const

function inbound(over: {
  subject?: Subject
  legalContext?: string
  /** the caller's own */
  ticket?: string
  by?: 'worker' | 'employer'
  offset?: string
  pageSize?: number
}): Inbound {
  const gives = granted.map((path) => readPath(path) as Path)
  const shared = {
    gives,
    block: dmfa.employerDeclaration,
    readXml: () => ({
      envelope: {
        legalContext: over.legalContext ?? 'A:B',
        ...(over.ticket !== undefined && {
          informationCustomer: { ticket: over.ticket, customerIdentification },
        }),
      },
      criteria: {},
    }),
    writeXml: (reply: unknown) => JSON.stringify(reply),
  }
  const definition =
    over.by === 'employer'
      ? consultation({
          ...shared,
          name: 'consultByEmployer',
          question: 'dmfaByEmployer',
          subject: () => over.subject ?? { kind: 'employer', employer },
          offset: () => over.offset,
          pageSize: () => over.pageSize ?? 10,
          ask: (_criteria, { after }) => ({
            kind: 'dmfaByEmployer',
            employer,
            quarter,
            after,
            limit: over.pageSize ?? 10,
          }),
        } satisfies Consultation<object, 'dmfaByEmployer'>)
      : consultation({
          ...shared,
          name: 'consultByWorker',
          question: 'dmfaByWorker',
          subject: () => over.subject ?? { kind: 'person', ssin: worker },
          ask: () => ({ kind: 'dmfaByWorker', ssin: worker, from: quarter, to: quarter }),
        } satisfies Consultation<object, 'dmfaByWorker'>)
  const prepared = definition.prepareXml({} as never)
  const { legalContext } = prepared.envelope
  return {
    ticket: '00000000-0000-4000-8000-000000000000',
    receivedAtMs: Date.UTC(2026, 10, 2),
    channel: 'soap',
    caller: {
      consumer: phare,
      signer: phare,
      beneficiary: phare,
      legalContext,
    } as unknown as Caller,
    tlsSubject: undefined,
    revocation: 'checked',
    service: { name: 'Dmfa', version: 1 } as Service,
    operation: definition,
    prepared,
    messageDigest: 'abc',
  }
}

const parts = (body: string) => JSON.parse(body) as ReplyParts

async function refusal(promise: Promise<unknown>): Promise<GatewayError> {
  return promise.then(
    () => expect.fail('was not refused'),
    (error: unknown) => error as GatewayError,
  )
}

describe('an exchange', () => {
  it('records the decision before it asks, and the answer before it leaves', async () => {
    const { body } = await exchange(world.gateway, inbound({}))
    expect(world.log).toEqual(['granted', 'statusOf', 'ask dmfaByWorker', 'answered'])
    expect(world.entries[1]?.body).toBe(createHash('sha256').update(body).digest('hex'))
  })

  it('R1, R9: records consumer, signer and beneficiary, the ticket and the version in force', async () => {
    await exchange(world.gateway, inbound({}))
    const [granted, answered] = world.entries
    expect(granted).toMatchObject({
      consumer: 'phare',
      signer: 'phare',
      beneficiary: 'phare',
      ticket: '00000000-0000-4000-8000-000000000000',
      deliberations: [{ deliberation: '1/1', version: '2020-01-01' }],
    })
    expect(answered?.ticket).toBe(granted?.ticket)
  })

  it('R9: records the ticket of the beneficiary as a keyed digest', async () => {
    await exchange(world.gateway, inbound({ ticket: 'dossier 12' }))
    const [granted] = world.entries
    expect(granted?.customerTicket).toBe(world.gateway.digest('dossier 12'))
    expect(JSON.stringify(world.entries)).not.toContain('dossier')
  })

  it('writes only what is granted, about persons the institution knows', async () => {
    const { body } = await exchange(world.gateway, inbound({}))
    expect(parts(body).records).toEqual([
      {
        registrationNumber: employer,
        naturalPerson: [
          { ssin: worker, workerRecord: [{ workerCode: '015' }] },
          { ssin: colleague },
        ],
      },
    ])
  })

  it('records keyed digests of every person, never a number', async () => {
    await exchange(world.gateway, inbound({}))
    expect(world.entries[1]?.persons).toHaveLength(2)
    expect(world.entries[1]?.given).toEqual([
      'dmfa.employerDeclaration',
      'dmfa.naturalPerson',
      'dmfa.workerRecord',
    ])
    expect(JSON.stringify(world.entries)).not.toContain(worker)
  })

  it('asks nobody when the first entry cannot be recorded', async () => {
    world.gateway = {
      ...world.gateway,
      journal: { append: () => Promise.reject(new GatewayError('JOURNAL_UNAVAILABLE')) },
    }
    const error = await refusal(exchange(world.gateway, inbound({})))
    expect(error.code).toBe('JOURNAL_UNAVAILABLE')
    expect(world.log).toEqual([])
  })

  it('gives no answer when the second entry cannot be recorded', async () => {
    let count = 0
    const { journal } = world.gateway
    world.gateway = {
      ...world.gateway,
      journal: {
        append: (entry) =>
          count++ === 0
            ? journal.append(entry)
            : Promise.reject(new GatewayError('JOURNAL_UNAVAILABLE')),
      },
    }
    expect((await refusal(exchange(world.gateway, inbound({})))).code).toBe('JOURNAL_UNAVAILABLE')
  })

  it('refuses a legal context that the institution may not name', async () => {
    const error = await refusal(exchange(world.gateway, inbound({ legalContext: 'X:Y' })))
    expect(error.code).toBe('LEGAL_CONTEXT_UNKNOWN')
    expect(world.entries).toMatchObject([{ kind: 'refused', code: 'LEGAL_CONTEXT_UNKNOWN' }])
  })

  it('refuses what no deliberation grants, with the rule in the journal', async () => {
    world.gateway = {
      ...world.gateway,
      decide: () => ({ kind: 'refusal', code: 'NOT_AUTHORISED', rule: 'R2', needed: 'a grant' }),
    }
    expect((await refusal(exchange(world.gateway, inbound({})))).code).toBe('NOT_AUTHORISED')
    expect(world.entries).toMatchObject([{ kind: 'refused', code: 'NOT_AUTHORISED', rule: 'R2' }])
  })

  it('refuses a person who is not integrated before it looks whether the number exists', async () => {
    world.integrated.clear()
    world.status = { kind: 'unknown' }
    expect((await refusal(exchange(world.gateway, inbound({})))).code).toBe('NOT_INTEGRATED')
    expect(world.log).toEqual(['refused'])
  })

  it('records a number that is structurally wrong as a refusal, and asks nobody', async () => {
    const wrong = inbound({})
    const invalid = new GatewayError('SSIN_STRUCTURE')
    const prepared = { ...wrong.prepared, invalid } as Inbound['prepared']
    const error = await refusal(exchange(world.gateway, { ...wrong, prepared }))
    expect(error.code).toBe('SSIN_STRUCTURE')
    expect(world.log).toEqual(['refused'])
  })

  it('refuses an employer outside the population', async () => {
    const subject = { kind: 'employer', employer: otherEmployer } as const
    const error = await refusal(exchange(world.gateway, inbound({ by: 'employer', subject })))
    expect(error.code).toBe('NOT_INTEGRATED')
  })

  it('leaves out declarations of employers outside the population', async () => {
    world.declarations = [{ ...declaration, registrationNumber: otherEmployer }]
    const { body } = await exchange(world.gateway, inbound({}))
    expect(parts(body).status.value).toBe('NO_DATA_FOUND')
    expect(parts(body).records).toEqual([])
  })

  it('looks the same for a person without data and a person with nothing inside the grant', async () => {
    world.declarations = []
    const without = await exchange(world.gateway, inbound({}))
    world.declarations = [declaration]
    world.gateway = {
      ...world.gateway,
      decide: () => ({
        kind: 'grant',
        grant: grantOf('dmfa.service.code'),
        sources: ['dmfa'],
        filtered: ['dmfa.companyVehicle'],
      }),
    }
    const nothingGranted = await exchange(world.gateway, inbound({}))
    expect(nothingGranted.body).toBe(without.body)
  })

  it('says that a number does not exist, was cancelled or replaced', async () => {
    world.status = { kind: 'unknown' }
    expect((await refusal(exchange(world.gateway, inbound({})))).code).toBe('SSIN_UNKNOWN')
    world.status = { kind: 'cancelled' }
    expect((await refusal(exchange(world.gateway, inbound({})))).code).toBe('SSIN_CANCELLED')
    world.status = { kind: 'replaced', by: colleague }
    expect((await refusal(exchange(world.gateway, inbound({})))).code).toBe('SSIN_REPLACED')
    expect(world.entries.map(({ kind }) => kind)).toEqual([
      'granted',
      'failed',
      'granted',
      'failed',
      'granted',
      'failed',
    ])
  })

  it('tells the new number only to who is granted numbers and knows the person', async () => {
    world.status = { kind: 'replaced', by: colleague }
    expect((await refusal(exchange(world.gateway, inbound({})))).information).toEqual([])
    world.gateway = {
      ...world.gateway,
      decide: () => ({
        kind: 'grant',
        grant: grantOf('person.nationalNumber'),
        sources: ['nationalRegister'],
        filtered: [],
      }),
    }
    const information = [{ fieldName: 'replacedBy', fieldValue: colleague }]
    expect((await refusal(exchange(world.gateway, inbound({})))).information).toEqual(information)
    expect(world.entries.at(-1)).toMatchObject({
      kind: 'failed',
      persons: [world.gateway.digest(colleague)],
    })
    world.status = { kind: 'replaced', by: stranger }
    expect((await refusal(exchange(world.gateway, inbound({})))).information).toEqual([])
    world.status = { kind: 'replaced', by: colleague }
    // a struck-off person's number has the same form: the register, not the number, must be open
    world.register = 'struckOffRegister'
    expect((await refusal(exchange(world.gateway, inbound({})))).information).toEqual([])
    world.gateway = {
      ...world.gateway,
      decide: () => ({
        kind: 'grant',
        grant: grantOf('person.bisNumber'),
        sources: ['bisRegister'],
        filtered: [],
      }),
    }
    expect((await refusal(exchange(world.gateway, inbound({})))).information).toEqual([])
  })

  it('fills a page with workers that may be seen, and tells of a next page only when one follows', async () => {
    const first = parts(
      (await exchange(world.gateway, inbound({ by: 'employer', pageSize: 1 }))).body,
    )
    const persons = (reply: ReplyParts) =>
      (reply.records as readonly DmfaEmployerDeclarationRecord[])[0]?.naturalPerson?.map(
        ({ ssin }) => ssin,
      )
    expect(persons(first)).toEqual([colleague])
    const { nextOffset } = first
    const second = parts(
      (await exchange(world.gateway, inbound({ by: 'employer', pageSize: 1, offset: nextOffset! })))
        .body,
    )
    expect(persons(second)).toEqual([worker])
    expect(second.nextOffset).toBeUndefined()
  })

  it('asks for more at a time when few may be seen, so that a small page does not cost a question a worker', async () => {
    const strangers = Array.from({ length: 900 }, (_, index) => {
      const firstNine = `600101${String(index + 1).padStart(3, '0')}`
      return { ssin: readSsin(firstNine + ssinCheckDigits(firstNine, 19))! }
    })
    const naturalPerson = [...strangers.slice(0, 898), ...declaration.naturalPerson!]
    world.declarations = [{ ...declaration, naturalPerson }]
    const page = parts(
      (await exchange(world.gateway, inbound({ by: 'employer', pageSize: 1 }))).body,
    )
    expect(page.records).toMatchObject([{ naturalPerson: [{ ssin: colleague }] }])
    expect(page.nextOffset).toContain(colleague)
    expect(world.log.filter((line) => line.startsWith('ask')).length).toBeLessThan(12)
  })

  it('never asks a source for more than the largest page', async () => {
    const limits: number[] = []
    const { source } = world.gateway
    const ask: typeof source.ask = (question) => {
      if (question.kind === 'dmfaByEmployer') limits.push(question.limit)
      return source.ask(question)
    }
    const gateway = { ...world.gateway, source: { ...source, ask } }
    await exchange(gateway, inbound({ by: 'employer', pageSize: 2000 }))
    expect(limits).toEqual([2000])
  })

  it('records a failure of our own, before the decision and in an open operation too', async () => {
    const broken = () => {
      throw new TypeError('broken')
    }
    await refusal(exchange({ ...world.gateway, decide: broken }, inbound({})))
    expect(world.entries).toMatchObject([{ kind: 'refused', code: 'INTERNAL' }])
    world.entries.length = 0
    const prepared = { kind: 'open', envelope: {}, writeXml: broken } as const
    await refusal(exchange(world.gateway, { ...inbound({}), prepared }))
    expect(world.entries).toMatchObject([{ kind: 'opened' }, { kind: 'failed', code: 'INTERNAL' }])
  })

  it('records a failure of the source', async () => {
    world.gateway = {
      ...world.gateway,
      source: {
        ...world.gateway.source,
        ask: () => Promise.reject(new GatewayError('SOURCE_UNAVAILABLE')),
      },
    }
    expect((await refusal(exchange(world.gateway, inbound({})))).code).toBe('SOURCE_UNAVAILABLE')
    expect(world.entries.at(-1)).toMatchObject({ kind: 'failed', code: 'SOURCE_UNAVAILABLE' })
  })
})
