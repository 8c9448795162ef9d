import { GatewayError } from '../../base/errors.ts'
import type { Ssin } from '../../base/ssin.ts'
import type { Disclosed } from '../../registers/grant.ts'
import { person, type PersonRecord } from '../../registers/person.ts'
import type { NameSearch } from '../../registers/register-reader.ts'
import type { XmlElement } from '../../xml/element.ts'
import {
  areGranted,
  pathRow,
  pathsOfBlocks,
  rowsWriter,
  type ElementBlock,
  type ElementRow,
  type GrantedPaths,
  type Needs,
} from '../element-rows.ts'
import { nameSearchKeys, nameSearchSubject, readNameSearch } from '../name-search.ts'
import { consultation, invalidOf, valid, type Reply } from '../operation.ts'
import { givenNames, personPaths as paths } from '../person-data.ts'
import { writeServiceReply } from './envelope.ts'
import { compare, isEmptyProof, readProof, type Proof } from './identity.ts'
import { namespaces } from './names.ts'
import {
  birthLocation,
  integerCode,
  communeOf,
  countryOf,
  genderCode,
  incompleteDate,
  labelRows,
  nisCountry,
  numberOf,
  type Address,
  type Written,
} from './person-rows.ts'
import { child, collapsed, integerIn, ssinIn } from './read.ts'
import { detail, nothingFound, SsdnInvalid, type Detail } from './result-summary.ts'

/** OCMWCPASIdentifyPerson: who a number is, and whether data given are that person's; or who is called so (services.md §3). */
export const identifyPerson = { serviceId: 'OCMWCPASIdentifyPerson', version: '20050930' } as const

interface BySsin {
  readonly ssin: Ssin
  readonly proof: Proof | undefined
  /** phonetic criteria were given too */
  readonly both: boolean
}

interface ByName {
  readonly search: NameSearch
  readonly limit: number
}

/** A person as the rows write it. */
interface Item {
  readonly record: Disclosed<PersonRecord>
  /** some datum of the request is that person's: only then more than the basic data is told */
  readonly isValidated: boolean
}

type Row = ElementRow<Item, Written>

const basic = (
  element: string,
  from: Parameters<typeof pathRow>[1],
  value: (record: Disclosed<PersonRecord>) => string | undefined,
): Row => pathRow(`Basic/${element}`, from, ({ record }) => value(record))

const extended = (
  element: string,
  from: Parameters<typeof pathRow>[1],
  value: (record: Disclosed<PersonRecord>) => string | undefined,
): Row =>
  pathRow(`Extended/${element}`, from, ({ record, isValidated }) =>
    isValidated ? value(record) : undefined,
  )

/** An address that the schema can hold: it wants the country. */
const addressOf = ({ record: { mainResidence } }: Item): Address | undefined =>
  mainResidence === undefined || countryOf(mainResidence) === undefined ? undefined : mainResidence

const inAddress = (element: string, value: (address: Address) => string | undefined): Row =>
  pathRow(`Basic/Address/${element}`, paths.residence, (item) => {
    const address = addressOf(item)
    return address && value(address)
  })

const rows: readonly Row[] = [
  basic('SocialSecurityUser', paths.number, (record) => numberOf(record)?.ssin),
  basic('LastName', paths.names, ({ names }) => names?.lastName ?? ''),
  basic('FirstName', paths.names, ({ names }) => givenNames(names?.firstNames).first),
  basic('MiddleName', paths.names, ({ names }) => givenNames(names?.firstNames).others),
  basic('BirthDate', paths.birth, ({ birth }) => incompleteDate(birth?.birthDate)),
  pathRow(
    'Basic/Gender/@modificationDate',
    paths.sexSince,
    ({ record }) => incompleteDate(record.sexSince),
    [paths.sex],
  ),
  basic('Gender', paths.sex, ({ sex }) => genderCode(sex)),
  inAddress('CountryCode', countryOf),
  inAddress('MunicipalityCode', communeOf),
  ...labelRows<Item>('Basic/Address/Municipality', 'nis-communes', paths.residence, (item) => {
    const address = addressOf(item)
    return address && communeOf(address)
  }),
  inAddress('PostalCode', ({ zipCode }) => zipCode),
  inAddress('Street', ({ street }) => street),
  inAddress('HouseNumber', ({ houseNumber }) => houseNumber),
  inAddress('Box', ({ postBox }) => postBox),
  {
    element: 'Extended',
    source: { kind: 'technical', why: 'there when the identity was validated, empty or not' },
    value: ({ isValidated }) => (isValidated ? '' : undefined),
  },
  extended('CivilState', paths.civilStatus, ({ civilStatus }) =>
    integerCode(civilStatus?.civilStatusCode),
  ),
  extended('BirthLocationCode', paths.birth, ({ birth }) => birthLocation(birth)),
  extended('BirthLocation', paths.birth, ({ birth }) => birth?.birthPlace),
  extended('DeceaseDate', paths.death, ({ death }) => incompleteDate(death?.deceaseDate)),
  extended('InscriptionRegister', paths.registration, (record) => record.registrationRegister),
  extended('NationalityCode', paths.nationality, ({ nationality }) => nisCountry(nationality)),
]

/** The schema wants number, family name and birth date; a name can be empty. */
const needs: Needs = [paths.number, paths.birth]

const table: readonly ElementBlock[] = [
  {
    place: 'SearchResults/LimitedLegalData',
    needs,
    rows: rows.map(({ element, source }) => ({ element, source })),
  },
]

const writeRows = rowsWriter(rows, 'ns3:')

function isShown(record: Disclosed<PersonRecord>): boolean {
  return numberOf(record) !== undefined && incompleteDate(record.birth?.birthDate) !== undefined
}

function writePerson(item: Item, written: Written): string {
  const { origin } = numberOf(item.record) ?? {}
  if (origin === undefined) throw new TypeError('person without number is not shown')
  return `<ns3:LimitedLegalData origin="${origin}">${writeRows(item, written)}</ns3:LimitedLegalData>`
}

function writeReply(persons: readonly string[], details: readonly Detail[]): string {
  const results =
    persons.length === 0 ? '' : `<ns3:SearchResults>${persons.join('')}</ns3:SearchResults>`
  const body = `<ns3:IdentifyPersonReply xmlns:ns3="${namespaces.identifyPerson}">${results}</ns3:IdentifyPersonReply>`
  return writeServiceReply(identifyPerson, details, body)
}

const shared = {
  block: person.person,
  gives: pathsOfBlocks(table),
  elements: table,
  yields: (granted: GrantedPaths) => areGranted(needs, granted),
  shows: isShown,
} as const

/** By number; what is said beside it is compared with what the grant shows of the person. */
export const identifyBySsin = consultation<BySsin | GatewayError, 'person'>({
  ...shared,
  gives: [...shared.gives, ...paths.identityCard, ...paths.socialSecurityCard],
  name: identifyPerson.serviceId,
  question: 'person',
  readXml: (body) => ({ envelope: {}, criteria: readBySsin(body) }),
  invalid: invalidOf,
  subject: (criteria) => ({ kind: 'person', ssin: valid(criteria).ssin }),
  ask: (criteria, { sources }) => ({
    kind: 'person',
    ssin: valid(criteria).ssin,
    registers: sources,
  }),
  writeXml: ({ records, request, label }) => {
    const [record] = records
    const both = !(request.criteria instanceof GatewayError) && request.criteria.both
    const ignored = both ? [detail('21007001')] : []
    if (record === undefined) return writeReply([], [...ignored, nothingFound])
    const { proof } = valid(request.criteria)
    const compared = proof === undefined ? [] : compare(proof, record)
    const isValidated = compared.some(({ matches }) => matches)
    const differing = compared.flatMap((one) => one.differing)
    return writeReply(
      [writePerson({ record, isValidated }, { label })],
      [
        ...ignored,
        ...(differing.length > 0
          ? [
              detail(
                '22007007',
                differing.map((fieldName) => ({ fieldName })),
              ),
            ]
          : []),
        ...(isValidated ? [detail('12007001')] : []),
      ],
    )
  },
})

/** By the sound of a name: everybody found, as far as the caller may ask about them. */
export const identifyByName = consultation<ByName | GatewayError, 'personsByName'>({
  ...shared,
  name: `${identifyPerson.serviceId}.phonetic`,
  question: 'personsByName',
  readXml: (body) => ({ envelope: {}, criteria: readByName(body) }),
  invalid: invalidOf,
  subject: (criteria) => nameSearchSubject(valid(criteria).search),
  keys: (criteria) => nameSearchKeys(valid(criteria).search),
  ask: (criteria, { sources }) => {
    const { search, limit } = valid(criteria)
    const question = { kind: 'personsByName', ofMore: 'first', persons: [] } as const
    return { ...question, search, limit, registers: sources }
  },
  writeXml: ({ records, label }: Reply<unknown, 'personsByName'>) =>
    writeReply(
      records.map((record) => writePerson({ record, isValidated: false }, { label })),
      records.length === 0 ? [nothingFound] : [],
    ),
})

/** Which of the two a request asks for: a number takes precedence. */
export function identifyOperationOf(body: XmlElement) {
  const criteria = child(body, 'SearchCriteria')
  const byName = criteria && child(criteria, 'PhoneticCriteria') && !child(criteria, 'SSIN')
  return byName ? identifyByName : identifyBySsin
}

const missing = (fieldName: string) => new SsdnInvalid([detail('31000007', [{ fieldName }])])

function readBySsin(body: XmlElement): BySsin | GatewayError {
  const criteria = child(body, 'SearchCriteria')
  if (criteria === undefined || child(criteria, 'SSIN') === undefined) return missing('SSIN')
  const ssin = ssinIn(criteria, 'SSIN')
  if (ssin instanceof GatewayError) return ssin
  const verification = child(body, 'VerificationData')
  const proof = verification && readProof(verification)
  if (proof !== undefined && isEmptyProof(proof)) return missing('VerificationData')
  return { ssin, proof, both: child(criteria, 'PhoneticCriteria') !== undefined }
}

/** The schema's own limit, and what an absent Maximum means. */
const resultsMax = 80

/** Words of the real messages for the criteria of a search by name. */
const fieldNames = {
  lastName: 'Phonetic Criteria: Last Name',
  birthDate: 'Phonetic Criteria: Birth Date',
  tolerance: 'Phonetic Criteria: Birth Date Tolerance',
} as const

function readByName(body: XmlElement): ByName | GatewayError {
  const criteria = child(body, 'SearchCriteria')
  const phonetic = criteria && child(criteria, 'PhoneticCriteria')
  if (phonetic === undefined) throw new TypeError('body was not checked')
  const lastName = collapsed(phonetic, 'LastName') ?? ''
  const birthDate = collapsed(phonetic, 'BirthDate') ?? ''
  if (lastName === '') return missing(fieldNames.lastName)
  const isIncomplete = birthDate.endsWith('-00')
  const said = collapsed(phonetic, 'Tolerance')
  if (isIncomplete && said === undefined) {
    const given = { fieldName: fieldNames.birthDate, fieldValue: birthDate }
    return new SsdnInvalid([detail('31009001', [given, { fieldName: fieldNames.tolerance }])])
  }
  const search = readNameSearch({
    lastName,
    firstNames: [collapsed(phonetic, 'FirstName'), collapsed(phonetic, 'MiddleName')]
      .filter((name) => name !== undefined)
      .join(' '),
    birthDate,
    tolerance: said === undefined ? 0 : (integerIn(phonetic, 'Tolerance') ?? -1),
    sex: genderCode(collapsed(phonetic, 'Gender')),
  })
  if (typeof search === 'string') {
    return new GatewayError('REQUEST_INVALID', undefined, [{ fieldName: fieldNames[search] }])
  }
  return { search, limit: Math.min(integerIn(phonetic, 'Maximum') ?? resultsMax, resultsMax) }
}
