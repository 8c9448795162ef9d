import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { shared } from './shared.ts'

const vectors = join(shared, 'vectors')

/** Whether a folder of vectors is there; says so in one line when it is not. */
export function hasVectors(folder: string): boolean {
  const there = existsSync(join(vectors, folder, 'manifest.json'))
  if (!there) console.log(`${folder}: no outside cases (shared/vectors/${folder} is absent)`)
  return there
}

export function readVector(...path: string[]): Buffer {
  return readFileSync(join(vectors, ...path))
}

/** The cases of a folder; the caller says which fields it uses. */
export function readManifest(folder: string): readonly unknown[] {
  return JSON.parse(readVector(folder, 'manifest.json').toString('utf8')) as readonly unknown[]
}
