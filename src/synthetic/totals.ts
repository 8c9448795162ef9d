import type { Quarter } from '../base/civil-date.ts'
import type { DmfaAggregateRecord } from '../registers/dmfa.ts'
import { isEmployee, isManual, unemploymentTotals } from '../registers/dmfa-filter.ts'
import { dateOf, dayOfParts } from './calendar.ts'
import type { SyntheticEmployer } from './employer.ts'
import type { DmfaHeaderRecord, DmfaNaturalPersonRecord } from './sink.ts'
import { shareOf, type WorkerRecord } from './worker-record.ts'

type Totals = { -readonly [K in keyof DmfaAggregateRecord]-?: number }

/** Service codes (annex 8) that a total counts; the text enumerates no aggregates, so these readings are ours. */
const daysByService: Readonly<Record<string, keyof Totals>> = {
  '24': 'totalAuthorizedAbsencesNbrOfDays',
  '25': 'totalAuthorizedAbsencesNbrOfDays',
  '30': 'totalAuthorizedAbsencesNbrOfDays',
  ...unemploymentTotals,
}

/**
 * The totals of a declaration (§ 37), counted from its workers: worker records, those with a part-time occupation, manual
 * workers (worker codes below 400, and 840), employees (400 to 499, and 841), students, early retired, dismissed statutory
 * workers; days in hundredths, of all service lines and of single kinds of absence.
 */
export function aggregateOf(workers: Iterable<DmfaNaturalPersonRecord>): DmfaAggregateRecord {
  const totals: Totals = {
    totalWorkerRecords: 0,
    totalPartTime: 0,
    totalWorkMan: 0,
    totalEmployees: 0,
    totalStudents: 0,
    totalServiceNbrOfDays: 0,
    totalEarlyRetirement: 0,
    totalDismissedStatutoryWorkers: 0,
    totalAuthorizedAbsencesNbrOfDays: 0,
    totalEconomicalUnemploymentNbrOfDays: 0,
    totalBadWeatherTemporaryUnemploymentNbrOfDays: 0,
    totalOtherTemporaryUnemploymentNbrOfDays: 0,
  }
  for (const { workerRecord = [] } of workers) {
    for (const record of workerRecord) addTo(totals, record)
  }
  return totals
}

function addTo(totals: Totals, record: WorkerRecord): void {
  const { workerCode, occupation = [] } = record
  totals.totalWorkerRecords += 1
  if (occupation.some(({ contractType }) => contractType === '1')) totals.totalPartTime += 1
  if (isManual(workerCode)) totals.totalWorkMan += 1
  else if (isEmployee(workerCode)) totals.totalEmployees += 1
  if (record.studentContribution) totals.totalStudents += 1
  if (record.earlyRetirementContribution) totals.totalEarlyRetirement += 1
  if (record.dismissedStatutoryWorkerContribution) totals.totalDismissedStatutoryWorkers += 1
  for (const { code = '', numberOfDays = 0 } of occupation.flatMap(({ service = [] }) => service)) {
    totals.totalServiceNbrOfDays += numberOfDays
    const total = daysByService[code]
    if (total !== undefined) totals[total] += numberOfDays
  }
}

/** The declaration of an employer with these workers: what is due, company vehicles, contributions that belong to no person. */
export function headerOf(
  employer: SyntheticEmployer,
  quarter: Quarter,
  workers: readonly DmfaNaturalPersonRecord[],
): DmfaHeaderRecord {
  const vehicles = quarter < firstVehicleQuarter ? [] : vehiclesOf(employer, workers.length)
  const contributions = unrelatedContributionsOf(employer, quarter, workers, vehicles.length)
  const due =
    workers.reduce((sum, worker) => sum + dueFor(worker), 0) +
    contributions.reduce((sum, { amount }) => sum + amount, 0)
  return {
    registrationNumber: employer.nssoNumber,
    enterpriseNumber: employer.enterpriseNumber,
    trusteeship: employer.curatorship !== undefined,
    quarter,
    netOwedAmount: Math.max(0, due),
    ...holidaysOf(employer, quarter, workers),
    ...(vehicles.length > 0 && { companyVehicle: vehicles }),
    ...(contributions.length > 0 && { contributionUnrelatedToNp: contributions }),
  }
}

/** Zone 00017: in the fourth quarter, for employers of manual workers; in the year after. */
function holidaysOf(
  { body }: SyntheticEmployer,
  quarter: Quarter,
  workers: readonly DmfaNaturalPersonRecord[],
): Pick<DmfaHeaderRecord, 'holidayStartingDate'> {
  const manual = workers.some(({ workerRecord = [] }) =>
    workerRecord.some(({ workerCode, occupation }) => occupation && isManual(workerCode)),
  )
  if (!manual || !quarter.endsWith('4')) return {}
  const day = dayOfParts(Number(quarter.slice(0, 4)) + 1, 7, 1 + (body % 28))
  return { holidayStartingDate: dateOf(day) }
}

/** The contribution on company vehicles, and with it their block. */
const firstVehicleQuarter = '20051'

/** One vehicle for twenty workers, and one more for each special employer; plates of a series that is not issued. */
function vehiclesOf({ body }: SyntheticEmployer, workers: number) {
  const count = Math.min(99, Math.floor(workers / 20) + (body < 1_000_100 ? 1 : 0))
  return Array.from({ length: count }, (_, i) => ({
    sequenceNumber: i + 1,
    licensePlate: `0Q${String(body % 1_000_000).padStart(6, '0')}${String(i).padStart(2, '0')}`,
  }))
}

/** Solidarity contribution on vehicles (862, without a basis) and, in the second quarter, on double holiday pay (870). */
function unrelatedContributionsOf(
  { sectors }: SyntheticEmployer,
  quarter: Quarter,
  workers: readonly DmfaNaturalPersonRecord[],
  vehicleCount: number,
) {
  const employerCategory = sectors[0].category
  const employeePay = workers
    .flatMap(({ workerRecord = [] }) => workerRecord)
    .filter(({ workerCode }) => isEmployee(workerCode))
    .flatMap(({ workerContribution = [] }) => workerContribution.slice(0, 1))
    .reduce((sum, { calculationBasis = 0 }) => sum + calculationBasis, 0)
  const doubleHolidayPay = quarter.endsWith('2') ? shareOf(employeePay, 2_800) : 0
  return [
    ...(vehicleCount > 0
      ? [{ workerCode: '862', employerCategory, amount: vehicleCount * 9_621 }]
      : []),
    ...(doubleHolidayPay > 0
      ? [
          {
            workerCode: '870',
            employerCategory,
            calculationBasis: doubleHolidayPay,
            amount: shareOf(doubleHolidayPay, 1_307),
          },
        ]
      : []),
  ]
}

/** Contributions of a worker less deductions, eurocents. */
function dueFor({ workerRecord = [] }: DmfaNaturalPersonRecord): number {
  let due = 0
  for (const record of workerRecord) {
    for (const { amount = 0 } of record.workerContribution ?? []) due += amount
    for (const { amount = 0 } of record.earlyRetirementContribution ?? []) due += amount
    due += record.studentContribution?.contribution ?? 0
    due += record.dismissedStatutoryWorkerContribution?.contribution ?? 0
    for (const { amount = 0 } of record.workerDeduction ?? []) due -= amount
    for (const { occupationDeduction = [] } of record.occupation ?? []) {
      for (const { amount = 0 } of occupationDeduction) due -= amount
    }
  }
  return due
}
