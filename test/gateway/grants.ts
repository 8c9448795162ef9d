/** Deliberation files with as many grants as a test wants, beside those of the repository. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { compileDeliberations } from '../../src/deliberations/decide.ts'
import type { Decision, DecisionQuestion } from '../../src/deliberations/decision.ts'
import { readDeliberations } from '../../src/deliberations/read.ts'
import { sourceNames } from '../../src/registers/field.ts'

const repository = resolve(import.meta.dirname, '../../deliberations')

/** Writes the repository's files and one more, in which each of the grants is a legal context of an institution. */
export function writeDeliberations(
  folder: string,
  institution: string,
  grants: Readonly<Record<string, readonly string[]>>,
): void {
  mkdirSync(folder, { recursive: true })
  cpSync(repository, folder, { recursive: true })
  const activation = Object.fromEntries(sourceNames.map((source) => [source, '2024-01-01']))
  const file = {
    $schema: '../schemas/deliberation/v1.json',
    kind: 'deliberation',
    number: 'TEST/1',
    status: 'synthetic',
    title: 'Grants of a test',
    issuer: 'made up for a test',
    legalBasis: [],
    references: [],
    beneficiary: { institution, name: institution, formerNames: [], hierarchy: [] },
    mission: 'test',
    population: { default: 'all', setBy: 'operator' },
    purposes: [{ id: 'T1', paragraphs: ['1'], name: 'test' }],
    notStated: [],
    versions: [
      {
        from: '2024-01-01',
        document: 'TEST/1',
        channels: {
          webService: { paragraphs: ['1'], requires: [], storageAllowed: true, activation },
        },
        grants: Object.entries(grants).map(([legalContext, paths]) => ({
          set: setOf(legalContext),
          paragraph: '1',
          requires: [],
          paths,
        })),
        legalContexts: Object.keys(grants).map((legalContext) => ({
          legalContext,
          purposes: ['T1'],
          sets: [setOf(legalContext)],
        })),
      },
    ],
  }
  writeFileSync(join(folder, 'test.json'), JSON.stringify(file, undefined, 2))
}

/** The registry in which that institution has the grants as legal contexts, may ask about everybody, and must have integrated them. */
export function openedTo<
  Row extends { readonly id: string; readonly legalContexts: readonly string[] },
>(
  institution: string,
  grants: Readonly<Record<string, readonly string[]>>,
): (rows: readonly Row[]) => Row[] {
  const granted = grantedTo<Row>(institution, grants)
  return (rows) =>
    granted(rows).map((row) =>
      row.id !== institution
        ? row
        : { ...row, population: { kind: 'all' }, integration: 'required' },
    )
}

/** The registry in which that institution has the grants as legal contexts beside its own. */
export function grantedTo<
  Row extends { readonly id: string; readonly legalContexts: readonly string[] },
>(
  institution: string,
  grants: Readonly<Record<string, readonly string[]>>,
): (rows: readonly Row[]) => Row[] {
  return (rows) =>
    rows.map((row) =>
      row.id !== institution
        ? row
        : { ...row, legalContexts: [...row.legalContexts, ...Object.keys(grants)] },
    )
}

const setOf = (legalContext: string) => legalContext.toLowerCase().replaceAll(':', '.')

/** The decision of the files in a folder, as the gateway compiles them. */
export function decisionOf(folder: string): (question: DecisionQuestion) => Decision {
  const names = readdirSync(folder).sort()
  return compileDeliberations(
    readDeliberations(
      names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') })),
    ),
  )
}
