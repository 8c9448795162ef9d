import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { canonicalize } from '../../src/xml/canonicalize.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { mutatedJson, mutatedXml, secret } from '../services/mutations.ts'
import { jsonHeaders, requestJson, requestXml, send, sendSigned, type Ask } from './ask.ts'
import { agentOf, startTestGateway, type TestGateway } from './gateway.ts'
import { consultationNamed, criteriaOf, employers, operations } from './questions.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.close())

const numRuns = 100

const asks: readonly Ask[] = operations.map((name) => ({
  as: 'phare',
  // one that opens the operation, as far as any does
  legalContext: /^consultBy(Worker|Employer)$|Aggregates/.test(name)
    ? 'PHARE:SUBSIDY_QUARTER'
    : /Posted|User/.test(name)
      ? 'PHARE:LIMOSA_GENDER'
      : 'PHARE:STAFF_REGISTER',
  ...consultationNamed(name),
  criteria: criteriaOf(
    name,
    { ssin: personas.fullTime.ssin, employer: employers[0]! },
    { from: '2024Q2', to: '2024Q3' },
  ),
  ticket: '1',
}))

/** As it can be signed: what is no XML is signed as it stands. */
function signable(xml: string): string {
  try {
    const tree = parseXml(new TextEncoder().encode(xml), soapLimits)
    try {
      return new TextDecoder().decode(canonicalize(tree.root))
    } finally {
      tree.dispose()
    }
  } catch (error) {
    if (error instanceof GatewayError) return xml
    throw error
  }
}

/** A fault of our contracts gives back who asks, with the ticket, as CBSSFaultType has it. */
const customerEcho = /<informationCustomer>.*?<\/informationCustomer>/s

/** What an answer says: status and code of a reply, code of a fault, or the type of a problem. */
function kindOf(text: string): string {
  const code = /<(?:code|reasonCode)>(MSG\d+)</.exec(text)?.[1]
  return code ?? /<faultcode>([^<]+)</.exec(text)?.[1] ?? /"type":"([^"]+)"/.exec(text)?.[1] ?? ''
}

describe.each(asks.map((ask) => ({ ...ask, name: `${ask.service.name} ${ask.operation.name}` })))(
  'a changed request of $name, signed by its sender',
  (ask) => {
    it('gets an answer or a refusal over SOAP, and is told nothing else', async () => {
      const kinds = new Set<string>()
      await fc.assert(
        fc.asyncProperty(mutatedXml(requestXml(ask)), async (xml) => {
          const { status, text } = await sendSigned(gateway, ask.as, ask.service, signable(xml))
          const kind = kindOf(text)
          kinds.add(kind)
          expect([200, 500]).toContain(status)
          expect(kind).toMatch(/^(MSG|soap:|wsse:)/)
          expect(kind).not.toBe('MSG00003')
          if (status === 500) expect(text.replace(customerEcho, '')).not.toContain(secret)
        }),
        { numRuns },
      )
      expect([...kinds]).toEqual(expect.arrayContaining(['MSG00004', 'soap:Client']))
    })

    it('gets an answer or a problem over REST, and is told nothing else', async () => {
      const types = new Set<string>()
      await fc.assert(
        fc.asyncProperty(mutatedJson(JSON.stringify(requestJson(ask))), async (body) => {
          const { status, text } = await send(gateway.url + ask.operation.restPath!, {
            agent: agentOf(ask.as, gateway.url),
            headers: jsonHeaders,
            body,
          })
          expect([200, 400, 403, 404]).toContain(status)
          if (status !== 200) types.add(kindOf(text))
        }),
        { numRuns },
      )
      expect([...types]).toEqual(expect.arrayContaining(['urn:problem-type:belgif:badRequest']))
    })
  },
)

describe('after all of them', () => {
  it('no error of our own, no reply beside its schema and no word of a sender was recorded', () => {
    const written = gateway.logText() + gateway.journalBytes().toString()
    expect(gateway.entries().length).toBeGreaterThan(asks.length * numRuns * 0.2)
    expect(gateway.logText()).not.toContain('internal')
    expect(gateway.logText()).not.toContain('schema')
    expect(written).not.toContain(secret)
    expect(written).not.toContain(personas.fullTime.ssin)
  })
})
