import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const security = readFileSync(join(root, 'SECURITY.md'), 'utf8')

/** number, claim and what stands below it */
const claims = security
  .split(/^### /m)
  .slice(1)
  .map((section) => /^(C\d+)\. (.+)\n([^#]*)/.exec(section)!)
  .map(([, number, claim, below]) => ({ number: number!, claim: claim!, below: below! }))

/** the tests that the claims name: file and title */
const named = claims.flatMap(({ number, below }) =>
  [...below.matchAll(/^- `([^`]+)`: (.+)$/gm)].map(
    ([, file, title]) => [number, file!, title!] as const,
  ),
)

/** The titles of a test file: strings that stand first in a call, as its source has them. */
function titlesIn(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8')
  const calls = source.matchAll(/\(\s*(['"`])((?:\\.|(?!\1).)*)\1,/g)
  return [...calls].map(([, , title]) => title!.replaceAll("\\'", "'"))
}

describe('SECURITY.md', () => {
  it('numbers its claims from C1, each with a test', () => {
    expect(claims.length).toBeGreaterThan(10)
    expect(claims.map(({ number }) => number)).toEqual(claims.map((_, index) => `C${index + 1}`))
    for (const { number } of claims)
      expect(named.filter(([of]) => of === number).length, number).toBeGreaterThan(0)
  })

  it.each(named)('%s names a test that is there: %s, %s', (_, file, title) => {
    expect(existsSync(join(root, file))).toBe(true)
    expect(titlesIn(file)).toContain(title)
  })

  it('names for each attacker claims that exist', () => {
    const attackers = [...security.matchAll(/^\| (?:a|an|one) .*\| ((?:C\d+(?:, )?)+) *\|$/gm)]
    expect(attackers.length).toBeGreaterThan(5)
    const numbers = attackers.flatMap(([, list]) => list!.split(', '))
    expect(claims.map(({ number }) => number)).toEqual(expect.arrayContaining(numbers))
    // and no claim that is made against nobody
    expect(numbers).toEqual(expect.arrayContaining(claims.map(({ number }) => number)))
  })

  it('finds no title that is not there', () => {
    expect(titlesIn('test/readme/security.test.ts')).toContain('finds no title that is not there')
    expect(titlesIn('test/readme/security.test.ts')).not.toContain('refuses every cell')
  })
})
