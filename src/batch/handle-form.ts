import { readEnterpriseNumber, readNssoNumber } from '../base/enterprise.ts'
import { readSsin, type Ssin } from '../base/ssin.ts'
import { findMandate, type MandateBasis } from '../access/mandate.ts'
import type { Enterprise } from '../access/enterprise.ts'
import type { Anomaly } from './anomaly.ts'
import type { Batch } from './batch.ts'
import type { Declaration, DeclaredEmployer } from './dimona/declaration.ts'
import {
  ruleDailyRegistration,
  ruleIn,
  rulePeriod,
  refuse,
  type Ruling,
  type Terms,
} from './dimona/rules.ts'
import { anomaly } from './dimona/time-rules.ts'
import type { ReadForm } from './read-form.ts'
import type { DimonaTransaction, SetSender } from './store.ts'

/** One form after its employer, mandate and worker were looked up, before the register is touched. */
export interface PreparedForm {
  readonly declaration?: Declaration
  /** the employer that is declared for, when the sender may act for it */
  readonly employer?: Enterprise
  readonly mandate?: MandateBasis
  /** accepted anomalies of the look-up, told with the outcome */
  readonly remarks: readonly Anomaly[]
  /** the worker of an IN under its present number */
  readonly worker?: Ssin
  /** why nothing reaches the register, when that is so */
  readonly refusal?: readonly Anomaly[]
}

/**
 * Finds for whom a declaration is made and whether the sender may make it (rules A2, A28, A29). Of a period that belongs to an
 * employer for which the sender may not act, nothing is told: it is unknown (354).
 */
export async function prepareForm(
  batch: Batch,
  sender: SetSender,
  form: ReadForm,
): Promise<PreparedForm> {
  if (form.kind === 'invalid') return { remarks: [], refusal: form.anomalies }
  const { declaration } = form
  const found = await findEmployer(batch, declaration)
  if (found.employer === undefined) return { declaration, remarks: [], refusal: found.anomalies }
  const { employer, anomalies: remarks } = found
  const mandate = findMandate(
    sender.enterpriseNumber,
    employer.enterpriseNumber,
    await batch.access.mandatesOf(employer.enterpriseNumber),
    batch.now(),
  )
  if (mandate === undefined)
    return { declaration, remarks: [], refusal: [withoutMandate(declaration)] }
  const prepared = { declaration, employer, mandate, remarks }
  if (declaration.kind !== 'DimonaIn') return prepared
  const worker = await findWorker(batch, declaration.inss, declaration.described)
  return typeof worker === 'string' ? { ...prepared, worker } : { ...prepared, refusal: [worker] }
}

/** The mandate is missing for the declared employer (155); without one declared, the period stays unknown. */
function withoutMandate(declaration: Declaration): Anomaly {
  return declaration.employer === undefined
    ? anomaly('DimonaPeriodId', '354')
    : anomaly('EmployerId', '155')
}

interface FoundEmployer {
  readonly employer?: Enterprise
  readonly anomalies: readonly Anomaly[]
}

/** The declared employer, or the one of the period when none is declared. */
async function findEmployer(batch: Batch, declaration: Declaration): Promise<FoundEmployer> {
  if (declaration.employer !== undefined) return findDeclared(batch, declaration.employer)
  if (declaration.kind === 'DimonaIn') return { anomalies: [anomaly('EmployerId', '364')] }
  const { periodId } = declaration
  const period = periodId && (await batch.store.period(periodId))
  const employer = period && (await batch.access.enterprise(period.enterpriseNumber))
  return employer === undefined
    ? { anomalies: ruleUnknownPeriod(declaration) }
    : { employer, anomalies: [] }
}

function ruleUnknownPeriod(declaration: Declaration): readonly Anomaly[] {
  return declaration.kind === 'DailyRegistrationDeclaration'
    ? ruleDailyRegistration(declaration).anomalies
    : [anomaly('DimonaPeriodId', '354')]
}

async function findDeclared(batch: Batch, declared: DeclaredEmployer): Promise<FoundEmployer> {
  const { nssoNumber, companyId } = declared
  if (nssoNumber === undefined && companyId === undefined)
    return { anomalies: [anomaly('EmployerId', '364')] }
  const number = readEnterpriseNumber(companyId?.padStart(10, '0') ?? '')
  if (companyId !== undefined && number === undefined)
    return { anomalies: [anomaly('CompanyID', '003')] }
  const byCompany = number && (await batch.access.enterprise(number))
  if (nssoNumber === undefined)
    return byCompany?.employer === undefined
      ? { anomalies: [anomaly('CompanyID', '235')] }
      : { employer: byCompany, anomalies: [] }
  const tag = nssoNumber.length === 10 ? 'ProvisionalNSSONbr' : 'NOSSRegistrationNbr'
  const registration = readNssoNumber(nssoNumber)
  if (registration === undefined) return { anomalies: [anomaly(tag, '003')] }
  const employer = await batch.access.employer(registration)
  if (employer === undefined) return { anomalies: [anomaly(tag, '235')] }
  // the ONSS number decides; another enterprise number beside it is told, and does not block
  const differs = number !== undefined && number !== employer.enterpriseNumber
  return { employer, anomalies: differs ? [anomaly('CompanyID', '022', 'NP')] : [] }
}

/** The worker under the number that is valid today. A description by name is not searched for: not identifiable (151). */
async function findWorker(
  batch: Batch,
  inss: string | undefined,
  described: boolean,
): Promise<Ssin | Anomaly> {
  if (inss === undefined) return anomaly('NaturalPerson', described ? '151' : '363')
  const ssin = readSsin(inss)
  if (ssin === undefined) return anomaly('INSS', '003')
  const status = await batch.persons.statusOf(ssin)
  switch (status.kind) {
    case 'active':
      return ssin
    case 'replaced':
      return status.by
    case 'cancelled':
    case 'unknown':
      return anomaly('NaturalPerson', '151')
  }
}

/** The outcome of a prepared form, with what the register holds inside the transaction. */
export async function ruleForm(
  prepared: PreparedForm,
  transaction: DimonaTransaction,
  terms: Terms,
): Promise<Ruling> {
  const { declaration, employer, worker, refusal } = prepared
  if (refusal !== undefined) return refuse(...refusal)
  if (declaration === undefined || employer?.employer === undefined)
    throw new TypeError('a form without refusal has a declaration and an employer')
  switch (declaration.kind) {
    case 'DailyRegistrationDeclaration':
      return ruleDailyRegistration(declaration)
    case 'DimonaIn': {
      if (worker === undefined) throw new TypeError('an IN without refusal has a worker')
      const others = await transaction.periodsOf(employer.employer.nssoNumber, worker)
      const periodId = await transaction.nextPeriodId()
      return remark(prepared, ruleIn(declaration, employer, worker, others, periodId, terms))
    }
    case 'DimonaOut':
    case 'DimonaUpdate':
    case 'DimonaCancel': {
      const { periodId } = declaration
      const period = periodId && (await transaction.period(periodId))
      // a period of another employer is unknown to whoever speaks for this one
      if (period === undefined || period.enterpriseNumber !== employer.enterpriseNumber)
        return refuse(anomaly('DimonaPeriodId', '354'))
      const others = await transaction.periodsOf(period.employer, period.worker)
      return remark(prepared, rulePeriod(declaration, period, others, terms))
    }
  }
}

function remark({ remarks }: PreparedForm, ruling: Ruling): Ruling {
  return { ...ruling, anomalies: [...remarks, ...ruling.anomalies] }
}
