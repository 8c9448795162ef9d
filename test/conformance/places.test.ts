import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { places } from '../../src/synthetic/places.ts'

const table = resolve(
  import.meta.dirname,
  '../../../shared/facts/structured-messages/tables/postcodes.tsv',
)

describe('postcodes of the synthetic country', () => {
  it('belong to their commune in annex 23', () => {
    if (!existsSync(table)) {
      console.log('postcodes: no shared/ beside the repository, nothing compared')
      return
    }
    const known = new Set(
      readFileSync(table, 'utf8')
        .split('\n')
        .map((line) => line.split('\t').slice(0, 2).join(' ')),
    )
    expect(
      places.map(({ zip, nis }) => `${zip} ${nis}`).filter((pair) => !known.has(pair)),
    ).toEqual([])
    console.log(`postcodes: ${places.length} of ${places.length} belong to their commune`)
  })
})
