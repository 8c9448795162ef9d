import { GatewayError } from '../../base/errors.ts'
import { readSsin, type Ssin } from '../../base/ssin.ts'
import { person } from '../../registers/person.ts'
import { writeInformationCbss, writeInformationCustomer } from '../../xml/common-v3.ts'
import { childOf, textOf, type XmlElement } from '../../xml/element.ts'
import { element, leaf, optionalLeaf } from '../../xml/writer.ts'
import { pathsOfBlocks } from '../element-rows.ts'
import type { RequestEnvelope, Status } from '../envelope.ts'
import {
  consultation,
  invalidOf,
  valid,
  type FaultForm,
  type Reply,
  type Request,
  type Service,
} from '../operation.ts'
import { writeStatus } from '../own-reply.ts'
import { readInformationCustomer } from '../own-request.ts'
import type { Asked, InformationType } from './definition.ts'
import { informationTypesOf, yieldsTypes } from './information-types.ts'

/** What is asked, with the texts that the reply repeats. */
interface Criteria {
  readonly ssin: Ssin | GatewayError
  readonly said: {
    readonly ssin: string
    readonly language: string | undefined
    readonly history: string | undefined
    readonly legalContext: string | undefined
  }
}

/** Where the two versions of the contract differ on the wire. */
interface Version {
  readonly version: number
  readonly types: readonly InformationType[]
  readonly path: string
  /** what a request without legal context means */
  readonly defaultContext?: string
  /** what a number with wrong check digits is told as */
  readonly wrongNumber: 'REQUEST_INVALID' | 'SSIN_STRUCTURE'
  /** descriptions that its real replies have, by code */
  readonly descriptions: Readonly<Record<string, string>>
  readonly faultForm: FaultForm
  readonly statusFirst: boolean
}

/** The author of the codes, as the real faults name it. */
const author = { authorCode: 'http://www.bcss.fgov.be/en/international/home/index.html' }

/** Version 1, release 201411: a contract with envelope types of its own (conventions.md §3, §4). */
const version1: Version = {
  version: 1,
  types: informationTypesOf(1),
  path: '/RetrieveTIGroupsService/retrieveTI',
  defaultContext: 'social issues',
  wrongNumber: 'REQUEST_INVALID',
  descriptions: {
    MSG00000: 'Treatment completed successfully.',
    MSG00008: 'A validation error occurred.',
  },
  faultForm: { ...author, entry: 'error', informationMax: 5, customerRequired: true },
  statusFirst: true,
}

/** Version 2 of 2017, on CommonV3. */
const version2: Version = {
  version: 2,
  types: informationTypesOf(2),
  path: '/RetrieveTIGroupsService/v2/retrieveTI',
  wrongNumber: 'SSIN_STRUCTURE',
  descriptions: {},
  faultForm: { ...author, entry: 'detail', informationMax: 15, customerRequired: false },
  statusFirst: false,
}

function readRequest(body: XmlElement, of: Version): Request<Criteria> {
  const search = childOf(body, 'searchInformation')
  const said = {
    ssin: (search && textOf(search, 'ssin')) ?? '',
    language: search && textOf(search, 'language'),
    history: search && textOf(search, 'history')?.trim(),
    legalContext: textOf(body, 'legalContext'),
  }
  const wrong = new GatewayError(of.wrongNumber, undefined, [{ fieldName: 'ssin' }])
  return {
    envelope: readEnvelope(body, said.legalContext ?? of.defaultContext),
    criteria: { ssin: readSsin(said.ssin) ?? wrong, said },
  }
}

function readEnvelope(body: XmlElement, legalContext: string | undefined): RequestEnvelope {
  const customer = childOf(body, 'informationCustomer')
  return {
    ...(customer && { informationCustomer: readInformationCustomer(customer) }),
    ...(legalContext !== undefined && { legalContext }),
  }
}

function askedOf({ said }: Criteria, label: Asked['label']): Asked {
  const language = said.language === 'nl' || said.language === 'de' ? said.language : 'fr'
  return { language, history: said.history === 'true' || said.history === '1', label }
}

/** A status in the words of the real replies; a wrong number is repeated, as they do: it stands in the echo above as well. */
function statusOf(status: Status, { said }: Criteria, { descriptions }: Version): Status {
  const information = status.information?.map((one) =>
    one.fieldName === 'ssin' ? { ...one, fieldValue: said.ssin } : one,
  )
  const description = descriptions[status.code] ?? status.description
  return {
    ...status,
    ...(description !== undefined && { description }),
    ...(information && { information }),
  }
}

function writeReply(reply: Reply<Criteria, 'person'>, of: Version): string {
  const { envelope, criteria } = reply.request
  const { said } = criteria
  const status = writeStatus(statusOf(reply.status, criteria, of), of.faultForm.informationMax)
  const search = element(
    'searchInformation',
    leaf('ssin', said.ssin) +
      optionalLeaf('language', said.language) +
      optionalLeaf('history', said.history),
  )
  const [record] = reply.records
  const asked = askedOf(criteria, reply.label)
  const groups = record && of.types.map(({ write }) => write(record, asked) ?? '').join('')
  const namespace = namespaceOf(of)
  return (
    `<v${of.version}:retrieveTIGroupsResponse xmlns:v${of.version}="${namespace}">` +
    (envelope.informationCustomer ? writeInformationCustomer(envelope.informationCustomer) : '') +
    writeInformationCbss(reply.informationCbss) +
    optionalLeaf('legalContext', said.legalContext) +
    (of.statusFirst ? status + search : search + status) +
    (groups === undefined ? '' : element('rrn_it_implicit', groups)) +
    `</v${of.version}:retrieveTIGroupsResponse>`
  )
}

function namespaceOf({ version }: Version): string {
  return `http://kszbcss.fgov.be/intf/RetrieveTIGroupsService/v${version}`
}

function retrieveTi(of: Version) {
  const { types } = of
  return consultation<Criteria, 'person'>({
    name: 'retrieveTI',
    question: 'person',
    block: person.person,
    gives: pathsOfBlocks(types),
    elements: types,
    yields: (granted) => yieldsTypes(types, granted),
    shows: (record, criteria) => {
      const asked = askedOf(criteria, (_, code) => code)
      return types.some(({ write }) => write(record, asked) !== undefined)
    },
    readXml: (body) => readRequest(body, of),
    invalid: ({ ssin }) => invalidOf(ssin),
    subject: ({ ssin }) => ({ kind: 'person', ssin: valid(ssin) }),
    ask: ({ ssin }, { sources }) => ({ kind: 'person', ssin: valid(ssin), registers: sources }),
    writeXml: (reply) => writeReply(reply, of),
  })
}

/** The name of the operation is not that of its elements; both versions have one SOAPAction. */
function retrieveTiGroupsService(of: Version): Service {
  return {
    name: 'RetrieveTIGroupsService',
    version: of.version,
    namespace: namespaceOf(of),
    path: of.path,
    aliases: [`/SOA4520${of.path}`],
    contract: `RetrieveTIGroupsService/v${of.version}`,
    soapAction: (operation) => `http://kszbcss.fgov.be/RetrieveTIGroupsService/${operation}`,
    operations: new Map([['retrieveTIGroupsRequest', retrieveTi(of)]]),
    faultElement: () => 'retrieveTIGroupsFault',
    faultForm: of.faultForm,
    wsdlNames: { stem: () => 'retrieveTIGroups', bindingNames: true },
  }
}

export const retrieveTiGroupsService1 = retrieveTiGroupsService(version1)
export const retrieveTiGroupsService2 = retrieveTiGroupsService(version2)
