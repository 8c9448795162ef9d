import { readCivilDate } from '../../src/base/civil-date.ts'
import type { Decision, DecisionQuestion } from '../../src/deliberations/decision.ts'
import { valuePaths, type Path } from '../../src/registers/catalogue.ts'

export type Granted = Extract<Decision, { kind: 'grant' }>

/** A question by an institution under a legal context on a day; by default over web services, about everything. */
export function question(
  institution: string,
  legalContext: string | undefined,
  on: string,
  rest: Partial<DecisionQuestion> = {},
): DecisionQuestion {
  return {
    institution,
    legalContext,
    service: 'TestService',
    operation: 'testOperation',
    channel: 'webService',
    gives: valuePaths,
    on: readCivilDate(on)!,
    ...rest,
  }
}

/** Paths that begin with one of the prefixes. */
export function pathsUnder(...prefixes: readonly string[]): readonly Path[] {
  return valuePaths.filter((path) => prefixes.some((prefix) => path.startsWith(prefix)))
}

export function granted(decision: Decision): Granted {
  if (decision.kind !== 'grant') throw new TypeError(`refused by ${decision.rule}`)
  return decision
}

export function refused(decision: Decision): Extract<Decision, { kind: 'refusal' }> {
  if (decision.kind !== 'refusal') throw new TypeError('granted')
  return decision
}
