import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { messageCodes } from '../../src/base/message-codes.ts'
import type { Quarter } from '../../src/base/civil-date.ts'
import type { Ssin } from '../../src/base/ssin.ts'
import { formerQuarters } from '../../src/synthetic/persona-records.ts'
import { institutions, personas, type Persona } from '../../src/synthetic/personas.ts'
import { specialEmployers } from '../../src/synthetic/special-employers.ts'
import { collect, country, type Rows } from './collect.ts'

/** The legal context under which the page asks for each institution; its blocks are read from deliberations/. */
const legalContexts = {
  phare: 'PHARE:SUBSIDY_QUARTER',
  emploi: 'EMPLOI:FOLLOW_UP',
  pension: 'PENSION:CAREER',
  inspection: 'INSPECTION:CONTROL',
} as const

/** Employers about whom the sandbox lets an institution ask, where not about all. */
const population: Readonly<Record<string, readonly string[]>> = {
  phare: (['shelteredWorkshop', 'naturalPerson', 'curatorship', 'twoCategories'] as const).map(
    (name) => specialEmployers[name].nssoNumber,
  ),
}

interface DeliberationFile {
  readonly kind: string
  readonly versions?: readonly {
    readonly legalContexts: readonly { legalContext: string; sets: readonly string[] }[]
  }[]
}

/** Blocks that the last versions of the deliberations open under a legal context. */
function blocksOf(legalContext: string): Set<string> {
  const folder = join(import.meta.dirname, '../../deliberations')
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as DeliberationFile)
  return new Set(
    files
      .filter(({ kind }) => kind === 'deliberation')
      .flatMap(({ versions = [] }) => versions.at(-1)?.legalContexts ?? [])
      .filter((one) => one.legalContext === legalContext)
      .flatMap(({ sets }) => sets),
  )
}

const nestedBlocks = {
  occupation: 'dmfa.occupation',
  service: 'dmfa.service',
  remuneration: 'dmfa.remuneration',
  occupationDeduction: 'dmfa.occupationDeduction',
  indemnityWapm: 'dmfa.indemnityWapm',
  dismissedStatutoryWorkerContribution: 'dmfa.dismissedStatutoryWorkerContribution',
  studentContribution: 'dmfa.studentContribution',
  earlyRetirementContribution: 'dmfa.earlyRetirementContribution',
  workerContribution: 'dmfa.workerContribution',
  workerDeduction: 'dmfa.workerDeduction',
} as const

/** Blocks of a worker's declarations, in the order of the declaration, without the three that everybody has. */
function blocksIn(value: unknown, found = new Set<string>(), parent = ''): Set<string> {
  if (Array.isArray(value)) for (const one of value) blocksIn(one, found, parent)
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      // a block, not a field of the same name
      if (typeof inner !== 'object') continue
      if (name === 'detail') found.add(`dmfa.${parent}Detail`)
      if (name in nestedBlocks) found.add(nestedBlocks[name as keyof typeof nestedBlocks])
      blocksIn(inner, found, name)
    }
  }
  return found
}

function declarationsOf(rows: Rows, ssin: Ssin): string {
  const quarters = new Map<string, Quarter[]>()
  for (const { ssin: worker, employer, quarter } of rows.workers) {
    if (worker === ssin) quarters.set(employer, [...(quarters.get(employer) ?? []), quarter])
  }
  if (quarters.size === 0) return 'none'
  return [...quarters]
    .map(([employer, list]) => {
      const former = list.filter((quarter) => formerQuarters.includes(quarter))
      const last = list.filter((quarter) => !formerQuarters.includes(quarter))
      const declared = country(1, 0).quarters
      const text =
        last.length === declared.length
          ? 'each quarter'
          : last.map((quarter) => ordinal(declared, quarter)).join(' and ')
      const when = [...former.map((quarter) => `${quarter.slice(0, 4)}/${quarter.slice(4)}`), text]
      return `${nameOf(employer)}: ${when.filter((one) => one !== '').join(' and ')}`
    })
    .join('; ')
}

function ordinal(quarters: readonly Quarter[], quarter: Quarter): string {
  if (quarter === quarters[0]) return 'the first quarter'
  return quarter === quarters.at(-1) ? 'the last quarter' : 'a quarter between'
}

const nameOf = (employer: string) =>
  Object.entries(specialEmployers).find(([, { nssoNumber }]) => nssoNumber === employer)?.[0] ?? ''

/** What an institution is told about the worker's DmfA. */
function outcome(rows: Rows, persona: Persona, institution: keyof typeof legalContexts): string {
  const integrated = rows.integrations.some(
    (row) => row.institution === institution && row.ssin === persona.ssin,
  )
  if (!integrated) return 'MSG00012'
  if (persona.status === 'cancelled') return 'MSG00007'
  const employers = population[institution]
  const records = rows.workers.filter(
    ({ ssin, employer }) => ssin === persona.ssin && (employers?.includes(employer) ?? true),
  )
  if (records.length === 0) {
    const works = rows.dimonaPeriods.some(
      ({ ssin, employer }) => ssin === persona.ssin && employers?.includes(employer),
    )
    return employers === undefined || works ? 'MSG00100' : 'MSG00012'
  }
  const granted = blocksOf(legalContexts[institution])
  const present = blocksIn(records.map(({ record }) => record))
  const blocks = [...granted].filter((block) => present.has(block))
  return blocks.length === 0
    ? 'nothing below the natural person'
    : blocks.map((block) => block.replace('dmfa.', '')).join(', ')
}

const registers = {
  nationalRegister: 'National Register',
  bisRegister: 'Bis register',
  struckOffRegister: 'register of struck-off persons',
} as const

function section(rows: Rows, persona: Persona): string {
  return [
    `## ${persona.lastName} ${persona.firstNames} (\`${persona.id}\`)`,
    '',
    `**${persona.ssin}**, born ${persona.birthDate}, ${persona.sex === '1' ? 'man' : 'woman'}, ${registers[persona.register]}, ${persona.status}.` +
      (persona.former === undefined ? '' : ` Former number **${persona.former}**: MSG00006.`), // prettier-ignore
    '',
    persona.story,
    '',
    `Declared by ${declarationsOf(rows, persona.ssin)}.`,
    '',
    '| institution | gets |',
    '|-|-|',
    ...institutions.map((name) => `| ${name} | ${outcome(rows, persona, name)} |`),
    '',
  ].join('\n')
}

/** docs/personas.md, from the constants, the deliberations and what is generated. */
export async function personasPage(): Promise<string> {
  const rows = collect(country(1, 0))
  const employers = Object.entries(specialEmployers).map(
    ([name, one]) =>
      `| ${name} | ${one.denomination} | ${one.nssoNumber} | ${one.enterpriseNumber} | ${one.sectors.map(({ category }) => category).join(' and ')} |`,
  )
  const page = `# Personas

Fourteen persons and five employers that are the same in every synthetic data set, whatever its seed and size
(\`src/synthetic/personas.ts\`, \`special-employers.ts\`). Names are invented; numbers are valid and synthetic. Days and quarters that a
story calls first or last are those of the data set. This page is made by \`test/synthetic/personas.test.ts\`, which fails when it differs.

What an institution gets is said for the DmfA of the worker, all quarters, under the legal contexts
${Object.values(legalContexts)
  .map((name) => `\`${name}\``)
  .join(', ')}: the blocks of the declaration below the natural person and the worker
record, as far as the deliberations grant them; or a code:

${(['MSG00006', 'MSG00007', 'MSG00012', 'MSG00100'] as const).map((code) => `- ${code}: ${messageCodes[code].en}`).join('\n')}

## Employers

| key | name | NSSO number | enterprise number | categories |
|-|-|-|-|-|
${employers.join('\n')}

The sheltered workshop is the employer of the deliberation; \`naturalPerson\` is the persona \`earlyRetired\`; \`curatorship\` is in the
hands of a trustee; \`twoCategories\` is a public body that insures work accidents itself. phare may ask about the first four.

${Object.values<Persona>(personas)
  .map((persona) => section(rows, persona))
  .join('\n')}`
  return format(page, { parser: 'markdown', semi: false, singleQuote: true, printWidth: 100 })
}
