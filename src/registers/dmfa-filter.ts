import { readWorkerCode } from '../base/codes.ts'
import type { DmfaEmployerDeclarationRecord } from './dmfa.ts'

type NaturalPerson = NonNullable<DmfaEmployerDeclarationRecord['naturalPerson']>[number]
type WorkerRecord = NonNullable<NaturalPerson['workerRecord']>[number]

/** What the workers of a declaration are cut down to (m:DmfaRecordFilter): one of the four. */
export type DmfaFilter =
  | { readonly workerType: WorkerType }
  /** zone 00050: 0 full time, 1 part time */
  | { readonly contractType: '0' | '1' }
  /** zone 00053: S seasonal */
  | { readonly workerStatus: 'S' }
  /** at least so many days of temporary unemployment, in hundredths */
  | { readonly unemployedDays: number }

export type WorkerType =
  'labourer' | 'employee' | 'student' | 'earlyRetirement' | 'dismissedStatutoryWorker'

/** Manual workers: worker codes below 400, and 840. What is no worker code is neither this nor the other. */
export function isManual(text: string | undefined): boolean {
  const code = readWorkerCode(text ?? '')
  return code !== undefined && (code < '400' || code === '840')
}

/** Employees: worker codes 400 to 499, and 841. */
export function isEmployee(text: string | undefined): boolean {
  const code = readWorkerCode(text ?? '')
  return code !== undefined && ((code >= '400' && code < '500') || code === '841')
}

/** Service codes (annex 8) of temporary unemployment, with the total that counts their days. */
export const unemploymentTotals = {
  '70': 'totalOtherTemporaryUnemploymentNbrOfDays',
  '71': 'totalEconomicalUnemploymentNbrOfDays',
  '72': 'totalBadWeatherTemporaryUnemploymentNbrOfDays',
  '77': 'totalOtherTemporaryUnemploymentNbrOfDays',
} as const

const workerTypes: Readonly<Record<WorkerType, (record: WorkerRecord) => boolean>> = {
  labourer: ({ workerCode }) => isManual(workerCode),
  employee: ({ workerCode }) => isEmployee(workerCode),
  student: (record) => record.studentContribution !== undefined,
  earlyRetirement: (record) => (record.earlyRetirementContribution ?? []).length > 0,
  dismissedStatutoryWorker: (record) => record.dismissedStatutoryWorkerContribution !== undefined,
}

/** Whether a worker of a declaration is one that the filter leaves: by any of the worker's records. */
export function isLeftBy(filter: DmfaFilter, { workerRecord = [] }: NaturalPerson): boolean {
  if ('workerType' in filter) return workerRecord.some(workerTypes[filter.workerType])
  const occupations = workerRecord.flatMap(({ occupation = [] }) => occupation)
  if ('contractType' in filter) {
    return occupations.some(({ contractType }) => contractType === filter.contractType)
  }
  if ('workerStatus' in filter) {
    return occupations.some(({ workerStatus }) => workerStatus === filter.workerStatus)
  }
  const days = occupations
    .flatMap(({ service = [] }) => service)
    .filter(({ code = '' }) => Object.hasOwn(unemploymentTotals, code))
    .reduce((sum, { numberOfDays = 0 }) => sum + numberOfDays, 0)
  return days >= filter.unemployedDays
}
