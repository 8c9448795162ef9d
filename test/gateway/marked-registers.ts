/** Registers in which one worker is known, whose records are full of markers, and an institution that may know a part of them. */
import { nssoNumberOf } from '../../certs-test/institutions.ts'
import { civilDateAt, readCivilDate, readQuarter } from '../../src/base/civil-date.ts'
import { dimonaPeriodIdOf } from '../../src/base/dimona-period.ts'
import { readEnterpriseNumber, readNssoNumber } from '../../src/base/enterprise.ts'
import { valuePaths } from '../../src/registers/catalogue.ts'
import { dimona } from '../../src/registers/dimona.ts'
import { dmfa } from '../../src/registers/dmfa.ts'
import { employerOfDirectory } from '../../src/registers/employer-directory.ts'
import { limosa } from '../../src/registers/limosa.ts'
import { person } from '../../src/registers/person.ts'
import type { RegisterWriter } from '../../src/store/register-writer.ts'
import { ssin } from '../store/sample.ts'
import { Markers, type Values } from './markers.ts'

export const markers = new Markers()
export const worker = ssin(1)
export const employer = readNssoNumber(nssoNumberOf(2_000_001))!
export const quarter = readQuarter('20243')!
const since = readCivilDate('2024-01-01')!
const until = civilDateAt(Date.now())
export const as = 'inspection'
/** its enterprise number */
export const customer = '1999000447'

/** Values that no grant below opens: one of three, and never what a question chooses records by. */
const isKey =
  /\.(registrationNumber|quarter|ssin|entryDate|exitDate|workerType|trusteeship|curatorship|periodId|startDate|endDate|name|names|birth|sex|denomination|address|placeOfWork\w*|number|nationalNumber|code|codeWorker|enterpriseNumber)$|^referenceDirectory\.|^dmfa\.aggregate/i
export const grants = {
  'TEST:PART': valuePaths.filter((path) => isKey.test(path) || path.length % 3 !== 0),
}
export const [legalContext] = Object.keys(grants) as [string]
export const granted = new Set<string>(grants['TEST:PART'])

/** A number in the records of a stranger is his own; those of the worker hold his, or nobody would be found. */
const own = (record: Values): Values => ({ ...record, ssin: worker })

/** The worker, and a stranger whom nobody has integrated in the same places. */
export function fill(writer: RegisterWriter): void {
  const active = { register: 'nationalRegister', status: { kind: 'active' } } as const
  const record = { ...markers.record(person.person), nationalNumber: worker, sex: '1' }
  const birth = { birthDate: '1980-01-01', birthPlace: 'Uccle', birthCountryCode: '150' }
  const names = { lastName: 'Zwart', firstNames: 'C' }
  writer.person({ ssin: worker, ...active, record: { ...record, birth, names } })
  writer.person({ ssin: ssin(2), ...active, record: markers.record(person.person, 'stranger ') })
  writer.integration({ institution: as, ssin: worker, from: since })
  writer.employer({
    nssoNumber: employer,
    enterpriseNumber: readEnterpriseNumber('1999000150')!,
    naturalPerson: false,
    record: { ...markers.record(employerOfDirectory), dimonaEmployer: markers.record(dimona.employer) }, // prettier-ignore
  })
  const { naturalPerson: workers, ...header } = markers.record(dmfa.employerDeclaration)
  writer.declaration({ employer, quarter, header: { ...header, registrationNumber: employer } })
  writer.aggregate({ employer, quarter, record: markers.record(dmfa.aggregate) })
  const { naturalPerson } = dmfa.employerDeclaration.blocks
  for (const [n, number, owner] of [
    ['1', worker, ''],
    ['2', ssin(2), 'stranger '],
  ] as const) {
    const of = owner === '' ? own : (one: Values) => one
    const declared = owner === '' ? (workers as readonly Values[])[0]! : markers.record(naturalPerson, owner) // prettier-ignore
    const occupation = markers.record(dimona.occupation, owner)
    const posting = markers.record(limosa.posting, owner)
    writer.worker({ employer, quarter, ssin: number, record: of(declared) })
    writer.dimonaPeriod({
      periodId: dimonaPeriodIdOf(`900000000${n}`),
      employer,
      ssin: number,
      from: since,
      until,
      record: {
        user: markers.record(dimona.user, owner),
        worker: of(markers.record(dimona.worker, owner)),
        occupation: { ...occupation, entryDate: since, exitDate: until, workerType: 'OTH' },
      },
    })
    writer.posting({
      postingId: `10000000000${n}`,
      ssin: number,
      user: employer,
      from: since,
      record: {
        ...posting,
        placeOfWorkNumber: '300000000001',
        foreignEmployer: {
          ...(posting['foreignEmployer'] as Values),
          number: '500000000001',
        },
        postedPerson: of(posting['postedPerson'] as Values),
      },
    })
  }
}
