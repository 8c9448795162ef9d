import type {
  EmployerNumbersRecord,
  EmployerOfDirectoryRecord,
} from '../../registers/employer-directory.ts'
import { always, leaf, leaves, path, required, tree } from '../element-tree.ts'
import { cbeNumber, date, int, ssin, text } from '../wire-types.ts'
import { address, addressAlways } from './address-rows.ts'
import { nossNumber } from './number-rows.ts'

type Employer = EmployerOfDirectoryRecord
type Curatorship = NonNullable<NonNullable<Employer['identification']>['curatorship']>

const identification = (name: string) => path(`employerDirectory.identification.${name}`)
const administrative = (name: string) => path(`employerDirectory.administrative.${name}`)
const category = (name: string) => path(`employerDirectory.employerCategory.${name}`)

/** dt:Employer, as the directory knows one. Its enterprise number is no part of the directory's answer (§ 41). */
export const directoryEmployer = tree<Employer>([
  always('name', identification('denomination'), (one) => one.identification?.denomination),
  nossNumber(
    'nossRegistrationNumber',
    'employerDirectory.identification.registrationNumber',
    (one) => one.identification?.registrationNumber,
  ),
  leaf('ssin', ssin, identification('ssin'), (one) => one.identification?.ssin),
  address(
    'address',
    'employerDirectory.identification.registeredOfficeAddress',
    (one) => one.identification?.registeredOfficeAddress,
  ),
  leaf(
    'underCuratorshipBeginDate',
    date,
    identification('curatorship.date'),
    (one) => one.identification?.curatorship?.date,
  ),
  leaf(
    'nossDeletionDate',
    date,
    administrative('deletionDate'),
    (one) => one.administrative?.deletionDate,
  ),
])

/** dt:EmployerAdditionalData; importance and activity are those of the first category. */
export const additionalData = tree<Employer>([
  leaf(
    'administrativeSystem',
    int,
    administrative('administrativeSystem'),
    (one) => one.administrative?.administrativeSystem,
  ),
  leaves('employerClass', int, category('category'), (one) =>
    (one.employerCategory ?? []).map((each) => each.category),
  ),
  leaf(
    'importanceCode',
    int,
    category('importanceCode'),
    (one) => one.employerCategory?.[0]?.importanceCode,
  ),
  leaf('activityCode', int, category('naceCode'), (one) => one.employerCategory?.[0]?.naceCode),
  leaf('legalForm', text, identification('legalForm'), (one) => one.identification?.legalForm),
  leaf(
    'nossMembershipDate',
    date,
    administrative('registrationDate'),
    (one) => one.administrative?.registrationDate,
  ),
  leaf('email', text, identification('email'), (one) => one.identification?.email),
])

/** A number of three digits. */
const secretariatNumber = (value: string | number | boolean) =>
  /^\d{1,3}$/.test(String(value)) ? int(value) : undefined

export const socialSecretariat = tree<Employer>([
  leaf(
    'ssaNbr',
    secretariatNumber,
    identification('socialSecretariat.currentNumber'),
    (one) => one.identification?.socialSecretariat?.currentNumber,
  ),
])

/** dt:EmployerRepresentative: the curator. */
export const representative = tree<Curatorship>([
  required(
    'name',
    text,
    identification('curatorship.representativeName'),
    (one) => one.representativeName,
  ),
  addressAlways(
    'address',
    'employerDirectory.identification.curatorship.representativeAddress',
    (one) => one.representativeAddress,
  ),
  leaf('beginDate', date, identification('curatorship.date'), (one) => one.date),
])

/** dt:Employer of a search: numbers only (§ 40), so that the name is empty. */
export const foundEmployer = tree<EmployerNumbersRecord>([
  always('name', { kind: 'empty', why: 'a search gives numbers only' }, () => undefined),
  nossNumber(
    'nossRegistrationNumber',
    'employerDirectory.search.registrationNumber',
    (one) => one.registrationNumber,
  ),
  leaf(
    'cbeNumber',
    cbeNumber,
    path('employerDirectory.search.enterpriseNumber'),
    (one) => one.enterpriseNumber,
  ),
])
