/** Requests of every contract, changed and then signed by their sender, through a whole gateway: what each may be answered. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect } from 'vitest'
import { errorCodes, GatewayError } from '../../src/base/errors.ts'
import { findMessageCode, messageCodes } from '../../src/base/message-codes.ts'
import type { Service } from '../../src/services/operation.ts'
import { isOwn } from '../../src/services/own-contract.ts'
import { services } from '../../src/services/registry.ts'
import {
  retrieveTiGroupsService1,
  retrieveTiGroupsService2,
} from '../../src/services/retrieve-ti-groups/service.ts'
import { webServiceConnector } from '../../src/services/ssdn/service.ts'
import { testConnectionService } from '../../src/services/test-connection/service.ts'
import { faultTable, isToldAsStatus } from '../../src/soap/fault-table.ts'
import { canonicalize } from '../../src/xml/canonicalize.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { faultsOf } from '../contracts/committed.ts'
import { dolsisRequest } from '../services/dolsis-requests.ts'
import { mutatedJson, mutatedXml, secret } from '../services/mutations.ts'
import {
  carriedBy,
  carrying,
  faultsOfReply,
  identifyPerson,
  manageAccess,
  performInvestigation,
  personData,
  referenceManager,
  ssdnRequest,
} from '../services/ssdn-parts.ts'
import {
  jsonHeaders,
  readBody,
  requestJson,
  requestXml,
  send,
  sendSigned,
  type Answer,
  type Ask,
} from './ask.ts'
import { agentOf, startTestGateway, type InstitutionRow, type TestGateway } from './gateway.ts'
import { openedTo, writeDeliberations } from './grants.ts'
import {
  as,
  customer,
  employer,
  fill,
  granted,
  grants,
  legalContext,
  markers,
  quarter,
  worker,
} from './marked-registers.ts'
import { consultationNamed, criteriaOf, operations } from './questions.ts'

/** Changed requests of each contract: many in `npm run fuzz:requests`, fewer while working. */
export const changedRequests = Number(process.env['CHANGED_REQUESTS'] ?? 200)

/** A body child and the changes of it: in itself, or in the document that it carries. */
interface Request {
  readonly name: string
  readonly valid: string
  readonly changed: fc.Arbitrary<string>
}

const changedWhole = (name: string, valid: string): Request => ({
  name,
  valid,
  changed: mutatedXml(valid),
})

const retrieveTi = ({ namespace, version }: Service) =>
  `<v${version}:retrieveTIGroupsRequest xmlns:v${version}="${namespace}"><informationCustomer><ticket>1</ticket>` +
  `<customerIdentification><cbeNumber>${customer}</cbeNumber></customerIdentification></informationCustomer>` +
  `<legalContext>${version === 1 ? 'social issues' : legalContext}</legalContext><searchInformation><ssin>${worker}</ssin>` +
  `<language>fr</language><history>true</history></searchInformation></v${version}:retrieveTIGroupsRequest>`

/** Requests of Dolsis about those who are in the registers here. */
function dolsisRequests(service: Service): readonly Request[] {
  return [...service.operations.values()].map(({ name }) => {
    const request = dolsisRequest(service, name, undefined, { legalContext, customer })
      .replaceAll(/81120103571|92200006963/g, worker)
      .replaceAll('0000100006', employer.padStart(10, '0'))
      .replaceAll('2025', '2024')
      .replaceAll('20261', quarter)
      .replaceAll('<nbrOfQuarters>4<', '<nbrOfQuarters>1<')
      .replace('300001000010', '300000000001')
      .replace('500000000000', '500000000001')
    return changedWhole(name, request)
  })
}

const said = { orgUnit: customer, matrixId: '94', matrixSubId: undefined }
const phonetic =
  '<LastName>Zwart</LastName><FirstName>C</FirstName><BirthDate>1980-01-00</BirthDate>' +
  '<Gender>1</Gender><Tolerance>3</Tolerance><Maximum>9</Maximum>'
const combinations =
  '<SectorQualityCodesCombination><Sector>17</Sector><QualityCodes>1</QualityCodes></SectorQualityCodesCombination>'

/** Each is changed in the document; what carries it, too. */
function ssdnRequests(): readonly Request[] {
  const proof = personData('Zwart', '1980-01-01')
  const carried = Object.entries({
    'IdentifyPerson by number': identifyPerson({ ssin: worker, verification: proof }),
    'IdentifyPerson by name': identifyPerson({ phonetic }),
    PerformInvestigation: performInvestigation(worker),
    ManageAccess: manageAccess({ ssin: worker, until: '2026-12-31', sector: '94', proof }),
    ReferenceManager: referenceManager({ ssin: worker, combinations }),
  }).map(([name, request]) => {
    const document = ssdnRequest(request, said)
    return { name, valid: carrying(document), changed: mutatedXml(document).map(carrying) }
  })
  return [...carried, changedWhole('xmlString', carried[0]!.valid)]
}

/** Questions to our own services, over SOAP and REST. */
function asksOf(service: Service): readonly Ask[] {
  return operations.flatMap((name) => {
    const consultation = consultationNamed(name)
    if (consultation.service !== service) return []
    const subject = { ssin: worker, employer }
    const criteria = criteriaOf(name, subject, { from: '2024Q3', to: '2024Q3' })
    return [{ as, ...consultation, legalContext, criteria, ticket: '1' }]
  })
}

function requestsOf(service: Service): readonly Request[] {
  if (isOwn(service)) {
    return asksOf(service).map((ask) => changedWhole(ask.operation.name, requestXml(ask)))
  }
  switch (service) {
    case retrieveTiGroupsService1:
    case retrieveTiGroupsService2:
      return [changedWhole('retrieveTI', retrieveTi(service))]
    case testConnectionService:
      return [
        changedWhole(
          'sendTestMessage',
          `<c:sendTestMessageRequest xmlns:c="${service.namespace}"><echo>a b</echo></c:sendTestMessageRequest>`,
        ),
      ]
    case webServiceConnector:
      return ssdnRequests()
    default:
      return dolsisRequests(service)
  }
}

/** Our own contracts, or those of the Crossroads Bank. */
export const contractsOf = (whose: 'own' | 'published') =>
  services
    .filter((service) => isOwn(service) === (whose === 'own'))
    .map((service) => ({ name: `${service.name} v${service.version}`, service }))

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

/** What the fault table has: fault code with MSG code, and MSG codes of statuses. What nobody may cause is left out. */
const faults = new Set(
  errorCodes
    .filter((code) => code !== 'INTERNAL' && !isToldAsStatus(code))
    .map((code) => `${faultTable[code].faultcode} ${findMessageCode(code) ?? ''}`.trim()),
)
const statuses: readonly string[] = Object.keys(messageCodes).filter((code) => code !== 'MSG00003')
/** Codes that contracts have beside the general ones: of Dolsis, and the list of SSDN. */
const isContractCode = (service: Service, code: string) =>
  service === webServiceConnector
    ? /^[123]\d{7}$/.test(code)
    : /Dolsis/.test(service.name) && /^DOLS\d{4}$/.test(code)

/** What replies repeat of a request: who asks, under what, and about whom; in faults who asks. */
const echoes =
  /<(informationCustomer|legalContext|securityContext|criteria|searchInformation|echo|AuthorizedUser|Message|ServiceId|Version|(?:ns3:)?OriginalRequest)>.*?<\/\1>/gs

/** Signs and sends a body child, checks what comes back, and gives what it says. */
async function answerTo(gateway: TestGateway, service: Service, xml: string): Promise<string> {
  const answer = await sendSigned(gateway, as, service, xml)
  const { name, xml: body } = readBody(answer)
  if (name === 'Fault') {
    const kind = [/<faultcode>(.*?)</, /<reasonCode>(.*?)</].flatMap((one) => one.exec(body)?.[1] ?? []).join(' ') // prettier-ignore
    const [, detail] = /<detail>(.*)<\/detail>/s.exec(body) ?? []
    expect([answer.status, faults.has(kind), kind]).toEqual([500, true, kind])
    if (detail !== undefined) expect(faultsOf(service.contract, detail)).toEqual([])
    checkNothingTold(body, new Set())
    return kind
  }
  expect(answer.status).toBe(200)
  const isSsdn = service === webServiceConnector
  expect(isSsdn ? faultsOfReply(body) : faultsOf(service.contract, body)).toEqual([])
  const told = isSsdn ? carriedBy(body) : body
  const codes = [...told.matchAll(/<(?:\w+:)?(?:code|ReasonCode)>(\w+)</g)].map(([, code]) => code!)
  const unknown = codes.filter((code) => /^(MSG|DOLS|\d{8})/.test(code) && !statuses.includes(code) && !isContractCode(service, code)) // prettier-ignore
  expect(unknown).toEqual([])
  checkNothingTold(told, granted)
  return codes.find((code) => code.startsWith('MSG')) ?? 'answer'
}

/** Nothing of the sender but the echo, and no value of the registers that is not granted. */
function checkNothingTold(body: string, mayTell: ReadonlySet<string>): void {
  const told = body.replaceAll(echoes, '')
  expect(told).not.toContain(secret)
  expect([...markers.pathsIn(told)].filter((path) => !mayTell.has(path))).toEqual([])
}

/** Sends a question in JSON, checks what comes back, and gives what it says; a problem repeats names of unknown members only. */
async function problemTo({ url }: TestGateway, { operation }: Ask, body: string): Promise<string> {
  const { status, text }: Answer = await send(url + operation.restPath!, {
    agent: agentOf(as, url),
    headers: jsonHeaders,
    body,
  })
  expect([200, 400, 403, 404]).toContain(status)
  const answer = JSON.parse(text) as Readonly<Record<string, unknown>>
  if (status === 200) {
    checkNothingTold(
      textWithout(answer, ['informationCustomer', 'legalContext', 'criteria']),
      granted,
    )
    return '200'
  }
  const { type, issues = [] } = answer
  expect(type).toMatch(/^urn:problem-type:(belgif|quadrivium):\w+$/)
  const unnamed = (issues as readonly object[]).map((issue) => textWithout(issue, ['name']))
  checkNothingTold(textWithout(answer, ['issues']) + unnamed.join(), new Set())
  return String(type)
}

/** As JSON, without some of its members. */
function textWithout(value: object, names: readonly string[]): string {
  return JSON.stringify(Object.entries(value).filter(([name]) => !names.includes(name)))
}

/** Requests on their way at once. */
const together = 20

/** As many changed messages as are wanted, a share of them for each question; the same one twice at once would be a replay. */
async function checkChanges(
  changed: fc.Arbitrary<string>,
  share: number,
  answer: (message: string) => Promise<unknown>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(changed, { minLength: together, maxLength: together }), (all) =>
      Promise.all([...new Set(all)].map(answer)).then(() => undefined),
    ),
    { numRuns: Math.ceil(changedRequests / share / together) },
  )
}

/** What a request is answered that is valid: with data, without, or that no register here holds them. */
const answers = /^(MSG00000|MSG00100|answer|soap:Client MSG00025)$/

export interface ChangedRequests {
  readonly gateway: TestGateway
  /** Sends as many changed requests of the contract as are wanted and checks each answer; gives what was said. */
  readonly check: (service: Service) => Promise<ReadonlySet<string>>
  /** The same over REST, for our own contracts. */
  readonly checkJson: (service: Service) => Promise<ReadonlySet<string>>
  readonly close: () => Promise<void>
}

/** A gateway whose registers are full of markers, of which an institution may know a part. */
export async function startForChanges(): Promise<ChangedRequests> {
  const folder = mkdtempSync(join(tmpdir(), 'quadrivium-changed-'))
  writeDeliberations(folder, as, grants)
  const words = ['OCMWCPASIdentifyPerson', 'OCMWCPASPerformInvestigation', 'OCMWCPASManageAccess']
  const ofSsdn = [...words, 'ReferenceManager.consult'].map((word) => [word, legalContext] as const)
  const opened = openedTo<InstitutionRow>(as, grants)
  const gateway = await startTestGateway({
    deliberations: folder,
    fill,
    institutions: (rows) =>
      opened(rows).map((row) => ({
        ...row,
        ...(row.id === as && {
          contractContexts: {
            'WebServiceConnector/v1': Object.fromEntries(ofSsdn),
            'RetrieveTIGroupsService/v1': { 'social issues': legalContext },
          },
        }),
      })),
  })
  return {
    gateway,
    check: async (service) => {
      const seen = new Set<string>()
      const requests = requestsOf(service)
      for (const { name, valid, changed } of requests) {
        // the process lives, and this question is answered before and after
        const asked = signable(valid)
        const before = await answerTo(gateway, service, asked)
        expect([name, answers.test(before), before]).toEqual([name, true, before])
        // two that are signed alike are one message: sent at once, the second is told to wait
        await checkChanges(changed.map(signable), requests.length, async (xml) =>
          seen.add(await answerTo(gateway, service, xml)),
        )
        expect([name, await answerTo(gateway, service, asked)]).toEqual([name, before])
      }
      return seen
    },
    checkJson: async (service) => {
      const seen = new Set<string>()
      const asks = asksOf(service)
      for (const ask of asks) {
        const valid = JSON.stringify(requestJson(ask))
        expect(await problemTo(gateway, ask, valid)).toBe('200')
        await checkChanges(mutatedJson(valid), asks.length, async (json) =>
          seen.add(await problemTo(gateway, ask, json)),
        )
        expect(await problemTo(gateway, ask, valid)).toBe('200')
      }
      return seen
    },
    close: async () => {
      await gateway.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** No error of our own, no reply beside its schema and no word of a sender or of a register in log and journal. */
export function checkNothingKept(gateway: TestGateway): void {
  const written = gateway.logText() + gateway.journalBytes().toString()
  expect(gateway.logText()).not.toContain('internal')
  expect(gateway.logText()).not.toContain('schema')
  expect(written).not.toContain(secret)
  expect(written).not.toContain(worker)
  expect([...markers.pathsIn(written)]).toEqual([])
}
