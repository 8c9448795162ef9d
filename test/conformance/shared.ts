import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder of outside cases, beside the repository; it may be absent. */
export const shared = resolve(import.meta.dirname, '../../../shared')

/** A file of the shared folder; undefined, and one line saying so, when it is absent. */
export function readShared(suite: string, ...path: readonly string[]): Buffer | undefined {
  const file = join(shared, ...path)
  if (existsSync(file)) return readFileSync(file)
  console.log(`${suite}: no outside cases (shared/${path.join('/')} is absent)`)
  return undefined
}
