import { describe, expect, it } from 'vitest'
import { catalogue } from '../../src/registers/catalogue.ts'
import { fieldPath, type AnyBlock, type Field } from '../../src/registers/field.ts'
import { collect, country, type Rows } from './collect.ts'

type Values = Readonly<Record<string, unknown>>

/** Paths of the fields, and of the blocks, that a record fills. */
function filled(block: AnyBlock, record: Values, paths: Set<string>): void {
  paths.add(block.path)
  for (const [name, { about }] of Object.entries(block.fields as Record<string, Field>))
    if (record[name] !== undefined) paths.add(fieldPath(block, name, about))
  for (const [name, inner] of Object.entries(block.blocks as Record<string, AnyBlock>))
    for (const nested of [record[name] ?? []].flat()) filled(inner, nested as Values, paths)
}

/** All paths of a block and those under it: blocks and fields that hold values of their own. */
function* all(block: AnyBlock): Generator<string> {
  yield block.path
  for (const [name, { about, type }] of Object.entries(block.fields as Record<string, Field>))
    if (type !== 'group' && about.derivedFrom === undefined) yield fieldPath(block, name, about)
  for (const inner of Object.values(block.blocks as Record<string, AnyBlock>)) yield* all(inner)
}

function filledBy(rows: Rows): Set<string> {
  const paths = new Set<string>()
  const { dmfa, person, dimona, employerDirectory, limosa } = catalogue
  for (const { header } of rows.declarations) filled(dmfa.employerDeclaration, header, paths)
  for (const { record } of rows.workers)
    filled(dmfa.employerDeclaration.blocks.naturalPerson, record, paths)
  for (const { record } of rows.aggregates) filled(dmfa.aggregate, record, paths)
  for (const { record } of rows.persons) filled(person.person, record, paths)
  for (const { record } of rows.dimonaPeriods) {
    filled(dimona.worker, record.worker, paths)
    filled(dimona.occupation, record.occupation, paths)
  }
  for (const { record } of rows.postings) filled(limosa.posting, record, paths)
  for (const { record } of rows.employers) {
    filled(dimona.employer, record.dimonaEmployer, paths)
    filled(employerDirectory.identification, record.identification, paths)
    filled(employerDirectory.administrative, record.administrative, paths)
    for (const one of record.employerCategory)
      filled(employerDirectory.employerCategory, one, paths)
  }
  return paths
}

const dmfaBlocks = (paths: Iterable<string>) => {
  const blocks = [...all(catalogue.dmfa.employerDeclaration), ...all(catalogue.dmfa.aggregate)]
  const known = new Set(paths)
  return blocks.filter((path) => path.split('.').length === 2 && !known.has(path))
}

describe('blocks', () => {
  it('of the DmfA (§§ 20–37) are all there, with the personas alone', () => {
    expect(dmfaBlocks(filledBy(collect(country(1, 0))))).toEqual([])
    expect(dmfaBlocks([])).toHaveLength(19)
  })

  it('have every field that a valid code allows', () => {
    const paths = filledBy(collect(country(1, 3_000)))
    const missing = Object.values(catalogue).flatMap((blocks) =>
      Object.values(blocks as Record<string, AnyBlock>)
        .flatMap((block) => [...all(block)])
        .filter((path) => !paths.has(path)),
    )
    expect(missing.filter((path) => path.startsWith('dmfa.'))).toEqual(neverDeclared)
    expect(missing.filter((path) => /^(person|limosa)\./.test(path))).toEqual([])
  })
})

/** No code that is valid from 2003/1 on has these zones, or the form of their values is not public. */
const neverDeclared = [
  'dmfa.occupationDeduction.managementCostMonths',
  'dmfa.studentContribution.numberOfDays',
  'dmfa.workerDeduction.calculationBasis',
  'dmfa.workerDeduction.replacedPersonSsin',
  'dmfa.workerDeduction.applicantSsin',
]
