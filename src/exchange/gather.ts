import { daysBetween, type CivilDate } from '../base/civil-date.ts'
import { GatewayError } from '../base/errors.ts'
import { readSsin, type Ssin } from '../base/ssin.ts'
import type { Institution } from '../institutions/institution.ts'
import type { ReferenceDirectory } from '../institutions/reference-directory.ts'
import type { DmfaEmployerDeclarationRecord } from '../registers/dmfa.ts'
import type { PersonRegister, SourceName } from '../registers/field.ts'
import type { Namesake } from '../registers/register-reader.ts'
import type { PreparedConsultation } from '../services/operation.ts'
import { pageSizeMax } from '../services/own-contract.ts'
import type { GrantedPaths } from '../services/element-rows.ts'
import type { Found, SingleQuestion, Source, TogetherPart } from '../services/source.ts'
import { gatherHousehold, gatherPerson } from './household.ts'
import {
  allowedPersons,
  declarationWithinPopulation,
  hasEmployment,
  hasPosting,
  integratedPersons,
  personWithinPopulation,
} from './population.ts'

/** Makes the place where a page ended unreadable to the caller, and bound to its question. */
export interface OffsetSeal {
  seal(after: Ssin, boundTo: string): string
  /** throws GatewayError REQUEST_INVALID when the text was not sealed for this question */
  open(sealed: string, boundTo: string): Ssin
}

export interface Gathered {
  readonly records: readonly object[]
  /** persons with data in the records though no field names them */
  readonly persons?: readonly Ssin[]
  readonly nextOffset?: string
  /** registers in which more persons were found than the question allows */
  readonly more?: readonly PersonRegister[]
}

/** What the grant opens. */
interface Opened {
  readonly sources: readonly SourceName[]
  readonly granted: GrantedPaths
}

interface World {
  readonly source: Source
  readonly directory: ReferenceDirectory
  readonly offsets: OffsetSeal
}

/** Asks the source and leaves out what lies outside the caller's population; still raw, for the exchange to project. */
export async function gather(
  world: World,
  prepared: PreparedConsultation,
  { sources, granted }: Opened,
  institution: Institution,
  on: CivilDate,
): Promise<Gathered> {
  const question = prepared.ask({ sources, after: undefined, on })
  if (question.kind === 'household') return gatherHousehold(world, question, granted, institution, on) // prettier-ignore
  if (question.kind !== 'together') return gatherOne(world, prepared, question, institution, on)
  const parts = Object.entries(question.parts).filter(([, { keys }]) =>
    keys.every((key) => granted.has(key)),
  )
  const record: Record<string, readonly object[]> = {}
  let others: Omit<Gathered, 'records'> = {}
  for (const [name, part] of parts) {
    const { records, ...rest } = await gatherPart(world, prepared, part, institution, on)
    record[name] = records
    others = { ...others, ...rest, persons: [...(others.persons ?? []), ...(rest.persons ?? [])] }
  }
  return { records: [record], ...others }
}

/** The records of all questions of a part. */
async function gatherPart(
  world: World,
  prepared: PreparedConsultation,
  { questions, recordsMax }: TogetherPart,
  institution: Institution,
  on: CivilDate,
): Promise<Gathered> {
  const found: Gathered[] = []
  for (const question of questions) {
    found.push(await gatherOne(world, prepared, question, institution, on))
  }
  const records = found.flatMap((one) => one.records)
  const nextOffset = found.find((one) => one.nextOffset !== undefined)?.nextOffset
  if (recordsMax !== undefined && (records.length > recordsMax || nextOffset !== undefined)) {
    throw tooManyResults()
  }
  return {
    records,
    persons: found.flatMap(({ persons = [] }) => persons),
    ...(nextOffset !== undefined && { nextOffset }),
  }
}

function tooManyResults(): GatewayError {
  const information = [{ fieldName: 'tooManyResults' }]
  return new GatewayError('REQUEST_INVALID', 'more records than an answer holds', information)
}

/** What one register answers, as far as the institution may learn of it. */
async function gatherOne(
  world: World,
  prepared: PreparedConsultation,
  question: SingleQuestion,
  institution: Institution,
  on: CivilDate,
): Promise<Gathered> {
  if ('since' in question) checkSince(question, on)
  switch (question.kind) {
    case 'inscriptions':
      // the person was checked; the directory tells of sectors, not of other persons
      return world.source.ask(question)
    case 'dmfaAggregate':
      // the subject itself was checked: an employer of the population
      return world.source.ask(question)
    case 'person':
      return { records: await gatherPerson(world, question, institution, on) }
    case 'personsByName':
      return gatherByName(world, question, institution, on)
    case 'namesakes':
      throw new TypeError('no service asks for numbers by name')
    case 'dmfaByWorker': {
      const { records } = await world.source.ask(question)
      const kept = []
      for (const record of records) {
        const inside = await declarationWithinPopulation(record, institution, world.directory, on)
        if (inside?.naturalPerson?.length) kept.push(inside)
      }
      return { records: kept }
    }
    case 'employer':
    case 'employersByWords': {
      const { population } = institution
      const within = population.kind === 'all' ? 'all' : population.employers
      const found = await world.source.ask({ ...question, within })
      if (found.tooMany) {
        throw new GatewayError('REQUEST_INVALID', 'more employers found than an answer holds', [
          { fieldName: 'tooManyEmployers' },
        ])
      }
      return found
    }
    case 'dmfaByEmployer':
      return gatherDeclaration(world, prepared, question, institution, on)
    case 'dimonaByWorker': {
      const { records } = await world.source.ask(question)
      return { records: records.filter((record) => hasEmployment(institution, record)) }
    }
    case 'dimonaByEmployer':
      return gatherByPerson(world, prepared, institution, on, {
        boundTo: `${institution.id} dimona ${question.employer} ${question.from} ${question.to}`,
        ask: (after, limit) => world.source.ask({ ...question, after, limit }),
        isInside: (record) => hasEmployment(institution, record),
        ssinOf: ({ worker }) => worker?.ssin,
      })
    case 'dimonaChanges':
      return gatherByPerson(world, prepared, institution, on, {
        boundTo: `${institution.id} dimona changes ${question.employer} ${question.since}`,
        ask: (after, limit) => world.source.ask({ ...question, until: on, after, limit }),
        isInside: (record) => hasEmployment(institution, record),
        ssinOf: ({ worker }) => worker?.ssin,
      })
    case 'dmfaChanges':
      return gatherByPerson(world, prepared, institution, on, {
        boundTo: `${institution.id} dmfa changes ${question.employer} ${question.since}`,
        ask: (after, limit) => world.source.ask({ ...question, until: on, after, limit }),
        // the employer itself was checked
        isInside: () => true,
        ssinOf: ({ employerDeclaration }) => employerDeclaration?.naturalPerson?.[0]?.ssin,
      })
    case 'postingsOfPerson': {
      const { records } = await world.source.ask(question)
      const kept = records.filter((record) => hasPosting(institution, record))
      return { records: kept, persons: [question.ssin] }
    }
    case 'postingDocument': {
      const { records } = await world.source.ask(question)
      const inside = records.filter((record) => hasPosting(institution, record))
      const ssins = inside.flatMap(({ postedPerson }) => readSsin(postedPerson?.ssin ?? '') ?? [])
      const known = await integratedPersons(ssins, institution, world.directory, on)
      return { records: inside.length === known.size ? inside : [] }
    }
    case 'postingsToUser':
      return gatherByPerson(world, prepared, institution, on, {
        boundTo: `${institution.id} limosa ${question.user} ${question.from} ${question.to}`,
        ask: (after, limit) => world.source.ask({ ...question, after, limit }),
        // the user itself was checked
        isInside: () => true,
        ssinOf: ({ postedPerson }) => postedPerson?.ssin,
      })
    case 'postingsBy':
      return gatherByPerson(world, prepared, institution, on, {
        boundTo: `${institution.id} limosa ${question.of} ${question.number} ${question.from} ${question.to}`,
        ask: (after, limit) => world.source.ask({ ...question, after, limit }),
        isInside: (record) => hasPosting(institution, record),
        ssinOf: ({ postedPerson }) => postedPerson?.ssin,
      })
    case 'postingsFound':
      return gatherParties(world, prepared, question, institution, on)
    case 'postingParties':
      throw new TypeError('no service asks for numbers of parties')
    case 'dimonaActivity':
      return gatherActivity(world, question, institution, on)
  }
}

/** Registers of persons by who keeps them, in the order of search (R14): the National Register, then those of the Crossroads Bank. */
const keptTogether: readonly (readonly PersonRegister[])[] = [
  ['nationalRegister'],
  ['bisRegister', 'struckOffRegister'],
]

/**
 * Persons by name, the registers of one keeper counted together: who lies outside the population is left out before anything is
 * counted, so that neither the answer nor what is said of there being more tells of them.
 */
async function gatherByName(
  world: World,
  question: Extract<SingleQuestion, { kind: 'personsByName' }>,
  institution: Institution,
  on: CivilDate,
): Promise<Gathered> {
  const { limit, ofMore, registers } = question
  const persons: Ssin[] = []
  const more: PersonRegister[] = []
  for (const kept of keptTogether) {
    const asked = kept.filter((register) => registers.includes(register))
    const room = ofMore === 'first' ? limit - persons.length : limit
    const seen: Ssin[] = []
    for (const register of asked) {
      const left = { register, room: room - seen.length }
      if (left.room < 0) break
      seen.push(...(await namesakesSeen(world, question, left, institution, on)))
    }
    if (seen.length <= room) persons.push(...seen)
    else {
      more.push(...asked)
      if (ofMore === 'first') persons.push(...seen.slice(0, room))
    }
  }
  const { records } = await world.source.ask({ ...question, persons })
  const inside = records.map((one) => personWithinPopulation(one, institution, world.directory, on))
  return { records: await Promise.all(inside), more }
}

/** Those of a register about whom the institution may learn: one more than there is room for, at most. */
async function namesakesSeen(
  { source, directory }: World,
  { search }: Extract<SingleQuestion, { kind: 'personsByName' }>,
  { register, room }: { readonly register: PersonRegister; readonly room: number },
  institution: Institution,
  on: CivilDate,
): Promise<readonly Ssin[]> {
  const seen: Ssin[] = []
  let limit = room + 1
  let after: Namesake | undefined
  for (;;) {
    const question = { kind: 'namesakes', search, register, after, limit } as const
    const { records } = await source.ask(question)
    const ssins = records.map(({ ssin }) => ssin)
    const allowed = await allowedPersons(ssins, institution, directory, on)
    seen.push(...ssins.filter((ssin) => allowed.has(ssin)))
    if (records.length < limit || seen.length > room) return seen.slice(0, room + 1)
    after = records.at(-1)
    limit = Math.min(2 * limit, pageSizeMax)
  }
}

/**
 * One posting of each party, so that a user of services with thousands of posted persons is one result. A party of whose postings the
 * institution may see none is neither given nor counted.
 */
async function gatherParties(
  world: World,
  prepared: PreparedConsultation,
  { party, terms, from, to, limit }: Extract<SingleQuestion, { kind: 'postingsFound' }>,
  institution: Institution,
  on: CivilDate,
): Promise<Gathered> {
  const one = { ...prepared, pageSize: 1 }
  const records: object[] = []
  const persons: Ssin[] = []
  let after: string | undefined
  do {
    const page = { kind: 'postingParties', party, terms, after, limit } as const
    const parties = (await world.source.ask(page)).records
    for (const { number } of parties) {
      const isOutside = !hasPosting(institution, { user: { registrationNumber: number } })
      if (party === 'client' && isOutside) continue
      const of = { kind: 'postingsBy', of: party, number, terms, from, to } as const
      const seen = await gatherOne(world, one, { ...of, after: undefined, limit: 1 }, institution, on) // prettier-ignore
      records.push(...seen.records.slice(0, 1))
      persons.push(...(seen.persons ?? []))
      if (records.length > limit) throw tooManyResults()
    }
    after = parties.length < limit ? undefined : parties.at(-1)?.number
  } while (after !== undefined)
  return { records, persons }
}

/** Changes are told of the last days only: further back they would be a history, which neither § 18 nor § 38 names. */
function checkSince(
  { since, daysMax }: Extract<SingleQuestion, { kind: 'dimonaChanges' | 'dmfaChanges' }>,
  on: CivilDate,
): void {
  const days = daysBetween(since, on)
  if (days < 0 || days > daysMax) {
    throw new GatewayError('REQUEST_INVALID', undefined, [{ fieldName: 'sinceDate' }])
  }
}

/** One answer a person in the order asked; the source is not asked about those of whom the institution may learn nothing. */
async function gatherActivity(
  { source, directory }: World,
  question: Extract<SingleQuestion, { kind: 'dimonaActivity' }>,
  institution: Institution,
  on: CivilDate,
): Promise<Gathered> {
  const known = await integratedPersons(question.ssins, institution, directory, on)
  const ssins = question.ssins.filter((ssin) => known.has(ssin))
  const { records } = await source.ask({ ...question, ssins })
  const active = new Set(records.filter((one) => one.active === true).map(({ ssin }) => ssin))
  return { records: question.ssins.map((ssin) => ({ ssin, active: active.has(ssin) })) }
}

/** A question about many persons, some of whose records belong together: those of one person stay on one page. */
interface ByPerson<Record extends object> {
  /** what the offset of a page is bound to */
  readonly boundTo: string
  /** records of the persons after `after`, `limit` of them at most */
  readonly ask: (after: Ssin | undefined, limit: number) => Promise<Found<Record>>
  /** whether a record lies inside the population */
  readonly isInside: (record: Record) => boolean
  readonly ssinOf: (record: Record) => string | undefined
}

async function gatherByPerson<Record extends object>(
  world: World,
  prepared: PreparedConsultation,
  institution: Institution,
  on: CivilDate,
  { boundTo, ask, isInside, ssinOf }: ByPerson<Record>,
): Promise<Gathered> {
  const { page, nextOffset } = await fillPage(world, prepared, boundTo, async (after, limit) => {
    const { records, next } = await ask(after, limit)
    const inside = records.filter(isInside)
    const persons = Map.groupBy(inside, (record) => readSsin(ssinOf(record) ?? ''))
    const known = [...persons.keys()].filter((ssin) => ssin !== undefined)
    const allowed = await integratedPersons(known, institution, world.directory, on)
    const seen = known.filter((ssin) => allowed.has(ssin))
    return { seen: seen.map((ssin) => ({ ssin, records: persons.get(ssin) ?? [] })), next }
  })
  return {
    records: page.flatMap(({ records }) => records),
    persons: page.map(({ ssin }) => ssin),
    ...nextOffset,
  }
}

/** One page of the workers of a declaration. */
async function gatherDeclaration(
  world: World,
  prepared: PreparedConsultation,
  question: Extract<SingleQuestion, { kind: 'dmfaByEmployer' }>,
  institution: Institution,
  on: CivilDate,
): Promise<Gathered> {
  const filter = question.filter === undefined ? '' : ` ${JSON.stringify(question.filter)}`
  const boundTo = `${institution.id} ${question.employer} ${question.quarter}${filter}`
  let header: DmfaEmployerDeclarationRecord | undefined
  const { page, nextOffset } = await fillPage(world, prepared, boundTo, async (after, limit) => {
    const found = await world.source.ask({ ...question, after, limit })
    const [record] = found.records
    const inside =
      record && (await declarationWithinPopulation(record, institution, world.directory, on))
    header ??= inside
    return { seen: inside?.naturalPerson ?? [], next: inside && found.next }
  })
  return header === undefined
    ? { records: [] }
    : { records: [{ ...header, naturalPerson: page }], ...nextOffset }
}

/** What a source brought after a worker: those who may be seen, and where it goes on. */
interface Part<Worker> {
  readonly seen: readonly Worker[]
  readonly next: Ssin | undefined
}

/**
 * A page is filled with workers that may be seen, so that neither its size nor the presence of a next page tells how many were
 * left out.
 */
async function fillPage<Worker extends { readonly ssin?: string }>(
  { offsets }: World,
  { pageSize: size = pageSizeMax, offset }: PreparedConsultation,
  boundTo: string,
  ask: (after: Ssin | undefined, limit: number) => Promise<Part<Worker>>,
): Promise<{ page: readonly Worker[]; nextOffset: { readonly nextOffset?: string } }> {
  let after = offset === undefined ? undefined : offsets.open(offset, boundTo)
  const seen: Worker[] = []
  let more = true
  // one more than the page, to know whether another follows; twice as many each time, since a question costs more than a row
  let limit = Math.min(size + 1, pageSizeMax)
  while (more && seen.length <= size) {
    const part = await ask(after, limit)
    seen.push(...part.seen)
    after = part.next
    more = part.next !== undefined
    limit = Math.min(2 * limit, pageSizeMax)
  }
  const page = seen.slice(0, size)
  const last = readSsin(page.at(-1)?.ssin ?? '')
  const nextOffset =
    seen.length > size && last !== undefined ? { nextOffset: offsets.seal(last, boundTo) } : {}
  return { page, nextOffset }
}
