import { describe, expect, it } from 'vitest'
import { errorCodes, GatewayError } from '../../src/base/errors.ts'
import { findRefusalStatus } from '../../src/services/statuses.ts'
import { isToldAsStatus } from '../../src/soap/fault-table.ts'
import { faultsOf } from '../contracts/committed.ts'
import { bodyChild, consultations, criteria, requestXml, parts } from './exchange-parts.ts'

function prepare(name: string, changes: Readonly<Record<string, string | number | undefined>>) {
  const [, service, operation] = consultations.find(([one]) => one === name)!
  const values = Object.entries({ ...criteria[name], ...changes }).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  )
  const xml = requestXml(service, name, Object.fromEntries(values))
  expect(faultsOf(service.contract, xml)).toEqual([])
  return operation.prepareXml(bodyChild(xml))
}

const context = { sources: ['nationalRegister', 'bisRegister'] as const, after: undefined }

describe('criteria', () => {
  it('of a person become the question, in the registers that the grant opens', () => {
    const prepared = prepare('consultPerson', {})
    expect(prepared.subject).toEqual({ kind: 'person', ssin: '81120103571' })
    expect(prepared.ask(context)).toEqual({
      kind: 'person',
      ssin: '81120103571',
      registers: ['nationalRegister', 'bisRegister'],
    })
  })

  it('of a worker become quarters YYYYQ', () => {
    const prepared = prepare('consultByWorker', { beginQuarter: ' 2025Q3\n' })
    expect(prepared.ask(context)).toEqual({
      kind: 'dmfaByWorker',
      ssin: '81120103571',
      from: '20253',
      to: '20261',
    })
  })

  it('of an employer become a page; without maxResults it is 2,000 workers', () => {
    const paged = prepare('consultByEmployer', { maxResults: ' 50\t' })
    expect([paged.offset, paged.pageSize]).toEqual(['opaque<&>', 50])
    const first = prepare('consultByEmployer', { maxResults: undefined, offset: undefined })
    expect([first.offset, first.pageSize]).toEqual([undefined, 2000])
    expect(first.subject).toEqual({ kind: 'employer', employer: '100006' })
    expect(first.ask(context)).toEqual({
      kind: 'dmfaByEmployer',
      employer: '100006',
      quarter: '20261',
      after: undefined,
      limit: 2000,
    })
  })

  it('of totals become employer and quarter', () => {
    expect(prepare('consultAggregates', {}).ask(context)).toEqual({
      kind: 'dmfaAggregate',
      employer: '100006',
      quarter: '20261',
    })
  })

  it.each([
    ['consultPerson', { ssin: '81120103570' }, 'SSIN_STRUCTURE', ['ssin']],
    ['consultPerson', { ssin: '81022903534' }, 'SSIN_STRUCTURE', ['ssin']],
    ['consultByWorker', { ssin: '00000000000' }, 'SSIN_STRUCTURE', ['ssin']],
    [
      'consultByWorker',
      { beginQuarter: '2026Q2' },
      'REQUEST_INVALID',
      ['beginQuarter', 'endQuarter'],
    ],
    [
      'consultByWorker',
      { beginQuarter: '2021Q1' },
      'REQUEST_INVALID',
      ['beginQuarter', 'endQuarter'],
    ],
    ['consultByEmployer', { nssoNumber: '100007' }, 'REQUEST_INVALID', ['nssoNumber']],
    ['consultAggregates', { nssoNumber: '193' }, 'REQUEST_INVALID', ['nssoNumber']],
  ] as const)(
    '%s with %o is refused with %s naming %s, never the value',
    (name, change, code, fields) => {
      const prepared = prepare(name, change)
      expect(prepared.invalid?.code).toBe(code)
      expect(prepared.invalid?.information).toEqual(fields.map((fieldName) => ({ fieldName })))
      expect(prepared.subject).toEqual({ kind: 'none' })
      expect(() => prepared.ask(context)).toThrow(GatewayError)
      for (const [field, value] of Object.entries(change)) {
        expect(prepared.writeXml(parts())).toContain(`<${field}>${value}</${field}>`)
      }
    },
  )

  it('may span exactly 20 quarters', () => {
    expect(prepare('consultByWorker', { beginQuarter: '2021Q2' }).invalid).toBeUndefined()
  })
})

describe('a refusal', () => {
  it('has a status exactly where the fault table says so', () => {
    for (const code of errorCodes) {
      expect(findRefusalStatus(new GatewayError(code)) !== undefined).toBe(isToldAsStatus(code))
    }
  })
})
