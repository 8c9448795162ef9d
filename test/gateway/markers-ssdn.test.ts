import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { civilDateAt, readCivilDate } from '../../src/base/civil-date.ts'
import { readSsin, ssinCheckDigits, type Ssin } from '../../src/base/ssin.ts'
import type { Path } from '../../src/registers/catalogue.ts'
import { areGranted, type ElementBlock } from '../../src/services/element-rows.ts'
import type { ConsultOperation } from '../../src/services/operation.ts'
import { identifyBySsin } from '../../src/services/ssdn/identify-person.ts'
import { performInvestigationConsult } from '../../src/services/ssdn/perform-investigation.ts'
import { referenceManagerConsult } from '../../src/services/ssdn/reference-manager.ts'
import { webServiceConnector } from '../../src/services/ssdn/service.ts'
import {
  carriedBy,
  carrying,
  faultsOfReply,
  identifyPerson,
  performInvestigation,
  personData,
  referenceManager,
  ssdnRequest,
  summariesOf,
} from '../services/ssdn-parts.ts'
import { readBody, sendSigned } from './ask.ts'
import { startTestGateway, type InstitutionRow, type TestGateway } from './gateway.ts'
import { decisionOf, writeDeliberations } from './grants.ts'
import type { Values } from './markers.ts'

/** The marker test of SSDN: the bytes of the document in an answer hold the granted leaves and no others. */

let numbers = 0
function nextSsin(): Ssin {
  const nine = `7002${String(1 + (numbers % 28)).padStart(2, '0')}${String(100 + numbers++)}`
  return readSsin(nine + ssinCheckDigits(nine, 19))!
}

const since = readCivilDate('2024-01-01')!

interface Person {
  readonly ssin: Ssin
  readonly record: Values
  /** the texts that betray each path */
  readonly betraying: Readonly<Record<string, readonly string[]>>
}

interface Subject extends Person {
  /** somebody of the household, and somebody of it whom nobody has integrated */
  readonly member: Person
  readonly stranger: Person
}

let persons = 0
let countries = 100

/** A person whose every value stands nowhere else. */
function newPerson(familyMember: readonly Values[] = []): Person {
  const n = persons++
  const ssin = nextSsin()
  const word = (what: string) => `Z${what}${String(n).padStart(3, '0')}z`
  const date = (day: number) => `1${String(600 + n)}-03-${String(day).padStart(2, '0')}`
  const code = (what: number) => String(90_000 + 10 * n + what)
  const country = () => String(countries++)
  const address = (what: string, commune: number) => ({
    street: word(`street${what}`),
    houseNumber: word(`house${what}`),
    postBox: word(`box${what}`),
    zipCode: word(`zip${what}`),
    municipalityCode: code(commune),
    countryCode: country(),
  })
  const [home, former] = [address('Home', 4), address('Former', 5)]
  const [lodging, abroad] = [address('Lodging', 8), address('Abroad', 9)]
  const spouse = nextSsin()
  const [bornIn, nationality] = [country(), country()]
  // three digits could stand in any number: a country is known by its element
  const plain = ({ street, houseNumber, postBox, zipCode, countryCode }: typeof home) => [
    ...[street, houseNumber, postBox, zipCode],
    `>${countryCode}<`,
  ]
  const betrayed = ({ countryCode, ...others }: typeof home) => [
    ...Object.values(others),
    `>${countryCode}<`,
  ]
  return {
    ssin,
    record: {
      nationalNumber: ssin,
      sex: '1',
      names: { lastName: word('last'), firstNames: word('first') },
      namesSince: date(6),
      sexSince: date(7),
      birth: { birthDate: date(1), birthPlace: word('place'), birthCountryCode: bornIn },
      nationality,
      nationalitySince: date(8),
      language: 'fr',
      mainResidence: home,
      mainResidenceSince: date(2),
      formerResidence: [{ address: former, since: date(3) }],
      temporaryAddress: { address: lodging, since: date(9) },
      postalAddressAbroad: { address: abroad, since: date(10) },
      death: {
        deceaseDate: date(4),
        deceasePlace: word('death'),
        deceaseMunicipalityCode: code(7),
      },
      civilStatus: { civilStatusCode: code(6), sinceDate: date(5) },
      spouse: {
        ssin: spouse,
        names: { lastName: word('spouse'), firstNames: word('given') },
        sex: '2',
        birthDate: date(11),
      },
      familyMember,
    },
    betraying: {
      'person.nationalNumber': [ssin],
      'person.nr.names': [word('last'), word('first')],
      'person.nr.birth': [date(1), word('place'), `>${bornIn}<`],
      'person.nr.nationality': [`>${nationality}<`],
      'person.nr.mainResidence': betrayed(home),
      'person.nr.mainResidenceSince': [date(2)],
      'person.formerResidence.address': betrayed(former),
      'person.formerResidence.since': [date(3)],
      'person.nr.namesSince': [date(6)],
      'person.nr.sexSince': [date(7)],
      'person.nr.nationalitySince': [date(8)],
      'person.temporaryAddress.address': plain(lodging),
      'person.temporaryAddress.since': [date(9)],
      'person.postalAddressAbroad.address': plain(abroad),
      'person.postalAddressAbroad.since': [date(10)],
      'person.spouse.ssin': [spouse],
      'person.spouse.names': [word('spouse'), word('given')],
      'person.spouse.birthDate': [date(11)],
      'person.nr.death': [date(4), word('death'), code(7)],
      'person.nr.civilStatus': [code(6), date(5)],
    },
  }
}

/** A person with a household. */
function newSubject(): Subject {
  const [member, stranger] = [newPerson(), newPerson()]
  const since = `1${String(400 + persons)}-03-06`
  const household = [member, stranger].map(({ ssin }) => ({ ssin, position: '3', since }))
  const person = newPerson(household)
  return {
    ...person,
    betraying: {
      ...person.betraying,
      'person.familyMember.ssin': [member.ssin],
      'person.familyMember.since': [since],
    },
    member,
    stranger,
  }
}

const main = newSubject()
const places: Readonly<Record<string, readonly [block: string | undefined, field: string]>> = {
  'person.nationalNumber': [undefined, 'nationalNumber'],
  'person.nr.sex': [undefined, 'sex'],
  'person.nr.names': [undefined, 'names'],
  'person.nr.birth': [undefined, 'birth'],
  'person.nr.nationality': [undefined, 'nationality'],
  'person.nr.mainResidence': [undefined, 'mainResidence'],
  'person.nr.mainResidenceSince': [undefined, 'mainResidenceSince'],
  'person.nr.death': [undefined, 'death'],
  'person.nr.civilStatus': [undefined, 'civilStatus'],
  'person.nr.namesSince': [undefined, 'namesSince'],
  'person.nr.sexSince': [undefined, 'sexSince'],
  'person.nr.nationalitySince': [undefined, 'nationalitySince'],
  'person.nr.language': [undefined, 'language'],
  'person.temporaryAddress.address': ['temporaryAddress', 'address'],
  'person.temporaryAddress.since': ['temporaryAddress', 'since'],
  'person.postalAddressAbroad.address': ['postalAddressAbroad', 'address'],
  'person.postalAddressAbroad.since': ['postalAddressAbroad', 'since'],
  'person.spouse.ssin': ['spouse', 'ssin'],
  'person.spouse.names': ['spouse', 'names'],
  'person.spouse.sex': ['spouse', 'sex'],
  'person.spouse.birthDate': ['spouse', 'birthDate'],
  'person.formerResidence.address': ['formerResidence', 'address'],
  'person.formerResidence.since': ['formerResidence', 'since'],
  'person.familyMember.ssin': ['familyMember', 'ssin'],
  'person.familyMember.position': ['familyMember', 'position'],
  'person.familyMember.since': ['familyMember', 'since'],
}

/** Another person who agrees with the first one on the granted paths, and on nothing else. */
function variantOf(granted: readonly string[]): Subject {
  const other = newSubject()
  const record: Record<string, unknown> = { ...other.record }
  for (const path of granted) {
    const [block, field] = places[path] ?? []
    if (field === undefined) continue
    if (block === undefined) record[field] = main.record[field]
    else {
      const [mine] = [main.record[block]].flat() as readonly Values[]
      const [theirs] = [record[block]].flat() as readonly Values[]
      const mixed = { ...theirs, [field]: mine![field] }
      record[block] = Array.isArray(main.record[block]) ? [mixed] : mixed
    }
  }
  return { ...other, record }
}

const seed = Math.floor(Math.random() * 0x7fffffff)
const paths = Object.keys(places)
const grants: Record<string, readonly string[]> = {
  'TEST:NOTHING': ['limosa.posting.workingTime'],
  'TEST:EVERYTHING': [
    ...paths,
    'person.bisNumber',
    'person.struckOffNumber',
    ...referenceManagerConsult.gives,
  ],
  ...Object.fromEntries(
    fc
      .sample(fc.subarray(paths, { minLength: 1 }), { numRuns: 10, seed })
      .map((one, index) => [`TEST:RANDOM_${index}`, one]),
  ),
}
const folder = mkdtempSync(join(tmpdir(), 'quadrivium-ssdn-markers-'))
writeDeliberations(folder, 'inspection', grants)
const decide = decisionOf(folder)
const variants = new Map(Object.entries(grants).map(([name, one]) => [name, variantOf(one)]))

/** SSDN has no word for legal contexts: a gateway for each, whose registry gives the services that one. */
const gateways = new Map<string, TestGateway>()

async function start(legalContext: string): Promise<TestGateway> {
  const words = Object.fromEntries(
    ['OCMWCPASIdentifyPerson', 'OCMWCPASPerformInvestigation', 'ReferenceManager.consult'].map(
      (service) => [service, legalContext],
    ),
  )
  const withContext = (row: InstitutionRow): InstitutionRow =>
    row.id !== 'inspection'
      ? row
      : {
          ...row,
          legalContexts: [legalContext],
          contractContexts: { 'WebServiceConnector/v1': words },
        }
  return startTestGateway({
    deliberations: folder,
    institutions: (rows) => rows.map(withContext),
    fill: (writer) => {
      const active = { register: 'nationalRegister', status: { kind: 'active' } } as const
      const integrated = new Set<string>()
      for (const subject of [main, variants.get(legalContext)!]) {
        for (const { ssin, record } of [subject, subject.member, subject.stranger]) {
          writer.person({ ssin, ...active, record })
        }
        for (const { ssin, record } of [subject, subject.member]) {
          const spouse = (record['spouse'] as Values)['ssin'] as Ssin
          for (const one of [ssin, spouse].filter((number) => !integrated.has(number))) {
            writer.integration({ institution: 'inspection', ssin: one, from: since })
            integrated.add(one)
          }
        }
      }
    },
  })
}

beforeAll(async () => {
  for (const legalContext of Object.keys(grants)) gateways.set(legalContext, await start(legalContext)) // prettier-ignore
})

afterAll(async () => {
  for (const gateway of gateways.values()) await gateway.close()
  rmSync(folder, { recursive: true })
})

async function ask(legalContext: string, request: string): Promise<string> {
  const gateway = gateways.get(legalContext)!
  const said = { orgUnit: '1999000447', matrixId: '94' }
  const body = carrying(ssdnRequest(request, said))
  const answer = await sendSigned(gateway, 'inspection', webServiceConnector, body)
  const { xml } = readBody(answer)
  expect(faultsOfReply(xml)).toEqual([])
  return carriedBy(xml)
}

/** Without what the contract repeats of the request, ticket and times. */
function withoutEcho(document: string): string {
  return document
    .replace(/<AuthorizedUser>.*?<\/AuthorizedUser><Message>.*?<\/Message>/s, '')
    .replace(/(?<=PerformInvestigationReply [^>]*>)<ns3:SocialSecurityUser>\d+<\/ns3:SocialSecurityUser>/, '') // prettier-ignore
}

function pathsIn(document: string, { betraying }: Person = main): string[] {
  const text = withoutEcho(document)
  return Object.entries(betraying)
    .filter(([, texts]) => texts.some((one) => text.includes(one)))
    .map(([path]) => path)
    .sort()
}

/** What a grant must show: by the element table, as far as a path can be recognised. */
function expectedPaths(
  legalContext: string,
  { name, gives, elements }: ConsultOperation,
  isOpen: (block: ElementBlock, element: string, granted: ReadonlySet<Path>) => boolean,
): string[] {
  const decision = decide({
    institution: 'inspection',
    legalContext,
    service: 'WebServiceConnector',
    operation: name,
    channel: 'webService',
    gives,
    on: civilDateAt(Date.now()),
  })
  const granted = new Set<Path>(decision.kind === 'grant' ? decision.grant.paths.keys() : [])
  const shown = elements!.flatMap((block) =>
    !areGranted(block.needs, granted)
      ? []
      : block.rows.flatMap(({ element, source }) =>
          'paths' in source &&
          areGranted(source.needs ?? [], granted) &&
          isOpen(block, element, granted)
            ? source.paths.filter((path) => granted.has(path))
            : [],
        ),
  )
  // a date of a residence stands beside its own address only
  const alone = [
    ['person.nr.mainResidenceSince', 'person.nr.mainResidence'],
    ['person.formerResidence.since', 'person.formerResidence.address'],
  ].flatMap(([date, address]) => (granted.has(address as Path) ? [] : date))
  return [...new Set<string>(shown)]
    .filter((path) => path in main.betraying && !alone.includes(path))
    .sort()
}

const { lastName } = main.record['names'] as { lastName: string }
const { birthDate } = main.record['birth'] as { birthDate: string }
const identify = (ssin: Ssin) => identifyPerson({ ssin, verification: personData(lastName, birthDate) }) // prettier-ignore

describe(`the bytes of an answer of SSDN (seed ${seed})`, () => {
  it.each(Object.keys(grants))(
    'hold the granted leaves and no others: IdentifyPerson, %s',
    async (legalContext) => {
      const document = await ask(legalContext, identify(main.ssin))
      // the identity is validated where names and birth date are granted, and only then more is told
      const expected = expectedPaths(
        legalContext,
        identifyBySsin,
        (_, element, granted) =>
          !element.startsWith('Extended') ||
          (granted.has('person.nr.names' as Path) && granted.has('person.nr.birth' as Path)),
      )
      expect(pathsIn(document)).toEqual(expected)
    },
  )

  it.each(Object.keys(grants))(
    'hold the granted leaves and no others: PerformInvestigation, %s',
    async (legalContext) => {
      const document = await ask(legalContext, performInvestigation(main.ssin))
      const expected = expectedPaths(legalContext, performInvestigationConsult, () => true)
      // where it is granted, the number of a member heads his own groups too, whatever the composition of the family shows
      const number = 'person.familyMember.ssin'
      const compared = (one: string) => one !== number || !grants[legalContext]!.includes(number)
      expect(pathsIn(document).filter(compared)).toEqual(expected.filter(compared))
    },
  )

  it.each(Object.keys(grants))(
    'hold of a member of the household what they hold of the person, when his number is granted: %s',
    async (legalContext) => {
      const document = await ask(legalContext, performInvestigation(main.ssin))
      const ofPerson = expectedPaths(legalContext, performInvestigationConsult, () => true)
      const isNumbered = grants[legalContext]!.includes('person.familyMember.ssin') // prettier-ignore
      // his number stands in the composition of the family too
      const told = (paths: readonly string[]) => paths.filter((path) => path in main.member.betraying && path !== 'person.nationalNumber') // prettier-ignore
      expect(told(pathsIn(document, main.member))).toEqual(isNumbered ? told(ofPerson) : [])
      expect(pathsIn(document, main.stranger)).toEqual([])
      const alone = await ask(legalContext, performInvestigation(main.ssin, ['CitizenGroup', 'AddressHistoryGroup'])) // prettier-ignore
      expect(pathsIn(alone, main.member)).toEqual([])
    },
  )

  it('hold all leaves under the grant of everything, so that a leak would be seen', async () => {
    const identified = await ask('TEST:EVERYTHING', identify(main.ssin))
    const investigated = await ask('TEST:EVERYTHING', performInvestigation(main.ssin))
    expect([...new Set([...pathsIn(identified), ...pathsIn(investigated)])].sort()).toEqual(
      Object.keys(main.betraying).sort(),
    )
  })

  it('tell who knows a person under a grant of that alone', async () => {
    for (const legalContext of Object.keys(grants)) {
      const document = await ask(legalContext, referenceManager({ ssin: main.ssin }))
      const isGranted = legalContext === 'TEST:EVERYTHING'
      expect([legalContext, summariesOf(document)]).toEqual([
        legalContext,
        isGranted ? ['YES', 'YES'] : ['NO 30000001', 'NO MSG00027'],
      ])
      expect(document.includes('<ns3:Sector>94<')).toBe(isGranted)
    }
  })
})

describe(`two stores that agree on the granted leaves (seed ${seed})`, () => {
  it.each(Object.keys(grants))('give equal bytes: %s', async (legalContext) => {
    const variant = variants.get(legalContext)!
    for (const request of [identify, performInvestigation]) {
      const documents = []
      for (const { ssin } of [main, variant]) documents.push(await ask(legalContext, request(ssin)))
      const [first, second] = documents.map(withoutEcho)
      expect(second).toBe(first)
    }
  })
})
