import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { XmlDocument } from 'libxml2-wasm'
import { type ErrorInformation, GatewayError } from '../../src/base/errors.ts'
import { compileContracts, type ContractFile } from '../../src/contracts/contracts.ts'
import { services } from '../../src/services/registry.ts'

const schemas = resolve(import.meta.dirname, '../../schemas')

/** The schema files as they are committed. */
export const committedFiles: readonly ContractFile[] = readdirSync(schemas, {
  recursive: true,
  encoding: 'utf8',
})
  .filter((path) => /\.(xsd|json)$/.test(path))
  .map((path) => ({
    path: path.replaceAll('\\', '/'),
    bytes: readFileSync(join(schemas, path)),
  }))

/** What the registered services need. */
export const neededContracts = services.map(({ contract, operations, carries }) => ({
  contract,
  carried: carries === undefined ? [] : [...carries.requests, carries.reply],
  json: [...operations.values()].flatMap((operation) =>
    operation.kind === 'consult' && operation.inRest ? [operation.name] : [],
  ),
}))

export const contracts = compileContracts(committedFiles, neededContracts)

/** What a contract finds wrong in an element that is the whole document; empty when nothing. */
export function faultsOf(contract: string, xml: string): readonly ErrorInformation[] {
  using document = XmlDocument.fromString(xml)
  try {
    contracts.xml(contract).check(document.root)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'CONTRACT_INVALID') return error.information
    throw error
  }
  return []
}
