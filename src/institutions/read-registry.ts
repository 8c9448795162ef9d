import { Ajv } from 'ajv'
import { readCivilDate } from '../base/civil-date.ts'
import { readEnterpriseNumber, readNssoNumber } from '../base/enterprise.ts'
import { schemaFault } from '../base/schema-fault.ts'
import type { CertificateBinding, Institution, Mandate, Population } from './institution.ts'

/** What the JSON schema guarantees; identifiers and dates are still plain text. */
interface Row extends Omit<Institution, 'enterpriseNumber' | 'population' | 'mandates'> {
  readonly enterpriseNumber: string
  readonly population: { kind: 'all' } | { kind: 'employers'; employers: readonly string[] }
  readonly mandates: readonly {
    readonly signer: string
    readonly legalContexts: readonly string[]
    readonly from: string
    readonly until?: string
  }[]
}

const text = { type: 'string', minLength: 1, maxLength: 200 }
const texts = { type: 'array', items: text }
const sha256 = { type: 'string', pattern: '^[0-9a-f]{64}$' }
const base64 = { type: 'string', pattern: '^[A-Za-z0-9+/]+={0,2}$', maxLength: 22_000 }

function closed(properties: Record<string, unknown>, optional: readonly string[] = []) {
  const required = Object.keys(properties).filter((name) => !optional.includes(name))
  return { type: 'object', properties, required, additionalProperties: false }
}

const bindings = {
  type: 'array',
  items: {
    oneOf: [
      closed({ kind: { const: 'fingerprint' }, sha256, certificate: base64 }, ['certificate']),
      closed({
        kind: { const: 'attribute' },
        issuerSha256: sha256,
        oid: { type: 'string', pattern: '^[0-2](\\.(0|[1-9][0-9]*))+$' },
        value: text,
      }),
    ],
  },
}

/** JSON Schema of the registry file; unknown keys are refused. */
export const registrySchema = closed({
  institutions: {
    type: 'array',
    minItems: 1,
    items: closed(
      {
        id: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$' },
        enterpriseNumber: { type: 'string' },
        names: closed({ fr: text, nl: text, en: text }),
        formerNames: texts,
        sector: { type: 'integer', minimum: 0 },
        institution: { type: 'integer', minimum: 0 },
        clientCertificate: { enum: ['required', 'optional'] },
        revocation: { enum: ['hardFail', 'softFail'] },
        signing: bindings,
        tls: bindings,
        legalContexts: { ...texts, uniqueItems: true },
        contractContexts: {
          type: 'object',
          additionalProperties: { type: 'object', additionalProperties: text },
        },
        population: {
          oneOf: [
            closed({ kind: { const: 'all' } }),
            closed({ kind: { const: 'employers' }, employers: { ...texts, uniqueItems: true } }),
          ],
        },
        integration: { enum: ['required', 'free'] },
        mandates: {
          type: 'array',
          items: closed({ signer: text, legalContexts: texts, from: text, until: text }, ['until']),
        },
      },
      ['sector', 'institution', 'revocation', 'contractContexts'],
    ),
  },
})

const validate = new Ajv({ strict: true }).compile<{ institutions: Row[] }>(registrySchema)

/**
 * Reads the institution registry (JSON, UTF-8). Throws an `Error` that says in one sentence where and why: the file is the
 * operator's, so the message may name its values. Beyond the schema: identifiers with right check digits; ids, enterprise
 * numbers, sector codes and certificate bindings each of one institution only; mandates name a known signer and legal
 * contexts of their giver; words of published contracts stand for legal contexts of the institution.
 */
export function readRegistry(bytes: Uint8Array): readonly Institution[] {
  const file = parseJson(bytes)
  if (!validate(file)) {
    const error = validate.errors?.[0]
    fail(error?.instancePath ?? '', error === undefined ? 'is refused' : schemaFault(error))
  }
  const institutions = file.institutions.map(toInstitution)
  checkUnique(institutions, 'id', ({ id }) => [id])
  checkUnique(institutions, 'enterprise number', ({ enterpriseNumber }) => [enterpriseNumber])
  checkUnique(institutions, 'sector and institution', sectorCodes)
  checkUnique(institutions, 'signing certificate', ({ signing }) => signing.map(bindingKey))
  checkUnique(institutions, 'TLS certificate', ({ tls }) => tls.map(bindingKey))
  for (const institution of institutions) {
    checkMandates(institution, institutions)
    checkContractContexts(institution)
  }
  return institutions
}

function fail(where: string, why: string): never {
  throw new Error(`institution registry: ${where === '' ? 'the file' : `\`${where}\``} ${why}`)
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    return fail(
      '',
      `is no JSON in UTF-8 (${error instanceof Error ? error.message : 'unreadable'})`,
    )
  }
}

function toInstitution(row: Row, index: number): Institution {
  const where = `/institutions/${index}`
  const enterpriseNumber = readEnterpriseNumber(row.enterpriseNumber)
  if (enterpriseNumber === undefined)
    fail(`${where}/enterpriseNumber`, `is no enterprise number: \`${row.enterpriseNumber}\``)
  if ((row.sector === undefined) !== (row.institution === undefined))
    fail(where, 'must have both sector and institution, or none')
  return {
    ...row,
    enterpriseNumber,
    population: toPopulation(row.population, where),
    mandates: row.mandates.map((one, at) => toMandate(one, `${where}/mandates/${at}`)),
  }
}

function toPopulation(population: Row['population'], where: string): Population {
  if (population.kind === 'all') return population
  const employers = population.employers.map((employer, index) => {
    const place = `${where}/population/employers/${index}`
    return readNssoNumber(employer) ?? fail(place, `is no NSSO number: \`${employer}\``)
  })
  return { kind: 'employers', employers }
}

function toMandate(mandate: Row['mandates'][number], where: string): Mandate {
  const date = (name: string, value: string) =>
    readCivilDate(value) ?? fail(`${where}/${name}`, `is no date: \`${value}\``)
  const { signer, legalContexts } = mandate
  const from = date('from', mandate.from)
  if (mandate.until === undefined) return { signer, legalContexts, from }
  const until = date('until', mandate.until)
  if (until < from) fail(`${where}/until`, 'lies before `from`')
  return { signer, legalContexts, from, until }
}

function sectorCodes({ sector, institution }: Institution): string[] {
  return sector === undefined || institution === undefined ? [] : [`${sector}/${institution}`]
}

function bindingKey(binding: CertificateBinding): string {
  return binding.kind === 'fingerprint'
    ? binding.sha256
    : `${binding.issuerSha256} ${binding.oid}=${binding.value}`
}

function checkUnique(
  institutions: readonly Institution[],
  what: string,
  keysOf: (institution: Institution) => readonly string[],
): void {
  const owners = new Map<string, string>()
  for (const institution of institutions) {
    for (const key of keysOf(institution)) {
      const owner = owners.get(key)
      if (owner !== undefined)
        fail('', `gives one ${what} twice (\`${owner}\`, \`${institution.id}\`): \`${key}\``)
      owners.set(key, institution.id)
    }
  }
}

function checkMandates(giver: Institution, institutions: readonly Institution[]): void {
  for (const { signer, legalContexts } of giver.mandates) {
    if (signer === giver.id || !institutions.some(({ id }) => id === signer))
      fail('', `lets \`${giver.id}\` mandate \`${signer}\`, which is no other institution`)
    const foreign = legalContexts.find((one) => !giver.legalContexts.includes(one))
    if (foreign !== undefined)
      fail('', `lets \`${giver.id}\` mandate \`${foreign}\`, which is no legal context of its own`)
  }
}

function checkContractContexts({ id, contractContexts, legalContexts }: Institution): void {
  for (const words of Object.values(contractContexts ?? {})) {
    const foreign = Object.values(words).find((one) => !legalContexts.includes(one))
    if (foreign !== undefined)
      fail(
        '',
        `has words of \`${id}\` stand for \`${foreign}\`, which is no legal context of its own`,
      )
  }
}
