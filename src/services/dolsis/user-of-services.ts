import type { Days } from '../../base/civil-date.ts'
import { readNssoNumber, type NssoNumber } from '../../base/enterprise.ts'
import { GatewayError } from '../../base/errors.ts'
import { childOf, textOf, type XmlElement } from '../../xml/element.ts'
import { invalid } from '../criteria.ts'
import {
  always,
  firstOf,
  keyed,
  nested,
  required,
  technical,
  tree,
  type Child,
} from '../element-tree.ts'
import type { TogetherPart } from '../source.ts'
import { text } from '../wire-types.ts'
import { resultsMax, readRegistration } from './criteria.ts'
import {
  offsetOf,
  postingDates,
  postings,
  postingsFound,
  readOffsets,
  readPostingDays,
  type Offsets,
} from './limosa.ts'
import {
  pagingList,
  personParticipation,
  personRelation,
  placeOfUser,
  userOfServices,
  type Posting,
} from './limosa-rows.ts'
import { dolsisConsultation, type Found } from './operation.ts'

interface User {
  readonly user: NssoNumber
  readonly days: Days
}

/** A user of services by the number of the NSSO, which is also its number in lists; numbers of enterprises and persons are in no index. */
function readUser(criteria: XmlElement): User | GatewayError {
  const days = readPostingDays(criteria)
  if (days instanceof GatewayError) return days
  const id = textOf(criteria, 'id')
  if (id === undefined && childOf(criteria, 'nossRegistrationNbr') === undefined) {
    return new GatewayError('NOT_IMPLEMENTED', 'user of services by another number')
  }
  const user =
    id === undefined
      ? readRegistration(criteria, 'nossRegistrationNbr')
      : (readNssoNumber(id.trim()) ?? invalid('id'))
  return user instanceof GatewayError ? user : { user, days }
}

/** Postings to the user, of so many persons. */
function postingsTo(
  { user, days }: User,
  persons: number,
  recordsMax?: number,
): { readonly posting: TogetherPart } {
  // prettier-ignore
  return {
    posting: {
      keys: [],
      questions: [{ kind: 'postingsToUser', user, ...days, after: undefined, limit: persons }],
      ...(recordsMax !== undefined && { recordsMax }),
    },
  }
}

const subject = ({ user }: User) => ({ kind: 'employer', employer: user }) as const

interface UserDetail extends User {
  readonly offsets: Offsets
}

const workers = 'postedWorkerRelationOffset'
const foreign = 'foreignEmployerRelationOffset'
const documents = 'documentParticipationOffset'

/** A user of services with those who are posted to it; more than an answer holds are a refusal. */
export const getPostingBelgianClientDetail = dolsisConsultation<UserDetail>({
  name: 'getPostingBelgianClientDetail',
  read: (criteria) => {
    const user = readUser(criteria)
    if (user instanceof GatewayError) return user
    const offsets = readOffsets(criteria, workers, foreign, documents)
    return offsets instanceof GatewayError ? offsets : { ...user, offsets }
  },
  subject,
  keys: () => postingDates,
  pageSize: resultsMax,
  parts: (asked) => postingsTo(asked, resultsMax, Infinity),
  result: tree([
    nested('employer', userOfServices, (item) => [postings(item)[0]?.user ?? {}], {
      required: true,
    }),
    always('address', { kind: 'empty', why: 'the register holds none' }, () => undefined),
    pagingList('postedWorkerRelations', 'relation', personRelation, postings, offsetOf(workers)),
    pagingList('documentParticipations', 'participation', personParticipation, postings, offsetOf(documents)), // prettier-ignore
  ]),
  finds: [postingsFound()],
})

const foundUser: Child<Found<User>> = keyed(
  postingDates,
  nested('employer', userOfServices, ({ record }: Found<User>) =>
    firstOf(record.posting).map((one) => one.user ?? {}),
  ),
)

const complete = technical('all that the register knows are shown')
const status = (value: string) =>
  tree<unknown>([
    required('value', text, complete, () => value),
    required('code', text, complete, () => 'MSG00000'),
    required('description', text, complete, () => 'OK'),
  ])

/** Users of services by a number of the NSSO; names and numbers of other kinds are in no index. */
export const findPostingBelgianClients = dolsisConsultation<User>({
  name: 'findPostingBelgianClients',
  read: (criteria) => {
    const type = textOf(criteria, 'type') ?? 'declared_noss'
    if (childOf(criteria, 'id') === undefined || type !== 'declared_noss') {
      return new GatewayError('NOT_IMPLEMENTED', 'users of services by another criterion')
    }
    return readUser(criteria)
  },
  subject,
  keys: () => postingDates,
  pageSize: 1,
  parts: (asked) => postingsTo(asked, 1),
  result: tree([
    foundUser,
    nested('employerStatus', status('DATA_FOUND'), () => [{}], { required: true }),
    nested('personStatus', status('NO_DATA_FOUND'), () => [{}], { required: true }),
  ]),
  finds: [foundUser],
})

/** The places of postings, each once. */
function placesOf(found: readonly Posting[]): readonly Posting[] {
  const byPlace = new Map(found.map((one) => [JSON.stringify(one.placeOfWork ?? {}), one]))
  return [...byPlace.values()]
}

const places: Child<Found<User>> = keyed(
  postingDates,
  nested('pow', placeOfUser, (item: Found<User>) => placesOf(postings(item)), { required: true }),
)

/** Places at which persons work who are posted to a user of services. */
export const findPostingPlaceOfWork = dolsisConsultation<User>({
  name: 'findPostingPlaceOfWork',
  read: (criteria) =>
    textOf(criteria, 'type') === undefined
      ? readUser(criteria)
      : new GatewayError('NOT_IMPLEMENTED', 'places of work by their kind'),
  subject,
  keys: () => postingDates,
  pageSize: resultsMax,
  parts: (asked) => postingsTo(asked, resultsMax, Infinity),
  result: tree([places]),
  finds: [places],
})
