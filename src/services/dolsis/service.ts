import { dolsisFaults, type DolsisContract } from '../dolsis-envelope.ts'
import type { Service } from '../operation.ts'
import { findEmployers, getEmployerDetail } from './employer.ts'
import { findForeignEmployers, getForeignEmployerDetail } from './foreign-employer.ts'
import {
  findPostedWorkers,
  findPostingDocuments,
  getPostedWorkerDetail,
  getPostingDocumentDetail,
} from './limosa.ts'
import { notServed, type DolsisOperation } from './operation.ts'
import { findPostingPlaceOfWork, getPostingPlaceOfWorkDetail } from './place-of-work.ts'
import { findPostingBelgianClients, getPostingBelgianClientDetail } from './user-of-services.ts'
import { findEmployersByWorker, getEmploymentDetail } from './worker.ts'
import {
  findDmfaContributionsUnrelatedToNaturalPerson,
  findDmfaRecordsByEmployer,
  findWorkersByEmployer,
  getDmfaStatisticsByEmployer,
} from './workers-of-employer.ts'

/** The operations of the contract of the Crossroads Bank, the subset that it gives to welfare centres. */
const subset: readonly DolsisOperation[] = [
  findEmployersByWorker,
  getEmploymentDetail,
  getEmployerDetail,
  getPostedWorkerDetail,
  findPostedWorkers,
  findPostingDocuments,
  getPostingDocumentDetail,
]

/**
 * All operations, in the order of the contract of the National Social Security Office. No register of deliberation 14/057 holds partner
 * institutions, declarations of works or registrations of presence.
 */
const all: readonly DolsisOperation[] = [
  findEmployersByWorker,
  getEmploymentDetail,
  getEmployerDetail,
  findEmployers,
  findWorkersByEmployer,
  findDmfaRecordsByEmployer,
  getDmfaStatisticsByEmployer,
  findDmfaContributionsUnrelatedToNaturalPerson,
  getPostedWorkerDetail,
  findPostedWorkers,
  getForeignEmployerDetail,
  findForeignEmployers,
  getPostingBelgianClientDetail,
  findPostingBelgianClients,
  findPostingPlaceOfWork,
  getPostingPlaceOfWorkDetail,
  findPostingDocuments,
  getPostingDocumentDetail,
  notServed('findPartnerInstitutions'),
  notServed('getPartnerInstitutionDetail'),
  notServed('getContractualRelationshipDeclarationDetail'),
  notServed('findContractualRelationshipDeclarations'),
  notServed('getPresenceRegistrationDetail'),
  notServed('findPresenceRegistrations'),
]

function operationsOf(contract: DolsisContract, operations: readonly DolsisOperation[]) {
  return new Map(
    operations.map((make) => {
      const operation = make(contract)
      return [`${operation.name}Request`, operation] as const
    }),
  )
}

const dolsis2011: DolsisContract = {
  namespace: 'http://kszbcss.fgov.be/intf/Dolsis2011Service/v1',
  by: 'crossroadsBank',
}

/** Dolsis2011Service v1 of the Crossroads Bank, wire-exact. */
export const dolsis2011Service: Service = {
  name: 'Dolsis2011Service',
  version: 1,
  namespace: dolsis2011.namespace,
  path: '/Dolsis2011Service/consult',
  aliases: ['/SOA4520/Dolsis2011Service/consult'],
  contract: 'Dolsis2011Service/v1',
  soapAction: (operation) => `http://kszbcss.fgov.be/Dolsis2011Service/${operation}`,
  operations: operationsOf(dolsis2011, subset),
  faultElement: (operation) => `${operation}Fault`,
  faultForm: dolsisFaults.crossroadsBank,
  wsdlNames: {
    definitions: 'dolsis2011Service',
    port: 'Dolsis2011Consult',
    binding: 'Dolsis2011HTTPBinding',
  },
}

const dolsisNsso: DolsisContract = { namespace: 'http://socialsecurity.be/dolsis/v1', by: 'nsso' }

/** DolsisNSSO v1 of the National Social Security Office, wire-exact. */
export const dolsisNssoService: Service = {
  name: 'DolsisNSSO',
  version: 1,
  namespace: dolsisNsso.namespace,
  path: '/DolsisNSSO/v1',
  contract: 'DolsisNSSO/v1',
  soapAction: (operation) => `${dolsisNsso.namespace}/${operation}`,
  operations: operationsOf(dolsisNsso, all),
  faultElement: () => 'nossFault',
  faultForm: dolsisFaults.nsso,
  wsdlNames: {
    documentation: 'Version 1.7',
    portType: 'DolsisNSSOPortType',
    binding: 'DolsisNSSOSOAPBinding',
    service: 'DolsisNSSOService',
    port: 'DolsisNSSOSOAP11',
    message: (kind, operation) => {
      if (kind === 'Fault') {
        return { message: 'nossFault', part: 'body', element: 'nossFault', name: 'fault' }
      }
      const element = `${operation}${kind}`
      return { message: element.charAt(0).toUpperCase() + element.slice(1), part: 'body', element }
    },
  },
}
