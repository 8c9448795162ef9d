import { civilDateAt, type CivilDate } from '../base/civil-date.ts'
import type { EnterpriseNumber } from '../base/enterprise.ts'
import { GatewayError } from '../base/errors.ts'
import { isEmployer, type Enterprise } from './enterprise.ts'

/** Affiliation of an employer to an approved social secretariat; the mandate follows it without any form (A29, A30). */
export interface Affiliation {
  readonly employer: EnterpriseNumber
  readonly secretariat: EnterpriseNumber
  readonly from: CivilDate
  /** last day, included */
  readonly until?: CivilDate
}

/** Contract of an employer with one other service provider; all fields but the end are mandatory (A28). */
export interface ProviderContract {
  readonly employer: EnterpriseNumber
  readonly provider: EnterpriseNumber
  readonly reference: string
  /** day of signature; the mandate runs from it */
  readonly date: CivilDate
  /** names of the parties as the contract has them */
  readonly parties: readonly string[]
  /** instant at which the employer reported the end (UTC ms); the mandate is over from then on (A37) */
  readonly endedAtMs?: number
}

/** Why a sender may act for an employer, with the rule of the access procedure that says so. */
export type MandateBasis =
  | { readonly kind: 'own'; readonly rule: 'A2' }
  | { readonly kind: 'secretariat'; readonly rule: 'A29' }
  | { readonly kind: 'provider'; readonly rule: 'A28'; readonly contract: string }

/** What access management knows of one employer. */
export interface Mandates {
  readonly affiliations: readonly Affiliation[]
  readonly contracts: readonly ProviderContract[]
}

/** Access management as others need it; `store/` implements it. */
export interface AccessDirectory {
  enterprise(number: EnterpriseNumber): Promise<Enterprise | undefined>
  /** by the NSSO number of the employer */
  employer(nssoNumber: string): Promise<Enterprise | undefined>
  mandatesOf(employer: EnterpriseNumber): Promise<Mandates>
}

function isAffiliated(affiliation: Affiliation, sender: EnterpriseNumber, on: CivilDate): boolean {
  return (
    affiliation.secretariat === sender &&
    affiliation.from <= on &&
    (affiliation.until === undefined || on <= affiliation.until)
  )
}

function isRunning(contract: ProviderContract, atMs: number): boolean {
  return (
    contract.date <= civilDateAt(atMs) &&
    (contract.endedAtMs === undefined || atMs < contract.endedAtMs)
  )
}

/**
 * On what ground the sender may act for the employer at an instant: itself (A2), its approved social secretariat (A29) or its
 * one other provider (A28). Undefined: no ground, refuse.
 */
export function findMandate(
  sender: EnterpriseNumber,
  employer: EnterpriseNumber,
  mandates: Mandates,
  atMs: number,
): MandateBasis | undefined {
  if (sender === employer) return { kind: 'own', rule: 'A2' }
  const today = civilDateAt(atMs)
  const affiliated = mandates.affiliations.some(
    (affiliation) => affiliation.employer === employer && isAffiliated(affiliation, sender, today),
  )
  if (affiliated) return { kind: 'secretariat', rule: 'A29' }
  const contract = mandates.contracts.find(
    (one) => one.employer === employer && one.provider === sender && isRunning(one, atMs),
  )
  return contract && { kind: 'provider', rule: 'A28', contract: contract.reference }
}

/**
 * Checks that the employer may conclude this affiliation. Throws REQUEST_INVALID when it has no staff on the first day (A27),
 * when the secretariat is not an approved one, or when the end lies before the begin.
 */
export function checkAffiliation(
  affiliation: Affiliation,
  employer: Enterprise | undefined,
  secretariat: Enterprise | undefined,
): void {
  if (employer === undefined || !isEmployer(employer, affiliation.from))
    throw new GatewayError('REQUEST_INVALID', 'A27: only an employer can be affiliated')
  if (secretariat?.secretariatNumber === undefined)
    throw new GatewayError('REQUEST_INVALID', 'A29: not an approved social secretariat')
  if (affiliation.until !== undefined && affiliation.until < affiliation.from)
    throw new GatewayError('REQUEST_INVALID', 'affiliation ends before it begins')
}

/**
 * Checks that the employer may name this provider now. Throws REQUEST_INVALID when it has no staff (A27), when reference, date
 * or parties of the contract are missing (A28), when the provider is unknown or the employer itself, or when another
 * provider's contract has not been ended (A31).
 */
export function checkProvider(
  contract: ProviderContract,
  employer: Enterprise | undefined,
  provider: Enterprise | undefined,
  existing: readonly ProviderContract[],
  nowMs: number,
): void {
  const today = civilDateAt(nowMs)
  if (employer === undefined || !isEmployer(employer, today))
    throw new GatewayError('REQUEST_INVALID', 'A27: only an employer can name a provider')
  if (provider === undefined || provider.enterpriseNumber === employer.enterpriseNumber)
    throw new GatewayError('REQUEST_INVALID', 'A27: the provider is no other known enterprise')
  const parties = contract.parties.filter((party) => party.trim() !== '')
  if (contract.reference.trim() === '' || parties.length < 2)
    throw new GatewayError('REQUEST_INVALID', 'A28: contract without reference or parties')
  if (contract.date > today)
    throw new GatewayError('REQUEST_INVALID', 'A28: contract is not concluded yet')
  if (existing.some((one) => one.endedAtMs === undefined))
    throw new GatewayError('REQUEST_INVALID', 'A31: end the running contract with a provider first')
}
