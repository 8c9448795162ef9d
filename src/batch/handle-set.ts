import { createHash } from 'node:crypto'
import type { Entry } from '../audit/journal.ts'
import { civilDateAt } from '../base/civil-date.ts'
import { errorId } from './anomaly.ts'
import type { Answers, Batch, WorkingSet } from './batch.ts'
import { answerName, setKey } from './file-name.ts'
import { forms } from './forms.ts'
import { prepareForm, ruleForm, type PreparedForm } from './handle-form.ts'
import { judgeSet } from './judge-set.ts'
import { notificationEnd, notificationStart, writeNotice } from './notification.ts'
import { writeReceipt } from './receipt.ts'
import { readForm } from './read-form.ts'
import { splitForms, type FormSlice } from './split-forms.ts'
import type { DimonaTransaction, SetDecision, SetRecord, SetSender } from './store.ts'
import { ticketOf } from './ticket.ts'

/** Forms that share one transaction and one wait for the journal. */
const groupSize = 50

/** An accepted set with its sender, as the handling of its declarations needs it. */
interface AcceptedSet {
  readonly record: SetRecord
  readonly sender: SetSender
  readonly set: WorkingSet
}

/**
 * One set of files from its copy to its answers; called again after a stop, it goes on where the store says it was. The order:
 * judge the whole, decision in the journal, decision in the store, receipt; then group by group: decisions in the journal,
 * register and outcomes in one transaction; then the notification. Returns where the set belongs now.
 * Throws when journal, store, sources or the OUT folder fail: nothing is lost, call again.
 */
export async function handleSet(
  batch: Batch,
  set: WorkingSet,
  answers: Answers,
): Promise<'done' | 'refused'> {
  const record = (await batch.store.set(set.storageId)) ?? (await decideSet(batch, set))
  await publishReceipt(set, record, answers)
  const { sender } = record
  if (record.fault !== undefined || sender === undefined) return 'refused'
  await handleForms(batch, { record, sender, set })
  await publishNotification(batch, record, answers)
  return 'done'
}

async function decideSet(batch: Batch, set: WorkingSet): Promise<SetRecord> {
  const { name, sender, refusal } = await judgeSet(batch, set)
  const ticket = ticketOf(set.storageId, 0)
  const fault = refusal?.fault.code
  const decision: SetDecision = {
    storageId: set.storageId,
    ticket,
    environment: set.folder.environment,
    ...(name !== undefined && { key: setKey(name) }),
    ...(set.digests !== undefined && { digest: set.digests.sha256 }),
    receivedAtMs: set.receivedAtMs,
    answeredOn: civilDateAt(batch.now()),
    ...(fault !== undefined ? { fault } : sender !== undefined && { sender }),
  }
  // a sender that was not proven stands in the log only
  const entry = sender && {
    ...common(batch, ticket, sender),
    ...(decision.digest !== undefined && { message: decision.digest }),
  }
  if (entry !== undefined)
    await batch.journal.append(
      refusal === undefined
        ? { ...entry, kind: 'opened' }
        : { ...entry, kind: 'refused', code: refusal.code },
    )
  const record = await batch.store.recordSet(decision)
  // a set that came before is found out by the store alone
  if (entry !== undefined && refusal === undefined && record.fault !== undefined)
    await batch.journal.append({ ...entry, kind: 'refused', code: 'REPLAY' })
  batch.log[record.fault === undefined ? 'info' : 'warn']('file set judged', {
    ticket,
    expeditor: set.folder.expeditor,
    fault: record.fault,
    code: refusal?.code,
    signature: refusal?.fault.signature,
  })
  return record
}

function common(batch: Batch, ticket: string, sender: SetSender): Omit<Entry, 'kind'> {
  return {
    at: new Date(batch.now()).toISOString(),
    ticket,
    channel: 'file',
    consumer: sender.institution,
    signer: sender.institution,
    service: forms[sender.purpose].root,
    legalContext: sender.legalContext,
    ...(sender.revocation !== undefined && { revocation: sender.revocation }),
  }
}

async function publishReceipt(set: WorkingSet, record: SetRecord, answers: Answers): Promise<void> {
  const { ticket, receivedAtMs, fault } = record
  const content = writeReceipt({
    goName: set.goName,
    ticket,
    // the instant of reception, so that a receipt written again is the same
    atMs: receivedAtMs,
    ...(fault !== undefined && { fault }),
  })
  await answers.publish(namesOf('ACRF', record, record.receiptSequence), [content])
}

function namesOf(purpose: 'ACRF' | 'NOTI', record: SetRecord, sequence: number) {
  const name = (prefix: 'FO' | 'FS' | 'GO') =>
    answerName(prefix, purpose, record.answeredOn, sequence, record.environment)
  return { file: name('FO'), signature: name('FS'), go: name('GO') }
}

async function publishNotification(
  batch: Batch,
  record: SetRecord,
  answers: Answers,
): Promise<void> {
  const { storageId, notificationSequence } = record
  if (notificationSequence === undefined)
    throw new TypeError('an accepted set has a notification sequence')
  async function* content() {
    yield notificationStart
    const page = 200
    for (let after = 0; ; after += page) {
      const written = await batch.store.outcomeForms(storageId, after, page)
      yield written.join('')
      if (written.length < page) break
    }
    yield notificationEnd
  }
  await answers.publish(namesOf('NOTI', record, notificationSequence), content())
}

async function handleForms(batch: Batch, accepted: AcceptedSet): Promise<void> {
  const done = await batch.store.outcomeCount(accepted.record.storageId)
  let group: FormSlice[] = []
  for await (const slice of splitForms(accepted.set.declarations(), accepted.sender.purpose)) {
    if (slice.ordinal <= done) continue
    group.push(slice)
    if (group.length < groupSize) continue
    await handleGroup(batch, accepted, group)
    group = []
  }
  if (group.length > 0) await handleGroup(batch, accepted, group)
}

/** One form on its way to its outcome. */
interface Work extends PreparedForm {
  readonly ordinal: number
  readonly ticket: string
  readonly entry: Omit<Entry, 'kind'>
}

async function handleGroup(
  batch: Batch,
  accepted: AcceptedSet,
  slices: readonly FormSlice[],
): Promise<void> {
  const works: Work[] = []
  for (const slice of slices) works.push(await prepareWork(batch, accepted, slice))
  await Promise.all(works.map((work) => batch.journal.append(decisionEntry(work))))
  await batch.store.transaction(async (transaction) => {
    const entries: Entry[] = []
    for (const work of works) entries.push(await settle(batch, accepted, work, transaction))
    // durable before the transaction is: an outcome that stands has its entry; one undone is entered again
    await Promise.all(entries.map((entry) => batch.journal.append(entry)))
  })
}

async function prepareWork(
  batch: Batch,
  { sender, record }: AcceptedSet,
  slice: FormSlice,
): Promise<Work> {
  const schema = batch.schemas.get(slice.schema)
  if (schema === undefined) throw new TypeError(`schema \`${slice.schema}\` was not compiled`)
  const prepared = await prepareForm(batch, sender, readForm(slice, schema))
  const { declaration, employer, worker } = prepared
  const subject = worker ?? declaration?.inss
  const ticket = ticketOf(record.storageId, slice.ordinal)
  return {
    ...prepared,
    ordinal: slice.ordinal,
    ticket,
    entry: {
      ...common(batch, ticket, sender),
      ...(declaration !== undefined && { operation: declaration.kind }),
      ...(employer !== undefined && { beneficiary: batch.digest(employer.enterpriseNumber) }),
      ...(subject !== undefined && { subject: batch.digest(subject) }),
      ...(record.digest !== undefined && { message: record.digest }),
    },
  }
}

/** The decision: on which rule the sender may declare this, or with which anomaly it is refused before the register. */
function decisionEntry({ entry, mandate, refusal }: Work): Entry {
  const [first] = refusal ?? []
  return {
    ...entry,
    kind: first === undefined ? 'granted' : 'refused',
    ...(mandate !== undefined && { rule: mandate.rule }),
    ...(first !== undefined && { code: errorId(first) }),
  }
}

/** Register change and outcome of one form, in the transaction; returns the entry that makes them known. */
async function settle(
  batch: Batch,
  { record, sender, set }: AcceptedSet,
  work: Work,
  transaction: DimonaTransaction,
): Promise<Entry> {
  const { ticket, ordinal, declaration, employer } = work
  const atMs = batch.now()
  const today = civilDateAt(record.receivedAtMs)
  const ruling = await ruleForm(work, transaction, { today, atMs, lists: batch.lists })
  const form = writeNotice({
    goName: set.goName,
    fileTicket: record.ticket,
    ticket,
    ordinal,
    expeditor: sender.expeditor,
    receivedAtMs: record.receivedAtMs,
    atMs,
    ...(declaration !== undefined && { header: declaration.header }),
    ...(employer !== undefined && { employer }),
    ruling,
  })
  const isAccepted = ruling.kind === 'accepted'
  if (isAccepted) await transaction.change(ruling.change, ruling.after, ticket, atMs)
  const { storageId } = record
  await transaction.outcome({ storageId, ordinal, ticket, accepted: isAccepted, form, atMs })
  return {
    ...work.entry,
    kind: 'answered',
    status: [isAccepted ? '1' : '0', ...ruling.anomalies.map(errorId)].join(' '),
    body: createHash('sha256').update(form).digest('hex'),
    ...(isAccepted && { persons: [batch.digest(ruling.after.worker)] }),
  }
}
