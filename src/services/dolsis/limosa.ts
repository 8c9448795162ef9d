import type { CivilDate, Days } from '../../base/civil-date.ts'
import { GatewayError } from '../../base/errors.ts'
import { readSsin, type Ssin } from '../../base/ssin.ts'
import { childOf, textOf, type XmlElement } from '../../xml/element.ts'
import { invalid, readXsDate, ssinOf } from '../criteria.ts'
import { at } from '../element-rows.ts'
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
import type { SingleQuestion } from '../source.ts'
import { text } from '../wire-types.ts'
import { allDays } from './criteria.ts'
import {
  documentSummary,
  emptyList,
  pagingList,
  personInDocument,
  personParticipation,
  placeRelation,
  postedPerson,
  userInDocument,
  userRelation,
  type Posting,
} from './limosa-rows.ts'
import { dolsisConsultation, type Found } from './operation.ts'

/** Days choose postings by their dates. */
export const postingDates = [at('limosa.posting.startDate'), at('limosa.posting.endDate')]
const documentKeys = [...postingDates, at('limosa.posting.documentNumber')]

/** postingPeriod, open on both sides; all days when there is none. */
export function readPostingDays(criteria: XmlElement): Days | GatewayError {
  const period = childOf(criteria, 'postingPeriod')
  const day = (name: string, otherwise: CivilDate) => {
    const text = period && textOf(period, name)
    return text === undefined ? otherwise : readXsDate(text)
  }
  const [from, to] = [day('beginDate', allDays.from), day('endDate', allDays.to)]
  return from === undefined || to === undefined || to < from ? invalid('postingPeriod') : { from, to } // prettier-ignore
}

/** Offsets of lists by their names, 0 where they are not given. */
export type Offsets = Readonly<Record<string, number>>

export function readOffsets(
  criteria: XmlElement,
  ...names: readonly string[]
): Offsets | GatewayError {
  const entries = names.map((name) => [name, Number(textOf(criteria, name)?.trim() ?? '0')] as const) // prettier-ignore
  const wrong = entries.find(([, offset]) => offset < 0)
  return wrong === undefined ? Object.fromEntries(entries) : invalid(wrong[0])
}

/** Postings that are shown at all: those with a first day. */
export function postingsFound<Criteria>(keys = postingDates): Child<Found<Criteria>> {
  return keyed(
    keys,
    nested('posting', documentSummary, ({ record }: Found<Criteria>) => record.posting ?? []),
  )
}

/** All postings of a record. */
export const postings = ({ record }: Found<unknown>): readonly Posting[] => record.posting ?? []

interface Posted {
  readonly ssin: Ssin
  readonly days: Days
  readonly offsets: Offsets
}

/** Where a list begins, by the name of its offset. */
export const offsetOf =
  (name: string) =>
  ({ criteria }: Found<{ readonly offsets: Offsets }>) =>
    criteria.offsets[name] ?? 0

const foreign = 'foreignEmployerRelationOffset'
const individual = 'individualBelgianClientRelationOffset'
const economical = 'economicalBelgianClientRelationOffset'
const documents = 'documentParticipationOffset'

/** A posted person, with those to whom and the declarations by which the person is posted; foreign employers are not in the register. */
export const getPostedWorkerDetail = dolsisConsultation<Posted>({
  name: 'getPostedWorkerDetail',
  read: (criteria) => {
    const text = textOf(criteria, 'ssin')
    // the number of a person in Limosa itself is not in the register
    if (text === undefined) return new GatewayError('NOT_IMPLEMENTED', 'posted person by id')
    const ssin = ssinOf(text)
    if (ssin instanceof GatewayError) return ssin
    const days = readPostingDays(criteria)
    if (days instanceof GatewayError) return days
    const offsets = readOffsets(criteria, foreign, individual, economical, documents)
    return offsets instanceof GatewayError ? offsets : { ssin, days, offsets }
  },
  subject: ({ ssin }) => ({ kind: 'postedPerson', ssin }),
  keys: () => postingDates,
  parts: ({ ssin, days }) => ({
    posting: { keys: [], questions: [{ kind: 'postingsOfPerson', ssin, ...days }] },
  }),
  result: tree([
    nested('person', postedPerson, (item) => [postings(item)[0]?.postedPerson ?? {}], {
      required: true,
    }),
    always('address', { kind: 'empty', why: 'the register holds none' }, () => undefined),
    emptyList('foreignEmployerRelations'),
    emptyList('individualBelgianClientRelations'),
    pagingList('economicalBelgianClientRelations', 'relation', userRelation, postings, offsetOf(economical)), // prettier-ignore
    pagingList('documentParticipations', 'participation', personParticipation, postings, offsetOf(documents)), // prettier-ignore
  ]),
  finds: [postingsFound()],
})

/** Kinds of identifiers that are the number of a person here. */
const personIdentifiers = ['national_nr', 'social_security_nr', 'ssin_self_employed']

interface Searched {
  /** undefined: an identifier that the register does not hold */
  readonly ssin: Ssin | undefined
  readonly days: Days
}

/** Whom a person is searched by: an identifier; names are in no index. */
function readSearched(criteria: XmlElement): Searched | GatewayError {
  const id = textOf(criteria, 'id')
  if (id === undefined) return new GatewayError('NOT_IMPLEMENTED', 'posted persons by name')
  const days = readPostingDays(criteria)
  if (days instanceof GatewayError) return days
  const type = textOf(criteria, 'type')
  const isNumber = type === undefined || personIdentifiers.includes(type)
  return { ssin: isNumber ? readSsin(id.trim()) : undefined, days }
}

const foundPerson: Child<Found<Searched>> = keyed(
  postingDates,
  nested(
    'person',
    postedPerson,
    ({ record }: Found<Searched>) => firstOf(record.posting).map((one) => one.postedPerson ?? {}),
    { required: true },
  ),
)

/** Posted persons by an identifier. */
export const findPostedWorkers = dolsisConsultation<Searched>({
  name: 'findPostedWorkers',
  read: readSearched,
  subject: ({ ssin }) => (ssin === undefined ? { kind: 'none' } : { kind: 'postedPerson', ssin }),
  keys: () => postingDates,
  parts: ({ ssin, days }) => ({
    posting: {
      keys: [],
      questions: ssin === undefined ? [] : [{ kind: 'postingsOfPerson', ssin, ...days }],
    },
  }),
  result: tree([foundPerson]),
  finds: [foundPerson],
})

type Documents = { readonly ssin: Ssin } | { readonly documentNumber: string } | { readonly none: true } // prettier-ignore

/** By number, or those of a person; kinds of declarations are not in the register. */
function readDocuments(criteria: XmlElement): Documents | GatewayError {
  const number = textOf(criteria, 'documentNbr')
  if (number !== undefined) return { documentNumber: number }
  const ssin = ssinOf(textOf(criteria, 'ssin'))
  if (ssin instanceof GatewayError) return ssin
  return (textOf(criteria, 'documentType') ?? 'unknown') === 'unknown' ? { ssin } : { none: true }
}

function questionsOf(asked: Documents): readonly SingleQuestion[] {
  if ('none' in asked) return []
  if ('documentNumber' in asked) return [{ kind: 'postingDocument', ...asked, ssin: undefined }]
  return [{ kind: 'postingsOfPerson', ...asked, ...allDays }]
}

const foundDocuments: Child<Found<Documents>> = keyed(
  postingDates,
  nested('document', documentSummary, postings, { required: true }),
)

/** Declarations of Limosa by their number, or those of a person. */
export const findPostingDocuments = dolsisConsultation<Documents>({
  name: 'findPostingDocuments',
  read: readDocuments,
  subject: (asked) =>
    'ssin' in asked ? { kind: 'postedPerson', ssin: asked.ssin } : { kind: 'none' },
  keys: (asked) => ('documentNumber' in asked ? documentKeys : postingDates),
  parts: (asked) => ({ posting: { keys: [], questions: questionsOf(asked) } }),
  result: tree([foundDocuments]),
  finds: [foundDocuments],
})

interface Document {
  readonly documentNumber: string
  readonly ssin: Ssin | undefined
}

const supplier = technical('the register holds mandatory declarations')

/** A declaration of Limosa by its number; an agent must name the person too. */
export const getPostingDocumentDetail = dolsisConsultation<Document>({
  name: 'getPostingDocumentDetail',
  read: (criteria, role) => {
    const text = textOf(criteria, 'ssin')
    if (text === undefined && role === 'Agent') return invalid('ssin')
    const ssin = text === undefined ? undefined : ssinOf(text)
    if (ssin instanceof GatewayError) return ssin
    return { documentNumber: String(BigInt(textOf(criteria, 'id')?.trim() ?? 0)), ssin }
  },
  subject: ({ ssin }) => (ssin === undefined ? { kind: 'none' } : { kind: 'postedPerson', ssin }),
  keys: () => documentKeys,
  parts: (asked) => ({ posting: { keys: [], questions: [{ kind: 'postingDocument', ...asked }] } }),
  result: tree([
    nested('summary', documentSummary, ({ record }) => firstOf(record.posting), { required: true }),
    required('supplier', text, supplier, () => 'mandatory_declaration'),
    nested('postedWorkerParticipation', personInDocument, postings),
    nested('economicalBelgianClientParticipation', userInDocument, postings),
    nested('placeOfWorkRelation', placeRelation, postings),
  ]),
  finds: [postingsFound(documentKeys)],
})
