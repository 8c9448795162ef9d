import type { CivilDate } from '../base/civil-date.ts'
import { readSsin, type Ssin } from '../base/ssin.ts'
import type { Institution } from '../institutions/institution.ts'
import type { ReferenceDirectory } from '../institutions/reference-directory.ts'
import type { HouseholdPersonsRecord } from '../registers/household.ts'
import type { PersonRecord } from '../registers/person.ts'
import type { GrantedPaths } from '../services/element-rows.ts'
import type { Question, Source } from '../services/source.ts'
import { personWithinPopulation } from './population.ts'

/** Where persons are asked for, and who knows them. */
interface Persons {
  readonly source: Source
  readonly directory: ReferenceDirectory
}

/**
 * A person, and the members of the household about whom the institution may learn, each asked for by the number that the first
 * record names: whoever is not granted the number is told of none.
 */
export async function gatherHousehold(
  world: Persons,
  { ssin, registers, memberKeys }: Extract<Question, { kind: 'household' }>,
  granted: GrantedPaths,
  institution: Institution,
  on: CivilDate,
): Promise<{ readonly records: readonly HouseholdPersonsRecord[] }> {
  const asked = (one: Ssin) => ({ kind: 'person', ssin: one, registers }) as const
  const [person] = await gatherPerson(world, asked(ssin), institution, on)
  if (person === undefined) return { records: [] }
  const member: PersonRecord[] = []
  if (memberKeys?.every((key) => granted.has(key)) === true) {
    const named = (person.familyMember ?? []).flatMap((one) => readSsin(one.ssin ?? '') ?? [])
    for (const one of new Set(named)) {
      if (one === ssin || (await world.source.statusOf(one)).kind !== 'active') continue
      member.push(...(await gatherPerson(world, asked(one), institution, on)))
    }
  }
  return { records: [{ person, member }] }
}

/** The person behind a number, who was checked; the others whom the record names were not. */
export async function gatherPerson(
  { source, directory }: Persons,
  question: Extract<Question, { kind: 'person' }>,
  institution: Institution,
  on: CivilDate,
): Promise<readonly PersonRecord[]> {
  const { records } = await source.ask(question)
  return Promise.all(records.map((one) => personWithinPopulation(one, institution, directory, on)))
}
