import type {
  DimonaEmployerRecord,
  DimonaOccupationRecord,
  DimonaUserRecord,
} from '../../registers/dimona.ts'
import type { EmploymentRecord } from '../../registers/personnel-file.ts'
import {
  always,
  derived,
  known,
  leaf,
  nested,
  path,
  required,
  technical,
  tree,
  type Child,
} from '../element-tree.ts'
import { boolean, cbeNumber, date, jointCommission, ssin, text } from '../wire-types.ts'
import { address } from './address-rows.ts'
import { nossNumber } from './number-rows.ts'

/** One line of the personnel file: an occupation of a Dimona period. */
export interface Employment {
  readonly period: EmploymentRecord
  readonly occupation: DimonaOccupationRecord
}

/** The lines of Dimona periods. */
export function employmentsOf(periods: readonly EmploymentRecord[]): readonly Employment[] {
  return periods.flatMap((period) =>
    (period.occupation ?? []).map((occupation) => ({ period, occupation })),
  )
}

/** Denomination, or the names of an employer who is a natural person (§ 14). */
function nameOf(employer: DimonaEmployerRecord | DimonaUserRecord): string | undefined {
  const { denomination, lastName, firstName } = employer
  const names = [lastName, firstName].filter((one) => one !== undefined)
  return denomination ?? (names.length === 0 ? undefined : names.join(' '))
}

const named = (of: string) =>
  derived(['denomination', 'lastName', 'firstName'].map((one) => `dimona.${of}.${one}`).join(' | '))

/** dt:Employer, as Dimona knows the employer of a period. */
export const dimonaEmployer = tree<DimonaEmployerRecord>([
  always('name', named('employer'), nameOf),
  nossNumber(
    'nossRegistrationNumber',
    'dimona.employer.registrationNumber',
    (one) => one.registrationNumber,
  ),
  nossNumber(
    'nossTemporaryRegistrationNumber',
    'dimona.employer.provisionalRegistrationNumber',
    (one) => one.provisionalRegistrationNumber,
  ),
  leaf(
    'cbeNumber',
    cbeNumber,
    path('dimona.employer.enterpriseNumber'),
    (one) => one.enterpriseNumber,
  ),
  leaf('ssin', ssin, path('dimona.employer.ssin'), (one) => one.ssin),
  address('address', 'dimona.employer.address', (one) => one.address),
])

const user = tree<DimonaUserRecord>([
  leaf('name', text, named('user'), nameOf),
  leaf('cbeNumber', cbeNumber, path('dimona.user.enterpriseNumber'), (one) => one.enterpriseNumber),
  nossNumber(
    'nossRegistrationNbr',
    'dimona.user.registrationNumber',
    (one) => one.registrationNumber,
  ),
])

/** Where a student works: of § 17 the address only. */
const studentPlaceOfWork = tree<DimonaOccupationRecord>([
  address('address', 'dimona.occupation.placeOfWork', (one) => one.placeOfWork),
])

const isStudent = ({ workerType }: DimonaOccupationRecord) => /^ST[UX]$/.test(workerType ?? '')

/** `OTH` → `oth`: the types that Dimona knows have three letters. */
const workerType = (value: string | number | boolean) =>
  /^[A-Z\d]{3}$/.test(String(value)) ? String(value).toLowerCase() : undefined

/** dt:EmploymentRecord */
export const employmentRows: readonly Child<Employment>[] = [
  required(
    'lastDimonaAction',
    text,
    derived('dimona.occupation.entryDate | dimona.occupation.exitDate'),
    ({ occupation: { entryDate, exitDate } }) => {
      if (exitDate !== undefined) return 'out'
      return entryDate === undefined ? undefined : 'in'
    },
  ),
  leaf(
    'inServiceDate',
    date,
    path('dimona.occupation.entryDate'),
    (one) => one.occupation.entryDate,
  ),
  leaf(
    'outServiceDate',
    date,
    path('dimona.occupation.exitDate'),
    (one) => one.occupation.exitDate,
  ),
  required(
    'workerType',
    workerType,
    path('dimona.occupation.workerType'),
    (one) => one.occupation.workerType,
  ),
  leaf(
    'subEntityNbr',
    text,
    path('dimona.occupation.subEntityNumber'),
    (one) => one.occupation.subEntityNumber,
  ),
  leaf(
    'jointCommissionNbr',
    jointCommission,
    path('dimona.occupation.jointCommission'),
    (one) => one.occupation.jointCommission,
  ),
  nested('studentPlaceOfWork', studentPlaceOfWork, ({ occupation }) =>
    isStudent(occupation) ? [occupation] : [],
  ),
  nested('usingEmployer', user, ({ period }) => known(period.user)),
  required('cancelled', boolean, technical('cancelled periods are not told'), () => false),
]

/** The lines of a personnel file in their order. */
export const employmentRecord = tree(employmentRows)
