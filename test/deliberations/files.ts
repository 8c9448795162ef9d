import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Deliberations } from '../../src/deliberations/model.ts'
import { readDeliberations, type DeliberationText } from '../../src/deliberations/read.ts'

const folder = resolve(import.meta.dirname, '../../deliberations')

/** The files of the repository. */
export const texts: readonly DeliberationText[] = readdirSync(folder)
  .sort()
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))

/** A file as a test may change it; deliberations have versions, prerequisites have records. */
export interface Loose {
  number: string
  versions: [LooseVersion, LooseVersion]
  records: [LooseRecord, ...LooseRecord[]]
}

interface LooseVersion {
  from: string
  until?: string
  channels: { webService: { requires: string[]; activation: Record<string, string> } }
  grants: { set: string; requires: string[]; paths: string[] }[]
  legalContexts: { legalContext: string; purposes: string[]; sets: string[] }[]
}

interface LooseRecord {
  from: string
  until?: string
  requires: string[]
  members: { group: string; paragraph: string; paths: string[] }[]
}

/** The repository's texts with some files changed; a file that `change` empties is left out. */
export function textsWith(changes: Record<string, (file: Loose) => unknown>): DeliberationText[] {
  return texts.map(({ name, text }) => {
    const change = changes[name]
    if (change === undefined) return { name, text }
    const file = JSON.parse(text) as Loose
    change(file)
    return { name, text: JSON.stringify(file, null, 2) }
  })
}

export function filesWith(changes: Record<string, (file: Loose) => unknown>): Deliberations {
  return readDeliberations(textsWith(changes))
}

export const files: Deliberations = readDeliberations(texts)
