import { dimona } from './dimona.ts'
import { dmfa } from './dmfa.ts'
import { employerDirectory } from './employer-directory.ts'
import { fieldPath, type AnyBlock, type Field } from './field.ts'
import { limosa } from './limosa.ts'
import { person } from './person.ts'
import { referenceDirectory } from './reference-directory.ts'
import type { Branded } from '../base/brand.ts'

/**
 * The five registers with the blocks that stand at the top of each (design.md §2), and the reference directory, which says who knows a
 * person.
 */
export const catalogue = {
  person,
  dimona,
  dmfa,
  employerDirectory,
  limosa,
  referenceDirectory,
} as const

export type RegisterName = keyof typeof catalogue

/** The id of a field in the catalogue, e.g. `dmfa.occupation.startingDate`; made by `readPath` only. */
export type Path = Branded<'Path'>

/** One field at its place in the tree. */
export interface CatalogueEntry {
  readonly path: Path
  readonly register: RegisterName
  /** names from the register's top block down to the field's block, e.g. `employerDeclaration.naturalPerson` */
  readonly block: string
  /** path of the field's block, e.g. `dmfa.naturalPerson`: what is told when the whole block is withheld */
  readonly blockPath: string
  readonly name: string
  readonly field: Field
}

function* entriesOf(
  register: RegisterName,
  block: AnyBlock,
  at: string,
): Generator<CatalogueEntry> {
  if (block.group !== undefined) {
    const name = block.path.split('.').at(-1) ?? ''
    yield {
      path: block.path as Path,
      register,
      block: at,
      blockPath: block.path,
      name,
      field: { type: 'group', about: block.group },
    }
  }
  for (const [name, field] of Object.entries(block.fields as Record<string, Field>)) {
    if (field.about.derivedFrom !== undefined) continue
    const path = fieldPath(block, name, field.about) as Path
    yield { path, register, block: at, blockPath: block.path, name, field }
  }
  for (const [name, nested] of Object.entries(block.blocks as Record<string, AnyBlock>)) {
    yield* entriesOf(register, nested, `${at}.${name}`)
  }
}

/** Every field of the catalogue in its order, groups included. */
export const catalogueEntries: readonly CatalogueEntry[] = Object.entries(catalogue).flatMap(
  ([register, blocks]) =>
    Object.entries(blocks as Record<string, AnyBlock>).flatMap(([name, block]) => [
      ...entriesOf(register as RegisterName, block, name),
    ]),
)

/** Every path that can hold a value: the groups left out. */
export const valuePaths: readonly Path[] = catalogueEntries
  .filter(({ field }) => field.type !== 'group')
  .map(({ path }) => path)

const entriesByPath: ReadonlyMap<string, CatalogueEntry> = new Map(
  catalogueEntries.map((entry) => [entry.path, entry]),
)

/** Undefined when the catalogue holds no such path. */
export function readPath(text: string): Path | undefined {
  return entriesByPath.get(text)?.path
}

/** The entry of a path. */
export function entryOf(path: Path): CatalogueEntry {
  const entry = entriesByPath.get(path)
  if (entry === undefined) throw new TypeError(`path \`${path}\` is not in the catalogue`)
  return entry
}

/** A block without fields of its own, which is told in the place of the blocks in it when all of them are withheld. */
interface Holder {
  /** register and names from its top block down: `person.person.entries` */
  readonly place: string
  readonly path: string
}

function* holdersIn(block: AnyBlock, place: string): Generator<readonly [string, Holder]> {
  const isHolder = Object.keys(block.fields as object).length === 0
  for (const [name, nested] of Object.entries(block.blocks as Record<string, AnyBlock>)) {
    if (isHolder) yield [nested.path, { place, path: block.path }]
    yield* holdersIn(nested, `${place}.${name}`)
  }
}

/** By the path of the block that they hold. */
export const holders: ReadonlyMap<string, Holder> = new Map(
  Object.entries(catalogue).flatMap(([register, blocks]) =>
    Object.entries(blocks as Record<string, AnyBlock>).flatMap(([name, block]) => [
      ...holdersIn(block, `${register}.${name}`),
    ]),
  ),
)
