import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { postingQueries } from '../../src/store/postings.ts'
import { openRegisterWriter } from '../../src/store/register-writer.ts'
import { openRegisters } from '../../src/store/registers-db.ts'
import { day, nsso, ssin, writeSample } from './sample.ts'
import { temporaryDirectory } from './temporary.ts'

const days = (from: string, to = from) => ({ from: day(from), to: day(to) })

/** The sample, with persons 1 and 4 posted to employer 1, person 4 also to employer 2 and once to nobody who is an employer. */
function path(): string {
  const path = join(temporaryDirectory(), 'registers.db')
  const writer = openRegisterWriter(path)
  writeSample(writer)
  const post = (id: string, person: number, user: number, from: string, until?: string) =>
    writer.posting({
      postingId: id,
      ssin: ssin(person),
      ...(user > 0 && { user: nsso(user) }),
      from: day(from),
      ...(until !== undefined && { until: day(until) }),
      record: { activityType: id },
    })
  post('c', 4, 1, '2026-03-01', '2026-03-31')
  post('a', 1, 1, '2026-01-01', '2026-06-30')
  post('b', 4, 1, '2025-01-01', '2025-12-31')
  post('d', 4, 2, '2026-05-01')
  post('e', 4, 0, '2024-01-01', '2024-01-31')
  writer.close()
  return path
}

const open = () => openRegisters(path())
const idsOf = (records: readonly { readonly activityType?: string }[]) =>
  records.map(({ activityType }) => activityType)

describe('postings', () => {
  it('of a person are those that touch the days, by first day', async () => {
    const registers = open()
    const of = async (from: string, to?: string) =>
      idsOf(await registers.postingsOf(ssin(4), days(from, to)))
    expect(await of('2024-01-31', '2030-01-01')).toEqual(['e', 'b', 'c', 'd'])
    expect(await of('2025-12-31', '2026-03-01')).toEqual(['b', 'c'])
    expect(await of('2026-01-01', '2026-02-28')).toEqual([])
    expect(await of('2030-01-01')).toEqual(['d'])
    registers.close()
  })

  it('to a user come in pages of persons, by their numbers', async () => {
    const registers = open()
    const year = days('2025-06-01', '2026-05-31')
    const page = async (after: number | undefined, limit: number, at = year) => {
      const last = after === undefined ? undefined : ssin(after)
      const { records, next } = await registers.postingsTo(nsso(1), at, last, limit)
      return [idsOf(records), next]
    }
    expect(await page(undefined, 1)).toEqual([['a'], ssin(1)])
    expect(await page(1, 1)).toEqual([['b', 'c'], undefined])
    expect(await page(undefined, 2)).toEqual([['a', 'b', 'c'], undefined])
    expect(await page(4, 2)).toEqual([[], undefined])
    expect(await page(undefined, 2, days('2025-06-01'))).toEqual([['b'], undefined])
    registers.close()
  })

  it('tell whether a person was ever posted to one of the employers', async () => {
    const registers = open()
    expect(await registers.postedTo(ssin(1), [nsso(2), nsso(1)])).toBe(true)
    expect(await registers.postedTo(ssin(1), [nsso(2)])).toBe(false)
    expect(await registers.postedTo(ssin(4), [nsso(2)])).toBe(true)
    expect(await registers.postedTo(ssin(4), [])).toBe(false)
    // a posting is no employment
    expect(await registers.worksFor(ssin(4), [nsso(2)])).toBe(false)
    registers.close()
  })

  it.each(Object.entries(postingQueries))('answer %s from an index', (_, sql) => {
    const file = path()
    openRegisters(file).close()
    const db = new DatabaseSync(file)
    const plan = db
      .prepare(`explain query plan ${sql}`)
      .all(...Array<string>(sql.split('?').length - 1).fill('1'))
      .map((row) => String(row['detail']))
    expect(plan.length).toBeGreaterThan(0)
    expect(plan.filter((step) => !step.startsWith('SEARCH'))).toEqual([])
    db.close()
  })
})
