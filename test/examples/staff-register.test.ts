import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  dailyCheck,
  fullTimeEquivalentOf,
  quarterFigures,
  seniorityOf,
  type Norm,
} from '../../examples/staff-register/figures.ts'
import {
  readRegister,
  writeRegister,
  type Occupation,
  type StaffRegister,
} from '../../examples/staff-register/register.ts'
import { addDays, closedQuarters } from '../../examples/staff-register/update.ts'

const norm: Norm = {
  targetGroupWorkerCodes: ['012'],
  targetGroupPerStaff: 2,
  workedServiceCodes: ['1'],
}

const occupation = (ssin: string, workerCode: string, half = false): Occupation => ({
  ssin,
  workerCode,
  contractType: half ? '1' : '0',
  positionCode: '',
  weekDays: 500,
  weekHours: half ? 1900 : 3800,
  fullTimeWeekHours: 3800,
  // 60 and 30 full days of work, 5 of illness
  services: [
    { code: '1', days: 6000, hours: half ? 22_800 : 0 },
    { code: '50', days: 500, hours: half ? 1900 : 0 },
  ],
})

const worker = (entryDate: string, exitDate?: string) => ({
  identity: { lastName: 'Name', firstNames: 'First', birthDate: '1980-01-01', sex: '1' },
  identityReadOn: '2026-02-01',
  employments: [
    { entryDate, ...(exitDate && { exitDate }), workerType: 'OTH', jointCommittee: '327.02' },
  ],
})

const register: StaffRegister = {
  employer: '100001082',
  readOn: '2026-02-01',
  workers: { a: worker('2020-05-01'), b: worker('2021-01-01'), c: worker('2026-01-10') },
  declarations: {
    '2025Q4': {
      readOn: '2026-02-01',
      workerRecords: 3,
      workerRecordsRead: 2,
      occupations: [occupation('a', '012'), occupation('b', '495', true)],
    },
  },
}

describe('figures of the staff register', () => {
  it('count full-time work by its days, part-time work by its hours, over thirteen weeks', () => {
    expect(fullTimeEquivalentOf(occupation('a', '012'), norm)).toBeCloseTo(60 / 65)
    expect(fullTimeEquivalentOf(occupation('a', '012', true), norm)).toBeCloseTo(228 / (13 * 38))
  })

  it('count nothing where the working system is not declared', () => {
    const unknown = { ...occupation('a', '012'), weekDays: 0, services: [] }
    expect(fullTimeEquivalentOf(unknown, norm)).toBe(0)
  })

  it('tell groups, norm, absences and what was not shown, quarter by quarter', () => {
    const [figures] = quarterFigures(register, norm)
    expect(figures).toMatchObject({ quarter: '2025Q4', workers: 2, isMet: true, hidden: 1 })
    expect(figures?.targetGroup).toBeCloseTo(60 / 65)
    expect(figures?.absences).toEqual(new Map([['50', 10]]))
    expect(quarterFigures(register, { ...norm, targetGroupPerStaff: 1 })[0]?.isMet).toBe(false)
  })

  it('check the norm on a day by who is in service, with the regime of the last declaration', () => {
    const check = { targetGroup: 1, staff: 0.5, isMet: true }
    expect(dailyCheck(register, norm, '2026-01-09')).toEqual({
      ...check,
      inService: 2,
      withoutRegime: 0,
    })
    expect(dailyCheck(register, norm, '2026-01-10')).toEqual({
      ...check,
      inService: 3,
      withoutRegime: 1,
    })
  })

  it.each([
    ['the day before a year is full', worker('2020-05-01').employments, '2026-04-30', 5],
    ['the day it is full', worker('2020-05-01').employments, '2026-05-01', 6],
    ['after the last day', worker('2020-05-01', '2022-05-01').employments, '2026-05-01', 2],
    ['before the first day', worker('2027-01-01').employments, '2026-05-01', 0],
  ])('count whole years of seniority: %s', (_, employments, day, years) => {
    expect(seniorityOf(employments, day)).toBe(years)
  })

  it.each([
    ['2026-01-01', ['2025Q3', '2025Q4']],
    ['2026-03-31', ['2025Q3', '2025Q4']],
    ['2026-04-01', ['2025Q4', '2026Q1']],
  ])('of %s are those of closed quarters', (day, quarters) => {
    expect(closedQuarters(day, 2)).toEqual(quarters)
  })

  it('reckon in days over the ends of months and years', () => {
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28')
    expect(addDays('2025-12-31', 1)).toBe('2026-01-01')
  })
})

describe('the file of the staff register', () => {
  it('gives back what was written, readable by its owner only, and is of one employer', () => {
    const directory = mkdtempSync(join(tmpdir(), 'staff-register-'))
    const file = join(directory, 'own/register.json')
    try {
      expect(readRegister(file, '100001082')).toBeUndefined()
      writeRegister(file, register)
      writeRegister(file, { ...register, readOn: '2026-02-02' })
      expect(readRegister(file, '100001082')).toEqual({ ...register, readOn: '2026-02-02' })
      expect(statSync(file).mode & 0o077).toBe(0)
      expect(readdirSync(join(directory, 'own'))).toEqual(['register.json'])
      expect(() => readRegister(file, '100004089')).toThrow('is that of another employer')
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})

describe('the back-end of the example', () => {
  it('imports nothing that a client of the gateway would not have', () => {
    const folder = resolve(import.meta.dirname, '../../examples/staff-register')
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'sandbox.ts') // prettier-ignore
    const imported = files.flatMap((name) =>
      [...readFileSync(join(folder, name), 'utf8').matchAll(/(?:from|import) '([^']+)'/g)].map(
        ([, from]) => from ?? '',
      ),
    )
    const allowed = /^(?:node:[\w/]+|soap|xml-crypto|fast-xml-parser|\.\/[\w-]+\.ts)$/
    expect(files.length).toBeGreaterThan(4)
    expect(imported.filter((from) => !allowed.test(from))).toEqual([])
  })
})
