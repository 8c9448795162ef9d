import { spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readEntry, splitLines } from '../../src/audit/entry-chain.ts'
import { listJournals, openJournal, verifyJournalFile } from '../../src/store/journal-file.ts'

const directories: string[] = []
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

/** Kills the child with `kill -9` after so many answers; the tickets it answered. */
async function answersUntilKilled(directory: string, count: number): Promise<string[]> {
  const program = join(import.meta.dirname, 'append-and-answer.ts')
  const child = spawn(process.execPath, [program, directory, '64', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (data: Buffer) => {
    text += data.toString()
    if (text.split('\n').length > count) child.kill('SIGKILL')
  })
  const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)))
  expect(signal).toBe('SIGKILL')
  return [...text.matchAll(/answer (ticket-\d+-)\n/g)].map((match) => match[1]!)
}

describe('kill -9 under load', () => {
  it('loses no answered entry, and the next start cuts a torn last record and nothing else', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'quadrivium-kill-'))
    directories.push(directory)
    const answered = await answersUntilKilled(directory, 3000)
    expect(answered.length).toBeGreaterThanOrEqual(3000)
    const { name } = listJournals(directory)[0]!
    const path = join(directory, name)
    const left = readFileSync(path)
    // a kill leaves whole writes; a torn one is what a power cut would leave
    const whole = left.subarray(0, left.lastIndexOf(0x0a) + 1)
    const torn = '{"sequence":99,"entry":{"kind":"gra'
    if (whole.length === left.length) appendFileSync(path, torn)

    const place = { directory, process: 1, startedAtMs: Date.UTC(2026, 3, 15, 9) }
    const { journal, recovery } = await openJournal(place)
    await journal.close()

    expect(readFileSync(path).equals(whole)).toBe(true)
    expect(recovery).toMatchObject({
      file: name,
      cutBytes: whole.length === left.length ? torn.length : left.length - whole.length,
    })
    const kept = new Set([...splitLines(whole)].map(({ bytes }) => readEntry(bytes)?.ticket))
    expect(answered.filter((ticket) => !kept.has(ticket))).toEqual([])
    const next = verifyJournalFile(journal.path)
    expect(next).toMatchObject({
      kind: 'whole',
      lines: 1,
      header: { after: { file: name, sequence: recovery!.lines - 1 } },
    })
  })
})
