import { describe, expect, it } from 'vitest'
import { services } from '../../src/services/registry.ts'

describe('the list of services', () => {
  it('is printed, with every public name and the number of paths an operation can give', async () => {
    const lines = services.flatMap((service) => [
      `${service.name} v${service.version}`,
      `  namespace ${service.namespace}`,
      ...[service.path, ...(service.aliases ?? [])].map((path) => `  path ${path}`),
      ...[...service.operations].flatMap(([element, operation]) => [
        `  ${operation.name} (${operation.kind})`,
        `    element ${element}, SOAPAction ${service.soapAction(operation.name)}`,
        `    fault ${service.faultElement(operation.name) ?? 'none'}`,
        ...(operation.kind === 'consult'
          ? [
              `    REST ${operation.restPath ?? 'none'}`,
              `    gives ${operation.gives.length} paths of ${operation.block.path}`,
            ]
          : []),
        ...(operation.kind === 'bundle'
          ? operation.operations.map(
              ({ kind, name, gives }) => `    ${name} (${kind}), ${gives.length} paths`,
            )
          : []),
      ]),
    ])
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../output/services.txt')
  })

  it('has no two services or operations at one address', () => {
    const addresses = services.flatMap(({ path, aliases, operations }) => [
      path,
      ...(aliases ?? []),
      ...[...operations.values()].flatMap((one) =>
        one.kind === 'consult' ? (one.restPath ?? []) : [],
      ),
    ])
    expect(new Set(addresses).size).toBe(addresses.length)
  })
})
