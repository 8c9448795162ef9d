import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultsOf } from '../contracts/committed.ts'
import { dolsisConsultations, dolsisRequest, dolsisServices } from './dolsis-requests.ts'
import { answerInXml, mutatedXml, secret } from './mutations.ts'

describe.each(dolsisServices)('a request of $name that was changed', (service) => {
  const operations = dolsisConsultations.filter(([name]) => name === service.name)

  it('ten thousand ways never crashes, never leaks, and gets the error of the contract', () => {
    const seen = new Set<string>()
    for (const [, name, , operation] of operations) {
      fc.assert(
        fc.property(mutatedXml(dolsisRequest(service, name)), (xml) => {
          const { kind, text } = answerInXml(service, operation, xml)
          seen.add(kind)
          // faults of XML are told before anybody is known: one sentence, no detail
          if (text === '') expect(kind).toMatch(/^XML_/)
          else expect(faultsOf(service.contract, text)).toEqual([])
          const isEcho = kind === 'answer' || kind.startsWith('MSG')
          if (!isEcho) expect(text).not.toContain(secret)
        }),
        { numRuns: Math.ceil(10_000 / operations.length) },
      )
    }
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'answer',
        'CONTRACT_INVALID',
        'XML_MALFORMED',
        'MSG00008',
        'MSG00011',
      ]),
    )
  })
})
