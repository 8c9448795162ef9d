import { employerNumbers, employerOfDirectory } from '../../registers/employer-directory.ts'
import type { OwnContract, OwnOperation } from '../own-contract.ts'

export const consultEmployer: OwnOperation = {
  name: 'consultEmployer',
  about:
    'Employers of the directory by registration or enterprise number: identification, administrative data, categories with ' +
    'their transfers (deliberation 14/057, §§ 41 to 44). Counters tell the number of blocks in this reply.',
  resources: 'employers',
  criteria: [
    {
      name: 'nssoNumber',
      type: 'nssoNumber',
      optional: true,
      about: 'NSSO registration number of the employer; this, the enterprise number, or both.',
    },
    {
      name: 'enterpriseNumber',
      type: 'enterpriseNumber',
      optional: true,
      about: 'Enterprise number, under which several employers can be registered.',
    },
  ],
  block: employerOfDirectory,
  record: 'employer',
  many: true,
  paged: false,
}

/** Most employers that one search gives. */
export const employersMax = 25

export const findEmployers: OwnOperation = {
  name: 'findEmployers',
  about:
    'Numbers of the employers whose name and address hold every word of the criteria, whole words, whatever their case and accents ' +
    `(deliberation 14/057, § 40). More than ${employersMax} employers are none: MSG00008 with the field tooManyEmployers.`,
  resources: 'employerNumbers',
  criteria: [
    {
      name: 'name',
      type: 'searchText',
      optional: true,
      about: 'Words of the name; this, the address, or both.',
    },
    {
      name: 'address',
      type: 'searchText',
      optional: true,
      about: 'Words of the address of the registered office.',
    },
  ],
  block: employerNumbers,
  record: 'employer',
  many: true,
  paged: false,
}

export const employerContract: OwnContract = {
  name: 'EmployerService',
  version: 1,
  about: 'The employer directory (deliberation 14/057, §§ 39 to 46).',
  operations: [consultEmployer, findEmployers],
}
