import type { Certificate } from './certificate.ts'
import { anyPolicy } from './extensions.ts'

/** Initial values of RFC 5280 §6.1.1 (c) to (g). */
export interface PolicyInputs {
  /** acceptable policies; undefined: any */
  readonly initialPolicies: readonly string[] | undefined
  readonly explicitPolicy: boolean
  readonly mappingInhibited: boolean
  readonly anyPolicyInhibited: boolean
}

/** No policy is asked for; what the certificates themselves require is still kept. */
export const noPolicyAsked: PolicyInputs = {
  initialPolicies: undefined,
  explicitPolicy: false,
  mappingInhibited: false,
  anyPolicyInhibited: false,
}

/** A node of valid_policy_tree; parents instead of children, so that pruning is one filter a level. */
interface PolicyNode {
  readonly policy: string
  readonly expected: readonly string[]
  readonly parent: PolicyNode | undefined
}

/** Mappings multiply nodes (CVE-2023-0464): a larger tree is refused. */
const nodesMax = 512

/** The path's certificates, the one below the anchor first. True when policy processing ends well (§6.1.2 to §6.1.5). */
export function arePoliciesMet(path: readonly Certificate[], inputs: PolicyInputs): boolean {
  const length = path.length
  let explicitPolicy = inputs.explicitPolicy ? 0 : length + 1
  let mapping = inputs.mappingInhibited ? 0 : length + 1
  let inhibitAny = inputs.anyPolicyInhibited ? 0 : length + 1
  let levels: PolicyNode[][] = [[{ policy: anyPolicy, expected: [anyPolicy], parent: undefined }]]
  for (const [index, certificate] of path.entries()) {
    const isLast = index === length - 1
    const { policyConstraints, policyMappings, inhibitAnyPolicy } = certificate.extensions
    const anyAllowed = inhibitAny > 0 || (!isLast && certificate.selfIssued)
    levels = prune([...levels, nextLevel(levels.at(-1) ?? [], certificate, anyAllowed)])
    if (levels.flat().length > nodesMax) return false
    if (explicitPolicy === 0 && isEmpty(levels)) return false
    if (isLast) {
      if (explicitPolicy > 0) explicitPolicy--
      if (policyConstraints?.requireExplicitPolicy === 0) explicitPolicy = 0
      break
    }
    const mappings = policyMappings ?? []
    if (mappings.some((one) => [one.issuerPolicy, one.subjectPolicy].includes(anyPolicy)))
      return false
    levels = prune(applyMappings(levels, mappings, mapping > 0))
    if (!certificate.selfIssued) {
      explicitPolicy = Math.max(0, explicitPolicy - 1)
      mapping = Math.max(0, mapping - 1)
      inhibitAny = Math.max(0, inhibitAny - 1)
    }
    explicitPolicy = Math.min(
      explicitPolicy,
      policyConstraints?.requireExplicitPolicy ?? length + 1,
    )
    mapping = Math.min(mapping, policyConstraints?.inhibitPolicyMapping ?? length + 1)
    inhibitAny = Math.min(inhibitAny, inhibitAnyPolicy ?? length + 1)
  }
  return explicitPolicy > 0 || hasAcceptable(levels, inputs.initialPolicies)
}

const isEmpty = (levels: readonly PolicyNode[][]) => (levels.at(-1) ?? []).length === 0

/** §6.1.3 (d): children of the last level for the policies of the certificate; none without the extension (e). */
function nextLevel(
  level: readonly PolicyNode[],
  { extensions: { policies = [] } }: Certificate,
  anyAllowed: boolean,
): PolicyNode[] {
  const nodes: PolicyNode[] = []
  const add = (parent: PolicyNode, policy: string) => {
    if (nodes.length > nodesMax) return
    if (!nodes.some((node) => node.parent === parent && node.policy === policy))
      nodes.push({ policy, expected: [policy], parent })
  }
  for (const policy of policies.filter((one) => one !== anyPolicy)) {
    const matching = level.filter(({ expected }) => expected.includes(policy))
    const parents = matching.length > 0 ? matching : level.filter((one) => one.policy === anyPolicy)
    for (const parent of parents) add(parent, policy)
  }
  if (policies.includes(anyPolicy) && anyAllowed) {
    for (const parent of level) for (const policy of parent.expected) add(parent, policy)
  }
  return nodes
}

/** §6.1.4 (b) on the last level: with mapping allowed the expected sets change, else mapped policies are deleted. */
function applyMappings(
  levels: readonly PolicyNode[][],
  mappings: readonly { readonly issuerPolicy: string; readonly subjectPolicy: string }[],
  allowed: boolean,
): PolicyNode[][] {
  if (mappings.length === 0) return [...levels]
  const last = levels.at(-1) ?? []
  const mapped = new Set(mappings.map(({ issuerPolicy }) => issuerPolicy))
  const subjects = (policy: string) =>
    mappings.filter((one) => one.issuerPolicy === policy).map((one) => one.subjectPolicy)
  if (!allowed) return [...levels.slice(0, -1), last.filter(({ policy }) => !mapped.has(policy))]
  const changed = last.map((node) =>
    mapped.has(node.policy) ? { ...node, expected: subjects(node.policy) } : node,
  )
  // a mapped policy that has no node of its own hangs below anyPolicy
  const any = last.find(({ policy }) => policy === anyPolicy)
  const missing = [...mapped].filter((policy) => !last.some((node) => node.policy === policy))
  const added =
    any === undefined
      ? []
      : missing.map((policy) => ({ policy, expected: subjects(policy), parent: any.parent }))
  return [...levels.slice(0, -1), [...changed, ...added]]
}

/** Deletes nodes without children, from the level before the last upwards. */
function prune(levels: readonly PolicyNode[][]): PolicyNode[][] {
  const pruned = [...levels]
  for (let depth = levels.length - 2; depth >= 0; depth--) {
    const parents = new Set((pruned[depth + 1] ?? []).map(({ parent }) => parent))
    pruned[depth] = (pruned[depth] ?? []).filter((node) => parents.has(node))
  }
  return pruned
}

/**
 * §6.1.5 (g): whether the intersection of the tree with the initial policies is not empty. The policies that count are those
 * of nodes whose parent is anyPolicy (valid_policy_node_set).
 */
function hasAcceptable(
  levels: readonly PolicyNode[][],
  initial: readonly string[] | undefined,
): boolean {
  const last = levels.at(-1) ?? []
  if (last.length === 0) return false
  if (initial === undefined || initial.includes(anyPolicy)) return true
  return last.some((leaf) => {
    let node: PolicyNode | undefined = leaf
    while (node.parent !== undefined && node.parent.policy !== anyPolicy) node = node.parent
    return node.policy === anyPolicy || initial.includes(node.policy)
  })
}
