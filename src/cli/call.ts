import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import {
  linesOf,
  loadIdentity,
  SignedClient,
  UsageError,
  type SignedReply,
} from './signed-client.ts'

interface CallOptions {
  readonly as: string
  readonly ssin?: string
  readonly criteria: readonly string[]
  readonly legalContext?: string
  readonly customer?: string
  readonly url: string
  readonly certs: string
  readonly xml?: boolean
  readonly json?: boolean
}

/** Endpoints that do not follow `/quadrivium/<Service>/v1`. */
const otherPaths: Readonly<Record<string, string>> = {
  TestConnectionServiceService: '/TestConnectionServiceService/sendTestMessage',
}

/** The row of the registry that a caller needs. */
interface RegistryRow {
  readonly id: string
  readonly enterpriseNumber: string
  readonly legalContexts: readonly string[]
}

/** `quadrivium call`: one signed SOAP call by hand, over mutual TLS, with the certificates of `npm run certs`. */
export function callCommand(): Command {
  return new Command('call')
    .description(
      'sign a request as an institution of the sandbox, send it, check and print the reply',
    )
    .argument(
      '<service>',
      'e.g. PersonService, DmfaConsultationService; or a path that begins with /',
    )
    .argument('<operation>', 'e.g. consultPerson, consultByWorker')
    .requiredOption('--as <institution>', 'who signs, e.g. phare')
    .option('--ssin <number>', 'the same as --criteria ssin=<number>')
    .option(
      '--criteria <name=value...>',
      'what the operation is asked by, a name more than once where it may be repeated; without any, the names are told',
      [],
    )
    .option('--legal-context <name>', 'default: the first one of the institution')
    .option('--customer <cbe>', 'declared customer; default: the institution itself')
    .option('--url <url>', 'the gateway', 'https://localhost:8443')
    .option('--certs <directory>', 'certificates', 'certs-test/out')
    .option('--xml', 'print the envelope as received')
    .option('--json', 'print the reply as JSON')
    .action(call)
}

async function call(service: string, operation: string, options: CallOptions): Promise<void> {
  // node-soap still calls what xml-crypto deprecates: no matter of the caller
  process.noDeprecation = true
  const certs = resolve(options.certs)
  const client = await SignedClient.open(
    endpointOf(options.url, service),
    loadIdentity(certs, options.as),
  )
  try {
    const criteria = readCriteria(options)
    const described = client.describe(operation)
    checkNames(operation, Object.keys(criteria), described.criteria)
    const request = described.hasEnvelope
      ? requestOf(findRow(certs, options.as), options, criteria)
      : criteria
    const reply = await client.call(operation, request)
    console.log(print(reply, options))
    if (reply.isFault) process.exitCode = 1
  } finally {
    client.close()
  }
}

function endpointOf(url: string, service: string): string {
  const path = service.startsWith('/')
    ? service
    : (otherPaths[service] ?? `/quadrivium/${service}/v1`)
  return `${url.replace(/\/$/, '')}${path}`
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

function findRow(certs: string, institution: string): RegistryRow {
  const text = readFileSync(join(certs, 'institutions.json'), 'utf8')
  const { institutions: rows } = JSON.parse(text) as { institutions: readonly RegistryRow[] }
  const row = rows.find(({ id }) => id === institution)
  if (row === undefined) throw new UsageError(`\`${institution}\` is not in institutions.json`)
  return row
}

function requestOf(row: RegistryRow, options: CallOptions, criteria: object): object {
  const legalContext = options.legalContext ?? row.legalContexts[0]
  return {
    informationCustomer: {
      customerIdentification: { cbeNumber: options.customer ?? row.enterpriseNumber },
    },
    ...(legalContext !== undefined && { legalContext }),
    criteria,
  }
}

function print(reply: SignedReply, { xml, json }: CallOptions): string {
  if (xml === true) return reply.envelope
  if (json === true) return JSON.stringify(reply.value, undefined, 2)
  return linesOf(reply.value).join('\n')
}
