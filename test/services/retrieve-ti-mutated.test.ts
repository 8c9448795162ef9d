import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import type { ConsultOperation } from '../../src/services/operation.ts'
import {
  retrieveTiGroupsService1,
  retrieveTiGroupsService2,
} from '../../src/services/retrieve-ti-groups/service.ts'
import { findRefusalStatus } from '../../src/services/statuses.ts'
import { writeFault } from '../../src/soap/fault.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { readElement } from '../../src/xml/read-element.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { contracts, faultsOf } from '../contracts/committed.ts'
import { parts } from './exchange-parts.ts'

const secret = 'Zq7SecretOfTheSender'

/** Changes of one request: characters taken away, doubled or put in, elements taken away, doubled or swapped. */
const mutation = fc.record({
  kind: fc.constantFrom(
    'cut',
    'double',
    'insert',
    'element away',
    'element twice',
    'value',
    'digit',
  ),
  at: fc.nat({ max: 2000 }),
  length: fc.integer({ min: 1, max: 12 }),
  text: fc.constantFrom(
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
  ),
})

type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never

function mutate(xml: string, { kind, at, length, text }: Mutation): string {
  const place = at % xml.length
  const elements = [...xml.matchAll(/<(\w+)>[^<]*<\/\1>/g)]
  const element = elements[at % Math.max(elements.length, 1)]
  switch (kind) {
    case 'cut':
      return xml.slice(0, place) + xml.slice(place + length)
    case 'double':
      return xml.slice(0, place + length) + xml.slice(place)
    case 'insert':
      return xml.slice(0, place) + text + xml.slice(place)
    case 'element away':
      return element === undefined ? xml : xml.replace(element[0], '')
    case 'element twice':
      return element === undefined ? xml : xml.replace(element[0], element[0] + element[0])
    case 'digit': {
      const digits = [...xml.matchAll(/\d/g)]
      const { index } = digits[at % Math.max(digits.length, 1)] ?? { index: 0 }
      return xml.slice(0, index) + String(length % 10) + xml.slice(index + 1)
    }
    case 'value':
      return element === undefined
        ? xml
        : xml.replace(element[0], `<${element[1]}>${text}</${element[1]}>`)
  }
}

describe.each([retrieveTiGroupsService1, retrieveTiGroupsService2])(
  'a request of RetrieveTIGroups that was changed (version $version)',
  (service) => {
    const { version, namespace, contract } = service
    const operation = service.operations.get('retrieveTIGroupsRequest') as ConsultOperation
    const request =
      `<v:retrieveTIGroupsRequest xmlns:v="${namespace}"><informationCustomer><ticket>1</ticket>` +
      '<timestampSent>2026-03-02T09:15:00.120+01:00</timestampSent>' +
      '<customerIdentification><cbeNumber>0884303369</cbeNumber></customerIdentification>' +
      '</informationCustomer><legalContext>social issues</legalContext>' +
      '<searchInformation><ssin>81120103571</ssin><language>fr</language><history>true</history>' +
      '</searchInformation></v:retrieveTIGroupsRequest>'

    /** What happens to a body child from its bytes to its answer: never anything but our own refusal. */
    function answerOf(xml: string): { kind: string; text: string } {
      const customer = { kind: 'cbeNumber', cbeNumber: '0884303369' } as const
      const { informationCbss } = parts()
      try {
        const tree = parseXml(new TextEncoder().encode(xml), soapLimits)
        try {
          contracts.xml(contract).check(tree.root.toLibxml2())
          const prepared = operation.prepareXml(readElement(tree.root))
          const { invalid } = prepared
          const status = invalid && findRefusalStatus(invalid)
          if (invalid === undefined) prepared.ask({ sources: [], after: undefined })
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
          faultElement: { namespace, name: service.faultElement('retrieveTI')! },
          informationCustomer: { customerIdentification: customer },
          informationCbss,
          information: error.information,
          form: service.faultForm!,
        })
        return { kind: error.code, text: /<detail>(<v1:.*)<\/detail>/.exec(fault)?.[1] ?? '' }
      }
    }

    it('ten thousand ways never crashes, never leaks, and gets the error of the contract', () => {
      const seen = new Set<string>()
      fc.assert(
        fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
          const { kind, text } = answerOf(mutations.reduce(mutate, request))
          seen.add(kind)
          // faults of XML are told before anybody is known: one sentence, no detail
          if (text === '') expect(kind).toMatch(/^XML_/)
          else expect(faultsOf(contract, text)).toEqual([])
          const isEcho = kind === 'answer' || kind.startsWith('MSG')
          if (!isEcho) expect(text).not.toContain(secret)
        }),
        { numRuns: 10_000 },
      )
      expect([...seen]).toEqual(
        expect.arrayContaining([
          'answer',
          'CONTRACT_INVALID',
          'XML_MALFORMED',
          version === 1 ? 'MSG00008' : 'MSG00011',
        ]),
      )
    })
  },
)
