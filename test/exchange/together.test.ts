import { expect, it } from 'vitest'
import { readCivilDate } from '../../src/base/civil-date.ts'
import { gather } from '../../src/exchange/gather.ts'
import type { Institution } from '../../src/institutions/institution.ts'
import { at } from '../../src/services/element-rows.ts'
import type { PreparedConsultation } from '../../src/services/operation.ts'

const key = at('dmfa.employerDeclaration.quarter')
const on = readCivilDate('2026-03-02')!

/** Two parts, one of which is chosen by a key; the source brings two records to each question. */
async function gathered(granted: readonly string[], recordsMax?: number) {
  const question = { kind: 'dmfaAggregate', employer: '100006', quarter: '20261' }
  const parts = {
    aggregate: { keys: [key], questions: [question] },
    employer: { keys: [], questions: [question], recordsMax },
  }
  const world = {
    source: { ask: () => Promise.resolve({ records: [{ totalPartTime: 1 }, {}] }) },
  } as unknown as Parameters<typeof gather>[0]
  const prepared = { ask: () => ({ kind: 'together', parts }) } as unknown as PreparedConsultation
  const opened = { sources: [], granted: new Set(granted as (typeof key)[]) }
  const { records } = await gather(world, prepared, opened, {} as Institution, on)
  return Object.keys(records[0]!)
}

it('asks a part of a question only where every path that chooses its records is granted', async () => {
  expect(await gathered([key])).toEqual(['aggregate', 'employer'])
  expect(await gathered([])).toEqual(['employer'])
})

it('refuses the whole request when a part has more records than it may', async () => {
  await expect(gathered([key], 1)).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
    information: [{ fieldName: 'tooManyResults' }],
  })
  expect(await gathered([key], 2)).toContain('employer')
})
