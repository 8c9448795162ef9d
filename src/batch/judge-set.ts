import { civilDateAt } from '../base/civil-date.ts'
import { asGatewayError, type ErrorCode } from '../base/errors.ts'
import { findByCertificate } from '../institutions/caller.ts'
import { readDetachedSignature, verifyDetachedSignature } from '../pki/cms.ts'
import type { Batch, Expeditor, FileDigests, WorkingSet } from './batch.ts'
import { readGoName, type SetName } from './file-name.ts'
import type { Purpose } from './forms.ts'
import { SetRefusal } from './refusal.ts'
import { splitForms } from './split-forms.ts'
import type { SetSender } from './store.ts'

/** What was found about a set as a whole; nothing is written yet. */
export interface Judgement {
  readonly name?: SetName
  /** the proven sender; a set of a sender that is not proven is always refused */
  readonly sender?: SetSender
  /** absent when name, signature, sender and structure are right */
  readonly refusal?: SetRefusal
}

/** Faults of ours: the set is tried again later, its sender is told nothing. */
const passing: readonly ErrorCode[] = [
  'SOURCE_UNAVAILABLE',
  'JOURNAL_UNAVAILABLE',
  'SIGNING_UNAVAILABLE',
  'OVERLOADED',
  'INTERNAL',
]

/**
 * Judges a set: name, completeness, sender, signature, signer, structure of the whole file, in this order; the first fault
 * decides. No declaration is looked at before its file is whole, so a file that breaks off takes no effect at all.
 */
export async function judgeSet(batch: Batch, set: WorkingSet): Promise<Judgement> {
  const today = civilDateAt(set.receivedAtMs)
  const read = readGoName(set.goName, set.folder, today, batch.nameAgeDaysMax)
  if (read.kind === 'fault')
    return { refusal: new SetRefusal('REQUEST_INVALID', { code: read.code }) }
  const { name } = read
  let sender: SetSender | undefined
  try {
    sender = await findSender(batch, set, name)
    await checkStructure(set, name.purpose)
    return { name, sender }
  } catch (error) {
    const refusal = refusalOf(error)
    return { name, refusal, ...(sender !== undefined && { sender }) }
  }
}

/** Throws what is a fault of ours. */
function refusalOf(error: unknown): SetRefusal {
  if (error instanceof SetRefusal) return error
  const { code } = asGatewayError(error)
  if (passing.includes(code)) throw error
  return new SetRefusal(code)
}

async function findSender(batch: Batch, set: WorkingSet, name: SetName): Promise<SetSender> {
  if (set.fault !== undefined) throw new SetRefusal('REQUEST_INVALID', { code: set.fault })
  if (set.digests === undefined) throw new SetRefusal('REQUEST_INVALID', { code: '142' })
  const expeditor = batch.expeditors.find(({ number }) => number === name.sender)
  if (expeditor === undefined) throw new SetRefusal('NOT_AUTHORISED')
  return proveSender(batch, set, set.digests, expeditor, name.purpose)
}

/** The signer is the institution to which the expeditor number belongs, or the set is refused (125, 153). */
async function proveSender(
  batch: Batch,
  set: WorkingSet,
  digests: FileDigests,
  expeditor: Expeditor,
  purpose: Purpose,
): Promise<SetSender> {
  const signature = readDetachedSignature(await set.signature())
  const { certificate, issuerSha256, subject, revocation } = verifyDetachedSignature(
    signature,
    Buffer.from(digests[signature.digest], 'hex'),
    batch.trust,
    set.receivedAtMs,
  )
  const institution = findByCertificate(batch.institutions, 'signing', {
    sha256: certificate.sha256,
    issuerSha256,
    subject,
  })
  if (institution === undefined) throw new SetRefusal('CERT_UNBOUND')
  if (institution.id !== expeditor.institution) throw new SetRefusal('CALLER_MISMATCH')
  return {
    expeditor: expeditor.number,
    institution: institution.id,
    enterpriseNumber: institution.enterpriseNumber,
    legalContext: expeditor.legalContext,
    purpose,
    ...(revocation === 'unknown' && { revocation }),
  }
}

/** The whole file is well formed and holds nothing but forms. */
async function checkStructure(set: WorkingSet, purpose: Purpose): Promise<void> {
  const slices = splitForms(set.declarations(), purpose)
  while ((await slices.next()).done !== true);
}
