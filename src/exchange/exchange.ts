import { hash } from 'node:crypto'
import type { Entry, Journal, KeyedDigest } from '../audit/journal.ts'
import { civilDateAt, type CivilDate } from '../base/civil-date.ts'
import { asGatewayError, GatewayError } from '../base/errors.ts'
import type { Decision, DecisionQuestion } from '../deliberations/decision.ts'
import { project } from '../deliberations/project.ts'
import type { ReferenceDirectory } from '../institutions/reference-directory.ts'
import type { Path } from '../registers/catalogue.ts'
import { labelsAt, type CodeList } from '../registers/code-list.ts'
import type { Disclosed } from '../registers/grant.ts'
import type {
  ConsultOperation,
  PreparedConsultation,
  PreparedOpen,
  Subject,
} from '../services/operation.ts'
import type { Source } from '../services/source.ts'
import { dataFound, noDataFound } from '../services/statuses.ts'
import { gather, type OffsetSeal } from './gather.ts'
import type { Ending, Inbound, Outbound } from './inbound.ts'
import { addContents, type Contents } from './contents.ts'
import { checkSubject } from './population.ts'
import { checkSsinStatus } from './ssin-status.ts'

/** What an exchange needs of the world; app.ts assembles it. */
export interface Gateway {
  readonly journal: Journal
  readonly digest: KeyedDigest
  readonly decide: (question: DecisionQuestion) => Decision
  readonly source: Source
  readonly directory: ReferenceDirectory
  readonly offsets: OffsetSeal
  /** by name, for contracts that carry labels */
  readonly codeLists: ReadonlyMap<string, CodeList>
  readonly nowMs: () => number
}

export type Granted = Extract<Decision, { kind: 'grant' }>

/**
 * One exchange, from a request whose sender is proven to a body that may leave (design.md §3). Read it top to bottom.
 * Throws GatewayError for a refusal; by then its entry is durable. The caller signs and sends what is returned.
 */
export async function exchange(gateway: Gateway, inbound: Inbound): Promise<Outbound> {
  const { operation, prepared } = inbound
  if (operation.kind === 'consult' && prepared.kind === 'consult') {
    return consult(gateway, inbound, operation, prepared)
  }
  if (prepared.kind === 'open') return open(gateway, inbound, prepared)
  throw new GatewayError('INTERNAL', 'operation and request are of different kinds')
}

/** Identity and audit only (TestConnection). */
async function open(gateway: Gateway, inbound: Inbound, prepared: PreparedOpen): Promise<Outbound> {
  await gateway.journal.append({ kind: 'opened', ...describe(gateway, inbound) })
  return orFailed(gateway, inbound, async () => {
    const body = prepared.writeXml({
      informationCbss: informationCbss(gateway, inbound),
      tlsSubject: inbound.tlsSubject ?? '',
    })
    return answered(gateway, inbound, body, dataFound.code)
  })
}

export async function consult(
  gateway: Gateway,
  inbound: Inbound,
  operation: ConsultOperation,
  prepared: PreparedConsultation,
): Promise<Outbound> {
  const on = civilDateAt(inbound.receivedAtMs)
  const granted = await decideAndRecord(gateway, inbound, operation, prepared, on)
  return orFailed(gateway, inbound, () =>
    answer(gateway, inbound, operation, prepared, granted, on),
  )
}

/** Makes it durable that an exchange whose first entry stands was not answered, and what its caller is told instead. */
export async function orFailed(
  gateway: Gateway,
  inbound: Inbound,
  act: () => Promise<Outbound>,
): Promise<Outbound> {
  try {
    return await act()
  } catch (cause) {
    const error = asGatewayError(cause)
    // an answer that was not recorded must not leave, and neither may the reason why without a record of it
    if (error.code !== 'JOURNAL_UNAVAILABLE') {
      const told = error.information.find(({ fieldName }) => fieldName === 'replacedBy')?.fieldValue
      await conclude(gateway, inbound, { refused: error }, () => ({
        ...closing(gateway, inbound),
        kind: 'failed',
        code: error.code,
        ...(told !== undefined && { persons: [gateway.digest(told)] }),
      }))
    }
    throw error
  }
}

/** Ends an exchange with its answer; `told` is what the answer gives and withholds, and of whom. */
export async function answered(
  gateway: Gateway,
  inbound: Inbound,
  body: string,
  status: string,
  told: Pick<Entry, 'given' | 'withheld' | 'persons'> = {},
): Promise<Outbound> {
  await conclude(gateway, inbound, { body }, () => ({
    ...closing(gateway, inbound),
    kind: 'answered',
    status,
    ...told,
    body: hash('sha256', body),
  }))
  return { body, status }
}

/** The last entry of an exchange; what is told is written and kept before. */
async function conclude(
  gateway: Gateway,
  inbound: Inbound,
  ending: Ending,
  entry: () => Entry,
): Promise<void> {
  await inbound.beforeLastEntry?.(ending)
  await gateway.journal.append(entry())
}

/** ENTRY 1: the request and the decision, grant or refusal, durable before any source is asked. */
export async function decideAndRecord(
  gateway: Gateway,
  inbound: Inbound,
  operation: Pick<ConsultOperation, 'name' | 'gives' | 'yields'>,
  prepared: Pick<PreparedConsultation, 'subject' | 'keys' | 'invalid'>,
  on: CivilDate,
): Promise<Granted> {
  const { beneficiary, legalContext } = inbound.caller
  const request = describe(gateway, inbound)
  const refuse = async (error: GatewayError, rule?: string): Promise<never> => {
    await conclude(gateway, inbound, { refused: error }, () => ({
      ...request,
      kind: 'refused',
      code: error.code,
      ...(rule !== undefined && { rule }),
    }))
    throw error
  }

  if (legalContext === undefined || !beneficiary.legalContexts.includes(legalContext)) {
    return refuse(new GatewayError('LEGAL_CONTEXT_UNKNOWN'), 'R35')
  }
  const { subject, keys } = prepared
  const decideOn = (gives: readonly Path[]) =>
    gateway.decide({
      institution: beneficiary.id,
      legalContext,
      service: inbound.service.name,
      operation: operation.name,
      channel: 'webService',
      gives,
      on,
    })
  let decision: Decision
  let ofKeys: Decision | undefined
  try {
    decision = decideOn(operation.gives)
    ofKeys = keys.length === 0 ? undefined : decideOn(keys)
  } catch (cause) {
    return refuse(asGatewayError(cause))
  }
  if (decision.kind === 'refusal') {
    const { rule, paragraph } = decision
    const place = paragraph === undefined ? rule : `${rule} § ${paragraph}`
    return refuse(new GatewayError(decision.code, decision.needed), place)
  }
  // whoever chooses records by a value learns the value
  if (ofKeys?.kind === 'refusal' || (ofKeys !== undefined && ofKeys.filtered.length > 0)) {
    return refuse(new GatewayError('NOTHING_GRANTED', 'what is searched by is not granted'), 'R19')
  }
  if (!operation.yields(decision.grant.paths)) {
    return refuse(new GatewayError('NOTHING_GRANTED', 'the contract needs further paths'), 'R35')
  }
  try {
    if (prepared.invalid !== undefined) throw prepared.invalid
    await checkSubject(subject, beneficiary, gateway.directory, on)
  } catch (cause) {
    return refuse(asGatewayError(cause))
  }
  await gateway.journal.append({
    ...request,
    ...subjectDigest(gateway.digest, subject),
    kind: 'granted',
    deliberations: decision.grant.deliberations,
  })
  return decision
}

/** Asks, leaves out, projects, writes, and makes ENTRY 2 durable; only then the body may leave. */
async function answer(
  gateway: Gateway,
  inbound: Inbound,
  operation: ConsultOperation,
  prepared: PreparedConsultation,
  granted: Granted,
  on: CivilDate,
): Promise<Outbound> {
  const { beneficiary } = inbound.caller
  const { subject } = prepared
  if ('ssin' in subject && subject.kind !== 'declaredPerson') {
    await checkSsinStatus(gateway, subject.ssin, beneficiary, granted, on)
  }
  const opened = { sources: granted.sources, granted: granted.grant.paths }
  const found = await gather(gateway, prepared, opened, beneficiary, on)
  const contents: Contents = { blocks: new Set(), persons: new Set() }
  const records: Disclosed<object>[] = []
  for (const record of found.records) {
    const disclosed = project(record, operation.block, granted.grant)
    if (disclosed === undefined || !prepared.shows(disclosed)) continue
    addContents(operation.block, record, disclosed, contents)
    records.push(disclosed)
  }

  for (const ssin of found.persons ?? []) if (records.length > 0) contents.persons.add(ssin)

  const status = records.length === 0 ? noDataFound : dataFound
  const parts = {
    informationCbss: informationCbss(gateway, inbound),
    status,
    filtered: granted.filtered,
    records,
    label: labelsAt(gateway.codeLists, on),
    ...(found.nextOffset !== undefined && { nextOffset: found.nextOffset }),
    ...(found.more !== undefined && { more: found.more }),
  }
  const body =
    inbound.channel === 'rest'
      ? JSON.stringify(prepared.writeJson(parts))
      : prepared.writeXml(parts)
  return answered(gateway, inbound, body, status.code, {
    given: [...contents.blocks].sort(),
    withheld: granted.filtered,
    persons: [...contents.persons].map(gateway.digest).sort(),
  })
}

export function informationCbss(gateway: Gateway, inbound: Inbound) {
  return {
    ticketCbss: inbound.ticket,
    receivedAtMs: inbound.receivedAtMs,
    repliedAtMs: gateway.nowMs(),
  }
}

/**
 * Who asked what, for the first entry of an exchange. A legal context that is none of the beneficiary's is the caller's own
 * text, which could hold anything: it is left out.
 */
export function describe(gateway: Gateway, inbound: Inbound): Omit<Entry, 'kind'> {
  const { caller } = inbound
  const { user, informationCustomer } = inbound.prepared.envelope
  const customerTicket = informationCustomer?.ticket
  const legalContext = caller.beneficiary.legalContexts.find(
    (known) => known === caller.legalContext,
  )
  return {
    ...closing(gateway, inbound),
    ...(customerTicket !== undefined && { customerTicket: gateway.digest(customerTicket) }),
    channel: inbound.channel,
    consumer: caller.consumer.id,
    signer: caller.signer.id,
    beneficiary: caller.beneficiary.id,
    ...(user !== undefined && { user: gateway.digest(user) }),
    service: `${inbound.service.name}/v${inbound.service.version}`,
    operation: inbound.operation.name,
    ...(legalContext !== undefined && { legalContext }),
    ...(inbound.revocation === 'unknown' && { revocation: inbound.revocation }),
    // of several requests in one message each has its entries; the message is that of the entry that opens it
    ...(inbound.ordinal === undefined && {
      message: inbound.messageDigest,
      ...(inbound.messageId !== undefined && { messageId: inbound.messageId }),
    }),
    ...(inbound.attempt !== undefined && { attempt: inbound.attempt }),
  }
}

/** What every later entry of the exchange begins with. */
function closing(gateway: Gateway, inbound: Inbound): Pick<Entry, 'at' | 'ticket'> {
  return { at: new Date(gateway.nowMs()).toISOString(), ticket: inbound.ticket }
}

function subjectDigest(digest: KeyedDigest, subject: Subject): Pick<Entry, 'subject'> {
  switch (subject.kind) {
    case 'none':
      return {}
    case 'person':
    case 'declaredPerson':
    case 'postedPerson':
    case 'employerPerson':
      return { subject: digest(subject.ssin) }
    case 'employer':
      return { subject: digest(subject.employer) }
    case 'enterprise':
      return { subject: digest(subject.enterprise) }
    case 'search':
      return { subject: digest(subject.words) }
  }
}
