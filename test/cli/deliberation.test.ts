import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { deliberationCommand } from '../../src/cli/deliberation.ts'

const folder = resolve(import.meta.dirname, '../../deliberations')
let broken = ''

beforeAll(() => {
  broken = mkdtempSync(join(tmpdir(), 'quadrivium-deliberations-'))
  cpSync(folder, broken, { recursive: true })
  const file = join(broken, 'synthetic-pension.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('dmfa.service.code', 'dmfa.service.none'))
})
afterAll(() => rmSync(broken, { recursive: true }))
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

interface Ran {
  readonly out: string
  readonly err: string
  readonly exitCode: number
}

/** Runs the command in this process. */
function run(...args: readonly string[]): Ran {
  const out: string[] = []
  const err: string[] = []
  let left: number | undefined
  vi.spyOn(console, 'log').mockImplementation((text: string) => void out.push(text))
  vi.spyOn(console, 'error').mockImplementation((text: string) => void err.push(text))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0)
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    left = Number(code)
    throw new Error('left')
  })
  try {
    deliberationCommand('deliberations').parse(args, { from: 'user' })
  } catch (error) {
    if (left === undefined) throw error
  }
  return {
    out: out.join('\n'),
    err: err.join('\n'),
    exitCode: left ?? Number(process.exitCode ?? 0),
  }
}

const asPhare = ['--institution', 'phare', '--on', '2026-01-01', '--dir', folder]

describe('quadrivium deliberation', () => {
  it('explain: names an unknown option before the institution that is missing', () => {
    const misspelt = run('explain', '--institutoin', 'phare')
    expect(misspelt.err).toContain("unknown option '--institutoin'")
    expect(misspelt.exitCode).toBe(2)
    const missing = run('explain')
    expect(missing.err).toContain("required option '--institution <id>' not specified")
    expect(missing.exitCode).toBe(2)
  })

  it('check: says that the files of the repository are in order', () => {
    expect(run('check', '--dir', folder)).toEqual({
      out: 'in order: 6 deliberations, 7 prerequisites',
      err: '',
      exitCode: 0,
    })
  })

  it('check: says file, line and reason of a fault, and ends with 1', () => {
    const { err, exitCode } = run('check', '--dir', broken)
    expect(err).toMatch(
      /synthetic-pension\.json:\d+: path `dmfa\.service\.none` is not in the catalogue$/,
    )
    expect(exitCode).toBe(1)
    const json = run('check', '--dir', broken, '--json')
    expect(JSON.parse(json.out)).toMatchObject({
      faults: [{ reason: 'path `dmfa.service.none` is not in the catalogue' }],
    })
    expect(run('matrix', '--dir', broken).exitCode).toBe(1)
    expect(run('explain', '--institution', 'phare', '--dir', broken).exitCode).toBe(1)
  })

  it('ends with 2 on wrong use', () => {
    expect(run('check', '--dir', join(folder, 'none')).exitCode).toBe(2)
    expect(run('explain', '--dir', folder)).toMatchObject({
      err: expect.stringContaining("'--institution <id>' not specified") as string,
      exitCode: 2,
    })
    expect(run('explain', ...asPhare, '--on', '2026-02-30').exitCode).toBe(2)
    expect(run('explain', ...asPhare, '--channel', 'post').exitCode).toBe(2)
    expect(run('explain', ...asPhare, '--path', 'none.')).toMatchObject({
      err: 'no path begins with `none.`',
      exitCode: 2,
    })
    expect(run('matrix', '--dir', folder, '--deliberation', '99/99').exitCode).toBe(2)
    expect(run('none').exitCode).toBe(2)
  })

  it('matrix: prints one deliberation, as text and as JSON', () => {
    const args = ['matrix', '--dir', folder, '--deliberation', 'S/24/023']
    const { out, exitCode } = run(...args)
    expect(exitCode).toBe(0)
    expect(out).toContain('A = PENSION:CAREER (C1)')
    expect(out).toContain('50 fields')
    const [one] = JSON.parse(run(...args, '--json').out) as { rows: unknown[] }[]
    expect(one?.rows).toHaveLength(50)
  })

  it('explain: says what is granted by which paragraph, and ends with 0', () => {
    const args = [
      'explain',
      ...asPhare,
      '--legal-context',
      'PHARE:IDENTIFICATION',
      '--path',
      'person',
    ]
    const { out, exitCode } = run(...args)
    expect(exitCode).toBe(0)
    expect(out).toContain('  person.nationalNumber  14/057 § 9 (2016-09-06)\n')
    const json = JSON.parse(run(...args, '--json').out) as { granted: { path: string }[] }
    expect(json.granted.map(({ path }) => path)).toContain('person.bisNumber')
  })

  it('explain: says why a question is refused, and ends with 1', () => {
    const { out, exitCode } = run(
      ...['explain', ...asPhare, '--legal-context', 'PHARE:IDENTIFICATION', '--channel', 'dolsis'],
    )
    expect(exitCode).toBe(1)
    expect(out).toContain('refused: NOT_AUTHORISED, rule R49\n')
    const json = run('explain', ...asPhare, '--json')
    expect(JSON.parse(json.out)).toMatchObject({
      decision: { code: 'LEGAL_CONTEXT_UNKNOWN', rule: 'R35' },
    })
  })
})
