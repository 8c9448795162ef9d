/**
 * `npm run test:readme`: runs the commands of README.md as they stand there, so that the README is what runs. A block marked
 * ```sh is a list of commands (commands.ts).
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { readCommands } from './commands.ts'

const root = resolve(import.meta.dirname, '../..')
/** What `npm ci` has done already, and what would run this file again. */
const done = new Set(['npm ci', 'npm test'])

/** Bash in a process group of its own, so that stopping it stops what it started. */
function start(command: string): ChildProcess {
  const env = { ...process.env, NO_COLOR: '1' }
  return spawn('bash', ['-c', `set -euo pipefail; ${command}`], {
    cwd: root,
    detached: true,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

async function endOf(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return child.exitCode
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

const startTimeoutMs = 120_000

/** Waits until a server of the README answers, or has ended. */
async function untilHealthy(child: ChildProcess): Promise<boolean> {
  const until = Date.now() + startTimeoutMs
  while (Date.now() < until && child.exitCode === null) {
    const probe = start('curl --silent --fail --insecure https://localhost:8443/health >/dev/null')
    if ((await endOf(probe)) === 0) return true
    await wait(500)
  }
  return false
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return
  process.kill(-child.pid, 'SIGTERM')
  await endOf(child)
}

let passed = 0
let failed = 0
const serving: ChildProcess[] = []
try {
  for (const { command, serves } of readCommands(readFileSync(join(root, 'README.md'), 'utf8'))) {
    const parts = command.split(' && ').filter((part) => !done.has(part))
    if (parts.length === 0) continue
    const text = parts.join(' && ')
    console.log(`$ ${text}`)
    const child = start(text)
    if (serves) serving.push(child)
    const holds = serves ? await untilHealthy(child) : (await endOf(child)) === 0
    if (holds) passed++
    else failed++
    console.log(`${holds ? 'ok  ' : 'FAIL'} ${text}`)
  }
} finally {
  for (const child of serving) await stop(child)
}
console.log(`${passed} passed, ${failed} failed`)
if (failed > 0 || passed === 0) process.exitCode = 1
