import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileDeliberations } from '../../src/deliberations/decide.ts'
import { project } from '../../src/deliberations/project.ts'
import { catalogue, entryOf, readPath, valuePaths } from '../../src/registers/catalogue.ts'
import { employerOfDirectory } from '../../src/registers/employer-directory.ts'
import {
  composites,
  fieldPath,
  type AnyBlock,
  type CompositeType,
  type Field,
} from '../../src/registers/field.ts'
import type { Grant } from '../../src/registers/grant.ts'
import { files } from './files.ts'
import { grantOf } from './grants.ts'
import { granted, question } from './questions.ts'

/** A record in which every leaf is a marker that occurs nowhere else and says its path. */
interface Marked {
  readonly record: object
  /** path of each marker */
  readonly markers: ReadonlyMap<string, string>
}

/** Chooses, step by step, what a random record holds. */
interface Choice {
  readonly present: () => boolean
  readonly count: () => number
}

const blocks = [
  ...Object.values(catalogue).flatMap((one) => Object.values<AnyBlock>(one)),
  employerOfDirectory,
]

/** Counters tell what is shown, not what the record says (counters.test.ts). */
const isCounter = (text: string) => {
  const path = readPath(text)
  return path !== undefined && entryOf(path).field.about.counts !== undefined
}

function markedRecord(block: AnyBlock, choice: Choice, label = ''): Marked {
  const markers = new Map<string, string>()
  const marker = (path: string) => {
    const text = `<${label}${path}#${markers.size}>`
    markers.set(text, path)
    return text
  }
  const fill = (one: AnyBlock): object => {
    const record: Record<string, unknown> = {
      // what no catalogue knows must never leave
      smuggled: marker('smuggled'),
    }
    for (const [name, { type, about }] of Object.entries(one.fields as Record<string, Field>)) {
      // what is derived has no path of its own; it is given where its paths are (project.test.ts)
      if (about.derivedFrom !== undefined) continue
      const path = fieldPath(one, name, about)
      if (choice.present()) record[name] = valueOf(type, path, marker)
    }
    for (const [name, nested] of Object.entries(one.blocks as Record<string, AnyBlock>)) {
      if (!choice.present()) continue
      record[name] = nested.many
        ? Array.from({ length: choice.count() }, () => fill(nested))
        : fill(nested)
    }
    return record
  }
  return { record: fill(block), markers }
}

function valueOf(type: Field['type'], path: string, marker: (path: string) => string): unknown {
  if (!Object.hasOwn(composites, type)) return marker(path)
  const parts = Object.keys(composites[type as CompositeType])
  const value = Object.fromEntries(parts.map((part) => [part, marker(path)]))
  return { ...value, smuggled: marker('smuggled') }
}

/** The projection as text; empty when nothing is left. */
function projected(record: object, block: AnyBlock, grant: Grant): string {
  const left = project(record, block, grant)
  return left === undefined ? '' : JSON.stringify(left)
}

function choiceOf(numbers: readonly number[]): Choice {
  let at = 0
  const next = () => numbers[at++ % numbers.length]!
  return { present: () => next() % 4 !== 0, count: () => next() % 3 }
}

const anyBlock = fc.constantFrom(...blocks)
const anyNumbers = fc.array(fc.nat(1000), { minLength: 40, maxLength: 80 })
const everyPath: readonly string[] = valuePaths
const anyPaths = fc.oneof(
  fc.constant<string[]>([]),
  fc.constant([...everyPath]),
  fc.subarray([...everyPath]),
)

/** Markers whose path is granted, outside the keys that the catalogue lacks. */
function expectOnlyGranted(text: string, { markers }: Marked, paths: readonly string[]): void {
  for (const [marker, path] of markers) {
    if (!paths.includes(path)) expect(text).not.toContain(marker)
  }
}

describe('projection, as properties', () => {
  it('lets no marker of an ungranted path through, from no grant to all', () => {
    fc.assert(
      fc.property(anyBlock, anyNumbers, anyPaths, (block, numbers, paths) => {
        const marked = markedRecord(block, choiceOf(numbers))
        const text = projected(marked.record, block, grantOf(...paths))
        expectOnlyGranted(text, marked, paths)
        expect(text).not.toContain('smuggled"')
      }),
    )
  })

  it('lets every marker of a granted path through', () => {
    fc.assert(
      fc.property(anyBlock, anyNumbers, anyPaths, (block, numbers, paths) => {
        const marked = markedRecord(block, choiceOf(numbers))
        const text = projected(marked.record, block, grantOf(...paths))
        const lost = [...marked.markers].filter(
          ([marker, path]) => paths.includes(path) && !isCounter(path) && !text.includes(marker),
        )
        expect(lost).toEqual([])
      }),
    )
  })

  it('gives equal projections of two records that agree on the granted paths', () => {
    fc.assert(
      fc.property(anyBlock, anyNumbers, anyPaths, (block, numbers, paths) => {
        const one = markedRecord(block, choiceOf(numbers))
        const other = changeUngranted(one, paths)
        const grant = grantOf(...paths)
        expect(project(other, block, grant)).toEqual(project(one.record, block, grant))
      }),
    )
  })

  it('is the same a second time, and leaves the record as it was', () => {
    fc.assert(
      fc.property(anyBlock, anyNumbers, anyPaths, (block, numbers, paths) => {
        const { record } = markedRecord(block, choiceOf(numbers))
        const before = structuredClone(record)
        const grant = grantOf(...paths)
        const first = project(record, block, grant)
        expect(record).toEqual(before)
        expect(project(record, block, grant)).toEqual(first)
        if (first !== undefined) expect(project(first, block, grant)).toEqual(first)
      }),
    )
  })
})

/** The record with every ungranted leaf written anew. */
function changeUngranted({ record, markers }: Marked, paths: readonly string[]): object {
  const renew = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renew)
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renew(inner)]))
    }
    const path = markers.get(String(value)) ?? ''
    return paths.includes(path) ? value : `${String(value)} anew`
  }
  return renew(record) as object
}

describe('projection on the grants of the repository', () => {
  const decide = compileDeliberations(files)
  const contexts = [
    ...files.deliberations.flatMap(({ beneficiary, versions }) =>
      versions.at(-1)!.legalContexts.map(({ legalContext }) => ({
        institution: beneficiary.institution,
        legalContext,
      })),
    ),
  ]
  const full: Choice = { present: () => true, count: () => 2 }

  it.each(contexts)(
    '$legalContext: writes only markers of its matrix, and all of them',
    ({ institution, legalContext }) => {
      const { grant } = granted(decide(question(institution, legalContext, '2026-01-01')))
      const seen = new Set<string>()
      for (const block of blocks) {
        const marked = markedRecord(block, full)
        const text = projected(marked.record, block, grant)
        for (const marker of text.match(/<[^>]*>/g) ?? []) seen.add(marked.markers.get(marker)!)
      }
      const values = (paths: Iterable<string>) =>
        [...paths].filter((path) => !isCounter(path)).sort()
      expect(values(seen)).toEqual(values(grant.paths.keys()))
    },
  )
})
