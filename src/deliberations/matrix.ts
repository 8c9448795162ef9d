import { catalogueEntries, type Path } from '../registers/catalogue.ts'
import type { ChannelRight, Deliberation, Deliberations, Version } from './model.ts'
import { offersOf, type Offer } from './offer.ts'

/** institution × legal context × block × field, for one version of one deliberation. Days and channels are not applied. */
export interface Matrix {
  readonly institution: string
  readonly deliberation: Deliberation
  readonly version: Version
  readonly legalContexts: readonly string[]
  readonly rows: readonly MatrixRow[]
}

export interface MatrixRow {
  readonly path: Path
  readonly block: string
  /** a group grants nothing itself */
  readonly isGroup: boolean
  /** paragraphs by legal context, in their order; empty where the legal context does not give the path */
  readonly cells: readonly (readonly string[])[]
  /** prerequisites without which the path is not given */
  readonly needs: readonly string[]
  /** prerequisites that name the path as a member of a group */
  readonly by: readonly string[]
}

/** One matrix per version, in the order of the files; rows in the order of the catalogue. */
export function matricesOf(files: Deliberations): readonly Matrix[] {
  const offers = offersOf(files)
  return files.deliberations.flatMap((deliberation) =>
    deliberation.versions.map((version) => {
      const own = offers.filter((offer) => offer.version === version)
      const legalContexts = version.legalContexts.map(({ legalContext }) => legalContext)
      return {
        institution: deliberation.beneficiary.institution,
        deliberation,
        version,
        legalContexts,
        rows: catalogueEntries.flatMap(({ path, blockPath, field }) => {
          const giving = own.filter((offer) => reaches(offer, path))
          if (giving.length === 0) return []
          const isGroup = field.type === 'group'
          return [rowOf(path, blockPath, isGroup, giving, legalContexts)]
        }),
      }
    }),
  )
}

function reaches(offer: Offer, path: Path): boolean {
  return offer.set.paths.includes(path) || offer.members.some((member) => member.path === path)
}

function rowOf(
  path: Path,
  block: string,
  isGroup: boolean,
  giving: readonly Offer[],
  legalContexts: readonly string[],
): MatrixRow {
  const distinct = (texts: readonly string[]) => [...new Set(texts)]
  return {
    path,
    block,
    isGroup,
    cells: legalContexts.map((legalContext) =>
      distinct(
        giving
          .filter((offer) => offer.legalContext === legalContext)
          .map(({ set }) => set.paragraph),
      ),
    ),
    needs: distinct(giving.flatMap(({ set }) => set.requires)),
    by: distinct(
      giving.flatMap(({ members }) =>
        members.filter((one) => one.path === path).map(({ prerequisite }) => prerequisite.number),
      ),
    ),
  }
}

/** The matrix as text: paragraphs in the cells, a column per legal context. */
export function printMatrix(matrix: Matrix): string {
  const { deliberation, version, legalContexts, rows } = matrix
  const until = version.until === undefined ? 'open' : `to ${version.until}`
  const lines = [
    `deliberation ${deliberation.number} (${deliberation.status}) for ${matrix.institution}`,
    `version from ${version.from}, ${until}: ${version.document}`,
    ...Object.entries(version.channels).map(([name, right]) => printChannel(name, right)),
    ...version.legalContexts.map(
      ({ legalContext, purposes }, index) =>
        `${letterOf(index)} = ${legalContext} (${purposes.join(', ')})`,
    ),
    ...new Set(
      version.grants.flatMap(({ condition }) =>
        condition === undefined ? [] : `condition: ${condition}`,
      ),
    ),
  ]
  const cellsOf = (row: MatrixRow) =>
    row.cells.map((paragraphs) => (paragraphs.length === 0 ? '.' : paragraphs.join('+')))
  const widths = legalContexts.map((_, column) =>
    Math.max(1, ...rows.map((row) => cellsOf(row)[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[], rest: string) =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 1)).join(' ')}  ${rest}`
  const head = line(
    legalContexts.map((_, index) => letterOf(index)),
    'field',
  )
  let block = ''
  const body = rows.flatMap((row) => {
    const title = row.block === block ? [] : [row.block]
    block = row.block
    return [...title, line(cellsOf(row), printRow(row))]
  })
  const fields = rows.filter(({ isGroup }) => !isGroup).length
  return `${[...lines, head, ...body, `${fields} fields`].join('\n')}\n`
}

function letterOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index)
}

function printChannel(name: string, right: ChannelRight): string {
  const parts = [
    `needs ${right.requires.join(', ') || 'nothing more'}`,
    right.storageAllowed ? 'storage allowed' : 'no storage',
    ...(right.userType === undefined ? [] : [`user of type ${right.userType}`]),
    ...Object.entries(right.activation ?? {}).map(([source, since]) => `${source} since ${since}`),
  ]
  return `channel ${name}: ${parts.join('; ')}`
}

function printRow({ path, isGroup, needs, by }: MatrixRow): string {
  const parts = [
    path,
    ...(isGroup ? ['group, grants nothing itself'] : []),
    ...(by.length === 0 ? [] : [`named by ${by.join(', ')}`]),
    ...(needs.length === 0 ? [] : [`needs ${needs.join(', ')}`]),
  ]
  return parts.join('; ')
}
