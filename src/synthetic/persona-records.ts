import { readQuarter, type Quarter } from '../base/civil-date.ts'
import type { EmployerCategory, WorkerCode } from '../base/codes.ts'
import { countWeekdays, dateOf, quarterDays } from './calendar.ts'
import type { Country } from './country.ts'
import type { Employment } from './employment.ts'
import { employerCategory, workerCode } from './identifiers.ts'
import { halfTime, personaWork, type PersonaWork } from './persona-work.ts'
import { personas, type PersonaId } from './personas.ts'
import { specialEmployers, type SpecialEmployer } from './special-employers.ts'
import {
  contributionsOf,
  declaredWorker,
  serviceOf,
  shareOf,
  workerRecordOf,
  type DeclaredWorker,
  type OccupationRecord,
  type RemunerationRecord,
  type WorkerRecord,
} from './worker-record.ts'

/** Personas draw nothing from the seed of the data set. */
const personaSeed = 0

/** The workshop declares some personas in these quarters too: they have blocks that exist no more. */
export const formerQuarters: readonly Quarter[] = ['20034', '20094'].flatMap(
  (text) => readQuarter(text) ?? [],
)

interface PersonaLine {
  readonly persona: PersonaId
  readonly record: WorkerRecord
}

/** What the personas put into a declaration of a special employer, one record a persona. */
export function personaRecords(
  country: Country,
  employer: SpecialEmployer,
  quarter: Quarter,
): DeclaredWorker[] {
  const lines: PersonaLine[] = []
  if (formerQuarters.includes(quarter)) {
    if (employer === 'shelteredWorkshop') lines.push(...formerRecords(country, quarter))
  } else {
    for (const work of personaWork(country)) {
      if (work.employer !== employer) continue
      const record = workerRecordOf(personaSeed, work.employment, quarter)
      if (record) lines.push({ persona: work.persona, record: enriched(work, record, quarter) })
    }
    if (employer === 'twoCategories') lines.push(...twoCategoriesRecords(country, quarter))
  }
  return lines.map(({ persona, record }) => declaredWorker(personas[persona].ssin, record))
}

/** What some personas have beside the ordinary blocks. */
function enriched(
  { persona, employment }: PersonaWork,
  record: WorkerRecord,
  quarter: Quarter,
): WorkerRecord {
  const occupation = record.occupation?.[0]
  if (occupation === undefined) return record
  if (persona === 'fullTime') return fullTimeRecord(employment, record, occupation, quarter)
  if (persona === 'bisNumber') {
    return { ...record, occupation: [withTemporaryReduction(occupation, quarter)] }
  }
  return record
}

/** The record of the demo: every block that a full-time worker can have. */
function fullTimeRecord(
  employment: Employment,
  record: WorkerRecord,
  occupation: OccupationRecord,
  quarter: Quarter,
): WorkerRecord {
  const { first, last } = quarterDays(quarter)
  const absences = { '5': 100, '10': 100, '11': 150, '24': 50, '50': 250, '70': 100, '71': 200 }
  const absent = Object.values(absences).reduce((sum, days) => sum + days, 0)
  const worked = countWeekdays(first, last) * 100 - absent
  const service = Object.entries({ '1': worked, ...absences }).map(([code, days], i) =>
    serviceOf(employment, i + 1, code, days),
  )
  const pay = Math.round((worked * employment.dayRate) / 100)
  const remuneration: RemunerationRecord[] = [
    { sequenceNumber: 1, code: '1', percentagePaid: 10_263, amount: pay },
    { sequenceNumber: 2, code: '2', bonusPaymentFrequency: 3, amount: shareOf(pay, 420) },
    { sequenceNumber: 3, code: '2', bonusPaymentFrequency: 12, amount: shareOf(pay, 130) },
    { sequenceNumber: 4, code: '6', amount: 8_450 },
    { sequenceNumber: 5, code: '24', amount: 3_120 },
  ]
  const paid = remuneration.reduce((sum, { amount = 0 }) => sum + amount, 0)
  const basis = shareOf(paid, 10_800)
  return {
    ...record,
    activityWithRisk: '001',
    occupation: [
      {
        ...occupation,
        employmentPromotion: '14',
        daysJustification: '1',
        service,
        remuneration,
        occupationDeduction: [
          { code: '3000', amount: 46_200, certificateOrigin: '1' },
          {
            code: '3500',
            amount: 40_000,
            detail: {
              sequenceNumber: 1,
              rightOriginDate: dateOf(first - 365),
              averageWorkingTimeBefore: 3_900,
              averageWorkingTimeAfter: 3_800,
            },
          },
          { code: '3800', amount: 26_600 },
        ],
      },
    ],
    workerContribution: [
      ...contributionsOf(employment, record.workerCode ?? '', remuneration),
      { workerCode: '810', type: '0', calculationBasis: basis, amount: shareOf(basis, 10) },
      { workerCode: '820', type: '0', calculationBasis: basis, amount: shareOf(basis, 100) },
      { workerCode: '852', type: '0', calculationBasis: basis, amount: shareOf(basis, 10) },
      { workerCode: '857', type: '0', calculationBasis: basis, amount: shareOf(basis, 160) },
      { workerCode: '859', type: '0', calculationBasis: basis, amount: shareOf(basis, 10) },
    ],
    workerDeduction: [
      { code: '0001', amount: 20_400, certificateOrigin: '1' },
      {
        code: '0601',
        amount: 13_300,
        rightStartingDate: dateOf(first - 200),
        certificateOrigin: '1',
      },
    ],
  }
}

/** A temporary reduction of working time: the one detail that has an end. */
function withTemporaryReduction(occupation: OccupationRecord, quarter: Quarter): OccupationRecord {
  const { first, last } = quarterDays(quarter)
  return {
    ...occupation,
    occupationDeduction: [
      ...(occupation.occupationDeduction ?? []),
      {
        code: '3700',
        amount: 45_000,
        detail: {
          sequenceNumber: 1,
          rightOriginDate: dateOf(first),
          averageWorkingTimeBefore: 3_800,
          averageWorkingTimeAfter: 3_040,
          rightEndingDate: dateOf(last),
        },
      },
    ],
  }
}

/** Fields of a worker record that has no occupation. */
function bareLine(
  employer: SpecialEmployer,
  employerCategory: EmployerCategory,
  workerCode: WorkerCode,
  quarter: Quarter,
) {
  const { first, last } = quarterDays(quarter)
  return {
    employerCategory,
    workerCode,
    quarterStartingDate: dateOf(first),
    quarterEndingDate: dateOf(last),
    frontierWorker: false,
    localUnitId: specialEmployers[employer].establishments[0],
  }
}

/** The public body declares the indemnities of `accident`, and in the first quarter the dismissal of `replacedNumber`. */
function twoCategoriesRecords(country: Country, quarter: Quarter): PersonaLine[] {
  const { first, last } = quarterDays(quarter)
  const indemnity: WorkerRecord = {
    ...bareLine('twoCategories', employerCategory('027'), workerCode('495'), quarter),
    indemnityWapm: [
      { nature: '02', incapacityDegree: '012,50', amount: 96_300 },
      { nature: '05', incapacityDegree: '012,50', amount: 21_480 },
    ],
    workerContribution: [
      { workerCode: '495', type: '0', calculationBasis: 117_780, amount: 15_394 },
    ],
  }
  const dismissal: WorkerRecord = {
    ...bareLine('twoCategories', employerCategory('046'), workerCode('876'), quarter),
    dismissedStatutoryWorkerContribution: {
      grossReferenceRemuneration: 1_045_200,
      contribution: shareOf(1_045_200, 1_307),
      referenceDays: 78,
      subjectionStartingDate: dateOf(first),
      subjectionEndingDate: dateOf(last),
    },
  }
  return [
    { persona: 'accident', record: indemnity },
    ...(quarter === country.quarters[0]
      ? [{ persona: 'replacedNumber' as const, record: dismissal }]
      : []),
  ]
}

/** 2009/4: early retirement. 2003/4: the replacement of a colleague in career break, and deductions of the worker record. */
function formerRecords(country: Country, quarter: Quarter): PersonaLine[] {
  if (quarter === '20094') {
    const record: WorkerRecord = {
      ...bareLine('shelteredWorkshop', employerCategory('173'), workerCode('879'), quarter),
      earlyRetirementContribution: [
        { code: '0', numberOfMonths: 3, amount: 7_437 },
        { code: '1', amount: 15_000 },
      ],
    }
    return [{ persona: 'earlyRetired', record }]
  }
  const lines: PersonaLine[] = []
  for (const { persona, employment } of personaWork(country)) {
    const half = { ...employment, ...halfTime }
    if (persona === 'partTime') lines.push({ persona, record: replacementRecord(half, quarter) })
    if (persona === 'deceased') lines.push({ persona, record: careerBreakRecord(half, quarter) })
  }
  return lines
}

/** A half-time record as it was declared in 2003. */
function halfTimeRecord(
  employment: Employment,
  quarter: Quarter,
): { line: WorkerRecord; occupation: OccupationRecord } {
  const { first, last } = quarterDays(quarter)
  const { sector } = employment
  const days = countWeekdays(first, last) * 50
  const remuneration = [{ sequenceNumber: 1, code: '1', amount: days * 74 }]
  const line = {
    ...bareLine('shelteredWorkshop', sector.category, sector.workerCode.manual, quarter),
    // the contribution to the closure fund of the non-commercial sector is younger
    workerContribution: contributionsOf(employment, sector.workerCode.manual, remuneration).slice(0, 2), // prettier-ignore
  }
  return {
    line,
    occupation: {
      sequenceNumber: 1,
      startingDate: dateOf(employment.from),
      jointCommission: '327',
      workingDaysSystem: employment.workingDays,
      meanWorkingHours: employment.hours,
      refMeanWorkingHours: employment.refHours,
      contractType: '1',
      retired: false,
      service: [serviceOf(employment, 1, '1', days)],
      remuneration,
    },
  }
}

function replacementRecord(employment: Employment, quarter: Quarter): WorkerRecord {
  const { line, occupation } = halfTimeRecord(employment, quarter)
  const rightStartingDate = dateOf(employment.from)
  return {
    ...line,
    occupation: [
      {
        ...occupation,
        occupationDeduction: [
          {
            code: '1311',
            calculationBasis: 240_500,
            amount: 30_100,
            rightStartingDate,
            replacedPersonSsin: personas.deceased.ssin,
          },
          {
            code: '1121',
            calculationBasis: 240_500,
            amount: 21_700,
            rightStartingDate,
            applicantSsin: personas.earlyRetired.ssin,
            certificateOrigin: '5',
          },
        ],
      },
    ],
    workerDeduction: [
      {
        code: '1351',
        amount: 15_000,
        detail: [
          {
            sequenceNumber: 1,
            amount: 15_000,
            workingRegulationsRegistryNumber: '2003/QV/000123',
            rightOriginDate: rightStartingDate,
            averageWorkingTimeBefore: 3_900,
            averageWorkingTimeAfter: 3_800,
          },
        ],
      },
      { code: '2001', managementCostMonths: 3 },
    ],
  }
}

function careerBreakRecord(employment: Employment, quarter: Quarter): WorkerRecord {
  const { line, occupation } = halfTimeRecord(employment, quarter)
  return { ...line, occupation: [{ ...occupation, reorganisationMeasure: '4' }] }
}
