import { readQuarter } from '../../src/base/civil-date.ts'
import { countryOf, type Country } from '../../src/synthetic/country.ts'
import { generate } from '../../src/synthetic/generate.ts'
import type {
  AggregateRow,
  DeclarationRow,
  DeletedWorkerRow,
  DimonaPeriodRow,
  EmployerRow,
  IntegrationRow,
  PostingRow,
  PersonRow,
  RegisterSink,
  WorkerRow,
} from '../../src/synthetic/sink.ts'

export interface Rows {
  readonly persons: PersonRow[]
  readonly employers: EmployerRow[]
  readonly declarations: DeclarationRow[]
  readonly workers: WorkerRow[]
  readonly deletedWorkers: DeletedWorkerRow[]
  readonly aggregates: AggregateRow[]
  readonly dimonaPeriods: DimonaPeriodRow[]
  readonly postings: PostingRow[]
  readonly integrations: IntegrationRow[]
}

/** A small country: seed, persons, last quarter, number of quarters. */
export function country(seed: number, persons: number, until = '20262', quarters = 4): Country {
  return countryOf({ seed, persons, until: readQuarter(until)!, quarterCount: quarters })
}

/** All rows of a country, kept. */
export function collect(of: Country): Rows {
  const rows: Rows = {
    persons: [],
    employers: [],
    declarations: [],
    workers: [],
    deletedWorkers: [],
    aggregates: [],
    dimonaPeriods: [],
    postings: [],
    integrations: [],
  }
  generate(of, {
    person: (row) => rows.persons.push(row),
    employer: (row) => rows.employers.push(row),
    declaration: (row) => rows.declarations.push(row),
    worker: (row) => rows.workers.push(row),
    deletedWorker: (row) => rows.deletedWorkers.push(row),
    aggregate: (row) => rows.aggregates.push(row),
    dimonaPeriod: (row) => rows.dimonaPeriods.push(row),
    posting: (row) => rows.postings.push(row),
    integration: (row) => rows.integrations.push(row),
    checkpoint: () => undefined,
  })
  return rows
}

/** A sink that hands each call on as one line of text, in order. */
export function lineSink(line: (text: string) => void): RegisterSink {
  const writer = (name: string) => (row: object) => {
    line(`${name} ${JSON.stringify(row)}\n`)
  }
  return {
    person: writer('person'),
    employer: writer('employer'),
    declaration: writer('declaration'),
    worker: writer('worker'),
    deletedWorker: writer('deletedWorker'),
    aggregate: writer('aggregate'),
    dimonaPeriod: writer('dimonaPeriod'),
    posting: writer('posting'),
    integration: writer('integration'),
    checkpoint: () => {
      line('checkpoint\n')
    },
  }
}
