import { civilDateAt, type CivilDate } from '../base/civil-date.ts'
import { available, GatewayError } from '../base/errors.ts'
import type { Inscription } from '../base/inscription.ts'
import { project } from '../deliberations/project.ts'
import type { Inscriptions } from '../institutions/inscriptions.ts'
import type { Institution } from '../institutions/institution.ts'
import { person } from '../registers/person.ts'
import type { PreparedRecord, RecordOperation } from '../services/record-operation.ts'
import { dataFound } from '../services/statuses.ts'
import { answered, decideAndRecord, orFailed, type Gateway, type Granted } from './exchange.ts'
import type { Inbound, Outbound } from './inbound.ts'
import { checkSsinStatus } from './ssin-status.ts'

const silent = 'reference directory does not answer'

/** What an exchange that writes needs of the world. */
export interface RecordingGateway extends Gateway {
  readonly inscriptions: Inscriptions
}

/**
 * A declaration of an institution in the reference directory (design.md §3, `record`). Decided and recorded before anything is written;
 * what is written is durable, and made once for its message, before the entry that says so. Throws GatewayError for a refusal, whose
 * entry is durable by then.
 */
export async function record(
  gateway: RecordingGateway,
  inbound: Inbound,
  operation: RecordOperation,
  prepared: PreparedRecord,
): Promise<Outbound> {
  const on = civilDateAt(inbound.receivedAtMs)
  const granted = await decideAndRecord(gateway, inbound, operation, prepared, on)
  return orFailed(gateway, inbound, async () => {
    const { beneficiary } = inbound.caller
    const inscriptions = await declare(gateway, inbound, prepared, granted, on)
    const body = prepared.writeXml({ inscriptions, sector: sectorOf(beneficiary) })
    const { ssin } = prepared.declaration()
    const persons = inscriptions.length === 0 ? [] : [gateway.digest(ssin)]
    return answered(gateway, inbound, body, dataFound.code, { persons })
  })
}

/** Checks who it is about and writes; then the institution's own lines that touch the period, and never another's. */
async function declare(
  gateway: RecordingGateway,
  inbound: Inbound,
  prepared: PreparedRecord,
  granted: Granted,
  on: CivilDate,
): Promise<readonly Inscription[]> {
  const { beneficiary } = inbound.caller
  const declaration = prepared.declaration()
  const { ssin, period, purpose } = declaration
  if (declaration.action === 'LIST') {
    const { registers, sector } = declaration
    if (sector !== undefined && sector !== beneficiary.sector) return []
    const own = await available(silent, () => gateway.inscriptions.of(beneficiary.id, ssin, period))
    return own.filter(
      (line) =>
        registers.includes(line.register) && (purpose === undefined || line.purpose === purpose),
    )
  }
  await checkProof(gateway, prepared, granted)
  await checkSsinStatus(gateway, ssin, beneficiary, granted, on)
  const { action } = declaration
  await available(silent, () =>
    gateway.inscriptions.change({
      message: inbound.messageDigest,
      ordinal: inbound.ordinal ?? 1,
      action,
      institution: beneficiary.id,
      ssin,
      purpose: declaration.purpose,
      period,
      // an institution of a secondary network stands in its sector's directory too
      registers: (beneficiary.institution ?? 0) === 0 ? ['PRIMARY'] : ['PRIMARY', 'SECONDARY'],
      atMs: inbound.receivedAtMs,
    }),
  )
  const own = await available(silent, () => gateway.inscriptions.of(beneficiary.id, ssin, period))
  return own.filter((line) => line.purpose === purpose)
}

/**
 * The proof of identity is compared with what the grant shows of the person. A person who does not exist is answered like a proof that
 * does not match: numbers cannot be guessed here.
 */
async function checkProof(
  { source }: Gateway,
  prepared: PreparedRecord,
  { grant, sources }: Granted,
): Promise<void> {
  const { ssin } = prepared.declaration()
  const { records } = await source.ask({ kind: 'person', ssin, registers: sources })
  const [found] = records
  const disclosed = found && project(found, person.person, grant)
  if (!prepared.isProven(disclosed)) {
    throw new GatewayError('REQUEST_INVALID', 'proof of identity does not match', [
      { fieldName: 'ProofOfAuthentication' },
    ])
  }
}

function sectorOf({ id, sector }: Institution): number {
  if (sector === undefined) throw new GatewayError('CALLER_MISMATCH', `${id} is of no sector`)
  return sector
}
