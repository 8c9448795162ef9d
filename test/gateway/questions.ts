/** The consultations of the services, and criteria about the personas. */
import { employerBodies, nssoNumberOf } from '../../certs-test/institutions.ts'
import type { ConsultOperation, Service } from '../../src/services/operation.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { consultations } from '../services/exchange-parts.ts'
import type { Criteria } from './ask.ts'

export function consultationNamed(name: string): {
  readonly service: Service
  readonly operation: ConsultOperation
} {
  const found = consultations.find(([one]) => one === name)
  if (found === undefined) throw new Error(`no consultation ${name}`)
  const [, service, operation] = found
  return { service, operation }
}

/** Institutions with each legal context of theirs. */
export const contexts: readonly (readonly [institution: string, legalContext: string])[] = [
  ['phare', 'PHARE:SUBSIDY_QUARTER'],
  ['phare', 'PHARE:ADVANCE_MONTH'],
  ['phare', 'PHARE:STAFF_REGISTER'],
  ['phare', 'PHARE:IDENTIFICATION'],
  ['phare', 'PHARE:EARLY_RETIREMENT'],
  ['phare', 'PHARE:LIMOSA_GENDER'],
  ['emploi', 'EMPLOI:FOLLOW_UP'],
  ['pension', 'PENSION:CAREER'],
  ['inspection', 'INSPECTION:CONTROL'],
]

/** Numbers of all personas, replaced ones included. */
export const personaNumbers: readonly string[] = Object.values(personas).flatMap((persona) =>
  'former' in persona ? [persona.ssin, persona.former] : [persona.ssin],
)

/** Every question that a set of numbers, employers and quarters allows, by operation. */
export function criteriaOf(
  operation: string,
  subject: { readonly ssin: string; readonly employer: string },
  quarters: { readonly from: string; readonly to: string },
): Criteria {
  switch (operation) {
    case 'consultPerson':
      return { ssin: subject.ssin }
    case 'consultByWorker':
      return { ssin: subject.ssin, beginQuarter: quarters.from, endQuarter: quarters.to }
    case 'consultByEmployer':
    case 'consultAggregates':
      return { nssoNumber: subject.employer, quarter: quarters.to }
    default:
      throw new Error(`no criteria for ${operation}`)
  }
}

export const employers: readonly string[] = Object.values(employerBodies).map(nssoNumberOf)
