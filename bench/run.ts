/** `npm run bench -- SUITE [options]`: one benchmark; each is a program of its own. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const suites: Readonly<Record<string, string>> = {
  soap: 'signed exchanges, beside the limit of RSA and the naive composition',
  verify: 'one signed message proven, or refused, beside one verification of RSA-2048',
  registers: 'questions to the registers of a small and of a large country',
  refused: 'refused messages beside accepted ones, and what a flood of them does to memory',
  batch: 'one large Dimona file through the file channel',
}

const [suite = '', ...options] = process.argv.slice(2)
if (Object.hasOwn(suites, suite)) {
  const program = join(import.meta.dirname, `${suite}.ts`)
  const { status } = spawnSync(process.execPath, [program, ...options], { stdio: 'inherit' })
  process.exitCode = status ?? 1
} else {
  const lines = Object.entries(suites).map(([name, about]) => `  ${name.padEnd(10)} ${about}`)
  console.log(`usage: npm run bench -- SUITE [options]\n\n${lines.join('\n')}`)
  process.exitCode = suite === '--help' ? 0 : 2
}
