import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { committeeOf, readCommittee } from '../../../src/batch/dimona/committee.ts'
import { periodOfRegistered } from '../../../src/batch/dimona/employment.ts'
import { readWorkerType, workerTypeOf } from '../../../src/batch/dimona/worker-type.ts'
import { readCivilDate } from '../../../src/base/civil-date.ts'
import { dimonaPeriodIdOf } from '../../../src/base/dimona-period.ts'
import { readNssoNumber } from '../../../src/base/enterprise.ts'
import { employers, present, worker } from '../messages.ts'

const folder = resolve(import.meta.dirname, '../../../schemas/structured-messages')

/** What a schema lets stand in a zone. */
function enumerated(schema: string, zone: string): string[] {
  const text = readFileSync(resolve(folder, schema), 'utf8')
  const [, type = ''] = text.split(`<xs:simpleType name="${zone}">`)
  const [body = ''] = type.split('</xs:simpleType>')
  return [...body.matchAll(/<xs:enumeration value="([^"]+)"/g)].map(([, value = '']) => value)
}

describe('codes of a Dimona declaration', () => {
  it.each(['Dimona_20231.xsd', 'Dimona_20223.xsd', 'NOTIFICATION_20223.xsd'])(
    '%s has no worker type that is not read',
    (schema) => {
      const types = enumerated(schema, 'WorkerType')
      expect(types.length).toBeGreaterThan(16)
      expect(types.map(readWorkerType)).toEqual(types)
      expect(readWorkerType('XYZ')).toBeUndefined()
    },
  )

  it.each(['Dimona_20231.xsd', 'Dimona_20223.xsd'])(
    '%s has no joint committee that is not read',
    (schema) => {
      const committees = enumerated(schema, 'JointCommissionNbr')
      expect(committees).toContain('XXX')
      expect(committees.map(readCommittee)).toEqual(committees)
      expect(readCommittee('YYY')).toBeUndefined()
    },
  )

  const registered = (jointCommission: string, workerType: string) =>
    periodOfRegistered(
      {
        periodId: dimonaPeriodIdOf('0000000001'),
        employer: present(readNssoNumber(employers.workshop.nsso)),
        worker: worker(1),
        start: present(readCivilDate('2026-01-01')),
        record: { occupation: { jointCommission, workerType } },
      },
      employers.workshop.enterprise,
    )

  it('are those of a registered period, a sub-committee too', () => {
    const { details, workerType } = registered('327.02', 'STU')
    expect([workerType, workerTypeOf(details), committeeOf(details)]).toEqual([
      'STU',
      'STU',
      '327.02',
    ])
  })

  it('that a registered period should not have are told in no notification', () => {
    const { details, workerType } = registered('none', 'ANY')
    expect(workerType).toBeUndefined()
    expect(details).toEqual([])
  })
})
