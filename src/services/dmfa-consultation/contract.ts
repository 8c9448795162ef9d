import { dmfa } from '../../registers/dmfa.ts'
import {
  employerCriterion,
  pageCriteria,
  personCriterion,
  type OwnContract,
  type OwnOperation,
} from '../own-contract.ts'

export const consultByWorker: OwnOperation = {
  name: 'consultByWorker',
  about:
    'The quarterly declarations (DmfA) in which a worker occurs, of this worker only; ' +
    'without company vehicles and contributions that belong to no person.',
  resources: 'workerDeclarations',
  criteria: [
    personCriterion('worker'),
    { name: 'beginQuarter', type: 'yearQuarter', about: 'First quarter.' },
    {
      name: 'endQuarter',
      type: 'yearQuarter',
      about: 'Last quarter, included; at most 20 quarters in all.',
    },
  ],
  block: dmfa.employerDeclaration,
  record: 'employerDeclaration',
  many: true,
  paged: false,
}

export const consultByEmployer: OwnOperation = {
  name: 'consultByEmployer',
  about:
    'The quarterly declaration (DmfA) of an employer, its workers page by page. Each page is whole in itself: ' +
    'the data of the employer stand on every one.',
  resources: 'employerDeclarations',
  criteria: [
    employerCriterion('employer'),
    { name: 'quarter', type: 'yearQuarter', about: 'The quarter.' },
    ...pageCriteria('workers'),
  ],
  block: dmfa.employerDeclaration,
  record: 'employerDeclaration',
  many: false,
  paged: true,
}

export const consultAggregates: OwnOperation = {
  name: 'consultAggregates',
  about: 'Totals over the declaration of an employer in a quarter (deliberation 14/057, § 37).',
  resources: 'aggregates',
  criteria: [
    employerCriterion('employer'),
    { name: 'quarter', type: 'yearQuarter', about: 'The quarter.' },
  ],
  block: dmfa.aggregate,
  record: 'aggregate',
  many: false,
  paged: false,
}

export const dmfaConsultationContract: OwnContract = {
  name: 'DmfaConsultationService',
  version: 1,
  about: 'Quarterly declarations of employers (DmfA; deliberation 14/057, §§ 20 to 37).',
  operations: [consultByWorker, consultByEmployer, consultAggregates],
}
