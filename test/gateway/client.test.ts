import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enterpriseNumbers } from '../../certs-test/institutions.ts'
import { checkNames, readCriteria } from '../../src/cli/call.ts'
import { loadIdentity, SignedClient } from '../../src/cli/signed-client.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { certificates } from '../gateway-process.ts'
import { employers } from './questions.ts'
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

  it('asks by a criterion that is given several times', async () => {
    const path = '/quadrivium/PersonnelFileService/v1'
    expect((await describeOperation(path, 'wasActive')).criteria).toEqual([
      'nssoNumber',
      'ssin',
      'beginDate',
      'endDate',
    ])
    const asked = [personas.fullTime.ssin, personas.student.ssin]
    const criteria = readCriteria({
      criteria: [
        `nssoNumber=${employers[0]}`,
        ...asked.map((ssin) => `ssin=${ssin}`),
        'beginDate=2024-03-01',
        'endDate=2024-03-01',
      ],
    })
    expect(readCriteria({ ssin: asked[0]!, criteria: ['quarter=2024Q1'] })).toEqual({
      ssin: asked[0],
      quarter: '2024Q1',
    })
    expect(() => readCriteria({ criteria: ['quarter'] })).toThrow('name=value, not `quarter`')
    const client = await SignedClient.open(gateway.url + path, loadIdentity(certificates, 'phare'))
    try {
      const customerIdentification = { cbeNumber: enterpriseNumbers.phare }
      const reply = await client.call('wasActive', {
        informationCustomer: { customerIdentification },
        legalContext: 'PHARE:STAFF_REGISTER',
        criteria,
      })
      expect(reply.value).toMatchObject({
        result: {
          activity: [
            { ssin: asked[0], active: 'true' },
            { ssin: asked[1], active: 'false' },
          ],
        },
      })
    } finally {
      client.close()
    }
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
