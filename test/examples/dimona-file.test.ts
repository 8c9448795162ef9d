import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { civilDateAt } from '../../src/base/civil-date.ts'

const main = resolve(import.meta.dirname, '../../examples/dimona-file/main.ts')

/** It starts a gateway in a process of its own: some seconds, more beside other tests. */
const timeoutMs = 120_000

function run(...args: readonly string[]) {
  const options = { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } } as const
  return spawnSync(process.execPath, [main, ...args], options)
}

describe('the example of a Dimona file', () => {
  it(
    'gets a receipt and an outcome, and finds the period that it declared',
    () => {
      const { status, stdout } = run()
      expect(stdout).toContain('<ReceptionResult><ResultCode>1</ResultCode></ReceptionResult>')
      expect(stdout).toMatch(/<HandlingResult><ResultCode>1<.*<DimonaPeriodId>\d{12}</)
      expect(stdout).toContain(`entryDate  ${civilDateAt(Date.now())}`)
      expect(status).toBe(0)
    },
    timeoutMs,
  )

  it(
    'ends with 1 when another institution signs: the file is refused whole, and nothing is declared',
    () => {
      const { status, stdout } = run('--as', 'secretariat')
      expect(stdout).toContain('<ErrorID>ACRF-153</ErrorID>')
      expect(stdout).not.toContain('NOTIFICATION')
      expect(status).toBe(1)
    },
    timeoutMs,
  )
})
