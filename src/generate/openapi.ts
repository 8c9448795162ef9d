import { restPathOf, type OwnContract } from '../services/own-contract.ts'
import { generateJsonSchema } from './json-schema.ts'
import { pascal } from './types.ts'

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }
type JsonObject = Readonly<Record<string, Json>>

/**
 * OpenAPI 3.0 document of a contract in REST, after the Belgif guide: one path per operation, a problem as default answer. Schemas
 * are those of the operations; `additionalProperties` is left out as the guide wants (rule addi-prop), though unknown
 * members are refused (rule req-valid).
 */
export function generateOpenApi(contract: OwnContract): string {
  const schemas: Record<string, Json> = { ...problemSchemas }
  const paths: Record<string, Json> = {}
  const api = apiPathOf(contract)
  for (const operation of contract.operations) {
    const bodies = (['request', 'reply'] as const).map((side) => {
      const name = `${pascal(operation.name)}${pascal(side)}`
      const { definitions, ...schema } = JSON.parse(
        generateJsonSchema(contract, operation, side),
      ) as JsonObject & { definitions?: JsonObject }
      schemas[name] = toOpenApi(schema)
      for (const [key, value] of Object.entries(definitions ?? {})) schemas[key] = toOpenApi(value)
      return name
    })
    paths[restPathOf(contract, operation).slice(api.length)] = {
      post: operationOf(contract, operation.name, operation.about, bodies),
    }
  }
  const document: JsonObject = {
    openapi: '3.0.3',
    info: {
      title: contract.name,
      description:
        `${contract.about} Generated from the catalogue by npm run generate: do not edit. ` +
        'The caller shows a TLS client certificate.',
      version: `${contract.version}.0`,
    },
    servers: [{ url: api }],
    tags: [{ name: contract.name }],
    paths,
    components: { schemas, responses: { ProblemResponse: problemResponse } },
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

/** Path of the document from the top of the repository. */
export function openApiPathOf(contract: Pick<OwnContract, 'name' | 'version'>): string {
  return `schemas/${contract.name}/v${contract.version}/openapi.json`
}

/** What stands before the resource in the paths of a contract: `/quadrivium/<apiName>/v<major>`. */
export function apiPathOf(contract: OwnContract): string {
  const [first] = contract.operations
  if (first === undefined) throw new TypeError(`contract \`${contract.name}\` has no operation`)
  return restPathOf(contract, first).split('/').slice(0, 4).join('/')
}

/** `<api>/doc/openapi.json` of every contract that is offered in REST, as Belgif wants it (rule doc-refdata). */
export function openApiUrlPathOf(contract: OwnContract): string {
  return `${apiPathOf(contract)}/doc/openapi.json`
}

function operationOf(
  contract: OwnContract,
  name: string,
  about: string,
  [request = '', reply = '']: readonly string[],
): Json {
  return {
    operationId: name,
    tags: [contract.name],
    summary: about,
    requestBody: { required: true, content: json(request) },
    responses: {
      '200': { description: 'The answer, reduced to what is granted.', content: json(reply) },
      default: { $ref: '#/components/responses/ProblemResponse' },
    },
  }
}

function json(name: string): JsonObject {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } }
}

/** Words of JSON Schema draft 7 that OpenAPI 3.0 lacks, or that Belgif does not want in a document. */
const leftOut = new Set(['$schema', '$id', '$comment', 'title', 'additionalProperties'])

/** A schema in OpenAPI's dialect; `properties` hold names, not words, and keep them all. */
function toOpenApi(schema: Json, names = false): Json {
  if (Array.isArray(schema)) return (schema as readonly Json[]).map((one) => toOpenApi(one))
  if (schema === null || typeof schema !== 'object') return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([word]) => names || !leftOut.has(word))
      .map(([word, value]) => [
        word,
        !names && word === '$ref' && typeof value === 'string'
          ? value.replace('#/definitions/', '#/components/schemas/')
          : toOpenApi(value, !names && word === 'properties'),
      ]),
  )
}

const text = { type: 'string' } as const
const uri = { type: 'string', format: 'uri' } as const

/** Problem and InputValidationIssue of Belgif, with what rest/problem.ts writes. */
const problemSchemas: JsonObject = {
  Problem: {
    type: 'object',
    required: ['type', 'title', 'status', 'instance'],
    properties: {
      type: uri,
      href: uri,
      title: text,
      status: { type: 'integer', format: 'int32', minimum: 400, maximum: 599 },
      detail: text,
      instance: uri,
      messageCode: { ...text, description: 'MSG code of the Crossroads Bank for this refusal.' },
      limit: { type: 'integer', description: 'Bytes; with payloadTooLarge.' },
      issues: { type: 'array', items: { $ref: '#/components/schemas/InputValidationIssue' } },
    },
  },
  InputValidationIssue: {
    type: 'object',
    required: ['type', 'title', 'in'],
    properties: {
      type: uri,
      href: uri,
      title: text,
      detail: text,
      in: { type: 'string', enum: ['body', 'header', 'query'] },
      name: text,
      replacedBy: { ...text, description: 'With replacedSsin, when the caller may know it.' },
    },
  },
}

const problemResponse: JsonObject = {
  description: 'A refusal.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}
