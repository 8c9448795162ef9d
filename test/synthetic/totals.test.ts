import { describe, expect, it } from 'vitest'
import type { WorkerRecord } from '../../src/synthetic/worker-record.ts'
import { collect, country } from './collect.ts'

const { declarations, workers, aggregates } = collect(country(9, 1_500))

const linesOf = (employer: string, quarter: string): WorkerRecord[] =>
  workers
    .filter((row) => row.employer === employer && row.quarter === quarter)
    .flatMap(({ record }) => record.workerRecord ?? [])

const sum = (values: readonly (number | undefined)[]) =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0)

describe('totals of a declaration', () => {
  it('are counted from its workers (§ 37)', () => {
    expect(aggregates.length).toBe(declarations.length)
    for (const { employer, quarter, record } of aggregates) {
      const lines = linesOf(employer, quarter)
      const occupations = lines.flatMap(({ occupation = [] }) => occupation)
      const services = occupations.flatMap(({ service = [] }) => service)
      const days = (...codes: string[]) =>
        sum(services.filter(({ code }) => codes.includes(code!)).map((one) => one.numberOfDays))
      expect(record).toEqual({
        totalWorkerRecords: lines.length,
        totalPartTime: occupations.filter(({ contractType }) => contractType === '1').length,
        totalWorkMan: lines.filter(({ workerCode }) => /^0|^840/.test(workerCode!)).length,
        totalEmployees: lines.filter(({ workerCode }) => /^4|^841/.test(workerCode!)).length,
        totalStudents: lines.filter((line) => line.studentContribution).length,
        totalServiceNbrOfDays: sum(services.map((one) => one.numberOfDays)),
        totalEarlyRetirement: lines.filter((line) => line.earlyRetirementContribution).length,
        totalDismissedStatutoryWorkers: lines.filter(
          (line) => line.dismissedStatutoryWorkerContribution,
        ).length,
        totalAuthorizedAbsencesNbrOfDays: days('24', '25', '30'),
        totalEconomicalUnemploymentNbrOfDays: days('71'),
        totalBadWeatherTemporaryUnemploymentNbrOfDays: days('72'),
        totalOtherTemporaryUnemploymentNbrOfDays: days('70', '77'),
      })
    }
    // not all zero: each total counts something somewhere
    for (const name of Object.keys(
      aggregates[0]!.record,
    ) as (keyof (typeof aggregates)[0]['record'])[])
      expect(sum(aggregates.map(({ record }) => record[name])), name).toBeGreaterThan(0)
  })

  it('make the net amount due: contributions less deductions', () => {
    for (const { employer, quarter, header } of declarations) {
      const lines = linesOf(employer, quarter)
      const amounts = (blocks: readonly ({ readonly amount?: number } | undefined)[]) =>
        sum(blocks.map((block) => block?.amount))
      const due =
        amounts(header.contributionUnrelatedToNp ?? []) +
        amounts(lines.flatMap((line) => line.workerContribution ?? [])) +
        amounts(lines.flatMap((line) => line.earlyRetirementContribution ?? [])) +
        sum(lines.map((line) => line.studentContribution?.contribution)) +
        sum(lines.map((line) => line.dismissedStatutoryWorkerContribution?.contribution)) -
        amounts(lines.flatMap((line) => line.workerDeduction ?? [])) -
        amounts(
          lines.flatMap((line) =>
            (line.occupation ?? []).flatMap((one) => one.occupationDeduction ?? []),
          ),
        )
      expect(header.netOwedAmount).toBe(Math.max(0, due))
    }
    expect(declarations.some(({ header }) => header.netOwedAmount === 0)).toBe(false)
  })

  it('are of plausible days, hours and amounts', () => {
    for (const { record } of workers) {
      for (const { occupation = [] } of record.workerRecord ?? []) {
        for (const one of occupation) {
          const days = sum((one.service ?? []).map(({ numberOfDays }) => numberOfDays))
          expect(days).toBeGreaterThan(0)
          expect(days).toBeLessThanOrEqual(6_700)
          for (const { numberOfDays = 0 } of one.service ?? [])
            expect(numberOfDays).toBeGreaterThan(0)
          for (const { amount } of one.remuneration ?? []) {
            expect(Number.isSafeInteger(amount) && amount! > 0).toBe(true)
          }
          expect(one.meanWorkingHours! <= one.refMeanWorkingHours!).toBe(true)
          expect(one.contractType).toBe(
            one.meanWorkingHours! < one.refMeanWorkingHours! ? '1' : '0',
          )
        }
      }
    }
  })
})
