import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { civilDateAt, readCivilDate, type CivilDate } from '../base/civil-date.ts'
import type { Channel } from '../deliberations/decision.ts'
import { explain, printExplanation, type Explanation } from '../deliberations/explain.ts'
import { matricesOf, printMatrix } from '../deliberations/matrix.ts'
import type { Deliberations } from '../deliberations/model.ts'
import {
  DeliberationFileError,
  readDeliberations,
  type DeliberationText,
} from '../deliberations/read.ts'
import { valuePaths, type Path } from '../registers/catalogue.ts'
import { required } from './required.ts'

/**
 * `quadrivium deliberation check|matrix|explain`: reads a folder of deliberation files. Exit codes: 0 in order, 1 faults in the
 * files (told as `file:line: reason`), 2 wrong use. `explain` also ends with 1 when the question is refused.
 */
export function deliberationCommand(packageFolder: string): Command {
  const command = new Command('deliberation')
    .description('check, print and explain deliberation files')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  const sub = (name: string, description: string) =>
    command
      .command(name)
      .description(description)
      .addOption(
        new Option('--dir <folder>', 'folder of deliberation files').default(
          packageFolder,
          'those of the package',
        ),
      )
      .option('--json', 'print JSON')
  sub('check', 'say what is wrong in the files').action(check)
  sub('matrix', 'print institution × legal context × block × field')
    .option('--deliberation <number>', 'one deliberation only, e.g. 14/057')
    .action(matrix)
  sub('explain', 'say what a question would get, and why')
    .option('--institution <id>', 'who asks, e.g. phare; must be given')
    .option('--legal-context <name>', 'e.g. PHARE:SUBSIDY_QUARTER')
    .addOption(
      new Option('--channel <channel>').choices(['webService', 'dolsis']).default('webService'),
    )
    .option('--on <date>', 'day of the question, YYYY-MM-DD (default: today)', dateOption)
    .option('--path <prefix...>', 'only paths that begin so, e.g. dmfa.occupation')
    .action(explainQuestion)
  return command
}

interface FolderOptions {
  readonly dir: string
  readonly json?: true
}

function check({ dir, json }: FolderOptions): void {
  const files = loadOrFail(dir, json)
  if (files === undefined) return
  const { deliberations, prerequisites } = files
  if (json) {
    print({ deliberations: deliberations.length, prerequisites: prerequisites.length, faults: [] })
    return
  }
  console.log(
    `in order: ${deliberations.length} deliberations, ${prerequisites.length} prerequisites`,
  )
}

function matrix({ dir, json, deliberation }: FolderOptions & { deliberation?: string }): void {
  const files = loadOrFail(dir, json)
  if (files === undefined) return
  const matrices = matricesOf(files).filter(
    (one) => deliberation === undefined || one.deliberation.number === deliberation,
  )
  if (matrices.length === 0) {
    fail(2, `no deliberation \`${deliberation ?? ''}\` in ${dir}`)
  } else if (json) {
    print(
      matrices.map(({ institution, version, legalContexts, rows, deliberation: { number } }) => ({
        institution,
        deliberation: number,
        from: version.from,
        until: version.until,
        legalContexts,
        rows,
      })),
    )
  } else {
    console.log(matrices.map(printMatrix).join('\n'))
  }
}

interface ExplainOptions extends FolderOptions {
  readonly institution?: string
  readonly legalContext?: string
  readonly channel: Channel
  readonly on?: CivilDate
  readonly path?: readonly string[]
}

function explainQuestion(options: ExplainOptions, command: Command): void {
  const institution = required(command, '--institution <id>', options.institution)
  const gives = valuePaths.filter(
    (path: Path) => options.path?.some((prefix) => path.startsWith(prefix)) ?? true,
  )
  if (gives.length === 0) {
    fail(2, `no path begins with \`${options.path?.join('`, `') ?? ''}\``)
    return
  }
  const files = loadOrFail(options.dir, options.json)
  if (files === undefined) return
  const explanation = explain(files, {
    institution,
    legalContext: options.legalContext,
    service: 'cli',
    operation: 'explain',
    channel: options.channel,
    gives,
    on: options.on ?? civilDateAt(Date.now()),
  })
  if (options.json) print(forJson(explanation))
  else console.log(printExplanation(explanation))
  if (explanation.decision.kind === 'refusal') process.exitCode = 1
}

function forJson({ question, decision, granted, withheld, conditions }: Explanation): unknown {
  const { institution, legalContext, channel, on } = question
  const outcome =
    decision.kind === 'refusal'
      ? decision
      : { kind: 'grant', sources: decision.sources, filtered: decision.filtered }
  const asked = { institution, legalContext, channel, on }
  return { question: asked, decision: outcome, granted, withheld, conditions }
}

/** Undefined when the folder cannot be used: the reason is printed and the exit code set. */
function loadOrFail(dir: string, json: true | undefined): Deliberations | undefined {
  const texts = readFolder(dir)
  if (texts === undefined) {
    fail(2, `no folder \`${dir}\``)
    return undefined
  }
  try {
    return readDeliberations(texts)
  } catch (error) {
    if (!(error instanceof DeliberationFileError)) throw error
    if (json) print({ faults: error.faults })
    else console.error(error.message)
    process.exitCode = 1
    return undefined
  }
}

/** Every `.json` file of the folder, by name. */
function readFolder(dir: string): readonly DeliberationText[] | undefined {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => ({ name: join(dir, name), text: readFileSync(join(dir, name), 'utf8') }))
  } catch {
    return undefined
  }
}

function dateOption(text: string): CivilDate {
  const date = readCivilDate(text)
  if (date === undefined) throw new InvalidArgumentError('no date YYYY-MM-DD')
  return date
}

function print(value: unknown): void {
  console.log(JSON.stringify(value, undefined, 2))
}

function fail(exitCode: number, reason: string): void {
  console.error(reason)
  process.exitCode = exitCode
}
