import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readQuarter } from '../../src/base/civil-date.ts'
import { readSsin } from '../../src/base/ssin.ts'
import {
  dataCommand,
  generateData,
  lastClosedQuarter,
  type DataOptions,
  type DataParts,
} from '../../src/cli/data.ts'
import { openRegisterWriter } from '../../src/store/register-writer.ts'
import { openRegisters } from '../../src/store/registers-db.ts'
import { personas } from '../../src/synthetic/personas.ts'

let folder: string
let lines: string[]
let now: number

const parts: DataParts = {
  openSink: (path) => {
    mkdirSync(dirname(path), { recursive: true })
    return openRegisterWriter(path)
  },
  log: (line) => lines.push(line),
  nowMs: () => (now += 500),
}

const options = (more: Partial<DataOptions> = {}): DataOptions => ({
  persons: 50,
  seed: 1,
  quarters: 2,
  until: readQuarter('20262')!,
  dir: join(folder, 'data'),
  ...more,
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quadrivium-data-'))
  lines = []
  now = Date.UTC(2026, 6, 14)
})

afterEach(() => {
  rmSync(folder, { recursive: true })
  vi.restoreAllMocks()
})

async function sexAndStatus(ssin: string) {
  const registers = openRegisters(join(folder, 'data', 'registers.db'))
  const found = await registers.person(readSsin(ssin)!)
  registers.close()
  return found && { sex: found.record.sex, status: found.status }
}

describe('quadrivium data generate', () => {
  it('fills the registers that the store opens, and says what it wrote', async () => {
    const counts = generateData(options(), parts)
    expect(counts.persons).toBe(50)
    expect(readdirSync(join(folder, 'data'))).toEqual(['registers.db'])
    expect(await sexAndStatus(personas.fullTime.ssin)).toEqual({
      sex: '2',
      status: { kind: 'active' },
    })
    expect(await sexAndStatus(personas.replacedNumber.former)).toEqual({
      sex: '2',
      status: { kind: 'replaced', by: personas.replacedNumber.ssin },
    })
    expect(lines.at(-1)).toMatch(
      /^50 of 50 persons \(\d+ a second\): \d+ employers, \d+ declarations, \d+ worker records, \d+ Dimona periods, \d+ postings, \d+ integrations$/,
    )
  })

  it('declares up to the last quarter that has ended, unless told otherwise', async () => {
    expect(lastClosedQuarter(Date.UTC(2026, 6, 14))).toBe('20262')
    // 30 June, 22:30 UTC, is 1 July in Brussels
    expect(lastClosedQuarter(Date.UTC(2026, 5, 30, 22, 30))).toBe('20262')
    expect(lastClosedQuarter(Date.UTC(2026, 5, 30, 21, 30))).toBe('20261')
    const { until, ...open } = options()
    generateData(open, parts)
    const registers = openRegisters(join(folder, 'data', 'registers.db'))
    const found = await registers.dmfaByWorker(
      personas.fullTime.ssin,
      readQuarter('20251')!,
      readQuarter('20274')!,
    )
    registers.close()
    expect(found.map(({ quarter }) => quarter)).toEqual(['20261', until])
  })

  it('refuses to overwrite registers, and replaces them when forced', async () => {
    generateData(options(), parts)
    expect(() => generateData(options(), parts)).toThrow(/^registers exist in .*: use --force/)
    const { persons } = generateData(options({ persons: 60, force: true }), parts)
    expect(persons).toBe(60)
    expect(readdirSync(join(folder, 'data'))).toEqual(['registers.db'])
    expect(await sexAndStatus(personas.fullTime.ssin)).toBeDefined()
  })

  it('does not pull the registers from under a gateway that has them open', () => {
    generateData(options(), parts)
    writeFileSync(join(folder, 'data', 'registers.db-wal'), '')
    expect(() => generateData(options({ force: true }), parts)).toThrow(
      /are in use: stop the gateway/,
    )
  })

  it('leaves nothing, and old registers as they are, when it fails on the way', () => {
    const failing: DataParts = {
      ...parts,
      openSink: (path) => ({
        ...parts.openSink(path),
        aggregate: () => {
          throw new Error('disk full')
        },
      }),
    }
    expect(() => generateData(options(), failing)).toThrow('disk full')
    expect(readdirSync(join(folder, 'data'))).toEqual([])
    generateData(options(), parts)
    expect(() => generateData(options({ force: true }), failing)).toThrow('disk full')
    expect(readdirSync(join(folder, 'data'))).toEqual(['registers.db'])
  })

  it('has exit codes: 1 when registers exist, 2 for wrong use', async () => {
    const run = (...args: string[]) =>
      dataCommand(parts).parseAsync(['generate', '--dir', join(folder, 'data'), ...args], {
        from: 'user',
      })
    await run('--persons', '20', '--seed', '3', '--quarters', '1', '--until', '20254')
    expect(existsSync(join(folder, 'data', 'registers.db'))).toBe(true)
    await run('--persons', '20')
    expect(process.exitCode).toBe(1)
    process.exitCode = 0
    expect(lines.at(-1)).toMatch(/^registers exist/)

    const exits: unknown[] = []
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      exits.push(code)
      throw new Error('exit')
    })
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    for (const wrong of [
      ['--persons', 'many'],
      ['--persons', '-1'],
      ['--persons', '1500001', '--force'],
      ['--until', '2026Q2'],
      ['--until', '20104', '--force'],
      ['--nonsense'],
    ]) {
      await expect(run(...wrong)).rejects.toThrow('exit')
    }
    expect(exits).toEqual([2, 2, 2, 2, 2, 2])
    expect(written.mock.calls.map(([text]) => text)).toContain(
      'error: persons must be an integer from 0 to 1500000\n',
    )
  })
})
