import { Ajv } from 'ajv'
import { schemaFault } from '../base/schema-fault.ts'
import { keyOfNameString } from './name-string.ts'

/** A trusted list (eIDAS art. 22, ETSI TS 119 612) cut down to what decides here: which CA was granted what, and when. */
export interface TrustedList {
  /** country whose list it is, e.g. `BE` */
  readonly territory: string
  readonly sequenceNumber: number
  /** UTC ms */
  readonly issuedMs: number
  /** UTC ms */
  readonly nextUpdateMs: number
  /** the end of its use: `nextUpdateMs`, or never when an expired list is only warned about; UTC ms */
  readonly usedUntilMs: number
  readonly services: readonly TrustedService[]
}

/** One service of a provider: a CA that issues qualified certificates. */
export interface TrustedService {
  readonly type: 'CA/QC'
  /** what its certificates are for (additionalServiceInformation) */
  readonly uses: readonly ('ForeSignatures' | 'ForeSeals' | 'ForWebSiteAuthentication')[]
  /** subject of the CA's certificate, RFC 4514 */
  readonly subject: string
  /** lower-case hex of the SHA-256 of the CA's certificate */
  readonly sha256: string
  /** each holds until the next begins; the earliest first */
  readonly statuses: readonly { readonly status: 'granted' | 'withdrawn'; readonly since: string }[]
}

interface ListFile extends Pick<TrustedList, 'territory' | 'sequenceNumber' | 'services'> {
  readonly issued: string
  readonly nextUpdate: string
}

const strictObject = (properties: Record<string, object>): object => ({
  type: 'object',
  required: Object.keys(properties),
  additionalProperties: false,
  properties,
})
const listOf = (items: object): object => ({ type: 'array', minItems: 1, items })
const instant = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' }

const service = strictObject({
  type: { const: 'CA/QC' },
  uses: listOf({ enum: ['ForeSignatures', 'ForeSeals', 'ForWebSiteAuthentication'] }),
  subject: { type: 'string', minLength: 1 },
  sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  statuses: listOf(strictObject({ status: { enum: ['granted', 'withdrawn'] }, since: instant })),
})

/** JSON Schema of the file (docs/operating.md, _The trusted list_). */
export const trustedListSchema = strictObject({
  territory: { type: 'string', pattern: '^[A-Z]{2}$' },
  sequenceNumber: { type: 'integer', minimum: 1 },
  issued: instant,
  nextUpdate: instant,
  services: listOf(service),
})

const validate = new Ajv({ allErrors: true }).compile<ListFile>(trustedListSchema)

/** Reads the file. Throws an Error that says which line (JSON pointer) is wrong and why. */
export function readTrustedList(bytes: Uint8Array, whenExpired: 'refuse' | 'warn'): TrustedList {
  const { issued, nextUpdate, ...list } = parse(bytes)
  const issuedMs = readTime('/issued', issued)
  const nextUpdateMs = readTime('/nextUpdate', nextUpdate)
  if (nextUpdateMs <= issuedMs) throw refused('/nextUpdate is not after /issued')
  const seen = new Set<string>()
  for (const [index, { sha256, subject, statuses }] of list.services.entries()) {
    const place = `/services/${index}`
    if (seen.has(sha256)) throw refused(`${place}/sha256 stands twice`)
    seen.add(sha256)
    if (keyOfNameString(subject) === undefined) throw refused(`${place}/subject is no name`)
    let beforeMs = Number.NEGATIVE_INFINITY
    for (const [at, { since }] of statuses.entries()) {
      const sinceMs = readTime(`${place}/statuses/${at}/since`, since)
      if (sinceMs <= beforeMs)
        throw refused(`${place}/statuses/${at}/since is not after the one before`)
      beforeMs = sinceMs
    }
  }
  const usedUntilMs = whenExpired === 'refuse' ? nextUpdateMs : Number.POSITIVE_INFINITY
  return { ...list, issuedMs, nextUpdateMs, usedUntilMs }
}

/**
 * The time around `atMs` during which the CA stands as granted for seals, UTC ms: from `fromMs`, before `untilMs`. Undefined
 * when it does not stand on the list, was withdrawn or not yet granted at that time, or the list is out of use.
 */
export function findGrant(
  list: TrustedList,
  sha256: string,
  atMs: number,
): { readonly fromMs: number; readonly untilMs: number } | undefined {
  const service = list.services.find((one) => one.sha256 === sha256)
  if (service === undefined || !service.uses.includes('ForeSeals')) return undefined
  const { statuses } = service
  const index = statuses.findLastIndex(({ since }) => Date.parse(since) <= atMs)
  const [now, next] = [statuses[index], statuses[index + 1]]
  if (now?.status !== 'granted' || atMs >= list.usedUntilMs) return undefined
  const changeMs = next === undefined ? Number.POSITIVE_INFINITY : Date.parse(next.since)
  return { fromMs: Date.parse(now.since), untilMs: Math.min(changeMs, list.usedUntilMs) }
}

function parse(bytes: Uint8Array): ListFile {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new Error('trusted list: not JSON', { cause })
  }
  if (validate(value)) return value
  const faults = (validate.errors ?? []).map(
    (error) => `${error.instancePath || '/'} ${schemaFault(error)}`,
  )
  throw refused(faults.join('; '))
}

function readTime(place: string, text: string): number {
  const timeMs = Date.parse(text)
  if (Number.isNaN(timeMs)) throw refused(`${place} is no time`)
  return timeMs
}

function refused(why: string): Error {
  return new Error(`trusted list: ${why}`)
}
