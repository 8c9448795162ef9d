import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nssoNumberOf } from '../../certs-test/institutions.ts'
import { civilDateAt, readCivilDate, readQuarter } from '../../src/base/civil-date.ts'
import { dimonaPeriodIdOf } from '../../src/base/dimona-period.ts'
import { readEnterpriseNumber, readNssoNumber, type NssoNumber } from '../../src/base/enterprise.ts'
import { readSsin, ssinCheckDigits, type Ssin } from '../../src/base/ssin.ts'
import type { Decision } from '../../src/deliberations/decision.ts'
import { valuePaths } from '../../src/registers/catalogue.ts'
import type { AnyBlock, PersonRegister } from '../../src/registers/field.ts'
import { dimona } from '../../src/registers/dimona.ts'
import { dmfa } from '../../src/registers/dmfa.ts'
import { employerOfDirectory } from '../../src/registers/employer-directory.ts'
import { limosa } from '../../src/registers/limosa.ts'
import { person } from '../../src/registers/person.ts'
import type { RegisterWriter } from '../../src/store/register-writer.ts'
import { consultations } from '../services/exchange-parts.ts'
import { askRest, askSoap, readBody, requestJson, type Answer, type Ask } from './ask.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { decisionOf, writeDeliberations } from './grants.ts'
import { markablePaths, Markers, othersIn, variant, withNumbers, type Values } from './markers.ts'
import { consultationNamed, contexts, criteriaOf, operations as all } from './questions.ts'

const quarter = readQuarter('20243')!
const since = readCivilDate('2024-01-01')!
/** the last day of the Dimona periods, so that they are among the changes of today */
const today = civilDateAt(Date.now())
const quarters = { from: '2024Q3', to: '2024Q3' }
/** A search by words gives numbers, which are keys here and hold no marker (employer.test.ts). */
const operations = all.filter((one) => one !== 'findEmployers')
const { naturalPerson } = dmfa.employerDeclaration.blocks

/** Keys under which records are asked for; they stand in the request, so they are no markers. */
let keys = 0
const nextSsin = (): Ssin => {
  const nine = `8001${String(1 + (keys % 28)).padStart(2, '0')}${String(100 + keys++)}`
  return readSsin(nine + ssinCheckDigits(nine, 19))!
}
const nextEmployer = (): NssoNumber => readNssoNumber(nssoNumberOf(2_000_000 + keys++))!

/** A person who works for an employer, in records that are full of markers. */
interface Subject {
  readonly ssin: Ssin
  readonly employer: NssoNumber
  readonly person: Values
  readonly header: Values
  readonly worker: Values
  readonly aggregate: Values
  /** blocks of one Dimona period, by their names */
  readonly dimona: Readonly<Record<keyof typeof dimona, Values>>
  readonly directory: Values
  readonly posting: Values
}

const markers = new Markers()

function newSubject(): Subject {
  const { naturalPerson: workers, ...header } = markers.record(dmfa.employerDeclaration)
  return {
    ssin: nextSsin(),
    employer: nextEmployer(),
    person: markers.record(person.person),
    header,
    worker: (workers as readonly Values[])[0]!,
    aggregate: markers.record(dmfa.aggregate),
    dimona: dimonaOf((block) => markers.record(block)),
    directory: markers.record(employerOfDirectory),
    posting: markers.record(limosa.posting),
  }
}

type DimonaValues = Subject['dimona']

/** The student indication of the employer is that of the worker, so both are the same everywhere. */
function dimonaOf(make: (block: AnyBlock, name: keyof typeof dimona) => Values): DimonaValues {
  const blocks = Object.entries(dimona).map(([name, block]) => [
    name,
    make(block, name as keyof typeof dimona),
  ])
  const made = Object.fromEntries(blocks) as DimonaValues
  return { ...made, worker: { ...made.worker, studentIndication: true } }
}

function dimonaVariant(
  of: DimonaValues,
  granted: ReadonlySet<string>,
  flip: () => boolean,
): DimonaValues {
  const made = dimonaOf((block, name) => variant(block, of[name], granted, markers, flip))
  const path = 'dimona.worker.ssin'
  const ssin = granted.has(path) ? of.worker['ssin'] : markers.leaf('identifier.ssin', path)
  return { ...made, worker: { ...made.worker, ssin } }
}

/** The posted person's number is what pages go by, so it is always there. */
function postingVariant(of: Values, granted: ReadonlySet<string>, flip: () => boolean): Values {
  const path = 'limosa.postedPerson.ssin'
  const own = postedNumber(of)
  const ssin = granted.has(path) ? own : markers.leaf('identifier.ssin', path)
  const made = variant(limosa.posting, of, granted, markers, flip)
  return { ...made, postedPerson: { ...(made['postedPerson'] as Values | undefined), ssin } }
}

const postedNumber = ({ postedPerson }: Values) => (postedPerson as Values)['ssin']

/** Another subject, who agrees with the first on the granted paths only. */
function newVariant(of: Subject, granted: ReadonlySet<string>, flip: () => boolean): Subject {
  const declaration = { ...of.header, naturalPerson: [] }
  const { naturalPerson: company = [], ...header } = variant(
    dmfa.employerDeclaration,
    declaration,
    granted,
    markers,
    flip,
  )
  const worker = variant(naturalPerson, of.worker, granted, markers, flip)
  const ssinPath = 'dmfa.naturalPerson.ssin'
  const own = granted.has(ssinPath) ? of.worker['ssin'] : markers.leaf('identifier.ssin', ssinPath)
  expect(company).toBeInstanceOf(Array)
  return {
    ssin: nextSsin(),
    employer: nextEmployer(),
    person: withNumbers(
      person.person,
      variant(person.person, of.person, granted, markers, flip),
      granted,
      markers,
    ),
    header,
    worker: { ...worker, ssin: own },
    aggregate: variant(dmfa.aggregate, of.aggregate, granted, markers, flip),
    dimona: dimonaVariant(of.dimona, granted, flip),
    directory: variant(employerOfDirectory, of.directory, granted, markers, flip),
    posting: postingVariant(of.posting, granted, flip),
  }
}

const institutions = ['phare', 'emploi', 'pension', 'inspection']

function integrate(writer: RegisterWriter, ssin: Ssin): void {
  for (const institution of institutions) writer.integration({ institution, ssin, from: since })
}

function write(
  writer: RegisterWriter,
  subject: Subject,
  register: PersonRegister = 'nationalRegister',
) {
  const { ssin, employer } = subject
  writer.person({ ssin, register, status: { kind: 'active' }, record: subject.person })
  writer.employer({
    nssoNumber: employer,
    enterpriseNumber: readEnterpriseNumber('1999000150')!,
    naturalPerson: false,
    record: {
      ...subject.directory,
      dimonaEmployer: subject.dimona.employer,
    },
  })
  writer.declaration({ employer, quarter, header: subject.header })
  writer.worker({ employer, quarter, ssin, record: subject.worker })
  // the days in the record are markers: by this one it is among the changes of today
  writer.deletedWorker({ employer, quarter, ssin, received: [today] })
  writer.aggregate({ employer, quarter, record: subject.aggregate })
  writer.dimonaPeriod({
    periodId: dimonaPeriodIdOf(String(9_000_000_000 + keys++)),
    employer,
    ssin,
    from: since,
    until: today,
    record: {
      user: subject.dimona.user,
      worker: subject.dimona.worker,
      occupation: subject.dimona.occupation,
    },
  })
  writer.posting({
    postingId: String(keys++),
    ssin,
    user: employer,
    from: since,
    record: subject.posting,
  })
  // pages go by the number of the key, and integration by that in the record
  integrate(writer, ssin)
  const numbers = [
    subject.worker['ssin'],
    subject.dimona.worker['ssin'],
    postedNumber(subject.posting),
    ...othersIn(person.person, subject.person),
  ]
  for (const number of numbers) {
    const inRecord = readSsin(String(number))!
    if (!integrated.has(inRecord)) integrate(writer, inRecord)
    integrated.add(inRecord)
  }
  // a colleague whom nobody has integrated
  const colleague = nextSsin()
  const record = markers.record(naturalPerson, 'stranger ')
  writer.worker({ employer, quarter, ssin: colleague, record })
  const occupation = markers.record(dimona.occupation, 'stranger ')
  writer.dimonaPeriod({
    periodId: dimonaPeriodIdOf(String(9_000_000_000 + keys++)),
    employer,
    ssin: colleague,
    from: since,
    until: today,
    record: { worker: markers.record(dimona.worker, 'stranger '), occupation },
  })
  writer.posting({
    postingId: String(keys++),
    ssin: colleague,
    user: employer,
    from: since,
    record: { ...markers.record(limosa.posting, 'stranger ') },
  })
  strangers.push(colleague)
}

const integrated = new Set<Ssin>()
const strangers: Ssin[] = []

const main = newSubject()
const bis = newSubject()
const struckOff = newSubject()
const replaced = nextSsin()
const cancelled = nextSsin()

/** Random grants, from nothing to everything; the seed is printed when one of them is not kept. */
const seed = Math.floor(Math.random() * 0x7fffffff)
const randomGrants = fc.sample(
  fc.oneof(
    fc.subarray([...valuePaths], { minLength: 1 }),
    fc.subarray([...valuePaths], { minLength: 1, maxLength: 12 }),
  ),
  { numRuns: 10, seed },
)
const allKeys = operations.flatMap((operation) =>
  keysOf({ as: '', legalContext: '', operation, ...main }),
)
const grants: Record<string, readonly string[]> = {
  // keys only: no operation gives these
  'TEST:NOTHING': ['employerDirectory.search.name', 'employerDirectory.search.address'],
  'TEST:EVERYTHING': valuePaths,
  // every other one opens all operations, with what questions choose records by
  ...Object.fromEntries(
    randomGrants.map((paths, index) => [
      `TEST:RANDOM_${index}`,
      index % 2 === 0 ? paths : [...new Set([...paths, ...allKeys])],
    ]),
  ),
}
const folder = mkdtempSync(join(tmpdir(), 'quadrivium-grants-'))
writeDeliberations(folder, 'inspection', grants)
const decide = decisionOf(folder)

function decisionFor(
  as: string,
  legalContext: string,
  operation: string,
  gives = consultationNamed(operation).operation.gives,
): Decision {
  const consultation = consultationNamed(operation)
  return decide({
    institution: as,
    legalContext,
    service: consultation.service.name,
    operation,
    channel: 'webService',
    gives,
    on: civilDateAt(Date.now()),
  })
}

const pathsOf = (decision: Decision): ReadonlySet<string> =>
  new Set<string>(decision.kind === 'grant' ? decision.grant.paths.keys() : [])

/** For each grant a store in the store: a subject that agrees with the main one on what the grant holds. */
const variants = Object.keys(grants).map((legalContext) => {
  const granted = new Set(
    operations.flatMap((operation) => [
      ...pathsOf(decisionFor('inspection', legalContext, operation)),
    ]),
  )
  const coins = fc.sample(fc.boolean(), { numRuns: 5000, seed })
  let toss = 0
  return { legalContext, subject: newVariant(main, granted, () => coins[toss++ % coins.length]!) }
})

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startTestGateway({
    deliberations: folder,
    institutions: (rows) =>
      rows.map((row) => {
        if (row.id === 'inspection')
          return { ...row, legalContexts: [...row.legalContexts, ...Object.keys(grants)] }
        if (row.id !== 'phare') return row
        const inRecords = [main, bis, struckOff].flatMap(
          ({ header, dimona: { employer }, posting }) =>
            [header, employer, posting['user'] as Values].map((block) =>
              String(block['registrationNumber']),
            ),
        )
        const employers = [main.employer, bis.employer, struckOff.employer, ...inRecords]
        return { ...row, population: { kind: 'employers', employers } }
      }),
    fill: (writer) => {
      write(writer, main)
      write(writer, bis, 'bisRegister')
      write(writer, struckOff, 'struckOffRegister')
      for (const { subject } of variants) write(writer, subject)
      for (const [ssin, status] of [
        [replaced, { kind: 'replaced', by: main.ssin }],
        [cancelled, { kind: 'cancelled' }],
      ] as const) {
        const record = markers.record(person.person)
        writer.person({ ssin, register: 'nationalRegister', status, record })
        integrate(writer, ssin)
      }
      for (const ssin of strangers) {
        const record = markers.record(person.person, 'stranger ')
        writer.person({ ssin, register: 'nationalRegister', status: { kind: 'active' }, record })
      }
    },
  })
})

afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

interface Case {
  readonly as: string
  readonly legalContext: string
  readonly operation: string
  readonly ssin: Ssin
  readonly employer: NssoNumber
}

function askFor({ as, legalContext, operation, ssin, employer }: Case): Ask {
  const criteria = criteriaOf(operation, { ssin, employer }, quarters)
  return { as, legalContext, ...consultationNamed(operation), criteria, ticket: '1' }
}

/** Paths that the question chooses records by. */
function keysOf(one: Case) {
  return consultationNamed(one.operation).operation.prepareJson(requestJson(askFor(one))).keys
}

/** The raw bytes of the answer over both channels, the request's echo taken out: the keys of the question are in it. */
async function answersTo(one: Case): Promise<readonly [channel: string, text: string][]> {
  const soap = await askSoap(gateway, askFor(one))
  readBody(soap)
  const rest = await askRest(gateway, askFor(one))
  return [
    ['SOAP', withoutEcho(soap)],
    ['REST', withoutEcho(rest)],
  ]
}

function withoutEcho({ text }: Answer): string {
  return text.replace(/<criteria>.*?<\/criteria>/, '').replace(/"criteria":\{[^}]*\}/, '')
}

/** What the answer must hold: every granted leaf that can have a marker, when the record is one of an open source. */
function expectedPaths(one: Case, register: PersonRegister): ReadonlySet<string> {
  const decision = decisionFor(one.as, one.legalContext, one.operation)
  if (decision.kind !== 'grant') return new Set()
  if (one.operation === 'consultPerson' && !decision.sources.includes(register)) return new Set()
  const { operation } = consultationNamed(one.operation)
  const keys = keysOf(one)
  const ofKeys = pathsOf(decisionFor(one.as, one.legalContext, one.operation, keys))
  if (keys.some((path) => !ofKeys.has(path))) return new Set()
  const granted = pathsOf(decision)
  return new Set(markablePaths(operation.block).filter((path) => granted.has(path)))
}

describe('the bytes of an answer hold the granted leaves and no others', () => {
  const cases = [
    ...contexts,
    ...Object.keys(grants).map((legalContext) => ['inspection', legalContext] as const),
  ]
  it.each(cases)(`%s %s (grants of seed ${seed})`, async (as, legalContext) => {
    let shown = 0
    for (const operation of operations) {
      for (const [subject, register] of [
        [main, 'nationalRegister'],
        [bis, 'bisRegister'],
        [struckOff, 'struckOffRegister'],
      ] as const) {
        const one = { as, legalContext, operation, ...subject }
        const expected = expectedPaths(one, register)
        for (const [channel, text] of await answersTo(one)) {
          const found = markers.pathsIn(text)
          expect([channel, operation, [...found].sort()]).toEqual([
            channel,
            operation,
            [...expected].sort(),
          ])
          shown += found.size
        }
      }
    }
    if (legalContext === 'TEST:NOTHING') expect(shown).toBe(0)
  })

  it('which are all leaves under the grant of everything, so that a leak would be seen', () => {
    const all = operations.flatMap((operation) => {
      const one = { as: 'inspection', legalContext: 'TEST:EVERYTHING', operation, ...main }
      return [...expectedPaths(one, 'nationalRegister')]
    })
    expect(new Set(all)).toEqual(
      new Set(
        operations.flatMap((operation) =>
          markablePaths(consultationNamed(operation).operation.block),
        ),
      ),
    )
  })
})

describe('a search by words that stand in a record', () => {
  it.each(['TEST:EVERYTHING', 'TEST:NOTHING', 'INSPECTION:CONTROL'])(
    'tells numbers only, and no other leaf of the record: %s',
    async (legalContext) => {
      const { denomination } = main.directory['identification'] as Values
      const ask: Ask = {
        as: 'inspection',
        legalContext,
        ...consultationNamed('findEmployers'),
        criteria: { name: String(denomination) },
        ticket: '1',
      }
      for (const answer of [await askSoap(gateway, ask), await askRest(gateway, ask)]) {
        const text = withoutEcho(answer)
        expect([...markers.pathsIn(text)]).toEqual([])
        expect(text.includes(main.employer)).toBe(legalContext === 'TEST:EVERYTHING')
      }
    },
  )

  it('is the only consultation of our own services that is asked so', () => {
    const named = all.map((name) => consultationNamed(name).operation)
    expect(new Set(named)).toEqual(new Set(consultations.map(([, , operation]) => operation)))
  })
})

describe('two stores that agree on the granted leaves', () => {
  it.each(variants)(
    `give equal bytes: $legalContext (seed ${seed})`,
    async ({ legalContext, subject }) => {
      for (const operation of operations) {
        const one = { as: 'inspection', legalContext, operation }
        const first = await answersTo({ ...one, ...main })
        const second = await answersTo({ ...one, ...subject })
        for (const [index, [channel, text]] of first.entries()) {
          expect([channel, operation, comparable(second[index]![1], subject.ssin)]).toEqual([
            channel,
            operation,
            comparable(text, main.ssin),
          ])
        }
      }
    },
  )
})

/** Ticket and times aside, what is signed over them, and the number that was asked about. */
function comparable(text: string, asked: Ssin): string {
  return text
    .replaceAll(asked, 'ASKED')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g, 'TICKET')
    .replace(/<ds:Signature [\s\S]*<\/ds:Signature>/, '')
}

describe('a refusal, a log and a journal', () => {
  const refusedNumbers = [
    ['not integrated', () => strangers[0]!],
    ['replaced', () => replaced],
    ['cancelled', () => cancelled],
  ] as const

  it.each(refusedNumbers)('hold no leaf of a person whose number is %s', async (_, number) => {
    for (const legalContext of ['INSPECTION:CONTROL', 'TEST:EVERYTHING', 'TEST:NOTHING']) {
      for (const operation of operations.filter((one) =>
        /consultPerson|ByWorker|ByPostedPerson/.test(one),
      )) {
        const one = { as: 'inspection', legalContext, operation, ...main, ssin: number() }
        for (const [, text] of await answersTo(one)) {
          expect([...markers.pathsIn(text)]).toEqual([])
          expect(text).not.toContain('DATA_FOUND')
        }
      }
    }
  })

  it('hold no leaf and no number that was asked about', () => {
    const kept = gateway.logText() + gateway.journalBytes().toString()
    expect(gateway.entries().length).toBeGreaterThan(300)
    expect([...markers.pathsIn(kept)]).toEqual([])
    for (const key of [
      main.ssin,
      bis.ssin,
      struckOff.ssin,
      replaced,
      cancelled,
      ...strangers,
      main.employer,
    ]) {
      expect(kept).not.toContain(key)
    }
  })

  it('say of no reply that it does not follow its schema', () => {
    expect(gateway.logText()).not.toContain('schema')
    expect(gateway.logText()).not.toContain('internal')
  })
})
