import { describe, expect, it } from 'vitest'
import { generateOpenApi, openApiPathOf } from '../../src/generate/openapi.ts'
import { isOwn } from '../../src/services/own-contract.ts'
import { services } from '../../src/services/registry.ts'

interface OpenApi {
  readonly openapi: string
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, { readonly post: { readonly operationId: string } }>>
  readonly components: { readonly schemas: object; readonly responses: object }
}

const contracts = services.filter(isOwn).map(({ definition }) => definition)
const documents = contracts.map((one) => JSON.parse(generateOpenApi(one)) as OpenApi)

/** Every object inside a value. */
function* objectsIn(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield value as Readonly<Record<string, unknown>>
  for (const inner of Object.values(value)) yield* objectsIn(inner)
}

function resolves(document: unknown, reference: string): boolean {
  return (
    reference
      .slice(2)
      .split('/')
      .reduce<unknown>(
        (at, name) => (at as Record<string, unknown> | undefined)?.[name],
        document,
      ) !== undefined
  )
}

describe('the OpenAPI documents', () => {
  it('are OpenAPI 3.0 and lie beside the other schemas of their contract', () => {
    expect(new Set(documents.map(({ openapi }) => openapi))).toEqual(new Set(['3.0.3']))
    expect(contracts.map(openApiPathOf)).toEqual(
      contracts.map(({ name, version }) => `schemas/${name}/v${version}/openapi.json`),
    )
  })

  it('name every path that the services offer in REST', () => {
    const documented = documents.flatMap(({ servers, paths }) =>
      Object.keys(paths).map((path) => `${servers[0]!.url}${path}`),
    )
    const offered = services.flatMap(({ operations }) =>
      [...operations.values()].flatMap((one) =>
        one.kind === 'consult' ? (one.restPath ?? []) : [],
      ),
    )
    expect(documented).toEqual(offered)
  })

  it('refer only to what they hold', () => {
    for (const document of documents) {
      const references = [...objectsIn(document)].flatMap(({ $ref }) =>
        typeof $ref === 'string' ? [$ref] : [],
      )
      expect(references.length).toBeGreaterThan(5)
      expect(references.filter((one) => !resolves(document, one))).toEqual([])
    }
  })

  it('have a problem as default answer, an explicit requestBody.required and camelCase ids', () => {
    for (const { paths } of documents) {
      for (const { post } of Object.values(paths)) {
        expect(post).toMatchObject({
          requestBody: { required: true },
          responses: { default: { $ref: '#/components/responses/ProblemResponse' } },
        })
        expect(post.operationId).toMatch(/^[a-z0-9]+([A-Z]?[a-z0-9]+)*[a-zA-Z0-9]?$/)
      }
    }
  })

  it('use Belgif’s form for the names of schemas and no word that OpenAPI 3.0 lacks', () => {
    for (const { components } of documents) {
      for (const name of Object.keys(components.schemas)) {
        expect(name).toMatch(/^(?!.*[-_.])([A-Z][a-z0-9]+)*$/)
      }
      for (const schema of objectsIn(components.schemas)) {
        for (const word of ['$id', '$schema', 'definitions', 'additionalProperties', 'const']) {
          expect(Object.keys(schema)).not.toContain(word)
        }
      }
    }
  })
})
