import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  changedRequests,
  checkNothingKept,
  contractsOf,
  startForChanges,
  type ChangedRequests,
} from './changed-requests.ts'

/** Of contracts that have no status, or tell what is wrong inside a document. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  TestConnectionServiceService: ['answer'],
  WebServiceConnector: ['answer', 'MSG00004'],
}

let changes: ChangedRequests
beforeAll(async () => {
  changes = await startForChanges()
})
afterAll(() => changes.close())

describe(`${changedRequests} changed requests of each published contract, signed by their sender`, () => {
  it.each(contractsOf('published'))(
    'get a signed answer or error of $name, and are told nothing else',
    async ({ service }) => {
      const seen = await changes.check(service)
      const some = kinds[service.name] ?? ['MSG00000', 'soap:Client MSG00004']
      expect([...seen]).toEqual(expect.arrayContaining(['soap:Client', ...some]))
    },
  )

  it('leave no error of our own, and no word of a sender or a register in log and journal', () => {
    expect(changes.gateway.entries().length).toBeGreaterThan(changedRequests * 0.2)
    checkNothingKept(changes.gateway)
  })
})
