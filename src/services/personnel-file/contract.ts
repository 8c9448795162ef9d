import { activity, change, employment } from '../../registers/personnel-file.ts'
import {
  beginDate,
  employerCriterion,
  endDate,
  optionalEndDate,
  pageCriteria,
  personCriterion,
  sinceDate,
  type OwnContract,
  type OwnOperation,
} from '../own-contract.ts'

/** Most persons of one `wasActive`. */
export const personsMax = 100

export const consultByWorker: OwnOperation = {
  name: 'consultByWorker',
  about:
    'The employments (Dimona periods) of a worker that touch a period, whole: from entry to exit.',
  resources: 'workerEmployments',
  criteria: [personCriterion('worker'), beginDate, endDate('five years')],
  block: employment,
  record: 'employment',
  many: true,
  paged: false,
}

export const consultByEmployer: OwnOperation = {
  name: 'consultByEmployer',
  about:
    'The employments (Dimona periods) with an employer that touch a day or a period, page by page in the order of the numbers ' +
    'of the workers; all employments of a worker stand on one page.',
  resources: 'employerEmployments',
  criteria: [
    employerCriterion('employer'),
    beginDate,
    optionalEndDate('one year'),
    ...pageCriteria('workers'),
  ],
  block: employment,
  record: 'employment',
  many: true,
  paged: true,
}

export const wasActive: OwnOperation = {
  name: 'wasActive',
  about:
    'Whether persons were in service with an employer on a day of a period. Of a person about whom the institution may learn ' +
    'nothing the answer is the same as of one who was not.',
  resources: 'activities',
  criteria: [
    employerCriterion('employer'),
    {
      name: 'ssin',
      type: 'ssin',
      most: personsMax,
      about: 'National Register number or bis number of a person.',
    },
    beginDate,
    endDate('five years'),
  ],
  block: activity,
  record: 'activity',
  many: true,
  paged: false,
}

export const changesSince: OwnOperation = {
  name: 'changesSince',
  about:
    'The employments (Dimona periods) with an employer that a declaration opened, changed or cancelled on a day or later, as they ' +
    'are now, page by page in the order of the numbers of the workers: what somebody who asks each day would see change.',
  resources: 'employmentChanges',
  criteria: [employerCriterion('employer'), sinceDate, ...pageCriteria('workers')],
  block: change,
  record: 'change',
  many: true,
  paged: true,
}

export const personnelFileContract: OwnContract = {
  name: 'PersonnelFileService',
  version: 1,
  about:
    'Dimona and the personnel file: who works for whom, from when to when (deliberation 14/057, §§ 11 to 18).',
  operations: [consultByWorker, consultByEmployer, wasActive, changesSince],
}
