/**
 * `npm run bench -- registers`: what an operation and a question to the registers cost in a small and in a large country. The store is opened as a
 * serving process opens it; questions are those of the services, about persons and employers drawn at random.
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { dataParts } from '../src/app.ts'
import { readNssoNumber, type NssoNumber } from '../src/base/enterprise.ts'
import {
  addQuarters,
  civilDateAt,
  quarterDates,
  readQuarter,
  type Quarter,
} from '../src/base/civil-date.ts'
import { searchWords } from '../src/base/search-words.ts'
import { readSsin, type Ssin } from '../src/base/ssin.ts'
import { generateData } from '../src/cli/data.ts'
import { gather } from '../src/exchange/gather.ts'
import { makeOffsetSeal } from '../src/exchange/offset-seal.ts'
import type { Institution } from '../src/institutions/institution.ts'
import type { ReferenceDirectory } from '../src/institutions/reference-directory.ts'
import { readNameSearch } from '../src/services/name-search.ts'
import type { PreparedConsultation } from '../src/services/operation.ts'
import type { SingleQuestion, Source } from '../src/services/source.ts'
import { storeSource } from '../src/sources/store-source.ts'
import { openStore, prepareDataDirectory } from '../src/store/data-directory.ts'
import { answersOver, institution, type Answer, type Requested } from './operations.ts'

const help = `Measures what an operation, and each question to the registers, costs in a small and in a large country.

usage: npm run bench -- registers [options]

  --small N     persons of the small country (default 10000)
  --large N     persons of the large country (default 1000000)
  --rounds N    rounds of 200 a row and country, turn about (default 15)
  --dir DIR     keeps the countries there and uses them again (default: a temporary folder)
  --help        this text

Four quarters of DmfA each. Times are of the median act; a ratio is the middle one of the rounds.
`

/** One worker in one quarter, drawn at random. */
interface Drawn extends Requested {
  readonly ssin: Ssin
  readonly employer: NssoNumber
  /** the worker's own name and birth */
  readonly lastName: string
  readonly birthDate: string
}

interface Country {
  readonly source: Source
  readonly directory: ReferenceDirectory
  /** the family name that sounds like most others' */
  readonly frequentName: string
  readonly answers: ReturnType<typeof answersOver>
  readonly draw: () => Drawn
  close(): Promise<void>
}

const actsPerRound = 200
const page = 20

/** Questions by the name they have in the table. */
const kinds: Readonly<Record<string, (drawn: Drawn) => SingleQuestion | 'status'>> = {
  'status of a number': () => 'status',
  person: ({ ssin }) => ({
    kind: 'person',
    ssin,
    registers: ['nationalRegister', 'bisRegister', 'struckOffRegister'],
  }),
  'DmfA by worker': ({ ssin, quarter }) => ({
    kind: 'dmfaByWorker',
    ssin,
    from: quarter,
    to: quarter,
  }),
  'DmfA by employer, 20': ({ employer, quarter, ssin }) => ({
    kind: 'dmfaByEmployer',
    employer,
    quarter,
    after: ssin,
    limit: page,
  }),
  'DmfA aggregate': ({ employer, quarter }) => ({ kind: 'dmfaAggregate', employer, quarter }),
  'Dimona by worker': ({ ssin, quarter }) => ({
    kind: 'dimonaByWorker',
    ssin,
    ...daysOf(quarter),
  }),
  'Dimona by employer, 20': ({ employer, quarter, ssin }) => ({
    kind: 'dimonaByEmployer',
    employer,
    ...daysOf(quarter),
    after: ssin,
    limit: page,
  }),
  'active between dates': ({ employer, quarter, ssin }) => ({
    kind: 'dimonaActivity',
    employer,
    ssins: [ssin],
    ...daysOf(quarter),
  }),
  'employer by number': ({ employer }) => ({
    kind: 'employer',
    nssoNumber: employer,
    enterpriseNumber: undefined,
    within: 'all',
  }),
  'DmfA changes, 20': ({ employer, quarter, ssin }) => ({
    kind: 'dmfaChanges',
    employer,
    since: quarterDates(addQuarters(quarter, 1)).first,
    until: quarterDates(addQuarters(quarter, 1)).last,
    daysMax: 92,
    after: ssin,
    limit: page,
  }),
  // searches, no look-ups: a larger country has more persons of each name, and a name is in as many birthdays as there are persons
  'persons by name, a day': ({ lastName, birthDate }) => namesakes(lastName, birthDate, 0),
  'persons by name, 11 years': ({ lastName, birthDate }) =>
    namesakes(lastName, `${birthDate.slice(0, 4)}-00-00`, 5),
  'persons by name, ever': ({ lastName, birthDate }) =>
    namesakes(lastName, `${birthDate.slice(0, 4)}-00-00`, 99),
  // a search, no look-up: a larger country has more employers of each word
  'employers by words, 20': ({ words }) => ({
    kind: 'employersByWords',
    name: words,
    address: [],
    limit: page,
    within: 'all',
  }),
}

/** Numbers of persons whose names sound alike; what the exchange asks of each of them comes on top. */
function namesakes(lastName: string, birthDate: string, tolerance: number): SingleQuestion {
  const whole = birthDate.endsWith('-00') ? `${birthDate.slice(0, 4)}-06-15` : birthDate
  const search = readNameSearch({
    lastName,
    firstNames: '',
    birthDate: tolerance === 0 ? whole : birthDate,
    tolerance,
    sex: undefined,
  })
  if (typeof search === 'string') throw new Error(`no search by ${search}`)
  return { kind: 'namesakes', search, register: 'nationalRegister', after: undefined, limit: 101 }
}

function daysOf(quarter: Quarter) {
  const { first, last } = quarterDates(quarter)
  return { from: first, to: last }
}

/** Makes the country where it is absent, and opens it as a serving process does. */
async function openCountry(persons: number, parent: string): Promise<Country> {
  const dir = join(parent, `country-${persons}`)
  if (!existsSync(join(dir, 'registers.db')))
    generateData({ persons, seed: 1, quarters: 4, dir }, dataParts)
  const nowMs = () => Date.now()
  const prepared = prepareDataDirectory(dir, { nowMs, replayLifetimeMs: 0 })
  const store = await openStore(dir, { process: 1, nowMs })
  const path = join(dir, 'registers.db')
  console.log(
    `${persons} persons: registers.db of ${Math.round(statSync(path).size / 2 ** 20)} MiB`,
  )
  const sample = new DatabaseSync(path, { readOnly: true })
  const { most } = sample.prepare('select max(rowid) as most from dmfa_worker').get() as {
    most: number
  }
  const row = sample.prepare('select ssin, employer, quarter from dmfa_worker where rowid = ?')
  const nameOf = sample.prepare(
    `select json_extract(record, '$.identification.denomination') as name from employer
     where nsso_number = ?`,
  )
  const bySsin = sample.prepare(
    `select json_extract(record, '$.names.lastName') as lastName,
     json_extract(record, '$.birth.birthDate') as birthDate from person where ssin = ?`,
  )
  const draw = (): Drawn => {
    for (;;) {
      const found = row.get(1 + Math.floor(Math.random() * most)) as
        { ssin: string; employer: string; quarter: string } | undefined
      const ssin = readSsin(found?.ssin ?? '')
      const employer = readNssoNumber(found?.employer ?? '')
      const quarter = readQuarter(found?.quarter ?? '')
      const person = bySsin.get(found?.ssin ?? '')
      if (ssin && employer && quarter && person)
        return {
          ssin,
          lastName: String(person['lastName']),
          birthDate: String(person['birthDate']),
          employer,
          quarter,
          words: searchWords(String(nameOf.get(employer)?.['name'])),
        }
    }
  }
  const frequent = sample
    .prepare(
      `select json_extract(record, '$.names.lastName') as lastName from person where ssin =
       (select min(ssin) from person_name group by code order by count(*) desc limit 1)`,
    )
    .get()
  const close = async () => {
    sample.close()
    await store.close()
    prepared.close()
  }
  const source = storeSource(store.registers)
  const directory = store.registers
  const frequentName = String(frequent?.['lastName'])
  const answers = answersOver(source, directory)
  return { source, directory, frequentName, answers, draw, close }
}

/** One measured act in a country: drawn first, timed then. */
type Act = (country: Country, drawn: Drawn) => Promise<unknown>

function ask(kind: (typeof kinds)[string]): Act {
  return ({ source }, drawn) => {
    const question = kind(drawn)
    return question === 'status' ? source.statusOf(drawn.ssin) : source.ask(question)
  }
}

/** The most that a search by name can cost: the most frequent name, any day of birth, an institution that knows nobody. */
const searchInVain: Act = async ({ source, directory, frequentName }) => {
  const search = readNameSearch({
    lastName: frequentName,
    firstNames: '',
    birthDate: '1975-00-00',
    tolerance: 99,
    sex: undefined,
  })
  if (typeof search === 'string') throw new Error(`no search by ${search}`)
  const world = { source, directory, offsets: makeOffsetSeal(new Uint8Array(32)) }
  const knowsNobody: Institution = { ...institution, integration: 'required' }
  const ask = () =>
    ({
      kind: 'personsByName',
      search,
      registers: ['nationalRegister', 'bisRegister', 'struckOffRegister'],
      persons: [],
      limit: 100,
      ofMore: 'none',
    }) as const
  const opened = { sources: [], granted: new Map() }
  const prepared = { ask } as unknown as PreparedConsultation
  const { records } = await gather(world, prepared, opened, knowsNobody, civilDateAt(Date.now()))
  if (records.length > 0) throw new Error('somebody was found in vain')
}

function answer(of: (country: Country) => Answer | undefined): Act {
  return async (country, drawn) => {
    // too many employers of a word is an answer too
    await of(country)?.(drawn).catch((error: unknown) => {
      if ((error as { code?: unknown }).code !== 'REQUEST_INVALID') throw error
    })
  }
}

/** Microseconds of the median act of a round. */
async function round(country: Country, act: Act): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < actsPerRound; i++) {
    const drawn = country.draw()
    const begun = performance.now()
    await act(country, drawn)
    times.push((performance.now() - begun) * 1000)
  }
  return median(times)
}

/** Rounds of an act turn about in both countries, as a row of the table. */
async function compare(name: string, act: Act, small: Country, large: Country): Promise<void> {
  const rounds: { small: number; large: number }[] = []
  // the first rounds fill caches and compile
  for (let i = -3; i < Number(values.rounds); i++) {
    const pair = { small: await round(small, act), large: await round(large, act) }
    if (i >= 0) rounds.push(pair)
  }
  const cells = [
    median(rounds.map((one) => one.small)).toFixed(0),
    median(rounds.map((one) => one.large)).toFixed(0),
    median(rounds.map((one) => one.large / one.small)).toFixed(2),
  ]
  console.log(name.padEnd(42) + cells.map((cell) => cell.padStart(11)).join(''))
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

const { values } = parseArgs({
  options: {
    small: { type: 'string', default: '10000' },
    large: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '15' },
    dir: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

function printHead(what: string): void {
  console.log(`\n${what.padEnd(42)}   small µs   large µs  large/small`)
}

async function main(): Promise<void> {
  const parent = values.dir ?? mkdtempSync(join(tmpdir(), 'quadrivium-registers-'))
  const countries: Country[] = []
  try {
    for (const persons of [Number(values.small), Number(values.large)])
      countries.push(await openCountry(persons, parent))
    const [small, large] = countries as [Country, Country]
    for (const list of ['lookups', 'searches'] as const) {
      printHead(list === 'lookups' ? 'operation (signature and journal apart)' : 'search')
      for (const name of small.answers[list].keys()) {
        const act = answer(({ answers }) => answers[list].get(name))
        await compare(name, act, small, large)
      }
    }
    printHead('search')
    await compare('persons by name, ever, none to be seen', searchInVain, small, large)
    printHead('question to the registers')
    for (const [name, kind] of Object.entries(kinds)) await compare(name, ask(kind), small, large)
  } finally {
    for (const country of countries) await country.close()
    if (values.dir === undefined) rmSync(parent, { recursive: true, force: true })
  }
}

if (values.help) console.log(help)
else await main()
