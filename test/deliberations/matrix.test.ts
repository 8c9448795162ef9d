import { describe, expect, it } from 'vitest'
import { matricesOf, printMatrix } from '../../src/deliberations/matrix.ts'
import { catalogueEntries } from '../../src/registers/catalogue.ts'
import { files } from './files.ts'
import { pathsUnder } from './questions.ts'

const matrices = matricesOf(files)
const of = (number: string) => matrices.filter((one) => one.deliberation.number === number)

describe('the matrix', () => {
  it('prints 14/057, version by version', async () => {
    await expect(of('14/057').map(printMatrix).join('\n')).toMatchFileSnapshot(
      '../output/matrix-14-057.txt',
    )
  })

  it('prints the synthetic deliberations', async () => {
    const synthetic = matrices.filter(({ deliberation }) => deliberation.status === 'synthetic')
    await expect(synthetic.map(printMatrix).join('\n')).toMatchFileSnapshot(
      '../output/matrix-synthetic.txt',
    )
  })

  it('R19, R20: shows for both versions of 14/057 exactly the rows of its text, under their paragraphs', () => {
    const text = catalogueEntries
      .filter(({ field }) => !['implied', 'contract'].includes(field.about.kind))
      .map(({ path, field }) => [path, String(field.about.paragraph)])
    expect(text).toHaveLength(190)
    for (const { rows } of of('14/057')) {
      const named = rows.filter(({ by }) => by.length === 0)
      expect(named.map(({ path, cells }) => [path, [...new Set(cells.flat())].join()])).toEqual(
        text,
      )
    }
  })

  it('R19: adds to the text only what a prerequisite names as a member of a group', () => {
    for (const { rows } of of('14/057')) {
      const members = rows
        .filter(({ by }) => by.length > 0)
        .map(({ path, by }) => [path, by.join()])
      expect(members.slice(0, 4)).toEqual([
        ['person.nr.names', '64/2012,12/13'],
        ['person.nr.birth', '64/2012,12/13'],
        ['person.nr.sex', '64/2012,12/13'],
        ['person.bisNumber', '12/13'],
      ])
      expect(members).toHaveLength(4 + 12)
      expect(members.slice(4).every(([path]) => path?.startsWith('dmfa.aggregate.'))).toBe(true)
    }
  })

  it('R1: writes each version out completely', () => {
    const [first, second] = of('14/057')
    expect(first?.rows).toEqual(second?.rows)
  })

  it('gives the synthetic institutions overlapping and narrower grants', () => {
    const paths = (number: string) => of(number)[0]!.rows.map(({ path }) => String(path))
    const [emploi, pension, inspection] = [paths('S/24/011'), paths('S/24/023'), paths('S/24/031')]
    const only = (one: string[], other: string[]) => one.filter((path) => !other.includes(path))
    expect(only(emploi, pension).length).toBeLessThan(emploi.length)
    const ofDmfa = (all: string[]) => all.filter((path) => path.startsWith('dmfa.'))
    expect(ofDmfa(only(pension, inspection))).toEqual(
      pathsUnder('dmfa.earlyRetirementContribution.'),
    )
    expect(only(inspection, pension).length).toBeGreaterThan(30)
    // of persons each has what the other has not, beside the number and the names
    const ofPersons = (all: string[]) => all.filter((path) => path.startsWith('person.'))
    const [civil, residential] = [ofPersons(pension), ofPersons(inspection)]
    expect(civil.filter((path) => residential.includes(path))).toEqual([
      'person.nationalNumber',
      'person.nr.names',
    ])
    expect(civil).toContain('person.nr.civilStatus')
    expect(residential).toContain('person.formerResidence.address')
  })
})
