import { statSync } from 'node:fs'
import { join } from 'node:path'
import { readEntry, readHeader } from '../audit/entry-chain.ts'
import type { Entry } from '../audit/journal.ts'
import type { HotDatabase, Restoring } from './hot-db.ts'
import { listJournals, readJournalLines } from './journal-file.ts'
import { syncPath } from './sync-path.ts'

/** Refusals that are about a repetition or a connection, and did not use the message up. */
const leavesMessageFresh: ReadonlySet<string | undefined> = new Set([
  'REPLAY',
  'REPLAY_CONFLICT',
  'IN_PROGRESS',
  'CLIENT_CERTIFICATE_MISSING',
  'CALLER_MISMATCH',
])

/** Longer than any setting lets a message live (config-limits.ts): of journals not written to for so long not even the header is read. */
const lifetimeMsMost = 86_400_000

/**
 * Puts into `hot.db` what the journals say of the messages within their lifetime: that they came, under which id and ticket, and
 * whether the last entry of their exchange is there. Returns how many messages that were. Before any process serves.
 */
export function restoreReplayKeys(
  hot: HotDatabase,
  journals: string,
  options: { readonly nowMs: () => number; readonly replayLifetimeMs: number },
): number {
  const { nowMs } = options
  const recent = listJournals(journals)
    .map(({ name }) => join(journals, name))
    .map((path) => ({ path, ageMs: nowMs() - statSync(path).mtimeMs }))
    .filter(({ ageMs }) => ageMs <= lifetimeMsMost)
    .map(({ path, ageMs }) => ({ path, ageMs, lifetimeMs: lifetimeMsOf(path, options) }))
    .filter(({ ageMs, lifetimeMs }) => ageMs <= lifetimeMs)
  let count = 0
  hot.restore((into) => {
    for (const { path, lifetimeMs } of recent) {
      syncPath(path) // an answer may be told on the word of an entry that a killed process wrote and did not sync
      count += restoreFrom(path, into, { nowMs, replayLifetimeMs: lifetimeMs })
    }
  })
  return count
}

/**
 * How long a message of this journal could be accepted, by the settings of then or by those of now: what was taken under a greater skew
 * or for a longer life stays known although both have been made shorter since.
 */
function lifetimeMsOf(path: string, { replayLifetimeMs }: { replayLifetimeMs: number }): number {
  const [first] = readJournalLines(path)
  const header = first?.ended === true ? readHeader(first.bytes) : undefined
  return Math.max(header?.replayLifetimeMs ?? 0, replayLifetimeMs)
}

function restoreFrom(
  path: string,
  into: Restoring,
  options: { readonly nowMs: () => number; readonly replayLifetimeMs: number },
): number {
  let count = 0
  /** messages whose exchange has not ended where the file is read, by ticket: as many as were asked at once */
  const open = new Map<string, string>()
  for (const entry of entriesOf(path)) {
    const { kind, ticket, signer, message } = entry
    const expiresAtMs = Date.parse(entry.at) + options.replayLifetimeMs
    if (isLast(entry)) {
      const digest = open.get(ticket)
      if (digest !== undefined) into.completed(digest)
      open.delete(ticket)
    }
    if (message === undefined || signer === undefined || expiresAtMs <= options.nowMs()) continue
    if (kind === 'repeated' || leavesMessageFresh.has(entry.code)) continue
    const { messageId, attempt = 1 } = entry
    into.received({ digest: message, signer, messageId, expiresAtMs, ticket, attempt })
    if (kind === 'refused') into.completed(message)
    else open.set(ticket, message)
    count += 1
  }
  return count
}

/** Those of the tickets whose last entry is in the journal file, which is synced. */
export function closedAmong(tickets: ReadonlySet<string>, path: string): string[] {
  if (tickets.size === 0) return []
  syncPath(path)
  const closed: string[] = []
  for (const entry of entriesOf(path))
    if (isLast(entry) && tickets.has(entry.ticket)) closed.push(entry.ticket)
  return closed
}

/** Whether nothing comes after it: an answer that could not be signed was told to nobody, and its message may be asked again. */
function isLast({ kind, code }: Entry): boolean {
  if (kind === 'failed') return code !== 'SIGNING_UNAVAILABLE'
  return kind === 'answered' || kind === 'refused'
}

function* entriesOf(path: string): Generator<Entry> {
  for (const { bytes, ended } of readJournalLines(path)) {
    if (!ended) continue
    const entry = readEntry(bytes)
    if (entry !== undefined) yield entry
  }
}
