import type { DmfaAggregateRecord, DmfaEmployerDeclarationRecord } from '../../registers/dmfa.ts'
import {
  always,
  isShown,
  known,
  leaf,
  nested,
  path,
  required,
  technical,
  tree,
  type Child,
} from '../element-tree.ts'
import {
  boolean,
  date,
  double,
  int,
  jointCommission,
  long,
  ssin,
  text,
  wordOf,
} from '../wire-types.ts'

type Declaration = DmfaEmployerDeclarationRecord
type NaturalPerson = NonNullable<Declaration['naturalPerson']>[number]
type WorkerRecord = NonNullable<NaturalPerson['workerRecord']>[number]
type Occupation = NonNullable<WorkerRecord['occupation']>[number]
type Service = NonNullable<Occupation['service']>[number]
type Remuneration = NonNullable<Occupation['remuneration']>[number]
type Wapm = NonNullable<WorkerRecord['indemnityWapm']>[number]
type Dismissed = NonNullable<WorkerRecord['dismissedStatutoryWorkerContribution']>
type Student = NonNullable<WorkerRecord['studentContribution']>
type EarlyRetirement = NonNullable<WorkerRecord['earlyRetirementContribution']>[number]
type Unrelated = NonNullable<Declaration['contributionUnrelatedToNp']>[number]

/** A worker of a declaration. */
export interface DeclaredWorker {
  readonly declaration: Declaration
  readonly worker: NaturalPerson
}

/** The workers of declarations, those of each together. */
export function workersOf(declarations: readonly Declaration[]): readonly DeclaredWorker[] {
  return declarations.flatMap((declaration) =>
    (declaration.naturalPerson ?? []).map((worker) => ({ declaration, worker })),
  )
}

const curatorshipWords = { true: 'yes', false: 'no' } as const
const curatorshipOf = ({ trusteeship }: Declaration) =>
  trusteeship === undefined ? 'undetermined' : curatorshipWords[`${trusteeship}`]

/** Whether a declaration is one that the criterion asks for. */
export function isCuratorship(declaration: Declaration, asked: string): boolean {
  return asked === 'undetermined' || curatorshipOf(declaration) === asked
}

/** dt:Curatorship, `undetermined` where it is not granted. */
export function curatorship<Item>(
  declaration: (item: Item) => Declaration | undefined,
): Child<Item> {
  const source = path('dmfa.employerDeclaration.trusteeship')
  return always('curatorship', source, (item) => curatorshipOf(declaration(item) ?? {}))
}

/** dt:DmfaDeclarationRecord: what every record of a declaration begins with. */
function declarationRows<Item>(declaration: (item: Item) => Declaration): readonly Child<Item>[] {
  return [
    required(
      'quarter',
      int,
      path('dmfa.employerDeclaration.quarter'),
      (item: Item) => declaration(item).quarter,
    ),
    curatorship(declaration),
    required('system5', boolean, technical('not in the catalogue'), () => false),
  ]
}

/** `hasServices` and the like: whether what they announce is shown, so that they do not tell of what is withheld. */
function has<Item>(name: string, one: Child<Item>): readonly Child<Item>[] {
  const source = technical('whether any is shown')
  return [required(name, boolean, source, (item: Item) => isShown(one, item)), one]
}

/** Rows of one block of the declaration. */
const at = (block: string) => (name: string) => path(`dmfa.${block}.${name}`)

const service = at('service')
const remuneration = at('remuneration')
const occupation = at('occupation')
const workerRecord = at('workerRecord')
const wapm = at('indemnityWapm')
const dismissed = at('dismissedStatutoryWorkerContribution')
const student = at('studentContribution')
const retirement = at('earlyRetirementContribution')

const services = tree<Service>([
  leaf('seqNr', int, service('sequenceNumber'), (one) => one.sequenceNumber),
  required('code', int, service('code'), (one) => one.code),
  required('nbrDays', int, service('numberOfDays'), (one) => one.numberOfDays),
  leaf('nbrHours', int, service('numberOfHours'), (one) => one.numberOfHours),
])

const remunerations = tree<Remuneration>([
  required('seqNr', int, remuneration('sequenceNumber'), (one) => one.sequenceNumber),
  required('code', int, remuneration('code'), (one) => one.code),
  required('amount', long, remuneration('amount'), (one) => one.amount),
])

const noCar = technical('company vehicles are declared for the employer, not for an occupation')

const occupations = tree<Occupation>([
  required(
    'occupationSequenceNumber',
    int,
    occupation('sequenceNumber'),
    (one) => one.sequenceNumber,
  ),
  leaf('occupationStartingDate', date, occupation('startingDate'), (one) => one.startingDate),
  leaf('occupationEndingDate', date, occupation('endingDate'), (one) => one.endingDate),
  required(
    'jointCommissionNumber',
    jointCommission,
    occupation('jointCommission'),
    (one) => one.jointCommission,
  ),
  required(
    'workingDaysSystem',
    int,
    occupation('workingDaysSystem'),
    (one) => one.workingDaysSystem,
  ),
  leaf('meanWorkingHours', int, occupation('meanWorkingHours'), (one) => one.meanWorkingHours),
  leaf(
    'refMeanWorkingHours',
    int,
    occupation('refMeanWorkingHours'),
    (one) => one.refMeanWorkingHours,
  ),
  required(
    'contractType',
    wordOf({ 0: 'full_time', 1: 'part_time' }),
    occupation('contractType'),
    (one) => one.contractType,
  ),
  leaf(
    'reorganisationMeasure',
    int,
    occupation('reorganisationMeasure'),
    (one) => one.reorganisationMeasure,
  ),
  leaf('remunMethod', int, occupation('remunerationMethod'), (one) => one.remunerationMethod),
  leaf(
    'workerStatus',
    wordOf({ S: 'seasonal_worker' }),
    occupation('workerStatus'),
    (one) => one.workerStatus,
  ),
  ...has(
    'hasServices',
    nested('service', services, (one: Occupation) => one.service ?? []),
  ),
  ...has(
    'hasRemunerations',
    nested('remuneration', remunerations, (one: Occupation) => one.remuneration ?? []),
  ),
  required('hasCompanyCar', boolean, noCar, () => false),
])

const indemnities = tree<Wapm>([
  required('indemnityNature', int, wapm('nature'), (one) => one.nature),
  leaf('incapacityDegree', double, wapm('incapacityDegree'), (one) => one.incapacityDegree),
  leaf('indemnityAmount', long, wapm('amount'), (one) => one.amount),
])

const dismissals = tree<Dismissed>([
  required('refNumberDays', int, dismissed('referenceDays'), (one) => one.referenceDays),
  leaf(
    'refGrossRemunerationAmount',
    long,
    dismissed('grossReferenceRemuneration'),
    (one) => one.grossReferenceRemuneration,
  ),
  leaf(
    'subjectionStartingDate',
    date,
    dismissed('subjectionStartingDate'),
    (one) => one.subjectionStartingDate,
  ),
  leaf(
    'subjectionEndingDate',
    date,
    dismissed('subjectionEndingDate'),
    (one) => one.subjectionEndingDate,
  ),
])

const students = tree<Student>([
  required('numberDays', int, student('numberOfDays'), (one) => one.numberOfDays),
  leaf('remunerationAmount', long, student('remuneration'), (one) => one.remuneration),
])

const retirements = tree<EarlyRetirement>([
  required('code', int, retirement('code'), (one) => one.code),
  leaf('numberMonths', int, retirement('numberOfMonths'), (one) => one.numberOfMonths),
  leaf('contributionAmount', long, retirement('amount'), (one) => one.amount),
])

/** dt:DmfaWorkerRecord */
const workerRecords = tree<WorkerRecord>([
  required('employerClass', int, workerRecord('employerCategory'), (one) => one.employerCategory),
  required('workerCode', int, workerRecord('workerCode'), (one) => one.workerCode),
  leaf(
    'quarterStartingDate',
    date,
    workerRecord('quarterStartingDate'),
    (one) => one.quarterStartingDate,
  ),
  leaf(
    'quarterEndingDate',
    date,
    workerRecord('quarterEndingDate'),
    (one) => one.quarterEndingDate,
  ),
  nested('occupation', occupations, (one) => one.occupation ?? []),
  ...has(
    'hasIndemnityWAPM',
    nested('indemnityWAPM', indemnities, (one: WorkerRecord) => one.indemnityWapm ?? []),
  ),
  ...has(
    'hasDismissedStatutoryWorkerContribution',
    nested('dismissedStatutoryWorkerContribution', dismissals, (one: WorkerRecord) =>
      known(one.dismissedStatutoryWorkerContribution),
    ),
  ),
  ...has(
    'hasStudentContribution',
    nested('studentContribution', students, (one: WorkerRecord) => known(one.studentContribution)),
  ),
  ...has(
    'hasEarlyRetirementContribution',
    nested(
      'earlyRetirementContribution',
      retirements,
      (one: WorkerRecord) => one.earlyRetirementContribution ?? [],
    ),
  ),
  required(
    'hasComplementaryIndemnity',
    boolean,
    technical('not named by any paragraph'),
    () => false,
  ),
])

const noTicket = technical('tickets of declarations are not in the catalogue: zeros')

const declaredPerson = tree<NaturalPerson>([
  leaf('ssin', ssin, path('dmfa.naturalPerson.ssin'), (one) => one.ssin),
])

/** dt:DmfaNaturalPersonDeclarationRecord */
export const workerDeclaration = tree<DeclaredWorker>([
  ...declarationRows<DeclaredWorker>((one) => one.declaration),
  nested('person', declaredPerson, (one) => [one.worker]),
  nested('workerRecord', workerRecords, (one) => one.worker.workerRecord ?? []),
  required('ticketNbrLastSituation', text, noTicket, () => '0'.repeat(13)),
])

const unrelated = at('contributionUnrelatedToNp')

const contributions = tree<Unrelated>([
  leaf('employerClass', int, unrelated('employerCategory'), (one) => one.employerCategory),
  leaf('workerCode', int, unrelated('workerCode'), (one) => one.workerCode),
  leaf('calculationBasis', long, unrelated('calculationBasis'), (one) => one.calculationBasis),
  leaf('amount', long, unrelated('amount'), (one) => one.amount),
])

/** dt:DmfaUnrelatedToNaturalPersonDeclarationRecord, of a declaration that has such contributions. */
export const unrelatedDeclaration = tree<Declaration>([
  ...declarationRows<Declaration>((one) => one),
  nested('contribution', contributions, (one) => one.contributionUnrelatedToNp ?? []),
])

const totals = [
  'totalWorkerRecords',
  'totalPartTime',
  'totalWorkMan',
  'totalEmployees',
  'totalStudents',
  'totalServiceNbrOfDays',
  'totalEarlyRetirement',
  'totalDismissedStatutoryWorkers',
  'totalAuthorizedAbsencesNbrOfDays',
  'totalEconomicalUnemploymentNbrOfDays',
  'totalBadWeatherTemporaryUnemploymentNbrOfDays',
  'totalOtherTemporaryUnemploymentNbrOfDays',
] as const

/** The twelve totals of m:DmfaStatisticsByEmployer, all or none: the schema wants them all. */
export function totalRows<Item>(
  of: (item: Item) => DmfaAggregateRecord | undefined,
): readonly Child<Item>[] {
  return totals.map((name) =>
    required(name, double, path(`dmfa.aggregate.${name}`), (item: Item) => of(item)?.[name]),
  )
}
