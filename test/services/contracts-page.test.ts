import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { services } from '../../src/services/registry.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/contracts.md'), 'utf8')

/** Cells of the rows of all tables. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))

describe('docs/contracts.md', () => {
  it('lists every contract with its operations and path', () => {
    const registered = services.flatMap((service) =>
      [...service.operations.values()].map(({ name }) => [
        `${service.name} v${service.version}`,
        name,
        service.path,
      ]),
    )
    const listed = rows
      .filter(([, , , path]) => path?.startsWith('/'))
      .map(([, contract, operation, path]) => [contract, operation, path])
    expect(listed.map(String).sort()).toEqual(registered.map(String).sort())
  })

  it('says that each of them works, and that nothing else is served', () => {
    for (const [, contract, , path, status] of rows) {
      if (path === undefined || contract === 'contract' || contract?.startsWith('---')) continue
      expect([contract, status]).toEqual([
        contract,
        expect.stringMatching(path === '-' ? /^not yet served/ : /^works/),
      ])
    }
  })

  it('names the other paths of published contracts of the Crossroads Bank', () => {
    const theirs = services.filter(({ namespace }) => namespace.startsWith('http://kszbcss.'))
    expect(theirs.length).toBeGreaterThan(3)
    for (const service of theirs) {
      expect(service.aliases).toEqual([`/SOA4520${service.path}`])
    }
  })
})
