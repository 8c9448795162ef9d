/** `npm run fuzz`: mutated signed messages through the parse and verify path, for minutes or for a number of messages. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import setUpCertificates from '../setup-certificates.ts'
import type { Found, Report } from './campaign.ts'
import type { Verdict } from './subject.ts'

const help = `Mutates signed messages and judges them as the gateway does: parse, envelope, signature, contract, reading.

usage: npm run fuzz -- [options]

  --minutes N    how long (default 1; fractions allowed)
  --messages N   how many instead
  --seed N       begin with this seed (default: drawn anew, and printed)
  --help         this text

A finding is anything thrown that is no GatewayError, an accepted message from which something else is read than was signed, a
libxml2 document that is not disposed, or libxml2 memory that grows. It is made as small as it goes, printed with its seed,
and written with its original into a directory of the system's temporary files; the exit code is 1.
Signing keys are those of certs-test/out: a seed draws the same mutations again, on messages signed with them.
`

/** Messages a round; the mutations of a round come from one seed. */
const roundMessages = 20_000
/** libxml2's memory after the first round may grow by this much, for a message larger than any before. */
const growthBytesMax = 16 * 1024 * 1024

function readOptions() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      messages: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help === true) return undefined
  const messages = positive('messages', values.messages ?? 'Infinity')
  const minutes = positive(
    'minutes',
    values.minutes ?? (values.messages === undefined ? '1' : 'Infinity'),
  )
  const seed = values.seed === undefined ? Date.now() % 0x7fffffff : Number(values.seed)
  if (!Number.isSafeInteger(seed)) throw new Error('--seed is not a whole number')
  return { messages, stopAtMs: performance.now() + minutes * 60_000, seed }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new Error(`--${name} is not a number above zero`)
  return value
}

function tell(found: Found): void {
  const directory = mkdtempSync(join(tmpdir(), 'quadrivium-fuzz-'))
  writeFileSync(join(directory, 'message.xml'), found.message, 'latin1')
  writeFileSync(join(directory, 'original.xml'), found.original, 'latin1')
  console.log(
    `FOUND with seed ${found.seed}: ${found.what}\n${found.plan}\nwritten to ${directory}`,
  )
}

/** What is wrong with the memory after a round; undefined when nothing. */
function findLeak({ undisposed, memoryBytes }: Report, firstBytes: number): string | undefined {
  const left = Object.entries(undisposed).map(([name, count]) => `${count} ${name}`)
  if (left.length > 0) return `not disposed: ${left.join(', ')}`
  if (memoryBytes > firstBytes + growthBytesMax)
    return `libxml2 memory grew from ${firstBytes} to ${memoryBytes} bytes`
  return undefined
}

async function main(): Promise<number> {
  const options = readOptions()
  if (options === undefined) {
    console.log(help)
    return 0
  }
  setUpCertificates()
  // after the certificates exist: its messages are signed when it is loaded
  const { runCampaign } = await import('./campaign.ts')
  const verdicts = new Map<Verdict, number>()
  let judged = 0
  let firstBytes: number | undefined
  for (let seed = options.seed; judged < options.messages; seed += 1) {
    if (performance.now() >= options.stopAtMs) break
    const messages = Math.min(roundMessages, options.messages - judged)
    const stop = Number.isFinite(options.stopAtMs) ? { stopAtMs: options.stopAtMs } : {}
    const report = runCampaign({ seed, messages, ...stop })
    judged += report.messages
    firstBytes ??= report.memoryBytes
    for (const [verdict, count] of report.verdicts)
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + count)
    if (report.found !== undefined) {
      tell(report.found)
      return 1
    }
    const leak = findLeak(report, firstBytes)
    if (leak !== undefined) {
      console.log(`FOUND with seed ${seed}: ${leak}`)
      return 1
    }
    console.log(
      `seed ${seed}: ${report.messages} messages, libxml2 ${report.memoryBytes >> 20} MiB`,
    )
  }
  for (const [verdict, count] of [...verdicts].sort((a, b) => b[1] - a[1]))
    console.log(`${String(count).padStart(9)} ${verdict}`)
  console.log(`${judged} mutated messages, nothing found`)
  return judged === 0 ? 1 : 0
}

process.exitCode = await main()
