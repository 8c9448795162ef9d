import { describe, expect, it } from 'vitest'
import { isLeftBy, type DmfaFilter } from '../../src/registers/dmfa-filter.ts'

const service = (code: string, numberOfDays: number) => ({ code, numberOfDays })
const workers = {
  manual: { workerRecord: [{ workerCode: '015', occupation: [{ contractType: '0' }] }] },
  employee: { workerRecord: [{ workerCode: '495', occupation: [{ contractType: '1' }] }] },
  manualStudent: {
    workerRecord: [{ workerCode: '840', studentContribution: { numberOfDays: 10 } }],
  },
  employedStudent: { workerRecord: [{ workerCode: '841', studentContribution: {} }] },
  statutory: {
    workerRecord: [
      { workerCode: '675', dismissedStatutoryWorkerContribution: { referenceDays: 3 } },
      { workerCode: '879', earlyRetirementContribution: [{ code: '1' }] },
    ],
  },
  seasonal: {
    workerRecord: [
      {
        workerCode: '010',
        occupation: [
          { workerStatus: 'S', service: [service('71', 300), service('1', 5000)] },
          { service: [service('72', 200), service('70', 100), service('77', 50)] },
        ],
      },
    ],
  },
  unknown: { workerRecord: [{ earlyRetirementContribution: [] }] },
  nothing: {},
}

const leftBy = (filter: DmfaFilter) =>
  Object.entries(workers).flatMap(([name, worker]) => (isLeftBy(filter, worker) ? [name] : []))

describe('a filter of DmfA records leaves', () => {
  it('kinds of workers by their codes and contributions', () => {
    expect(leftBy({ workerType: 'labourer' })).toEqual(['manual', 'manualStudent', 'seasonal'])
    expect(leftBy({ workerType: 'employee' })).toEqual(['employee', 'employedStudent'])
    expect(leftBy({ workerType: 'student' })).toEqual(['manualStudent', 'employedStudent'])
    expect(leftBy({ workerType: 'earlyRetirement' })).toEqual(['statutory'])
    expect(leftBy({ workerType: 'dismissedStatutoryWorker' })).toEqual(['statutory'])
  })

  it('a worker whose code has no zeros before it, and none whose text is no worker code', () => {
    const byCode = (workerType: 'labourer' | 'employee') =>
      ['15', '495', '0400', '', 'x'].filter((workerCode) =>
        isLeftBy({ workerType }, { workerRecord: [{ workerCode }] }),
      )
    expect(byCode('labourer')).toEqual(['15'])
    expect(byCode('employee')).toEqual(['495'])
  })

  it('full-time, part-time and seasonal workers by any of their occupations', () => {
    expect(leftBy({ contractType: '0' })).toEqual(['manual'])
    expect(leftBy({ contractType: '1' })).toEqual(['employee'])
    expect(leftBy({ workerStatus: 'S' })).toEqual(['seasonal'])
  })

  it('those with at least so many days of temporary unemployment, of all its codes together', () => {
    expect(leftBy({ unemployedDays: 650 })).toEqual(['seasonal'])
    expect(leftBy({ unemployedDays: 651 })).toEqual([])
    expect(leftBy({ unemployedDays: 0 })).toEqual(Object.keys(workers))
  })
})
