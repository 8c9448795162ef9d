/**
 * Brings a staff register up to date. The first run reads the whole staff; later ones ask what changed since the last one, and
 * look again at those workers only. Each question names the purpose it is asked for (legal context); what the deliberation does not grant is
 * not asked for.
 */
import { GatewayClient, type Identity as Keys } from './gateway-client.ts'
import type {
  Declaration,
  Employment,
  Identity,
  Occupation,
  StaffRegister,
  Worker,
} from './register.ts'

/** The purposes of deliberation 14/057 that the questions serve. */
const purpose = { register: 'PHARE:STAFF_REGISTER', subsidy: 'PHARE:SUBSIDY_QUARTER' }

/** changesSince goes back so many days: after a longer pause the staff is read whole. */
const changeDaysMax = 92
/** Names change seldom, and no service tells when. */
const identityDays = 30

export interface Services {
  readonly persons: GatewayClient
  readonly personnel: GatewayClient
  readonly declarations: GatewayClient
}

export interface Employer {
  readonly nssoNumber: string
  /** closed quarters to keep figures of */
  readonly quarters: number
}

/** What a run did. */
export interface Report {
  readonly kind: 'whole' | 'changes'
  /** workers whose employments were read */
  readonly workers: number
  readonly identities: number
  readonly declarations: readonly string[]
}

/** Clients of the three services; close them when done. */
export async function openServices(url: string, keys: Keys, customer: string): Promise<Services> {
  const open = (name: string) => GatewayClient.open(`${url}/quadrivium/${name}/v1`, keys, customer)
  return {
    persons: await open('PersonService'),
    personnel: await open('PersonnelFileService'),
    declarations: await open('DmfaConsultationService'),
  }
}

export function closeServices({ persons, personnel, declarations }: Services): void {
  persons.close()
  personnel.close()
  declarations.close()
}

/** The register as it is on `today` (`YYYY-MM-DD`). Throws when a question is refused or not answered. */
export async function update(
  services: Services,
  employer: Employer,
  old: StaffRegister | undefined,
  today: string,
): Promise<{ readonly register: StaffRegister; readonly report: Report }> {
  const incremental = old !== undefined && old.readOn > addDays(today, -changeDaysMax)
  const { from, employments } = incremental
    ? await changedEmployments(services, employer, old, today)
    : await allEmployments(services, employer, old, today)
  const staff = new Map(
    Object.entries(old?.workers ?? {}).map(([ssin, one]) => [ssin, one.employments]),
  )
  for (const [ssin, now] of employments) {
    const before = (staff.get(ssin) ?? []).filter((one) => (one.exitDate ?? from) < from)
    const own = [...before, ...now]
    if (own.length > 0) staff.set(ssin, own)
    else staff.delete(ssin) // cancelled: never staff, so nothing of the person is kept
  }
  const workers: Record<string, Worker> = {}
  let identities = 0
  for (const [ssin, own] of [...staff].toSorted()) {
    const known = old?.workers[ssin]
    if (known !== undefined && known.identityReadOn > addDays(today, -identityDays)) {
      workers[ssin] = { ...known, employments: own }
    } else {
      const identity = await identityOf(services, ssin)
      workers[ssin] = { identity, identityReadOn: today, employments: own }
      identities += 1
    }
  }
  const changed = incremental ? await changedQuarters(services, employer, old) : undefined
  const { declarations, read } = await readDeclarations(services, employer, old, today, changed)
  return {
    register: { employer: employer.nssoNumber, readOn: today, workers, declarations },
    report: {
      kind: incremental ? 'changes' : 'whole',
      workers: employments.size,
      identities,
      declarations: read,
    },
  }
}

/** An employment as the personnel file tells it: what this register keeps of it. */
interface EmploymentReply {
  readonly employer: { readonly registrationNumber: string }
  readonly worker: { readonly ssin: string }
  readonly occupation: readonly {
    readonly entryDate: string
    readonly exitDate?: string
    readonly workerType: string
    readonly jointCommission: string
  }[]
}

/** What the personnel file has now for the workers it was asked about: all employments that end on `from` or later. */
interface ReadEmployments {
  readonly from: string
  readonly employments: ReadonlyMap<string, readonly Employment[]>
}

/** The employments of the last year and those declared for the coming one, of all workers. */
async function allEmployments(
  { personnel }: Services,
  { nssoNumber }: Employer,
  old: StaffRegister | undefined,
  today: string,
): Promise<ReadEmployments> {
  const from = addDays(today, -364)
  const found: EmploymentReply[] = []
  // one question covers a year at most
  for (const [beginDate, endDate] of [
    [from, today],
    [addDays(today, 1), addDays(today, 364)],
  ]) {
    const criteria = { nssoNumber, beginDate, endDate }
    for await (const page of personnel.pages<EmploymentPage>(
      'consultByEmployer',
      purpose.register,
      criteria,
    )) {
      found.push(...page.employment)
    }
  }
  const byWorker = Map.groupBy(found, ({ worker }) => worker.ssin)
  const all = new Set([...Object.keys(old?.workers ?? {}), ...byWorker.keys()])
  return {
    from,
    employments: new Map(
      [...all].map((ssin) => [ssin, employmentsOf(byWorker.get(ssin) ?? [], nssoNumber)]),
    ),
  }
}

interface EmploymentPage {
  readonly employment: readonly EmploymentReply[]
  readonly nextOffset?: string
}

/**
 * The employments of the workers with a change since the last run. A change names the worker; what he has now is read whole, so
 * that nothing depends on the order of declarations, and a run that is done twice changes nothing.
 */
async function changedEmployments(
  { personnel }: Services,
  { nssoNumber }: Employer,
  old: StaffRegister,
  today: string,
): Promise<ReadEmployments> {
  const changed = new Set<string>()
  // from the day of the last run on: it may have been declared after that run
  const criteria = { nssoNumber, sinceDate: old.readOn }
  for await (const page of personnel.pages<ChangePage>(
    'changesSince',
    purpose.register,
    criteria,
  )) {
    for (const { worker } of page.change) changed.add(worker.ssin)
  }
  const from = addDays(today, -364)
  const endDate = addDays(today, 364)
  const employments = new Map<string, readonly Employment[]>()
  for (const ssin of changed) {
    const result = await personnel.read<{ readonly employment: readonly EmploymentReply[] }>(
      'consultByWorker',
      purpose.register,
      { ssin, beginDate: from, endDate },
    )
    employments.set(ssin, employmentsOf(result?.employment ?? [], nssoNumber))
  }
  return { from, employments }
}

interface ChangePage {
  readonly change: readonly { readonly worker: { readonly ssin: string } }[]
  readonly nextOffset?: string
}

/** Those with this employer, each once, in the order of their entry dates. */
function employmentsOf(
  replies: readonly EmploymentReply[],
  nssoNumber: string,
): readonly Employment[] {
  const own = replies
    .filter(({ employer }) => employer.registrationNumber === nssoNumber)
    .flatMap(({ occupation }) => occupation)
    .map(({ entryDate, exitDate, workerType, jointCommission }) => ({
      entryDate,
      ...(exitDate !== undefined && { exitDate }),
      workerType,
      jointCommittee: jointCommission,
    }))
  const distinct = new Map(own.map((one) => [JSON.stringify(one), one]))
  return [...distinct.values()].toSorted((a, b) => (a.entryDate < b.entryDate ? -1 : 1))
}

/** The person behind a number. One who may not be told, or whose number was replaced, stands in the register with the reason. */
async function identityOf({ persons }: Services, ssin: string): Promise<Identity> {
  const { status, result } = await persons.ask<{ readonly person: PersonReply }>(
    'consultPerson',
    purpose.register,
    { ssin },
  )
  const nobody = { lastName: '', firstNames: '', birthDate: '', sex: '' }
  if (result === undefined) return { ...nobody, refusal: status.code }
  const { names, birth, sex } = result.person
  return {
    lastName: names?.lastName ?? '',
    firstNames: names?.firstNames ?? '',
    birthDate: birth?.birthDate ?? '',
    sex: sex ?? '',
  }
}

interface PersonReply {
  readonly names?: { readonly lastName: string; readonly firstNames?: string }
  readonly birth?: { readonly birthDate?: string }
  readonly sex?: string
}

/** Quarters of which a declaration was made, modified or taken back since the last run: declarations are corrected afterwards. */
async function changedQuarters(
  { declarations }: Services,
  { nssoNumber }: Employer,
  old: StaffRegister,
): Promise<ReadonlySet<string>> {
  const changed = new Set<string>()
  const criteria = { nssoNumber, sinceDate: old.readOn }
  for await (const page of declarations.pages<DeclarationChangePage>(
    'changesSince',
    purpose.subsidy,
    criteria,
  )) {
    for (const { employerDeclaration } of page.change) changed.add(employerDeclaration.quarter)
  }
  return changed
}

interface DeclarationChangePage {
  readonly change: readonly { readonly employerDeclaration: { readonly quarter: string } }[]
  readonly nextOffset?: string
}

/** The declarations of the last closed quarters that are not known yet, and of those that are known the `changed` ones, or all. */
async function readDeclarations(
  services: Services,
  employer: Employer,
  old: StaffRegister | undefined,
  today: string,
  changed: ReadonlySet<string> | undefined,
): Promise<{
  readonly declarations: Readonly<Record<string, Declaration>>
  readonly read: readonly string[]
}> {
  const declarations = { ...old?.declarations }
  const read: string[] = []
  const quarters = new Set([
    ...Object.keys(declarations),
    ...closedQuarters(today, employer.quarters),
  ])
  for (const quarter of [...quarters].toSorted()) {
    const isKnown = declarations[quarter] !== undefined
    if (isKnown && changed !== undefined && !changed.has(quarter)) continue
    const declaration = await declarationOf(services, employer.nssoNumber, quarter, today)
    if (declaration === undefined) continue // not declared yet: the next run asks again
    declarations[quarter] = declaration
    read.push(quarter)
  }
  return { declarations, read }
}

interface DeclarationPage {
  readonly employerDeclaration: {
    readonly naturalPerson?: readonly {
      readonly ssin: string
      readonly workerRecord: readonly {
        readonly workerCode: string
        readonly occupation?: readonly OccupationReply[]
      }[]
    }[]
  }
  readonly nextOffset?: string
}

interface OccupationReply {
  readonly contractType: string
  readonly positionCode?: string
  readonly workingDaysSystem?: string
  readonly meanWorkingHours?: string
  readonly refMeanWorkingHours?: string
  readonly service?: readonly {
    readonly code: string
    readonly numberOfDays?: string
    readonly numberOfHours?: string
  }[]
}

async function declarationOf(
  { declarations }: Services,
  nssoNumber: string,
  quarter: string,
  today: string,
): Promise<Declaration | undefined> {
  const criteria = { nssoNumber, quarter }
  const totals = await declarations.read<{
    readonly aggregate: { readonly totalWorkerRecords: string }
  }>('consultAggregates', purpose.subsidy, criteria)
  if (totals === undefined) return undefined
  const occupations: Occupation[] = []
  let workerRecordsRead = 0
  for await (const page of declarations.pages<DeclarationPage>(
    'consultByEmployer',
    purpose.subsidy,
    criteria,
  )) {
    for (const { ssin, workerRecord } of page.employerDeclaration.naturalPerson ?? []) {
      workerRecordsRead += workerRecord.length
      for (const { workerCode, occupation } of workerRecord) {
        occupations.push(...(occupation ?? []).map((one) => occupationOf(ssin, workerCode, one)))
      }
    }
  }
  const workerRecords = Number(totals.aggregate.totalWorkerRecords)
  if (workerRecordsRead > workerRecords) {
    throw new Error(`${quarter}: more worker records than the declaration has`)
  }
  return { readOn: today, workerRecords, workerRecordsRead, occupations }
}

function occupationOf(ssin: string, workerCode: string, reply: OccupationReply): Occupation {
  return {
    ssin,
    workerCode,
    contractType: reply.contractType,
    positionCode: reply.positionCode ?? '',
    weekDays: Number(reply.workingDaysSystem ?? 0),
    weekHours: Number(reply.meanWorkingHours ?? 0),
    fullTimeWeekHours: Number(reply.refMeanWorkingHours ?? 0),
    services: (reply.service ?? []).map(({ code, numberOfDays, numberOfHours }) => ({
      code,
      days: Number(numberOfDays ?? 0),
      hours: Number(numberOfHours ?? 0),
    })),
  }
}

/** A civil date so many days later, or earlier when negative. */
export function addDays(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`)
  day.setUTCDate(day.getUTCDate() + days)
  return day.toISOString().slice(0, 10)
}

/** The last `count` quarters that are over, the oldest first: `YYYYQn`. */
export function closedQuarters(today: string, count: number): readonly string[] {
  const running = Number(today.slice(0, 4)) * 4 + Math.floor((Number(today.slice(5, 7)) - 1) / 3)
  return Array.from({ length: count }, (_, index) => {
    const quarter = running - count + index
    return `${Math.floor(quarter / 4)}Q${(quarter % 4) + 1}`
  })
}
