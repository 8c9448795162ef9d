import { addQuarters, type CivilDate, type Quarter } from '../base/civil-date.ts'
import type { Ssin } from '../base/ssin.ts'
import { dateOf, dayOf } from './calendar.ts'
import type { Country } from './country.ts'
import { dimonaPeriodOf } from './dimona-period.ts'
import { employerOf, employerRow, type EmployerPerson, type SyntheticEmployer } from './employer.ts'
import { employmentOf, secondEmploymentOf, type Employment } from './employment.ts'
import { personOf } from './person.ts'
import { personaPersonRows } from './persona-persons.ts'
import { formerQuarters, personaRecords } from './persona-records.ts'
import { personaWork } from './persona-work.ts'
import { institutions, personas, type InstitutionId, type Persona } from './personas.ts'
import { personaPostings, postingOf } from './posting.ts'
import { randomOf, streams } from './random.ts'
import type { PostingRow, RegisterSink } from './sink.ts'
import { specialEmployers, type SpecialEmployer } from './special-employers.ts'
import { aggregateOf, headerOf } from './totals.ts'
import { daysTakenBack, isTooEarly, updatesOf } from './update.ts'
import { declaredWorker, workerRecordOf, type DeclaredWorker } from './worker-record.ts'

/** Rows written so far. `persons` counts those of the option `persons`; `numbers` also personas and replaced numbers. */
export interface Counts {
  persons: number
  numbers: number
  employers: number
  declarations: number
  workers: number
  dimonaPeriods: number
  postings: number
  integrations: number
}

/**
 * Writes the whole country into the sink. The country is cut into parts of consecutive persons, each with one employer: a part
 * is made, written and forgotten, so that memory holds at most the largest employer. `progress` is called at each checkpoint.
 */
export function generate(
  country: Country,
  sink: RegisterSink,
  progress: (counts: Readonly<Counts>) => void = () => undefined,
): Counts {
  const writer = new CountryWriter(country, sink, progress)
  writer.writePersonas()
  let first = 0
  for (const [name, length] of specialParts) {
    const end = Math.min(first + length, country.persons)
    writer.writePart(specialEmployers[name], first, end, name)
    first = end
  }
  for (let serial = 0; first < country.persons; serial++) {
    const employer = employerOf(country, serial, possibleEmployer(country, first))
    const end = Math.min(first + Math.ceil(employer.size / workersPerPerson), country.persons)
    writer.writePart(employer, first, end)
    first = end
  }
  writer.checkpoint()
  return writer.counts
}

/** About 45 persons in a hundred work. */
const workersPerPerson = 0.45

/** The persons around each special employer, in this order; the nursing home has a persona only. */
const specialParts: readonly (readonly [SpecialEmployer, number])[] = [
  ['shelteredWorkshop', 240],
  ['naturalPerson', 8],
  ['curatorship', 40],
  ['twoCategories', 120],
  ['nursingHome', 0],
]

/** Integrated for an institution: so many workers in a thousand; phare knows those of the employers it subsidises. */
const integratedPerMille: Readonly<Record<InstitutionId, number>> = {
  phare: 900,
  emploi: 500,
  pension: 800,
  inspection: 600,
}

/** The day on which the personas were integrated: that of deliberation 14/057. */
const integratedSince = dateOf(dayOf('2014-07-01'))

/** Rows between two checkpoints. */
const rowsPerCheckpoint = 10_000

/** The first person of a part, if old enough to be an employer. */
function possibleEmployer(country: Country, first: number): EmployerPerson | undefined {
  const { canWork, identity, lastName, firstNames } = personOf(country, first)
  const old = country.asOf - identity.birthDay > 30 * 365.25
  return canWork && old ? { ssin: identity.ssin, lastName, firstNames } : undefined
}

/** Who was declared in a quarter. */
interface Declared {
  readonly quarter: Quarter
  readonly ssins: ReadonlySet<Ssin>
}

class CountryWriter {
  readonly counts: Counts = {
    persons: 0,
    numbers: 0,
    employers: 0,
    declarations: 0,
    workers: 0,
    dimonaPeriods: 0,
    postings: 0,
    integrations: 0,
  }
  readonly #country: Country
  readonly #sink: RegisterSink
  readonly #progress: (counts: Readonly<Counts>) => void
  #rowsAtCheckpoint = 0
  /** the last part-time worker of the part before, who takes a second job in every third part */
  #partTimer: Employment | undefined

  constructor(country: Country, sink: RegisterSink, progress: (counts: Readonly<Counts>) => void) {
    this.#country = country
    this.#sink = sink
    this.#progress = progress
  }

  writePersonas(): void {
    for (const row of personaPersonRows(this.#country)) {
      this.#sink.person(row)
      this.counts.numbers++
    }
    for (const { ssin, former, integratedFor } of Object.values<Persona>(personas)) {
      for (const institution of integratedFor) {
        this.#integrate(institution, ssin, integratedSince)
        if (former) this.#integrate(institution, former, integratedSince)
      }
    }
  }

  /** Persons `first` to `end` − 1, their employer and all that follows. */
  writePart(employer: SyntheticEmployer, first: number, end: number, special?: SpecialEmployer) {
    const country = this.#country
    const employments: Employment[] = []
    const postings: PostingRow[] = []
    for (let index = first; index < end; index++) {
      const person = personOf(country, index)
      for (const row of person.rows) this.#sink.person(row)
      this.counts.persons++
      this.counts.numbers += person.rows.length
      const employment = employmentOf(country, employer, person)
      if (employment) employments.push(employment)
      const posting = employment ? undefined : postingOf(country, employer, person)
      if (posting) postings.push(posting)
    }
    this.#integrateWorkers(employments, special)
    if (special === undefined) this.#shareWorker(employer, employments)
    const named = special === undefined ? [] : personaEmployments(country, special)
    if (employments.length > 0 || special !== undefined) {
      this.#sink.employer(employerRow(country, employer))
      this.counts.employers++
      this.#writeDeclarations(employer, employments, special)
      for (const employment of [...named, ...employments]) {
        this.#sink.dimonaPeriod(dimonaPeriodOf(employer, employment))
        this.counts.dimonaPeriods++
      }
      this.#writePostings(postings, special)
    }
    if (this.#rows() - this.#rowsAtCheckpoint >= rowsPerCheckpoint) this.checkpoint()
  }

  #writePostings(postings: readonly PostingRow[], special: SpecialEmployer | undefined): void {
    for (const posting of [...(special ? personaPostings(special) : []), ...postings]) {
      this.#sink.posting(posting)
      this.counts.postings++
    }
    for (const { ssin, from, postingId } of postings) {
      const random = randomOf(
        this.#country.seed,
        streams.posting,
        Number(postingId.slice(0, 10)),
        1,
      )
      for (const institution of institutions) {
        const known = random.chance(integratedPerMille[institution])
        if (known && (institution !== 'phare' || special !== undefined)) {
          this.#integrate(institution, ssin, from)
        }
      }
    }
  }

  /** In every third part a part-time worker of the part before has a second job. */
  #shareWorker(employer: SyntheticEmployer, employments: Employment[]): void {
    const last = employments.findLast(
      ({ kind, hours, refHours, until }) =>
        kind === 'ordinary' && hours < refHours && until === undefined,
    )
    if (this.#partTimer !== undefined && employer.body % 3 === 0) {
      employments.push(secondEmploymentOf(this.#country, employer, this.#partTimer))
    }
    this.#partTimer = last
  }

  #writeDeclarations(
    employer: SyntheticEmployer,
    employments: readonly Employment[],
    special: SpecialEmployer | undefined,
  ): void {
    const { seed, quarters, asOf } = this.#country
    let before: Declared | undefined
    for (const quarter of [...formerQuarters, ...quarters]) {
      const workers = special === undefined ? [] : personaRecords(this.#country, special, quarter)
      if (quarters.includes(quarter)) workers.push(...workersOf(seed, employments, quarter))
      if (workers.length === 0) continue
      // in the order in which a register keeps them
      workers.sort((a, b) => (a.ssin < b.ssin ? -1 : 1))
      const key = { employer: employer.nssoNumber, quarter }
      const records = workers.map(({ record }) => record)
      this.#sink.declaration({ ...key, header: headerOf(employer, quarter, records) })
      for (const { ssin, record } of workers) {
        const update = updatesOf(asOf, quarter, ssin, record)
        this.#sink.worker({ ...key, ssin, record: { ...record, update } })
      }
      this.#sink.aggregate({ ...key, record: aggregateOf(records) })
      const ssins = new Set(workers.map(({ ssin }) => ssin))
      if (before !== undefined && addQuarters(before.quarter, 1) === quarter) {
        this.#writeTakenBack(employer, before, ssins)
      }
      before = { quarter, ssins }
      this.counts.declarations++
      this.counts.workers += workers.length
    }
  }

  /** Some who begin in a quarter were declared in the one before, by mistake. */
  #writeTakenBack({ nssoNumber }: SyntheticEmployer, before: Declared, now: ReadonlySet<Ssin>) {
    const { quarter, ssins } = before
    for (const ssin of now) {
      if (ssins.has(ssin) || !isTooEarly(quarter, ssin)) continue
      const received = daysTakenBack(quarter, ssin)
      this.#sink.deletedWorker({ employer: nssoNumber, quarter, ssin, received })
    }
  }

  #integrateWorkers(employments: readonly Employment[], special: SpecialEmployer | undefined) {
    for (const { ssin, serial, from } of employments) {
      const random = randomOf(this.#country.seed, streams.integration, serial)
      for (const institution of institutions) {
        const known = random.chance(integratedPerMille[institution])
        if (known && (institution !== 'phare' || special !== undefined)) {
          this.#integrate(institution, ssin, dateOf(from))
        }
      }
    }
  }

  #integrate(institution: InstitutionId, ssin: Ssin, from: CivilDate): void {
    this.#sink.integration({ institution, ssin, from })
    this.counts.integrations++
  }

  checkpoint(): void {
    this.#sink.checkpoint()
    this.#rowsAtCheckpoint = this.#rows()
    this.#progress(this.counts)
  }

  #rows(): number {
    const { numbers, workers, dimonaPeriods, postings, integrations } = this.counts
    return numbers + workers + dimonaPeriods + postings + integrations
  }
}

function personaEmployments(country: Country, special: SpecialEmployer): Employment[] {
  return personaWork(country)
    .filter(({ employer }) => employer === special)
    .map(({ employment }) => employment)
}

function workersOf(
  seed: number,
  employments: readonly Employment[],
  quarter: Quarter,
): DeclaredWorker[] {
  return employments.flatMap((employment) => {
    const workerRecord = workerRecordOf(seed, employment, quarter)
    return workerRecord ? [declaredWorker(employment.ssin, workerRecord)] : []
  })
}
