import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Test certificates are made once, before the first test; keys are never committed. */
export default function setup(): void {
  const script = join(import.meta.dirname, '../certs-test/generate.ts')
  if (existsSync(script))
    execFileSync(process.execPath, [script, '--if-absent'], { stdio: 'inherit' })
}
