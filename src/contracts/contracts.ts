import { JsonCompiler, type JsonContract } from './json.ts'
import type { XmlNode } from '../xml/tree.ts'
import { compileXsd, type XmlContract } from './xsd.ts'

/** A schema file: its path under schemas/ with `/`, and its bytes. */
export interface ContractFile {
  readonly path: string
  readonly bytes: Uint8Array
}

/** What a registered service needs of a contract. */
export interface NeededContract {
  /** e.g. `PersonService/v1` */
  readonly contract: string
  /** operations that are offered in REST too */
  readonly json: readonly string[]
  /** schemas of documents that its messages carry as text, by their file in its folder */
  readonly carried?: readonly string[]
}

/** Schemas of documents that messages of a contract carry as text. */
export interface CarriedContracts {
  /** Checks an element against a schema by its file; throws GatewayError CONTRACT_INVALID, TypeError when it was not compiled. */
  check(file: string, element: XmlNode): void
}

/** The compiled contracts of all services; asking for one that was not compiled is a TypeError. */
export interface Contracts {
  xml(contract: string): XmlContract
  carried(contract: string): CarriedContracts
  jsonRequest(contract: string, operation: string): JsonContract
  jsonReply(contract: string, operation: string): JsonContract
}

/** The schema that declares the elements of a contract: `PersonService/v1/PersonService.xsd`. */
export function xsdPath(contract: string): string {
  return `${contract}/${contract.split('/')[0] ?? ''}.xsd`
}

/** `PersonService/v1/consultPerson.request.json` */
export function jsonPath(contract: string, operation: string, side: 'request' | 'reply'): string {
  return `${contract}/${operation}.${side}.json`
}

/**
 * Compiles the contracts that the registered services need, from the given files only. Throws with one clear sentence when
 * a file is missing or wrong: without its contracts the gateway does not start.
 */
export function compileContracts(
  files: readonly ContractFile[],
  needed: readonly NeededContract[],
): Contracts {
  const bytesByPath = new Map(files.map(({ path, bytes }) => [path, bytes]))
  const compiler = new JsonCompiler()
  const compiledXml = new Map<string, XmlContract>()
  const compiledJson = new Map<string, JsonContract>()
  for (const { contract, json, carried = [] } of needed) {
    compiledXml.set(contract, compileXsd(xsdPath(contract), bytesByPath))
    for (const file of carried) {
      const path = `${contract}/${file}`
      compiledXml.set(path, compileXsd(path, bytesByPath))
    }
    for (const operation of json) {
      for (const side of ['request', 'reply'] as const) {
        const path = jsonPath(contract, operation, side)
        const bytes = bytesByPath.get(path)
        if (bytes === undefined) throw new Error(`schema \`schemas/${path}\` is missing`)
        compiledJson.set(path, compiler.compile(path, bytes))
      }
    }
  }
  const json = (path: string) => get(compiledJson, path)
  return {
    xml: (contract) => get(compiledXml, contract),
    carried: (contract) => ({
      check: (file, element) => get(compiledXml, `${contract}/${file}`).check(element.toLibxml2()),
    }),
    jsonRequest: (contract, operation) => json(jsonPath(contract, operation, 'request')),
    jsonReply: (contract, operation) => json(jsonPath(contract, operation, 'reply')),
  }
}

function get<T>(compiled: ReadonlyMap<string, T>, name: string): T {
  const contract = compiled.get(name)
  if (contract === undefined) throw new TypeError(`contract \`${name}\` was not compiled`)
  return contract
}
