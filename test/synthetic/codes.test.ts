import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { catalogue, type RegisterName } from '../../src/registers/catalogue.ts'
import { readCodeList, type CodeList } from '../../src/registers/code-list.ts'
import { composites, type AnyBlock, type Field } from '../../src/registers/field.ts'
import { places } from '../../src/synthetic/places.ts'
import type { WorkerRecord } from '../../src/synthetic/worker-record.ts'
import { collect, country } from './collect.ts'

const folder = join(import.meta.dirname, '../../codelists')
const lists = new Map<string, CodeList>()

function list(name: string): CodeList {
  const known = lists.get(name) ?? readCodeList(name, readFileSync(join(folder, `${name}.tsv`)))
  lists.set(name, known)
  return known
}

const rows = collect(country(4, 3_000))

/** A value of a code field: list, code, and what to look for beside it. */
type Use = (list: string, code: string) => void

/** Hands on each value of a field that has a code list. */
function eachCode(block: AnyBlock, record: Readonly<Record<string, unknown>>, use: Use): void {
  for (const [name, { about, type }] of Object.entries(block.fields as Record<string, Field>)) {
    const value = record[name]
    if (type === 'address' && typeof value === 'object' && value !== null) {
      const { municipalityCode } = value as { municipalityCode?: string }
      if (municipalityCode !== undefined) use('nis-communes', municipalityCode)
    }
    if (about.codelist !== undefined && typeof value === 'string') use(about.codelist, value)
  }
  for (const [name, inner] of Object.entries(block.blocks as Record<string, AnyBlock>)) {
    for (const nested of [record[name] ?? []].flat())
      eachCode(inner, nested as Record<string, unknown>, use)
  }
}

/** Uses of codes that the list does not hold at the time, with their number. */
function unknownCodes(uses: readonly (readonly [string, string, string])[]): string[] {
  return [
    ...new Set(
      uses
        .filter(([name, code, at]) => list(name).find(code, at) === undefined)
        // zone 00046: 999 stands for no joint committee
        .filter(([name, code]) => !(name === 'joint-committees' && code === '999'))
        .map((use) => use.join(' ')),
    ),
  ]
}

function usesOf(
  register: RegisterName,
  block: string,
  records: readonly { readonly at: string; readonly record: object }[],
): [string, string, string][] {
  const top = (catalogue[register] as Readonly<Record<string, AnyBlock>>)[block]!
  const uses: [string, string, string][] = []
  for (const { at, record } of records) {
    eachCode(top, record as Record<string, unknown>, (name, code) => uses.push([name, code, at]))
  }
  return uses
}

const declared = rows.declarations.map(({ employer, quarter, header }) => ({
  at: quarter,
  record: {
    ...header,
    naturalPerson: rows.workers
      .filter((row) => row.employer === employer && row.quarter === quarter)
      .map(({ record }) => record),
  },
}))

const lines = rows.workers.flatMap(({ quarter, record }) =>
  (record.workerRecord ?? []).map((line) => ({ quarter, line })),
)

describe('codes', () => {
  it('of declarations are valid in their quarter', () => {
    const uses = usesOf('dmfa', 'employerDeclaration', declared)
    expect(new Set(uses.map(([name]) => name)).size).toBe(13)
    expect(unknownCodes(uses)).toEqual([])
  })

  it('of persons, Dimona periods and employers are valid at the end of the data set', () => {
    const at = '20262'
    const on = (records: readonly object[]) => records.map((record) => ({ at, record }))
    const uses = [
      ...usesOf('person', 'person', on(rows.persons.map(({ record }) => record))),
      ...usesOf('dimona', 'occupation', on(rows.dimonaPeriods.map((row) => row.record.occupation))),
      ...usesOf('dimona', 'employer', on(rows.employers.map((row) => row.record.dimonaEmployer))),
      ...usesOf('employerDirectory', 'identification', on(rows.employers.map((row) => row.record.identification))), // prettier-ignore
      ...usesOf('employerDirectory', 'employerCategory', on(rows.employers.flatMap((row) => row.record.employerCategory))), // prettier-ignore
    ]
    expect(new Set(uses.map(([name]) => name))).toEqual(
      new Set(['civil-states', 'countries', 'employer-categories', 'family-positions', 'information-types', 'joint-committees', 'legal-forms', 'nace', 'nis-communes', 'registration-registers', 'residence-inquiry-results']), // prettier-ignore
    )
    expect(unknownCodes(uses)).toEqual([])
  })

  it('of contributions are those that annex 3 allows for the worker code and category', () => {
    const wrong = new Set<string>()
    for (const { quarter, line } of lines) {
      for (const { workerCode = '', type = '' } of line.workerContribution ?? []) {
        const allowed = list('contribution-types').entries.some(({ columns, from, to, code }) => {
          const codes = columns['code'] ?? ''
          const categories = columns['employerCategories'] ?? ''
          const ofWorker =
            codes === workerCode ||
            codes.startsWith(`${workerCode.slice(0, 1)}xx`) ||
            (codes.startsWith('Alle') && categories.includes(line.employerCategory ?? '-'))
          const ofCategory =
            categories === '' ||
            categories.startsWith('Autres') ||
            categories.includes(line.employerCategory ?? '-')
          return code === type && ofWorker && ofCategory && from <= quarter && quarter <= to
        })
        if (!allowed) wrong.add(`${quarter} ${line.employerCategory} ${workerCode} ${type}`)
      }
    }
    expect([...wrong]).toEqual([])
  })

  it('of deductions come with the zones that annex 4 wants, and without those that it forbids', () => {
    const wrong = new Set<string>()
    const check = (quarter: string, block: string, one: Readonly<Record<string, unknown>>) => {
      const code = String(one['code'])
      const entry = list('deduction-codes').find(code, quarter, { block_fr: block })
      if (entry === undefined) wrong.add(`${quarter} ${code} not on ${block}`)
      for (const [column, name] of Object.entries(deductionZones)) {
        const rule = entry?.columns[column]
        if (rule === 'obligatory' && one[name] === undefined) wrong.add(`${code} without ${name}`)
        if (rule === 'forbidden' && one[name] !== undefined) wrong.add(`${code} with ${name}`)
      }
      if ((entry?.columns['detailBlock'] === 'yes') !== (one['detail'] !== undefined))
        wrong.add(`${code} with or without detail`)
    }
    for (const { quarter, line } of lines) {
      for (const one of line.workerDeduction ?? []) check(quarter, 'Ligne travailleur', one)
      for (const { occupationDeduction = [] } of line.occupation ?? [])
        for (const one of occupationDeduction)
          check(quarter, 'Occupation de la ligne travailleur', one)
    }
    expect([...wrong]).toEqual([])
  })

  it('of worker records decide which blocks they have (annex 2)', () => {
    const wrong = new Set<string>()
    for (const { quarter, line } of lines) {
      const { workerCode = '', employerCategory } = line
      const kinds = list('worker-codes')
        .entries.filter(
          ({ code, from, to }) => code === workerCode && from <= quarter && quarter <= to,
        ) // prettier-ignore
        .map(({ columns }) => columns['codeKind_fr'] ?? '')
      // a Fedris code stands in categories 027 and 028
      const fedris = employerCategory === '027'
      const kind = kinds.find((name) => name.includes('Fedris') === fedris)
      const expected = Object.entries(blocksOfKind).find(([name]) => kind?.startsWith(name))?.[1]
      const present = mainBlocks.filter((block) => line[block] !== undefined)
      if (present.join() !== expected) wrong.add(`${workerCode} (${kind}): ${present.join()}`)
    }
    expect([...wrong]).toEqual([])
  })

  it('of indemnities and functions belong to the employer category', () => {
    let found = 0
    for (const { quarter, line } of lines) {
      const category = String(Number(line.employerCategory))
      for (const { nature = '' } of line.indemnityWapm ?? []) {
        const where = { employerCategory: line.employerCategory ?? '' }
        expect(list('indemnity-natures').find(nature, quarter, where)).toBeDefined()
        found++
      }
      for (const { positionCode } of line.occupation ?? []) {
        if (positionCode === undefined) continue
        const where = { employerCategory: category }
        expect(list('function-codes').find(positionCode, quarter, where)).toBeDefined()
        found++
      }
    }
    expect(found).toBeGreaterThan(20)
  })

  it('of communes exist, each with the name of the place in one of its languages', () => {
    const plain = (text = '') =>
      text.normalize('NFD').replaceAll(/[\u0300-\u036f]/g, '').replaceAll('-', ' ').toUpperCase() // prettier-ignore
    for (const { nis, names } of places) {
      const { labels } = list('nis-communes').find(nis, '20262')!
      const official = [labels.fr, labels.nl].map(plain)
      if (names.fr) expect(official).toContain(plain(names.fr))
      if (names.nl) expect(official).toContain(plain(names.nl))
    }
    expect(composites.address.municipalityCode).toBe('code.nis')
  })
})

const deductionZones = {
  calculationBasis: 'calculationBasis',
  amount: 'amount',
  rightStartingDate: 'rightStartingDate',
  managementCost: 'managementCostMonths',
  replacedINSS: 'replacedPersonSsin',
  applicantINSS: 'applicantSsin',
} as const

const mainBlocks = [
  'occupation',
  'indemnityWapm',
  'dismissedStatutoryWorkerContribution',
  'studentContribution',
  'earlyRetirementContribution',
  'workerContribution',
] as const satisfies readonly (keyof WorkerRecord)[]

/** Blocks by kind of worker code (rules of blocks 90001, 90003, 90005, 90011, 90015 and 90042). */
const blocksOfKind = {
  'Cotisation ordinaire': 'occupation,workerContribution',
  'Cotisation Fedris': 'indemnityWapm,workerContribution',
  'Cotisation spéciale étudiant': 'studentContribution',
  'Cotisation spéciale travailleur statutaire licencié': 'dismissedStatutoryWorkerContribution',
  'Cotisation spéciale chômeur avec complément': 'earlyRetirementContribution',
}
