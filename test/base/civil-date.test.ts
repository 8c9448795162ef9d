import { describe, expect, it } from 'vitest'
import {
  addDays,
  addQuarters,
  civilDateAt,
  daysBetween,
  quarterDates,
  quarterOf,
  readCivilDate,
  readQuarter,
} from '../../src/base/civil-date.ts'

describe('the civil date in Brussels', () => {
  it.each([
    ['2026-01-31T22:59:59.999Z', '2026-01-31'],
    ['2026-01-31T23:00:00.000Z', '2026-02-01'],
    ['2026-07-31T21:59:59.999Z', '2026-07-31'],
    ['2026-07-31T22:00:00.000Z', '2026-08-01'],
    ['2026-03-29T00:59:59.999Z', '2026-03-29'],
    ['2026-10-25T23:00:00.000Z', '2026-10-26'],
  ])('at %s is %s, whatever was asked before', (instant, date) => {
    civilDateAt(0)
    expect(civilDateAt(Date.parse(instant))).toBe(date)
    expect(civilDateAt(Date.parse(instant))).toBe(date)
  })
})

describe('dates and quarters', () => {
  it.each([
    ['2026-02-28', 1, '2026-03-01'],
    ['2024-03-01', -1, '2024-02-29'],
    ['2025-12-31', 1, '2026-01-01'],
    ['2026-03-28', 2, '2026-03-30'],
  ])('%s and %i days is %s', (from, count, to) => {
    expect(addDays(from, count)).toBe(to)
    expect(daysBetween(from, to)).toBe(count)
  })

  it('refuse what does not exist', () => {
    expect(readCivilDate('2026-02-29')).toBeUndefined()
    expect(readCivilDate('2026-2-1')).toBeUndefined()
    expect(readQuarter('20265')).toBeUndefined()
    expect(readQuarter('2026Q1')).toBeUndefined()
  })

  it('know their quarter, its days, and the ones around it', () => {
    expect(quarterOf(readCivilDate('2026-12-31')!)).toBe('20264')
    expect(quarterDates(readQuarter('20241')!)).toEqual({ first: '2024-01-01', last: '2024-03-31' })
    expect(addQuarters(readQuarter('20261')!, -1)).toBe('20254')
    expect(addQuarters(readQuarter('20254')!, 5)).toBe('20271')
  })
})
