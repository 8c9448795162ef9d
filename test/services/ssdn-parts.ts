/** SSDN documents as clients write them, and what comes back. */
import { XmlDocument } from 'libxml2-wasm'
import { webServiceConnector } from '../../src/services/ssdn/service.ts'
import { namespaces } from '../../src/services/ssdn/names.ts'
import { GatewayError, type ErrorInformation } from '../../src/base/errors.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { escapeText } from '../../src/xml/writer.ts'
import type { BundleOperation, PreparedBundle } from '../../src/services/bundle-operation.ts'
import type { PreparedConsultation } from '../../src/services/operation.ts'
import { contracts, faultsOf } from '../contracts/committed.ts'
import { bodyChild, parts } from './exchange-parts.ts'

export const contract = webServiceConnector.contract

/** A person who asks at an institution; the number is nobody's in the synthetic country. */
export const userId = '70010199906'

export interface Said {
  readonly orgUnit?: string | undefined
  readonly matrixId?: string
  readonly matrixSubId?: string | undefined
  readonly reference?: string
}

const optional = (name: string, text: string | undefined) =>
  text === undefined ? '' : `<${name}>${text}</${name}>`

/** A document around some ServiceRequests. */
export function ssdnRequest(requests: string, said: Said = {}): string {
  const { orgUnit = '1999000150', matrixId = '91', matrixSubId = '1', reference = 'ref 1' } = said
  return (
    `<SSDNRequest xmlns="${namespaces.service}"><RequestContext><AuthorizedUser>` +
    `<UserID>${userId}</UserID><Email>a.b@example.org</Email>${optional('OrgUnit', orgUnit)}` +
    `<MatrixID>${matrixId}</MatrixID>${optional('MatrixSubID', matrixSubId)}</AuthorizedUser>` +
    `<Message><Reference>${reference}</Reference><TimeRequest>20260302T091500</TimeRequest></Message>` +
    `</RequestContext>${requests}</SSDNRequest>`
  )
}

/** One ServiceRequest. */
export function serviceRequest(serviceId: string, version: string, body: string): string {
  return (
    `<ServiceRequest><ServiceId>${serviceId}</ServiceId><Version>${version}</Version>` +
    `${body}</ServiceRequest>`
  )
}

export interface ManageAccess {
  readonly ssin: string
  readonly action?: string
  readonly purpose?: string | undefined
  readonly from?: string
  readonly until?: string
  readonly sector?: string
  readonly register?: string
  /** content of ProofOfAuthentication */
  readonly proof?: string
}

export const personData = (lastName: string, birthDate: string, firstName?: string) =>
  `<PersonData><LastName>${lastName}</LastName>${optional('FirstName', firstName)}` +
  `<BirthDate>${birthDate}</BirthDate></PersonData>`

export function manageAccess(of: ManageAccess): string {
  const { ssin, action = 'REGISTER', from = '2026-01-01', until, sector, register } = of
  const purpose = 'purpose' in of ? of.purpose : '10'
  const proof = of.proof ?? personData('Berclivaux', '1995-10-10')
  return serviceRequest(
    'OCMWCPASManageAccess',
    '20050930',
    `<ManageAccessRequest xmlns="${namespaces.manageAccess}" xmlns:c="${namespaces.common}">` +
      `<SSIN>${ssin}</SSIN>${optional('Purpose', purpose)}<Period><c:StartDate>${from}</c:StartDate>` +
      `${optional('c:EndDate', until)}</Period><Action>${action}</Action>${optional('Sector', sector)}` +
      `${optional('QueryRegister', register)}<ProofOfAuthentication>${proof}</ProofOfAuthentication>` +
      '</ManageAccessRequest>',
  )
}

export interface ReferenceManager {
  readonly ssin: string
  readonly from?: string
  readonly to?: string
  readonly combinations?: string
  readonly descriptions?: string
}

export function referenceManager(of: ReferenceManager): string {
  const { ssin, from = '2000-01-01', to = '2030-12-31', combinations = '' } = of
  return serviceRequest(
    'ReferenceManager.consult',
    '20050525',
    `<ReferenceManagerRequest xmlns="${namespaces.referenceManager}" xmlns:c="${namespaces.common}">` +
      `<ConsultOtherSectorsCriteria><RequestedSsin>${ssin}</RequestedSsin><RequestedPeriod>` +
      `<c:StartDate>${from}</c:StartDate><c:EndDate>${to}</c:EndDate></RequestedPeriod>${combinations}` +
      `<FetchDescriptions>${of.descriptions ?? 'true'}</FetchDescriptions>` +
      '</ConsultOtherSectorsCriteria></ReferenceManagerRequest>',
  )
}

export interface IdentifyPerson {
  readonly ssin?: string
  /** content of PhoneticCriteria */
  readonly phonetic?: string
  /** content of VerificationData */
  readonly verification?: string
}

export function identifyPerson({ ssin, phonetic, verification }: IdentifyPerson): string {
  return serviceRequest(
    'OCMWCPASIdentifyPerson',
    '20050930',
    `<IdentifyPersonRequest xmlns="${namespaces.identifyPerson}"><SearchCriteria>` +
      `${optional('SSIN', ssin)}${optional('PhoneticCriteria', phonetic)}</SearchCriteria>` +
      `${optional('VerificationData', verification)}</IdentifyPersonRequest>`,
  )
}

export function performInvestigation(ssin: string, groups?: readonly string[]): string {
  const asked = groups?.map((group) => `<${group}>true</${group}>`).join('')
  return serviceRequest(
    'OCMWCPASPerformInvestigation',
    '20080604',
    `<PerformInvestigationRequest xmlns="${namespaces.performInvestigation}">` +
      `<SocialSecurityUser>${ssin}</SocialSecurityUser>${optional('DataGroups', asked)}` +
      '</PerformInvestigationRequest>',
  )
}

/** A document as the gateway reads it. */
export function prepare(document: string): PreparedBundle {
  const operation = webServiceConnector.operations.get('xmlString') as BundleOperation
  return operation.prepareXml(bodyChild(carrying(document)), contracts.carried(contract))
}

/** The one consultation of a document. */
export function prepareOne(request: string): PreparedConsultation {
  const [one] = prepare(ssdnRequest(request)).requests
  if (one?.kind !== 'consult') throw new Error('request is no consultation')
  return one.prepared
}

/** The child of the SOAP body around the parts of a reply. */
export function replyOf(document: string, ...replies: readonly string[]): string {
  return prepare(document).writeXml(parts().informationCbss, replies)
}

/** The child of the SOAP body that carries a document, in canonical form. */
export function carrying(document: string): string {
  return `<x:xmlString xmlns:x="${webServiceConnector.namespace}">${escapeText(document)}</x:xmlString>`
}

/** The document that a body child carries. */
export function carriedBy(xml: string): string {
  using document = XmlDocument.fromString(xml)
  return document.root.content
}

/** What the contract finds wrong in a reply: in its body child, or in the document that this carries. */
export function faultsOfReply(xml: string): readonly ErrorInformation[] {
  const outer = faultsOf(contract, xml)
  if (outer.length > 0) return outer
  const limits = { ...soapLimits, sizeBytesMax: 16 * 1024 * 1024 }
  const tree = parseXml(new TextEncoder().encode(carriedBy(xml)), limits)
  try {
    contracts.carried(contract).check('SSDN.xsd', tree.root)
    return []
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'CONTRACT_INVALID') return error.information
    throw error
  } finally {
    tree.dispose()
  }
}

/** What the summaries of a document say: `ok` of the outer one and of each service, with the reason codes. */
export function summariesOf(document: string): readonly string[] {
  return [
    ...document.matchAll(/<ns[12]:ResultSummary [^>]*ok="(\w+)">(.*?)<\/ns[12]:ResultSummary>/g),
  ].map(([, ok, content]) =>
    [ok, ...[...content!.matchAll(/<ns[12]:ReasonCode>([^<]*)</g)].map(([, code]) => code)].join(
      ' ',
    ),
  )
}
