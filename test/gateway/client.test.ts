import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { enterpriseNumbers } from '../../certs-test/institutions.ts'
import { callCommand, checkNames, readCriteria } from '../../src/cli/call.ts'
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

describe('quadrivium call', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    process.exitCode = undefined
  })

  interface Ran {
    readonly out: string
    readonly err: string
    readonly exitCode: number
  }

  /** Runs the command in this process. */
  async function call(words: string, url = gateway.url): Promise<Ran> {
    const out: string[] = []
    const err: string[] = []
    let left: number | undefined
    vi.spyOn(console, 'log').mockImplementation((text: string) => void out.push(text))
    vi.spyOn(console, 'error').mockImplementation((text: string) => void err.push(text))
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0)
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0)
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      left = Number(code)
      throw new Error('left')
    })
    const args = [...words.split(' '), '--url', url, '--certs', certificates]
    try {
      await callCommand().parseAsync(args, { from: 'user' })
    } catch (error) {
      // main.ts prints what was thrown, and ends with 1
      if (left === undefined) return { out: '', err: String(error), exitCode: 1 }
    }
    return {
      out: out.join('\n'),
      err: err.join('\n'),
      exitCode: left ?? Number(process.exitCode ?? 0),
    }
  }

  const { ssin } = personas.fullTime
  const person = `PersonService consultPerson --ssin ${ssin}`

  it('ends with 0 when it is answered, and tells so in its help', async () => {
    const answered = await call(`${person} --as phare --legal-context PHARE:IDENTIFICATION`)
    expect(answered.out).toContain('DATA_FOUND')
    expect(answered.exitCode).toBe(0)
    const none =
      'DmfaConsultationService consultByWorker --as phare --criteria beginQuarter=2003Q1 endQuarter=2003Q1'
    const empty = await call(`${none} --ssin ${ssin}`)
    expect(empty.out).toContain('NO_DATA_FOUND')
    expect(empty.exitCode).toBe(0)
    const help = await call('--help')
    expect(help.out).toMatch(/Exit codes: 0 an answer.* 1 refused by .* 2 wrong usage\./)
    expect(help.exitCode).toBe(0)
  })

  it('ends with 1 when it is refused by a status or a fault', async () => {
    const status = await call(`${person} --as inspection --legal-context PHARE:IDENTIFICATION`)
    expect(status.out).toContain('NO_RESULT')
    expect(status.exitCode).toBe(1)
    const fault = await call(`${person} --as phare --customer 1999000447 --legal-context X:Y`)
    expect(fault.out).toContain('faultcode')
    expect(fault.exitCode).toBe(1)
  })

  it('takes the legal context of the mandate that the customer gave', async () => {
    const asked = await call(`${person} --as fidelis --customer 1999000150`)
    expect(asked.out).toContain('value  ')
    expect(asked.out).not.toContain('faultcode')
    expect(gateway.entries().at(-1)).toMatchObject({ legalContext: 'PHARE:SUBSIDY_QUARTER' })
  })

  it('says that it has no legal context, and for whom it might ask', async () => {
    const own = await call(`${person} --as fidelis`)
    expect(own.err).toBe(
      'quadrivium: no legal context of `fidelis` for the customer 1999000546: name one with --legal-context, ' +
        'or a customer whom it may ask for: 1999000150 (phare)',
    )
    expect(own.exitCode).toBe(2)
    const other = await call(`${person} --as atelier --customer 1999000150`)
    expect(other.err).toMatch(/for the customer 1999000150: name one with --legal-context$/)
    expect(other.exitCode).toBe(2)
  })

  it('says which services there are', async () => {
    const name = await call('Persons consultPerson --as phare --ssin 1')
    expect(name.err).toMatch(
      /^quadrivium: no service `Persons`; there are .*PersonService, .*DolsisNSSO, or a path that begins with \/$/,
    )
    expect(name.exitCode).toBe(2)
    const path = await call('/quadrivium/Persons/v1 consultPerson --as phare --ssin 1')
    expect(path.err).toBe(`quadrivium: no service /quadrivium/Persons/v1 at ${gateway.url}`)
    expect(path.exitCode).toBe(2)
    const second = await call('RetrieveTIGroupsService/v2 other --as phare')
    expect(second.err).toContain('no operation `other`; the WSDL offers retrieveTI')
  })

  it('says what to do when nothing listens', async () => {
    const called = await call(`${person} --as phare`, 'https://127.0.0.1:1')
    expect(called.err).toBe(
      'Error: nothing listens at https://127.0.0.1:1: start it with `npm start`',
    )
    expect(called.exitCode).toBe(1)
  })

  it('ends with 2 when it is used wrongly', async () => {
    const missing = await call(person)
    expect(missing.err).toContain("required option '--as <institution>' not specified")
    expect(missing.exitCode).toBe(2)
    const unknown = await call(`${person} --ass phare`)
    expect(unknown.err).toContain("unknown option '--ass'")
    expect(unknown.exitCode).toBe(2)
  })
})
