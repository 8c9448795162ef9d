import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import type { Institution } from '../../src/institutions/institution.ts'
import { openRegisterWriter } from '../../src/store/register-writer.ts'
import { registersVersionMin } from '../../src/store/registers-schema.ts'
import { openRegisters, registerQueries } from '../../src/store/registers-db.ts'
import type { RegisterSink } from '../../src/synthetic/sink.ts'
import { createSample, day, enterprise, nsso, quarter, ssin, writeSample } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

function samplePath(): string {
  const path = join(temporaryDirectory(), 'registers.db')
  createSample(path)
  return path
}

const sample = () => openRegisters(samplePath())

describe('registers.db', () => {
  it('gives a person with the register, the status and the record', async () => {
    const registers = sample()
    expect(await registers.person(ssin(1))).toEqual({
      register: 'nationalRegister',
      status: { kind: 'active' },
      record: { nationalNumber: ssin(1), sex: '1', register: 'nationalRegister' },
    })
    expect(await registers.person(ssin(2))).toMatchObject({
      status: { kind: 'replaced', by: ssin(1) },
    })
    expect(await registers.person(ssin(3))).toMatchObject({ status: { kind: 'cancelled' } })
    expect(await registers.person(ssin(4))).toMatchObject({ register: 'bisRegister' })
    expect(await registers.person(ssin(99))).toBeUndefined()
    expect(await registers.statusOf(ssin(1))).toEqual({ kind: 'active' })
    expect(await registers.statusOf(ssin(2))).toEqual({ kind: 'replaced', by: ssin(1) })
    expect(await registers.statusOf(ssin(3))).toEqual({ kind: 'cancelled' })
    expect(await registers.statusOf(ssin(99))).toBeUndefined()
    registers.close()
  })

  it('gives a worker every declaration of the quarters, alone in it and without what is nobody’s', async () => {
    const registers = sample()
    const of = (employer: number, text: string) => ({
      registrationNumber: nsso(employer),
      quarter: text,
      netOwedAmount: 100_00,
      naturalPerson: [{ ssin: ssin(1) }],
    })
    expect(await registers.dmfaByWorker(ssin(1), quarter('20253'), quarter('20254'))).toEqual([
      of(1, '20253'),
      of(2, '20253'),
      of(1, '20254'),
      of(2, '20254'),
    ])
    expect(await registers.dmfaByWorker(ssin(1), quarter('20254'), quarter('20261'))).toEqual([
      of(1, '20254'),
      of(2, '20254'),
    ])
    expect(await registers.dmfaByWorker(ssin(3), quarter('20253'), quarter('20254'))).toEqual([])
    registers.close()
  })

  it('gives the workers of a declaration page by page, each once, in the order of their numbers', async () => {
    const registers = sample()
    const page = (after: number | undefined, limit: number) =>
      registers.dmfaByEmployer(
        nsso(1),
        quarter('20253'),
        after === undefined ? undefined : ssin(after),
        limit,
      )
    const workers = (...numbers: number[]) => numbers.map((n) => ({ ssin: ssin(n) }))
    const rest = {
      registrationNumber: nsso(1),
      quarter: '20253',
      netOwedAmount: 100_00,
      companyVehicle: [{ sequenceNumber: 1, licensePlate: '1ABC123' }],
      contributionUnrelatedToNp: [{ amount: 5_00 }],
    }
    expect(await page(undefined, 2)).toEqual({
      record: { ...rest, naturalPerson: workers(1, 4) },
      next: ssin(4),
    })
    expect(await page(4, 2)).toEqual({ record: { ...rest, naturalPerson: workers(5) } })
    expect(await page(undefined, 3)).toMatchObject({
      record: { naturalPerson: workers(1, 4, 5) },
      next: undefined,
    })
    expect(await page(5, 2)).toMatchObject({ record: { naturalPerson: [] }, next: undefined })
    expect(await registers.dmfaByEmployer(nsso(1), quarter('20261'), undefined, 2)).toBeUndefined()
    registers.close()
  })

  it('gives the totals that were stored, and none where none were', async () => {
    const registers = sample()
    expect(await registers.dmfaAggregate(nsso(1), quarter('20253'))).toEqual({
      totalWorkerRecords: 3,
    })
    expect(await registers.dmfaAggregate(nsso(2), quarter('20253'))).toBeUndefined()
    expect(await registers.dmfaAggregate(nsso(9), quarter('20253'))).toBeUndefined()
    registers.close()
  })

  it('finds employers by their own and by their enterprise number', async () => {
    const registers = sample()
    const second = {
      nssoNumber: nsso(2),
      enterpriseNumber: enterprise(1),
      naturalPerson: true,
      record: { identification: { denomination: 'Employer 2' } },
    }
    expect(await registers.employer(nsso(2))).toEqual(second)
    expect(await registers.employer(nsso(9))).toBeUndefined()
    expect((await registers.employersOf(enterprise(1))).map((one) => one.nssoNumber)).toEqual([
      nsso(1),
      nsso(2),
    ])
    expect(await registers.employersOf(enterprise(2))).toEqual([])
    expect(await registers.registrationsOf(enterprise(1))).toEqual([nsso(1), nsso(2)])
    expect(await registers.registrationsOf(enterprise(2))).toEqual([])
    registers.close()
  })

  it('knows who is integrated on a day, the last day included, for one institution', async () => {
    const registers = sample()
    const all = [1, 2, 4, 5].map(ssin)
    const on = (text: string) => registers.integrated('phare', all, day(text))
    expect(await on('2024-12-31')).toEqual(new Set())
    expect(await on('2025-01-01')).toEqual(new Set([ssin(1), ssin(4)]))
    expect(await on('2025-06-30')).toEqual(new Set([ssin(1), ssin(4)]))
    expect(await on('2025-07-01')).toEqual(new Set([ssin(1)]))
    expect(await registers.integrated('vdab', all, day('2025-07-01'))).toEqual(new Set([ssin(5)]))
    registers.close()
  })

  it('knows of many persons at once what it knows of each', async () => {
    const registers = sample()
    const all = [5, 4, 3, 2, 1].map(ssin)
    for (const on of ['2024-12-31', '2025-01-01', '2025-06-30', '2025-07-01'].map(day)) {
      const each = await Promise.all(all.map((one) => registers.integrated('phare', [one], on)))
      const together = await registers.integrated('phare', all, on)
      expect([...together]).toEqual(each.flatMap((known) => [...known]))
    }
    registers.close()
  })

  it('knows who works for whom, by a DmfA or by a Dimona', async () => {
    const registers = sample()
    expect(await registers.worksFor(ssin(4), [nsso(2), nsso(1)])).toBe(true)
    expect(await registers.worksFor(ssin(4), [nsso(2)])).toBe(false)
    expect(await registers.worksFor(ssin(5), [nsso(2)])).toBe(true)
    expect(await registers.worksFor(ssin(5), [])).toBe(false)
    registers.close()
  })

  it('finds the institutions again, as they were replaced last', async () => {
    const path = join(temporaryDirectory(), 'registers.db')
    createSample(path)
    const first = openRegisters(path)
    expect(await first.institutions()).toEqual([])
    const institution = (id: string): Institution => ({
      id,
      enterpriseNumber: enterprise(3),
      names: { fr: 'un', nl: 'een', en: 'one' },
      formerNames: [],
      clientCertificate: 'required',
      signing: [{ kind: 'fingerprint', sha256: '00' }],
      tls: [],
      legalContexts: ['PHARE:IDENTIFICATION'],
      population: { kind: 'employers', employers: [nsso(1)] },
      integration: 'required',
      mandates: [],
    })
    await first.replaceInstitutions([institution('b'), institution('old')])
    await first.replaceInstitutions([institution('b'), institution('a')])
    first.close()
    const second = openRegisters(path)
    expect(await second.institutions()).toEqual([institution('a'), institution('b')])
    second.close()
  })

  for (const [name, sql] of Object.entries(registerQueries)) {
    it(`answers ${name} from indexes, without a scan or a sort`, () => {
      const path = samplePath()
      openRegisters(path).close()
      const db = new DatabaseSync(path)
      const plan = db
        .prepare(`explain query plan ${sql}`)
        .all(...Array<string>(sql.split('?').length - 1).fill('1'))
      const steps = plan.map((row) => String(row['detail']))
      // the list that is handed in is read whole; it is no table
      const handedIn = /^LIST SUBQUERY|^SCAN json_each VIRTUAL TABLE/
      const others = steps.filter((step) => !handedIn.test(step))
      expect(others.filter((step) => !step.startsWith('SEARCH'))).toEqual([])
      expect(others.length).toBeGreaterThan(0)
      db.close()
    })
  }
})

describe('register writer', () => {
  it('is the sink of the synthetic country', () => {
    const writer = openRegisterWriter(join(temporaryDirectory(), 'registers.db'))
    const sink: RegisterSink = writer
    sink.checkpoint()
    writer.discard()
  })

  it('gives the file its name only when it is whole', () => {
    const directory = temporaryDirectory()
    const path = join(directory, 'registers.db')
    const writer = openRegisterWriter(path)
    writeSample(writer)
    writer.checkpoint()
    expect(existsSync(path)).toBe(false)
    writer.close()
    expect(readdirSync(directory)).toEqual(['registers.db'])
  })

  it('begins anew over what an interrupted generation left', async () => {
    const path = join(temporaryDirectory(), 'registers.db')
    writeFileSync(`${path}.part`, 'half')
    createSample(path)
    const registers = openRegisters(path)
    expect(await registers.person(ssin(1))).toBeDefined()
    registers.close()
  })

  it('does not overwrite registers', () => {
    const path = join(temporaryDirectory(), 'registers.db')
    createSample(path)
    expect(() => openRegisterWriter(path)).toThrow('registers exist already')
  })

  it('leaves nothing when it is discarded', () => {
    const directory = temporaryDirectory()
    const writer = openRegisterWriter(join(directory, 'registers.db'))
    writeSample(writer)
    writer.discard()
    expect(readdirSync(directory)).toEqual([])
  })

  it('refuses totals without their declaration, and a number that comes twice', () => {
    const writer = openRegisterWriter(join(temporaryDirectory(), 'registers.db'))
    const key = { employer: nsso(1), quarter: quarter('20253') }
    expect(() => writer.aggregate({ ...key, record: {} })).toThrow(
      'aggregate without its declaration',
    )
    writeSample(writer)
    expect(() => writeSample(writer)).toThrow('UNIQUE constraint failed: person.ssin')
    writer.discard()
  })
})

it('registers of a newer schema are refused', () => {
  const path = join(temporaryDirectory(), 'registers.db')
  createSample(path)
  const db = new DatabaseSync(path)
  db.exec('update schema_version set version = 1000')
  db.close()
  expect(() => openRegisters(path)).toThrow('database has schema version 1000')
})

it('registers from before the register of struck-off persons are refused, and left as they are', () => {
  const path = join(temporaryDirectory(), 'registers.db')
  createSample(path)
  const db = new DatabaseSync(path)
  db.exec(`update schema_version set version = ${registersVersionMin - 1}`)
  expect(() => openRegisters(path)).toThrow(
    `database has schema version 10, this program takes over those from 11 on: remove the file and make it anew`,
  )
  expect(db.prepare('select version from schema_version').get()).toEqual({ version: 10 })
  db.close()
})
