import type { Quarter } from '../base/civil-date.ts'
import type { Ssin } from '../base/ssin.ts'
import { countWeekdays, dateOf, quarterDays, type Day } from './calendar.ts'
import type { Employment } from './employment.ts'
import { randomOf, type Random, streams } from './random.ts'
import type { DmfaNaturalPersonRecord } from './sink.ts'

export type WorkerRecord = NonNullable<DmfaNaturalPersonRecord['workerRecord']>[number]
export type OccupationRecord = NonNullable<WorkerRecord['occupation']>[number]
export type ServiceRecord = NonNullable<OccupationRecord['service']>[number]
export type RemunerationRecord = NonNullable<OccupationRecord['remuneration']>[number]
export type ContributionRecord = NonNullable<WorkerRecord['workerContribution']>[number]

/** A natural person of a declaration, with the number by which the register keeps it. */
export interface DeclaredWorker {
  readonly ssin: Ssin
  readonly record: DmfaNaturalPersonRecord
}

export function declaredWorker(ssin: Ssin, workerRecord: WorkerRecord): DeclaredWorker {
  return { ssin, record: { ssin, oriolusValidationCode: '1', workerRecord: [workerRecord] } }
}

/** What share of a basis is due or deducted: hundredths of a percent, near the real rates. */
export const rates = { ordinary: 3_807, closureFund: 12, student: 813 } as const

/** `rate` hundredths of a percent of `cents`. */
export function shareOf(cents: number, rate: number): number {
  return Math.round((cents * rate) / 10_000)
}

/** What an employment puts into the declaration of a quarter; undefined when it lies outside the quarter. */
export function workerRecordOf(
  seed: number,
  employment: Employment,
  quarter: Quarter,
): WorkerRecord | undefined {
  const { first, last } = quarterDays(quarter)
  const from = Math.max(employment.from, first)
  const until = Math.min(employment.until ?? last, last)
  const weekdays = countWeekdays(from, until)
  if (weekdays === 0) return undefined
  const random = randomOf(seed, streams.quarter, employment.serial, Number(quarter))
  const line = lineOf(employment, first, last, random)
  if (employment.kind === 'student') {
    const remuneration = weekdays * employment.dayRate
    return {
      ...line,
      studentContribution: { remuneration, contribution: shareOf(remuneration, rates.student) },
    }
  }
  const paidShare = { days: employment.workingDays / 500, quarter: weekdays / 65 }
  const service = servicesOf(random, employment, Math.round(weekdays * paidShare.days), quarter)
  const remuneration = remunerationsOf(random, employment, service, quarter)
  const workerContribution = contributionsOf(employment, line.workerCode, remuneration)
  const ceiling = workerContribution[0]?.amount ?? 0
  const fraction = (paidShare.quarter * employment.hours) / employment.refHours
  const occupation: OccupationRecord = {
    ...occupationFields(random, employment, first, last),
    service,
    remuneration,
    ...occupationDeductionsOf(random, employment, fraction, ceiling),
  }
  return {
    ...line,
    occupation: [occupation],
    workerContribution,
    ...(employment.dayRate < 11_500 && {
      workerDeduction: [{ code: '0001', amount: Math.min(20_400, Math.floor(ceiling / 4)) }],
    }),
  }
}

/** The fields of the worker record itself. */
function lineOf(employment: Employment, first: Day, last: Day, random: Random) {
  const { sector, manual, kind } = employment
  const workerCode = {
    ordinary: manual ? sector.workerCode.manual : sector.workerCode.employee,
    apprentice: manual ? '035' : '439',
    student: manual ? '840' : '841',
  }[kind]
  return {
    employerCategory: sector.category,
    workerCode,
    quarterStartingDate: dateOf(first),
    quarterEndingDate: dateOf(last),
    frontierWorker: employment.frontier,
    ...(random.chance(50) && { activityWithRisk: manual ? '006' : '402' }),
    localUnitId: employment.establishment,
  }
}

function occupationFields(
  random: Random,
  employment: Employment,
  first: Day,
  last: Day,
): OccupationRecord {
  const { sector, manual, kind, until, measure } = employment
  const partTime = employment.hours < employment.refHours
  const method = random.below(100)
  return {
    sequenceNumber: 1,
    startingDate: dateOf(employment.from),
    ...(until !== undefined && until >= first && until <= last && { endingDate: dateOf(until) }),
    jointCommission: manual ? sector.jointCommission.manual : sector.jointCommission.employee,
    workingDaysSystem: employment.workingDays,
    meanWorkingHours: employment.hours,
    refMeanWorkingHours: employment.refHours,
    contractType: partTime ? '1' : '0',
    ...(measure?.reorganisation && { reorganisationMeasure: measure.reorganisation }),
    ...(measure?.promotion && { employmentPromotion: measure.promotion }),
    ...(measure?.status && { workerStatus: measure.status }),
    retired: employment.retired,
    ...(kind === 'apprentice' && { apprenticeship: '1' }),
    ...(method === 0 && { remunerationMethod: manual ? '1' : '2' }),
    ...(sector.trait === 'flatRate' && manual && { positionCode: '14', daysJustification: '8' }),
    ...(sector.trait === 'flying' && !manual && { flyingStaffClass: random.pick(['1', '2', '3']) }),
    ...(sector.trait === 'teaching' && !manual && { tenthOrTwelfth: '10' }),
    ...(partTime && sector.trait === undefined && method === 1 && { daysJustification: '5' }),
  }
}

/** Absences by code of annex 8: how many workers in a thousand have them in a quarter, and days. */
function absencesOf({ manual, kind, sector }: Employment, quarter: Quarter) {
  const season = quarter.slice(4)
  return [
    { code: '2', perMille: manual && season === '3' ? 900 : 0, from: 3, to: 15 },
    { code: '24', perMille: 30, from: 1, to: 2 },
    { code: '30', perMille: 30, from: 1, to: 3 },
    { code: '50', perMille: 150, from: 1, to: 8 },
    { code: '60', perMille: 6, from: 2, to: 10 },
    { code: '70', perMille: 8, from: 1, to: 5 },
    { code: '71', perMille: manual && kind === 'ordinary' ? 50 : 0, from: 1, to: 10 },
    { code: '72', perMille: sector.dimonaType && season === '1' ? 250 : 0, from: 1, to: 8 },
  ]
}

/** The `days` of the quarter: worked and paid under code 1, the others under their code. */
function servicesOf(
  random: Random,
  employment: Employment,
  days: number,
  quarter: Quarter,
): ServiceRecord[] {
  const lines: { code: string; days: number }[] = []
  let worked = Math.max(days, 1)
  for (const { code, perMille, from, to } of absencesOf(employment, quarter)) {
    if (!random.chance(perMille)) continue
    const absent = Math.min(random.between(from, to), Math.floor(worked / 2))
    if (absent === 0) continue
    worked -= absent
    lines.push({ code, days: absent })
  }
  lines.unshift({ code: '1', days: worked })
  return lines.map((line, i) => serviceOf(employment, i + 1, line.code, line.days * 100, random))
}

/** One service line; `days` in hundredths. Hours are declared for part-time work and in hotels and restaurants. */
export function serviceOf(
  employment: Pick<Employment, 'hours' | 'refHours' | 'workingDays' | 'sector' | 'manual'>,
  sequenceNumber: number,
  code: string,
  days: number,
  random?: Random,
): ServiceRecord {
  const { hours, refHours, workingDays, sector, manual } = employment
  const withHours = hours < refHours || sector.trait === 'flatRate'
  const flying = sector.trait === 'flying' && !manual && code === '1'
  return {
    sequenceNumber,
    code,
    numberOfDays: days,
    ...(withHours && { numberOfHours: Math.max(1, Math.round((days * hours) / workingDays)) }),
    ...(flying && random && { flightMinutes: random.between(2_000, 12_000) }),
  }
}

/** Pay of the days worked, in the fourth quarter a year-end bonus, for some employees a company vehicle. */
function remunerationsOf(
  random: Random,
  employment: Employment,
  service: readonly ServiceRecord[],
  quarter: Quarter,
): RemunerationRecord[] {
  const { hours, refHours, workingDays, dayRate } = employment
  // the day of a part-time worker may be shorter
  const dayLength = (hours * 500) / (workingDays * refHours)
  const paidDays = (service[0]?.numberOfDays ?? 0) / 100
  const lines: RemunerationRecord[] = [
    { sequenceNumber: 1, code: '1', amount: Math.round(paidDays * dayRate * dayLength) },
  ]
  if (quarter.endsWith('4') && random.chance(800)) {
    const amount = Math.round((dayRate * 21 * hours) / refHours)
    lines.push({ sequenceNumber: 2, code: '2', bonusPaymentFrequency: 12, amount })
  }
  if (!employment.manual && dayRate > 20_000 && random.chance(400)) {
    const amount = random.between(30_000, 60_000)
    lines.push({ sequenceNumber: lines.length + 1, code: '10', amount })
  }
  return lines
}

/** Ordinary contribution on 100 % (employees) or 108 % (manual workers) of the pay, special contribution, closure fund. */
export function contributionsOf(
  { manual, sector, largeEmployer }: Pick<Employment, 'manual' | 'sector' | 'largeEmployer'>,
  workerCode: string,
  remuneration: readonly RemunerationRecord[],
): ContributionRecord[] {
  const paid = remuneration
    .filter(({ code }) => code !== '10')
    .reduce((sum, { amount = 0 }) => sum + amount, 0)
  const basis = manual ? shareOf(paid, 10_800) : paid
  return [
    {
      workerCode,
      type: manual ? '1' : '0',
      calculationBasis: basis,
      amount: shareOf(basis, rates.ordinary),
    },
    { workerCode: '856', type: '0', amount: shareOf(paid, 80) },
    {
      workerCode: sector.closureFund.workerCode,
      type: sector.closureFund.types[largeEmployer ? 1 : 0],
      calculationBasis: basis,
      amount: shareOf(basis, rates.closureFund),
    },
  ]
}

/** The structural reduction of low pay, and for one in a hundred a reduction of working time with its detail. */
function occupationDeductionsOf(
  random: Random,
  employment: Employment,
  fraction: number,
  ceiling: number,
): Pick<OccupationRecord, 'occupationDeduction'> {
  const occupationDeduction: NonNullable<OccupationRecord['occupationDeduction']>[number][] = []
  if (employment.dayRate < 13_000) {
    const amount = Math.min(Math.round(46_200 * Math.min(fraction, 1)), Math.floor(ceiling / 4))
    occupationDeduction.push({ code: '3000', amount })
  }
  if (random.chance(10) && employment.hours === employment.refHours) {
    occupationDeduction.push({
      code: '3500',
      amount: Math.min(40_000, Math.floor(ceiling / 4)),
      detail: {
        sequenceNumber: 1,
        rightOriginDate: dateOf(employment.from),
        averageWorkingTimeBefore: 4_000,
        averageWorkingTimeAfter: employment.hours,
      },
    })
  }
  return occupationDeduction.length > 0 ? { occupationDeduction } : {}
}
