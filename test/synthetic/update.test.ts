import { describe, expect, it } from 'vitest'
import { dateOf, quarterDays } from '../../src/synthetic/calendar.ts'
import { collect, country } from './collect.ts'

const of = country(7, 3000)
const rows = collect(of)

describe('the history of declarations', () => {
  it('begins in the month after the quarter and goes on, in order, up to a month after the last one', () => {
    let modified = 0
    for (const { quarter, record } of rows.workers) {
      const { last } = quarterDays(quarter)
      const [first, ...more] = record.update ?? []
      const dates = [first, ...more].map((one) => one?.receptionDate ?? '')
      expect(first).toEqual({ sequenceNumber: 1, receptionDate: dates[0] })
      expect(dates[0]! >= dateOf(last + 5) && dates[0]! <= dateOf(last + 30)).toBe(true)
      expect(dates).toEqual([...new Set(dates)].sort())
      expect(dates.at(-1)! <= dateOf(of.asOf + 30)).toBe(true)
      for (const one of more) expect(one).toMatchObject({ action: '1', changedBlocks: expect.stringMatching(/^dmfa\./) as string }) // prettier-ignore
      modified += more.length
    }
    expect(modified / rows.workers.length).toBeGreaterThan(0.02)
    expect(modified / rows.workers.length).toBeLessThan(0.08)
  })

  it('has declarations that were made a quarter too early and taken back', () => {
    expect(rows.deletedWorkers.length).toBeGreaterThan(0)
    const keyOf = (one: { employer: string; quarter: string; ssin: string }) =>
      `${one.employer} ${one.quarter} ${one.ssin}`
    const declared = new Set(rows.workers.map(keyOf))
    const deleted = rows.deletedWorkers.map(keyOf)
    expect(deleted.filter((one) => declared.has(one))).toEqual([])
    expect(new Set(deleted).size).toBe(deleted.length)
    for (const { received } of rows.deletedWorkers) {
      expect(received).toHaveLength(2)
      expect(received[0]! < received[1]!).toBe(true)
    }
  })
})
