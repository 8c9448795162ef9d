import { describe, expect, it } from 'vitest'
import { project } from '../../src/deliberations/project.ts'
import { valuePaths } from '../../src/registers/catalogue.ts'
import { employerOfDirectory } from '../../src/registers/employer-directory.ts'
import { grantOf } from './grants.ts'

const record = {
  administrative: { languageRegime: '2', numberOfCategories: 7 },
  employerCategory: [
    {
      category: '010',
      numberOfTransfers: 9,
      transfer: [{ reason: '1' }, { initialNumber: '100006' }],
    },
    { originCategory: '012', numberOfTransfers: 0 },
  ],
}
const all = valuePaths.filter((path) => path.startsWith('employerDirectory.'))
const without = (...prefixes: readonly string[]) =>
  grantOf(...all.filter((path) => !prefixes.some((prefix) => path.startsWith(prefix))))
const given = (grant: ReturnType<typeof grantOf>) => project(record, employerOfDirectory, grant)

describe('counters of the employer directory', () => {
  it('R29: agree with the blocks shown, whatever the record says', () => {
    expect(given(without())).toEqual({
      administrative: { languageRegime: '2', numberOfCategories: 2 },
      employerCategory: [
        {
          category: '010',
          numberOfTransfers: 2,
          transfer: [{ reason: '1' }, { initialNumber: '100006' }],
        },
        { originCategory: '012', numberOfTransfers: 0 },
      ],
    })
  })

  it('do not count what is withheld', () => {
    const category = 'employerDirectory.employerCategory.'
    const grant = without(
      'employerDirectory.transfer.initialNumber',
      `${category}originCategory`,
      `${category}numberOfTransfers`,
    )
    expect(given(grant)).toEqual({
      administrative: { languageRegime: '2', numberOfCategories: 1 },
      employerCategory: [{ category: '010', transfer: [{ reason: '1' }] }],
    })
  })

  it('are left out where nothing of the counted blocks is granted', () => {
    const transfersWithheld = given(without('employerDirectory.transfer.'))
    expect(transfersWithheld?.employerCategory).toEqual([
      { category: '010' },
      { originCategory: '012' },
    ])
    const categories = ['employerDirectory.employerCategory.', 'employerDirectory.transfer.']
    expect(given(without(...categories))).toEqual({ administrative: { languageRegime: '2' } })
  })

  it('are given though nothing else of their block is granted, and not when not granted', () => {
    const category = 'employerDirectory.employerCategory.category'
    const counter = 'employerDirectory.administrative.numberOfCategories'
    expect(given(grantOf(category, counter))).toEqual({
      administrative: { numberOfCategories: 1 },
      employerCategory: [{ category: '010' }],
    })
    expect(given(grantOf(category))).toEqual({ employerCategory: [{ category: '010' }] })
  })

  it('are not made where the record has none', () => {
    const bare = { employerCategory: [{ category: '010' }] }
    expect(project(bare, employerOfDirectory, without())).toEqual(bare)
  })
})
