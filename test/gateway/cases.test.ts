import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { civilDateAt } from '../../src/base/civil-date.ts'
import { valuePaths } from '../../src/registers/catalogue.ts'
import type { Service } from '../../src/services/operation.ts'
import { isOwn } from '../../src/services/own-contract.ts'
import { services } from '../../src/services/registry.ts'
import { webServiceConnector } from '../../src/services/ssdn/service.ts'
import { faultsOf } from '../contracts/committed.ts'
import { carriedBy, carrying, faultsOfReply } from '../services/ssdn-parts.ts'
import { readBody, send, signAs, xmlHeaders } from './ask.ts'
import { agentOf, startTestGateway, type InstitutionRow, type TestGateway } from './gateway.ts'
import { writeDeliberations } from './grants.ts'

/** Services that the SSDN connector carries, by the folder of their cases. */
const ssdnServices: Readonly<Record<string, string>> = {
  'SSDN-IdentifyPerson': 'OCMWCPASIdentifyPerson',
  'SSDN-ManageAccess': 'OCMWCPASManageAccess',
  'SSDN-PerformInvestigation': 'OCMWCPASPerformInvestigation',
  'SSDN-ReferenceManager': 'ReferenceManager.consult',
}

const cases = resolve(import.meta.dirname, '../cases')
const folder = mkdtempSync(join(tmpdir(), 'quadrivium-cases-'))
let gateway: TestGateway

/** The sandbox's institutions, with the two additions that test/cases/README.md tells. */
function withAdditions(row: InstitutionRow): InstitutionRow {
  if (row.id === 'emploi') {
    const words = { 'administrative staff': 'EMPLOI:FOLLOW_UP' }
    return {
      ...row,
      integration: 'free',
      contractContexts: { 'RetrieveTIGroupsService/v1': words },
    }
  }
  if (row.id !== 'inspection') return row
  const words = {
    'social issues': 'INSPECTION:CONTROL',
    'administrative staff': 'TEST:EVERYTHING',
  }
  return {
    ...row,
    legalContexts: [...row.legalContexts, 'TEST:EVERYTHING'],
    contractContexts: {
      'RetrieveTIGroupsService/v1': words,
      'Dolsis2011Service/v1': { SOCIAL_INVESTIGATION_OF_PCSA: 'TEST:EVERYTHING' },
      'WebServiceConnector/v1': Object.fromEntries(
        Object.values(ssdnServices).map((id) => [id, 'TEST:EVERYTHING']),
      ),
    },
  }
}

beforeAll(async () => {
  writeDeliberations(folder, 'inspection', { 'TEST:EVERYTHING': valuePaths })
  gateway = await startTestGateway({
    deliberations: folder,
    institutions: (rows) => rows.map(withAdditions),
  })
})

afterAll(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

const foldersIn = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

const all = foldersIn(cases).flatMap((service) =>
  foldersIn(join(cases, service)).map((sentence) => [service, sentence] as const),
)

/** What a request and a reply write for the day on which they are sent. */
const todayMark = 'TODAY'
const today = civilDateAt(Date.now())

/** One element a line, so that a difference is read easily; ticket and times are other ones each time. */
function comparable(xml: string): string {
  const text = xml
    .replaceAll(`>${today}<`, `>${todayMark}<`)
    .replace(/(<ticketCBSS>|<informationSupplier><ticket>)[^<]*/, '$1TICKET')
    .replaceAll(/(<timestampRe(?:ceive|ply)>)[^<]*/g, '$1TIME')
    .replace(/(<Ticket>)[^<]*/, '$1TICKET')
    .replaceAll(/(<TimeRe(?:ceive|sponse)>)[^<]*/g, '$1TIME')
    .replaceAll('><', '>\n<')
  return `${text}\n`
}

describe('a case', () => {
  it.each(all)('%s: %s', async (name, sentence) => {
    const path = join(cases, name, sentence)
    const service =
      name in ssdnServices
        ? webServiceConnector
        : services.find((one) => `${one.name}-v${one.version}` === name)!
    const { as } = JSON.parse(readFileSync(join(path, 'case.json'), 'utf8')) as { as: string }
    const written = readFileSync(join(path, 'request.xml'), 'utf8').trim()
    const asked = written.replaceAll(`>${todayMark}<`, `>${today}<`)
    const request = service === webServiceConnector ? carrying(asked) : asked
    const answer = await send(gateway.url + service.path, {
      agent: agentOf(as, gateway.url),
      headers: {
        ...xmlHeaders,
        SOAPAction: `"${service.soapAction(operationOf(service, request))}"`,
      },
      body: signAs(as, request),
    })
    const { name: element, xml } = readBody(answer)
    // a contract without a fault element has a fault without detail
    const detail = /<detail>(<v\d:.*)<\/detail><\/soap:Fault>$/.exec(xml)?.[1]
    expect(answer.status).toBe(element === 'Fault' ? 500 : 200)
    if (service === webServiceConnector) {
      expect(faultsOfReply(xml)).toEqual([])
    } else if (detail !== undefined || element !== 'Fault') {
      expect(faultsOf(service.contract, detail ?? xml)).toEqual([])
    }
    const told = service === webServiceConnector ? carriedBy(xml) : xml
    await expect(comparable(told)).toMatchFileSnapshot(join(path, 'reply.xml'))
  })

  it('stands for each service in every kind that must be there', () => {
    for (const service of foldersIn(cases)) {
      const sentences = foldersIn(join(cases, service))
      const missing = kinds.filter((kind) => !sentences.some((one) => one.startsWith(kind)))
      expect([service, missing]).toEqual([service, cannotBe[service] ?? []])
    }
  })

  it('answers what the kind in its name says', () => {
    const wrong = all.filter(([service, sentence]) => {
      const kind = kinds.find((one) => sentence.startsWith(one))
      if (kind === undefined) return false
      const answer = answersElse[`${service} ${sentence}`] ?? answers[kind]
      return !answer.test(readFileSync(join(cases, service, sentence, 'reply.xml'), 'utf8'))
    })
    expect(wrong).toEqual([])
  })

  it('stands for every operation of our own services that finds something', () => {
    const found = all
      .filter(([, sentence]) => sentence.startsWith('found'))
      .map(([name, sentence]) => {
        const request = readFileSync(join(cases, name, sentence, 'request.xml'), 'utf8')
        return `${name} ${requestElement(request)}`
      })
    const own = services
      .filter(isOwn)
      .flatMap(({ name, version, operations }) =>
        [...operations.keys()].map((element) => `${name}-v${version} ${element}`),
      )
    expect(own.length).toBeGreaterThan(10)
    expect(own.filter((one) => !found.includes(one))).toEqual(neverFound)
  })
})

/** What must be shown of each service, as folders whose names begin so. */
const kinds = ['found', 'not-found', 'filtered', 'not-integrated', 'replaced-ssin', 'refused-legal-context', 'schema-fault'] as const // prettier-ignore

/** What the reply of a kind holds. */
const answers: Readonly<Record<(typeof kinds)[number], RegExp>> = {
  found: /<value>DATA_FOUND<|ok="(?:YES|WARNING)"|sendTestMessageResponse/,
  'not-found': /<value>NO_DATA_FOUND<|MSG00005<|MSG00100</,
  filtered: /<value>DATA_FOUND<|ok="YES"/,
  'not-integrated': /MSG00012</,
  'replaced-ssin': /MSG00006</,
  'refused-legal-context': /MSG00013</,
  'schema-fault': /<faultcode>soap:Client<|MSG00004</,
}

/** Cases that answer something else, which is what they show. */
const answersElse: Readonly<Record<string, RegExp>> = {
  'PersonService-v1 not-found-where-persons-must-be-integrated': answers['not-integrated'],
  'Dolsis2011PersonService-v1 not-integrated-is-not-found': answers['not-found'],
  'SSDN-ManageAccess not-found-is-a-proof-that-does-not-match': /MSG00008</,
  // every path of the directory is a key of the question: who lacks one is shown nothing
  'SSDN-ReferenceManager filtered-by-deliberation-14-057': /MSG00027</,
}

/** What a service cannot show, because it is not asked about persons. */
const cannotBe: Readonly<Record<string, readonly string[]>> = {
  'EmployerService-v1': ['replaced-ssin'],
  'TestConnectionServiceService-v1': kinds.filter(
    (kind) => kind !== 'found' && kind !== 'schema-fault',
  ),
}

/** Operations that find nothing in the registers of this test: nobody declares anything in it. */
const neverFound = [
  'DmfaConsultationService-v1 changesSinceRequest',
  'PersonnelFileService-v1 changesSinceRequest',
]

/** The name of the first element. */
const requestElement = (xml: string) => /^<(?:\w+:)?(\w+)/.exec(xml)?.[1] ?? ''

/** The operation that a request element asks for; the only one where it asks for none. */
function operationOf(service: Service, request: string): string {
  const [first] = service.operations.values()
  return (service.operations.get(requestElement(request)) ?? first)!.name
}
