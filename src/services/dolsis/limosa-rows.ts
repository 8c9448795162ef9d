import type { LimosaPostingRecord } from '../../registers/limosa.ts'
import {
  always,
  attribute,
  derived,
  known,
  leaf,
  nested,
  path,
  required,
  technical,
  tree,
  type Child,
  type Tree,
} from '../element-tree.ts'
import { cbeNumber, date, int, long, ssin, text, wordOf } from '../wire-types.ts'
import { address, addressAlways } from './address-rows.ts'
import { nossNumber } from './number-rows.ts'

export type Posting = LimosaPostingRecord
type PostedPerson = NonNullable<Posting['postedPerson']>
type User = NonNullable<Posting['user']>

/** Most entries of a list in an answer (conventions.md §11). */
const listMax = 2000

const posting = (name: string) => path(`limosa.posting.${name}`)
const names = path('limosa.postedPerson.names')

const period = tree<Posting>([
  required('beginDate', date, posting('startDate'), (one) => one.startDate),
  leaf('endDate', date, posting('endDate'), (one) => one.endDate),
])
const periodRow = nested('period', period, (one: Posting) => [one], { required: true })

/** dt:Person, as Limosa knows one; it holds no address. */
export const postedPerson = tree<PostedPerson>([
  leaf('ssin', ssin, path('limosa.postedPerson.ssin'), (one) => one.ssin),
  always('lastName', names, (one) => one.names?.lastName),
  leaf('firstName', text, names, (one) => one.names?.firstNames),
])

/** dt:PersonSummary, in which the name may be absent. */
const personSummary = tree<PostedPerson>([
  leaf('ssin', ssin, path('limosa.postedPerson.ssin'), (one) => one.ssin),
  leaf('lastName', text, names, (one) => one.names?.lastName),
  leaf('firstName', text, names, (one) => one.names?.firstNames),
])

const registration = 'limosa.user.registrationNumber'

/** dt:Employer, as Limosa knows the user of services. */
export const userOfServices = tree<User>([
  always('name', path('limosa.user.denomination'), (one) => one.denomination),
  nossNumber('nossRegistrationNumber', registration, (one) => one.registrationNumber),
  leaf('cbeNumber', cbeNumber, path('limosa.user.enterpriseNumber'), (one) => one.enterpriseNumber),
])

const documentRows: readonly Child<Posting>[] = [
  attribute('id', long, derived('limosa.posting.documentNumber'), (one) => one.documentNumber),
  always('documentNbr', posting('documentNumber'), (one) => one.documentNumber),
  periodRow,
]

/** dt:PostingDocumentSummary */
export const documentSummary = tree<Posting>([
  ...documentRows,
  nested('person', personSummary, (one) => known(one.postedPerson)),
])

const categories = { worker: 'worker', self_employed: 'self_employed', trainee: 'trainee' }

const personRows: readonly Child<Posting>[] = [
  required('type', wordOf(categories), path('limosa.postedPerson.category'), (one) => one.postedPerson?.category), // prettier-ignore
  nested('person', postedPerson, (one) => [one.postedPerson ?? {}]),
]

/** dt:PostingDocumentParticipation of the posted person. */
export const personParticipation = tree<Posting>([
  periodRow,
  nested('summary', tree(documentRows), (one: Posting) => [one]),
  ...personRows,
])

/**
 * The same within the document itself, without its summary: an `id` that occurs twice in a message would be refused by whoever verifies
 * signatures as strictly as the gateway does.
 */
export const personInDocument = tree<Posting>([periodRow, ...personRows])

const userWord = technical('a user of services is one in Belgium')

/** dt:PostingDocumentParticipation of the user of services, within the document. */
export const userInDocument = tree<Posting>([
  periodRow,
  required('type', text, userWord, () => 'belgian_user'),
  nested('employer', userOfServices, (one) => [one.user ?? {}]),
])

const noRelation = technical('the register holds no kinds of relations')

/** dt:PostingRelation with the user of services, or with the posted person. */
export const userRelation = tree<Posting>([
  periodRow,
  required('type', text, noRelation, () => 'occupation'),
  nested('employer', userOfServices, (one) => [one.user ?? {}], { required: true }),
])
export const personRelation = tree<Posting>([
  periodRow,
  required('type', text, noRelation, () => 'occupation'),
  nested('person', postedPerson, (one) => [one.postedPerson ?? {}], { required: true }),
])

const place = tree<Posting>([
  required('type', text, technical('the register does not tell kinds of places'), () => 'unknown'),
  always('name', { kind: 'empty', why: 'places are held by address' }, () => undefined),
  address('address', 'limosa.posting.placeOfWork', (one) => one.placeOfWork),
])

/** dt:PostingPlaceOfWork with the user of services who works there. */
export const placeOfUser = tree<Posting>([
  required('type', text, technical('the register does not tell kinds of places'), () => 'unknown'),
  always('name', { kind: 'empty', why: 'places are held by address' }, () => undefined),
  nossNumber('nossRegistrationNumber', registration, (one) => one.user?.registrationNumber),
  leaf('cbeNumber', cbeNumber, path('limosa.user.enterpriseNumber'), (one) => one.user?.enterpriseNumber), // prettier-ignore
  addressAlways('address', 'limosa.posting.placeOfWork', (one) => one.placeOfWork),
])

/** dt:PostingPlaceOfWorkRelation */
export const placeRelation = tree<Posting>([
  nested('placeOfWork', place, (one) => [one], { required: true }),
  periodRow,
])

interface List<Inner> {
  readonly all: readonly Inner[]
  readonly from: number
}

const shown = technical('how many are shown in all')
const next = technical('where the next page begins')

/** dt:PagingList: what is shown of a list from an offset on, and of how many; what is withheld does not count. */
export function pagingList<Item, Inner>(
  name: string,
  entry: string,
  inner: Tree<Inner>,
  items: (item: Item) => readonly Inner[],
  from: (item: Item) => number,
): Child<Item> {
  const list = tree<List<Inner>>([
    attribute('maxResults', int, shown, ({ all }) => all.length),
    attribute('nextOffset', int, next, ({ all, from }) =>
      from + listMax < all.length ? from + listMax : undefined,
    ),
    nested(entry, inner, ({ all, from }) => all.slice(from, from + listMax)),
  ])
  const written = (one: Inner) => inner.write(entry, one) !== undefined
  return nested(name, list, (item) => [{ all: items(item).filter(written), from: from(item) }], {
    required: true,
  })
}

/** A list of which the register holds nothing. */
export function emptyList<Item>(name: string): Child<Item> {
  const none = technical('the register holds none')
  return nested(name, tree<Item>([attribute('maxResults', int, none, () => 0)]), (item) => [item], {
    required: true,
  })
}
