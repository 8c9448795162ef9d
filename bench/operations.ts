/**
 * The operations of our own services as they are answered, from the JSON of a request to the JSON of the reply: read, decided, population and
 * integration checked, asked, projected, written. Signature, journal and HTTP are not in it: `bench soap` measures those.
 */
import { keyedDigest } from '../src/audit/keyed-digest.ts'
import { readEnterpriseNumber } from '../src/base/enterprise.ts'
import { addQuarters, civilDateAt, quarterDates, type Quarter } from '../src/base/civil-date.ts'
import type { Decision } from '../src/deliberations/decision.ts'
import { exchange, type Gateway } from '../src/exchange/exchange.ts'
import type { Inbound } from '../src/exchange/inbound.ts'
import { makeOffsetSeal } from '../src/exchange/offset-seal.ts'
import type { Caller } from '../src/institutions/caller.ts'
import type { Institution } from '../src/institutions/institution.ts'
import type { ReferenceDirectory } from '../src/institutions/reference-directory.ts'
import type { Path } from '../src/registers/catalogue.ts'
import { sourceNames } from '../src/registers/field.ts'
import type { Grant } from '../src/registers/grant.ts'
import type { ConsultOperation, Service } from '../src/services/operation.ts'
import { services } from '../src/services/registry.ts'
import type { Source } from '../src/services/source.ts'

/** Whom and what a request is about. */
export interface Requested {
  readonly ssin: string
  readonly employer: string
  readonly quarter: Quarter
  /** words of the employer's name */
  readonly words: readonly string[]
}

type Criteria = Readonly<Record<string, string | number | readonly string[]>>

const page = 20
const wire = (quarter: Quarter) => `${quarter.slice(0, 4)}Q${quarter.slice(4)}`
const daysOf = (quarter: Quarter) => {
  const { first, last } = quarterDates(quarter)
  return { beginDate: first, endDate: last }
}

/** Criteria by service and operation. The postings asked for are those of a worker and of an employer: there often are none. */
const requests: Readonly<Record<string, (of: Requested) => Criteria>> = {
  'PersonService.consultPerson': ({ ssin }) => ({ ssin }),
  'DmfaConsultationService.consultByWorker': ({ ssin, quarter }) => ({
    ssin,
    beginQuarter: wire(addQuarters(quarter, -3)),
    endQuarter: wire(quarter),
  }),
  'DmfaConsultationService.consultByEmployer': ({ employer, quarter }) => ({
    nssoNumber: employer,
    quarter: wire(quarter),
    maxResults: page,
  }),
  'DmfaConsultationService.consultAggregates': ({ employer, quarter }) => ({
    nssoNumber: employer,
    quarter: wire(quarter),
  }),
  'DmfaConsultationService.consultHistory': ({ ssin, quarter }) => ({
    ssin,
    beginQuarter: wire(quarter),
    endQuarter: wire(quarter),
  }),
  'DmfaConsultationService.changesSince': ({ employer }) => ({
    nssoNumber: employer,
    sinceDate: civilDateAt(Date.now() - 30 * 86_400_000),
    maxResults: page,
  }),
  'PersonnelFileService.consultByWorker': ({ ssin, quarter }) => ({ ssin, ...daysOf(quarter) }),
  'PersonnelFileService.consultByEmployer': ({ employer, quarter }) => ({
    nssoNumber: employer,
    ...daysOf(quarter),
    maxResults: page,
  }),
  'PersonnelFileService.wasActive': ({ employer, ssin, quarter }) => ({
    nssoNumber: employer,
    ssin: [ssin],
    ...daysOf(quarter),
  }),
  'PersonnelFileService.changesSince': ({ employer }) => ({
    nssoNumber: employer,
    sinceDate: civilDateAt(Date.now() - 30 * 86_400_000),
    maxResults: page,
  }),
  'EmployerService.consultEmployer': ({ employer }) => ({ nssoNumber: employer }),
  'LimosaService.consultByPostedPerson': ({ ssin, quarter }) => ({ ssin, ...daysOf(quarter) }),
  'LimosaService.consultByUser': ({ employer, quarter }) => ({
    nssoNumber: employer,
    ...daysOf(quarter),
    maxResults: page,
  }),
}

/** Searches: a larger country has more employers of each word. */
const searches: typeof requests = {
  'EmployerService.findEmployers': ({ words }) => ({ name: words.join(' ') }),
}

/** An institution that may learn of everybody. */
export const institution: Institution = {
  id: 'bench',
  enterpriseNumber: readEnterpriseNumber('0884303369')!,
  names: { fr: 'bench', nl: 'bench', en: 'bench' },
  formerNames: [],
  clientCertificate: 'required',
  signing: [],
  tls: [],
  legalContexts: ['BENCH:ALL'],
  population: { kind: 'all' },
  integration: 'free',
  mandates: [],
}

const decisions = new WeakMap<readonly Path[], Decision>()

/** Grants all that is asked: nothing costs more. Made once for each operation, as a gateway does. */
const decide: Gateway['decide'] = ({ gives, legalContext = '' }) => {
  const known = decisions.get(gives)
  if (known !== undefined) return known
  const paths = new Map(gives.map((path) => [path, []]))
  const grant = { legalContext, deliberations: [], paths } as unknown as Grant
  const decision: Decision = { kind: 'grant', grant, sources: sourceNames, filtered: [] }
  decisions.set(gives, decision)
  return decision
}

/** Answers one request; the body, or throws what it is refused with. */
export type Answer = (of: Requested) => Promise<string>

/** How the operations are answered over one store, by name; searches apart. */
export function answersOver(
  source: Source,
  directory: ReferenceDirectory,
): {
  readonly lookups: ReadonlyMap<string, Answer>
  readonly searches: ReadonlyMap<string, Answer>
} {
  const gateway: Gateway = {
    journal: { append: () => Promise.resolve() },
    digest: keyedDigest(new Uint8Array(32)),
    decide,
    source,
    directory,
    offsets: makeOffsetSeal(new Uint8Array(32)),
    codeLists: new Map(),
    nowMs: () => Date.now(),
  }
  const answersTo = (criteria: typeof requests) =>
    new Map(
      Object.entries(criteria).map(([name, criteriaOf]) => [
        name,
        answerOf(gateway, name, criteriaOf),
      ]),
    )
  return { lookups: answersTo(requests), searches: answersTo(searches) }
}

function answerOf(gateway: Gateway, name: string, criteriaOf: (of: Requested) => Criteria): Answer {
  const { service, operation } = operationNamed(name)
  const legalContext = 'BENCH:ALL'
  const parties = { consumer: institution, signer: institution, beneficiary: institution }
  const caller = { ...parties, legalContext } as unknown as Caller
  return async (of) => {
    const inbound: Inbound = {
      ticket: crypto.randomUUID(),
      receivedAtMs: Date.now(),
      channel: 'rest',
      caller,
      tlsSubject: undefined,
      revocation: 'checked',
      service,
      operation,
      prepared: operation.prepareJson({ legalContext, criteria: criteriaOf(of) }),
      messageDigest: '',
    }
    return (await exchange(gateway, inbound)).body
  }
}

function operationNamed(name: string): { service: Service; operation: ConsultOperation } {
  const [serviceName, operationName = ''] = name.split('.')
  const service = services.find((one) => one.name === serviceName)
  const operation = service?.operations.get(`${operationName}Request`)
  if (service === undefined || operation?.kind !== 'consult') throw new Error(`no ${name}`)
  return { service, operation }
}
