import type { DimonaPeriodId } from '../../base/dimona-period.ts'
import { isEmployer, type Enterprise } from '../../access/enterprise.ts'
import type { CivilDate } from '../../base/civil-date.ts'
import type { Ssin } from '../../base/ssin.ts'
import { isBlocking, type Anomaly } from '../anomaly.ts'
import type { DailyRegistration, DimonaIn, FormHeader, PeriodDeclaration } from './declaration.ts'
import { checkCodes, type DimonaLists } from './code-rules.ts'
import { checkFeatures } from './feature-rules.ts'
import {
  applyChange,
  overlaps,
  sameTimes,
  timesOf,
  type DimonaPeriod,
  type PeriodChange,
  type PeriodTimes,
} from './period.ts'
import { anomaly, checkDomain, checkEarliness, checkTimes, needsEnd, noEnd } from './time-rules.ts'
import { workerTypeOf } from './worker-type.ts'

/** What the register does with one declaration. */
export type Ruling =
  | {
      readonly kind: 'accepted'
      /** none of them blocks */
      readonly anomalies: readonly Anomaly[]
      readonly change: PeriodChange
      readonly before?: DimonaPeriod
      readonly after: DimonaPeriod
    }
  | {
      readonly kind: 'refused'
      readonly anomalies: readonly Anomaly[]
      /** the period that stands in the way, told with a double or an overlap */
      readonly known?: DimonaPeriod
    }

/** By what a declaration is judged: the day its file came in, the instant it is handled (UTC ms), and the code lists. */
export interface Terms {
  readonly today: CivilDate
  readonly atMs: number
  readonly lists: DimonaLists
}

/** A ruling that refuses for one reason. */
export function refuse(...anomalies: readonly Anomaly[]): Ruling {
  return { kind: 'refused', anomalies }
}

/** Zone 00218: the year is this one or the one before, and the date not in the future. */
export function checkHeader(header: FormHeader, today: CivilDate): Anomaly[] {
  const year = Number(header.creationDate.slice(0, 4))
  const inTime = header.creationDate <= today && year >= Number(today.slice(0, 4)) - 1
  return inTime ? [] : [anomaly('FormCreationDate', '003')]
}

/** An IN: a new period for a known worker of a known employer; `others` are that worker's periods with the employer. */
export function ruleIn(
  declaration: DimonaIn,
  employer: Enterprise,
  worker: Ssin,
  others: readonly DimonaPeriod[],
  periodId: DimonaPeriodId,
  terms: Terms,
): Ruling {
  const { today } = terms
  const { details, times } = declaration
  const workerType = workerTypeOf(details)
  const start = times.startingDate
  const anomalies = [
    ...checkHeader(declaration.header, today),
    ...checkDomain(times, today),
    ...checkFeatures(details, start),
  ]
  if (times.endingDate === noEnd) anomalies.push(anomaly('EndingDate', '008'))
  if (start === undefined || employer.employer === undefined)
    return refuse(...anomalies, anomaly('StartingDate', '003'))
  anomalies.push(...checkCodes(declaration, start, terms.lists))
  if (!isEmployer(employer, start)) anomalies.push(anomaly('DimonaIn', '343'))
  const { endingDate, startingHour, endingHour, plannedHours, plannedDays } = times
  const period: DimonaPeriod = {
    periodId,
    employer: employer.employer.nssoNumber,
    enterpriseNumber: employer.enterpriseNumber,
    worker,
    workerType,
    start,
    ...(startingHour !== undefined && { startHour: startingHour }),
    ...(endingDate !== undefined && { end: endingDate }),
    ...(endingHour !== undefined && { endHour: endingHour }),
    ...(plannedHours !== undefined && { plannedHours }),
    ...(plannedDays !== undefined && { plannedDays }),
    details,
    cancelled: false,
    changedAtMs: terms.atMs,
  }
  anomalies.push(
    ...checkTimes(period, workerType, details, 'DimonaIn'),
    ...checkEarliness(start, workerType, today, 'DimonaIn'),
  )
  return conclude(anomalies, others, 'DimonaIn', undefined, { kind: 'opened', period }, terms)
}

/** OUT, UPDATE or CANCEL of a period that the sender may act on; `others` are the worker's periods with the employer. */
export function rulePeriod(
  declaration: PeriodDeclaration,
  period: DimonaPeriod,
  others: readonly DimonaPeriod[],
  terms: Terms,
): Ruling {
  const anomalies = checkHeader(declaration.header, terms.today)
  if (declaration.inss !== undefined && declaration.inss !== period.worker)
    anomalies.push(anomaly('INSS', '347'))
  if (period.cancelled) return refuse(...anomalies, anomaly('DimonaPeriodId', '355'))
  switch (declaration.kind) {
    case 'DimonaCancel':
      return conclude(anomalies, [], 'DimonaUpdate', period, { kind: 'cancelled' }, terms)
    case 'DimonaOut':
      return ruleOut(declaration, period, anomalies, terms)
    case 'DimonaUpdate':
      return ruleUpdate(declaration, period, others, anomalies, terms)
  }
}

function ruleOut(
  { times }: PeriodDeclaration,
  period: DimonaPeriod,
  anomalies: Anomaly[],
  terms: Terms,
): Ruling {
  const end = times.endingDate
  if (period.end !== undefined) return refuse(...anomalies, anomaly('DimonaPeriodId', '356'))
  anomalies.push(...checkDomain(times, terms.today))
  if (end === undefined) return refuse(...anomalies, anomaly('EndingDate', '003'))
  if (end === noEnd) anomalies.push(anomaly('EndingDate', '008'))
  if (end < period.start) anomalies.push(anomaly('EndingDate', '014'))
  return conclude(anomalies, [], 'DimonaUpdate', period, { kind: 'ended', end }, terms)
}

function ruleUpdate(
  { times }: PeriodDeclaration,
  period: DimonaPeriod,
  others: readonly DimonaPeriod[],
  anomalies: Anomaly[],
  terms: Terms,
): Ruling {
  if (Object.keys(times).length === 0) return refuse(...anomalies, anomaly('DimonaUpdate', '360'))
  const { workerType, details } = period
  const { startingDate, endingDate } = times
  anomalies.push(...checkDomain(times, terms.today))
  if (endingDate === noEnd && needsEnd(workerType, details))
    return refuse(...anomalies, anomaly('DimonaPeriodId', '368'))
  if (endingDate !== undefined && endingDate !== noEnd && period.end === undefined)
    anomalies.push(anomaly('DimonaPeriodId', '359'))
  if (startingDate !== undefined && workerType === 'STU' && startingDate > '2016-12-31')
    anomalies.push(anomaly('StartingDate', '005'))
  const after = updatedTimes(period, times)
  if (sameTimes(after, timesOf(period))) anomalies.push(anomaly('DimonaUpdate', '444'))
  anomalies.push(...checkTimes(after, workerType, details, 'DimonaUpdate'))
  if (after.start !== period.start)
    anomalies.push(...checkEarliness(after.start, workerType, terms.today, 'DimonaUpdate'))
  const rest = others.filter(({ periodId }) => periodId !== period.periodId)
  return conclude(anomalies, rest, 'DimonaUpdate', period, { kind: 'moved', times: after }, terms)
}

function updatedTimes(period: DimonaPeriod, times: PeriodDeclaration['times']): PeriodTimes {
  const before = timesOf(period)
  const reopened = times.endingDate === noEnd
  const { end, endHour, ...kept } = before
  const newEnd = reopened ? undefined : (times.endingDate ?? end)
  const newEndHour = reopened ? undefined : (times.endingHour ?? endHour)
  return {
    ...kept,
    ...(times.startingDate !== undefined && { start: times.startingDate }),
    ...(times.startingHour !== undefined && { startHour: times.startingHour }),
    ...(newEnd !== undefined && { end: newEnd }),
    ...(newEndHour !== undefined && { endHour: newEndHour }),
    ...(times.plannedHours !== undefined && { plannedHours: times.plannedHours }),
    ...(times.plannedDays !== undefined && { plannedDays: times.plannedDays }),
  }
}

/** Double and overlap with the worker's other periods of the same type (333, 334), then the verdict. */
function conclude(
  anomalies: readonly Anomaly[],
  others: readonly DimonaPeriod[],
  block: 'DimonaIn' | 'DimonaUpdate',
  before: DimonaPeriod | undefined,
  change: PeriodChange,
  { atMs }: Terms,
): Ruling {
  const after = applyChange(before, change, atMs)
  const rivals = others.filter((other) => !other.cancelled && other.workerType === after.workerType)
  const double = rivals.find((other) => sameTimes(timesOf(other), timesOf(after)))
  const known = double ?? rivals.find((other) => overlaps(other, after))
  if (known !== undefined) {
    const code = double === undefined ? '334' : '333'
    return { kind: 'refused', anomalies: [...anomalies, anomaly(block, code)], known }
  }
  if (isBlocking(anomalies)) return refuse(...anomalies)
  return {
    kind: 'accepted',
    anomalies,
    change,
    ...(before !== undefined && { before }),
    after,
  }
}

/**
 * Daily registrations: no employer can opt for them here, so one cannot be created (461) and none exists that could be
 * changed or cancelled (354).
 */
export function ruleDailyRegistration({ registrationId }: DailyRegistration): Ruling {
  return registrationId === undefined
    ? refuse(anomaly('DimonaPeriodId', '461'))
    : refuse(anomaly('DailyRegistrationId', '354'))
}
