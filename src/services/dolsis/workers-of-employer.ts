import type { NssoNumber } from '../../base/enterprise.ts'
import { GatewayError } from '../../base/errors.ts'
import type { Quarter } from '../../base/civil-date.ts'
import { addQuarters } from '../../base/civil-date.ts'
import { valuePaths, type Path } from '../../registers/catalogue.ts'
import type { DmfaFilter, WorkerType } from '../../registers/dmfa-filter.ts'
import { childOf, textOf, type XmlElement } from '../../xml/element.ts'
import { invalid } from '../criteria.ts'
import { at } from '../element-rows.ts'
import { keyed, leaf, nested, path, technical, tree, type Child } from '../element-tree.ts'
import { ssin, text } from '../wire-types.ts'
import {
  declaredQuarter,
  dimonaDates,
  readDolsisQuarter,
  readRegistration,
  readScope,
  resultsMax,
  type Scope,
} from './criteria.ts'
import {
  curatorship,
  isCuratorship,
  totalRows,
  unrelatedDeclaration,
  workerDeclaration,
  workersOf,
} from './dmfa-rows.ts'
import { directoryEmployer } from './employer-rows.ts'
import {
  dimonaEmployer,
  employmentRows,
  employmentsOf,
  type Employment,
} from './employment-rows.ts'
import { dolsisConsultation, type Found } from './operation.ts'
import { daysOfScope, isInScope } from './worker.ts'

interface ByEmployer {
  readonly employer: NssoNumber
  readonly scope: Scope
}

const worker = tree<Employment>([
  leaf('ssin', ssin, path('dimona.worker.ssin'), ({ period }) => period.worker?.ssin),
])

const workersByEmployerRecord = tree<Employment>([
  ...employmentRows,
  nested('person', worker, (one) => [one], { required: true }),
])

const employments: Child<Found<ByEmployer>> = keyed(
  dimonaDates,
  nested('employment', workersByEmployerRecord, ({ record, criteria }: Found<ByEmployer>) =>
    employmentsOf(record.employment ?? []).filter(isInScope(criteria.scope)),
  ),
)

/** The workers of an employer; more than an answer holds are a refusal (DOLS0023). */
export const findWorkersByEmployer = dolsisConsultation<ByEmployer>({
  name: 'findWorkersByEmployer',
  read: (criteria) => {
    const employer = readRegistration(criteria, 'nossRegistrationNbr')
    if (employer instanceof GatewayError) return employer
    const scope = readScope(criteria)
    return scope instanceof GatewayError ? scope : { employer, scope }
  },
  subject: ({ employer }) => ({ kind: 'employer', employer }),
  pageSize: resultsMax,
  parts: ({ employer, scope }, { on }) => ({
    employment: {
      keys: dimonaDates,
      questions: [
        {
          kind: 'dimonaByEmployer',
          employer,
          ...daysOfScope(scope, on),
          after: undefined,
          limit: resultsMax,
        },
      ],
      recordsMax: resultsMax,
    },
  }),
  result: tree([
    nested('employer', dimonaEmployer, ({ record }) => [record.employment?.[0]?.employer ?? {}], {
      required: true,
    }),
    employments,
  ]),
  finds: [employments],
})

interface Declared {
  readonly employer: NssoNumber
  readonly quarter: Quarter
  readonly curatorship: string
  readonly filter: DmfaFilter | undefined
  readonly offset: string | undefined
}

/** Paths of what tells the kinds of workers apart: a code, or that there is a block, which any of its fields shows. */
const keysOfType: Readonly<Record<WorkerType, readonly Path[]>> = {
  labourer: [at('dmfa.workerRecord.workerCode')],
  employee: [at('dmfa.workerRecord.workerCode')],
  student: pathsIn('dmfa.studentContribution'),
  earlyRetirement: pathsIn('dmfa.earlyRetirementContribution'),
  dismissedStatutoryWorker: pathsIn('dmfa.dismissedStatutoryWorkerContribution'),
}

function pathsIn(block: string): readonly Path[] {
  return valuePaths.filter((path) => path.startsWith(`${block}.`))
}

function isWorkerType(text: string): text is WorkerType {
  return Object.hasOwn(keysOfType, text)
}

/** m:DmfaRecordFilter, whose words the schema has checked. */
function readFilter(filter: XmlElement): DmfaFilter | GatewayError {
  const text = (name: string) => textOf(filter, name)?.trim()
  const [workerType, contractType] = [text('workerType'), text('contractType')]
  if (workerType !== undefined) {
    return isWorkerType(workerType) ? { workerType } : invalid('workerType')
  }
  if (contractType !== undefined) return { contractType: contractType === 'full_time' ? '0' : '1' }
  if (childOf(filter, 'workerStatus')) return { workerStatus: 'S' }
  const days = Number(text('numberUnemployedDays'))
  return days >= 0 ? { unemployedDays: days * 100 } : invalid('numberUnemployedDays')
}

/** m:DmfaRecordCriteria */
function readDeclared(criteria: XmlElement): Declared | GatewayError {
  const employer = readRegistration(criteria, 'nossRegistrationNbr')
  if (employer instanceof GatewayError) return employer
  const quarter = readDolsisQuarter(criteria, 'quarter')
  if (quarter instanceof GatewayError) return quarter
  const of = childOf(criteria, 'filter')
  const filter = of && readFilter(of)
  if (filter instanceof GatewayError) return filter
  const asked = textOf(criteria, 'curatorship') ?? 'undetermined'
  return { employer, quarter, curatorship: asked, filter, offset: textOf(criteria, 'offset') }
}

/** What a filter chooses workers by. */
function keysOfFilter(filter: DmfaFilter): readonly Path[] {
  if ('contractType' in filter) return [at('dmfa.occupation.contractType')]
  if ('workerStatus' in filter) return [at('dmfa.occupation.workerStatus')]
  if ('unemployedDays' in filter) return [at('dmfa.service.code'), at('dmfa.service.numberOfDays')]
  return keysOfType[filter.workerType]
}

const trusteeship = [at('dmfa.employerDeclaration.trusteeship')]
const keysOfDeclared = ({ curatorship, filter }: Declared) => [
  ...declaredQuarter,
  ...(curatorship === 'undetermined' ? [] : trusteeship),
  ...(filter === undefined ? [] : keysOfFilter(filter)),
]

/** The employer of the directory, where its number may be searched by. */
const searched = [at('employerDirectory.search.registrationNumber')]
const employerPart = (employer: NssoNumber) => ({
  keys: searched,
  questions: [
    { kind: 'employer', nssoNumber: employer, enterpriseNumber: undefined, within: [] } as const,
  ],
})
const employerRow = <Criteria>(): Child<Found<Criteria>> => ({
  ...keyed(
    searched,
    nested(
      'employer',
      directoryEmployer,
      ({ record }: Found<Criteria>) => [record.employer?.[0] ?? {}],
      { required: true },
    ),
  ),
  // it stands there without a name too
  needs: [],
})

const declarationsOf = ({ record, criteria }: Found<Declared>) =>
  (record.declaration ?? []).filter((one) => isCuratorship(one, criteria.curatorship))

const records: Child<Found<Declared>> = keyed(
  declaredQuarter,
  nested('record', workerDeclaration, (item: Found<Declared>) => workersOf(declarationsOf(item))),
)

/** The workers of a declaration, page by page. */
export const findDmfaRecordsByEmployer = dolsisConsultation<Declared>({
  name: 'findDmfaRecordsByEmployer',
  read: readDeclared,
  subject: ({ employer }) => ({ kind: 'employer', employer }),
  keys: keysOfDeclared,
  pageSize: resultsMax,
  offset: ({ offset }) => offset,
  parts: ({ employer, quarter, filter }) => ({
    employer: employerPart(employer),
    declaration: {
      keys: declaredQuarter,
      questions: [
        {
          kind: 'dmfaByEmployer',
          employer,
          quarter,
          after: undefined,
          limit: resultsMax,
          ...(filter && { filter }),
        },
      ],
    },
  }),
  result: tree([
    employerRow<Declared>(),
    records,
    leaf('nextOffset', text, technical('where the next page begins'), (one) => one.nextOffset),
  ]),
  finds: [records],
})

/** Totals of a declaration that is one asked for. */
const totalsOf = (item: Found<Declared>) =>
  item.criteria.curatorship === 'undetermined' || declarationsOf(item).length > 0
    ? item.record.aggregate?.[0]
    : undefined
const totals = totalRows<Found<Declared>>(totalsOf)
const allTotals = nested('totals', tree(totals), (item: Found<Declared>) => [item])

/** What the declaration of an employer adds up to (§ 37); a filter leaves records, of which totals have none. */
export const getDmfaStatisticsByEmployer = dolsisConsultation<Declared>({
  name: 'getDmfaStatisticsByEmployer',
  read: (criteria) => (childOf(criteria, 'filter') ? invalid('filter') : readDeclared(criteria)),
  subject: ({ employer }) => ({ kind: 'employer', employer }),
  keys: keysOfDeclared,
  pageSize: 1,
  parts: ({ employer, quarter }) => ({
    employer: employerPart(employer),
    declaration: {
      keys: trusteeship,
      questions: [{ kind: 'dmfaByEmployer', employer, quarter, after: undefined, limit: 1 }],
    },
    aggregate: { keys: [], questions: [{ kind: 'dmfaAggregate', employer, quarter }] },
  }),
  result: tree([
    employerRow<Declared>(),
    curatorship((item) => declarationsOf(item)[0]),
    ...totals,
  ]),
  finds: [allTotals],
})

/** Most quarters of a question about contributions. */
const quartersMax = 20

interface Quarters {
  readonly employer: NssoNumber
  readonly quarters: readonly Quarter[]
}

function readQuarters(criteria: XmlElement): Quarters | GatewayError {
  const employer = readRegistration(criteria, 'nossRegistrationNbr')
  if (employer instanceof GatewayError) return employer
  const from = readDolsisQuarter(criteria, 'startQuarter')
  if (from instanceof GatewayError) return from
  const to = readDolsisQuarter(criteria, 'endQuarter')
  if (to instanceof GatewayError) return to
  if (to < from || to > addQuarters(from, quartersMax - 1)) {
    return invalid('startQuarter', 'endQuarter')
  }
  const quarters = Array.from({ length: quartersMax }, (_, index) => addQuarters(from, index))
  return { employer, quarters: quarters.filter((one) => one <= to) }
}

const unrelated: Child<Found<Quarters>> = keyed(
  declaredQuarter,
  nested('record', unrelatedDeclaration, ({ record }: Found<Quarters>) =>
    (record.declaration ?? []).filter((one) => one.contributionUnrelatedToNp !== undefined),
  ),
)

/** Contributions of declarations that belong to no person (§ 32). */
export const findDmfaContributionsUnrelatedToNaturalPerson = dolsisConsultation<Quarters>({
  name: 'findDmfaContributionsUnrelatedToNaturalPerson',
  read: readQuarters,
  subject: ({ employer }) => ({ kind: 'employer', employer }),
  keys: () => declaredQuarter,
  pageSize: 1,
  parts: ({ employer, quarters }) => ({
    employer: employerPart(employer),
    declaration: {
      keys: declaredQuarter,
      questions: quarters.map((quarter) => ({
        kind: 'dmfaByEmployer' as const,
        employer,
        quarter,
        after: undefined,
        limit: 1,
      })),
    },
  }),
  result: tree([employerRow<Quarters>(), unrelated]),
  finds: [unrelated],
})
