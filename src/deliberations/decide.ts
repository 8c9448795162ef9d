import { entryOf, holders, type Path } from '../registers/catalogue.ts'
import { sourceNames, type SourceName } from '../registers/field.ts'
import type { Basis, Grant } from '../registers/grant.ts'
import type { Decision, DecisionQuestion } from './decision.ts'
import type { Deliberations } from './model.ts'
import { judge, obstacleOfSource, offersOf, type Judgement, type Offer } from './offer.ts'
import { refusalOf, type Refusal } from './refusal.ts'

/** Decisions kept; only questions with a declared legal context are, so a caller cannot fill it with inventions. */
const decisionsKeptMax = 10_000

/**
 * Compiles the deliberations into the one pure decision: institution × legal context × channel × operation × day. Equal questions get the
 * same Grant object until the store of decisions is full, so that projections can be prepared once per grant.
 * Several deliberations of one legal context add up; nothing adds up across legal contexts.
 */
export function compileDeliberations(
  files: Deliberations,
): (question: DecisionQuestion) => Decision {
  const byContext = Map.groupBy(offersOf(files), ({ legalContext }) => legalContext)
  let kept = new WeakMap<readonly Path[], Map<string, Decision>>()
  let count = 0
  return (question) => {
    const offers = byContext.get(question.legalContext ?? '')
    if (offers === undefined) return unknownContext
    const { institution, channel, on, legalContext } = question
    const key = `${institution}|${channel}|${on}|${legalContext ?? ''}`
    const known = kept.get(question.gives)?.get(key)
    if (known !== undefined) return known
    const decision = decide(offers, question)
    if (++count > decisionsKeptMax) {
      kept = new WeakMap()
      count = 1
    }
    const ofOperation = kept.get(question.gives) ?? new Map<string, Decision>()
    kept.set(question.gives, ofOperation.set(key, decision))
    return decision
  }
}

const unknownContext: Refusal = {
  kind: 'refusal',
  code: 'LEGAL_CONTEXT_UNKNOWN',
  rule: 'R35',
  needed: 'a legal context that a deliberation declares',
}

/** `offers` are those of the question's legal context, of every institution. */
function decide(offers: readonly Offer[], question: DecisionQuestion): Decision {
  const isOwn = ({ deliberation }: Offer) =>
    deliberation.beneficiary.institution === question.institution
  const own = offers.filter(isOwn)
  const judgements = own.map((offer) => judge(offer, question))
  const paths = addUp(judgements, question.gives)
  if (paths.size === 0) return refusalOf(own, judgements, question)
  const bases = [...paths.values()].flat()
  const legalContext = question.legalContext ?? ''
  const grant = { legalContext, deliberations: distinct(bases), paths } as Grant
  return {
    kind: 'grant',
    grant,
    sources: sourcesOf(own, judgements, question),
    filtered: filteredOf(question.gives, paths),
  }
}

/** Grants of all offers together, cut down to what the operation can give, in its order. */
function addUp(
  judgements: readonly Judgement[],
  gives: readonly Path[],
): ReadonlyMap<Path, readonly Basis[]> {
  const paths = new Map<Path, readonly Basis[]>()
  for (const path of gives) {
    const bases = judgements.flatMap(({ granted }) => granted.get(path) ?? [])
    if (bases.length > 0) paths.set(path, bases)
  }
  return paths
}

function distinct(bases: readonly Basis[]): Grant['deliberations'] {
  const seen = new Map(
    bases.map(({ deliberation, version }) => [
      `${deliberation}|${version}`,
      { deliberation, version },
    ]),
  )
  return [...seen.values()]
}

/** Sources of granted paths, as far as they may answer on the channel, in the order of § 5. */
function sourcesOf(
  offers: readonly Offer[],
  judgements: readonly Judgement[],
  question: DecisionQuestion,
): readonly SourceName[] {
  const gives = new Set(question.gives)
  const open = new Set(
    offers.flatMap(({ version }, index) =>
      [...(judgements[index]?.granted.keys() ?? [])]
        .filter((path) => gives.has(path))
        .flatMap((path) => entryOf(path).field.about.sources)
        .filter((source) => obstacleOfSource(version, source, question) === undefined),
    ),
  )
  return sourceNames.filter((source) => open.has(source))
}

/**
 * What is withheld of an operation: the path of a block when nothing in it is granted, else the paths of its withheld fields; one
 * path for all blocks of a block without fields of its own when nothing in any of them is.
 * Depends on operation and grant only, never on a record.
 */
function filteredOf(
  gives: readonly Path[],
  granted: ReadonlyMap<Path, unknown>,
): readonly string[] {
  const open = new Set([...granted.keys()].flatMap((path) => blocksAround(path)))
  const filtered = gives
    .filter((path) => !granted.has(path) && entryOf(path).field.type !== 'group')
    .map((path) => (open.has(placeOf(path)) ? path : entryOf(path).blockPath))
    .map((told) => {
      const holder = holders.get(told)
      return holder === undefined || open.has(holder.place) ? told : holder.path
    })
  return [...new Set(filtered)]
}

/** Register and nested names of the block of a path: `dmfa.employerDeclaration.naturalPerson`. */
function placeOf(path: Path): string {
  const { register, block } = entryOf(path)
  return `${register}.${block}`
}

/** The block of a path and the blocks it lies in. */
function blocksAround(path: Path): string[] {
  const names = placeOf(path).split('.')
  return names.slice(1).map((_, index) => names.slice(0, index + 2).join('.'))
}
