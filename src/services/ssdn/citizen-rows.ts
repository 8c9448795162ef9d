import { readNisCommune } from '../../base/codes.ts'
import type { Path } from '../../registers/catalogue.ts'
import type { PersonRecord } from '../../registers/person.ts'
import { at, pathRow, type ElementRow } from '../element-rows.ts'
import {
  fileLanguage,
  givenNames,
  isAbroad,
  joined,
  personPaths as paths,
  relativePaths,
} from '../person-data.ts'
import {
  birthLocation,
  communeOf,
  countryOf,
  genderCode,
  incompleteDate,
  integerCode,
  labelRows,
  nisCountry,
  numberOf,
  type Address,
  type Written,
} from './person-rows.ts'

/** An address with its country, without which the schema has none, and the day from which it holds. */
export interface Residence {
  readonly address: Address
  readonly since: string | undefined
}

export function residence(
  address: Address | undefined,
  since: string | undefined,
): readonly Residence[] {
  return address === undefined || countryOf(address) === undefined ? [] : [{ address, since }]
}

/** StandardAddressType; its dates are attributes, which stand beside the rows in the table. */
export function addressRows(
  within: string,
  from: readonly Path[],
): readonly ElementRow<Residence, Written>[] {
  const row = (name: string, value: (address: Address) => string | undefined) =>
    pathRow<Residence, Written>(within + name, from, ({ address }) => value(address))
  return [
    row('Country/Code', countryOf),
    ...labelRows<Residence>(`${within}Country/Description`, 'countries', from, ({ address }) =>
      countryOf(address),
    ),
    row('Municipality/Code', communeOf),
    ...labelRows<Residence>(
      `${within}Municipality/Description`,
      'nis-communes',
      from,
      ({ address }) => communeOf(address),
    ),
    row('Municipality/PostalCode', ({ zipCode }) => zipCode),
    row('Street/Description', ({ street }) => street),
    row('HouseNumber', ({ houseNumber }) => houseNumber),
    row('Box', ({ postBox }) => postBox),
  ]
}

type CitizenRow = ElementRow<PersonRecord, Written>
type Spouse = NonNullable<PersonRecord['spouse']>
const postal = {
  address: [at('person.postalAddressAbroad.address')],
  since: [at('person.postalAddressAbroad.since')],
}
const temporary = {
  address: [at('person.temporaryAddress.address')],
  since: [at('person.temporaryAddress.since')],
}

const citizenRow = (
  name: string,
  from: Parameters<typeof pathRow>[1],
  value: (record: PersonRecord) => string | undefined,
): CitizenRow => pathRow(`LegalData/${name}`, from, value)

/** The rows of the residence now, inside those of the citizen. */
const citizenAddress: readonly CitizenRow[] = addressRows(
  'LegalData/AddressInformation/LegalAddress/StandardAddress/',
  paths.residence,
).map((row) => ({
  ...row,
  value: (record, written) => {
    const [now] = residence(record.mainResidence, record.mainResidenceSince)
    return now && row.value(now, written)
  },
}))

/** A residence, and the language of the file. */
interface Managed extends Residence {
  readonly language: string | undefined
}

/** ManagerLocationType: the municipality that keeps an address, or the country when abroad, with the language of the file as in type 001. */
export function managerRows(
  within: string,
  from: readonly Path[],
): readonly ElementRow<Managed, Written>[] {
  const commune = ({ address }: Managed) => communeOf(address)
  const abroad = ({ address }: Managed) =>
    isAbroad(address.countryCode) ? countryOf(address) : undefined
  return [
    pathRow(`${within}Code`, from, (one) => commune(one) ?? abroad(one)),
    ...labelRows<Managed>(`${within}Description`, 'nis-communes', from, commune),
    ...labelRows<Managed>(`${within}Description`, 'countries', from, abroad),
    {
      element: `${within}LinguisticRegime`,
      source: { kind: 'derived', paths: paths.language, needs: [from] },
      value: (one) =>
        (commune(one) ?? abroad(one)) === undefined ? undefined : fileLanguage(one.language),
    },
  ]
}

const citizenManager: readonly CitizenRow[] = managerRows(
  'LegalData/AddressInformation/ManagerLocation/',
  paths.residence,
).map((row) => ({
  ...row,
  value: ({ mainResidence, mainResidenceSince, language }, written) => {
    const [now] = residence(mainResidence, mainResidenceSince)
    return now && row.value({ ...now, language }, written)
  },
}))

const spouse = relativePaths('person.spouse')

/** The spouse, beside the civil status without which the schema has no place for one. */
const partnerRows: readonly CitizenRow[] = (
  [
    ['SocialSecurityUser', spouse.number, ({ ssin }) => ssin],
    ['Name/LastName', spouse.names, ({ names }) => names && (names.lastName ?? '')],
    ['Name/MiddleName', spouse.names, ({ names }) => givenNames(names?.firstNames).others],
    ['Name/FirstName', spouse.names, ({ names }) => givenNames(names?.firstNames).first],
    ['BirthDate', spouse.birth, ({ birthDate }) => incompleteDate(birthDate)],
    ['Gender', spouse.sex, ({ sex }) => genderCode(sex)],
  ] satisfies readonly [string, readonly Path[], (one: Spouse) => string | undefined][]
).map(([name, from, value]) =>
  pathRow(
    `LegalData/CivilState/Partner/${name}`,
    from,
    ({ civilStatus, spouse: one }) =>
      one === undefined || integerCode(civilStatus?.civilStatusCode) === undefined
        ? undefined
        : value(one),
    [paths.civilStatus],
  ),
)

/** Since when a datum holds: an attribute of its element, which stands there for the datum itself. */
function dateOf(
  name: string,
  from: readonly Path[],
  datum: readonly Path[],
  since: (record: PersonRecord) => string | undefined,
): CitizenRow {
  const value = (record: PersonRecord) => incompleteDate(since(record))
  return pathRow(`LegalData/${name}/@modificationDate`, from, value, [datum])
}

/** An address as text, PlainTextAddressType. */
function plainAddress(
  name: string,
  from: { readonly address: readonly Path[]; readonly since: readonly Path[] },
  of: (record: PersonRecord) => { readonly address?: Address; readonly since?: string } | undefined,
): readonly CitizenRow[] {
  const within = `AddressInformation/${name}`
  return [
    dateOf(within, from.since, from.address, (record) => of(record)?.since),
    citizenRow(`${within}/Country/Code`, from.address, (record) => {
      const { address } = of(record) ?? {}
      return address && countryOf(address)
    }),
    citizenRow(`${within}/Address`, from.address, (record) => {
      const { street, houseNumber, postBox, zipCode, city } = of(record)?.address ?? {}
      // the schema takes so many characters
      const text = joined([street, houseNumber, postBox, zipCode, city])
      return text && Array.from(text).slice(0, 100).join('')
    }),
  ]
}

/** A Citizen: who a person is, and where he lives. */
export const citizenRows: readonly CitizenRow[] = [
  pathRow('SocialSecurityUser', paths.number, (record) => numberOf(record)?.ssin),
  pathRow(
    'InscriptionRegister/@modificationDate',
    paths.struckOffSince,
    ({ registrationRegister, struckOffSince }) =>
      integerCode(registrationRegister) && incompleteDate(struckOffSince),
    [paths.registration],
  ),
  pathRow('InscriptionRegister', paths.registration, ({ registrationRegister }) =>
    integerCode(registrationRegister),
  ),
  // a name that is not granted is written empty, without its date
  dateOf('Name', paths.namesSince, paths.names, ({ names, namesSince }) => names && namesSince),
  citizenRow('Name/LastName', paths.names, ({ names }) => names?.lastName ?? ''),
  citizenRow('Name/MiddleName', paths.names, ({ names }) => givenNames(names?.firstNames).others),
  citizenRow('Name/FirstName', paths.names, ({ names }) => givenNames(names?.firstNames).first),
  dateOf('Gender', paths.sexSince, paths.sex, ({ sexSince }) => sexSince),
  citizenRow('Gender', paths.sex, ({ sex }) => genderCode(sex)),
  citizenRow('Birth/Date', paths.birth, ({ birth }) => incompleteDate(birth?.birthDate)),
  citizenRow('Birth/Location/Code', paths.birth, ({ birth }) => birthLocation(birth)),
  citizenRow('Birth/Location/Description', paths.birth, ({ birth }) => birth?.birthPlace),
  dateOf('CivilState', paths.civilStatus, paths.civilStatus, ({ civilStatus }) => civilStatus?.sinceDate), // prettier-ignore
  citizenRow('CivilState/Code', paths.civilStatus, ({ civilStatus }) =>
    integerCode(civilStatus?.civilStatusCode),
  ),
  ...partnerRows,
  citizenRow('Decease/Date', paths.death, ({ death }) => incompleteDate(death?.deceaseDate)),
  citizenRow('Decease/Location/Code', paths.death, ({ death }) =>
    incompleteDate(death?.deceaseDate) === undefined
      ? undefined
      : readNisCommune(death?.deceaseMunicipalityCode ?? ''),
  ),
  citizenRow('Decease/Location/Description', paths.death, ({ death }) =>
    incompleteDate(death?.deceaseDate) === undefined ? undefined : death?.deceasePlace,
  ),
  ...['ManagerLocation', 'LegalAddress/StandardAddress'].map(
    (name) =>
    dateOf(`AddressInformation/${name}`, paths.since, paths.residence, (record) => record.mainResidenceSince), // prettier-ignore
  ),
  ...citizenManager,
  ...citizenAddress,
  ...plainAddress('TemporaryAddress', temporary, ({ temporaryAddress }) => temporaryAddress),
  ...plainAddress('PostAddressAbroad', postal, ({ postalAddressAbroad }) => postalAddressAbroad),
  dateOf('Nationality', paths.nationalitySince, paths.nationality, ({ nationalitySince }) => nationalitySince), // prettier-ignore
  citizenRow('Nationality/Code', paths.nationality, ({ nationality }) => nisCountry(nationality)),
  ...labelRows<PersonRecord>(
    'LegalData/Nationality/Description',
    'countries',
    paths.nationality,
    ({ nationality }) => nisCountry(nationality),
  ),
]
