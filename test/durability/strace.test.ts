import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { answersBeforeSync, straceArguments } from './sync-before-answer.ts'

const program = join(import.meta.dirname, 'append-and-answer.ts')
const answered = (text: string) =>
  [...text.matchAll(/answer (ticket-\d+-)/g)].map((match) => match[1]!)

/** Runs the child under strace; the trace and the answers it gave. */
function trace(...variant: string[]): { trace: string; answers: number } {
  const directory = mkdtempSync(join(tmpdir(), 'quadrivium-strace-'))
  try {
    const output = join(directory, 'trace')
    const command = [process.execPath, program, directory, '4', '100', ...variant]
    const stdout = execFileSync('strace', [...straceArguments(output), ...command], {
      encoding: 'utf8',
    })
    return { trace: readFileSync(output, 'utf8'), answers: answered(stdout).length }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

// .ci/run installs strace; on another system than Linux there is none, and the forgetful journal shows the same order
const traceable = spawnSync('strace', ['-V']).error === undefined

describe.runIf(traceable)('under strace', () => {
  it('the sync that covers an answer returned before its first byte was written', () => {
    const { trace: calls, answers } = trace()
    expect(answers).toBe(100)
    expect(answersBeforeSync(calls, answered)).toEqual([])
  })

  it('a journal without its sync is caught', () => {
    const { trace: calls, answers } = trace('no-sync')
    expect(answers).toBe(100)
    expect(answersBeforeSync(calls, answered)).toHaveLength(100)
  })
})

describe('reading a trace', () => {
  const journal = '17</d/journals/journal-1-x.jsonl>'
  const lines = (...text: string[]) => answersBeforeSync(text.join('\n'), answered)

  it('puts calls together that other threads interrupt', () => {
    expect(
      lines(
        `11 write(${journal}, "ticket-1-", 9) = 9`,
        `12 fdatasync(${journal} <unfinished ...>`,
        '11 write(1<pipe:[1]>, "hello", 5) = 5',
        '12 <... fdatasync resumed>)               = 0',
        '11 write(1<pipe:[1]>, "answer ticket-1-", 16) = 16',
      ),
    ).toEqual([])
  })

  it('refuses a sync that had begun before the write ended', () => {
    expect(
      lines(
        `12 fdatasync(${journal} <unfinished ...>`,
        `11 write(${journal}, "ticket-1-", 9) = 9`,
        '12 <... fdatasync resumed>)               = 0',
        '11 sendto(9<socket:[7]>, "answer ticket-1-", 16) = 16',
      ),
    ).toEqual(['ticket-1-'])
  })

  it('refuses a sync that failed, one that returned too late, and one of another file', () => {
    const write = `11 write(${journal}, "ticket-1-", 9) = 9`
    const answer = '11 writev(9<socket:[7]>, [{iov_base="answer ticket-1-"}], 1) = 16'
    const failed = `12 fdatasync(${journal}) = -1 EIO (Input/output error)`
    const late = [
      `12 fdatasync(${journal} <unfinished ...>`,
      answer,
      '12 <... fdatasync resumed>) = 0',
    ]
    const other = '12 fdatasync(18</d/journals/journal-2-x.jsonl>) = 0'
    expect(lines(write, failed, answer)).toEqual(['ticket-1-'])
    expect(lines(write, ...late)).toEqual(['ticket-1-'])
    expect(lines(write, other, answer)).toEqual(['ticket-1-'])
  })

  it('refuses to judge a trace without answers, or an answer without an entry', () => {
    expect(() => lines(`11 write(${journal}, "ticket-1-", 9) = 9`)).toThrow('no answer')
    expect(() => lines('11 write(1<pipe:[1]>, "answer ticket-1-", 16) = 16')).toThrow(
      'no journal entry of ticket-1- before its answer',
    )
  })
})
