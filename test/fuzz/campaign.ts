import fc from 'fast-check'
import { diag } from 'libxml2-wasm'
import { XmlNodeSetStruct } from 'libxml2-wasm/lib/libxml2.mjs'
import { mutate, mutationNames, type Step } from './mutate.ts'
import { judge, originals, type Verdict } from './subject.ts'

/** What is done to which message. fast-check draws plans from a seed, and makes one that finds something smaller. */
interface Plan {
  readonly original: number
  readonly steps: readonly Step[]
}

const number = fc.noBias(fc.nat({ max: 0x7fffffff }))
const plans: fc.Arbitrary<Plan> = fc.record({
  original: fc.noBias(fc.nat({ max: originals.length - 1 })),
  steps: fc.array(
    fc.record({
      mutation: fc.noBias(fc.nat({ max: mutationNames.length - 1 })),
      numbers: fc.array(number, { minLength: 6, maxLength: 6 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
})

const others = originals.map(({ message }) => message)

function messageOf(plan: Plan): string {
  return mutate(others[plan.original] ?? '', plan.steps, others)
}

export interface Order {
  readonly seed: number
  readonly messages: number
  /** instant at which to stop, ms of `performance.now()`; undefined: after `messages` only */
  readonly stopAtMs?: number
}

export interface Found {
  readonly seed: number
  readonly what: string
  /** the shrunk plan, for people */
  readonly plan: string
  /** the message itself, and the original it came from; bytes as latin1 */
  readonly message: string
  readonly original: string
}

export interface Report {
  readonly messages: number
  /** how often each verdict was given to a message that differs from its original */
  readonly verdicts: ReadonlyMap<Verdict, number>
  readonly found: Found | undefined
  /** libxml2's own memory at the end; it never shrinks */
  readonly memoryBytes: number
  /** libxml2 objects that nobody disposed, by class */
  readonly undisposed: Readonly<Record<string, number>>
}

/** Runs mutated messages through the path under test until they are all judged, the time is over, or something is found. */
export function runCampaign(order: Order): Report {
  const verdicts = new Map<Verdict, number>()
  let messages = 0
  diag.configure({ enabled: true })
  const judged = fc.property(plans, (plan) => {
    messages += 1
    const message = messageOf(plan)
    const verdict = judge(message)
    if (message === others[plan.original]) return
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
  })
  const details = fc.check(judged, {
    seed: order.seed,
    numRuns: order.messages,
    ...(order.stopAtMs !== undefined && {
      interruptAfterTimeLimit: Math.max(1, order.stopAtMs - performance.now()),
    }),
  })
  const undisposed = Object.fromEntries(
    Object.entries(diag.report() as Record<string, { totalInstances: number }>).map(
      ([name, { totalInstances }]) => [name, totalInstances],
    ),
  )
  diag.configure({ enabled: false })
  const [plan] = details.failed ? (details.counterexample ?? []) : []
  const found = plan === undefined ? undefined : foundBy(plan, order.seed, details.errorInstance)
  const memoryBytes = XmlNodeSetStruct.nodeTable(0, 0).buffer.byteLength
  return { messages, verdicts, found, memoryBytes, undisposed }
}

function foundBy(plan: Plan, seed: number, error: unknown): Found {
  const { name, message } = originals[plan.original]!
  const steps = plan.steps.map(
    ({ mutation, numbers }) => `${mutationNames[mutation]}(${numbers.join(', ')})`,
  )
  return {
    seed,
    what: error instanceof Error ? error.message : String(error),
    plan: `${name}: ${steps.join(', ')}`,
    message: messageOf(plan),
    original: message,
  }
}
