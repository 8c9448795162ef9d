import type { Path } from '../registers/catalogue.ts'
import type { Channel, Decision, DecisionQuestion } from './decision.ts'
import type { Judgement, Obstacle, Offer } from './offer.ts'

export type Refusal = Extract<Decision, { kind: 'refusal' }>

/** Checks in their order: a refusal tells the one that an offer came to last. */
const order: readonly Obstacle['kind'][] = [
  'otherVersion',
  'channelUnnamed',
  'channelPrerequisite',
  'prerequisite',
  'notActivated',
  'viewerClosed',
]

const noDeliberation: Refusal = {
  kind: 'refusal',
  code: 'NOT_AUTHORISED',
  rule: 'R2',
  paragraph: '51',
  needed: 'a deliberation whose beneficiary is this institution under this legal context',
}

/** Why no offer gives anything of the operation. `offers` are the institution's, under the question's legal context. */
export function refusalOf(
  offers: readonly Offer[],
  judgements: readonly Judgement[],
  question: DecisionQuestion,
): Refusal {
  if (offers.length === 0) return noDeliberation
  const gives = new Set<Path>(question.gives)
  const obstacles = judgements.flatMap(({ withheld }, index) => {
    const set = offers[index]?.set
    return [...withheld]
      .filter(([path]) => gives.has(path))
      .map(([, obstacle]) => ({ obstacle, paragraph: set?.paragraph ?? '' }))
  })
  const [last] = obstacles.sort((a, b) => obstacleRank(b.obstacle) - obstacleRank(a.obstacle))
  if (last === undefined) {
    return {
      kind: 'refusal',
      code: 'NOTHING_GRANTED',
      rule: 'R35',
      needed: 'a legal context whose purpose is linked to the data of this operation',
    }
  }
  return toldOf(last.obstacle, last.paragraph, question.channel)
}

/** How far an offer came before this obstacle: the higher, the more checks it passed. */
export function obstacleRank({ kind }: Obstacle): number {
  return order.indexOf(kind)
}

function toldOf(obstacle: Obstacle, paragraph: string, channel: Channel): Refusal {
  const refused = { kind: 'refusal', code: 'NOT_AUTHORISED' } as const
  const needed = neededFor(obstacle, channel)
  switch (obstacle.kind) {
    case 'otherVersion':
      return { ...refused, rule: 'R1', needed }
    case 'channelUnnamed':
      return { ...refused, rule: 'R10', paragraph: '6', needed }
    case 'channelPrerequisite': {
      const { rule } = obstacle.missing
      return { ...refused, rule, paragraph: channel === 'dolsis' ? '54' : '55', needed }
    }
    case 'prerequisite':
      return { ...refused, rule: obstacle.missing.rule, paragraph, needed }
    case 'notActivated':
      return { ...refused, rule: 'R10', paragraph: '6', needed }
    case 'viewerClosed':
      return { ...refused, rule: 'R49', needed }
  }
}

/** What would have to be there, in one English sentence. */
export function neededFor(obstacle: Obstacle, channel: Channel): string {
  switch (obstacle.kind) {
    case 'otherVersion': {
      const periods = obstacle.versions.map(({ from, until }) => `${from} to ${until ?? 'open'}`)
      return `a version in force on the day; known are ${periods.join(', ')}`
    }
    case 'channelUnnamed':
      return `a version that authorises the channel ${channel}`
    case 'channelPrerequisite':
    case 'prerequisite':
      return `${obstacle.missing.number} (${obstacle.missing.title}) in force for the institution on the day`
    case 'notActivated':
      return `activation of the web service for the source ${obstacle.source}`
    case 'viewerClosed':
      return `a web service: the viewer is closed for ${obstacle.source} since ${obstacle.since}`
  }
}
