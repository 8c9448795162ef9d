import { person } from '../../registers/person.ts'
import type { OwnContract, OwnOperation } from '../own-contract.ts'

export const consultPerson: OwnOperation = {
  name: 'consultPerson',
  about: 'The person behind a social security number.',
  resources: 'persons',
  criteria: [{ name: 'ssin', type: 'ssin', about: 'National Register number or bis number.' }],
  block: person.person,
  record: 'person',
  many: false,
  paged: false,
}

export const personContract: OwnContract = {
  name: 'PersonService',
  version: 1,
  about:
    'Persons of the National Register and the Crossroads Bank registers (deliberation 14/057, §§ 7 to 10).',
  operations: [consultPerson],
}
