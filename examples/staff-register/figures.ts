/** What is computed from the register: pure functions, hundredths in, full-time equivalents out. */
import type { Employment, Occupation, StaffRegister } from './register.ts'

/**
 * How many full-time equivalents of the target group (workers with a disability) one of supervising staff may face, who is which,
 * and what counts as worked. The orders behind the deliberation set these; the values of settings.json are invented.
 */
export interface Norm {
  /** worker codes of the DmfA (annex 2) of the target group */
  readonly targetGroupWorkerCodes: readonly string[]
  readonly targetGroupPerStaff: number
  /** service codes (annex 8) that count as worked */
  readonly workedServiceCodes: readonly string[]
}

/** Full-time equivalents of the two groups, and whether the norm is met. */
export interface NormCheck {
  readonly targetGroup: number
  readonly staff: number
  readonly isMet: boolean
}

export interface QuarterFigures extends NormCheck {
  readonly quarter: string
  readonly workers: number
  /** days of absence by service code */
  readonly absences: ReadonlyMap<string, number>
  /** worker records of the declaration that could not be read: persons who are not integrated */
  readonly hidden: number
}

/**
 * The volume of work of an occupation in its quarter of thirteen weeks: full-time days worked over the days of the system, part-time
 * hours worked over the hours of a full-time worker.
 */
export function fullTimeEquivalentOf(occupation: Occupation, norm: Norm): number {
  const { contractType, weekDays, fullTimeWeekHours, services } = occupation
  const worked = services.filter(({ code }) => norm.workedServiceCodes.includes(code))
  const share =
    contractType === '0'
      ? sumOf(worked, ({ days }) => days) / (13 * weekDays)
      : sumOf(worked, ({ hours }) => hours) / (13 * fullTimeWeekHours)
  return Number.isFinite(share) ? share : 0
}

/** A figure line for each declaration of the register. */
export function quarterFigures(register: StaffRegister, norm: Norm): readonly QuarterFigures[] {
  return Object.entries(register.declarations)
    .toSorted()
    .map(([quarter, { occupations, workerRecords, workerRecordsRead }]) => {
      const absences = new Map<string, number>()
      for (const { code, days } of occupations.flatMap(({ services }) => services)) {
        if (norm.workedServiceCodes.includes(code)) continue
        absences.set(code, (absences.get(code) ?? 0) + days / 100)
      }
      return {
        quarter,
        workers: new Set(occupations.map(({ ssin }) => ssin)).size,
        ...checkNorm(occupations, norm, (one) => fullTimeEquivalentOf(one, norm)),
        absences,
        hidden: workerRecords - workerRecordsRead,
      }
    })
}

/** Who is in service on a day (Dimona), with the regime of his last declaration: the daily check of the norm. */
export function dailyCheck(
  register: StaffRegister,
  norm: Norm,
  day: string,
): NormCheck & { readonly inService: number; readonly withoutRegime: number } {
  const inService = Object.entries(register.workers)
    .filter(([, { employments }]) => employments.some((one) => isInService(one, day)))
    .map(([ssin]) => ssin)
  const regimes = inService.map((ssin) => lastOccupationsOf(register, ssin))
  const share = ({ weekHours, fullTimeWeekHours }: Occupation) =>
    fullTimeWeekHours === 0 ? 0 : weekHours / fullTimeWeekHours
  return {
    ...checkNorm(regimes.flat(), norm, share),
    inService: inService.length,
    withoutRegime: regimes.filter((own) => own.length === 0).length,
  }
}

/** Whether an employment goes on at a day. */
export function isInService({ entryDate, exitDate }: Employment, day: string): boolean {
  return entryDate <= day && (exitDate === undefined || exitDate >= day)
}

/** The occupations of a worker in the last declaration that has any. */
export function lastOccupationsOf(register: StaffRegister, ssin: string): readonly Occupation[] {
  const last = Object.entries(register.declarations)
    .toSorted()
    .findLast(([, { occupations }]) => occupations.some((one) => one.ssin === ssin))
  return last?.[1].occupations.filter((one) => one.ssin === ssin) ?? []
}

/** Whole years since the first entry that the register knows, up to `day` or the last exit before it. */
export function seniorityOf(employments: readonly Employment[], day: string): number {
  const begun = employments.filter(({ entryDate }) => entryDate <= day)
  const [first] = begun
  if (first === undefined) return 0
  const ends = begun.map(({ exitDate }) => ((exitDate ?? day) < day ? (exitDate ?? day) : day))
  const end = ends.toSorted().at(-1) ?? day
  const years = Number(end.slice(0, 4)) - Number(first.entryDate.slice(0, 4))
  return end.slice(5) < first.entryDate.slice(5) ? years - 1 : years
}

function checkNorm(
  occupations: readonly Occupation[],
  norm: Norm,
  equivalent: (occupation: Occupation) => number,
): NormCheck {
  const isTarget = ({ workerCode }: Occupation) => norm.targetGroupWorkerCodes.includes(workerCode)
  const targetGroup = sumOf(occupations.filter(isTarget), equivalent)
  const staff = sumOf(
    occupations.filter((one) => !isTarget(one)),
    equivalent,
  )
  return { targetGroup, staff, isMet: targetGroup <= staff * norm.targetGroupPerStaff }
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0)
}
