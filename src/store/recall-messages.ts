import { statSync } from 'node:fs'
import { join } from 'node:path'
import { readEntry, readHeader } from '../audit/entry-chain.ts'
import type { Entry } from '../audit/journal.ts'
import { listJournals, readJournalLines } from './journal-file.ts'
import type { Recalled } from './known-message.ts'
import { syncPath } from './sync-path.ts'

/** Refusals that are about a repetition or a connection, and did not use the message up. */
const leavesMessageFresh: ReadonlySet<string | undefined> = new Set([
  'OVERLOADED',
  'REPLAY',
  'REPLAY_CONFLICT',
  'IN_PROGRESS',
  'CLIENT_CERTIFICATE_MISSING',
  'CALLER_MISMATCH',
])

/** Longer than any setting lets a message live (config-limits.ts): of journals not written to for so long not even the header is read. */
const lifetimeMsMost = 86_400_000

/** By what the journals are read. */
export interface RecallOptions {
  /** UTC ms */
  readonly nowMs: () => number
  /** how long after its reception a message can be accepted by the settings of this start */
  readonly replayLifetimeMs: number
}

/**
 * What the journals say of the messages within their lifetime: that they came, under which id and ticket, and whether the last entry of
 * their exchange is there. Before any process serves.
 */
export function* recallMessages(journals: string, options: RecallOptions): Generator<Recalled> {
  const { nowMs } = options
  const recent = listJournals(journals)
    .map(({ name }) => join(journals, name))
    .map((path) => ({ path, ageMs: nowMs() - statSync(path).mtimeMs }))
    .filter(({ ageMs }) => ageMs <= lifetimeMsMost)
    .map(({ path, ageMs }) => ({ path, ageMs, lifetimeMs: lifetimeMsOf(path, options) }))
    .filter(({ ageMs, lifetimeMs }) => ageMs <= lifetimeMs)
  for (const { path, lifetimeMs } of recent) {
    syncPath(path) // an answer may be told on the word of an entry that a killed process wrote and did not sync
    yield* recallFrom(path, { nowMs, replayLifetimeMs: lifetimeMs })
  }
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

function* recallFrom(path: string, options: RecallOptions): Generator<Recalled> {
  /** messages whose exchange has not ended where the file is read, by ticket: as many as were asked at once */
  const open = new Map<string, string>()
  for (const entry of entriesOf(path)) {
    const { kind, ticket, signer, message } = entry
    const expiresAtMs = Date.parse(entry.at) + options.replayLifetimeMs
    if (isLast(entry)) {
      const digest = open.get(ticket)
      if (digest !== undefined) yield { kind: 'completed', digest }
      open.delete(ticket)
    }
    if (message === undefined || signer === undefined || expiresAtMs <= options.nowMs()) continue
    if (kind === 'repeated' || leavesMessageFresh.has(entry.code)) continue
    const { messageId, attempt = 1 } = entry
    const received = { digest: message, signer, messageId, expiresAtMs, ticket, attempt }
    yield { kind: 'received', message: received }
    if (kind === 'refused') yield { kind: 'completed', digest: message }
    else open.set(ticket, message)
  }
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

/** What nobody was told although it was ready: no signature could be made, or another process had the message by then. */
const untold: ReadonlySet<string | undefined> = new Set(['SIGNING_UNAVAILABLE', 'IN_PROGRESS'])

/** Whether nothing comes after it: a message whose answer was told to nobody may be asked again. */
function isLast({ kind, code }: Entry): boolean {
  if (kind === 'failed') return !untold.has(code)
  return kind === 'answered' || kind === 'refused'
}

function* entriesOf(path: string): Generator<Entry> {
  for (const { bytes, ended } of readJournalLines(path)) {
    if (!ended) continue
    const entry = readEntry(bytes)
    if (entry !== undefined) yield entry
  }
}
