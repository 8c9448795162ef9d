import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')

/** A line that keeps a rule and the test that fails without it. */
export interface Kept {
  readonly rule: string
  readonly file: string
  readonly line: string
  readonly test: { readonly file: string; readonly name: string }
}

export interface Trace {
  readonly kept: readonly Kept[]
  /** rules with a part still to come, or a note for people, with the words that say so */
  readonly noted: readonly { readonly rule: string; readonly words: string }[]
}

/** Reads the table of docs/legal-trace.md. Throws Error on a row that is neither. */
export function readTrace(): Trace {
  const kept: Kept[] = []
  const noted: Trace['noted'][number][] = []
  const rows = readFileSync(join(root, 'docs/legal-trace.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| R\d+ /.test(line))
  for (const row of rows) {
    // a pipe inside a cell is written `\|`, as Markdown wants
    const cells = row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
    const [, rule = '', , , , code = '', test = ''] = cells
    const at = readPlace(code)
    const by = readPlace(test)
    if (at !== undefined && by !== undefined) {
      kept.push({ rule, file: at.file, line: at.text, test: { file: by.file, name: by.text } })
    } else if (/^(to come|note for people)/.test(code) && test === '') {
      noted.push({ rule, words: code })
    } else {
      throw new Error(`legal trace: row of ${rule} is unreadable`)
    }
  }
  return { kept, noted }
}

/** `file` · `text`, where the text may hold escaped backticks. */
function readPlace(cell: string): { file: string; text: string } | undefined {
  const found = /^`([^`]+)` · `(.+)`$/.exec(cell)
  if (found === null) return undefined
  return { file: found[1]!, text: found[2]!.replaceAll('\\`', '`') }
}

/** How many lines of a text read so. */
export function countLines(text: string, line: string): number {
  return text.split('\n').filter((one) => one.trim() === line).length
}
