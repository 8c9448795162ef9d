/**
 * `npm run dimona-file`: declares a new job by a file set, as an employer's software does, to a gateway of its own with synthetic people;
 * prints the receipt (ACRF), the outcome (NOTIFICATION) and the period as PersonnelFileService tells it. Exit code 0 only if the
 * declaration was accepted and is found. `-- --as secretariat` lets another institution sign than the one of the folder.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { loadSigner, signFile } from '../../certs-test/sign-file.ts'
import { civilDateAt } from '../../src/base/civil-date.ts'
import { startGatewayProcess } from '../../test/gateway-process.ts'

const root = join(import.meta.dirname, '../..')
const today = civilDateAt(Date.now())
const declaration = readFileSync(join(import.meta.dirname, 'declaration.xml'), 'utf8')
const [, worker = ''] = /<INSS>(\d{11})</.exec(declaration) ?? []
const answerTimeoutMs = 30_000

/** Writes declarations (FI), signature (FS) and, last, the start signal (GO). */
function send(folder: string, signer: string): void {
  const set = `DIMN.100001.${today.replaceAll('-', '')}.00001.R`
  const bytes = Buffer.from(declaration.replaceAll('TODAY', today))
  writeFileSync(join(folder, `FI.${set}.1.1`), bytes)
  writeFileSync(join(folder, `FS.${set}.1.1`), signFile(bytes, loadSigner(signer), new Date()))
  writeFileSync(join(folder, `GO.${set}.1`), '')
  console.log(`sent, signed by ${signer}:\n  ${readdirSync(folder).sort().join('\n  ')}`)
}

/** The file that answers, printed, once its GO file says that it is whole. Throws when none comes in time. */
async function answer(folder: string, kind: 'ACRF' | 'NOTI'): Promise<string> {
  const until = Date.now() + answerTimeoutMs
  while (Date.now() < until) {
    const go = readdirSync(folder).find((name) => name.startsWith(`GO.${kind}.`))
    if (go !== undefined) {
      const name = `FO${go.slice(2)}`
      const text = readFileSync(join(folder, name), 'utf8')
      console.log(`\n${name}\n${text.trimEnd()}`)
      return text
    }
    await wait(100)
  }
  throw new Error(`no ${kind} came in ${answerTimeoutMs / 1000} s`)
}

/** Whether a result says accepted. */
const accepts = (text: string, result: 'ReceptionResult' | 'HandlingResult') =>
  new RegExp(`<${result}>\\s*<ResultCode>1<`).test(text)

/** Asks, as PHARE, for the employments of the worker today; gives whether the declared one is among them. */
function showPeriod(url: string): boolean {
  const call = ['call', 'PersonnelFileService', 'consultByWorker', '--as', 'phare', '--url', url]
  const context = ['--legal-context', 'PHARE:STAFF_REGISTER', '--ssin', worker]
  const days = ['--criteria', `beginDate=${today}`, `endDate=${today}`]
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'src/main.ts'), ...call, ...context, ...days],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  )
  console.log(`\nPersonnelFileService consultByWorker, today:\n\n${stdout.trimEnd()}`)
  return status === 0 && stdout.includes(`entryDate  ${today}`)
}

/** Sends the set and reads what comes back; gives whether the period stands in the register. */
async function declare(url: string, sftp: string, signer: string): Promise<boolean> {
  send(join(sftp, 'IN'), signer)
  const receipt = await answer(join(sftp, 'OUT'), 'ACRF')
  if (!accepts(receipt, 'ReceptionResult')) {
    console.log('= the file was refused whole (its ErrorID says why): no declaration took effect')
    return false
  }
  console.log('= the file was taken: its declarations are judged one by one')
  const outcome = await answer(join(sftp, 'OUT'), 'NOTI')
  if (!accepts(outcome, 'HandlingResult')) {
    console.log('= the declaration was refused (each AnomalyReport says why)')
    return false
  }
  console.log('= the declaration was accepted: the period has a DimonaPeriodId')
  return showPeriod(url)
}

const { values } = parseArgs({ options: { as: { type: 'string', default: 'atelier' } } })
const directory = mkdtempSync(join(tmpdir(), 'quadrivium-dimona-file-'))
try {
  execFileSync(process.execPath, [join(root, 'certs-test/generate.ts'), '--if-absent'])
  console.log('starting a gateway with synthetic people …\n')
  const gateway = await startGatewayProcess({ directory, processes: 1, persons: 0, files: true })
  try {
    if (!(await declare(gateway.url, join(directory, 'sftp/100001'), values.as)))
      process.exitCode = 1
  } finally {
    await gateway.stop()
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
