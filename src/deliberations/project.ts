import {
  composites,
  fieldPath,
  neededPaths,
  type AnyBlock,
  type CompositeType,
  type Field,
  type FieldType,
} from '../registers/field.ts'
import type { Disclosed, Grant } from '../registers/grant.ts'

/** What a grant lets through of one block: names to copy, and the same for the blocks in it. */
interface Plan {
  readonly values: readonly string[]
  readonly composites: readonly Composite[]
  readonly blocks: readonly Nested[]
  readonly counters: readonly Counter[]
}

/** A counter of a repeated block: what it says is counted in what is shown (R29). */
interface Counter {
  readonly name: string
  /** the block that holds it; undefined for the one that holds the counted blocks */
  readonly within: string | undefined
  /** name of the counted block */
  readonly counted: string
}

interface Composite {
  readonly name: string
  readonly parts: readonly string[]
}

interface Nested {
  readonly name: string
  readonly many: boolean
  readonly plan: Plan
}

type Values = Readonly<Record<string, unknown>>

/** Plans of a grant by block; `undefined` is a plan too: nothing of the block lies inside the grant. */
const plansOfGrants = new WeakMap<Grant, Map<object, Plan | undefined>>()

/**
 * Reduces a record to the fields that the grant holds, down the whole tree. Keys that the catalogue does not know are never
 * copied, blocks in which nothing is left are dropped, the record stays as it was.
 * A counter tells how many of its blocks are shown, and is left out where the grant holds nothing of them: the true number would
 * tell of what is withheld. Undefined when nothing of the record lies inside the grant. The only place that makes a `Disclosed`.
 */
export function project<R extends object>(
  record: R,
  block: AnyBlock,
  grant: Grant,
): Disclosed<R> | undefined {
  const plan = planOf(block, grant)
  return plan && (copy(record as Values, plan) as Disclosed<R> | undefined)
}

function planOf(block: AnyBlock, grant: Grant): Plan | undefined {
  const plans = plansOfGrants.get(grant) ?? new Map<object, Plan | undefined>()
  if (!plans.has(block)) {
    plans.set(block, compile(block, grant))
    plansOfGrants.set(grant, plans)
  }
  return plans.get(block)
}

/** Undefined when the grant holds nothing of the block. `around` is the block it stands in. */
function compile(block: AnyBlock, grant: Grant, around?: AnyBlock): Plan | undefined {
  const paths: ReadonlyMap<string, unknown> = grant.paths
  const plan = {
    values: [] as string[],
    composites: [] as Composite[],
    blocks: [] as Nested[],
    counters: [] as Counter[],
  }
  for (const [name, { type, about }] of Object.entries(block.fields as Record<string, Field>)) {
    const needed = neededPaths(block, name, about)
    if (!needed.every((anyOf) => anyOf.some((path) => paths.has(path)))) continue
    // a group holds no value: whatever stands under its name is not granted
    if (type === 'group') continue
    if (countedIn(block, about.counts) ?? countedIn(around, about.counts)) continue
    if (isComposite(type)) plan.composites.push({ name, parts: Object.keys(composites[type]) })
    else plan.values.push(name)
  }
  for (const [name, nested] of Object.entries(block.blocks as Record<string, AnyBlock>)) {
    const inner = compile(nested, grant, block)
    if (inner !== undefined) plan.blocks.push({ name, many: nested.many, plan: inner })
  }
  const shown = new Set(plan.blocks.map(({ name }) => name))
  plan.counters.push(...countersOf(block, grant).filter(({ counted }) => shown.has(counted)))
  const parts = [plan.values, plan.composites, plan.blocks, plan.counters]
  return parts.every(({ length }) => length === 0) ? undefined : plan
}

/** Name of the repeated block with this path that stands directly in a block. */
function countedIn(block: AnyBlock | undefined, path: string | undefined): string | undefined {
  if (block === undefined || path === undefined) return undefined
  const blocks = Object.entries(block.blocks as Record<string, AnyBlock>)
  return blocks.find(([, nested]) => nested.many && nested.path === path)?.[0]
}

/** Granted counters of the repeated blocks that stand directly in a block: its own, and those of the single blocks beside them. */
function countersOf(block: AnyBlock, grant: Grant): readonly Counter[] {
  const paths: ReadonlyMap<string, unknown> = grant.paths
  const beside = Object.entries(block.blocks as Record<string, AnyBlock>)
  const holders = [[undefined, block] as const, ...beside.filter(([, nested]) => !nested.many)]
  return holders.flatMap(([within, holder]) =>
    Object.entries(holder.fields as Record<string, Field>).flatMap(([name, { about }]) => {
      const counted = countedIn(block, about.counts)
      const isGranted = paths.has(fieldPath(holder, name, about))
      return counted !== undefined && isGranted ? [{ name, within, counted }] : []
    }),
  )
}

function isComposite(type: FieldType): type is CompositeType {
  return Object.hasOwn(composites, type)
}

function copy(record: Values, plan: Plan): Values | undefined {
  const out: Record<string, unknown> = {}
  let found = copyValues(record, plan.values, out)
  for (const { name, parts } of plan.composites) {
    const value = record[name]
    if (!isObject(value)) continue
    const composite = {}
    if (!copyValues(value, parts, composite)) continue
    out[name] = composite
    found = true
  }
  for (const { name, many, plan: inner } of plan.blocks) {
    const value = many ? copyAll(record[name], inner) : copyOne(record[name], inner)
    if (value === undefined) continue
    out[name] = value
    found = true
  }
  for (const counter of plan.counters) found = count(record, counter, out) || found
  return found ? out : undefined
}

/** Writes a counter that the record has; false when it has none. */
function count(
  record: Values,
  { name, within, counted }: Counter,
  out: Record<string, unknown>,
): boolean {
  const holder = within === undefined ? record : record[within]
  if (!isObject(holder) || !isSimple(holder[name])) return false
  const shown = out[counted]
  const value = Array.isArray(shown) ? shown.length : 0
  if (within === undefined) out[name] = value
  else out[within] = { ...(out[within] as Values | undefined), [name]: value }
  return true
}

/** Copies what is there of the named values. */
function copyValues(
  record: Values,
  names: readonly string[],
  out: Record<string, unknown>,
): boolean {
  let found = false
  for (const name of names) {
    const value = record[name]
    if (!isSimple(value)) continue
    out[name] = value
    found = true
  }
  return found
}

/** An object in the place of a simple value could hide ungranted data: it is left out. */
function isSimple(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function copyOne(value: unknown, plan: Plan): Values | undefined {
  return isObject(value) ? copy(value, plan) : undefined
}

function copyAll(value: unknown, plan: Plan): readonly Values[] | undefined {
  if (!Array.isArray(value)) return undefined
  const kept: Values[] = []
  for (const item of value as readonly unknown[]) {
    const projected = copyOne(item, plan)
    if (projected !== undefined) kept.push(projected)
  }
  return kept.length === 0 ? undefined : kept
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
