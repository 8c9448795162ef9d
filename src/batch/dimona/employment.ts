import type { DimonaPeriodId } from '../../base/dimona-period.ts'
import type { CivilDate } from '../../base/civil-date.ts'
import { readCountry } from '../../base/codes.ts'
import {
  readEnterpriseNumber,
  type EnterpriseNumber,
  type NssoNumber,
} from '../../base/enterprise.ts'
import type { Ssin } from '../../base/ssin.ts'
import type {
  DimonaEmployerRecord,
  DimonaOccupationRecord,
  DimonaUserRecord,
  DimonaWorkerRecord,
} from '../../registers/dimona.ts'
import type { EmploymentRecord } from '../../registers/personnel-file.ts'
import { committeeOf, readCommittee } from './committee.ts'
import { detailText, type Detail } from './declaration.ts'
import type { DimonaPeriod } from './period.ts'
import { readWorkerType } from './worker-type.ts'

/** A period that the register held before any file was taken, with its blocks of §§ 15 to 17. */
export interface RegisteredPeriod {
  readonly periodId: DimonaPeriodId
  readonly employer: NssoNumber
  readonly worker: Ssin
  readonly start: CivilDate
  /** last day, included; absent while the relation goes on */
  readonly end?: CivilDate
  readonly record: {
    readonly user?: DimonaUserRecord
    readonly worker?: DimonaWorkerRecord
    readonly occupation?: DimonaOccupationRecord
  }
}

/** A registered period in the form in which declarations change periods. */
export function periodOfRegistered(
  registered: RegisteredPeriod,
  enterpriseNumber: EnterpriseNumber,
): DimonaPeriod {
  const { periodId, employer, worker, start, end, record } = registered
  const { jointCommission, workerType } = record.occupation ?? {}
  const features = block('DimonaFeatures', [
    leaf('JointCommissionNbr', readCommittee(jointCommission)),
    leaf('WorkerType', readWorkerType(workerType)),
  ])
  return {
    periodId,
    employer,
    enterpriseNumber,
    worker,
    workerType: readWorkerType(workerType),
    start,
    ...(end !== undefined && { end }),
    details: features.children.length === 0 ? [] : [features],
    cancelled: false,
    changedAtMs: 0,
  }
}

/** The employment of a registered period that no declaration touched. */
export function employmentOfRegistered(
  { record }: RegisteredPeriod,
  employer: DimonaEmployerRecord,
): EmploymentRecord {
  const { user, worker, occupation } = record
  return {
    employer: employerBlock(employer, worker),
    ...(user !== undefined && { user }),
    ...(worker !== undefined && { worker }),
    ...(occupation !== undefined && { occupation: [occupation] }),
  }
}

/**
 * The employment of a period as its declarations made it. Of a registered period, declarations change dates only: the rest stays
 * as registered.
 */
export function employmentOf(
  period: DimonaPeriod,
  employer: DimonaEmployerRecord,
  registered: RegisteredPeriod | undefined,
): EmploymentRecord {
  const dates = { entryDate: period.start, exitDate: period.end }
  if (registered !== undefined) {
    const occupation = present({ ...registered.record.occupation, ...dates })
    return employmentOfRegistered(
      { ...registered, record: { ...registered.record, occupation } },
      employer,
    )
  }
  const user = userOf(period.details)
  const worker = { studentIndication: period.workerType === 'STU', ssin: period.worker }
  return {
    employer: employerBlock(employer, worker),
    ...(user !== undefined && { user }),
    worker,
    occupation: [present({ ...occupationOf(period), ...dates })],
  }
}

/** § 14 stands once with the employer, but for the student indication, which is that of the period. */
function employerBlock(
  employer: DimonaEmployerRecord,
  worker: DimonaWorkerRecord | undefined,
): DimonaEmployerRecord {
  const studentIndication = worker?.studentIndication
  return { ...employer, ...(studentIndication !== undefined && { studentIndication }) }
}

function occupationOf({ details, workerType }: DimonaPeriod): DimonaOccupationRecord {
  const text = (...path: readonly string[]) => detailText(details, ...path)
  return present({
    placeOfWork: addressOf(findChild(details, 'StudentPlaceOfWork', 'Address')),
    subEntityNumber: text('DimonaFeatures', 'SubEntityNbr'),
    jointCommission: committeeOf(details),
    workerType,
    firstMonth: text('ConstructionControlCards', 'FirstMonthC32ANbr'),
    nextMonth: text('ConstructionControlCards', 'NextMonthC32ANbr'),
  })
}

/** The user of a temporary agency worker: declared by enterprise number, or by name and address. */
function userOf(details: readonly Detail[]): DimonaUserRecord | undefined {
  const user = findChild(details, 'DimonaFeatures', 'UsingEmployer')
  if (user === undefined) return undefined
  const number = detailText(user.children, 'UsingEmployerCompanyID') ?? ''
  return present({
    enterpriseNumber: readEnterpriseNumber(number.padStart(10, '0')),
    denomination: detailText(user.children, 'UsingEmployerName'),
    address: addressOf(user.children.find(({ name }) => name === 'Address')),
  })
}

function addressOf(address: Detail | undefined): DimonaOccupationRecord['placeOfWork'] {
  if (address === undefined) return undefined
  const text = (name: string) => detailText(address.children, name)
  return present({
    street: text('Street'),
    houseNumber: text('HouseNbr'),
    postBox: text('PostBox'),
    zipCode: text('ZIPCode'),
    city: text('City'),
    countryCode: readCountry(text('Country') ?? ''),
  })
}

function findChild(details: readonly Detail[], block: string, child: string): Detail | undefined {
  return details.find(({ name }) => name === block)?.children.find(({ name }) => name === child)
}

/** The record without its undefined members. */
function present<T extends object>(record: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}

function block(name: string, children: readonly (Detail | undefined)[]): Detail {
  return { name, text: '', children: children.filter((child) => child !== undefined) }
}

function leaf(name: string, text: string | undefined): Detail | undefined {
  return text === undefined ? undefined : { name, text, children: [] }
}
