/**
 * `npm run legal-trace`: removes each line that docs/legal-trace.md names, runs the test it names, and expects that to fail. It
 * works on a copy of the repository. `npm run legal-trace -- R13 R44` takes these rules only, `-- --sample 12` so many lines drawn at
 * random, as `.ci/run` does. Ends with 1 when a test passes without its line, or fails with it.
 */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import ts from 'typescript'
import { countLines, readTrace, root, type Kept } from './trace.ts'

const notCopied = new Set(['.git', 'node_modules', 'data', 'dist', 'coverage'])

function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'quadrivium-legal-trace-'))
  for (const name of readdirSync(root).filter((one) => !notCopied.has(one))) {
    cpSync(join(root, name), join(copy, name), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** Titles of the tests of a file that passed, and of those that failed; a file that does not load fails as a whole. */
function run(copy: string, file: string, name?: string) {
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const only = name === undefined ? [] : ['-t', `${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`]
  spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', file, ...only, '--reporter=json'].concat(
      `--outputFile=${report}`,
    ),
    { cwd: copy },
  )
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
  const titles = (status: string) =>
    testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter((one) => one.status === status)
      .map(({ title }) => title)
  const broken = testResults.some(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return { passed: titles('passed'), failed: titles('failed'), broken }
}

/** What is read of vitest's JSON report. */
interface Report {
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[]
  }[]
}

/** A test that fails because the file no longer parses proves nothing. */
function parses(file: string, text: string): boolean {
  if (file.endsWith('.json')) return isJson(text)
  const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true })
  return diagnostics.length === 0
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function withoutLine(text: string, line: string): string {
  const left = text.split('\n').filter((one) => one.trim() !== line)
  return left.join('\n')
}

/** What became of one row; `seen` when the test failed without the line. */
function check(copy: string, row: Kept): string {
  const path = join(copy, row.file)
  const text = readFileSync(path, 'utf8')
  if (countLines(text, row.line) === 0) return 'no such line'
  const mutated = withoutLine(text, row.line)
  if (!parses(row.file, mutated)) return 'does not parse'
  writeFileSync(path, mutated)
  try {
    const { failed, broken } = run(copy, row.test.file, row.test.name)
    return broken || failed.includes(row.test.name) ? 'seen' : 'NOT SEEN'
  } finally {
    writeFileSync(path, text)
  }
}

/** So many of the rows, drawn at random; in their order. */
function drawn(rows: readonly Kept[], count: number): readonly Kept[] {
  const order = rows.map((row, index) => ({ row, index, lot: Math.random() }))
  const chosen = order.toSorted((a, b) => a.lot - b.lot).slice(0, count)
  return chosen.toSorted((a, b) => a.index - b.index).map(({ row }) => row)
}

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' } },
})
const isWanted = ({ rule }: { rule: string }) => wanted.length === 0 || wanted.includes(rule)
const trace = readTrace()
const candidates = trace.kept.filter(isWanted)
const kept = values.sample === undefined ? candidates : drawn(candidates, Number(values.sample))
const noted = trace.noted.filter(isWanted)
const copy = copyRepository()
try {
  let unseen = 0
  for (const [file, rows = []] of Map.groupBy(kept, ({ test }) => test.file)) {
    const { passed } = run(copy, file)
    for (const { test } of rows.filter((row) => !passed.includes(row.test.name))) {
      unseen++
      console.log(`does not pass unchanged: ${file}: ${test.name}`)
    }
  }
  for (const row of unseen > 0 ? [] : kept) {
    const outcome = check(copy, row)
    if (outcome !== 'seen') unseen++
    console.log(`${row.rule.padEnd(4)} ${outcome.padEnd(14)} ${row.file}: ${row.line}`)
  }
  for (const { rule, words } of noted) console.log(`${rule.padEnd(4)} ${words}`)
  console.log(`${kept.length} lines removed once, ${unseen} without a failing test`)
  process.exitCode = unseen === 0 ? 0 : 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}
