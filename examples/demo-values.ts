/** What the demo prints of a reply: the values of the first of repeated blocks, with their units. */
import { leavesOf, type ReplyTree } from '../src/cli/signed-client.ts'
import { catalogueEntries, type CatalogueEntry } from '../src/registers/catalogue.ts'

export interface ReplyValues {
  /** by field of the catalogue; of repeated blocks those of the first */
  readonly values: ReadonlyMap<CatalogueEntry, string>
  /** how many blocks the reply has, by their place, e.g. `employerDeclaration.naturalPerson` */
  readonly blocks: ReadonlyMap<string, number>
  /** places that are no field of the catalogue */
  readonly unknown: readonly string[]
}

/** Reads the `result` of a reply of DmfaConsultationService. */
export function readValues(result: ReplyTree | undefined): ReplyValues {
  const values = new Map<CatalogueEntry, string>()
  const blocks = new Map<string, Set<string>>()
  const unknown: string[] = []
  for (const [path, value] of result === undefined ? [] : leavesOf(result)) {
    const place = path.replaceAll(/\[\d+\]/g, '')
    const entry = catalogueEntries.find(
      ({ register, block, name }) =>
        register === 'dmfa' && `${place}.`.startsWith(`${block}.${name}.`),
    )
    if (entry === undefined) {
      unknown.push(place)
      continue
    }
    const depth = entry.block.split('.').length
    const ofBlock = path.split('.').slice(0, depth).join('.')
    const seen = blocks.get(entry.block) ?? new Set()
    blocks.set(entry.block, seen.add(ofBlock))
    if (seen.size === 1 && !values.has(entry)) values.set(entry, value)
  }
  const counts = [...blocks].map(([block, seen]) => [block, seen.size] as const)
  return { values, blocks: new Map(counts), unknown }
}

/** A value with its unit, where the catalogue names one: `46200 eurocent`, `3800 × 1/100 hour`. */
export function withUnit({ field }: CatalogueEntry, value: string): string {
  const { unit } = field.about
  if (unit === undefined) return value
  return /^\d/.test(unit) ? `${value} × ${unit}` : `${value} ${unit}`
}
