import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Config } from './config.ts'
import { openApiUrlPathOf } from './generate/openapi.ts'
import type { Institution } from './institutions/institution.ts'
import { readRegistry } from './institutions/read-registry.ts'
import { isOwn } from './services/own-contract.ts'
import { services } from './services/registry.ts'

/** Paths of the services by name; a later version of a service that stands under its name already, by its contract (`…/v2`). */
export const servicePaths: ReadonlyMap<string, string> = new Map(
  services.map(({ name, contract, path }, index) => {
    const isFirst = services.findIndex((one) => one.name === name) === index
    return [isFirst ? name : contract, path]
  }),
)

/** What a person needs to see after the start: where to call, and who may. */
export function describeGateway(config: Config, port: number, processes = 1): string {
  const scheme = config.listen.plain === true ? 'http' : 'https'
  const operations = services.flatMap((service) =>
    [...service.operations.values()].map((operation) => ({ service, operation })),
  )
  const endpoints = [
    ...operations.map(({ service, operation }) => ['SOAP', operation.name, service.path]),
    ...operations.flatMap(({ operation }) =>
      operation.kind === 'consult' && operation.restPath !== undefined
        ? [['REST', operation.name, `POST ${operation.restPath}`]]
        : [],
    ),
    ['open', 'WSDL', `${services[0]?.path ?? ''}?wsdl (and of every service)`],
    ...services
      .filter(isOwn)
      .map(({ definition }) => ['open', 'OpenAPI', openApiUrlPathOf(definition)]),
    ['open', 'health', '/health'],
    ...Object.entries(config.files?.expeditors ?? {}).map(([number, { institution }]) => [
      'FILE',
      'DIMN',
      `${shown(join(config.files?.directory ?? '', number))}/IN, answers in OUT (${institution})`,
    ]),
  ]
  const certificates = join(dirname(config.institutions), 'institutions')
  const senders = Object.values(config.files?.expeditors ?? {}).map(
    ({ institution }) => institution,
  )
  const registered = readRegistry(readFileSync(config.institutions))
  const institutions = registered.map((institution) => [
    institution.id,
    institution.enterpriseNumber,
    `client certificate ${institution.clientCertificate}`,
    // the sandbox has their keys beside its registry; elsewhere each institution keeps its own
    ...(existsSync(certificates) ? [`${shown(join(certificates, institution.id))}/`] : []),
    describeRights(institution, registered, senders),
  ])
  return [
    `Quadrivium listens on ${scheme}://${config.listen.host}:${port} (${processes} process${processes === 1 ? '' : 'es'}), public address ${config.publicUrl}`,
    '',
    ...table(endpoints),
    '',
    ...table(institutions),
    '',
    `registry of institutions: ${shown(config.institutions)}`,
    `deliberations: ${shown(config.deliberations)}`,
    `TLS certificate: ${shown(config.tls.certificate)}`,
    `replies are signed with: ${shown(config.signing.certificate)}`,
    `data directory: ${shown(config.dataDirectory)}`,
    'stop with Ctrl-C',
  ].join('\n')
}

/** Legal contexts of its own, those whom it signs for by a mandate, or that it only sends files. */
function describeRights(
  { id, legalContexts }: Institution,
  all: readonly Institution[],
  senders: readonly string[],
): string {
  const givers = all.filter(({ mandates }) => mandates.some(({ signer }) => signer === id))
  const signsFor = givers.map((giver) => giver.id).join(', ')
  const rights = [...legalContexts, ...(signsFor === '' ? [] : [`(signs for ${signsFor})`])]
  if (rights.length > 0) return rights.join(' ')
  return senders.includes(id) ? '(files only)' : '(no legal context)'
}

/** A path as one would type it here. */
function shown(path: string): string {
  const here = relative(process.cwd(), path)
  return here.startsWith('..') ? path : here
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
