import type { CivilDate } from '../base/civil-date.ts'
import { readSsin, type Ssin } from '../base/ssin.ts'
import type { Institution } from '../institutions/institution.ts'
import type { ReferenceDirectory } from '../institutions/reference-directory.ts'
import type { DmfaEmployerDeclarationRecord } from '../registers/dmfa.ts'
import type { SourceName } from '../registers/field.ts'
import type { PreparedConsultation } from '../services/operation.ts'
import { pageSizeMax } from '../services/own-contract.ts'
import type { Question, Source } from '../services/source.ts'
import { declarationWithinPopulation } from './population.ts'

/** Makes the place where a page ended unreadable to the caller, and bound to its question. */
export interface OffsetSeal {
  seal(after: Ssin, boundTo: string): string
  /** throws GatewayError REQUEST_INVALID when the text was not sealed for this question */
  open(sealed: string, boundTo: string): Ssin
}

export interface Gathered {
  readonly records: readonly object[]
  readonly nextOffset?: string
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
  sources: readonly SourceName[],
  institution: Institution,
  on: CivilDate,
): Promise<Gathered> {
  const question = prepared.ask({ sources, after: undefined })
  switch (question.kind) {
    case 'person':
    case 'dmfaAggregate':
      // the subject itself was checked: a person, or an employer of the population
      return world.source.ask(question)
    case 'dmfaByWorker': {
      const { records } = await world.source.ask(question)
      const kept = []
      for (const record of records) {
        const inside = await declarationWithinPopulation(record, institution, world.directory, on)
        if (inside?.naturalPerson?.length) kept.push(inside)
      }
      return { records: kept }
    }
    case 'dmfaByEmployer':
      return gatherPage(world, prepared, question, institution, on)
  }
}

/**
 * One page of workers. A page is filled with workers that may be seen, so that neither its size nor the presence of a next
 * page tells how many were left out.
 */
async function gatherPage(
  world: World,
  prepared: PreparedConsultation,
  question: Extract<Question, { kind: 'dmfaByEmployer' }>,
  institution: Institution,
  on: CivilDate,
): Promise<Gathered> {
  const boundTo = `${institution.id} ${question.employer} ${question.quarter}`
  const size = prepared.pageSize ?? question.limit
  let after =
    prepared.offset === undefined ? undefined : world.offsets.open(prepared.offset, boundTo)
  let header: DmfaEmployerDeclarationRecord | undefined
  const persons: NonNullable<DmfaEmployerDeclarationRecord['naturalPerson']>[number][] = []
  let more = true
  // one more than the page, to know whether another follows; twice as many each time, since a question costs more than a row
  let limit = Math.min(size + 1, pageSizeMax)
  while (more && persons.length <= size) {
    const found = await world.source.ask({ ...question, after, limit })
    const record = found.records[0]
    if (record === undefined) break
    const inside = await declarationWithinPopulation(record, institution, world.directory, on)
    if (inside === undefined) break
    header ??= inside
    persons.push(...(inside.naturalPerson ?? []))
    after = found.next
    more = found.next !== undefined
    limit = Math.min(2 * limit, pageSizeMax)
  }
  if (header === undefined) return { records: [] }
  const page = persons.slice(0, size)
  const last = readSsin(page.at(-1)?.ssin ?? '')
  return {
    records: [{ ...header, naturalPerson: page }],
    ...(persons.length > size &&
      last !== undefined && { nextOffset: world.offsets.seal(last, boundTo) }),
  }
}
