import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InscriptionChange } from '../../src/institutions/inscriptions.ts'
import {
  inscriptionQueries,
  openInscriptions,
  whoKnowsQuery,
} from '../../src/store/inscriptions.ts'
import { openRegisterWriter } from '../../src/store/register-writer.ts'
import { openRegisters } from '../../src/store/registers-db.ts'
import { registersMigrations } from '../../src/store/registers-schema.ts'
import { openDatabase } from '../../src/store/sqlite.ts'
import { createSample, day, ssin } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

function samplePath(): string {
  const path = join(temporaryDirectory(), 'registers.db')
  createSample(path)
  return path
}

let messages = 0
function change(given: Partial<InscriptionChange> = {}): InscriptionChange {
  return {
    message: `message ${messages++}`,
    ordinal: 1,
    action: 'REGISTER',
    institution: 'phare',
    ssin: ssin(5),
    purpose: 10,
    period: { from: day('2026-01-01') },
    registers: ['PRIMARY', 'SECONDARY'],
    atMs: 1,
    ...given,
  }
}

const always = { from: day('1900-01-01') }

describe('the reference directory', () => {
  it('has a person whom an institution registered integrated from the first day on, for it alone', async () => {
    const path = samplePath()
    const inscriptions = openInscriptions(path)
    const registers = openRegisters(path)
    const knows = async (institution: string, on: string) =>
      (await registers.integrated(institution, [ssin(5)], day(on))).has(ssin(5))
    expect(await knows('phare', '2026-01-01')).toBe(false)
    await inscriptions.change(change())
    expect(await knows('phare', '2025-12-31')).toBe(false)
    expect(await knows('phare', '2026-01-01')).toBe(true)
    expect(await knows('emploi', '2026-01-01')).toBe(false)
    await inscriptions.change(change({ action: 'UNREGISTER', period: { from: day('2026-03-01') } }))
    expect(await knows('phare', '2026-02-28')).toBe(true)
    expect(await knows('phare', '2026-03-01')).toBe(false)
    registers.close()
    inscriptions.close()
  })

  it('counts the directory of the Crossroads Bank, not that of the sector alone', async () => {
    const path = samplePath()
    const inscriptions = openInscriptions(path)
    const registers = openRegisters(path)
    await inscriptions.change(change({ registers: ['SECONDARY'] }))
    expect(await registers.integrated('phare', [ssin(5)], day('2026-01-01'))).toEqual(new Set())
    expect(await inscriptions.of('phare', ssin(5), always)).toEqual([
      { register: 'SECONDARY', purpose: 10, period: { from: '2026-01-01' } },
    ])
    registers.close()
    inscriptions.close()
  })

  it('makes a change once for its message and request, whatever happened between', async () => {
    const inscriptions = openInscriptions(samplePath())
    const first = change({ message: 'm' })
    await inscriptions.change(first)
    await inscriptions.change(change({ action: 'UNREGISTER', period: always }))
    await inscriptions.change(first)
    expect(await inscriptions.of('phare', ssin(5), always)).toEqual([])
    await inscriptions.change({ ...first, ordinal: 2 })
    expect(await inscriptions.of('phare', ssin(5), always)).toHaveLength(2)
    inscriptions.close()
  })

  it('is after any changes what a set of days says, quality by quality', async () => {
    const inscriptions = openInscriptions(samplePath())
    const dayOf = (n: number) => day(new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10))
    const last = 60
    const step = fc.record({
      action: fc.constantFrom('REGISTER' as const, 'UNREGISTER' as const),
      purpose: fc.constantFrom(1, 2),
      from: fc.nat({ max: last - 1 }),
      length: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
    })
    let persons = 10
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const person = ssin(persons++)
        const model = new Map([1, 2].map((purpose) => [purpose, new Set<number>()]))
        for (const { action, purpose, from, length } of steps) {
          const until = length === undefined ? undefined : from + length
          await inscriptions.change(
            change({
              action,
              purpose,
              ssin: person,
              registers: ['PRIMARY'],
              period: { from: dayOf(from), ...(until !== undefined && { until: dayOf(until) }) },
            }),
          )
          for (let n = from; n <= Math.min(until ?? last + 30, last + 30); n++) {
            if (action === 'REGISTER') model.get(purpose)!.add(n)
            else model.get(purpose)!.delete(n)
          }
        }
        const lines = await inscriptions.of('phare', person, always)
        for (const [purpose, days] of model) {
          const own = lines.filter((line) => line.purpose === purpose)
          const covered = new Set<number>()
          for (const { period } of own) {
            for (let n = 0; n <= last + 30; n++) {
              const on = dayOf(n)
              if (period.from <= on && (period.until === undefined || on <= period.until)) {
                expect(covered.has(n)).toBe(false)
                covered.add(n)
              }
            }
          }
          expect([...covered].sort()).toEqual([...days].sort())
          // no two lines adjoin: what belongs together is one
          const bounds = own.map(({ period }) => period.from)
          for (const from of bounds) {
            const before = new Date(Date.parse(from) - 86_400_000).toISOString().slice(0, 10)
            expect(own.some(({ period }) => period.until === before)).toBe(false)
          }
        }
      }),
      { numRuns: 60 },
    )
    inscriptions.close()
  })

  it('takes a person out under the numbers that were replaced too', async () => {
    const path = samplePath()
    const inscriptions = openInscriptions(path)
    const registers = openRegisters(path)
    await inscriptions.change(change({ ssin: ssin(2), purpose: 1 }))
    await inscriptions.change(
      change({ action: 'UNREGISTER', ssin: ssin(1), purpose: 1, period: always }),
    )
    expect(await inscriptions.of('phare', ssin(2), always)).toEqual([])
    registers.close()
    inscriptions.close()
  })

  it('knows the successor of a number by which a person is known', async () => {
    const path = join(temporaryDirectory(), 'registers.db')
    const writer = openRegisterWriter(path)
    const person = { register: 'nationalRegister', record: {} } as const
    writer.person({ ...person, ssin: ssin(1), status: { kind: 'active' } })
    writer.person({ ...person, ssin: ssin(2), status: { kind: 'replaced', by: ssin(1) } })
    writer.person({ ...person, ssin: ssin(3), status: { kind: 'replaced', by: ssin(2) } })
    writer.integration({ institution: 'phare', ssin: ssin(3), from: day('2025-01-01') })
    writer.close()
    const registers = openRegisters(path)
    const all = [1, 2, 3].map(ssin)
    expect(await registers.integrated('phare', all, day('2025-01-01'))).toEqual(new Set(all))
    expect(await registers.integrated('phare', all, day('2024-12-31'))).toEqual(new Set())
    registers.close()
  })

  it('takes over what an earlier version held', async () => {
    const path = join(temporaryDirectory(), 'registers.db')
    const migrations = registersMigrations.slice(0, 5)
    const old = openDatabase(path, migrations, { synchronous: 'normal', cacheKib: 1024 })
    old
      .prepare('insert into integration values (?, ?, ?, ?)')
      .run('phare', ssin(7), '2025-01-01', '2025-06-30')
    old.close()
    const inscriptions = openInscriptions(path)
    expect(await inscriptions.of('phare', ssin(7), always)).toEqual([
      {
        register: 'PRIMARY',
        purpose: 0,
        period: { from: '2025-01-01', until: '2025-06-30' },
      },
    ])
    inscriptions.close()
  })

  for (const [name, sql] of Object.entries({ ...inscriptionQueries, whoKnowsQuery })) {
    it(`answers ${name} from indexes, without a scan or a sort`, () => {
      const db = new DatabaseSync(samplePath())
      const plan = db
        .prepare(`explain query plan ${sql}`)
        .all(...Array<string>(sql.split('?').length - 1).fill('1'))
      const steps = plan.map((row) => String(row['detail']))
      expect(steps.filter((step) => !step.startsWith('SEARCH'))).toEqual([])
      db.close()
    })
  }
})
