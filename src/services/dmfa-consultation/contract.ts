import { dmfa } from '../../registers/dmfa.ts'
import { dmfaChange } from '../../registers/dmfa-change.ts'
import {
  employerCriterion,
  pageCriteria,
  personCriterion,
  sinceDate,
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

export const consultHistory: OwnOperation = {
  name: 'consultHistory',
  about:
    'When the quarterly declarations about a worker were made and modified, and which blocks each modification changed. ' +
    'Deliberation 14/057 grants nothing of the history itself.',
  resources: 'workerDeclarationHistories',
  criteria: consultByWorker.criteria,
  block: dmfa.employerDeclaration,
  record: 'employerDeclaration',
  many: true,
  paged: false,
}

export const changesSince: OwnOperation = {
  name: 'changesSince',
  about:
    'The declarations of an employer that were made, modified or taken back about a worker on a day or later, as they are now, of this ' +
    'worker only, page by page in the order of the numbers of the workers: what somebody who asks each day would see change.',
  resources: 'declarationChanges',
  criteria: [employerCriterion('employer'), sinceDate, ...pageCriteria('workers')],
  block: dmfaChange,
  record: 'change',
  many: true,
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
  operations: [consultByWorker, consultByEmployer, consultAggregates, consultHistory, changesSince],
}
