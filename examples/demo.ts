/**
 * `npm run demo`: a gateway on a free port, two institutions that ask the same about the same worker, what each gets, which
 * paragraph of which deliberation gives it, what is withheld; and a refusal with its reason. Exit code 0 only if all went as told.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { enterpriseNumbers } from '../certs-test/institutions.ts'
import { addQuarters, civilDateAt, quarterOf, type Quarter } from '../src/base/civil-date.ts'
import {
  isTree,
  leavesOf,
  loadIdentity,
  SignedClient,
  type ReplyTree,
  type SignedReply,
} from '../src/cli/signed-client.ts'
import { compileDeliberations } from '../src/deliberations/decide.ts'
import type { Decision } from '../src/deliberations/decision.ts'
import { readDeliberations } from '../src/deliberations/read.ts'
import { catalogueEntries, type CatalogueEntry } from '../src/registers/catalogue.ts'
import { dmfaConsultationService } from '../src/services/dmfa-consultation/service.ts'
import { personas } from '../src/synthetic/personas.ts'
import { certificates, startGatewayProcess } from '../test/gateway-process.ts'
import { readValues, withUnit, type ReplyValues } from './demo-values.ts'

const askers = {
  phare: 'PHARE:SUBSIDY_QUARTER',
  inspection: 'INSPECTION:CONTROL',
} as const
type Asker = keyof typeof askers

const worker = personas.fullTime
const today = civilDateAt(Date.now())
const wire = (quarter: Quarter) => `${quarter.slice(0, 4)}Q${quarter.slice(4)}`
const lastQuarter = wire(addQuarters(quarterOf(today), -1))

/** What did not go as told. */
const surprises: string[] = []
function expectThat(what: string, holds: boolean): void {
  if (!holds) surprises.push(what)
}

const deliberations = resolve(import.meta.dirname, '../deliberations')
const decide = compileDeliberations(
  readDeliberations(
    readdirSync(deliberations)
      .filter((name) => name.endsWith('.json'))
      .map((name) => ({ name, text: readFileSync(join(deliberations, name), 'utf8') })),
  ),
)

/** The gateway's own decision, asked without a gateway: what the law gives before any data are seen. */
function decisionFor(institution: Asker, legalContext: string): Decision {
  const operation = dmfaConsultationService.operations.get('consultByWorkerRequest')
  if (operation?.kind !== 'consult') throw new Error('no operation consultByWorker')
  return decide({
    institution,
    legalContext,
    service: dmfaConsultationService.name,
    operation: operation.name,
    channel: 'webService',
    gives: operation.gives,
    on: today,
  })
}

async function ask(url: string, asker: Asker, legalContext: string): Promise<SignedReply> {
  const client = await SignedClient.open(
    `${url}${dmfaConsultationService.path}`,
    loadIdentity(certificates, asker),
  )
  try {
    return await client.call('consultByWorker', {
      informationCustomer: { customerIdentification: { cbeNumber: enterpriseNumbers[asker] } },
      legalContext,
      criteria: { ssin: worker.ssin, beginQuarter: lastQuarter, endQuarter: lastQuarter },
    })
  } finally {
    client.close()
  }
}

/** The node at a dotted path of a reply; undefined when absent. */
function at(node: ReplyTree | undefined, path: string): ReplyTree | undefined {
  return path
    .split('.')
    .reduce<ReplyTree | undefined>(
      (one, name) => (one && isTree(one) ? one[name] : undefined),
      node,
    )
}

const textAt = (reply: SignedReply, path: string) => {
  const node = at(reply.value, path)
  return typeof node === 'string' ? node : ''
}

function valuesOf(reply: SignedReply): ReplyValues {
  const read = readValues(at(reply.value, 'result'))
  for (const place of read.unknown) surprises.push(`${place} is no field of the catalogue`)
  return read
}

function paragraphsOf(decision: Decision, entry: CatalogueEntry): string {
  if (decision.kind !== 'grant') return ''
  const bases = decision.grant.paths.get(entry.path) ?? []
  return [...new Set(bases.map((one) => `${one.deliberation} § ${one.paragraph}`))].join(', ')
}

const cell = (text: string, width: number) =>
  (text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width)

/** Both replies, block by block: value and paragraph, or that it is withheld. */
function printSideBySide(replies: Record<Asker, SignedReply>): void {
  const sides = (['phare', 'inspection'] as const).map((asker) => ({
    asker,
    ...valuesOf(replies[asker]),
    decision: decisionFor(asker, askers[asker]),
  }))
  const row = (name: string, cells: readonly (readonly [string, string])[]) =>
    console.log(
      `  ${cell(name, 28)} ${cells.map(([value, why]) => `${cell(value, 22)} ${cell(why, 18)}`).join('| ')}`,
    )
  row(
    '',
    sides.map(({ asker }) => [asker, 'granted by'] as const),
  )
  let block = ''
  for (const entry of catalogueEntries) {
    if (!sides.some(({ values }) => values.has(entry))) continue
    if (entry.block !== block) {
      block = entry.block
      const count = Math.max(...sides.map(({ blocks }) => blocks.get(entry.block) ?? 0))
      const first = count > 1 ? ` (the first of ${count})` : ''
      console.log(`\n${block.replaceAll('.', ' › ')}${first}`)
    }
    row(
      entry.name,
      sides.map(({ asker, values, decision }) => {
        const value = values.get(entry)
        const why = paragraphsOf(decision, entry)
        if (value !== undefined) expectThat(`${entry.path} is granted to ${asker}`, why !== '')
        if (why === '') return ['– withheld –', '']
        return [value === undefined ? '' : withUnit(entry, value), why]
      }),
    )
  }
}

function printWithheld(asker: Asker, reply: SignedReply): number {
  const filters = at(reply.value, 'dataFilters.filteredElement') ?? []
  const paths = leavesOf(filters).map(([, path]) => path)
  console.log(
    `\nwithheld from ${asker}, as the reply says (dataFilters): ${paths.length || 'nothing'}`,
  )
  for (let i = 0; i < paths.length; i += 3) {
    console.log(
      `  ${paths
        .slice(i, i + 3)
        .map((path) => cell(path, 44))
        .join(' ')}`,
    )
  }
  return paths.length
}

async function showReplies(url: string): Promise<void> {
  console.log(
    `\n1. Both ask for the DmfA of ${worker.firstNames} ${worker.lastName} (${worker.ssin}, synthetic), ${lastQuarter}.`,
  )
  console.log('   Requests signed with node-soap; the signature of each reply was checked.\n')
  const replies = {
    phare: await ask(url, 'phare', askers.phare),
    inspection: await ask(url, 'inspection', askers.inspection),
  }
  printSideBySide(replies)
  const withheld = { phare: 0, inspection: 0 }
  for (const asker of ['phare', 'inspection'] as const) {
    const reply = replies[asker]
    withheld[asker] = printWithheld(asker, reply)
    expectThat(`${asker} is answered`, textAt(reply, 'status.value') === 'DATA_FOUND')
  }
  const given = (['phare', 'inspection'] as const).map((asker) =>
    [...valuesOf(replies[asker]).values.keys()].map(({ path }) => path).join(),
  )
  expectThat('the two get different fields', given[0] !== given[1])
  expectThat('something is withheld', withheld.phare + withheld.inspection > 0)
}

async function showRefusal(url: string): Promise<void> {
  console.log(`\n2. inspection asks the same under the legal context of PHARE, ${askers.phare}.`)
  const reply = await ask(url, 'inspection', askers.phare)
  const [value, code, description] = ['value', 'code', 'description'].map((name) =>
    textAt(reply, `status.${name}`),
  )
  console.log(`   answer:  ${value ?? ''} ${code ?? ''} ${description ?? ''}`)
  const decision = decisionFor('inspection', askers.phare)
  if (decision.kind === 'refusal') {
    const paragraph = decision.paragraph === undefined ? '' : `, § ${decision.paragraph}`
    console.log(
      `   why:     rule ${decision.rule}${paragraph}; what would be needed: ${decision.needed}`,
    )
  }
  expectThat('the decision is a refusal too', decision.kind === 'refusal')
  expectThat('the request is refused with MSG00013', code === 'MSG00013')
  expectThat('a refusal gives no data', at(reply.value, 'result') === undefined)
}

// node-soap still uses a call of xml-crypto that xml-crypto deprecates; no matter of the reader
process.noDeprecation = true
const directory = mkdtempSync(join(tmpdir(), 'quadrivium-demo-'))
try {
  console.log('starting a gateway with synthetic people …')
  const gateway = await startGatewayProcess({ directory, processes: 1 })
  try {
    console.log(`gateway at ${gateway.url}`)
    await showReplies(gateway.url)
    await showRefusal(gateway.url)
  } finally {
    await gateway.stop()
  }
} finally {
  rmSync(directory, { recursive: true, force: true })
}
console.log(
  surprises.length === 0
    ? '\ngateway stopped; all went as told'
    : `\nnot as told:\n${surprises.map((one) => `  ${one}`).join('\n')}`,
)
process.exitCode = surprises.length === 0 ? 0 : 1
