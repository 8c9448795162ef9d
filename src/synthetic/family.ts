import type { PersonRecord } from '../registers/person.ts'
import { chunkSize, householdOf, identityOf, incompleteDate } from './birth.ts'
import { dateOf, type Day } from './calendar.ts'
import type { Country } from './country.ts'
import { registerOf } from './identifiers.ts'
import { homeSince, knownOf, type Known } from './household.ts'
import { randomOf, streams } from './random.ts'

/** The household of a person, and whom it makes his relatives: both sides of a relation are drawn from the household alone. */

/** Days after which somebody is of age, and may marry. */
export const adultDays = 6_575
/** Least days between a parent and a child. */
const generationDays = 15 * 365

/** What the register holds of the family of a person; the civil status of those who are a couple. */
export function familyOf(country: Country, own: Known): PersonRecord {
  const { head, size, rank } = own.household
  if (own.dead || own.cancelled) return {}
  const { ssin } = own.identity
  const household = { referencePersonSsin: identityOf(country, head).ssin, memberCount: size }
  const left = leftHouseholdOf(country, own)
  if (size === 1) return { household: { ...household, referencePersonSsin: ssin }, ...left }
  const members = Array.from({ length: size }, (_, one) =>
    one === rank ? own : knownOf(country, head + one),
  ).filter(({ cancelled }) => !cancelled)
  const parents = parentsIn(members, own)
  const children = members.filter((one) => parentsIn(members, one).includes(own))
  return {
    household,
    familyMember: membersFor(country, members, own),
    ...coupleRecord(country, members, own),
    ...left,
    ...(parents.length > 0 && { parent: parents.map((one) => ({ ...relative(one), since: bornOn(own) })) }), // prettier-ignore
    ...(children.length > 0 && { child: children.map((one) => ({ ...relative(one), since: bornOn(one) })) }), // prettier-ignore
  }
}

/** In so many chunks of a thousand the head of the last household once lived with that of the first. */
const leftPerMille = 150

/** What the two have in their files of it, told by the chunk alone. */
function leftHouseholdOf(country: Country, { household }: Known): PersonRecord {
  const index = household.head + household.rank
  const first = index - (index % chunkSize)
  const last = householdOf(country, Math.min(first + chunkSize, country.persons) - 1).head
  if (index !== first && index !== last) return {}
  const random = randomOf(country.seed, streams.household, first, 11)
  if (first === last || !random.chance(leftPerMille)) return {}
  const [head, mover] = [knownOf(country, first), knownOf(country, last)]
  const from = Math.max(head.identity.birthDay, mover.identity.birthDay)
  const until = homeSince(country, last)
  const lived = [head, mover].every(({ dead, cancelled }) => !dead && !cancelled)
  if (!lived || until - from < 365) return {}
  const place = {
    position: '12',
    since: dateOf(random.between(from, until - 30)),
    until: dateOf(until),
  }
  return index === first
    ? { formerFamilyMember: [{ ...relative(mover), ...place }] }
    : { formerHousehold: [{ ...relative(head), ...place }] }
}

function relative({ identity, names }: Known) {
  return {
    ssin: identity.ssin,
    names,
    sex: identity.sex,
    birthDate: incompleteDate(identity.birth),
  }
}

function bornOn({ identity }: Known) {
  return dateOf(identity.birthDay)
}

/** The whole household for its reference person; for the others that person, the spouse and themselves. */
function membersFor(country: Country, members: readonly Known[], own: Known) {
  const isSeen = ({ household: { rank } }: Known) =>
    own.household.rank === 0 || rank < 2 || rank === own.household.rank
  const since = homeSince(country, own.household.head)
  return members.filter(isSeen).map((one) => ({
    ...relative(one),
    register: registerOf(one.identity.kind),
    position: positionOf(country, members, one),
    since: dateOf(Math.max(since, one.identity.birthDay)),
  }))
}

function positionOf(country: Country, members: readonly Known[], one: Known): string {
  const { rank } = one.household
  if (rank === 0) return '1'
  if (rank === 1) return coupleOf(country, members)?.married === true ? '2' : '12'
  const [head] = members
  return head !== undefined && one.identity.birthDay < head.identity.birthDay ? '6' : '3'
}

/** Whoever lives with the couple at the head is a child of both, or one of two parents of the first. */
function parentsIn(members: readonly Known[], child: Known): readonly Known[] {
  const { rank } = child.household
  const isOlder = ({ identity }: Known) =>
    child.identity.birthDay - identity.birthDay >= generationDays
  if (rank === 1) return []
  return members
    .filter((one) => (rank === 0 ? one.household.rank > 1 : one.household.rank < 2))
    .filter(isOlder)
    .slice(0, 2)
}

/** The two at the head of a household, when both are of age. */
function coupleOf(country: Country, members: readonly Known[]) {
  const [first, second] = members
  if (first?.household.rank !== 0 || second?.household.rank !== 1) return undefined
  const random = randomOf(country.seed, streams.household, first.household.head, 3)
  const from = Math.max(first.identity.birthDay, second.identity.birthDay) + adultDays
  if (from >= country.asOf) return undefined
  const married = random.chance(800)
  return { first, second, married, since: random.between(from, Math.min(country.asOf, from + 9_000)) } // prettier-ignore
}

function coupleRecord(country: Country, members: readonly Known[], own: Known): PersonRecord {
  const couple = coupleOf(country, members)
  if (couple === undefined || own.household.rank > 1) return {}
  const { first, second, married } = couple
  const partner = relative(own === first ? second : first)
  const since = dateOf(couple.since)
  const single = civilStatus('10', own.identity.birthDay)
  if (married) {
    return {
      civilStatus: { civilStatusCode: '20', sinceDate: since },
      spouse: partner,
      formerCivilStatus: [{ status: single }],
    }
  }
  const { municipalityCode = '' } = own.home.address
  return {
    civilStatus: single,
    legalCohabitation: [{ ...partner, registeredOn: since, municipalityCode }],
  }
}

/** Codes of information type 120: 10 single, 20 married, 30 widowed, 40 divorced. */
export function civilStatus(civilStatusCode: string, since: Day) {
  return { civilStatusCode, sinceDate: dateOf(since) }
}
