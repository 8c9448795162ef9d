import type { CivilDate } from '../base/civil-date.ts'
import { entryOf, type Path } from '../registers/catalogue.ts'
import type { SourceName } from '../registers/field.ts'
import type { Basis } from '../registers/grant.ts'
import type { DecisionQuestion } from './decision.ts'
import {
  isInForce,
  type Deliberation,
  type Deliberations,
  type GrantSet,
  type Prerequisite,
  type PrerequisiteRecord,
  type Version,
} from './model.ts'

/** One grant set of one version under one legal context: the smallest thing that can be granted or not. */
export interface Offer {
  readonly deliberation: Deliberation
  readonly version: Version
  readonly legalContext: string
  readonly set: GrantSet
  readonly fields: readonly Path[]
  /** members of the set's groups, by the prerequisite record that names them */
  readonly members: readonly Member[]
  readonly prerequisites: ReadonlyMap<string, Prerequisite>
}

interface Member {
  readonly path: Path
  readonly paragraph: string
  readonly prerequisite: Prerequisite
  readonly record: PrerequisiteRecord
}

/** Why a set, or a path of it, is not given. Listed from the first check to the last. */
export type Obstacle =
  | { readonly kind: 'otherVersion'; readonly versions: readonly Version[] }
  | { readonly kind: 'channelUnnamed' }
  | { readonly kind: 'channelPrerequisite'; readonly missing: Prerequisite }
  | { readonly kind: 'prerequisite'; readonly missing: Prerequisite }
  | { readonly kind: 'viewerClosed'; readonly source: SourceName; readonly since: CivilDate }
  | { readonly kind: 'notActivated'; readonly source: SourceName }

/** What an offer gives for a question: bases by path, obstacles by path. A path is in one of the two, never in both. */
export interface Judgement {
  readonly granted: ReadonlyMap<Path, readonly Basis[]>
  readonly withheld: ReadonlyMap<Path, Obstacle>
}

/** Every offer of every version of every deliberation. */
export function offersOf(files: Deliberations): readonly Offer[] {
  const prerequisites = new Map(files.prerequisites.map((one) => [one.number, one]))
  return files.deliberations.flatMap((deliberation) =>
    deliberation.versions.flatMap((version) =>
      version.legalContexts.flatMap(({ legalContext, sets }) =>
        version.grants
          .filter(({ set }) => sets.includes(set))
          .map((set) => ({
            deliberation,
            version,
            legalContext,
            set,
            fields: set.paths.filter((path) => entryOf(path).field.type !== 'group'),
            members: membersOf(set, deliberation.beneficiary.institution, prerequisites),
            prerequisites,
          })),
      ),
    ),
  )
}

/** A group grants nothing itself: its members stand in the prerequisites of its set (R15, R27, R30). */
function membersOf(
  set: GrantSet,
  institution: string,
  prerequisites: ReadonlyMap<string, Prerequisite>,
): readonly Member[] {
  return set.requires.flatMap((number) => {
    const prerequisite = prerequisites.get(number)
    if (prerequisite === undefined) return []
    return prerequisite.records
      .filter((record) => record.institution === institution)
      .flatMap((record) =>
        record.members
          .filter(({ group }) => set.paths.includes(group))
          .flatMap(({ paths, paragraph }) =>
            paths.map((path) => ({ path, paragraph, prerequisite, record })),
          ),
      )
  })
}

/** Judges one offer, which must be of the question's institution and legal context. */
export function judge(offer: Offer, question: DecisionQuestion): Judgement {
  const granted = new Map<Path, Basis[]>()
  const withheld = new Map<Path, Obstacle>()
  const whole = obstacleOfSet(offer, question)
  const basis: Basis = {
    deliberation: offer.deliberation.number,
    version: offer.version.from,
    paragraph: offer.set.paragraph,
  }
  for (const path of offer.fields) {
    const obstacle = whole ?? obstacleOfPath(offer.version, path, question)
    if (obstacle === undefined) granted.set(path, [basis])
    else withheld.set(path, obstacle)
  }
  for (const { path, paragraph, prerequisite, record } of offer.members) {
    const lapsed: Obstacle = { kind: 'prerequisite', missing: prerequisite }
    let obstacle = whole ?? obstacleOfPath(offer.version, path, question)
    if (!isInForce(record, question.on)) obstacle ??= lapsed
    if (obstacle !== undefined) {
      if (!granted.has(path)) withheld.set(path, obstacle)
      continue
    }
    const own = { deliberation: prerequisite.number, version: record.from, paragraph }
    granted.set(path, [...(granted.get(path) ?? [basis]), own])
    withheld.delete(path)
  }
  return { granted, withheld }
}

function obstacleOfSet(offer: Offer, question: DecisionQuestion): Obstacle | undefined {
  const { version, set } = offer
  const { versions } = offer.deliberation
  if (!isInForce(version, question.on)) return { kind: 'otherVersion', versions }
  const channel = version.channels[question.channel]
  if (channel === undefined) return { kind: 'channelUnnamed' }
  const ofChannel = firstMissing(channel.requires, offer, question.on)
  if (ofChannel !== undefined) return { kind: 'channelPrerequisite', missing: ofChannel }
  const ofSet = firstMissing(set.requires, offer, question.on)
  if (ofSet !== undefined) return { kind: 'prerequisite', missing: ofSet }
  return undefined
}

/** A path passes when one of its sources may answer on the channel. */
function obstacleOfPath(
  version: Version,
  path: Path,
  question: DecisionQuestion,
): Obstacle | undefined {
  const { sources } = entryOf(path).field.about
  let last: Obstacle | undefined
  for (const source of sources) {
    last = obstacleOfSource(version, source, question)
    if (last === undefined) return undefined
  }
  return last
}

/**
 * R49: from the day on which a source answers over web services its viewer is closed, source by source, and stays closed
 * though the web services' own conditions lapse. Before that day the web service is not there.
 */
export function obstacleOfSource(
  version: Version,
  source: SourceName,
  { channel, on }: Pick<DecisionQuestion, 'channel' | 'on'>,
): Obstacle | undefined {
  const since = version.channels.webService?.activation?.[source]
  const active = since !== undefined && since <= on
  switch (channel) {
    case 'webService':
      return active ? undefined : { kind: 'notActivated', source }
    case 'dolsis':
      return active ? { kind: 'viewerClosed', source, since } : undefined
  }
}

/** The first prerequisite that is not fulfilled on the day, those that it rests on included (R13). */
function firstMissing(
  numbers: readonly string[],
  offer: Offer,
  on: CivilDate,
): Prerequisite | undefined {
  const { institution } = offer.deliberation.beneficiary
  for (const number of numbers) {
    const prerequisite = offer.prerequisites.get(number)
    if (prerequisite === undefined)
      throw new TypeError(`prerequisite \`${number}\` was not checked`)
    const record = prerequisite.records.find(
      (one) => one.institution === institution && isInForce(one, on),
    )
    if (record === undefined) return prerequisite
    const deeper = firstMissing(record.requires, offer, on)
    if (deeper !== undefined) return deeper
  }
  return undefined
}
