import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCommands } from './commands.ts'

const root = resolve(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')

describe('readCommands', () => {
  it('reads commands, joins lines, leaves comments out, knows what serves', () => {
    const text =
      'a\n```sh\nnpm start   # serves until stopped\n\n# next\ncurl \\\n  x\n```\n```json\n{}\n```\n'
    expect(readCommands(text)).toEqual([
      { command: 'npm start', serves: true },
      { command: 'curl x', serves: false },
    ])
  })
})

describe('README.md', () => {
  it('shows the two commands first', () => {
    const commands = readCommands(readme).map(({ command }) => command)
    expect(commands.slice(0, 2)).toEqual(['npm ci && npm start', 'npm ci && npm test'])
  })

  it('uses only scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const used = [...readme.matchAll(/npm run (\w[\w:-]*)/g)].map(([, name]) => name!)
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter((name) => !(name in scripts))).toEqual([])
  })

  it.each([...readme.matchAll(/\]\(((?!https?:)[^)#]+)/g)].map(([, target]) => target!))(
    'links to %s, which is there',
    (target) => expect(existsSync(join(root, target))).toBe(true),
  )
})
