import Ajv from 'ajv'
import { describe, expect, it } from 'vitest'
import type { GatewayError } from '../../src/base/errors.ts'
import { services } from '../../src/services/registry.ts'
import { InvalidInput } from '../../src/rest/problem.ts'
import {
  answerHeaders,
  checkHead,
  healthAnswer,
  readQuery,
  type CheckJson,
} from '../../src/rest/query.ts'

const ticket = '0b9e7b0a-55c6-4f0e-9d2c-3b8c1c3f6a11'

const validate = new Ajv.default({ allErrors: true }).compile({
  type: 'object',
  required: ['legalContext', 'criteria'],
  additionalProperties: false,
  properties: {
    legalContext: { type: 'string' },
    criteria: {
      type: 'object',
      required: ['ssin'],
      additionalProperties: false,
      properties: {
        ssin: { type: 'string', pattern: '^\\d{11}$' },
        quarters: { type: 'array', items: { type: 'string', pattern: '^\\d{5}$' } },
      },
    },
  },
})
const check: CheckJson = (body) => (validate(body) ? [] : (validate.errors ?? []))

const read = (text: string) => readQuery(Buffer.from(text), check)

function issuesOf(act: () => unknown) {
  try {
    act()
  } catch (error) {
    if (error instanceof InvalidInput) {
      return error.issues.map(({ type, name, in: place, detail }) => ({
        type: type.split(':').at(-1),
        in: place,
        name,
        detail: detail?.en,
      }))
    }
    throw error
  }
  return undefined
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act()
  } catch (error) {
    return (error as GatewayError).code
  }
  return undefined
}

describe('paths of the services in REST', () => {
  const paths = services.flatMap(({ operations }) =>
    [...operations.values()].flatMap((one) => (one.kind === 'consult' ? (one.restPath ?? []) : [])),
  )

  it('are named after the service, with the major version and a plural resource', () => {
    expect(paths).toContain('/quadrivium/person/v1/persons/query')
    expect(paths).toContain('/quadrivium/dmfaConsultation/v1/workerDeclarations/query')
  })

  it('follow Belgif’s own expression for the part before the resource', () => {
    for (const path of paths) {
      expect(path.replace(/\/\w+\/query$/, '')).toMatch(
        /^(\/[A-Za-z0-9]*)*(\/[a-z0-9]+([A-Z]?[a-z0-9]+)*)+\/v[0-9]+$/,
      )
    }
  })
})

describe('checkHead', () => {
  const head = (headers: Record<string, string>, queryNames: string[] = []) =>
    codeOf(() => checkHead({ headers, queryNames }))

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
  ])('accepts the content type %s', (type) =>
    expect(head({ 'content-type': type })).toBeUndefined(),
  )

  it.each([
    '',
    'text/json',
    'application/xml',
    'application/json; charset=iso-8859-1',
    'application/jsonp',
  ])('refuses the content type `%s`', (type) =>
    expect(head({ 'content-type': type })).toBe('MEDIA_TYPE'),
  )

  it('refuses a missing content type and a compressed body', () => {
    expect(head({})).toBe('MEDIA_TYPE')
    expect(head({ 'content-type': 'application/json', 'content-encoding': 'gzip' })).toBe(
      'MEDIA_TYPE',
    )
  })

  it.each([
    ['application/json', undefined],
    ['*/*', undefined],
    ['text/html, application/*;q=0.8', undefined],
    ['application/xml', 'NOT_ACCEPTABLE'],
    ['application/json;q=0', 'NOT_ACCEPTABLE'],
    ['text/html', 'NOT_ACCEPTABLE'],
  ])('for Accept `%s` gives %s', (accept, code) =>
    expect(head({ 'content-type': 'application/json', accept })).toBe(code),
  )

  it('names each unknown query parameter', () => {
    const issues = issuesOf(() =>
      checkHead({ headers: { 'content-type': 'application/json' }, queryNames: ['ssin', 'x'] }),
    )
    expect(issues).toEqual([
      { type: 'unknownInput', in: 'query', name: 'ssin', detail: 'Input is unknown' },
      { type: 'unknownInput', in: 'query', name: 'x', detail: 'Input is unknown' },
    ])
  })
})

describe('readQuery', () => {
  it('gives the value of a valid body', () => {
    const body = { legalContext: 'X', criteria: { ssin: '12345678901', quarters: ['20261'] } }
    expect(read(JSON.stringify(body))).toEqual(body)
  })

  it('tells all faults at once, by dotted path, without a value', () => {
    const body = {
      legalContext: 5,
      more: 1,
      criteria: { quarters: ['20261', 'secret'], 'a/b': 'secret' },
    }
    const issues = issuesOf(() => read(JSON.stringify(body)))
    const rule = (keyword: string) => `Input breaks the rule ${keyword} of the schema`
    expect(issues).toHaveLength(5)
    expect(issues).toEqual(
      expect.arrayContaining([
        { type: 'unknownInput', in: 'body', name: 'more', detail: 'Input is unknown' },
        { type: 'unknownInput', in: 'body', name: 'criteria.a/b', detail: 'Input is unknown' },
        { type: 'schemaViolation', in: 'body', name: 'legalContext', detail: rule('type') },
        { type: 'schemaViolation', in: 'body', name: 'criteria.ssin', detail: rule('required') },
        {
          type: 'schemaViolation',
          in: 'body',
          name: 'criteria.quarters[1]',
          detail: rule('pattern'),
        },
      ]),
    )
    expect(JSON.stringify(issues)).not.toContain('secret')
  })

  it.each(['', '{', '{"a":1,}', '\ufeff{}', 'undefined'])('refuses `%s` as no JSON', (text) =>
    expect(issuesOf(() => read(text))).toEqual([
      { type: 'schemaViolation', in: 'body', name: undefined, detail: 'JSON syntax error' },
    ]),
  )

  it('refuses bytes that are no UTF-8', () => {
    const bytes = Buffer.from([0x22, 0xc3, 0x28, 0x22])
    expect(issuesOf(() => readQuery(bytes, () => []))?.[0]?.detail).toBe('JSON syntax error')
  })

  it('refuses a body that is no object, without a name', () => {
    expect(issuesOf(() => read('[]'))).toEqual([
      {
        type: 'schemaViolation',
        in: 'body',
        name: undefined,
        detail: 'Input breaks the rule type of the schema',
      },
    ])
  })
})

describe('answerHeaders', () => {
  it('gives the ticket as trace id, the caller’s own beside it, and forbids storing', () => {
    expect(answerHeaders(ticket, 'abc-1')).toEqual({
      'BelGov-Trace-Id': ticket,
      'BelGov-Related-Trace-Id': 'abc-1',
      'Cache-Control': 'no-store, max-age=0',
      'X-Content-Type-Options': 'nosniff',
    })
  })

  it.each([undefined, '', 'x'.repeat(37), 'a b', 'a\r\nSet-Cookie: x', ticket])(
    'leaves out %s as related trace id',
    (value) => expect(answerHeaders(ticket, value)).not.toHaveProperty('BelGov-Related-Trace-Id'),
  )
})

describe('healthAnswer', () => {
  it.each([
    ['UP', 200],
    ['DEGRADED', 200],
    ['DOWN', 503],
  ] as const)('answers %s with %i', (status, http) =>
    expect(healthAnswer(status)).toEqual({ status: http, body: `{"status":"${status}"}` }),
  )
})
