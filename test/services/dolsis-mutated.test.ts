import { describe, expect, it } from 'vitest'
import { dolsisConsultations, dolsisRequest, dolsisServices } from './dolsis-requests.ts'
import { checkMutatedXml } from './mutations.ts'

describe.each(dolsisServices)('a request of $name that was changed', (service) => {
  const operations = dolsisConsultations.filter(([name]) => name === service.name)

  it('ten thousand ways never crashes, never leaks, and gets the error of the contract', () => {
    const seen = new Set<string>()
    for (const [, name, , operation] of operations) {
      const request = dolsisRequest(service, name)
      const numRuns = Math.ceil(10_000 / operations.length)
      for (const kind of checkMutatedXml(service, operation, request, numRuns)) seen.add(kind)
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
