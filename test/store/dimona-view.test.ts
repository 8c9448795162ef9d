import { dimonaPeriodIdOf, type DimonaPeriodId } from '../../src/base/dimona-period.ts'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { applyChange, type DimonaPeriod, type PeriodChange } from '../../src/batch/dimona/period.ts'
import { DimonaDb } from '../../src/store/dimona-db.ts'
import {
  declaredQueries,
  openDimonaView,
  registeredPeriods,
  registeredQueries,
} from '../../src/store/dimona-view.ts'
import { openRegisterWriter } from '../../src/store/register-writer.ts'
import { openRegisters } from '../../src/store/registers-db.ts'
import { openDatabase } from '../../src/store/sqlite.ts'
import { dimonaMigrations } from '../../src/store/dimona-db.ts'
import { day, enterprise, nsso, ssin, writeSample } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

const days = (from: string, to = from) => ({ from: day(from), to: day(to) })

/** The period of worker 4. */
const second = dimonaPeriodIdOf('0000000002')

/** The sample, in which worker 5 works for employer 2 from 5 January 2026, and a period of worker 4 there in 2025. */
function open() {
  const path = join(temporaryDirectory(), 'registers.db')
  const writer = openRegisterWriter(path)
  writeSample(writer)
  writer.dimonaPeriod({
    periodId: second,
    employer: nsso(2),
    ssin: ssin(4),
    from: day('2025-01-01'),
    until: day('2025-06-30'),
    record: {
      user: { denomination: 'User' },
      worker: { studentIndication: false, ssin: ssin(4), oriolusValidationCode: '1' },
      occupation: {
        entryDate: '2025-01-01',
        exitDate: '2025-06-30',
        workerType: 'OTH',
        jointCommission: '200',
        subEntityNumber: '7',
      },
    },
  })
  writer.close()
  const registers = openRegisters(path)
  const file = join(dirname(path), 'dimona.db')
  const view = openDimonaView(registers.db, file)
  const dimona = new DimonaDb(file, registeredPeriods(registers.db))
  return { registers, view, dimona }
}

/** What a file set does: a change of a period that is there, or a new one. */
async function declare(dimona: DimonaDb, periodId: DimonaPeriodId, change: PeriodChange) {
  await dimona.transaction(async (transaction) => {
    const after = applyChange(await transaction.period(periodId), change, 1)
    await transaction.change(change, after, `${periodId} ${change.kind}`, 1)
  })
}

const declared: DimonaPeriod = {
  periodId: dimonaPeriodIdOf('7000000001'),
  employer: nsso(1),
  enterpriseNumber: enterprise(1),
  worker: ssin(5),
  workerType: 'STU',
  start: day('2026-07-01'),
  end: day('2026-07-31'),
  plannedHours: 100,
  details: [
    {
      name: 'DimonaFeatures',
      text: '',
      children: [
        { name: 'JointCommissionNbr', text: '322', children: [] },
        { name: 'SubEntityNbr', text: '3', children: [] },
        {
          name: 'UsingEmployer',
          text: '',
          children: [{ name: 'UsingEmployerCompanyID', text: '400000086', children: [] }],
        },
      ],
    },
    {
      name: 'StudentPlaceOfWork',
      text: '',
      children: [
        {
          name: 'Address',
          text: '',
          children: [{ name: 'City', text: 'Namur', children: [] }],
        },
      ],
    },
  ],
  cancelled: false,
  changedAtMs: 1,
}

describe('Dimona periods of registers and files as one', () => {
  it('are those of the register while no file touches them', async () => {
    const { view } = open()
    expect(await view.dimonaByWorker(ssin(4), days('2025-06-30', '2026-01-01'))).toEqual([
      {
        employer: { registrationNumber: nsso(2), studentIndication: false },
        user: { denomination: 'User' },
        worker: { studentIndication: false, ssin: ssin(4), oriolusValidationCode: '1' },
        occupation: [
          {
            entryDate: '2025-01-01',
            exitDate: '2025-06-30',
            workerType: 'OTH',
            jointCommission: '200',
            subEntityNumber: '7',
          },
        ],
      },
    ])
    expect(await view.dimonaByWorker(ssin(4), days('2025-07-01'))).toEqual([])
    expect(await view.dimonaByWorker(ssin(4), days('2024-12-31'))).toEqual([])
  })

  it('hold a period that a file opened, in the blocks of §§ 14 to 17', async () => {
    const { view, dimona } = open()
    expect(await view.declaredFor(ssin(5), [nsso(1)])).toBe(false)
    await declare(dimona, declared.periodId, { kind: 'opened', period: declared })
    expect(await view.dimonaByWorker(ssin(5), days('2026-07-31'))).toEqual([
      {
        employer: { registrationNumber: nsso(1), studentIndication: true },
        user: { enterpriseNumber: '0400000086' },
        worker: { studentIndication: true, ssin: ssin(5) },
        occupation: [
          {
            placeOfWork: { city: 'Namur' },
            subEntityNumber: '3',
            jointCommission: '322',
            workerType: 'STU',
            entryDate: '2026-07-01',
            exitDate: '2026-07-31',
          },
        ],
      },
      { employer: { registrationNumber: nsso(2) } },
    ])
    expect(await view.dimonaActive(nsso(1), [ssin(1), ssin(5)], days('2026-07-15'))).toEqual(
      new Set([ssin(5)]),
    )
    expect(await view.declaredFor(ssin(5), [nsso(2), nsso(1)])).toBe(true)
    expect(await view.declaredFor(ssin(5), [nsso(2)])).toBe(false)
    await declare(dimona, declared.periodId, { kind: 'cancelled' })
    expect(await view.dimonaActive(nsso(1), [ssin(5)], days('2026-07-15'))).toEqual(new Set())
    expect(await view.declaredFor(ssin(5), [nsso(1)])).toBe(false)
  })

  it('have the dates that files gave to a registered period, and its other blocks', async () => {
    const { view, dimona } = open()
    expect(await dimona.period(second)).toMatchObject({
      employer: nsso(2),
      enterpriseNumber: enterprise(1),
      worker: ssin(4),
      workerType: 'OTH',
      end: '2025-06-30',
    })
    await declare(dimona, second, { kind: 'moved', times: { start: day('2025-02-01') } })
    expect(await view.dimonaByWorker(ssin(4), days('2025-01-31'))).toEqual([])
    const [one, ...others] = await view.dimonaByWorker(ssin(4), days('2030-01-01'))
    expect(others).toEqual([])
    expect(one?.user).toEqual({ denomination: 'User' })
    expect(one?.occupation).toEqual([
      { entryDate: '2025-02-01', workerType: 'OTH', jointCommission: '200', subEntityNumber: '7' },
    ])
    await declare(dimona, second, { kind: 'ended', end: day('2025-03-31') })
    expect(await view.dimonaByWorker(ssin(4), days('2025-04-01'))).toEqual([])
    await declare(dimona, second, { kind: 'cancelled' })
    expect(await view.dimonaByWorker(ssin(4), days('2025-03-01'))).toEqual([])
    expect(await dimona.period(second)).toMatchObject({ cancelled: true })
  })

  it('are told to a declaration of the same worker, each once', async () => {
    const { dimona } = open()
    const known = () =>
      dimona.transaction(async (transaction) =>
        (await transaction.periodsOf(nsso(2), ssin(4))).map(({ periodId, end }) => [periodId, end]),
      )
    expect(await known()).toEqual([[second, '2025-06-30']])
    await declare(dimona, second, { kind: 'ended', end: day('2025-03-31') })
    expect(await known()).toEqual([[second, '2025-03-31']])
  })

  it('of an employer come in pages of workers, by their numbers', async () => {
    const { view, dimona } = open()
    await declare(dimona, declared.periodId, {
      kind: 'opened',
      period: { ...declared, employer: nsso(2), worker: ssin(1), start: day('2025-01-01') },
    })
    const workers = async (after: number | undefined, limit: number, at = days('2026-01-05')) => {
      const { records, next } = await view.dimonaByEmployer(
        nsso(2),
        at,
        after === undefined ? undefined : ssin(after),
        limit,
      )
      return [records.map(({ worker }) => worker?.ssin), next]
    }
    // the sample's period of worker 5 holds no block of its own
    expect(await workers(undefined, 1)).toEqual([[ssin(1)], ssin(1)])
    expect(await workers(1, 1)).toEqual([[undefined], undefined])
    expect(await workers(undefined, 5)).toEqual([[ssin(1), undefined], undefined])
    expect(await workers(undefined, 5, days('2025-03-01'))).toEqual([[ssin(1), ssin(4)], undefined])
    expect(await workers(5, 5)).toEqual([[], undefined])
  })

  it('of an employer are told as changes of the days on which they were declared', async () => {
    const { view, dimona } = open()
    const changes = async (from: string, to = from, after?: number, limit = 5) => {
      const last = after === undefined ? undefined : ssin(after)
      const { records, next } = await view.dimonaChanges(nsso(2), days(from, to), last, limit)
      return [
        records.map(({ worker, cancelled, occupation }) => [
          worker?.ssin,
          cancelled,
          occupation?.[0]?.entryDate,
          occupation?.[0]?.exitDate,
        ]),
        next,
      ]
    }
    const registered = [ssin(4), false, '2025-01-01', '2025-06-30']
    // a registered period counts as declared on its first day, and its end on its last
    for (const day of ['2025-01-01', '2025-06-30'])
      expect(await changes(day)).toEqual([[registered], undefined])
    expect(await changes('2025-01-02', '2025-06-29')).toEqual([[], undefined])

    const at = Date.UTC(2026, 6, 15, 12)
    const change = async (id: DimonaPeriodId, what: PeriodChange, atMs = at) =>
      dimona.transaction(async (transaction) => {
        const after = applyChange(await transaction.period(id), what, atMs)
        await transaction.change(what, after, `${id} ${what.kind}`, atMs)
      })
    const period = { ...declared, employer: nsso(2), worker: ssin(1), changedAtMs: at }
    await change(period.periodId, { kind: 'opened', period })
    await change(second, { kind: 'ended', end: day('2025-05-31') })
    const opened = [ssin(1), false, '2026-07-01', '2026-07-31']
    const ended = [ssin(4), false, '2025-01-01', '2025-05-31']
    expect(await changes('2026-07-15')).toEqual([[opened, ended], undefined])
    expect(await changes('2026-07-15', '2026-07-15', undefined, 1)).toEqual([[opened], ssin(1)])
    expect(await changes('2026-07-15', '2026-07-15', 1, 1)).toEqual([[ended], undefined])
    expect(await changes('2026-07-14')).toEqual([[], undefined])
    // the declaration counts, no longer the days of the register
    expect(await changes('2025-01-01', '2025-12-31')).toEqual([[], undefined])

    await change(second, { kind: 'cancelled' }, at + 86_400_000)
    const { records } = await view.dimonaChanges(nsso(2), days('2026-07-16'), undefined, 5)
    expect(records).toEqual([
      {
        cancelled: true,
        employer: { registrationNumber: nsso(2) },
        worker: { ssin: ssin(4) },
        occupation: [{ entryDate: '2025-01-01', exitDate: '2025-05-31' }],
      },
    ])
  })

  it('are not seen before their transaction ends', async () => {
    const { view, dimona } = open()
    await dimona.transaction(async (transaction) => {
      await transaction.change({ kind: 'opened', period: declared }, declared, 'ticket', 1)
      expect(await view.declaredFor(ssin(5), [nsso(1)])).toBe(false)
    })
    expect(await view.declaredFor(ssin(5), [nsso(1)])).toBe(true)
  })

  it.each([
    ...Object.entries(registeredQueries).map(([name, sql]) => ['registered', name, sql] as const),
    ...Object.entries(declaredQueries).map(([name, sql]) => ['declared', name, sql] as const),
  ])('answer %s %s from an index, without a scan or a sort', (of, _, sql) => {
    const db =
      of === 'registered'
        ? open().registers.db
        : openDatabase(':memory:', dimonaMigrations, { synchronous: 'off', cacheKib: 64 })
    const plan = db
      .prepare(`explain query plan ${sql}`)
      .all(...Array<string>(sql.split('?').length - 1).fill('1'))
      .map((row) => String(row['detail']))
    expect(plan.length).toBeGreaterThan(0)
    expect(plan.filter((step) => !step.startsWith('SEARCH'))).toEqual([])
  })
})
