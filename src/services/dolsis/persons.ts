import { GatewayError } from '../../base/errors.ts'
import type { Ssin } from '../../base/ssin.ts'
import type { PersonRegister } from '../../registers/field.ts'
import type { Disclosed } from '../../registers/grant.ts'
import { person, type PersonRecord } from '../../registers/person.ts'
import type { NameSearch } from '../../registers/register-reader.ts'
import { textOf, type XmlElement } from '../../xml/element.ts'
import { element } from '../../xml/writer.ts'
import { invalid, ssinOf } from '../criteria.ts'
import {
  dolsisFaults,
  readDolsisRequest,
  writeDolsisReply,
  type DolsisContract,
} from '../dolsis-envelope.ts'
import { areGranted, pathsOfBlocks } from '../element-rows.ts'
import type { Status } from '../envelope.ts'
import { nameSearchKeys, nameSearchSubject, readNameSearch } from '../name-search.ts'
import {
  consultation,
  invalidOf,
  valid,
  type ConsultOperation,
  type Reply,
  type Service,
} from '../operation.ts'
import { readFlag } from './criteria.ts'
import type { Read } from './operation.ts'
import { foundPersonTree, personDetailTree } from './person-detail-rows.ts'

/**
 * The two operations of Dolsis about persons: their types are public (of 2015-07-17), their WSDL is not. Elements, path and SOAPAction
 * follow those of Dolsis2011Service (docs/divergences.md).
 */
const contract: DolsisContract = {
  namespace: 'http://kszbcss.fgov.be/intf/Dolsis2011Service/v1',
  by: 'crossroadsBank',
}

function readCriteria<Criteria>(
  body: XmlElement,
  read: (criteria: XmlElement) => Criteria | GatewayError,
) {
  const request = readDolsisRequest(body)
  return { envelope: request.envelope, criteria: { request, read: read(request.criteria) } }
}

/** Nobody was found in any register of persons (conventions.md §6.2). */
const noMatch: Status = { value: 'NO_DATA_FOUND', code: 'DOLS0000', description: 'NO_MATCH' }

const tooManyOfCrossroadsBank = {
  code: 'DOLS0005',
  description: 'TOO_MANY_CBSS_REGISTER_RESULTS',
} as const

/** A register has more persons than an answer holds of it: they are left out (conventions.md §6.2). */
const leftOut = {
  nationalRegister: { code: 'DOLS0004', description: 'TOO_MANY_NATIONAL_REGISTER_RESULTS' },
  bisRegister: tooManyOfCrossroadsBank,
  struckOffRegister: tooManyOfCrossroadsBank,
} as const satisfies Record<PersonRegister, Omit<Status, 'value'>>

/** The status of the reply in the words of Dolsis; refusals keep theirs. */
function statusOf({
  status,
  more = [],
}: Pick<Reply<unknown, 'person'>, 'status' | 'more'>): Status {
  if (status.value === 'NO_RESULT') return status
  const [register] = more
  if (register !== undefined) {
    return {
      value: status.value === 'DATA_FOUND' ? 'DATA_FOUND' : 'NO_RESULT',
      ...leftOut[register],
    }
  }
  return status.value === 'NO_DATA_FOUND' ? noMatch : status
}

interface Detail {
  readonly ssin: Ssin
  readonly familyComposition: boolean
  readonly addressHistory: boolean
}

/** What of the record is asked for: without them no former address, and of the household the reference person and the spouse. */
function asked(record: Disclosed<PersonRecord>, criteria: Detail): PersonRecord {
  const { formerResidence, familyMember, ...rest } = record
  const members = criteria.familyComposition
    ? familyMember
    : familyMember?.filter(({ position = '' }) => ['1', '2'].includes(position))
  return {
    ...rest,
    ...(members && { familyMember: members }),
    ...(criteria.addressHistory && formerResidence && { formerResidence }),
  }
}

const detailElements = personDetailTree.blocks('result')
/** What stands in a result of which nothing is known: the schema wants a person with a last name. */
const emptyDetail = personDetailTree.write('result', {})

/** Case 1: the person behind a number. No register here holds a photo. */
const getPersonDetail: ConsultOperation = consultation<Read<Detail>, 'person'>({
  name: 'getPersonDetail',
  question: 'person',
  block: person.person,
  gives: pathsOfBlocks(detailElements),
  elements: detailElements,
  yields: (granted) =>
    detailElements.some(
      ({ needs, rows }) =>
        areGranted(needs, granted) &&
        rows.some(({ source }) => 'paths' in source && areGranted([source.paths], granted)),
    ),
  shows: (record, { read }) =>
    personDetailTree.write('result', asked(record, valid(read))) !== emptyDetail,
  readXml: (body) =>
    readCriteria(body, (criteria) => {
      const ssin = ssinOf(textOf(criteria, 'ssin'))
      if (ssin instanceof GatewayError) return ssin
      const familyComposition = readFlag(criteria, 'familyComposition', true)
      return { ssin, familyComposition, addressHistory: readFlag(criteria, 'addressHistory', true) }
    }),
  invalid: ({ read }) => invalidOf(read),
  subject: ({ read }) => ({ kind: 'person', ssin: valid(read).ssin }),
  ask: ({ read }, { sources }) => ({ kind: 'person', ssin: valid(read).ssin, registers: sources }),
  writeXml: (reply) => {
    const { request, read } = reply.request.criteria
    const [record] = reply.records
    const result = record && personDetailTree.write('result', asked(record, valid(read)))
    const parts = { ...reply, status: statusOf(reply) }
    return writeDolsisReply(contract, 'getPersonDetail', request, parts, result)
  },
})

/** Most persons of each register in an answer: the real limit is not public. */
const personsMax = 100

const genders: Readonly<Record<string, '1' | '2'>> = { male: '1', female: '2' }

function readSearch(criteria: XmlElement): NameSearch | GatewayError {
  const text = (name: string) => textOf(criteria, name) ?? ''
  const birthDate = text('birthDate')
  const tolerance = Number(text('tolerance'))
  // months go up to a year, and of a whole date none is served
  const most = birthDate.endsWith('-00-00') ? 99 : birthDate.endsWith('-00') ? 12 : 0
  if (tolerance > most) return invalid('tolerance')
  const search = readNameSearch({
    lastName: text('lastName'),
    firstNames: `${text('firstName')} ${text('secondName')}`,
    birthDate,
    tolerance,
    sex: genders[text('gender')],
  })
  return typeof search === 'string' ? invalid(search) : search
}

const foundElements = foundPersonTree.blocks('result/person')

/** Case 2: persons whose names sound like these, born on or about a day. */
const findPersonByPhoneticSearch: ConsultOperation = consultation<
  Read<NameSearch>,
  'personsByName'
>({
  name: 'findPersonByPhoneticSearch',
  question: 'personsByName',
  block: person.person,
  gives: pathsOfBlocks(foundElements),
  elements: foundElements,
  yields: (granted) => areGranted(foundPersonTree.needs, granted),
  shows: (record) => foundPersonTree.write('person', record) !== undefined,
  readXml: (body) => readCriteria(body, readSearch),
  invalid: ({ read }) => invalidOf(read),
  subject: ({ read }) => nameSearchSubject(valid(read)),
  keys: ({ read }) => nameSearchKeys(valid(read)),
  ask: ({ read }, { sources }) => ({
    kind: 'personsByName',
    search: valid(read),
    registers: sources,
    limit: personsMax,
    ofMore: 'none',
    persons: [],
  }),
  writeXml: (reply) => {
    const { request } = reply.request.criteria
    const persons = reply.records.map((one) => foundPersonTree.write('person', one) ?? '')
    const result = persons.length === 0 ? undefined : element('result', persons.join(''))
    const parts = { ...reply, status: statusOf(reply) }
    return writeDolsisReply(contract, 'findPersonByPhoneticSearch', request, parts, result)
  },
})

/** The person operations of Dolsis2011, on an endpoint of their own: the published WSDL of the others does not hold them. */
export const dolsis2011PersonService: Service = {
  name: 'Dolsis2011PersonService',
  version: 1,
  namespace: contract.namespace,
  path: '/Dolsis2011Service/consultPerson',
  aliases: ['/SOA4520/Dolsis2011Service/consultPerson'],
  contract: 'Dolsis2011PersonService/v1',
  soapAction: (operation) => `http://kszbcss.fgov.be/Dolsis2011Service/${operation}`,
  operations: new Map([
    ['getPersonDetailRequest', getPersonDetail],
    ['findPersonByPhoneticSearchRequest', findPersonByPhoneticSearch],
  ]),
  faultElement: (operation) => `${operation}Fault`,
  faultForm: dolsisFaults.crossroadsBank,
}
