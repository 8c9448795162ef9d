import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCivilDate } from '../../src/base/civil-date.ts'
import { readSsin, type Ssin } from '../../src/base/ssin.ts'
import type { Path } from '../../src/registers/catalogue.ts'
import { person } from '../../src/registers/person.ts'
import { dolsis2011PersonService } from '../../src/services/dolsis/persons.ts'
import { areGranted } from '../../src/services/element-rows.ts'
import type { ConsultOperation } from '../../src/services/operation.ts'
import type { RegisterWriter } from '../../src/store/register-writer.ts'
import { faultsOf } from '../contracts/committed.ts'
import { ssin } from '../store/sample.ts'
import { readBody, sendSigned, textIn } from './ask.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { openedTo, writeDeliberations } from './grants.ts'
import { markablePaths, Markers, othersIn, variant, withNumbers, type Values } from './markers.ts'

/** The marker test of the person operations of Dolsis: bytes of an answer hold the granted leaves and no others. */

const { operations, namespace, contract } = dolsis2011PersonService
const operationOf = (name: string) => operations.get(`${name}Request`) as ConsultOperation
const [detail, search] = ['getPersonDetail', 'findPersonByPhoneticSearch'].map(operationOf) as [
  ConsultOperation,
  ConsultOperation,
]
const markers = new Markers()
const own = 'person.nationalNumber'
/** What a search needs: its keys, and the number of who is found. */
const searched = ['person.nr.names', 'person.nr.birth', own]

const seed = Math.floor(Math.random() * 0x7fffffff)
const randomGrants = fc.sample(fc.subarray([...detail.gives], { minLength: 1 }), {
  numRuns: 10,
  seed,
})
const grants: Record<string, readonly string[]> = {
  'TEST:EVERYTHING': detail.gives,
  'TEST:SEARCH': searched,
  'TEST:HOUSEHOLD_NAMES': ['person.familyMember.names'],
  'TEST:NOTHING': ['limosa.posting.workingTime'],
  ...Object.fromEntries(randomGrants.map((one, index) => [`TEST:RANDOM_${index}`, one])),
  ...Object.fromEntries(
    randomGrants.map((one, index) => [
      `TEST:SEARCH_${index}`,
      [...new Set<string>([...searched, ...one])],
    ]),
  ),
}

interface Subject {
  readonly ssin: Ssin
  readonly record: Values
}

/** A reference person whose record is full of markers that the contract can carry. */
function completed(number: Ssin, record: Values): Subject {
  const full: Record<string, unknown> = { ...record, nationalNumber: number }
  delete full['bisNumber']
  delete full['struckOffNumber']
  return { ssin: number, record: full }
}

const main = completed(ssin(1), markers.record(person.person))
const born = String((main.record['birth'] as Values)['birthDate'])
const coins = fc.sample(fc.boolean(), { numRuns: 500, seed })
let toss = 0
const flip = () => coins[toss++ % coins.length]!
const variants = new Map(
  Object.entries(grants)
    .filter(([legalContext]) => !legalContext.includes('SEARCH'))
    .map(([legalContext, granted], index) => {
      const paths = new Set(granted)
      return [
        legalContext,
        completed(ssin(10 + index), withNumbers(person.person, variant(person.person, main.record, paths, markers, flip), paths, markers)), // prettier-ignore
      ] as const
    }),
)
/** More persons of the same name and birth than an answer holds, whom the institution may not know. */
const strangers = Array.from({ length: 120 }, (_, index) =>
  completed(ssin(200 + index), {
    ...markers.record(person.person, 'stranger '),
    names: main.record['names'],
    birth: main.record['birth'],
  }),
)

const since = readCivilDate('2024-01-01')!
function fill(writer: RegisterWriter): void {
  const integrated = new Set<Ssin>()
  const write = ({ ssin: number, record }: Subject, known: boolean) => {
    const active = { register: 'nationalRegister', status: { kind: 'active' } } as const
    writer.person({ ssin: number, ...active, record })
    const numbers = othersIn(person.person, record).flatMap((one) => readSsin(one) ?? [])
    for (const one of known ? [number, ...numbers] : []) {
      if (integrated.has(one)) continue
      integrated.add(one)
      writer.integration({ institution: 'inspection', ssin: one, from: since })
    }
  }
  write(main, true)
  // where the birth is not granted it is another one, so that few are found with the first
  for (const one of variants.values()) {
    const birth = { ...(one.record['birth'] as Values | undefined), birthDate: '1960-01-01' }
    const isGranted = one.record['birth'] === main.record['birth']
    write(isGranted ? one : { ...one, record: { ...one.record, birth } }, true)
  }
  for (const one of strangers) write(one, false)
}

const folder = mkdtempSync(join(tmpdir(), 'quadrivium-persons-'))
let gateway: TestGateway
beforeAll(async () => {
  writeDeliberations(folder, 'inspection', grants)
  gateway = await startTestGateway({
    deliberations: folder,
    fill,
    institutions: openedTo('inspection', grants),
  })
})
afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

async function ask(operation: ConsultOperation, legalContext: string, criteria: string) {
  const { name } = operation
  const request =
    `<v1:${name}Request xmlns:v1="${namespace}"><informationCustomer>` +
    '<ticket>1</ticket><customerIdentification><cbeNumber>1999000447</cbeNumber></customerIdentification>' +
    '</informationCustomer><securityContext><service>TEST</service>' +
    `<legalContext>${legalContext}</legalContext><role>Agent</role></securityContext>` +
    `<criteria>${criteria}</criteria></v1:${name}Request>`
  const answer = await sendSigned(gateway, 'inspection', dolsis2011PersonService, request)
  const { xml } = readBody(answer)
  expect(faultsOf(contract, xml)).toEqual([])
  return xml
}

const askDetail = (legalContext: string, number: Ssin) =>
  ask(
    detail,
    legalContext,
    `<ssin>${number}</ssin><familyComposition>true</familyComposition><addressHistory>true</addressHistory>`,
  )
const askSearch = (legalContext: string) =>
  ask(
    search,
    legalContext,
    `<lastName>Mkzz</lastName><birthDate>${born}</birthDate><tolerance>0</tolerance>`,
  )

/** What stands in the result; the number asked about stands in the echo too. */
const resultOf = (xml: string) => /<result>.*<\/result>/.exec(xml)?.[0] ?? ''

function pathsIn(xml: string): readonly string[] {
  const found = new Set(markers.pathsIn(resultOf(xml)))
  if (resultOf(xml).includes(`<ssin>${main.ssin}<`)) found.add(own)
  return [...found].sort()
}

/** What a grant must show, of all that an answer can show: by the element table. */
function expectedPaths(
  { elements = [] }: ConsultOperation,
  all: readonly string[],
  granted: readonly string[],
) {
  // prettier-ignore
  const paths = new Set(granted as readonly Path[])
  const shown = elements.flatMap(({ needs, rows }) =>
    areGranted(needs, paths)
      ? rows.flatMap(({ source }) => ('paths' in source ? source.paths : []))
      : [],
  )
  return all.filter((one) => shown.some((of) => of === one) && granted.includes(one))
}

/** Told as a word or a code of its own, which a marker is not; no register of this test has bis numbers. */
const unmarked = [
  'person.nr.sex',
  'person.nr.nationality',
  'person.bisNumber',
  'person.struckOffNumber',
]

describe('the bytes of an answer about a person', () => {
  it('hold all leaves under the grant of everything, so that a leak would be seen', async () => {
    const shown = (of: ConsultOperation) =>
      markablePaths(person.person)
        .filter((one) => of.gives.some((path) => path === one) && !unmarked.includes(one))
        .sort()
    expect(pathsIn(await askDetail('TEST:EVERYTHING', main.ssin))).toEqual(shown(detail))
    expect(pathsIn(await askSearch('TEST:EVERYTHING'))).toEqual(shown(search))
  })

  it.each(Object.entries(grants))(
    `hold the granted leaves and no others: %s (seed ${seed})`,
    async (legalContext, granted) => {
      const all = pathsIn(await askDetail('TEST:EVERYTHING', main.ssin))
      const expected = expectedPaths(detail, all, granted)
      expect(pathsIn(await askDetail(legalContext, main.ssin))).toEqual(expected)
      const found = pathsIn(await askSearch('TEST:EVERYTHING'))
      const isOpen = searched.every((one) => granted.includes(one) || one === own)
      const hasNumber = granted.includes(own)
      const xml = await askSearch(legalContext)
      expect(pathsIn(xml)).toEqual(isOpen && hasNumber ? expectedPaths(search, found, granted) : [])
      if (!isOpen) expect(textIn(xml, 'code')).toBe('MSG00027')
    },
  )

  it('say nothing of persons whom the institution may not know, however many', async () => {
    const xml = await askSearch('TEST:SEARCH')
    expect(textIn(xml, 'code')).toBe('MSG00000')
    const known = [main, ...variants.values()].filter(
      ({ record: { names, birth } }) =>
        names !== undefined && (birth as Values | undefined)?.['birthDate'] === born,
    )
    expect(xml.match(/<person>/g)).toHaveLength(known.length)
    for (const { ssin: number } of strangers) expect(xml).not.toContain(number)
  })
})

describe('two stores that agree on the granted leaves', () => {
  it.each([...variants])(`give equal bytes: %s (seed ${seed})`, async (legalContext, one) => {
    const [first, second] = await Promise.all(
      [main, one].map(async ({ ssin: number }) =>
        (await askDetail(legalContext, number))
          .replaceAll(number, 'OWN')
          .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
          .replaceAll(/[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g, 'TICKET'),
      ),
    )
    expect(second).toBe(first)
  })
})

it('a log and a journal hold no leaf, no number that was asked about and no name', () => {
  const kept = gateway.logText() + gateway.journalBytes().toString()
  expect(gateway.entries().length).toBeGreaterThan(20)
  expect([...markers.pathsIn(kept)]).toEqual([])
  expect(kept).not.toContain(main.ssin)
  expect(kept).not.toContain('Mkzz')
})
