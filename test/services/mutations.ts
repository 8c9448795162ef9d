/** Changes of a valid request, and what a service makes of the result: never anything but an answer or the contract's own refusal. */
import { readCivilDate } from '../../src/base/civil-date.ts'
import fc from 'fast-check'
import { expect } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import { problemOf, type Problem } from '../../src/rest/problem.ts'
import { readQuery } from '../../src/rest/query.ts'
import type { ConsultOperation, PreparedConsultation, Service } from '../../src/services/operation.ts' // prettier-ignore
import { findRefusalStatus } from '../../src/services/statuses.ts'
import { writeFault } from '../../src/soap/fault.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { readElement } from '../../src/xml/read-element.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { contracts, faultsOf } from '../contracts/committed.ts'
import { parts } from './exchange-parts.ts'

/** A text that only the request holds. */
export const secret = 'Zq7SecretOfTheSender'

const xmlTexts = [
  secret,
  '<',
  '&amp;',
  '<x/>',
  `<ssin>${secret}</ssin>`,
  ' ',
  '9'.repeat(40),
  '\u{1F600}',
  '<!-- -->',
  '<![CDATA[1]]>',
  'xsi:nil="true"',
]
const jsonTexts = [
  secret,
  `"${secret}"`,
  '"',
  ',',
  '\\u0000',
  'null',
  '[]',
  `{"ssin":"${secret}"}`,
  '9'.repeat(40),
  '-0.1e9',
  '\u{1F600}',
]

/** Characters taken away, doubled or put in; leaves taken away, doubled or given another value. */
const mutationOf = (texts: readonly string[]) =>
  fc.record({
    kind: fc.constantFrom('cut', 'double', 'insert', 'leaf away', 'leaf twice', 'value', 'digit'),
    at: fc.nat({ max: 2000 }),
    length: fc.integer({ min: 1, max: 12 }),
    text: fc.constantFrom(...texts),
  })

type Mutation = ReturnType<typeof mutationOf> extends fc.Arbitrary<infer M> ? M : never

/** How a leaf looks and is written in a form of requests; a comma belongs to the leaf before it. */
interface Form {
  readonly leaf: RegExp
  readonly write: (name: string, text: string) => string
}

const xmlForm: Form = {
  leaf: /<(\w+)>[^<]*<\/\1>/g,
  write: (name, text) => `<${name}>${text}</${name}>`,
}
const jsonForm: Form = {
  leaf: /"(\w+)":(?:"[^"]*"|\d+|\["[^"]*"\]),?/g,
  write: (name, text) => `"${name}":${text}`,
}

function mutate(request: string, { kind, at, length, text }: Mutation, form: Form): string {
  const place = at % Math.max(request.length, 1)
  const leaves = [...request.matchAll(form.leaf)]
  const leaf = leaves[at % Math.max(leaves.length, 1)]
  switch (kind) {
    case 'cut':
      return request.slice(0, place) + request.slice(place + length)
    case 'double':
      return request.slice(0, place + length) + request.slice(place)
    case 'insert':
      return request.slice(0, place) + text + request.slice(place)
    case 'leaf away':
      return leaf === undefined ? request : request.replace(leaf[0], () => '')
    case 'leaf twice':
      return leaf === undefined ? request : request.replace(leaf[0], (one) => one + one)
    case 'value': {
      if (leaf === undefined) return request
      const comma = leaf[0].endsWith(',') ? ',' : ''
      return request.replace(leaf[0], () => form.write(leaf[1]!, text) + comma)
    }
    case 'digit': {
      const digits = [...request.matchAll(/\d/g)]
      const { index } = digits[at % Math.max(digits.length, 1)] ?? { index: 0 }
      return request.slice(0, index) + String(length % 10) + request.slice(index + 1)
    }
  }
}

const mutated = (request: string, texts: readonly string[], form: Form) =>
  fc
    .array(mutationOf(texts), { minLength: 1, maxLength: 3 })
    .map((mutations) => mutations.reduce((one, mutation) => mutate(one, mutation, form), request))

/** A request in XML, changed in one to three places. */
export const mutatedXml = (request: string): fc.Arbitrary<string> =>
  mutated(request, xmlTexts, xmlForm)

/** A request in JSON, changed in one to three places. */
export const mutatedJson = (request: string): fc.Arbitrary<string> =>
  mutated(request, jsonTexts, jsonForm)

/** The status under which criteria are refused; undefined when a question can be made of them. */
function refusalOf(prepared: PreparedConsultation): ReturnType<typeof findRefusalStatus> {
  const { invalid } = prepared
  if (invalid !== undefined) return findRefusalStatus(invalid)
  prepared.ask({ sources: [], after: undefined, on: readCivilDate('2026-03-02')! })
  return undefined
}

/**
 * What becomes of a body child: `answer`, the code of the status it is refused under, or the code of the fault, each with what is written.
 * Anything that is no GatewayError is thrown on.
 */
export function answerInXml(
  service: Service,
  operation: ConsultOperation,
  xml: string,
): { readonly kind: string; readonly text: string } {
  const { informationCbss } = parts()
  try {
    const tree = parseXml(new TextEncoder().encode(xml), soapLimits)
    try {
      contracts.xml(service.contract).check(tree.root.toLibxml2())
      const prepared = operation.prepareXml(readElement(tree.root))
      const status = refusalOf(prepared)
      const text = prepared.writeXml(parts({ ...(status && { status }) }))
      return { kind: status?.code ?? 'answer', text }
    } finally {
      tree.dispose()
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    const fault = writeFault({
      code: error.code,
      soapVersion: '1.1',
      faultElement: {
        namespace: service.namespace,
        name: service.faultElement(operation.name)!,
      },
      informationCustomer: {
        customerIdentification: { kind: 'cbeNumber', cbeNumber: '0884303369' },
      },
      informationCbss,
      information: error.information,
      ...(service.faultForm && { form: service.faultForm }),
    })
    return { kind: error.code, text: /<detail>(<v1:.*)<\/detail>/.exec(fault)?.[1] ?? '' }
  }
}

/**
 * Checks that requests changed in ten thousand ways get an answer, or an error of the contract that says nothing of them. Gives the kinds
 * of answers that were seen.
 */
export function checkMutatedXml(
  service: Service,
  operation: ConsultOperation,
  request: string,
  numRuns = 10_000,
): readonly string[] {
  const seen = new Set<string>()
  fc.assert(
    fc.property(mutatedXml(request), (xml) => {
      const { kind, text } = answerInXml(service, operation, xml)
      seen.add(kind)
      // faults of XML are told before anybody is known: one sentence, no detail
      if (text === '') expect(kind).toMatch(/^XML_/)
      else expect(faultsOf(service.contract, text)).toEqual([])
      const isEcho = kind === 'answer' || kind.startsWith('MSG')
      if (!isEcho) expect(text).not.toContain(secret)
    }),
    { numRuns },
  )
  return [...seen]
}

/** The same over REST; kinds are `answer`, the code of a status, or the HTTP status of a problem. */
export function checkMutatedJson(
  service: Service,
  operation: ConsultOperation,
  request: string,
): readonly string[] {
  const seen = new Set<string>()
  const check = contracts.jsonRequest(service.contract, operation.name)
  fc.assert(
    fc.property(mutatedJson(request), (json) => {
      try {
        const prepared = operation.prepareJson(readQuery(new TextEncoder().encode(json), check))
        const status = refusalOf(prepared)
        prepared.writeJson(parts({ ...(status && { status }) }))
        seen.add(status?.code ?? 'answer')
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error
        const problem = problemOf(error, { ticket: 'T', callerProven: true, language: 'en' })
        expect(problem.status).toBe(400)
        expect(JSON.stringify(withoutNames(problem))).not.toContain(secret)
        seen.add(String(problem.status))
      }
    }),
    { numRuns: 10_000 },
  )
  return [...seen]
}

/** Names of members that the contract has not are repeated (Belgif unknownInput), values never. */
const withoutNames = ({ issues, ...problem }: Problem) => ({
  ...problem,
  issues: issues?.map((issue) => ({ ...issue, name: '' })),
})
