import { describe, expect, it } from 'vitest'
import {
  catalogue,
  catalogueEntries,
  entryOf,
  readPath,
  valuePaths,
} from '../../src/registers/catalogue.ts'
import { composites, sourceNames, type AnyBlock } from '../../src/registers/field.ts'

const values = catalogueEntries.filter(({ field }) => field.type !== 'group')

describe('the catalogue', () => {
  it('has 214 rows: 190 of the text, 6 of them groups, and 24 implied, beside 12 members of groups of §§ 8 and 48 and 328 that only contracts carry', () => {
    const kinds = Object.groupBy(catalogueEntries, ({ field }) => field.about.kind)
    expect(
      Object.fromEntries(Object.entries(kinds).map(([kind, rows]) => [kind, rows.length])),
    ).toEqual({ named: 142, part: 38, group: 6, searchKey: 4, implied: 36, contract: 328 })
    expect(valuePaths).toHaveLength(220 + 328)
  })

  it('holds each path once and finds it', () => {
    expect(new Set(catalogueEntries.map(({ path }) => path)).size).toBe(catalogueEntries.length)
    for (const entry of catalogueEntries) {
      expect(readPath(entry.path)).toBe(entry.path)
      expect(entryOf(entry.path)).toBe(entry)
    }
    expect(readPath('dmfa.occupation.shoeSize')).toBeUndefined()
    expect(readPath('__proto__')).toBeUndefined()
  })

  it('names each field by the last segment of its path, under the path of its block', () => {
    for (const { path, name, blockPath } of catalogueEntries) {
      expect(path.split('.').at(-1)).toBe(name)
      expect(path.startsWith(blockPath)).toBe(true)
    }
  })

  it('labels every row in four languages, without a gap', () => {
    for (const { path, field } of catalogueEntries) {
      for (const [language, label] of Object.entries(field.about.labels)) {
        expect(label, `${path} ${language}`).toMatch(/^\S.*\S$/)
        expect(label, `${path} ${language}`).not.toContain('TODO')
      }
    }
  })

  it('R8: takes its data from the seven sources of § 5 only', () => {
    const used = new Set(catalogueEntries.flatMap(({ field }) => field.about.sources))
    expect([...used].filter((source) => !sourceNames.includes(source))).toEqual([])
    // the Crossroads Bank registers are two
    expect(sourceNames).toHaveLength(8)
    for (const { path, field, register } of catalogueEntries) {
      // the reference directory is none of them: only a published contract carries it
      if (register === 'referenceDirectory')
        expect(field.about).toMatchObject({ kind: 'contract', sources: [] }) // prettier-ignore
      else expect(field.about.sources.length, path).toBeGreaterThan(0)
    }
  })

  it('R17: holds employer numbers of both institutions', () => {
    for (const block of ['dimona.employer', 'employerDirectory.identification']) {
      expect(entryOf(readPath(`${block}.registrationNumber`)!).field).toMatchObject({
        type: 'identifier.nossNumber',
        about: { onss: { tag: 'NOSSRegistrationNbr | NOSSLPARegistrationNbr' } },
      })
    }
  })

  it('R22: keeps the denomination of legal persons apart from surname and first name', () => {
    for (const block of ['dimona.employer', 'dimona.user']) {
      const names = values.filter(({ blockPath }) => blockPath === block).map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining(['denomination', 'lastName', 'firstName']))
    }
  })

  it('R23: keeps number, provisional number and type of number as three values', () => {
    for (const block of ['dimona.employer', 'dimona.user']) {
      for (const name of [
        'registrationNumber',
        'provisionalRegistrationNumber',
        'registrationNumberType',
      ]) {
        expect(readPath(`${block}.${name}`)).toBeDefined()
      }
    }
    const { about } = entryOf(readPath('dimona.employer.provisionalRegistrationNumber')!).field
    expect(about.onss).toMatchObject({ zone: '00948', tag: 'ProvisionalNSSONbr' })
  })

  it('R24: identifies the worker of Dimona and DmfA by number and Oriolus code only', () => {
    const names = (block: string) =>
      values.filter(({ blockPath }) => blockPath === block).map(({ name }) => name)
    expect(names('dmfa.naturalPerson')).toEqual(['ssin', 'oriolusValidationCode'])
    expect(names('dimona.worker')).toEqual(['studentIndication', 'ssin', 'oriolusValidationCode'])
  })

  it('R25: marks the replaced person and the person who opened the right as persons', () => {
    for (const block of ['dmfa.occupationDeduction', 'dmfa.workerDeduction']) {
      for (const name of ['replacedPersonSsin', 'applicantSsin']) {
        const path = readPath(`${block}.${name}`)!
        expect(entryOf(path).field).toMatchObject({
          type: 'identifier.ssin',
          about: { personal: 'person', identifying: true },
        })
      }
    }
  })

  it('R26: marks degree and indemnity of accidents and diseases as health data, and nothing else', () => {
    const health = values.filter(({ field }) => field.about.health === true)
    expect(health.map(({ path }) => path)).toEqual([
      'dmfa.indemnityWapm.nature',
      'dmfa.indemnityWapm.incapacityDegree',
      'dmfa.indemnityWapm.amount',
    ])
  })

  it('R27: holds no person in the aggregates', () => {
    for (const { field } of values.filter(({ blockPath }) => blockPath === 'dmfa.aggregate')) {
      expect(field.about).toMatchObject({ personal: 'none', identifying: false })
    }
  })

  it('says the unit of every amount, quantity and percentage', () => {
    const measured = values.filter(({ field }) =>
      ['amount', 'quantity', 'percentage', 'percentageText'].includes(field.type),
    )
    expect(measured.length).toBeGreaterThan(30)
    for (const { path, field } of measured) {
      expect(field.about.unit, path).toMatch(/\S/)
      if (field.type === 'amount') expect(field.about.unit, path).toBe('eurocent')
    }
  })

  it('repeats blocks as the declaration does', async () => {
    await expect(repeated()).toMatchFileSnapshot('../output/catalogue-blocks.txt')
  })

  it('knows the parts of its composite values', () => {
    const types = new Set(values.map(({ field }) => field.type))
    for (const composite of Object.keys(composites)) expect(types).toContain(composite)
  })
})

/** The tree of blocks with `*` where a block repeats. */
function repeated(): string {
  const lines: string[] = []
  const walk = (name: string, block: AnyBlock, depth: number) => {
    const fields = Object.keys(block.fields as object).length
    lines.push(`${'  '.repeat(depth)}${name}${block.many ? '*' : ''} ${block.path} (${fields})`)
    for (const [nested, inner] of Object.entries(block.blocks as Record<string, AnyBlock>)) {
      walk(nested, inner, depth + 1)
    }
  }
  for (const [register, blocks] of Object.entries(catalogue)) {
    lines.push(register)
    for (const [name, block] of Object.entries(blocks as Record<string, AnyBlock>)) {
      walk(name, block, 1)
    }
  }
  return `${lines.join('\n')}\n`
}
