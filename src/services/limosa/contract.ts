import { limosa } from '../../registers/limosa.ts'
import {
  beginDate,
  employerCriterion,
  endDate,
  optionalEndDate,
  pageCriteria,
  personCriterion,
  type OwnContract,
  type OwnOperation,
} from '../own-contract.ts'

export const consultByPostedPerson: OwnOperation = {
  name: 'consultByPostedPerson',
  about:
    'The postings of a person to Belgium that touch a period, whole: employees, self-employed persons and trainees.',
  resources: 'personPostings',
  criteria: [personCriterion('person'), beginDate, endDate('five years')],
  block: limosa.posting,
  record: 'posting',
  many: true,
  paged: false,
}

export const consultByUser: OwnOperation = {
  name: 'consultByUser',
  about:
    'The postings to a user of services that touch a day or a period, page by page in the order of the numbers of the posted ' +
    'persons; all postings of a person to the user stand on one page.',
  resources: 'userPostings',
  criteria: [
    employerCriterion('user'),
    beginDate,
    optionalEndDate('one year'),
    ...pageCriteria('posted persons'),
  ],
  block: limosa.posting,
  record: 'posting',
  many: true,
  paged: true,
}

export const limosaContract: OwnContract = {
  name: 'LimosaService',
  version: 1,
  about:
    'Limosa: who is posted to Belgium, to which user of services, from when to when (deliberation 14/057, §§ 47 to 50).',
  operations: [consultByPostedPerson, consultByUser],
}
