import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { services } from '../../src/services/registry.ts'
import { informationTypes } from '../../src/services/retrieve-ti-groups/information-types.ts'

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
      // the other table: information types
      if (contract === 'type' || /^\d{3}$/.test(contract ?? '')) continue
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

/** Numbers of the information types that a schema declares. */
function typesOf(schema: string): readonly string[] {
  const folder = join(import.meta.dirname, '../../schemas/RetrieveTIGroupsService')
  const xsd = readFileSync(join(folder, schema), 'utf8')
  return [...xsd.matchAll(/<xs:complexType name="IT(\d{3})">/g)].map(([, type]) => type!)
}

describe('the table of information types', () => {
  const types = rows.filter(([, type]) => /^\d{3}$/.test(type ?? ''))

  it('lists every one that the schemas declare, by version, and no other', () => {
    const [first, second] = ['v1/rn25_Release201411.xsd', 'v2/xm25.xsd'].map(typesOf)
    expect([first!.length, second!.length]).toEqual([85, 87])
    const listed = (column: number) =>
      types.flatMap((cells) => (cells[column] === 'yes' ? cells[1]! : []))
    expect(listed(3)).toEqual(first)
    expect(listed(4)).toEqual(second)
    expect(types.map(([, type]) => type)).toEqual([...new Set([...first!, ...second!])].sort())
  })

  it('says of each whether it is given, or why not', () => {
    const given = types.flatMap(([, type, , , , here]) => (here!.startsWith('given') ? type! : []))
    expect(given).toEqual(informationTypes.map(({ type }) => type))
    const others = types.filter(([, type]) => !given.includes(type!))
    for (const [, type, , , , here] of others) {
      expect([type, here]).toEqual([type, expect.stringMatching(/^not held, \w/)])
    }
    expect(page).toContain(`Given are ${given.length} of the information types`)
  })
})
