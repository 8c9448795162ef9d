import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  changedRequests,
  checkNothingKept,
  contractsOf,
  startForChanges,
  type ChangedRequests,
} from './changed-requests.ts'

let changes: ChangedRequests
beforeAll(async () => {
  changes = await startForChanges()
})
afterAll(() => changes.close())

describe(`${changedRequests} changed requests of each of our own contracts`, () => {
  it.each(contractsOf('own'))(
    'get a signed answer or error of $name, and are told nothing else',
    async ({ service }) => {
      const seen = await changes.check(service)
      const some = ['MSG00000', 'soap:Client', 'soap:Client MSG00004']
      expect([...seen]).toEqual(expect.arrayContaining(some))
    },
  )

  it.each(contractsOf('own'))(
    'get an answer or a problem of $name over REST, and are told nothing else',
    async ({ service }) => {
      const seen = await changes.checkJson(service)
      const some = ['200', 'urn:problem-type:belgif:badRequest']
      expect([...seen]).toEqual(expect.arrayContaining(some))
    },
  )

  it('leave no error of our own, and no word of a sender or a register in log and journal', () => {
    expect(changes.gateway.entries().length).toBeGreaterThan(changedRequests)
    checkNothingKept(changes.gateway)
  })
})
