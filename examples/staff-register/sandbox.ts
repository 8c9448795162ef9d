/**
 * `npm run staff-register`: the back-end of this folder against a gateway of its own with synthetic people. It builds the register, the
 * workshop declares a new job by a Dimona file, the next run finds it by what changed, a run after a pause finds corrected declarations, and
 * one that gets no answer changes nothing. Exit
 * code 0 only if all went as told. This file plays the world around the back-end: it may use what a client does not have.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { loadSigner, signFile } from '../../certs-test/sign-file.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { dimonaFile, dimonaIn } from '../../test/batch/messages.ts'
import { certificates, startGatewayProcess } from '../../test/gateway-process.ts'
import { isInService } from './figures.ts'
import type { StaffRegister } from './register.ts'

const directory = mkdtempSync(join(tmpdir(), 'quadrivium-staff-register-'))
const registerFile = join(directory, 'register/staff-register.json')
const settingsFile = join(directory, 'settings.json')
const newcomer = personas.student.ssin
const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Brussels' }).format()

/** What did not go as told. */
const surprises: string[] = []
function expectThat(what: string, holds: boolean): void {
  if (!holds) surprises.push(what)
}

/** One run of the back-end, in a process of its own; gives its exit code and what it wrote on standard output. */
function runBackend(...args: readonly string[]): { code: number | null; text: string } {
  const main = join(import.meta.dirname, 'main.ts')
  const { status, stdout } = spawnSync(
    process.execPath,
    [main, '--settings', settingsFile, ...args],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  )
  process.stdout.write(stdout)
  return { code: status, text: stdout }
}

const readRegister = () => JSON.parse(readFileSync(registerFile, 'utf8')) as StaffRegister
const isAtWork = ({ workers }: StaffRegister) =>
  workers[newcomer]?.employments.some((one) => isInService(one, today)) ?? false

/** The workshop declares by file that the newcomer begins today; resolves when the outcome has come. */
async function declareEntry(sftp: string): Promise<void> {
  const stem = `DIMN.100001.${today.replaceAll('-', '')}.00001.R`
  const declaration = dimonaIn({ person: `<INSS>${newcomer}</INSS>`, start: today })
  const bytes = Buffer.from(dimonaFile(declaration))
  writeFileSync(join(sftp, 'IN', `FI.${stem}.1.1`), bytes)
  writeFileSync(
    join(sftp, 'IN', `FS.${stem}.1.1`),
    signFile(bytes, loadSigner('atelier'), new Date()),
  )
  writeFileSync(join(sftp, 'IN', `GO.${stem}.1`), '')
  for (let waited = 0; waited < 30_000; waited += 100) {
    if (readdirSync(join(sftp, 'OUT')).some((name) => name.startsWith('GO.NOTI.'))) return
    await wait(100)
  }
  throw new Error('the Dimona file was not answered')
}

function writeSettings(gateway: string): void {
  const own = JSON.parse(readFileSync(join(import.meta.dirname, 'settings.json'), 'utf8')) as object
  const settings = { ...own, gateway, certificates, register: registerFile }
  writeFileSync(settingsFile, JSON.stringify(settings))
}

async function play(): Promise<void> {
  console.log('starting a gateway with synthetic people …')
  const gateway = await startGatewayProcess({ directory, processes: 1, files: true })
  writeSettings(gateway.url)
  try {
    console.log('\n1. The first run reads the whole staff of the sheltered workshop.\n')
    const first = runBackend('--list')
    expectThat('the first run ends well', first.code === 0 && first.text.includes('whole staff'))
    expectThat('the newcomer is not at work yet', !isAtWork(readRegister()))

    console.log(`2. The workshop declares an entry for today; the next run asks what changed.\n`)
    await declareEntry(join(directory, 'sftp/100001'))
    const second = runBackend()
    expectThat('the second run ends well', second.code === 0)
    expectThat('it reads one worker', second.text.includes('read employments of 1, identity of 0'))
    expectThat('the newcomer is at work', isAtWork(readRegister()))

    console.log(
      '3. As if the back-end had paused: what was declared and corrected since is read.\n',
    )
    const paused = new Date(Date.now() - 80 * 86_400_000).toISOString().slice(0, 10)
    writeFileSync(registerFile, JSON.stringify({ ...readRegister(), readOn: paused }))
    const third = runBackend()
    expectThat('the third run ends well', third.code === 0)
    expectThat('it reads a declaration again', /, declarations \d{4}Q\d/.test(third.text))
  } finally {
    await gateway.stop()
  }
  console.log('4. The gateway is away: the run says so and leaves the register as it was.\n')
  const before = readFileSync(registerFile, 'utf8')
  expectThat('a run without an answer ends with 1', runBackend().code === 1)
  expectThat('the register is as it was', readFileSync(registerFile, 'utf8') === before)
}

try {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../certs-test/generate.ts'), '--if-absent']) // prettier-ignore
  await play()
} finally {
  rmSync(directory, { recursive: true, force: true })
}
console.log(
  surprises.length === 0
    ? '\nall went as told'
    : `\nnot as told:\n${surprises.map((one) => `  ${one}`).join('\n')}`,
)
process.exitCode = surprises.length === 0 ? 0 : 1
