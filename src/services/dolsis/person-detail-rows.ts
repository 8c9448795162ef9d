import { ownNumber, type PersonRecord } from '../../registers/person.ts'
import {
  always,
  attribute,
  derived,
  known,
  leaf,
  nested,
  path,
  required,
  tree,
} from '../element-tree.ts'
import { givenNames } from '../person-data.ts'
import { date, incompleteDate, ssin, text, wordOf } from '../wire-types.ts'
import { addressRows } from './address-rows.ts'
import { numbers, personDataSource, personTree } from './person-rows.ts'

type Former = NonNullable<PersonRecord['formerResidence']>[number]
type Member = NonNullable<PersonRecord['familyMember']>[number]

/** dt:Address of a former residence, with the day from which on. */
const formerAddress = tree<Former>([
  ...addressRows<Former>('person.formerResidence.address', (one) => one.address),
  leaf('startDate', date, path('person.formerResidence.since'), (one) => one.since),
])

const memberNumber = 'person.familyMember.ssin'
const memberNames = path('person.familyMember.names')

/** dt:PersonSummary of a member of the household. */
const memberSummary = tree<Member>([
  attribute('source', personDataSource, derived(memberNumber), (one) => one.register),
  leaf('ssin', ssin, path(memberNumber), (one) => one.ssin),
  leaf('lastName', text, memberNames, (one) => one.names?.lastName),
  leaf('firstName', text, memberNames, (one) => givenNames(one.names?.firstNames).first),
  leaf('secondName', text, memberNames, (one) => givenNames(one.names?.firstNames).others),
])

const position = 'person.familyMember.position'

/** dt:FamilyMember. Its position must be there, so without it none is. */
const familyMember = tree<Member>([
  attribute('householder', text, derived(position), (one) =>
    one.position === undefined ? undefined : String(one.position === '1'),
  ),
  nested('person', memberSummary, (one) => [one], { required: true }),
  required('positionCode', text, path(position), (one) => one.position),
])

const addressHistory = tree<PersonRecord>([
  nested('address', formerAddress, (one) => one.formerResidence ?? []),
])

/** c:PersonDetail */
export const personDetailTree = tree<PersonRecord>([
  nested('person', personTree, (one) => [one], { required: true }),
  nested('addressHistory', addressHistory, (one) => known(one.formerResidence && one)),
  nested('familyMember', familyMember, (one) => one.familyMember ?? []),
])

const names = path('person.nr.names')

/** c:PersonByPhoneticSearchResult */
export const foundPersonTree = tree<PersonRecord>([
  required('ssin', ssin, path(numbers), ownNumber),
  always('lastName', names, (one) => one.names?.lastName),
  leaf('firstName', text, names, (one) => givenNames(one.names?.firstNames).first),
  leaf('secondName', text, names, (one) => givenNames(one.names?.firstNames).others),
  leaf('birthDate', incompleteDate, path('person.nr.birth'), (one) => one.birth?.birthDate),
  leaf('gender', wordOf({ 1: 'male', 2: 'female' }), path('person.nr.sex'), (one) => one.sex),
  required('source', personDataSource, derived(numbers), (one) => one.register),
])
