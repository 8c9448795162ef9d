import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { servicePaths } from '../app-table.ts'
import { required } from './required.ts'
import {
  isTree,
  linesOf,
  loadIdentity,
  SignedClient,
  UsageError,
  type SignedReply,
} from './signed-client.ts'

interface CallOptions {
  readonly as?: string
  readonly ssin?: string
  readonly criteria: readonly string[]
  readonly legalContext?: string
  readonly customer?: string
  readonly url: string
  readonly certs: string
  readonly xml?: boolean
  readonly json?: boolean
}

/** The row of the registry that a caller needs. */
interface RegistryRow {
  readonly id: string
  readonly enterpriseNumber: string
  readonly legalContexts: readonly string[]
  readonly mandates: readonly {
    readonly signer: string
    readonly legalContexts: readonly string[]
  }[]
}

const exitCodes = `
Exit codes: 0 an answer, with data or without; 1 refused by a fault or the status NO_RESULT, or no answer; 2 wrong usage.`

/** `quadrivium call`: one signed SOAP call by hand, over mutual TLS, with the certificates of `npm run certs`. */
export function callCommand(): Command {
  return new Command('call')
    .description(
      'sign a request as an institution of the sandbox, send it, check and print the reply',
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .addHelpText('after', exitCodes)
    .argument(
      '<service>',
      'e.g. PersonService, DmfaConsultationService; or a path that begins with /',
    )
    .argument('<operation>', 'e.g. consultPerson, consultByWorker')
    .option('--as <institution>', 'who signs, e.g. phare; must be given')
    .option('--ssin <number>', 'the same as --criteria ssin=<number>')
    .option(
      '--criteria <name=value...>',
      'what the operation is asked by, a name more than once where it may be repeated; without any, the names are told',
      [],
    )
    .option(
      '--legal-context <name>',
      'default: the first one of the institution, or of the mandate that the customer gave it',
    )
    .option('--customer <cbe>', 'declared customer; default: the institution itself')
    .option('--url <url>', 'the gateway', 'https://localhost:8443')
    .option('--certs <directory>', 'certificates', 'certs-test/out')
    .option('--xml', 'print the envelope as received')
    .option('--json', 'print the reply as JSON')
    .action(async (service: string, operation: string, options: CallOptions, command: Command) => {
      const signer = required(command, '--as <institution>', options.as)
      try {
        const reply = await call(service, operation, signer, options)
        console.log(print(reply, options))
        if (isRefused(reply)) process.exitCode = 1
      } catch (error) {
        if (!(error instanceof UsageError)) throw error
        console.error(`quadrivium: ${error.message}`)
        process.exitCode = 2
      }
    })
}

async function call(
  service: string,
  operation: string,
  signer: string,
  options: CallOptions,
): Promise<SignedReply> {
  // node-soap still calls what xml-crypto deprecates: no matter of the caller
  process.noDeprecation = true
  const certs = resolve(options.certs)
  const client = await SignedClient.open(
    `${options.url.replace(/\/$/, '')}${pathOf(service)}`,
    loadIdentity(certs, signer),
  )
  try {
    const criteria = readCriteria(options)
    const described = client.describe(operation)
    checkNames(operation, Object.keys(criteria), described.criteria)
    const request = described.hasEnvelope
      ? requestOf(readRows(certs), signer, options, criteria)
      : criteria
    return await client.call(operation, request)
  } finally {
    client.close()
  }
}

function pathOf(service: string): string {
  const path = service.startsWith('/') ? service : servicePaths.get(service)
  if (path !== undefined) return path
  const names = [...servicePaths.keys()].join(', ')
  throw new UsageError(
    `no service \`${service}\`; there are ${names}, or a path that begins with /`,
  )
}

function isRefused({ isFault, value }: SignedReply): boolean {
  if (isFault) return true
  const status = isTree(value) ? value['status'] : undefined
  return status !== undefined && isTree(status) && status['value'] === 'NO_RESULT'
}

/** A name that is given several times has several values. Throws UsageError for what is no `name=value`. */
export function readCriteria({
  ssin,
  criteria,
}: Pick<CallOptions, 'ssin' | 'criteria'>): Readonly<Record<string, string | readonly string[]>> {
  const pairs = criteria.map((text) => {
    const at = text.indexOf('=')
    if (at < 1) throw new UsageError(`--criteria wants name=value, not \`${text}\``)
    return { name: text.slice(0, at), value: text.slice(at + 1) }
  })
  const all = [...(ssin === undefined ? [] : [{ name: 'ssin', value: ssin }]), ...pairs]
  const byName = Map.groupBy(all, ({ name }) => name)
  return Object.fromEntries(
    [...byName].map(([name, given]) => {
      const values = given.map(({ value }) => value)
      return [name, values.length === 1 ? String(values[0]) : values]
    }),
  )
}

/** Throws UsageError when a name is none of the operation's, and when none is given at all: the names are then told. */
export function checkNames(
  operation: string,
  given: readonly string[],
  offered: readonly string[],
): void {
  const unknown = given.filter((name) => !offered.includes(name))
  if (given.length > 0 && unknown.length === 0) return
  const what = given.length === 0 ? 'no criteria given' : `no criterion \`${unknown.join('`, `')}\``
  throw new UsageError(`${what}; ${operation} takes ${offered.join(', ')}`)
}

function readRows(certs: string): readonly RegistryRow[] {
  const text = readFileSync(join(certs, 'institutions.json'), 'utf8')
  return (JSON.parse(text) as { institutions: readonly RegistryRow[] }).institutions
}

function requestOf(
  rows: readonly RegistryRow[],
  signer: string,
  options: CallOptions,
  criteria: object,
): object {
  const row = rows.find(({ id }) => id === signer)
  if (row === undefined) throw new UsageError(`\`${signer}\` is not in institutions.json`)
  const cbeNumber = options.customer ?? row.enterpriseNumber
  const legalContext = options.legalContext ?? findLegalContext(rows, row, cbeNumber)
  return {
    informationCustomer: { customerIdentification: { cbeNumber } },
    legalContext,
    criteria,
  }
}

/** The first one of the signer, or of the mandates that another customer gave it. Throws UsageError when there is none. */
function findLegalContext(
  rows: readonly RegistryRow[],
  signer: RegistryRow,
  cbeNumber: string,
): string {
  const contextsOf = (customer: RegistryRow) =>
    customer === signer
      ? customer.legalContexts
      : customer.mandates
          .filter((mandate) => mandate.signer === signer.id)
          .flatMap(({ legalContexts }) => legalContexts)
  const customer = rows.find(({ enterpriseNumber }) => enterpriseNumber === cbeNumber)
  const [first] = customer === undefined ? [] : contextsOf(customer)
  if (first !== undefined) return first
  const customers = rows.filter((row) => contextsOf(row).length > 0)
  const offered = customers.map(({ id, enterpriseNumber }) => `${enterpriseNumber} (${id})`)
  throw new UsageError(
    `no legal context of \`${signer.id}\` for the customer ${cbeNumber}: name one with --legal-context` +
      (offered.length === 0 ? '' : `, or a customer whom it may ask for: ${offered.join(', ')}`),
  )
}

function print(reply: SignedReply, { xml, json }: CallOptions): string {
  if (xml === true) return reply.envelope
  if (json === true) return JSON.stringify(reply.value, undefined, 2)
  return linesOf(reply.value).join('\n')
}
