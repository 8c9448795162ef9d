import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkNames } from '../../src/cli/call.ts'
import { loadIdentity, SignedClient } from '../../src/cli/signed-client.ts'
import { certificates } from '../gateway-process.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.close())

async function describeOperation(path: string, operation: string) {
  const client = await SignedClient.open(gateway.url + path, loadIdentity(certificates, 'phare'))
  try {
    return client.describe(operation)
  } finally {
    client.close()
  }
}

describe('the client of quadrivium call', () => {
  const dmfa = '/quadrivium/DmfaConsultationService/v1'

  it('reads from the WSDL what an operation is asked by', async () => {
    expect(await describeOperation(dmfa, 'consultByEmployer')).toEqual({
      hasEnvelope: true,
      criteria: ['nssoNumber', 'quarter', 'offset', 'maxResults'],
    })
    const test = '/TestConnectionServiceService/sendTestMessage'
    expect(await describeOperation(test, 'sendTestMessage')).toEqual({
      hasEnvelope: false,
      criteria: ['echo'],
    })
  })

  it('names the operations when it is given another one', async () => {
    await expect(describeOperation(dmfa, 'consult')).rejects.toThrow(
      'no operation `consult`; the WSDL offers consultByWorker, consultByEmployer, consultAggregates',
    )
  })

  it('names the criteria when it is given none, or another one', () => {
    const offered = ['nssoNumber', 'quarter']
    expect(() => checkNames('consult', [], offered)).toThrow(
      'no criteria given; consult takes nssoNumber, quarter',
    )
    expect(() => checkNames('consult', ['ssin', 'quarter', 'year'], offered)).toThrow(
      'no criterion `ssin`, `year`; consult takes nssoNumber, quarter',
    )
    expect(() => checkNames('consult', ['quarter'], offered)).not.toThrow()
  })
})
