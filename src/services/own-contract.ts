import type { AnyBlock } from '../registers/field.ts'
import type { Operation, Service } from './operation.ts'

/** Our own contracts, in the CommonV3 envelope: what generate/ makes XSD, WSDL and JSON Schema from (design.md §2). */

/** Kinds of criteria; generate/ knows the schema type of each. */
export type CriterionType =
  | 'ssin'
  | 'nssoNumber'
  | 'enterpriseNumber'
  | 'searchText'
  | 'yearQuarter'
  | 'date'
  | 'offset'
  | 'pageSize'

/** Most characters of a text that is searched for. */
export const searchTextMax = 200

export interface Criterion {
  readonly name: string
  readonly type: CriterionType
  readonly optional?: true
  /** present when the element may be repeated: the most times (in JSON always an array); its values hold no white space */
  readonly most?: number
  /** one English sentence for the schema */
  readonly about: string
}

export interface OwnOperation {
  /** e.g. `consultPerson`; the elements are `consultPersonRequest`, `…Response`, `…Fault` */
  readonly name: string
  readonly about: string
  /** plural noun for what it gives, lowerCamelCase: the resource in its REST path (Belgif rules col-name, sens-dat) */
  readonly resources: string
  /** in the order of the contract */
  readonly criteria: readonly Criterion[]
  readonly block: AnyBlock
  /** element of a record inside `result`: the block's name in the catalogue */
  readonly record: string
  /** whether `result` can hold several records */
  readonly many: boolean
  /** whether `result` can hold `nextOffset` */
  readonly paged: boolean
}

export interface OwnContract {
  /** e.g. `PersonService` */
  readonly name: string
  readonly version: number
  readonly about: string
  readonly operations: readonly OwnOperation[]
}

/** A service whose contract is ours and generated. */
export interface OwnService extends Service {
  readonly definition: OwnContract
}

/** Whether a service's contract is generated; the others' are written once, wire-exact. */
export function isOwn(service: Service): service is OwnService {
  return 'definition' in service
}

/** Most records (workers) a page can hold. */
export const pageSizeMax = 2000

/** The employer asked about, of the kind that `who` names. */
export function employerCriterion(who: string): Criterion {
  return {
    name: 'nssoNumber',
    type: 'nssoNumber',
    about: `NSSO registration number of the ${who}.`,
  }
}

/** The person asked about; `who` names the kind. */
export function personCriterion(who: string): Criterion {
  return {
    name: 'ssin',
    type: 'ssin',
    about: `National Register number or bis number of the ${who}.`,
  }
}

/** The days asked about (criteria.ts, readDays). */
export const beginDate: Criterion = { name: 'beginDate', type: 'date', about: 'First day.' }

/** The end of a period of at most so many years, in words. */
export function endDate(years: string): Criterion {
  return { name: 'endDate', type: 'date', about: `Last day, included; at most ${years} in all.` }
}

/** The end of a period, or of one day when absent. */
export function optionalEndDate(years: string): Criterion {
  return {
    name: 'endDate',
    type: 'date',
    optional: true,
    about: `Last day, included; beginDate when absent; at most ${years} in all.`,
  }
}

/** Most days back of one `changesSince`: who asks more seldom reads all again. */
export const changeDaysMax = 92

/** The day since which changes are told. */
export const sinceDate: Criterion = {
  name: 'sinceDate',
  type: 'date',
  about: `First day whose declarations count; today, or at most ${changeDaysMax} days ago.`,
}

/** What every paged operation takes last; `who` stands on a page. */
export function pageCriteria(who: string): readonly Criterion[] {
  return [
    {
      name: 'offset',
      type: 'offset',
      optional: true,
      about: 'nextOffset of the page before; absent for the first page.',
    },
    {
      name: 'maxResults',
      type: 'pageSize',
      optional: true,
      about: `Most ${who} on the page, 1 to ${pageSizeMax}; ${pageSizeMax} when absent.`,
    },
  ]
}

/** `urn:quadrivium:<Service>:v<version>` */
export function namespaceOf(contract: Pick<OwnContract, 'name' | 'version'>): string {
  return `urn:quadrivium:${contract.name}:v${contract.version}`
}

/** The service of an own contract: namespace, path, SOAPAction and element names follow from its name (design.md §2). */
export function ownService(contract: OwnContract, operations: readonly Operation[]): OwnService {
  const { name, version } = contract
  const namespace = namespaceOf(contract)
  return {
    definition: contract,
    name,
    version,
    namespace,
    path: `/quadrivium/${name}/v${version}`,
    contract: `${name}/v${version}`,
    soapAction: (operation) => `${namespace}/${operation}`,
    operations: new Map(operations.map((operation) => [`${operation.name}Request`, operation])),
    faultElement: (operation) => `${operation}Fault`,
  }
}

/**
 * Path of an operation in REST: `POST /quadrivium/<apiName>/v<major>/<resources>/query`; the API is named after the service
 * without the word `Service` (Belgif rules uri-format, uri-notat; sens-dat: no SSIN in a URL).
 */
export function restPathOf(
  contract: Pick<OwnContract, 'name' | 'version'>,
  operation: OwnOperation,
): string {
  const name = contract.name.replace(/Service$/, '')
  const apiName = `${name.charAt(0).toLowerCase()}${name.slice(1)}`
  return `/quadrivium/${apiName}/v${contract.version}/${operation.resources}/query`
}
