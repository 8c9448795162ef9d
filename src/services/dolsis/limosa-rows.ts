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
import {
  cbeNumber,
  country,
  date,
  incompleteDate,
  int,
  long,
  ssin,
  text,
  wordOf,
} from '../wire-types.ts'
import { address, addressAlways } from './address-rows.ts'
import { nossNumber } from './number-rows.ts'

export type Posting = LimosaPostingRecord
type PostedPerson = NonNullable<Posting['postedPerson']>
type User = NonNullable<Posting['user']>
type ForeignEmployer = NonNullable<Posting['foreignEmployer']>

/** Most entries of a list in an answer (conventions.md §11). */
const listMax = 2000

const posting = (name: string) => path(`limosa.posting.${name}`)
const names = path('limosa.postedPerson.names')

const period = tree<Posting>([
  required('beginDate', date, posting('startDate'), (one) => one.startDate),
  leaf('endDate', date, posting('endDate'), (one) => one.endDate),
])
const periodRow = nested('period', period, (one: Posting) => [one], { required: true })

const postedPersonRows: readonly Child<PostedPerson>[] = [
  leaf('ssin', ssin, path('limosa.postedPerson.ssin'), (one) => one.ssin),
  always('lastName', names, (one) => one.names?.lastName),
  leaf('firstName', text, names, (one) => one.names?.firstNames),
  leaf(
    'birthDate',
    incompleteDate,
    path('limosa.postedPerson.birth'),
    (one) => one.birth?.birthDate,
  ),
  leaf('birthPlace', text, path('limosa.postedPerson.birth'), (one) => one.birth?.birthPlace),
  leaf('nationality', country, path('limosa.postedPerson.nationality'), (one) => one.nationality),
  address('address', 'limosa.postedPerson.address', (one) => one.address),
]

/** dt:Person, as Limosa knows one. */
const postedPerson = tree(postedPersonRows)

/** The same with its number in Limosa, where it stands once in a message (`personInDocument` says why). */
export const numberedPerson = tree<PostedPerson>([
  attribute('id', long, derived('limosa.postedPerson.ssin'), (one) => one.ssin),
  ...postedPersonRows,
])

/** dt:PersonSummary, in which the name may be absent. */
const personSummary = tree<PostedPerson>([
  leaf('ssin', ssin, path('limosa.postedPerson.ssin'), (one) => one.ssin),
  leaf('lastName', text, names, (one) => one.names?.lastName),
  leaf('firstName', text, names, (one) => one.names?.firstNames),
])

const registration = 'limosa.user.registrationNumber'

const userRows: readonly Child<User>[] = [
  always('name', path('limosa.user.denomination'), (one) => one.denomination),
  nossNumber('nossRegistrationNumber', registration, (one) => one.registrationNumber),
  leaf('cbeNumber', cbeNumber, path('limosa.user.enterpriseNumber'), (one) => one.enterpriseNumber),
  leaf('ssin', ssin, path('limosa.user.ssin'), (one) => one.ssin),
  address('address', 'limosa.user.address', (one) => one.address),
]

/** dt:Employer, as Limosa knows the user of services. */
const userOfServices = tree(userRows)

export const numberedUser = tree<User>([
  attribute('id', long, derived(registration), (one) => one.registrationNumber),
  ...userRows,
])

const foreign = (name: string) => path(`limosa.foreignEmployer.${name}`)

const foreignRows: readonly Child<ForeignEmployer>[] = [
  always('name', foreign('denomination'), (one) => one.denomination),
  leaf('cbeNumber', cbeNumber, foreign('enterpriseNumber'), (one) => one.enterpriseNumber),
  leaf('ssin', ssin, foreign('ssin'), (one) => one.ssin),
  address('address', 'limosa.foreignEmployer.address', (one) => one.address),
  leaf('countryCode', country, foreign('address'), (one) => one.address?.countryCode),
]

/** dt:Employer, as Limosa knows the employer abroad; a self-employed person is his own. */
const foreignEmployer = tree(foreignRows)

export const numberedForeignEmployer = tree<ForeignEmployer>([
  attribute('id', long, foreign('number'), (one) => one.number),
  ...foreignRows,
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

const foreignWord = technical('a foreign employer is one')

/** dt:PostingDocumentParticipation of the foreign employer, within the document. */
export const foreignEmployerInDocument = tree<Posting>([
  periodRow,
  required('type', text, foreignWord, () => 'foreign_employer'),
  nested('employer', foreignEmployer, (one) => known(one.foreignEmployer), { required: true }),
])

const noRelation = technical('the register holds no kinds of relations')

/** dt:PostingRelation with the user of services, the posted person, or the foreign employer. */
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

export const foreignRelation = tree<Posting>([
  periodRow,
  required('type', text, noRelation, () => 'occupation'),
  nested('employer', foreignEmployer, (one) => known(one.foreignEmployer), { required: true }),
])

/** dt:PostingPlaceOfWork, a place of the user of services. */
export const placeOfWork = tree<Posting>([
  attribute('id', long, posting('placeOfWorkNumber'), (one) => one.placeOfWorkNumber),
  required('type', text, technical('the register does not tell kinds of places'), () => 'unknown'),
  always('name', path('limosa.user.denomination'), (one) => one.user?.denomination),
  nossNumber('nossRegistrationNumber', registration, (one) => one.user?.registrationNumber),
  leaf('cbeNumber', cbeNumber, path('limosa.user.enterpriseNumber'), (one) => one.user?.enterpriseNumber), // prettier-ignore
  addressAlways('address', 'limosa.posting.placeOfWork', (one) => one.placeOfWork),
])

/** dt:PostingPlaceOfWorkRelation */
export const placeRelation = tree<Posting>([
  nested('placeOfWork', placeOfWork, (one) => [one], { required: true }),
  periodRow,
])

/** dt:PostingDocumentRelation */
export const documentRelation = tree<Posting>([
  periodRow,
  nested('summary', documentSummary, (one) => [one]),
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
