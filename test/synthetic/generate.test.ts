import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readQuarter } from '../../src/base/civil-date.ts'
import { countryOf, personsMax, type Country } from '../../src/synthetic/country.ts'
import { generate } from '../../src/synthetic/generate.ts'
import { collect, country, lineSink } from './collect.ts'

function digestOf(of: Country): string {
  const hash = createHash('sha256')
  generate(
    of,
    lineSink((line) => hash.update(line)),
  )
  return hash.digest('hex')
}

describe('the generator', () => {
  it('writes the same bytes for the same seed, on every machine', async () => {
    const digest = digestOf(country(1, 500))
    expect(digestOf(country(1, 500))).toBe(digest)
    await expect(`${digest}\n`).toMatchFileSnapshot('../output/synthetic-digest.txt')
  })

  it('writes other bytes for another seed, size or quarter', () => {
    const digests = [
      country(1, 500),
      country(2, 500),
      country(4_294_967_297, 500),
      country(1, 501),
      country(1, 500, '20261'),
      country(1, 500, '20262', 3),
    ].map(digestOf)
    expect(new Set(digests).size).toBe(digests.length)
  })

  it('makes a person of the seed and the index, whatever the size of the country', () => {
    const numbers = (persons: number) =>
      collect(country(7, persons)).persons.map(({ ssin }) => ssin)
    const small = numbers(606)
    expect(numbers(1_212).slice(0, small.length)).toEqual(small)
  })

  it('puts about 45 persons in a hundred to work, about 17 an employer', () => {
    const { persons, workers, employers, dimonaPeriods } = collect(country(3, 12_000))
    const working = new Set(dimonaPeriods.map(({ ssin }) => ssin)).size
    expect(working / persons.length).toBeGreaterThan(0.42)
    expect(working / persons.length).toBeLessThan(0.48)
    expect(working / employers.length).toBeGreaterThan(12)
    expect(working / employers.length).toBeLessThan(24)
    expect(workers.length).toBeGreaterThan(3 * working)
  })

  it('checkpoints at least every 20,000 rows, and at the end', () => {
    const lines: string[] = []
    generate(
      country(1, 6_000),
      lineSink((line) => lines.push(line.slice(0, line.search(/\s/)))),
    )
    expect(lines.at(-1)).toBe('checkpoint')
    const batches = lines.join(' ').split('checkpoint')
    expect(batches.length).toBeGreaterThan(2)
    for (const batch of batches) expect(batch.split(' ').length).toBeLessThan(20_000)
  })

  it('counts what it writes', () => {
    const lines: string[] = []
    const counts = generate(
      country(5, 300),
      lineSink((line) => lines.push(line.slice(0, line.search(/\s/)))),
    )
    const written = Object.groupBy(lines, (name) => name)
    expect(counts).toEqual({
      persons: 300,
      numbers: written['person']?.length,
      employers: written['employer']?.length,
      declarations: written['declaration']?.length,
      workers: written['worker']?.length,
      dimonaPeriods: written['dimonaPeriod']?.length,
      postings: written['posting']?.length,
      integrations: written['integration']?.length,
    })
    expect(written['aggregate']?.length).toBe(counts.declarations)
  })

  it('makes any size from no person at all', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(300), fc.integer({ min: 1, max: 5 }), (seed, size, quarters) => {
        const { persons } = collect(country(seed, size, '20231', quarters))
        expect(persons.length).toBeGreaterThanOrEqual(size + 13)
      }),
      { numRuns: 10 },
    )
  })

  it('refuses options outside what it can make, and names them', () => {
    const until = readQuarter('20262')!
    const valid = { seed: 1, persons: 1, until, quarterCount: 4 }
    const wrong: [Partial<typeof valid>, RegExp][] = [
      [{ seed: -1 }, /^seed must/],
      [{ seed: 1.5 }, /^seed must/],
      [{ seed: 2 ** 53 }, /^seed must/],
      [{ persons: -1 }, /^persons must/],
      [{ persons: personsMax + 1 }, /^persons must be an integer from 0 to 1500000$/],
      [{ quarterCount: 0 }, /^quarters must be/],
      [{ quarterCount: 41 }, /^quarters must be/],
      [{ until: readQuarter('20223')! }, /^quarters must lie between 20221 and 20784$/],
      [{ until: readQuarter('20791')! }, /^quarters must lie/],
    ]
    for (const [option, message] of wrong) {
      expect(() => countryOf({ ...valid, ...option })).toThrow(message)
    }
    expect(countryOf(valid).quarters).toEqual(['20253', '20254', '20261', '20262'])
  })
})
