import { limosa } from '../../registers/limosa.ts'
import {
  pageSizeMax,
  type Criterion,
  type OwnContract,
  type OwnOperation,
} from '../own-contract.ts'

const begin: Criterion = { name: 'beginDate', type: 'date', about: 'First day.' }

export const consultByPostedPerson: OwnOperation = {
  name: 'consultByPostedPerson',
  about:
    'The postings of a person to Belgium that touch a period, whole: employees, self-employed persons and trainees.',
  resources: 'personPostings',
  criteria: [
    { name: 'ssin', type: 'ssin', about: 'National Register number or bis number of the person.' },
    begin,
    { name: 'endDate', type: 'date', about: 'Last day, included; at most five years in all.' },
  ],
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
    { name: 'nssoNumber', type: 'nssoNumber', about: 'NSSO registration number of the user.' },
    begin,
    {
      name: 'endDate',
      type: 'date',
      optional: true,
      about: 'Last day, included; beginDate when absent; at most one year in all.',
    },
    {
      name: 'offset',
      type: 'offset',
      optional: true,
      about: 'nextOffset of the page before; absent for the first page.',
    },
    {
      name: 'maxResults',
      type: 'pageSize',
      optional: true,
      about: `Most posted persons on the page, 1 to ${pageSizeMax}; ${pageSizeMax} when absent.`,
    },
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
