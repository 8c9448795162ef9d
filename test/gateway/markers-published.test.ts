import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { civilDateAt, readCivilDate } from '../../src/base/civil-date.ts'
import { readSsin, ssinCheckDigits, type Ssin } from '../../src/base/ssin.ts'
import { readPath, type Path } from '../../src/registers/catalogue.ts'
import type { AnyBlock } from '../../src/registers/field.ts'
import { person } from '../../src/registers/person.ts'
import { areGranted } from '../../src/services/element-rows.ts'
import { informationTypes } from '../../src/services/retrieve-ti-groups/information-types.ts'
import {
  retrieveTiGroupsService1,
  retrieveTiGroupsService2,
} from '../../src/services/retrieve-ti-groups/service.ts'
import type { ConsultOperation, Service } from '../../src/services/operation.ts'
import type { RegisterWriter } from '../../src/store/register-writer.ts'
import { faultsOf } from '../contracts/committed.ts'
import { readBody, sendSigned, textIn } from './ask.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { decisionOf, writeDeliberations } from './grants.ts'
import { blocksOf, fieldsOf, markablePaths, Markers, othersIn, type Values } from './markers.ts'

/** The marker test of the published contracts: bytes of an answer hold the granted leaves and no others. */

const markers = new Markers()
const since = readCivilDate('2024-01-01')!
let keys = 0
function nextSsin(): Ssin {
  const nine = `7001${String(1 + (keys % 28)).padStart(2, '0')}${String(100 + keys++)}`
  return readSsin(nine + ssinCheckDigits(nine, 19))!
}

/** Dates that the contract can write, by path; the same for no two subjects. */
let years = 0
function nextDate(): string {
  const n = years++
  return `18${String(10 + Math.floor(n / 12)).padStart(2, '0')}-${String(1 + (n % 12)).padStart(2, '0')}-17`
}

interface Subject {
  readonly ssin: Ssin
  readonly record: Values
  /** path by the text that betrays it */
  readonly dates: ReadonlyMap<string, string>
}

const strangers = new Set<string>()

/**
 * What the contract can carry in place of markers: dates of a century that it knows, a sex, residences in Belgium. Wherever several
 * persons can stand comes one more, whom nobody has integrated.
 */
function carriable(block: AnyBlock, record: Values, date: (path: string) => string): Values {
  const all: Record<string, unknown> = { ...record }
  for (const [name, type, path] of fieldsOf(block)) {
    if (type === 'date' || type === 'incompleteDate') all[name] = date(path)
    // the schema of version 1 has the results of an inquiry
    if (name === 'result') all[name] = '1'
    if (name === 'sex') all[name] = block === person.person ? '1' : '2'
    if (type === 'birth') all[name] = { ...(all[name] as Values), birthDate: date(path) }
    if (type === 'address') all[name] = { ...(all[name] as Values), countryCode: '150' }
  }
  for (const [name, nested] of blocksOf(block)) {
    const others = (all[name] ?? []) as Values | readonly Values[]
    const one = carriable(nested, [others].flat()[0] as Values, date)
    all[name] = nested.many ? [one, ...('ssin' in nested.fields ? [stranger(nested)] : [])] : one
  }
  return all
}

function stranger(block: AnyBlock): Values {
  const made = { ...markers.record(block, 'stranger '), sex: '2' }
  strangers.add(String((made as Values)['ssin']))
  return made
}

/** A reference person with a household, in a record full of markers that the contract can carry. */
function newSubject(): Subject {
  const ssin = nextSsin()
  const dates = new Map<string, string>()
  const full = carriable(person.person, markers.record(person.person), (path) => {
    const made = nextDate()
    dates.set(made, path)
    return made
  })
  const [member, ...strange] = full['familyMember'] as readonly Values[]
  const record = {
    ...without(full, ['bisNumber', 'struckOffNumber']),
    nationalNumber: ssin,
    language: 'fr',
    familyMember: [
      { ...member, ssin, position: '1' },
      { ...carriable(familyMember, markers.record(familyMember), () => '1800-01-01') },
      ...strange,
    ],
  }
  return { ssin, record, dates }
}

const { familyMember } = person.person.blocks

/** Another person with another record: the granted paths alone have the same values. */
function newVariant(of: Subject, granted: ReadonlySet<string>, flip: () => boolean): Subject {
  const other = newSubject()
  const record = mixed(person.person, of.record, other.record, granted)
  const left = fieldsOf(person.person).filter(([, , path]) => !granted.has(path) && flip())
  return { ...other, record: without(record, left.map(([name]) => name)) } // prettier-ignore
}

/** The granted leaves of one record, the others of another one. */
function mixed(
  block: AnyBlock,
  mine: Values,
  others: Values,
  granted: ReadonlySet<string>,
): Values {
  const fields = fieldsOf(block).map(([name, , path]) => [name, (granted.has(path) ? mine : others)[name]]) // prettier-ignore
  const blocks = blocksOf(block).map(([name, nested]) => {
    const [own, other] = [mine, others].map((one) => [one[name]].flat() as Values[])
    const all = own!.map((one, index) => mixed(nested, one, other![index]!, granted))
    return [name, nested.many ? all : all[0]]
  })
  return Object.fromEntries([...fields, ...blocks].filter(([, value]) => value !== undefined)) as Values // prettier-ignore
}

function without(record: Values, names: readonly string[]): Values {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))
}

const operationOf = (service: Service) =>
  service.operations.get('retrieveTIGroupsRequest') as ConsultOperation
const paths: readonly string[] = operationOf(retrieveTiGroupsService2).gives

const seed = Math.floor(Math.random() * 0x7fffffff)
const randomGrants = fc.sample(
  fc.oneof(
    fc.subarray([...paths], { minLength: 1 }),
    fc.subarray([...paths], { minLength: 1, maxLength: 5 }),
  ),
  { numRuns: 12, seed },
)
const grants: Record<string, readonly string[]> = {
  'TEST:NOTHING': ['limosa.posting.workingTime'],
  'TEST:EVERYTHING': paths,
  'TEST:SEX_ALONE': ['person.nr.sex'],
  ...Object.fromEntries(randomGrants.map((one, index) => [`TEST:RANDOM_${index}`, one])),
}
const folder = mkdtempSync(join(tmpdir(), 'quadrivium-published-'))
writeDeliberations(folder, 'inspection', grants)
const decide = decisionOf(folder)

const main = newSubject()
const coins = fc.sample(fc.boolean(), { numRuns: 2000, seed })
let toss = 0
const flip = () => coins[toss++ % coins.length]!
const variants = new Map(
  Object.entries(grants).map(([legalContext, granted]) => [
    legalContext,
    newVariant(main, new Set(granted), flip),
  ]),
)

let gateway: TestGateway
const institutions = ['phare', 'emploi', 'pension', 'inspection']

function write(writer: RegisterWriter, { ssin, record }: Subject) {
  const active = { register: 'nationalRegister', status: { kind: 'active' } } as const
  writer.person({ ssin, ...active, record })
  const others = othersIn(person.person, record).filter((one) => !strangers.has(one))
  const relatives = others.flatMap((one) => readSsin(one) ?? [])
  for (const one of new Set([ssin, ...relatives])) integrate(writer, one)
}

const integrated = new Set<Ssin>()
function integrate(writer: RegisterWriter, ssin: Ssin) {
  if (integrated.has(ssin)) return
  integrated.add(ssin)
  for (const institution of institutions) writer.integration({ institution, ssin, from: since })
}

beforeAll(async () => {
  gateway = await startTestGateway({
    deliberations: folder,
    institutions: (rows) =>
      rows.map((row) => ({
        ...row,
        population: { kind: 'all' },
        ...(row.id === 'inspection' && {
          legalContexts: [...row.legalContexts, ...Object.keys(grants)],
        }),
      })),
    fill: (writer) => {
      for (const subject of [main, ...variants.values()]) write(writer, subject)
    },
  })
})

afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

const numbers = { phare: '1999000150', inspection: '1999000447' } as const

/** The bytes of the answer; v1 has words of its own for legal contexts, so its registry is asked under them elsewhere. */
async function ask(service: Service, as: keyof typeof numbers, legalContext: string, ssin: Ssin) {
  const { namespace, version: v } = service
  const request =
    `<v${v}:retrieveTIGroupsRequest xmlns:v${v}="${namespace}"><informationCustomer>` +
    `<ticket>1</ticket><customerIdentification><cbeNumber>${numbers[as]}</cbeNumber></customerIdentification>` +
    `</informationCustomer><legalContext>${legalContext}</legalContext>` +
    `<searchInformation><ssin>${ssin}</ssin><history>true</history></searchInformation>` +
    `</v${v}:retrieveTIGroupsRequest>`
  const answer = await sendSigned(gateway, as, service, request)
  const { xml } = readBody(answer)
  expect(faultsOf(service.contract, xml)).toEqual([])
  return xml
}

/** Without the echo, in which the number asked about stands; dates in one piece. */
function withoutEcho(xml: string): string {
  return xml
    .replace(/<searchInformation>.*?<\/searchInformation>/, '')
    .replaceAll(
      /<r:Century>(\d\d)<\/r:Century><r:Year>(\d\d)<\/r:Year><r:Month>(\d\d)<\/r:Month><r:Day>(\d\d)<\/r:Day>/g,
      '$1$2-$3-$4',
    )
}

function pathsIn(xml: string, { ssin, dates }: Subject): string[] {
  const text = withoutEcho(xml)
  const found = new Set(markers.pathsIn(text))
  for (const [date, path] of dates) if (text.includes(date)) found.add(path)
  // the number stands in type 000, and once more among the members of the household
  const own = text.includes(`Type="000"><r:NationalNumber><r:NationalNumber>${ssin}<`)
  if (own) found.add('person.nationalNumber')
  else if (text.includes(ssin)) found.add('person.familyMember.ssin')
  return [...found].sort()
}

/** What stands beside its own path only, though its element can have the one of today or a former one. */
const besides: readonly (readonly [string, ...string[]])[] = [
  ...['familyMember', 'formerFamilyMember', 'formerHousehold'].flatMap((block) => {
    const place = ['person.nationalNumber', `person.${block}.ssin`, `person.${block}.position`]
    return [
      ...['names', 'position', 'since', 'until'].map((name) => [`person.${block}.${name}`, ...place] as const), // prettier-ignore
      ...['ssin', 'birthDate'].map((name) => [`person.${block}.${name}`, `person.${block}.sex`, ...place] as const), // prettier-ignore
    ]
  }),
  ['person.nr.mainResidenceSince', 'person.nr.mainResidence'],
  ['person.formerResidence.since', 'person.formerResidence.address'],
  ['person.formerName.since', 'person.formerName.names'],
  ['person.nr.nationalitySince', 'person.nr.nationality'],
  ['person.formerNationality.since', 'person.formerNationality.code'],
  ...['ssin', 'names', 'birthDate'].flatMap((name) => [
    [`person.spouse.${name}`, 'person.spouse.ssin', 'person.spouse.sex', 'person.nr.civilStatus'] as const, // prettier-ignore
    [`person.formerSpouse.${name}`, 'person.formerSpouse.ssin', 'person.formerSpouse.sex', 'person.formerCivilStatus.status'] as const, // prettier-ignore
  ]),
]

/** The reference person of a household has no other one now. */
const isTold = (type: string, path: string) =>
  type !== '141' || !path.startsWith('person.familyMember.')

/** What a grant must show: by the element table, as far as a path can be recognised. */
function expectedPaths(as: string, legalContext: string): string[] {
  const decision = decide({
    institution: as,
    legalContext,
    service: 'RetrieveTIGroupsService',
    operation: 'retrieveTI',
    channel: 'webService',
    gives: operationOf(retrieveTiGroupsService2).gives,
    on: civilDateAt(Date.now()),
  })
  const granted = new Set<Path>(decision.kind === 'grant' ? decision.grant.paths.keys() : [])
  // the person has a number of the National Register
  for (const other of ['person.bisNumber', 'person.struckOffNumber'])
    granted.delete(readPath(other)!)
  const recognisable = new Set([...markablePaths(person.person), ...main.dates.values()])
  const shown = informationTypes.flatMap(({ needs, rows, type }) =>
    !areGranted(needs, granted)
      ? []
      : rows.flatMap(({ source }) =>
          'paths' in source && areGranted(source.needs ?? [], granted)
            ? source.paths.filter((path) => granted.has(path) && isTold(type, path))
            : [],
        ),
  )
  const plain = [/\.sex$/, /^person\.nr\.language$/, /^person\.residenceInquiry\.result$/]
  const names = ['person.nr.names', 'person.formerName.changeKind'].map((text) => readPath(text)!)
  const nameless = names.some((path) => granted.has(path)) ? [] : ['person.nr.namesSince']
  const alone = besides.flatMap(([path, ...beside]) =>
    beside.every((one) => granted.has(one as Path)) ? [] : path,
  )
  return [...new Set<string>(shown)]
    .filter(
      (path) =>
        ![...alone, ...nameless].includes(path) &&
        recognisable.has(path) &&
        !plain.some((one) => one.test(path)),
    )
    .sort()
}

const contexts = [
  ['phare', 'PHARE:IDENTIFICATION'],
  ['phare', 'PHARE:STAFF_REGISTER'],
  ['phare', 'PHARE:SUBSIDY_QUARTER'],
  ['inspection', 'INSPECTION:CONTROL'],
  ...Object.keys(grants).map((one) => ['inspection', one] as const),
] as const

describe('the bytes of an answer of RetrieveTIGroups v2', () => {
  it.each(contexts)(
    `hold the granted leaves and no others: %s %s (seed ${seed})`,
    async (as, legalContext) => {
      const xml = await ask(retrieveTiGroupsService2, as, legalContext, main.ssin)
      const expected = expectedPaths(as, legalContext)
      expect(pathsIn(xml, main)).toEqual(expected)
      expect(xml.includes('<rrn_it_implicit>')).toBe(expected.length > 0)
    },
  )

  it('hold all leaves under the grant of everything, so that a leak would be seen', () => {
    const all = expectedPaths('inspection', 'TEST:EVERYTHING')
    const missing = markablePaths(person.person).filter((path) => !all.includes(path))
    // told otherwise, in information types that the reference person of a household has not, or of whom a place is told
    expect(missing.sort()).toEqual(
      [
        'person.nr.sex',
        'person.nr.household',
        'person.bisNumber',
        'person.struckOffNumber',
        'person.nr.language',
        // carried by SSDN
        'person.temporaryAddress.address',
        'person.temporaryAddress.since',
        'person.residenceInquiry.result',
        'person.partnerBirthPlace.ssin',
        ...markablePaths(person.person).filter((path) => /^person\.\w+\.sex$/.test(path) && !path.includes('.nr.')), // prettier-ignore
      ].sort(),
    )
  })
})

it('is refused when the contract can show nothing of what is granted', async () => {
  const refused = [
    ['TEST:SEX_ALONE', 'MSG00027'],
    ['TEST:NOTHING', 'MSG00027'],
    ['TEST:EVERYTHING', 'MSG00000'],
  ] as const
  for (const [legalContext, code] of refused) {
    const xml = await ask(retrieveTiGroupsService2, 'inspection', legalContext, main.ssin)
    expect([legalContext, textIn(xml, 'code')]).toEqual([legalContext, code])
  }
})

describe('two stores that agree on the granted leaves', () => {
  it.each([...variants])(`give equal bytes: %s (seed ${seed})`, async (legalContext, variant) => {
    const [first, second] = await Promise.all(
      [main, variant].map(({ ssin }) =>
        ask(retrieveTiGroupsService2, 'inspection', legalContext, ssin),
      ),
    )
    expect(comparable(second!)).toBe(comparable(first!))
  })
})

describe('RetrieveTIGroups v1', () => {
  it('gives the same data under its own words for legal contexts', async () => {
    const own = await ask(retrieveTiGroupsService1, 'phare', 'social issues', main.ssin)
    const [, first] = /<rrn_it_implicit>(.*)<\/rrn_it_implicit>/.exec(own) ?? []
    const later = await ask(retrieveTiGroupsService2, 'phare', 'PHARE:IDENTIFICATION', main.ssin)
    expect(first).toBeDefined()
    expect(later).toContain(`<rrn_it_implicit>${first}</rrn_it_implicit>`)
    const other = await ask(retrieveTiGroupsService1, 'phare', 'administrative staff', main.ssin)
    expect(textIn(other, 'code')).toBe('MSG00013')
    expect(pathsIn(other, main)).toEqual([])
  })
})

/** Ticket and times aside. */
function comparable(xml: string): string {
  return withoutEcho(xml)
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g, 'TICKET')
}

describe('a log and a journal', () => {
  it('hold no leaf and no number that was asked about', () => {
    const kept = gateway.logText() + gateway.journalBytes().toString()
    expect(gateway.entries().length).toBeGreaterThan(50)
    expect([...markers.pathsIn(kept)]).toEqual([])
    expect(kept).not.toContain(main.ssin)
    expect(gateway.logText()).not.toMatch(/schema|internal/)
  })
})

it('gives in version 1 what version 2 gives, but for two types that it has not', () => {
  const first = operationOf(retrieveTiGroupsService1).gives
  const second = operationOf(retrieveTiGroupsService2).gives
  expect(second.filter((path) => !first.includes(path)).map((path) => path.split('.')[1])).toEqual(
    expect.arrayContaining(['sharedAccommodation', 'contactData']),
  )
  expect(second.length - first.length).toBe(13)
  expect(first.filter((path) => !second.includes(path))).toEqual([])
})
