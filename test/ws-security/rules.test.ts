import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

interface Row {
  readonly rule: string
  /** undefined when nothing is checked */
  readonly checkedIn: string | undefined
  readonly shownBy: string
}

const [, table = ''] = read('docs/wire-profile.md').split('## Rules by number')
const rows: readonly Row[] = table.split('\n').flatMap((line) => {
  const [, rule = '', , , file = '', shownBy = ''] = line.split('|').map((cell) => cell.trim())
  return /^(R\d{4}|TP \d\.\d\.\d)$/.test(rule)
    ? [{ rule, checkedIn: /^`(.+)`$/.exec(file)?.[1], shownBy }]
    : []
})

/** What our log says of each recipe's message, compared in test/refused/refused.test.ts. */
const refusals = new Map(
  read('test/output/refused.txt')
    .split('\n')
    .map((line) => [line.split(' ', 1)[0], line]),
)

describe('the rules of the Basic Security Profile', () => {
  it.each(rows)('$rule is where the table says, and shown by what it names', (row) => {
    if (row.checkedIn !== undefined) expect(read(row.checkedIn)).toContain(row.rule)
    const test = /^`(test\/.+?)` · (.+)$/.exec(row.shownBy)
    if (test !== null) {
      const [, file = '', name = ''] = test
      expect(read(file)).toContain(`'${name}'`)
      return
    }
    const recipes = row.shownBy.split(', ').map((name) => name.replaceAll('`', ''))
    for (const name of recipes) {
      expect(existsSync(join(root, 'test/refused/recipes', `${name}.txt`)), name).toBe(true)
      expect(refusals.get(name)).toContain(row.rule)
    }
  })

  it('have each one row, and every one that the code names has it', () => {
    const folder = 'src/ws-security'
    const named = readdirSync(join(root, folder)).flatMap((file) => [
      ...read(`${folder}/${file}`).matchAll(/\bR\d{4}\b/g),
    ])
    const listed = rows.map(({ rule }) => rule)
    expect(new Set(listed).size).toBe(listed.length)
    expect(
      [...new Set(named.map(([rule]) => rule))].filter((rule) => !listed.includes(rule)),
    ).toEqual([])
    expect(listed.length).toBeGreaterThanOrEqual(80)
  })
})
