import { readCivilDate } from '../../src/base/civil-date.ts'
import { describe, expect, it } from 'vitest'
import { errorCodes, GatewayError } from '../../src/base/errors.ts'
import { findRefusalStatus } from '../../src/services/statuses.ts'
import { isToldAsStatus } from '../../src/soap/fault-table.ts'
import { faultsOf } from '../contracts/committed.ts'
import { bodyChild, consultations, criteria, requestXml, parts } from './exchange-parts.ts'

function prepare(
  name: string,
  changes: Readonly<Record<string, string | number | readonly string[] | undefined>>,
  of = name === 'consultPerson' ? 'PersonService' : 'DmfaConsultationService',
) {
  const [, service, operation] = consultations.find(
    ([one, { name: service }]) => one === name && service === of,
  )!
  const values = Object.entries({ ...criteria[`${of}.${name}`], ...changes }).filter(
    (entry): entry is [string, string | number | readonly string[]] => entry[1] !== undefined,
  )
  const xml = requestXml(service, name, Object.fromEntries(values))
  expect(faultsOf(service.contract, xml)).toEqual([])
  return operation.prepareXml(bodyChild(xml))
}

const context = {
  sources: ['nationalRegister', 'bisRegister'] as const,
  after: undefined,
  on: readCivilDate('2026-03-02')!,
}

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

  it('of the employer directory become numbers or words, and the paths they search by', () => {
    const enterpriseNumber = '0884303369'
    const both = prepare('consultEmployer', {}, 'EmployerService')
    expect(both.subject).toEqual({ kind: 'employer', employer: '100006' })
    const ofEnterprise = prepare('consultEmployer', { nssoNumber: undefined }, 'EmployerService')
    expect(ofEnterprise.subject).toEqual({ kind: 'enterprise', enterprise: enterpriseNumber })
    expect(ofEnterprise.keys).toEqual(['employerDirectory.search.enterpriseNumber'])
    expect([both, ofEnterprise].map((one) => one.ask(context))).toEqual([
      { kind: 'employer', nssoNumber: '100006', enterpriseNumber, within: [] },
      { kind: 'employer', nssoNumber: undefined, enterpriseNumber, within: [] },
    ])
    const found = prepare(
      'findEmployers',
      { name: ' Les Écoles\n', address: undefined },
      'EmployerService',
    )
    expect(found.subject).toEqual({ kind: 'search', words: 'les ecoles | ' })
    expect(found.keys).toEqual(['employerDirectory.search.name'])
    expect(found.ask(context)).toEqual({
      kind: 'employersByWords',
      name: ['les', 'ecoles'],
      address: [],
      limit: 25,
      within: [],
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

  it('of the personnel file become days; without an end it is one day', () => {
    const file = (name: string, changes: Readonly<Record<string, string | undefined>>) =>
      prepare(name, changes, 'PersonnelFileService').ask(context)
    const days = { from: '2026-03-02', to: '2026-03-02' }
    const ssin = '81120103571'
    expect(file('consultByWorker', {})).toEqual({ kind: 'dimonaByWorker', ssin, ...days })
    expect(file('consultByEmployer', { endDate: undefined, maxResults: undefined })).toEqual({
      kind: 'dimonaByEmployer',
      employer: '100006',
      ...days,
      after: undefined,
      limit: 2000,
    })
    expect(file('wasActive', { endDate: '2026-04-01' })).toEqual({
      kind: 'dimonaActivity',
      employer: '100006',
      ssins: [ssin],
      from: '2026-03-02',
      to: '2026-04-01',
    })
  })

  it('of changes become an employer and a first day', () => {
    const changes = prepare('changesSince', { maxResults: undefined }, 'PersonnelFileService')
    expect(changes.subject).toEqual({ kind: 'employer', employer: '100006' })
    expect(changes.ask(context)).toEqual({
      kind: 'dimonaChanges',
      employer: '100006',
      since: '2026-03-02',
      until: '2026-03-02',
      daysMax: 92,
      after: undefined,
      limit: 2000,
    })
  })

  it.each([
    ['changesSince', { nssoNumber: '100007' }, 'REQUEST_INVALID', ['nssoNumber']],
    ['consultByWorker', { ssin: '81120103570' }, 'SSIN_STRUCTURE', ['ssin']],
    ['consultByWorker', { endDate: '2026-03-01' }, 'REQUEST_INVALID', ['beginDate', 'endDate']],
    ['consultByWorker', { endDate: '2031-03-02' }, 'REQUEST_INVALID', ['beginDate', 'endDate']],
    ['consultByEmployer', { nssoNumber: '100007' }, 'REQUEST_INVALID', ['nssoNumber']],
    ['consultByEmployer', { endDate: '2027-03-02' }, 'REQUEST_INVALID', ['beginDate', 'endDate']],
    ['wasActive', { ssin: ['81120103571', '81120103570'] }, 'SSIN_STRUCTURE', ['ssin']],
    ['wasActive', { ssin: ['81120103571', '81120103571'] }, 'REQUEST_INVALID', ['ssin']],
    ['wasActive', { nssoNumber: '193' }, 'REQUEST_INVALID', ['nssoNumber']],
  ] as const)(
    'of the personnel file, %s with %o, are refused with %s naming %s',
    (name, change, code, fields) => {
      const prepared = prepare(name, change, 'PersonnelFileService')
      expect(prepared.invalid?.code).toBe(code)
      expect(prepared.invalid?.information).toEqual(fields.map((fieldName) => ({ fieldName })))
      expect(() => prepared.ask(context)).toThrow(GatewayError)
    },
  )

  it('of Limosa become days of a person or of a user', () => {
    const of = (name: string, changes: Readonly<Record<string, string | undefined>>) =>
      prepare(name, changes, 'LimosaService')
    const days = { from: '2026-03-02', to: '2026-03-02' }
    const person = of('consultByPostedPerson', {})
    expect(person.subject).toEqual({ kind: 'postedPerson', ssin: '81120103571' })
    expect(person.ask(context)).toEqual({
      kind: 'postingsOfPerson',
      ssin: '81120103571',
      ...days,
    })
    const user = of('consultByUser', { endDate: undefined, maxResults: undefined })
    expect(user.subject).toEqual({ kind: 'employer', employer: '100006' })
    expect(user.ask(context)).toEqual({
      kind: 'postingsToUser',
      user: '100006',
      ...days,
      after: undefined,
      limit: 2000,
    })
    for (const [name, change, code, fields] of [
      ['consultByPostedPerson', { ssin: '81120103570' }, 'SSIN_STRUCTURE', ['ssin']],
      ['consultByPostedPerson', { endDate: '2031-03-02' }, 'REQUEST_INVALID', ['beginDate', 'endDate']], // prettier-ignore
      ['consultByUser', { nssoNumber: '100007' }, 'REQUEST_INVALID', ['nssoNumber']],
      ['consultByUser', { endDate: '2027-03-02' }, 'REQUEST_INVALID', ['beginDate', 'endDate']],
    ] as const) {
      const { invalid } = of(name, change)
      expect(invalid?.code).toBe(code)
      expect(invalid?.information).toEqual(fields.map((fieldName) => ({ fieldName })))
    }
  })

  it('of the personnel file may span exactly five years of a worker and one of an employer', () => {
    for (const [name, endDate] of [
      ['consultByWorker', '2031-03-01'],
      ['wasActive', '2031-03-01'],
      ['consultByEmployer', '2027-03-01'],
    ] as const)
      expect(prepare(name, { endDate }, 'PersonnelFileService').invalid).toBeUndefined()
  })

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
