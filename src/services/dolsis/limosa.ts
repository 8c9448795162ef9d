import { readSsin, type Ssin } from '../../base/ssin.ts'
import { GatewayError } from '../../base/errors.ts'
import { textOf, type XmlElement } from '../../xml/element.ts'
import { invalid, ssinOf } from '../criteria.ts'
import { at } from '../element-rows.ts'
import { firstOf, keyed, nested, required, technical, tree, type Child } from '../element-tree.ts'
import { text } from '../wire-types.ts'
import { addressAlways } from './address-rows.ts'
import { allDays } from './criteria.ts'
import {
  documentSummary,
  emptyList,
  foreignEmployerInDocument,
  foreignRelation,
  numberedPerson,
  pagingList,
  personInDocument,
  personParticipation,
  placeRelation,
  userInDocument,
  userRelation,
  type Posting,
} from './limosa-rows.ts'
import type { Found } from './operation.ts'
import {
  birth,
  country,
  nothing,
  ofCbeNumber,
  ofPerson,
  ofSelfEmployed,
  offsetOf,
  oneOf,
  partiesWith,
  personNames,
  postingDates,
  postingConsultation,
  readDetail,
  readFound,
  readIdentifier,
  readLong,
  words,
  type Asked,
  type Offsets,
} from './posting-criteria.ts'

const documentKeys = [...postingDates, at('limosa.posting.documentNumber')]

/** Postings that are shown at all: those with a first day. */
export function postingsFound<Criteria>(keys = postingDates): Child<Found<Criteria>> {
  return keyed(
    keys,
    nested('posting', documentSummary, ({ record }: Found<Criteria>) => record.posting ?? []),
  )
}

/** All postings of a record. */
export const postings = ({ record }: Found<unknown>): readonly Posting[] => record.posting ?? []

/**
 * What is shown of each party that was found, each once: how many are alike but for what is withheld is not told. Of a party that was
 * asked for by a number it is the first posting.
 */
export function found<Shown>(
  item: Found<Asked>,
  of: (posting: Posting) => Shown | undefined,
): readonly Shown[] {
  const isSearch = item.criteria.question?.kind === 'postingsFound'
  const shown = (isSearch ? postings(item) : firstOf(postings(item))).flatMap(
    (one) => of(one) ?? [],
  )
  return [...new Map(shown.map((one) => [JSON.stringify(one), one])).values()]
}

/** A detail with its lists. */
export type Detail = Asked & { readonly offsets: Offsets }

const foreign = 'foreignEmployerRelationOffset'
const individual = 'individualBelgianClientRelationOffset'
const economical = 'economicalBelgianClientRelationOffset'
const documents = 'documentParticipationOffset'

/** The number of a person in Limosa is the SSIN. */
function ssinOfId(criteria: XmlElement) {
  return readSsin(readLong(criteria, 'id').padStart(11, '0')) ?? invalid('id')
}

/** A posted person, with those to whom, by whom and the declarations by which the person is posted. */
export const getPostedWorkerDetail = postingConsultation<Detail>({
  name: 'getPostedWorkerDetail',
  read: (criteria) => {
    const text = textOf(criteria, 'ssin')
    const ssin = text === undefined ? ssinOfId(criteria) : ssinOf(text)
    if (ssin instanceof GatewayError) return ssin
    const offsets = [foreign, individual, economical, documents]
    return readDetail(criteria, offsets, (days) => ofPerson(ssin, days))
  },
  result: tree([
    nested('person', numberedPerson, (item) => [postings(item)[0]?.postedPerson ?? {}], {
      required: true,
    }),
    addressAlways(
      'address',
      'limosa.postedPerson.address',
      (item) => postings(item)[0]?.postedPerson?.address,
    ),
    pagingList('foreignEmployerRelations', 'relation', foreignRelation, postings, offsetOf(foreign)), // prettier-ignore
    emptyList('individualBelgianClientRelations'),
    pagingList('economicalBelgianClientRelations', 'relation', userRelation, postings, offsetOf(economical)), // prettier-ignore
    pagingList('documentParticipations', 'participation', personParticipation, postings, offsetOf(documents)), // prettier-ignore
  ]),
  finds: [postingsFound()],
})

/** Whom a person is searched by: an identifier, the enterprise of a self-employed person, or a name and what else is known. */
function readSearched(criteria: XmlElement): Asked | GatewayError {
  const text = (name: string) => textOf(criteria, name)
  const enterprise = text('cbeNumber')
  return readFound(criteria, (days) => {
    if (enterprise !== undefined) {
      return ofCbeNumber(enterprise, (number) => ofSelfEmployed(number, days))
    }
    if (text('id') !== undefined) {
      const { ssin, enterprise: own } = readIdentifier(criteria)
      if (ssin !== undefined) return ofPerson(ssin, days)
      return own === undefined ? nothing : ofSelfEmployed(own, days)
    }
    const names = personNames(text('lastName') ?? '', text('firstName') ?? '')
    if (names.terms[0]?.anyOf.length === 0) return invalid('lastName')
    const born = birth(text('birthDate'))
    if (born instanceof GatewayError) return born
    const category = text('participationType')
    const where = [words('personCity', text('currentCity')), words('personZip', text('currentZipCode'))] // prettier-ignore
    const more = [
      country('nationality', text('nationality')),
      oneOf('category', category === undefined ? undefined : [category.trim()]),
    ]
    return partiesWith('person', [names, ...more, born, ...where], days)
  })
}

const foundPersons: Child<Found<Asked>> = keyed(
  postingDates,
  nested(
    'person',
    numberedPerson,
    (item: Found<Asked>) => found(item, (one) => one.postedPerson ?? {}),
    { required: true },
  ),
)

/** Posted persons by an identifier or by name. */
export const findPostedWorkers = postingConsultation<Asked>({
  name: 'findPostedWorkers',
  read: readSearched,
  pageSize: 1,
  result: tree([foundPersons]),
  finds: [foundPersons],
})

/** By number, or those of a person; kinds of declarations are not in the register. */
function readDocuments(criteria: XmlElement): Asked | GatewayError {
  const number = textOf(criteria, 'documentNbr')
  if (number !== undefined) return document(number, undefined)
  const ssin = ssinOf(textOf(criteria, 'ssin'))
  if (ssin instanceof GatewayError) return ssin
  const type = textOf(criteria, 'documentType') ?? 'unknown'
  return type === 'unknown' ? ofPerson(ssin, allDays) : nothing
}

/** The declaration with a number, of this person only when one is named. */
function document(documentNumber: string, ssin: Ssin | undefined): Asked {
  return {
    subject: ssin === undefined ? { kind: 'none' } : { kind: 'postedPerson', ssin },
    question: { kind: 'postingDocument', documentNumber, ssin },
    keys: documentKeys,
  }
}

const foundDocuments: Child<Found<Asked>> = keyed(
  postingDates,
  nested('document', documentSummary, postings, { required: true }),
)

/** Declarations of Limosa by their number, or those of a person. */
export const findPostingDocuments = postingConsultation<Asked>({
  name: 'findPostingDocuments',
  read: readDocuments,
  result: tree([foundDocuments]),
  finds: [foundDocuments],
})

const supplier = technical('the register holds mandatory declarations')

/** A declaration of Limosa by its number; an agent must name the person too. */
export const getPostingDocumentDetail = postingConsultation<Asked>({
  name: 'getPostingDocumentDetail',
  read: (criteria, role) => {
    const text = textOf(criteria, 'ssin')
    if (text === undefined && role === 'Agent') return invalid('ssin')
    const ssin = text === undefined ? undefined : ssinOf(text)
    if (ssin instanceof GatewayError) return ssin
    return document(readLong(criteria, 'id'), ssin)
  },
  result: tree([
    nested('summary', documentSummary, ({ record }) => firstOf(record.posting), { required: true }),
    required('supplier', text, supplier, () => 'mandatory_declaration'),
    nested('postedWorkerParticipation', personInDocument, postings),
    nested('foreignEmployerParticipation', foreignEmployerInDocument, postings),
    nested('economicalBelgianClientParticipation', userInDocument, postings),
    nested('placeOfWorkRelation', placeRelation, postings),
  ]),
  finds: [postingsFound(documentKeys)],
})
