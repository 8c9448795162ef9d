/** `npm run test:package`: packs, installs the package into an empty folder without scripts, runs its command there. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const directory = mkdtempSync(join(tmpdir(), 'quadrivium-package-'))
let passed = 0
let failed = 0

/** Runs the installed command; a check is its exit code and something it must print. */
function check(args: readonly string[], wanted: RegExp): void {
  const command = join(directory, 'node_modules/.bin/quadrivium')
  // the Node that runs this test: a system may have an older one, which the package refuses
  const env = { ...process.env, PATH: `${resolve(process.execPath, '..')}:${process.env['PATH']}` }
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: directory,
    encoding: 'utf8',
    env,
  })
  const holds = status === 0 && wanted.test(stdout)
  if (holds) passed++
  else failed++
  console.log(`${holds ? 'ok  ' : 'FAIL'} quadrivium ${args.join(' ')}`)
  if (!holds) console.log(`code ${status ?? 'none'}\n${stdout}${stderr}`)
}

try {
  const npm = (args: readonly string[], cwd: string) =>
    execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  npm(['pack', '--loglevel=error', '--pack-destination', directory], root)
  const archive = readdirSync(directory).find((name) => name.endsWith('.tgz'))
  if (archive === undefined) throw new Error('npm pack made no archive')
  writeFileSync(join(directory, 'package.json'), '{"private":true}\n')
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', `./${archive}`], directory)
  check(['--help'], /serve[\s\S]*call[\s\S]*deliberation|deliberation[\s\S]*call/)
  check(['serve', '--help'], /--config/)
  check(['deliberation', 'check'], /in order: \d+ deliberations/)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
if (failed > 0) process.exitCode = 1
