import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valuePaths } from '../../src/registers/catalogue.ts'
import { personService } from '../../src/services/person/service.ts'
import type { ConsultOperation } from '../../src/services/operation.ts'
import { webServiceConnector } from '../../src/services/ssdn/service.ts'
import { personas } from '../../src/synthetic/personas.ts'
import {
  carriedBy,
  carrying,
  faultsOfReply,
  manageAccess,
  personData,
  referenceManager,
  serviceRequest,
  ssdnRequest,
  summariesOf,
  userId,
  type ManageAccess,
  type Said,
} from '../services/ssdn-parts.ts'
import { askSoap, readBody, send, signAs, textIn, xmlHeaders, type Answer } from './ask.ts'
import { agentOf, startTestGateway, type InstitutionRow, type TestGateway } from './gateway.ts'
import { writeDeliberations } from './grants.ts'

let gateway: TestGateway

const folder = mkdtempSync(join(tmpdir(), 'quadrivium-ssdn-'))

/** Everything of the catalogue is granted to inspection for ReferenceManager. */
const withEverything = (row: InstitutionRow): InstitutionRow =>
  row.id !== 'inspection'
    ? row
    : {
        ...row,
        legalContexts: [...row.legalContexts, 'TEST:EVERYTHING'],
        contractContexts: {
          'WebServiceConnector/v1': { 'ReferenceManager.consult': 'TEST:EVERYTHING' },
        },
      }

beforeAll(async () => {
  writeDeliberations(folder, 'inspection', { 'TEST:EVERYTHING': valuePaths })
  gateway = await startTestGateway({
    deliberations: folder,
    institutions: (rows) => rows.map(withEverything),
  })
})

afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

const { notIntegrated, fullTime } = personas

function post(as: string, bytes: Buffer): Promise<Answer> {
  return send(gateway.url + webServiceConnector.path, {
    agent: agentOf(as, gateway.url),
    headers: { ...xmlHeaders, SOAPAction: `"${webServiceConnector.soapAction('sendXML')}"` },
    body: bytes,
  })
}

/** The document that answers one, whose signature and schemas hold. */
async function ask(requests: string, said: Said = {}, as = 'phare'): Promise<string> {
  const answer = await post(as, signAs(as, carrying(ssdnRequest(requests, said))))
  expect(answer.status).toBe(200)
  const { xml } = readBody(answer)
  expect(faultsOfReply(xml)).toEqual([])
  return carriedBy(xml)
}

const of = (given: Partial<ManageAccess> = {}) =>
  manageAccess({ ssin: notIntegrated.ssin, ...given })

async function statusOfPerson(): Promise<string | undefined> {
  const operation = personService.operations.get('consultPersonRequest') as ConsultOperation
  const answer = await askSoap(gateway, {
    as: 'phare',
    service: personService,
    operation,
    legalContext: 'PHARE:IDENTIFICATION',
    criteria: { ssin: notIntegrated.ssin },
  })
  return textIn(readBody(answer).xml, 'code')
}

describe('ManageAccess', () => {
  it('makes a person consultable who was not integrated, and takes that back', async () => {
    expect(await statusOfPerson()).toBe('MSG00012')
    const registered = await ask(of())
    expect(summariesOf(registered)).toEqual(['YES', 'YES'])
    const lines = [...registered.matchAll(/<ns3:Registrations>(.*?)<\/ns3:Registrations>/g)]
    expect(lines.map(([, text]) => text)).toEqual(
      ['PRIMARY', 'SECONDARY'].map(
        (register) =>
          '<ns3:Purpose>10</ns3:Purpose><ns3:Period><ns2:StartDate>2026-01-01</ns2:StartDate></ns3:Period>' +
          `<ns3:OrgUnit>91</ns3:OrgUnit><ns3:Register>${register}</ns3:Register>`,
      ),
    )
    expect(await statusOfPerson()).toBe('MSG00000')
    const listed = await ask(of({ action: 'LIST', purpose: undefined, register: 'PRIMARY' }))
    expect(listed.match(/<ns3:Registrations>/g)).toHaveLength(1)
    expect(listed).toContain('<ns3:Action>LIST</ns3:Action><ns3:Register>PRIMARY</ns3:Register>')
    const other = await ask(of({ action: 'LIST', purpose: undefined, sector: '17' }))
    expect([summariesOf(other), other.includes('Registrations')]).toEqual([['YES', 'YES'], false])
    const gone = await ask(of({ action: 'UNREGISTER' }))
    expect([summariesOf(gone), gone.includes('Registrations')]).toEqual([['YES', 'YES'], false])
    expect(await statusOfPerson()).toBe('MSG00012')
  })

  it('writes nothing without a proof of identity that matches, whoever the number is', async () => {
    const refused = [
      of({ proof: personData('Berclivaux', '1995-10-11') }),
      of({ proof: personData('Bercliveau', '1995-10-10') }),
      of({ proof: personData('Berclivaux', '1995-10-10', 'Théo') }),
      of({ proof: '<IdentityCardNumber>591234567890</IdentityCardNumber>' }),
      of({ action: 'UNREGISTER', proof: personData('Berclivaux', '1995-10-11') }),
    ]
    for (const one of refused) {
      const reply = await ask(one)
      expect(summariesOf(reply)).toEqual(['NO 30000001', 'NO MSG00008'])
      expect(textIn(reply, 'FieldName')).toBe('ProofOfAuthentication')
      expect(reply).not.toContain('ManageAccessReply')
    }
    expect(await statusOfPerson()).toBe('MSG00012')
    const matching = of({
      proof: personData('BERCLIVAUX', '1995-10-10', 'Thomas'),
      until: '2026-01-31',
    })
    expect(summariesOf(await ask(matching))).toEqual(['YES', 'YES'])
    expect(await statusOfPerson()).toBe('MSG00012')
    await ask(of({ action: 'UNREGISTER' }))
  })

  it('tells what is missing or wrong by the codes of the list', async () => {
    const cases = [
      [of({ purpose: undefined }), '31000007', 'Purpose'],
      [of({ proof: '' }), '31000007', 'ProofOfAuthentication'],
      [of({ purpose: '999' }), 'MSG00008', 'Purpose'],
      [of({ from: '2026-02-01', until: '2026-01-31' }), 'MSG00008', 'Period'],
      [of({ ssin: '95101099194' }), 'MSG00011', 'SSIN'],
    ] as const
    for (const [request, code, field] of cases) {
      const reply = await ask(request)
      expect(summariesOf(reply)).toEqual(['NO 30000001', `NO ${code}`])
      expect(textIn(reply, 'FieldName')).toBe(field)
    }
  })

  it('is for persons of the population only', async () => {
    const { ssin, lastName, birthDate } = personas.posted
    const reply = await ask(manageAccess({ ssin, proof: personData(lastName, birthDate) }))
    expect(summariesOf(reply)).toEqual(['NO 30000001', 'NO MSG00012'])
  })

  it('is made once by a message that is asked again', async () => {
    const message = signAs('phare', carrying(ssdnRequest(of({ purpose: '20' }))))
    const [first, second] = [await post('phare', message), await post('phare', message)]
    expect(second.text).toBe(first.text)
    await ask(of({ action: 'UNREGISTER', purpose: '20' }))
  })

  it('is recorded: who asked, which action, and about whom, as digests', async () => {
    const mark = gateway.mark()
    await ask(of({ until: '2026-01-02' }) + of({ action: 'LIST', purpose: undefined }))
    const entries = gateway.entries(mark)
    expect(entries.map(({ kind, operation }) => [kind, operation])).toEqual([
      ['opened', 'sendXML'],
      ['granted', 'OCMWCPASManageAccess.REGISTER'],
      ['answered', undefined],
      ['granted', 'OCMWCPASManageAccess.LIST'],
      ['answered', undefined],
      ['answered', undefined],
    ])
    const [opened, granted] = entries
    const tickets = entries.map(({ ticket }) => ticket.replace(opened!.ticket, ''))
    expect(tickets).toEqual(['', '/1', '/1', '/2', '/2', ''])
    expect(granted).toMatchObject({ legalContext: 'PHARE:IDENTIFICATION', beneficiary: 'phare' })
    for (const digest of [opened!.user, granted!.user, granted!.subject]) {
      expect(digest).toMatch(/^[\da-f]{64}$/)
    }
    expect([opened!.message, granted!.message]).toEqual([
      expect.stringMatching(/^[\da-f]{64}$/),
      undefined,
    ])
    await ask(of({ action: 'UNREGISTER' }))
    const kept = gateway.journalBytes().toString() + gateway.logText()
    for (const text of [userId, notIntegrated.ssin, 'example.org', 'Berclivaux']) {
      expect(kept).not.toContain(text)
    }
  })
})

describe('ReferenceManager', () => {
  it('is refused where no deliberation grants what it tells', async () => {
    const reply = await ask(referenceManager({ ssin: fullTime.ssin }))
    expect(summariesOf(reply)).toEqual(['NO 30000001', 'NO MSG00027'])
  })

  it('tells which sectors know a person, in which quality and when', async () => {
    const inspection = { orgUnit: '1999000447', matrixId: '94' }
    const { ssin } = fullTime
    const consult = (given: Partial<Parameters<typeof referenceManager>[0]> = {}) =>
      ask(referenceManager({ ssin, ...given }), inspection, 'inspection')
    const all = await consult()
    expect(summariesOf(all)).toEqual(['YES', 'YES'])
    const [first, ...others] = all.match(/<ns3:Consultation>.*?<\/ns3:Consultation>/g)!
    expect(first).toBe(
      '<ns3:Consultation><ns3:Sector>91</ns3:Sector><ns3:QualityCode>0</ns3:QualityCode><ns3:Period>' +
        '<ns2:StartDate>2014-07-01</ns2:StartDate></ns3:Period><ns3:SectorDescriptionNl>eHealth</ns3:SectorDescriptionNl>' +
        '<ns3:SectorDescriptionFr>eHealth</ns3:SectorDescriptionFr></ns3:Consultation>',
    )
    expect(others).toHaveLength(3)
    const combination = (sector: number, ...qualities: number[]) =>
      `<SectorQualityCodesCombination><Sector>${sector}</Sector>` +
      `${qualities.map((one) => `<QualityCodes>${one}</QualityCodes>`).join('')}</SectorQualityCodesCombination>`
    const sectorsOf = (reply: string) => reply.match(/(?<=<ns3:Sector>)\d+/g)
    const some = await consult({ combinations: combination(92) + combination(93, 10, 0) })
    expect(sectorsOf(some)).toEqual(['92', '93'])
    const bare = await consult({ combinations: combination(92, 0), descriptions: 'false' })
    expect([sectorsOf(bare), bare.includes('Description')]).toEqual([['92'], false])
    const none = await consult({ combinations: combination(92, 10) })
    expect(summariesOf(none)).toEqual(['WARNING 20000001', 'WARNING MSG00100'])
    const before = await consult({ from: '2000-01-01', to: '2014-06-30' })
    expect(summariesOf(before)).toEqual(['WARNING 20000001', 'WARNING MSG00100'])
  })
})

describe('an SSDN message', () => {
  it('answers each of its requests, and tells the worst of them outside', async () => {
    const unknown = serviceRequest('OCMWCPASHealthInsurance', '20070509', '<x xmlns="urn:x"/>')
    const broken = of().replace('REGISTER', 'ENREGISTRER')
    const foreign = of().replace('OCMWCPASManageAccess', 'ReferenceManager.consult').replace('20050930', '20050525') // prettier-ignore
    const reply = await ask(of({ action: 'LIST' }) + unknown + broken + foreign)
    expect(summariesOf(reply)).toEqual([
      'NO 30000001',
      'YES',
      'NO MSG00025',
      'NO MSG00004',
      'NO MSG00004',
    ])
    const [context] = reply.split('</ReplyContext>')
    expect(context).toMatch(
      /<Message><Reference>ref 1<\/Reference><Ticket>[A-F\d]{15}<\/Ticket><TimeRequest>20260302T091500<\/TimeRequest><TimeReceive>\d{8}T\d{6}<\/TimeReceive><TimeResponse>\d{8}T\d{6}</,
    )
    expect(context).toContain(`<UserID>${userId}</UserID><Email>a.b@example.org</Email>`)
  })

  it('that is not valid gets the error of the contract, and a fault only what SOAP refuses', async () => {
    const wrong = [
      ['not XML', 'Hello <world>'],
      ['a document type', '<!DOCTYPE a><a/>'],
      ['another document', '<a/>'],
      ['no user', ssdnRequest(of()).replace(/<AuthorizedUser>.*<\/AuthorizedUser>/, '')],
      ['no request', ssdnRequest('')],
      ['too many requests', ssdnRequest(of({ action: 'LIST' }).repeat(31))],
    ] as const
    for (const [what, document] of wrong) {
      const mark = gateway.mark()
      const answer = await post('phare', signAs('phare', carrying(document)))
      const { xml } = readBody(answer)
      expect([what, answer.status, faultsOfReply(xml)]).toEqual([what, 200, []])
      expect([what, summariesOf(carriedBy(xml))]).toEqual([what, ['NO MSG00004']])
      expect(gateway.entries(mark).map(({ kind, code }) => [kind, code])).toEqual([
        ['refused', 'CONTRACT_INVALID'],
      ])
    }
    const body = `<x:other xmlns:x="${webServiceConnector.namespace}"/>`
    const answer = await post('phare', signAs('phare', body))
    expect([answer.status, readBody(answer).name]).toEqual([500, 'Fault'])
  })

  it('is answered only to the organisation of its user', async () => {
    const cases: readonly Said[] = [
      { orgUnit: '1999000249' },
      { matrixId: '17' },
      { matrixSubId: '2' },
      { orgUnit: undefined, matrixId: '92' },
    ]
    for (const said of cases) {
      expect(summariesOf(await ask(of({ action: 'LIST' }), said))).toEqual(['NO MSG00014'])
    }
    const bySector = await ask(of({ action: 'LIST' }), { orgUnit: undefined })
    expect(summariesOf(bySector)).toEqual(['YES', 'YES'])
  })

  it('has no legal context but the one that the registry gives its service', async () => {
    const said = { orgUnit: '1999000348', matrixId: '93' }
    const reply = await ask(of({ action: 'LIST' }), said, 'pension')
    expect(summariesOf(reply)).toEqual(['NO 30000001', 'NO MSG00013'])
  })
})
