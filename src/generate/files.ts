import { isOwn } from '../services/own-contract.ts'
import { services } from '../services/registry.ts'
import { faultCodesPath, generateFaultCodes } from './fault-codes.ts'
import { generateJsonSchema } from './json-schema.ts'
import { generateOpenApi, openApiPathOf } from './openapi.ts'
import { generateWsdl, wsdlPathOf, xsdPathOf } from './wsdl.ts'
import { generateXsd } from './xsd.ts'

/** Every generated file of the repository: path from its top → content. */
export function generateFiles(): ReadonlyMap<string, string> {
  const files = new Map([[faultCodesPath, generateFaultCodes()]])
  for (const service of services) {
    files.set(wsdlPathOf(service), generateWsdl(service))
    if (!isOwn(service)) continue
    const { definition, contract } = service
    files.set(`schemas/${xsdPathOf(service)}`, generateXsd(definition))
    files.set(openApiPathOf(definition), generateOpenApi(definition))
    for (const operation of definition.operations) {
      for (const side of ['request', 'reply'] as const) {
        files.set(
          `schemas/${contract}/${operation.name}.${side}.json`,
          generateJsonSchema(definition, operation, side),
        )
      }
    }
  }
  return files
}
