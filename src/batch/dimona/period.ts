import { dimonaPeriodIdOf, type DimonaPeriodId } from '../../base/dimona-period.ts'
import type { CivilDate } from '../../base/civil-date.ts'
import type { EnterpriseNumber, NssoNumber } from '../../base/enterprise.ts'
import type { Ssin } from '../../base/ssin.ts'
import type { Detail } from './declaration.ts'
import type { WorkerType } from './worker-type.ts'

/** A work relation from begin to end, as its declarations made it. Hours are `HHMM`, days are Belgian civil dates. */
export interface DimonaPeriod {
  readonly periodId: DimonaPeriodId
  readonly employer: NssoNumber
  readonly enterpriseNumber: EnterpriseNumber
  readonly worker: Ssin
  /** undefined in a registered period whose type is none of the list */
  readonly workerType: WorkerType | undefined
  readonly start: CivilDate
  readonly startHour?: string
  /** last day, included; absent while the relation goes on */
  readonly end?: CivilDate
  readonly endHour?: string
  readonly plannedHours?: number
  readonly plannedDays?: number
  readonly details: readonly Detail[]
  readonly cancelled: boolean
  /** instant of the last change (UTC ms) */
  readonly changedAtMs: number
}

/** What one accepted declaration does to a period; the history of a period is the list of these. */
export type PeriodChange =
  | { readonly kind: 'opened'; readonly period: DimonaPeriod }
  | { readonly kind: 'ended'; readonly end: CivilDate }
  | { readonly kind: 'moved'; readonly times: PeriodTimes }
  | { readonly kind: 'cancelled' }

/** Dates, hours and planned work of a period. */
export type PeriodTimes = Pick<
  DimonaPeriod,
  'start' | 'startHour' | 'end' | 'endHour' | 'plannedHours' | 'plannedDays'
>

const timeNames = ['start', 'startHour', 'end', 'endHour', 'plannedHours', 'plannedDays'] as const

export function timesOf(period: DimonaPeriod): PeriodTimes {
  const { start, startHour, end, endHour, plannedHours, plannedDays } = period
  return {
    start,
    ...(startHour !== undefined && { startHour }),
    ...(end !== undefined && { end }),
    ...(endHour !== undefined && { endHour }),
    ...(plannedHours !== undefined && { plannedHours }),
    ...(plannedDays !== undefined && { plannedDays }),
  }
}

export function sameTimes(one: PeriodTimes, other: PeriodTimes): boolean {
  return timeNames.every((name) => one[name] === other[name])
}

/** The period after one change; the first change of a period opens it (TypeError otherwise: wrong use). */
export function applyChange(
  period: DimonaPeriod | undefined,
  change: PeriodChange,
  changedAtMs: number,
): DimonaPeriod {
  if (change.kind === 'opened') return change.period
  if (period === undefined) throw new TypeError('a history begins with the opening of the period')
  switch (change.kind) {
    case 'ended':
      return { ...period, end: change.end, changedAtMs }
    case 'moved': {
      const { periodId, employer, enterpriseNumber, worker, workerType, details } = period
      const { cancelled } = period
      const identity = { periodId, employer, enterpriseNumber, worker, workerType, details }
      return { ...identity, cancelled, changedAtMs, ...change.times }
    }
    case 'cancelled':
      return { ...period, cancelled: true, changedAtMs }
  }
}

/** The n-th period number given out here (from 1); numbers of this register begin with 7. */
export function periodIdOf(n: number): DimonaPeriodId {
  return dimonaPeriodIdOf(`7${String(n).padStart(9, '0')}`)
}

/** Whether two periods have a minute in common; without hours a day is taken whole. */
export function overlaps(one: PeriodTimes, other: PeriodTimes): boolean {
  return begin(one) < finish(other) && begin(other) < finish(one)
}

function begin({ start, startHour }: PeriodTimes): string {
  return `${start} ${startHour ?? '0000'}`
}

function finish({ end, endHour }: PeriodTimes): string {
  return `${end ?? '9999-12-31'} ${endHour ?? '2400'}`
}
