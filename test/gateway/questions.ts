/** The consultations of the services, and criteria about the personas. */
import { employerBodies, nssoNumberOf } from '../../certs-test/institutions.ts'
import { civilDateAt } from '../../src/base/civil-date.ts'
import type { ConsultOperation, Service } from '../../src/services/operation.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { consultations } from '../services/exchange-parts.ts'
import type { Criteria } from './ask.ts'

/** By its name, or by `<Service>.<operation>` where several services have one of that name. */
export function consultationNamed(name: string): {
  readonly service: Service
  readonly operation: ConsultOperation
} {
  const found = consultations.find(
    ([one, service]) => one === name || `${service.name}.${one}` === name,
  )
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
    case 'consultHistory':
      return { ssin: subject.ssin, beginQuarter: quarters.from, endQuarter: quarters.to }
    case 'consultByEmployer':
    case 'consultAggregates':
      return { nssoNumber: subject.employer, quarter: quarters.to }
    case 'PersonnelFileService.consultByWorker':
      return {
        ssin: subject.ssin,
        beginDate: dayIn(quarters.from, '01'),
        endDate: dayIn(quarters.to, '28'),
      }
    case 'PersonnelFileService.consultByEmployer':
      return { nssoNumber: subject.employer, beginDate: dayIn(quarters.to, '01') }
    case 'PersonnelFileService.wasActive':
      return {
        nssoNumber: subject.employer,
        ssin: [subject.ssin],
        beginDate: dayIn(quarters.from, '01'),
        endDate: dayIn(quarters.to, '28'),
      }
    case 'changesSince':
    case 'PersonnelFileService.changesSince':
      return { nssoNumber: subject.employer, sinceDate: civilDateAt(Date.now()) }
    case 'consultByPostedPerson':
      return {
        ssin: subject.ssin,
        beginDate: dayIn(quarters.from, '01'),
        endDate: dayIn(quarters.to, '28'),
      }
    case 'consultByUser':
      return { nssoNumber: subject.employer, beginDate: dayIn(quarters.to, '01') }
    case 'consultEmployer':
      return { nssoNumber: subject.employer }
    case 'findEmployers':
      return { address: 'place du carrefour 4' }
    default:
      throw new Error(`no criteria for ${operation}`)
  }
}

export const employers: readonly string[] = Object.values(employerBodies).map(nssoNumberOf)

/** A day in the last month of a quarter `YYYYQn`. */
function dayIn(quarter: string, day: string): string {
  const month = String(Number(quarter.slice(5)) * 3).padStart(2, '0')
  return `${quarter.slice(0, 4)}-${month}-${day}`
}

/** Consultations of all services, by the names that `criteriaOf` knows. */
export const operations: readonly string[] = [
  'consultPerson',
  'consultByWorker',
  'consultByEmployer',
  'consultAggregates',
  'consultHistory',
  'changesSince',
  'PersonnelFileService.consultByWorker',
  'PersonnelFileService.consultByEmployer',
  'PersonnelFileService.wasActive',
  'PersonnelFileService.changesSince',
  'consultEmployer',
  'findEmployers',
  'consultByPostedPerson',
  'consultByUser',
]
