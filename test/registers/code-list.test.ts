import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { catalogueEntries } from '../../src/registers/catalogue.ts'
import { labelsAt, readCodeList } from '../../src/registers/code-list.ts'

const folder = resolve(import.meta.dirname, '../../codelists')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.tsv'))
  .map((file) => file.replace('.tsv', ''))
const list = (name: string) => readCodeList(name, readFileSync(join(folder, `${name}.tsv`)))
const bytes = (...lines: string[]) => Buffer.from(lines.join('\n'))

describe('code lists', () => {
  it('has a file for every code list that the catalogue names, and no file beside but the postcodes of addresses', () => {
    const named = catalogueEntries.flatMap(({ field }) => field.about.codelist ?? [])
    expect(new Set([...named, 'postcodes'])).toEqual(new Set(names))
  })

  it.each(names)(
    '%s: finds every code on the first and the last quarter of its validity',
    (name) => {
      const codes = list(name)
      expect(codes.entries.length).toBeGreaterThan(1)
      for (const { code, from, to, columns } of codes.entries) {
        expect(codes.find(code, from, columns)?.columns).toEqual(columns)
        expect(codes.find(code, to, columns)?.columns).toEqual(columns)
      }
    },
  )

  it.each(names)('%s: has its labels in French and Dutch, with all their letters', (name) => {
    for (const { labels, columns } of list(name).entries) {
      // annex 3 has types without a label
      if (name !== 'contribution-types') {
        expect(labels.fr?.length).toBeGreaterThan(0)
        expect(labels.nl?.length).toBeGreaterThan(0)
      }
      for (const cell of Object.values(columns)) expect(cell).not.toMatch(/\uFFFD|ï¿½/)
    }
  })

  it('takes the period into account, first and last quarter included', () => {
    const nace = list('nace')
    expect(nace.find('01110', '20074')?.labels.fr).toBe(
      'Culture de céréales et cultures industrielles',
    )
    expect(nace.find('01110', '20081')?.labels.fr).not.toBe(
      'Culture de céréales et cultures industrielles',
    )
    expect(nace.find('01110', '19924')).toBeUndefined()
  })

  it('labels a code as it is at the time, and one that is no more as it was last', () => {
    const lists = new Map(['countries', 'nis-communes'].map((name) => [name, list(name)]))
    const label = labelsAt(lists, '2026-03-02')
    expect(label('countries', '150', 'nl')).toBe('België')
    expect(label('countries', '00150', 'de')).toBe('Belgique')
    // until 1992/4, and a commune that was merged in 2019/1
    expect(label('countries', '171', 'nl')).toBe('Tsjecho-Slowakije')
    expect(label('nis-communes', '44001', 'fr')).toBe('AALTER')
    // two lines, of which the second still holds
    expect(label('countries', '486', 'nl')).toBe('Maagdeneilanden')
    expect(list('countries').last('486')?.to).toBe('99994')
    expect(label('countries', '998', 'fr')).toBe('998')
    expect(label('no-list', '1', 'fr')).toBe('1')
    expect(list('countries').last('998')).toBeUndefined()
  })

  it('finds a padded code, at a quarter and on a civil date', () => {
    const services = list('service-codes')
    expect(services.find('001', '20261')?.code).toBe('1')
    expect(services.find('002', '2003-01-01')?.labels.nl).toBe('wettelijke vakantie voor arbeiders')
    expect(services.find('002', '2002-12-31')).toBeUndefined()
    expect(services.find('000', '20261')).toBeUndefined()
  })

  it('finds a code of one category among several', () => {
    const natures = list('indemnity-natures')
    const where = { employerCategory: '027' }
    expect(natures.find('02', '20261', where)?.labels.fr).toBe('Allocation annuelle')
    expect(natures.find('02', '20261', { employerCategory: '999' })).toBeUndefined()
  })

  it('knows a legal form by its abbreviation in each language', () => {
    const forms = list('legal-forms')
    for (const code of ['CV', 'SC', 'GEN.']) {
      expect(forms.find(code, '20261')?.labels.fr).toBe('Société Coopérative')
    }
  })

  it('refuses a file with a wrong line, saying which', () => {
    const head = 'code\tfr\tvalidFrom\tvalidTo'
    expect(() => readCodeList('x', bytes(head, '1\ta\t2000/1'))).toThrow(
      'code list x, line 2: 3 cells, not 4',
    )
    expect(() => readCodeList('x', bytes(head, '1\ta\t2000/1\t9999/4', '2\ta\t2000/5\t'))).toThrow(
      'code list x, line 3: `validFrom` is no year/quarter',
    )
    expect(() => readCodeList('x', bytes(head, '\ta\t2000/1\t9999/4'))).toThrow('line 2: no code')
    expect(() => readCodeList('x', Buffer.from([0xff, 0xfe]))).toThrow(TypeError)
  })

  it('refuses a moment that is neither quarter nor date', () => {
    expect(() => list('service-codes').find('1', '2026/1')).toThrow(
      'neither quarter YYYYQ nor civil date',
    )
  })
})
