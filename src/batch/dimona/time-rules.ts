import { daysBetween, quarterDates, quarterOf, type CivilDate } from '../../base/civil-date.ts'
import type { Anomaly, AnomalyCode } from '../anomaly.ts'
import { agencyWork, committeeOf } from './committee.ts'
import type { Detail, DeclaredTimes } from './declaration.ts'
import type { PeriodTimes } from './period.ts'
import type { WorkerType } from './worker-type.ts'
import { dimonaZones, type DimonaElement } from './zones.ts'

/** Some worker types; a period whose type is not known is of none of them. */
type WorkerTypes = readonly (WorkerType | undefined)[]

/** Date that an UPDATE gives to reopen the end of a period (zone 00911). */
export const noEnd = '9999-12-31'

/** An anomaly on a zone or block, named by its element; blocking unless said otherwise. */
export function anomaly(
  tag: DimonaElement,
  code: AnomalyCode,
  severity: Anomaly['class'] = 'B',
): Anomaly {
  return { zone: dimonaZones[tag], code, class: severity, tag }
}

/** Worker types whose planned hours are declared, within one quarter (zones 00911, 01135). */
const plannedHoursTypes: WorkerTypes = ['STU', 'O17', 'S17']
/** Worker types that need an end from the beginning (zone 00911). */
const endTypes: WorkerTypes = ['EXT', 'STU', 'IVT', 'TRI', 'STG', 'O17', 'S17', 'T17']
/** Article 17: declared at most 15 days before the start (zone 00910). */
const article17: WorkerTypes = ['O17', 'S17', 'T17']
/** First day of worker types that are younger than Dimona (zone 00655). */
const firstDays: Readonly<Partial<Record<WorkerType, string>>> = {
  O17: '2022-01-01',
  S17: '2022-01-01',
  T17: '2022-01-01',
  ALT: '2023-09-01',
}

/** Whether the end may never be open. */
export function needsEnd(workerType: WorkerType | undefined, details: readonly Detail[]): boolean {
  return endTypes.includes(workerType) || committeeOf(details) === agencyWork
}

/** Domain of the declared dates (zones 00910, 00911), whatever the action. */
export function checkDomain(times: DeclaredTimes, today: CivilDate): Anomaly[] {
  const limit = `${Number(today.slice(0, 4)) + 10}-01-01`
  const anomalies: Anomaly[] = []
  const { startingDate, endingDate } = times
  if (startingDate !== undefined && (startingDate < '1920-01-01' || startingDate >= limit))
    anomalies.push(anomaly('StartingDate', '008'))
  const endOutside = endingDate !== undefined && (endingDate < '1999-01-01' || endingDate >= limit)
  if (endOutside && endingDate !== noEnd) anomalies.push(anomaly('EndingDate', '008'))
  return anomalies
}

/** Order of begin and end, and what the worker type asks of dates, hours and planned work. */
export function checkTimes(
  times: PeriodTimes,
  workerType: WorkerType | undefined,
  details: readonly Detail[],
  block: 'DimonaIn' | 'DimonaUpdate',
): Anomaly[] {
  const anomalies: Anomaly[] = []
  const { start, startHour, end, endHour } = times
  if (end !== undefined && end < start) anomalies.push(anomaly('EndingDate', '014'))
  if (end === start && startHour !== undefined && endHour !== undefined && endHour < startHour)
    anomalies.push(anomaly('EndingHour', '345'))
  if (end === undefined && needsEnd(workerType, details))
    anomalies.push(anomaly('EndingDate', '001'))
  if (workerType === 'T17' && end !== undefined && end !== start)
    anomalies.push(anomaly('EndingDate', '008'))
  if (workerType === 'FLX' && end !== undefined && end === start) {
    if (startHour === undefined) anomalies.push(anomaly('StartingHour', '001'))
    if (endHour === undefined) anomalies.push(anomaly('EndingHour', '001'))
  } else if (workerType === 'EXT') {
    if (startHour === undefined) anomalies.push(anomaly('StartingHour', '001'))
  } else {
    if (startHour !== undefined) anomalies.push(anomaly('StartingHour', '005'))
    if (endHour !== undefined) anomalies.push(anomaly('EndingHour', '005'))
  }
  return [...anomalies, ...checkPlanned(times, workerType, block)]
}

function checkPlanned(
  { start, end, plannedHours, plannedDays }: PeriodTimes,
  workerType: WorkerType | undefined,
  block: 'DimonaIn' | 'DimonaUpdate',
): Anomaly[] {
  const anomalies: Anomaly[] = []
  if (plannedHoursTypes.includes(workerType)) {
    // days were declared for students up to 2016-12-31, hours since
    const inDays = workerType === 'STU' && end !== undefined && end <= '2016-12-31'
    if (inDays && plannedDays === undefined) anomalies.push(anomaly('PlannedDaysNbr', '001'))
    if (!inDays && plannedHours === undefined) anomalies.push(anomaly('PlannedHoursNbr', '001'))
    if (!inDays && plannedDays !== undefined) anomalies.push(anomaly('PlannedDaysNbr', '005'))
    if (inDays && plannedHours !== undefined) anomalies.push(anomaly('PlannedHoursNbr', '005'))
    if (end !== undefined && quarterOf(start) !== quarterOf(end))
      anomalies.push(anomaly(block, '421'))
  } else {
    if (plannedHours !== undefined) anomalies.push(anomaly('PlannedHoursNbr', '005'))
    if (plannedDays !== undefined) anomalies.push(anomaly('PlannedDaysNbr', '005'))
  }
  return anomalies
}

/** How early and how late a start may be declared (zone 00910; late is accepted with anomaly 460). */
export function checkEarliness(
  start: CivilDate,
  workerType: WorkerType | undefined,
  today: CivilDate,
  block: 'DimonaIn' | 'DimonaUpdate',
): Anomaly[] {
  const anomalies: Anomaly[] = []
  if (workerType === 'FLX' && daysBetween(today, quarterDates(quarterOf(start)).first) > 31)
    anomalies.push(anomaly('StartingDate', '008'))
  if (workerType && start < (firstDays[workerType] ?? ''))
    anomalies.push(anomaly('StartingDate', '008'))
  if (article17.includes(workerType) && daysBetween(today, start) > 15)
    anomalies.push(anomaly('StartingDate', '008'))
  if (start < today) anomalies.push(anomaly(block, '460', 'NP'))
  return anomalies
}
