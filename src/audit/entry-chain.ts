import { hash } from 'node:crypto'
import type { Entry } from './journal.ts'

/**
 * The journal's bytes (design.md §7): one JSON line an entry,
 *
 *     {"sequence":7,"entry":{…},"hash":"<64 hex digits>"}
 *
 * `hash` is SHA-256 over the hash of the line before (64 hex digits; zeros before the first line) followed by the canonical
 * line: the bytes of this line up to, not including, `,"hash":`. The bytes as written are what is hashed, so that a verifier
 * never has to write JSON the way we do. Sequence 0 is the header, which has `journal` in the place of `entry`.
 */
export const journalFormat = 'quadrivium-journal/1'

/** What the first line of a journal says of it. */
export interface JournalHeader {
  readonly format: typeof journalFormat
  /** number of the process on its machine, from 1 */
  readonly process: number
  /** instant, ISO 8601 UTC */
  readonly startedAt: string
  /** how long after its reception a message could be accepted by the settings of this start; absent in older journals */
  readonly replayLifetimeMs?: number
  /** the journal that this process number wrote before, and its last line: the chain goes on from file to file */
  readonly after?: { readonly file: string; readonly sequence: number; readonly hash: string }
}

const noHash = '0'.repeat(64)

/** `,"hash":"` + 64 digits + `"}` */
const hashMemberLength = 75

/**
 * The members that are written, in their order, nested ones included. What is not listed is never written, whatever object
 * is handed in: nothing can slip into the journal unseen.
 */
const members = {
  kind: true,
  at: true,
  ticket: true,
  customerTicket: true,
  channel: true,
  consumer: true,
  signer: true,
  beneficiary: true,
  user: true,
  service: true,
  operation: true,
  legalContext: true,
  revocation: true,
  message: true,
  messageId: true,
  attempt: true,
  subject: true,
  deliberations: true,
  deliberation: true,
  version: true,
  granted: true,
  code: true,
  rule: true,
  given: true,
  withheld: true,
  persons: true,
  status: true,
  body: true,
} as const satisfies Record<keyof Entry | 'deliberation' | 'version', true>

const memberNames = Object.keys(members)

/** Makes the lines of one journal; each line's hash covers all lines before it. */
export class EntryChain {
  readonly #encoder = new TextEncoder()
  #sequence = 0
  #hash = noHash

  /** sequence number and hash of the last line made */
  get last(): { readonly sequence: number; readonly hash: string } {
    return { sequence: this.#sequence - 1, hash: this.#hash }
  }

  /** The header line; must come first, and once. */
  begin(header: JournalHeader): Uint8Array {
    if (this.#sequence !== 0) throw new TypeError('journal has begun')
    return this.#line('journal', JSON.stringify(header))
  }

  /** The next line. */
  append(entry: Entry): Uint8Array {
    if (this.#sequence === 0) throw new TypeError('journal has not begun')
    return this.#line('entry', JSON.stringify(entry, memberNames))
  }

  #line(member: 'journal' | 'entry', json: string): Uint8Array {
    const canonical = `{"sequence":${this.#sequence},"${member}":${json}`
    this.#hash = hash('sha256', this.#hash + canonical)
    this.#sequence += 1
    return this.#encoder.encode(`${canonical},"hash":"${this.#hash}"}\n`)
  }
}

/** A line of a journal file, without its newline. */
export interface JournalLine {
  readonly bytes: Uint8Array
  /** whether a newline followed: only the last line of a file can lack it */
  readonly ended: boolean
}

/** What verification found. `lines` counts the header; line numbers start at 1. */
export type Verification =
  | {
      readonly kind: 'whole'
      readonly header: JournalHeader
      readonly lines: number
      readonly hash: string
      /** bytes that belong to verified lines; what follows is a torn last record */
      readonly bytes: number
      readonly tornBytes: number
    }
  /** nothing but, perhaps, a torn first line: the journal never held a durable entry */
  | { readonly kind: 'empty'; readonly tornBytes: number }
  | { readonly kind: 'broken'; readonly line: number; readonly reason: string }

/**
 * Verifies a journal line by line. A last line without its newline is a torn record: a write that no sync covered, so that no
 * answer depends on it. Anything else that does not fit is `broken`, the last ended line too.
 */
export function verifyJournal(lines: Iterable<JournalLine>): Verification {
  let header: JournalHeader | undefined
  let previous = noHash
  let count = 0
  let bytes = 0
  let tornBytes = 0
  for (const { bytes: line, ended } of lines) {
    if (!ended) {
      tornBytes = line.length
      break
    }
    const checked = checkLine(line, count, previous)
    if (typeof checked !== 'string') return { kind: 'broken', line: count + 1, ...checked }
    if (count === 0) {
      header = readHeader(line)
      if (header === undefined)
        return { kind: 'broken', line: 1, reason: 'header not of a known format' }
    }
    previous = checked
    count += 1
    bytes += line.length + 1
  }
  if (header === undefined) return { kind: 'empty', tornBytes }
  return { kind: 'whole', header, lines: count, hash: previous, bytes, tornBytes }
}

/** The line's hash, or why it is not the line that belongs here. */
function checkLine(
  line: Uint8Array,
  sequence: number,
  previous: string,
): string | { readonly reason: string } {
  const text = Buffer.from(line.buffer, line.byteOffset, line.length)
  const canonicalLength = text.length - hashMemberLength
  const member = /^,"hash":"([0-9a-f]{64})"\}$/.exec(
    text.toString('latin1', Math.max(0, canonicalLength)),
  )
  if (member?.[1] === undefined) return { reason: 'no hash at the end of the line' }
  const start = `{"sequence":${sequence},"${sequence === 0 ? 'journal' : 'entry'}":`
  if (!text.toString('latin1', 0, start.length).startsWith(start))
    return { reason: `not the line of sequence ${sequence}` }
  const hashed = Buffer.concat([Buffer.from(previous), text.subarray(0, canonicalLength)])
  const expected = hash('sha256', hashed)
  return expected === member[1] ? expected : { reason: 'hash does not match' }
}

/** The header of a journal, its first line; undefined when the format is not known. Throws SyntaxError when it is none. */
export function readHeader(line: Uint8Array): JournalHeader | undefined {
  const { journal } = JSON.parse(new TextDecoder().decode(line)) as { journal: JournalHeader }
  // a format of a later version may mean something else by the same bytes
  return (journal.format as string) === journalFormat ? journal : undefined
}

/** The entry of a verified line; undefined for the header. */
export function readEntry(line: Uint8Array): Entry | undefined {
  return (JSON.parse(new TextDecoder().decode(line)) as { entry?: Entry }).entry
}

/** Cuts bytes at their newlines. For files larger than memory, `store/journal-file.ts` yields the same from disk. */
export function* splitLines(bytes: Uint8Array): Generator<JournalLine> {
  let start = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(0x0a, start)
    if (end === -1) {
      yield { bytes: bytes.subarray(start), ended: false }
      return
    }
    yield { bytes: bytes.subarray(start, end), ended: true }
    start = end + 1
  }
}
