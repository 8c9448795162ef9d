import type { Days } from '../../base/civil-date.ts'
import { GatewayError } from '../../base/errors.ts'
import type { Ssin } from '../../base/ssin.ts'
import { textOf, type XmlElement } from '../../xml/element.ts'
import { invalid, ssinOf } from '../criteria.ts'
import { keyed, known, nested, tree, type Child } from '../element-tree.ts'
import { addressAlways } from './address-rows.ts'
import { resultsMax } from './criteria.ts'
import { found, postings, type Detail } from './limosa.ts'
import {
  emptyList,
  numberedForeignEmployer,
  pagingList,
  personParticipation,
  personRelation,
  userRelation,
} from './limosa-rows.ts'
import type { Found } from './operation.ts'
import {
  country,
  nothing,
  ofCbeNumber,
  ofSelfEmployed,
  offsetOf,
  oneOf,
  partiesWith,
  postingDates,
  postingConsultation,
  readDetail,
  readFound,
  readIdentifier,
  readLong,
  saysNothing,
  withNumber,
  words,
  type Asked,
} from './posting-criteria.ts'

/** By its number in Limosa, or the Belgian enterprise number of a self-employed person; other Belgian numbers no foreign employer has here. */
function readEmployer(criteria: XmlElement, days: Days): Asked | GatewayError {
  const enterprise = textOf(criteria, 'cbeNumber')
  if (enterprise !== undefined) {
    return ofCbeNumber(enterprise, (number) => ofSelfEmployed(number, days))
  }
  return textOf(criteria, 'id') === undefined
    ? nothing
    : withNumber('foreignEmployer', readLong(criteria, 'id'), days)
}

const employerOfDetail: Child<Found<Asked>> = keyed(
  postingDates,
  nested(
    'employer',
    numberedForeignEmployer,
    (item: Found<Asked>) => known(postings(item)[0]?.foreignEmployer),
    { required: true },
  ),
)

const workers = 'postedWorkerRelationOffset'
const individual = 'individualBelgianClientRelationOffset'
const economical = 'economicalBelgianClientRelationOffset'
const documents = 'documentParticipationOffset'

/** A foreign employer with those whom it posts, and to whom; more than an answer holds are a refusal. */
export const getForeignEmployerDetail = postingConsultation<Detail>({
  name: 'getForeignEmployerDetail',
  read: (criteria) =>
    readDetail(criteria, [workers, individual, economical, documents], (days) =>
      readEmployer(criteria, days),
    ),
  pageSize: resultsMax,
  recordsMax: Infinity,
  result: tree([
    employerOfDetail,
    addressAlways(
      'address',
      'limosa.foreignEmployer.address',
      (item) => postings(item)[0]?.foreignEmployer?.address,
    ),
    pagingList('postedWorkerRelations', 'relation', personRelation, postings, offsetOf(workers)),
    emptyList('individualBelgianClientRelations'),
    pagingList('economicalBelgianClientRelations', 'relation', userRelation, postings, offsetOf(economical)), // prettier-ignore
    pagingList('documentParticipations', 'participation', personParticipation, postings, offsetOf(documents)), // prettier-ignore
  ]),
  finds: [employerOfDetail],
})

/** Kinds of participations by the categories of those who are posted; the others say nothing of foreign employers here. */
const categories: Readonly<Record<string, readonly string[]>> = {
  foreign_employer: ['worker', 'trainee'],
  self_employed: ['self_employed'],
  self_employed_trainee: ['self_employed_trainee'],
}

/** What foreign employers are searched by: the person who is one, an identifier, or a name and an address. */
function readEmployers(criteria: XmlElement, days: Days): Asked | GatewayError {
  const text = (name: string) => textOf(criteria, name)
  const person = text('ssin')
  if (person !== undefined) {
    const ssin = ssinOf(person)
    return ssin instanceof GatewayError ? ssin : byPerson(ssin, days)
  }
  if (text('id') !== undefined) {
    const { ssin, enterprise } = readIdentifier(criteria)
    if (ssin !== undefined) return byPerson(ssin, days)
    return enterprise === undefined ? nothing : ofSelfEmployed(enterprise, days)
  }
  const name = words('employerName', text('name'))
  if (saysNothing(name)) return invalid('name')
  const participation = text('participationType')?.trim()
  // institutions are none of the employers that the register holds
  if (participation === 'foreign_institution') return nothing
  const by = [
    name,
    words('employerCity', text('city')),
    words('employerZip', text('zipCode')),
    country('employerCountry', text('country')),
    oneOf('category', participation === undefined ? undefined : categories[participation]),
  ]
  return partiesWith('foreignEmployer', by, days)
}

/** Those by a self-employed person, by the SSIN. */
function byPerson(ssin: Ssin, days: Days): Asked {
  return withNumber('ssinOfForeignEmployer', ssin, days, { kind: 'postedPerson', ssin })
}

const foundEmployers: Child<Found<Asked>> = keyed(
  postingDates,
  nested(
    'employer',
    numberedForeignEmployer,
    (item: Found<Asked>) => found(item, (one) => one.foreignEmployer),
    { required: true },
  ),
)

/** Foreign employers by an identifier, or by name and address. */
export const findForeignEmployers = postingConsultation<Asked>({
  name: 'findForeignEmployers',
  read: (criteria) => readFound(criteria, (days) => readEmployers(criteria, days)),
  pageSize: 1,
  result: tree([foundEmployers]),
  finds: [foundEmployers],
})
