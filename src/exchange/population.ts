import type { CivilDate } from '../base/civil-date.ts'
import { readNssoNumber, type NssoNumber } from '../base/enterprise.ts'
import { GatewayError } from '../base/errors.ts'
import { readSsin, type Ssin } from '../base/ssin.ts'
import type { Institution } from '../institutions/institution.ts'
import type { ReferenceDirectory } from '../institutions/reference-directory.ts'
import type { DmfaEmployerDeclarationRecord } from '../registers/dmfa.ts'
import type { LimosaPostingRecord } from '../registers/limosa.ts'
import type { EmploymentRecord } from '../registers/personnel-file.ts'
import type { AnyBlock } from '../registers/field.ts'
import { person, type PersonRecord } from '../registers/person.ts'
import type { Subject } from '../services/operation.ts'

/** Whether an institution may ask about an employer. */
function hasEmployer(institution: Institution, employer: NssoNumber | undefined): boolean {
  const { population } = institution
  return (
    population.kind === 'all' || (employer !== undefined && population.employers.includes(employer))
  )
}

/**
 * The subject of a request must lie in the population, and a person must be integrated, before any source is asked: otherwise
 * NOT_INTEGRATED, whatever the reason, and whether or not the number exists (design.md §2: MSG00012 before MSG00005).
 */
export async function checkSubject(
  subject: Subject,
  institution: Institution,
  directory: ReferenceDirectory,
  on: CivilDate,
): Promise<void> {
  switch (subject.kind) {
    case 'none':
    case 'search':
      return
    case 'employer':
      if (!hasEmployer(institution, subject.employer)) {
        throw new GatewayError('NOT_INTEGRATED', 'employer outside the population')
      }
      return
    case 'enterprise': {
      if (institution.population.kind === 'all') return
      const employers = await directory.registrationsOf(subject.enterprise)
      if (!employers.some((employer) => hasEmployer(institution, employer))) {
        throw new GatewayError('NOT_INTEGRATED', 'enterprise outside the population')
      }
      return
    }
    case 'declaredPerson': {
      const { population } = institution
      const inside =
        population.kind === 'all' || (await directory.worksFor(subject.ssin, population.employers))
      if (!inside) throw new GatewayError('NOT_INTEGRATED', 'person outside the population')
      return
    }
    case 'postedPerson': {
      const { population } = institution
      const known = await integratedPersons([subject.ssin], institution, directory, on)
      const inside =
        known.has(subject.ssin) &&
        (population.kind === 'all' ||
          (await directory.postedTo(subject.ssin, population.employers)))
      if (!inside) throw new GatewayError('NOT_INTEGRATED')
      return
    }
    case 'employerPerson': {
      const known = await integratedPersons([subject.ssin], institution, directory, on)
      const inside =
        known.has(subject.ssin) &&
        (institution.population.kind === 'all' ||
          (await directory.registrationsOfPerson(subject.ssin)).some((employer) =>
            hasEmployer(institution, employer),
          ))
      if (!inside) throw new GatewayError('NOT_INTEGRATED')
      return
    }
    case 'person': {
      const allowed = await allowedPersons([subject.ssin], institution, directory, on)
      if (!allowed.has(subject.ssin)) throw new GatewayError('NOT_INTEGRATED')
    }
  }
}

/** Whether an institution may learn of an employment with this employer. */
export function hasEmployment(institution: Institution, { employer }: EmploymentRecord): boolean {
  return hasEmployer(institution, readNssoNumber(employer?.registrationNumber ?? ''))
}

/** Whether an institution may learn of a posting to this user of services. */
export function hasPosting(institution: Institution, { user }: LimosaPostingRecord): boolean {
  return hasEmployer(institution, readNssoNumber(user?.registrationNumber ?? ''))
}

/** Those of the persons who are integrated for the institution, if they must be. */
export async function integratedPersons(
  ssins: readonly Ssin[],
  institution: Institution,
  directory: ReferenceDirectory,
  on: CivilDate,
): Promise<Set<Ssin>> {
  return institution.integration === 'free'
    ? new Set(ssins)
    : directory.integrated(institution.id, ssins, on)
}

/** Those of the persons about whom the institution may learn something: integrated (if it must) and in its population. */
export async function allowedPersons(
  ssins: readonly Ssin[],
  institution: Institution,
  directory: ReferenceDirectory,
  on: CivilDate,
): Promise<ReadonlySet<Ssin>> {
  const integrated = await integratedPersons(ssins, institution, directory, on)
  const { population } = institution
  if (population.kind === 'all') return integrated
  for (const ssin of integrated) {
    if (!(await directory.worksFor(ssin, population.employers))) integrated.delete(ssin)
  }
  return integrated
}

/**
 * Leaves out of a person's record the relatives and the members of the household about whom the institution may not learn; one
 * without a number is nobody's to tell.
 */
export async function personWithinPopulation(
  record: PersonRecord,
  institution: Institution,
  directory: ReferenceDirectory,
  on: CivilDate,
): Promise<PersonRecord> {
  const { household: { referencePersonSsin: reference = '', ...household } = {} } = record
  const others = [...othersIn(person.person, record), reference]
  const ssins = others.flatMap((ssin) => readSsin(ssin) ?? [])
  const allowed: ReadonlySet<string> = await allowedPersons(ssins, institution, directory, on)
  const kept = withoutOthers(person.person, record, allowed)
  return allowed.has(reference) || record.household === undefined ? kept : { ...kept, household }
}

type Values = Readonly<Record<string, unknown>>

function nestedBlocks(block: AnyBlock): readonly (readonly [name: string, nested: AnyBlock])[] {
  return Object.entries(block.blocks as Record<string, AnyBlock>)
}

function valuesOf(value: unknown): readonly Values[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly Values[]) : [value as Values]
}

/** Whether a block is about another person than the block around it: it has a number of its own. */
function isAboutOther(block: AnyBlock): boolean {
  return 'ssin' in block.fields
}

/** Numbers of the other persons whom a record names. */
function othersIn(block: AnyBlock, record: Values): readonly string[] {
  return nestedBlocks(block).flatMap(([name, nested]) =>
    valuesOf(record[name]).flatMap((one) => [
      ...(isAboutOther(nested) ? [String(one['ssin'])] : []),
      ...othersIn(nested, one),
    ]),
  )
}

/** A record without what it says of other persons than those allowed. */
function withoutOthers<R extends Values>(
  block: AnyBlock,
  record: R,
  allowed: ReadonlySet<string>,
): R {
  const kept: Record<string, unknown> = { ...record }
  for (const [name, nested] of nestedBlocks(block)) {
    if (record[name] === undefined) continue
    const seen = valuesOf(record[name])
      .filter(({ ssin }) => !isAboutOther(nested) || allowed.has(String(ssin)))
      .map((one) => withoutOthers(nested, one, allowed))
    kept[name] = nested.many ? seen : seen[0]
  }
  return kept as R
}

/**
 * Leaves out of a declaration what lies outside the population: the whole declaration of another employer, and the natural
 * persons the institution may not learn about. Undefined when nothing is left of a declaration that was about persons.
 */
export async function declarationWithinPopulation(
  declaration: DmfaEmployerDeclarationRecord,
  institution: Institution,
  directory: ReferenceDirectory,
  on: CivilDate,
): Promise<DmfaEmployerDeclarationRecord | undefined> {
  const employer = readNssoNumber(declaration.registrationNumber ?? '')
  if (!hasEmployer(institution, employer)) return undefined
  const persons = declaration.naturalPerson ?? []
  const ssins = persons.flatMap(({ ssin }) => readSsin(ssin ?? '') ?? [])
  const allowed = await integratedPersons(ssins, institution, directory, on)
  const kept = persons.filter(
    ({ ssin }) => ssin !== undefined && (allowed as ReadonlySet<string>).has(ssin),
  )
  return kept.length === persons.length ? declaration : { ...declaration, naturalPerson: kept }
}
