/** Requests of both contracts of Dolsis as clients write them. */
import { dolsis2011Service, dolsisNssoService } from '../../src/services/dolsis/service.ts'
import type { ConsultOperation, Service } from '../../src/services/operation.ts'
import type { XmlElement } from '../../src/xml/element.ts'
import { bodyChild } from './exchange-parts.ts'

const period = '<beginDate>2025-01-01</beginDate><endDate>2025-12-31</endDate>'
const number = '<nossRegistrationNbr type="noss">0000100006</nossRegistrationNbr>'
const postingPeriod = `<postingPeriod>${period}</postingPeriod>`

/** Criteria of each operation, with what is optional. */
export const dolsisCriteria: Readonly<Record<string, string>> = {
  findEmployersByWorker: `<ssin>81120103571</ssin><scope>activeInPeriod</scope><period>${period}</period>`,
  getEmploymentDetail:
    '<nossRegistrationNumber subType="default" type="noss">0000100006</nossRegistrationNumber><ssin>81120103571</ssin>' +
    '<quarter>20261</quarter><nbrOfQuarters>4</nbrOfQuarters><employmentRecords>true</employmentRecords><dmfaRecords>1</dmfaRecords>',
  getEmployerDetail: number,
  findEmployers:
    '<scope>noss-active</scope><name>Relais</name><zipCode>1070</zipCode><regionScope>Belgium</regionScope>',
  findWorkersByEmployer: `${number}<scope>mutations</scope><period>${period}</period>`,
  findDmfaRecordsByEmployer: `${number}<quarter>20261</quarter><curatorship>undetermined</curatorship>`,
  getDmfaStatisticsByEmployer: `${number}<quarter>20261</quarter><curatorship>no</curatorship>`,
  findDmfaContributionsUnrelatedToNaturalPerson: `${number}<startQuarter>20251</startQuarter><endQuarter>20254</endQuarter>`,
  getPostedWorkerDetail: `<ssin>92200006963</ssin>${postingPeriod}<documentParticipationOffset>0</documentParticipationOffset>`,
  findPostedWorkers: `<id>92200006963</id><type>national_nr</type>${postingPeriod}`,
  getForeignEmployerDetail: `<id>500000000000</id>${postingPeriod}<documentParticipationOffset>0</documentParticipationOffset>`,
  findForeignEmployers:
    '<name>Ateliers</name><country>111</country><scope>all</scope><participationType>foreign_employer</participationType><city>Lille</city>',
  getPostingBelgianClientDetail: number + postingPeriod,
  findPostingBelgianClients: '<id>0000100006</id><type>declared_noss</type>',
  findPostingPlaceOfWork: number + postingPeriod,
  getPostingPlaceOfWorkDetail: `<id>300001000010</id>${postingPeriod}<documentRelationOffset>0</documentRelationOffset>`,
  findPostingDocuments: '<ssin>92200006963</ssin>',
  getPostingDocumentDetail: '<id>100000000001</id><ssin>92200006963</ssin>',
  findPartnerInstitutions: '<name>A</name><country>111</country>',
  getPartnerInstitutionDetail: '<id>1</id>',
  getContractualRelationshipDeclarationDetail: '<declarationId>ABCDEFGH12345</declarationId>',
  findContractualRelationshipDeclarations:
    '<declarationByPlaceOfWorkCriteria><zipCode>1000</zipCode><additionalCriteria><workSectorCode>1</workSectorCode></additionalCriteria></declarationByPlaceOfWorkCriteria>',
  getPresenceRegistrationDetail: '<presenceRegistrationId>1</presenceRegistrationId>',
  findPresenceRegistrations: '<cbeNumber>0884303369</cbeNumber>',
}

/** The same of the operations about persons, which stand on an endpoint of their own. */
const personCriteria: Readonly<Record<string, string>> = {
  getPersonDetail:
    '<ssin>81120103571</ssin><familyComposition>true</familyComposition><addressHistory>false</addressHistory><photo>0</photo>',
  findPersonByPhoneticSearch:
    '<lastName>De Smedt</lastName><birthDate>1981-12-00</birthDate><tolerance>2</tolerance><firstName>Anne</firstName><secondName>Marie</secondName><gender>female</gender>',
}

export interface Security {
  /** undefined: no securityContext */
  readonly legalContext?: string | undefined
  readonly role?: string
  readonly customer?: string
}

export function dolsisRequest(
  { namespace }: Service,
  operation: string,
  criteria = dolsisCriteria[operation] ?? personCriteria[operation]!,
  of: Security = {},
): string {
  const { role = 'Agent', customer = '0884303369' } = of
  const legalContext = 'legalContext' in of ? of.legalContext : 'SOCIAL_INVESTIGATION_OF_PCSA'
  return (
    `<d:${operation}Request xmlns:d="${namespace}"><informationCustomer><ticket>a&lt;b</ticket>` +
    '<timestampSent>2026-03-02T09:15:00.123456+01:00</timestampSent>' +
    `<customerIdentification><cbeNumber>${customer}</cbeNumber></customerIdentification></informationCustomer>` +
    (legalContext === undefined
      ? ''
      : `<securityContext><service>WELFARE</service><legalContext>${legalContext}</legalContext><role>${role}</role></securityContext>`) +
    `<criteria>${criteria}</criteria></d:${operation}Request>`
  )
}

export const dolsisServices = [dolsis2011Service, dolsisNssoService]

/** Every operation of both contracts. */
export const dolsisOperations = dolsisServices.flatMap(
  (service) =>
  [...service.operations.values()].map((operation) => [service.name, operation.name, service, operation] as const), // prettier-ignore
)

/** Those that answer with data. */
export const dolsisConsultations = dolsisOperations.flatMap(([, name, service, operation]) =>
  operation.kind === 'consult' ? [[service.name, name, service, operation] as const] : [],
) satisfies readonly (readonly [string, string, Service, ConsultOperation])[]

/** The criteria of an operation as a value that node-soap takes. */
export function dolsisArgument(operation: string): object {
  return valueOf(
    bodyChild(`<criteria>${dolsisCriteria[operation] ?? personCriteria[operation]!}</criteria>`),
  ) as object
}

function valueOf({ attributes, children, text }: XmlElement): unknown {
  if (children.length > 0) {
    return Object.fromEntries(children.map((child) => [child.name, valueOf(child)]))
  }
  return attributes.size === 0 ? text : { attributes: Object.fromEntries(attributes), $value: text }
}
