import type { Days } from '../../base/civil-date.ts'
import { readNssoNumber } from '../../base/enterprise.ts'
import { GatewayError } from '../../base/errors.ts'
import { textOf, type XmlElement } from '../../xml/element.ts'
import { invalid, ssinOf } from '../criteria.ts'
import { keyed, nested, required, technical, tree, type Child } from '../element-tree.ts'
import { text } from '../wire-types.ts'
import { addressAlways } from './address-rows.ts'
import { readRegistration, resultsMax } from './criteria.ts'
import { found, postings, postingsFound, type Detail } from './limosa.ts'
import {
  foreignRelation,
  numberedUser,
  pagingList,
  personParticipation,
  personRelation,
} from './limosa-rows.ts'
import type { Found } from './operation.ts'
import {
  country,
  nothing,
  ofCbeNumber,
  ofClient,
  ofClientPerson,
  ofEnterprise,
  offsetOf,
  partiesWith,
  postingDates,
  postingConsultation,
  readDetail,
  readFound,
  readIdentifier,
  readLong,
  saysNothing,
  words,
  type Asked,
} from './posting-criteria.ts'

/** A user of services by a number: its number in Limosa is that of the NSSO. */
function readUser(criteria: XmlElement, days: Days): Asked | GatewayError {
  const [enterprise, person] = [textOf(criteria, 'cbeNumber'), textOf(criteria, 'ssin')]
  if (enterprise !== undefined) {
    return ofCbeNumber(enterprise, (number) => ofEnterprise(number, days))
  }
  if (person !== undefined) {
    const ssin = ssinOf(person)
    return ssin instanceof GatewayError ? ssin : ofClientPerson(ssin, days)
  }
  const user =
    textOf(criteria, 'id') === undefined
      ? readRegistration(criteria, 'nossRegistrationNbr')
      : (readNssoNumber(readLong(criteria, 'id')) ?? invalid('id'))
  return user instanceof GatewayError ? user : ofClient(user, days)
}

const workers = 'postedWorkerRelationOffset'
const foreign = 'foreignEmployerRelationOffset'
const documents = 'documentParticipationOffset'

/** A user of services with those who are posted to it; more than an answer holds are a refusal. */
export const getPostingBelgianClientDetail = postingConsultation<Detail>({
  name: 'getPostingBelgianClientDetail',
  read: (criteria) =>
    readDetail(criteria, [workers, foreign, documents], (days) => readUser(criteria, days)),
  pageSize: resultsMax,
  recordsMax: Infinity,
  result: tree([
    nested('employer', numberedUser, (item) => [postings(item)[0]?.user ?? {}], {
      required: true,
    }),
    addressAlways('address', 'limosa.user.address', (item) => postings(item)[0]?.user?.address),
    pagingList('postedWorkerRelations', 'relation', personRelation, postings, offsetOf(workers)),
    pagingList('foreignEmployerRelations', 'relation', foreignRelation, postings, offsetOf(foreign)), // prettier-ignore
    pagingList('documentParticipations', 'participation', personParticipation, postings, offsetOf(documents)), // prettier-ignore
  ]),
  finds: [postingsFound()],
})

const foundUsers: Child<Found<Asked>> = keyed(
  postingDates,
  nested('employer', numberedUser, (item: Found<Asked>) => found(item, (one) => one.user ?? {})),
)

const complete = technical('all that the register knows are shown')
const status = (value: string) =>
  tree<unknown>([
    required('value', text, complete, () => value),
    required('code', text, complete, () => 'MSG00000'),
    required('description', text, complete, () => 'OK'),
  ])

/** What users of services are searched by: an identifier, or a name and an address. */
function readUsers(criteria: XmlElement, days: Days): Asked | GatewayError {
  const text = (name: string) => textOf(criteria, name)
  if (text('id') !== undefined) {
    const { nsso, enterprise, ssin } = readIdentifier(criteria)
    if (nsso !== undefined) return ofClient(nsso, days)
    if (enterprise !== undefined) return ofEnterprise(enterprise, days)
    return ssin === undefined ? nothing : ofClientPerson(ssin, days)
  }
  const by = [
    words('clientName', text('name')),
    words('clientName', text('firstName')),
    words('clientCity', text('city')),
    words('clientZip', text('zipCode')),
  ]
  if (by.every(saysNothing)) return invalid('name', 'city', 'zipCode')
  // institutions are none of the users that the register holds
  if (text('participationType')?.trim() === 'belgian_institution') return nothing
  return partiesWith('client', [...by, country('clientCountry', text('country'))], days)
}

/** Users of services by an identifier, or by name and address; natural persons stand among the employers, which they are. */
export const findPostingBelgianClients = postingConsultation<Asked>({
  name: 'findPostingBelgianClients',
  read: (criteria) => readFound(criteria, (days) => readUsers(criteria, days)),
  pageSize: 1,
  result: tree([
    foundUsers,
    nested('employerStatus', status('DATA_FOUND'), () => [{}], { required: true }),
    nested('personStatus', status('NO_DATA_FOUND'), () => [{}], { required: true }),
  ]),
  finds: [foundUsers],
})
