import { entryOf, type Path } from '../registers/catalogue.ts'
import type { Basis } from '../registers/grant.ts'
import { compileDeliberations } from './decide.ts'
import type { Decision, DecisionQuestion } from './decision.ts'
import { isInForce, type Deliberation, type Deliberations } from './model.ts'
import { judge, offersOf, type Obstacle, type Offer } from './offer.ts'
import { neededFor, obstacleRank } from './refusal.ts'

/** Why a path is withheld, and what would open it. */
export interface WithheldPath {
  readonly path: Path
  readonly why:
    | Obstacle['kind']
    /** named for the institution, but under other legal contexts */
    | 'otherPurpose'
    /** the deliberation names a group only, and no prerequisite names this path as its member */
    | 'noMember'
    | 'notInDeliberation'
  /** one English sentence */
  readonly needed: string
}

/** A decision with its reasons, for people. */
export interface Explanation {
  readonly question: DecisionQuestion
  readonly decision: Decision
  readonly granted: readonly { readonly path: Path; readonly bases: readonly Basis[] }[]
  readonly withheld: readonly WithheldPath[]
  /** deliberations whose beneficiary the institution is */
  readonly deliberations: readonly Deliberation[]
  /** limits that stand beside granted sets, e.g. § 45 */
  readonly conditions: readonly string[]
}

/** Explains a question path by path, from the same offers on which `decide` decides. */
export function explain(files: Deliberations, question: DecisionQuestion): Explanation {
  const offers = offersOf(files).filter(
    ({ deliberation }) => deliberation.beneficiary.institution === question.institution,
  )
  const decision = compileDeliberations(files)(question)
  const paths = decision.kind === 'grant' ? decision.grant.paths : new Map<Path, Basis[]>()
  const granted = [...paths].map(([path, bases]) => ({ path, bases }))
  const giving = offers.filter(
    ({ legalContext, version, fields, members }) =>
      legalContext === question.legalContext &&
      isInForce(version, question.on) &&
      [...fields, ...members.map(({ path }) => path)].some((path) => paths.has(path)),
  )
  return {
    question,
    decision,
    granted,
    withheld: question.gives
      .filter((path) => !paths.has(path) && entryOf(path).field.type !== 'group')
      .map((path) => withheldPath(path, offers, question)),
    deliberations: files.deliberations.filter(
      ({ beneficiary }) => beneficiary.institution === question.institution,
    ),
    conditions: [...new Set(giving.flatMap(({ set }) => set.condition ?? []))],
  }
}

/** `offers` are those of the institution, under every legal context. */
function withheldPath(
  path: Path,
  offers: readonly Offer[],
  question: DecisionQuestion,
): WithheldPath {
  const here = offers.filter(({ legalContext }) => legalContext === question.legalContext)
  const obstacles = here
    .flatMap((offer) => judge(offer, question).withheld.get(path) ?? [])
    .sort((a, b) => obstacleRank(b) - obstacleRank(a))
  if (obstacles[0] !== undefined) {
    return { path, why: obstacles[0].kind, needed: neededFor(obstacles[0], question.channel) }
  }
  const contexts = offers
    .filter(({ fields, members }) => fields.includes(path) || members.some((m) => m.path === path))
    .map(({ legalContext }) => legalContext)
  if (contexts.length > 0) {
    const names = [...new Set(contexts)].join(' or ')
    return { path, why: 'otherPurpose', needed: `the purpose and legal context ${names}` }
  }
  const group = here.flatMap((offer) => groupAround(path, offer))[0]
  if (group !== undefined) {
    const needed = `a prerequisite that names it as a member of ${group}`
    return { path, why: 'noMember', needed }
  }
  return { path, why: 'notInDeliberation', needed: 'a deliberation that names it' }
}

/** Groups of an offer that could hold the path: it is implied by the same paragraph of the same register. */
function groupAround(path: Path, { set }: Offer): readonly Path[] {
  const { field, register } = entryOf(path)
  if (field.about.kind !== 'implied') return []
  return set.paths.filter((one) => {
    const group = entryOf(one)
    return (
      group.field.type === 'group' &&
      group.register === register &&
      group.field.about.paragraph === field.about.paragraph
    )
  })
}

/** The explanation as text. */
export function printExplanation(explanation: Explanation): string {
  const { question, decision, granted, withheld } = explanation
  const { institution, legalContext, channel, on } = question
  return [
    `${institution}, ${legalContext ?? 'no legal context'}, ${channel}, on ${on}`,
    ...explanation.deliberations.map(printBeneficiary),
    ...printDecision(decision),
    ...(granted.length === 0 ? [] : [`granted: ${granted.length} fields`]),
    ...granted.map(({ path, bases }) => `  ${path}  ${bases.map(printBasis).join(', ')}`),
    ...(withheld.length === 0 ? [] : [`withheld: ${withheld.length} fields`]),
    ...withheld.map(({ path, why, needed }) => `  ${path}  ${reasons[why]}; needed: ${needed}`),
    ...explanation.conditions.map((condition) => `condition: ${condition}`),
    ...notStated(explanation.deliberations),
    '',
  ].join('\n')
}

const reasons: Readonly<Record<WithheldPath['why'], string>> = {
  otherVersion: 'no version in force on the day',
  channelUnnamed: 'channel not authorised',
  channelPrerequisite: 'prerequisite of the channel missing',
  prerequisite: 'prerequisite missing',
  notActivated: 'web service not activated',
  viewerClosed: 'viewer closed',
  otherPurpose: 'not this purpose',
  noMember: 'its group is not enumerated',
  notInDeliberation: 'not in the deliberation',
}

function printBeneficiary({ number, status, beneficiary, versions }: Deliberation): string {
  const former = beneficiary.formerNames.map((name) => `formerly ${name}`)
  const above = beneficiary.hierarchy.map((name) => `under ${name}`)
  const names = [beneficiary.fullName ?? beneficiary.name, ...former, ...above].join(', ')
  return `deliberation ${number} (${status}), ${versions.length} version(s), for ${names}`
}

function printDecision(decision: Decision): string[] {
  if (decision.kind === 'refusal') {
    const paragraph = decision.paragraph === undefined ? '' : `, § ${decision.paragraph}`
    return [
      `refused: ${decision.code}, rule ${decision.rule}${paragraph}`,
      `needed: ${decision.needed}`,
    ]
  }
  return [`granted from the sources ${decision.sources.join(', ')}`]
}

function printBasis({ deliberation, version, paragraph }: Basis): string {
  const where = /^\d/.test(paragraph) ? `§ ${paragraph}` : paragraph
  return `${deliberation} ${where} (${version})`
}

function notStated(deliberations: readonly Deliberation[]): string[] {
  return deliberations
    .filter((one) => one.notStated.length > 0)
    .map((one) => `not stated in ${one.number}: ${one.notStated.join('; ')}`)
}
