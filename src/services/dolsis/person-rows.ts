import type { PersonRegister } from '../../registers/field.ts'
import { ownNumber, type PersonRecord } from '../../registers/person.ts'
import { always, attribute, derived, leaf, path, tree } from '../element-tree.ts'
import { country, date, incompleteDate, int, ssin, text, wordOf } from '../wire-types.ts'
import { address } from './address-rows.ts'

export const numbers = 'person.nationalNumber | person.bisNumber | person.struckOffNumber'
const names = path('person.nr.names')
const birth = path('person.nr.birth')
const status = path('person.nr.civilStatus')

/** dt:PersonDataSource: the register that a person's data come from. */
export const personDataSource = wordOf({
  nationalRegister: 'nr',
  bisRegister: 'bis',
  struckOffRegister: 'rad',
} satisfies Record<PersonRegister, string>)

/** dt:Person, as the registers of persons know one. */
export const personTree = tree<PersonRecord>([
  attribute('source', personDataSource, derived(numbers), (one) => one.register),
  leaf('ssin', ssin, path(numbers), ownNumber),
  always('lastName', names, (one) => one.names?.lastName),
  leaf('firstName', text, names, (one) => one.names?.firstNames),
  leaf('birthDate', incompleteDate, birth, (one) => one.birth?.birthDate),
  leaf('deceaseDate', incompleteDate, path('person.nr.death'), (one) => one.death?.deceaseDate),
  leaf('birthPlace', text, birth, (one) => one.birth?.birthPlace),
  leaf('gender', wordOf({ 1: 'male', 2: 'female' }), path('person.nr.sex'), (one) => one.sex),
  leaf('maritalStatus', int, status, (one) => one.civilStatus?.civilStatusCode),
  leaf('maritalStatusInceptionDate', date, status, (one) => one.civilStatus?.sinceDate),
  leaf('nationality', country, path('person.nr.nationality'), (one) => one.nationality),
  address('address', 'person.nr.mainResidence', (one) => one.mainResidence),
])
