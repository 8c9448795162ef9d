import type { CivilDate, Days } from '../../base/civil-date.ts'
import { readCountry } from '../../base/codes.ts'
import {
  readEnterpriseNumber,
  readNssoNumber,
  type EnterpriseNumber,
  type NssoNumber,
} from '../../base/enterprise.ts'
import { GatewayError } from '../../base/errors.ts'
import { birthDays, soughtParts } from '../../base/incomplete-date.ts'
import { firstNameCodes, soughtCodes } from '../../base/phonetic.ts'
import { searchWords } from '../../base/search-words.ts'
import { readSsin, type Ssin } from '../../base/ssin.ts'
import type { Path } from '../../registers/catalogue.ts'
import type { PostingNumber, PostingParty, PostingTerm } from '../../registers/register-reader.ts'
import { childOf, textOf, type XmlElement } from '../../xml/element.ts'
import { invalid, readXsDate } from '../criteria.ts'
import { at } from '../element-rows.ts'
import type { Subject } from '../operation.ts'
import type { SingleQuestion, TogetherPart } from '../source.ts'
import { allDays, readEnterprise, resultsMax } from './criteria.ts'
import { dolsisConsultation, type DolsisConsultation, type Found } from './operation.ts'

/** Which postings a request of Limosa means. */
export interface Asked {
  readonly subject: Subject
  /** undefined: what no posting has, so that nothing is found */
  readonly question: SingleQuestion | undefined
  /** paths that they are chosen by */
  readonly keys: readonly Path[]
}

const posting = (...names: readonly string[]) => names.map((name) => at(`limosa.${name}`))

/** Days choose postings by their dates. */
export const postingDates = posting('posting.startDate', 'posting.endDate')

/** What nothing in the register has: numbers of a kind that it does not hold. */
export const nothing: Asked = { subject: { kind: 'none' }, question: undefined, keys: postingDates }

/** An operation on the postings that its criteria mean; `recordsMax` given: more persons than a page holds are a refusal. */
export function postingConsultation<Criteria extends Asked>({
  recordsMax,
  ...definition
}: Omit<DolsisConsultation<Criteria>, 'subject' | 'keys' | 'parts'> &
  Pick<TogetherPart, 'recordsMax'>): ReturnType<typeof dolsisConsultation<Criteria>> {
  const bound = recordsMax === undefined ? {} : { recordsMax }
  return dolsisConsultation<Criteria>({
    ...definition,
    subject: ({ subject }) => subject,
    keys: ({ keys }) => keys,
    parts: ({ question }) => ({
      posting: { keys: [], questions: question === undefined ? [] : [question], ...bound },
    }),
  })
}

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

/** Where a list begins, by the name of its offset. */
export const offsetOf =
  (name: string) =>
  ({ criteria }: Found<{ readonly offsets: Offsets }>) =>
    criteria.offsets[name] ?? 0

/** The postings that a request means, on its days, and where its lists begin. */
export function readDetail<Read extends Asked>(
  criteria: XmlElement,
  offsets: readonly string[],
  read: (days: Days) => Read | GatewayError,
): (Read & { readonly offsets: Offsets }) | GatewayError {
  const asked = readFound(criteria, read)
  if (asked instanceof GatewayError) return asked
  const places = readOffsets(criteria, ...offsets)
  return places instanceof GatewayError ? places : { ...asked, offsets: places }
}

/** The postings that a request means, on its days. */
export function readFound<Read extends Asked>(
  criteria: XmlElement,
  read: (days: Days) => Read | GatewayError,
): Read | GatewayError {
  const days = readPostingDays(criteria)
  return days instanceof GatewayError ? days : read(days)
}

/** Those of a person. */
export function ofPerson(ssin: Ssin, days: Days): Asked {
  return {
    subject: { kind: 'postedPerson', ssin },
    question: { kind: 'postingsOfPerson', ssin, ...days },
    keys: postingDates,
  }
}

/** Those to a user of services. */
export function ofClient(user: NssoNumber, days: Days): Asked {
  const page = { after: undefined, limit: resultsMax }
  return {
    subject: { kind: 'employer', employer: user },
    question: { kind: 'postingsToUser', user, ...days, ...page },
    keys: postingDates,
  }
}

/** Paths of the numbers that postings are found by, where the subject is not what was granted already. */
const keysOfNumber: Readonly<Partial<Record<PostingNumber, readonly Path[]>>> = {
  place: posting('posting.placeOfWorkNumber'),
  foreignEmployer: posting('foreignEmployer.number'),
  enterpriseOfClient: posting('user.enterpriseNumber'),
  ssinOfClient: posting('user.ssin'),
  enterpriseOfForeignEmployer: posting('foreignEmployer.enterpriseNumber'),
  ssinOfForeignEmployer: posting('foreignEmployer.ssin'),
}

/** Those with a number of somebody else. */
export function withNumber(
  of: PostingNumber,
  number: string,
  days: Days,
  subject: Subject = { kind: 'search', words: `${of} ${number}` },
): Asked {
  const page = { after: undefined, limit: resultsMax }
  return {
    subject,
    question: { kind: 'postingsBy', of, number, terms: [], ...days, ...page },
    keys: [...postingDates, ...(keysOfNumber[of] ?? [])],
  }
}

/** Those by a self-employed person, by the Belgian enterprise number. */
export function ofSelfEmployed(enterprise: EnterpriseNumber, days: Days): Asked {
  return withNumber('enterpriseOfForeignEmployer', enterprise, days)
}

/** What a cbeNumber among the criteria means. */
export function ofCbeNumber(
  text: string,
  mean: (enterprise: EnterpriseNumber) => Asked | GatewayError,
): Asked | GatewayError {
  const enterprise = readEnterprise(text.trim(), 'cbeNumber')
  return enterprise instanceof GatewayError ? enterprise : mean(enterprise)
}

/** Those to the users of services of an enterprise. */
export function ofEnterprise(enterprise: EnterpriseNumber, days: Days): Asked {
  return withNumber('enterpriseOfClient', enterprise, days, { kind: 'enterprise', enterprise })
}

/** Those to a natural person as a user of services. */
export function ofClientPerson(ssin: Ssin, days: Days): Asked {
  return withNumber('ssinOfClient', ssin, days, { kind: 'employerPerson', ssin })
}

/** A criterion: terms, and the paths of what they look at. */
interface Criterion {
  readonly terms: readonly PostingTerm[]
  readonly keys: readonly Path[]
}

/** A text all of whose words must be there; one without a letter or digit stands nowhere, or it would widen the search. */
export function words(field: PostingTerm['field'], text: string | undefined): Criterion {
  if (text === undefined) return oneOf(field, undefined)
  const terms = searchWords(text).map((word) => ({ field, anyOf: [word] }))
  return { terms: terms.length === 0 ? [{ field, anyOf: [] }] : terms, keys: pathsOf(field) }
}

/** Whether a criterion is absent, or holds no word that could stand anywhere. */
export function saysNothing({ terms }: Criterion): boolean {
  return terms.every(({ anyOf }) => anyOf.length === 0)
}

/** One of some values; none when there is no criterion. */
export function oneOf(
  field: PostingTerm['field'],
  values: readonly string[] | undefined,
): Criterion {
  return values === undefined
    ? { terms: [], keys: [] }
    : { terms: [{ field, anyOf: values }], keys: pathsOf(field) }
}

/** dt:CountryCode, a whole number from 100 to 999 that may have a sign and zeros before it; 999 is an unknown one. */
export function country(field: PostingTerm['field'], code: string | undefined): Criterion {
  if (code === undefined) return oneOf(field, undefined)
  const known = readCountry(String(Number(code)))
  if (known === undefined) throw new TypeError('country was not checked')
  return oneOf(field, known === '999' ? undefined : [known])
}

/** The sound of a family name and of first names, as persons are searched. */
export function personNames(lastName: string, firstName: string): Criterion {
  const codes = firstNameCodes(firstName)
  return {
    terms: [
      { field: 'personName', anyOf: soughtCodes(lastName) },
      ...codes.map((code) => ({ field: 'firstName', anyOf: [code] }) as const),
    ],
    keys: pathsOf('personName'),
  }
}

/** A birth date that may be incomplete. */
export function birth(date: string | undefined): Criterion | GatewayError {
  if (date === undefined) return oneOf('birth', undefined)
  // a date that exists, as far as it is known
  if (birthDays(date.trim(), 1) === undefined) return invalid('birthDate')
  return oneOf('birth', soughtParts(date.trim()))
}

/** Paths of what the terms look at; a user of services by the number of the NSSO is the subject, which lies in the population. */
const pathOfField: Readonly<Record<Exclude<PostingTerm['field'], 'placeClient'>, string>> = {
  personName: 'postedPerson.names',
  firstName: 'postedPerson.names',
  nationality: 'postedPerson.nationality',
  birth: 'postedPerson.birth',
  category: 'postedPerson.category',
  personCity: 'postedPerson.address',
  personZip: 'postedPerson.address',
  clientName: 'user.denomination',
  clientCity: 'user.address',
  clientZip: 'user.address',
  clientCountry: 'user.address',
  placeName: 'user.denomination',
  placeCity: 'posting.placeOfWork',
  placeZip: 'posting.placeOfWork',
  placeCountry: 'posting.placeOfWork',
  placeEnterprise: 'user.enterpriseNumber',
  employerName: 'foreignEmployer.denomination',
  employerCity: 'foreignEmployer.address',
  employerZip: 'foreignEmployer.address',
  employerCountry: 'foreignEmployer.address',
}

function pathsOf(field: PostingTerm['field']): readonly Path[] {
  return field === 'placeClient' ? [] : posting(pathOfField[field])
}

/** Most words of a search: more would only cost. */
const termsMax = 40

/** One posting of each party that all criteria hold of. */
export function partiesWith(
  party: PostingParty,
  criteria: readonly Criterion[],
  days: Days,
  subject?: Subject,
): Asked | GatewayError {
  const terms = criteria.flatMap((one) => one.terms)
  if (terms.length > termsMax) return invalid('criteria')
  return {
    subject: subject ?? { kind: 'search', words: JSON.stringify(terms) },
    question: { kind: 'postingsFound', party, terms, ...days, limit: resultsMax },
    keys: [...new Set([...postingDates, ...criteria.flatMap(({ keys }) => keys)])],
  }
}

/** What an identifier of dt:LimosaIdentifierType is, of those that the register holds; without a type whatever it reads as. */
export interface Identifier {
  readonly ssin?: Ssin | undefined
  readonly enterprise?: EnterpriseNumber | undefined
  readonly nsso?: NssoNumber | undefined
}

const kindsOfIdentifier: Readonly<Record<string, keyof Identifier>> = {
  national_nr: 'ssin',
  social_security_nr: 'ssin',
  ssin_self_employed: 'ssin',
  declared_cbe: 'enterprise',
  belgian_vat: 'enterprise',
  cbe_self_employed: 'enterprise',
  declared_noss: 'nsso',
}

/** `id` and `type`. */
export function readIdentifier(criteria: XmlElement): Identifier {
  const id = textOf(criteria, 'id')?.trim() ?? ''
  const type = textOf(criteria, 'type')?.trim()
  const of = (kind: keyof Identifier) => type === undefined || kindsOfIdentifier[type] === kind
  return {
    ssin: of('ssin') ? readSsin(id) : undefined,
    enterprise: of('enterprise') ? readEnterpriseNumber(id.replace(/^BE/, '')) : undefined,
    nsso: of('nsso') ? readNssoNumber(id) : undefined,
  }
}

/** A number of Limosa (xs:long): that of a person is the SSIN, that of a user of services the number of the NSSO. */
export function readLong(criteria: XmlElement, name: string): string {
  return String(BigInt(textOf(criteria, name)?.trim() ?? 0))
}
