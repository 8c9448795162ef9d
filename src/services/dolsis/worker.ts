import type { CivilDate, Days, Quarter } from '../../base/civil-date.ts'
import type { NssoNumber } from '../../base/enterprise.ts'
import { GatewayError } from '../../base/errors.ts'
import type { Ssin } from '../../base/ssin.ts'
import { textOf } from '../../xml/element.ts'
import { ssinOf } from '../criteria.ts'
import { at } from '../element-rows.ts'
import {
  firstOf,
  isShown,
  keyed,
  nested,
  required,
  technical,
  tree,
  type Child,
} from '../element-tree.ts'
import { text } from '../wire-types.ts'
import {
  daysOf,
  declaredQuarter,
  dimonaDates,
  lastOf,
  readDolsisQuarter,
  readFlag,
  readRegistration,
  readScope,
  resultsMax,
  type Scope,
} from './criteria.ts'
import { workerDeclaration, workersOf } from './dmfa-rows.ts'
import {
  dimonaEmployer,
  employmentRecord,
  employmentRows,
  employmentsOf,
  type Employment,
} from './employment-rows.ts'
import { dolsisConsultation, type Found } from './operation.ts'
import { personTree } from './person-rows.ts'

/** Days of the personnel file that a scope asks about; the scope alone means the day of the exchange. */
export function daysOfScope({ days }: Scope, on: CivilDate): Days {
  return days ?? { from: on, to: on }
}

/** Of the lines that touch the days, those that the scope is about: entries and exits within them, or all. */
export function isInScope({ scope, days }: Scope): (one: Employment) => boolean {
  if (scope !== 'mutations' || days === undefined) return () => true
  const isWithin = (day: string | undefined) =>
    day !== undefined && days.from <= day && day <= days.to
  return ({ occupation: { entryDate, exitDate } }) => isWithin(entryDate) || isWithin(exitDate)
}

const employerOfPeriod = nested(
  'employer',
  dimonaEmployer,
  ({ period }: Employment) => [period.employer ?? {}],
  { required: true },
)

const employersByWorkerRecord = tree<Employment>([...employmentRows, employerOfPeriod])

interface ByWorker {
  readonly ssin: Ssin
  readonly scope: Scope
}

const employments: Child<Found<ByWorker>> = keyed(
  dimonaDates,
  nested('employment', employersByWorkerRecord, ({ record, criteria }: Found<ByWorker>) =>
    employmentsOf(record.employment ?? []).filter(isInScope(criteria.scope)),
  ),
)

/** The employers a person works or worked for. */
export const findEmployersByWorker = dolsisConsultation<ByWorker>({
  name: 'findEmployersByWorker',
  read: (criteria) => {
    const ssin = ssinOf(textOf(criteria, 'ssin'))
    const scope = readScope(criteria)
    if (ssin instanceof GatewayError) return ssin
    return scope instanceof GatewayError ? scope : { ssin, scope }
  },
  subject: ({ ssin }) => ({ kind: 'person', ssin }),
  parts: ({ ssin, scope }, { sources, on }) => ({
    person: { keys: [], questions: [{ kind: 'person', ssin, registers: sources }] },
    employment: {
      keys: dimonaDates,
      questions: [{ kind: 'dimonaByWorker', ssin, ...daysOfScope(scope, on) }],
      recordsMax: resultsMax,
    },
  }),
  result: tree([
    nested('person', personTree, ({ record }) => [record.person?.[0] ?? {}], { required: true }),
    employments,
  ]),
  finds: [employments],
})

interface Detail {
  readonly ssin: Ssin
  readonly employer: NssoNumber
  readonly from: Quarter
  readonly to: Quarter
  readonly employmentRecords: boolean
  readonly dmfaRecords: boolean
}

const employmentKeys = [...dimonaDates, at('dimona.employer.registrationNumber')]
const declarationKeys = [...declaredQuarter, at('dmfa.employerDeclaration.registrationNumber')]

const employmentRecords: Child<Found<Detail>> = keyed(
  employmentKeys,
  nested('employmentRecord', employmentRecord, ({ record }: Found<Detail>) =>
    employmentsOf(record.employment ?? []),
  ),
)

const dmfaRecords: Child<Found<Detail>> = keyed(
  declarationKeys,
  nested('dmfaRecord', workerDeclaration, ({ record }: Found<Detail>) =>
    workersOf(record.declaration ?? []),
  ),
)

interface PartStatus {
  readonly value: string
  readonly code: string
  readonly description: string
}

const source = technical('whether any is shown')
const partStatus = tree<PartStatus>([
  required('value', text, source, (one) => one.value),
  required('code', text, source, (one) => one.code),
  required('description', text, source, (one) => one.description),
])

/** Provisional numbers have no declaration. */
const invalidNumber: PartStatus = {
  value: 'NO_DATA_FOUND',
  code: 'DOLS0024',
  description: 'INVALID_REGNR',
}

/** A status of a part: of one that is withheld as of an empty one, in the words of the schema. */
function statusOf(
  name: string,
  of: Child<Found<Detail>>,
  special?: (asked: Detail) => PartStatus | undefined,
): Child<Found<Detail>> {
  const status = (item: Found<Detail>): PartStatus => {
    const value = isShown(of, item) ? 'DATA_FOUND' : 'NO_DATA_FOUND'
    return special?.(item.criteria) ?? { value, code: 'MSG00000', description: 'OK' }
  }
  return nested(name, partStatus, (item) => [status(item)], { required: true })
}

const isProvisional = (employer: NssoNumber) => /^5\d{9}$/.test(employer)

/** What a worker did for an employer in some quarters: personnel file and DmfA. */
export const getEmploymentDetail = dolsisConsultation<Detail>({
  name: 'getEmploymentDetail',
  read: (criteria) => {
    const ssin = ssinOf(textOf(criteria, 'ssin'))
    if (ssin instanceof GatewayError) return ssin
    const employer = readRegistration(criteria, 'nossRegistrationNumber')
    if (employer instanceof GatewayError) return employer
    const from = readDolsisQuarter(criteria, 'quarter')
    if (from instanceof GatewayError) return from
    const count = Number(textOf(criteria, 'nbrOfQuarters')?.trim() || 1)
    return {
      ssin,
      employer,
      from,
      to: lastOf(from, count),
      employmentRecords: readFlag(criteria, 'employmentRecords', true),
      dmfaRecords: readFlag(criteria, 'dmfaRecords', true),
    }
  },
  subject: ({ ssin }) => ({ kind: 'person', ssin }),
  parts: (asked, { sources }) => {
    const { ssin, employer, from, to } = asked
    return {
      person: { keys: [], questions: [{ kind: 'person', ssin, registers: sources }] },
      employment: {
        keys: employmentKeys,
        questions: asked.employmentRecords
          ? [{ kind: 'dimonaByWorker', ssin, employer, ...daysOf(from, to) }]
          : [],
        recordsMax: resultsMax,
      },
      declaration: {
        keys: declarationKeys,
        questions:
          asked.dmfaRecords && !isProvisional(employer)
            ? [{ kind: 'dmfaByWorker', ssin, employer, from, to }]
            : [],
      },
    }
  },
  result: tree([
    nested('person', personTree, ({ record }) => firstOf(record.person)),
    nested('employer', dimonaEmployer, ({ record }) => [record.employment?.[0]?.employer ?? {}], {
      required: true,
    }),
    employmentRecords,
    statusOf('employmentRecordStatus', employmentRecords),
    dmfaRecords,
    statusOf('dmfaRecordStatus', dmfaRecords, ({ employer }) =>
      isProvisional(employer) ? invalidNumber : undefined,
    ),
  ]),
  finds: [employmentRecords, dmfaRecords],
})
