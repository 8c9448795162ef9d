import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { GatewayError } from '../base/errors.ts'
import type {
  Attempt,
  ReceivedMessage,
  ReplayStore,
  ReplayVerdict,
  ToldAnswer,
} from '../ws-security/replay.ts'
import { hotMigrations } from './hot-schema.ts'
import {
  hashOf,
  judgeKnown,
  type KnownMessage,
  type RecordedMessage,
  type Recalled,
} from './known-message.ts'
import { KeptAnswerTable, type KeptAnswerLimits } from './kept-answer-table.ts'
import { openAnswer, sealAnswer } from './kept-answer.ts'
import { inTransaction, openDatabase, removeDatabase } from './sqlite.ts'

/**
 * Every this many keys, up to twice as many expired ones are deleted: the table shrinks faster than it can grow, and no single
 * exchange pays for a long sweep.
 */
const sweepEvery = 64

/** The end of an attempt is written with the next answer that is kept, and after this time at the latest. */
const endWithinMs = 20

/** How `hot.db` is opened. */
export interface HotOptions {
  /** UTC ms; expired keys are swept by it */
  readonly nowMs: () => number
  /** none are kept when absent */
  readonly keptAnswers?: KeptAnswerLimits
  /** room for keys, pages of 4 KiB: past it messages are refused (OVERLOADED), not forgotten; as much as the disk has when absent */
  readonly keyPagesMax?: number
}

/** Work that waits for the transaction of this turn of the event loop. */
interface Waiting {
  /** runs it, and returns what tells its caller the result */
  readonly run: () => () => void
  readonly reject: (error: GatewayError) => void
}

/** A verdict; a kept answer is opened outside of the transaction. */
type Judged =
  | Exclude<ReplayVerdict, { kind: 'answered' }>
  | { readonly kind: 'answered'; readonly ticket: string; readonly open: () => ToldAnswer }

/** The columns that judge a message that came before. */
type KeyRow = KnownMessage & { readonly id: number }

/**
 * `hot.db`, open. Its commits are not synced: a killed process loses nothing (the system holds the pages), a power cut may lose
 * or damage the file, and then `prepareDataDirectory` makes it again from the journals, which are synced. Measured: 23 µs a key, 71 µs with
 * `synchronous = normal`, whose checkpoints stop the process for up to 120 ms.
 */
export class HotDatabase implements ReplayStore {
  readonly #db: DatabaseSync
  readonly #nowMs: () => number
  readonly #sql: ReturnType<typeof statementsOf>
  readonly #kept: KeptAnswerTable
  /** of this process, from its claim on: what it began while it lives is being answered */
  readonly #owner = randomUUID()
  #sinceSweep = sweepEvery
  #waiting: Waiting[] = []
  /** what became of attempts whose last entry is durable, not yet written */
  readonly #ended: (() => void)[] = []
  #ending: NodeJS.Timeout | undefined

  constructor(path: string, options: HotOptions) {
    const { nowMs, keyPagesMax, keptAnswers = { countMax: 0, bytesMax: 0 } } = options
    // answers have room of their own, whole pages for each: they never take that of the keys
    const answerPagesMax = Math.ceil(keptAnswers.bytesMax / 4096) + keptAnswers.countMax
    this.#db = openDatabase(path, hotMigrations, {
      synchronous: 'off',
      cacheKib: 8 * 1024,
      ...(keyPagesMax !== undefined && { pagesMax: keyPagesMax + answerPagesMax }),
    })
    this.#nowMs = nowMs
    this.#sql = statementsOf(this.#db)
    this.#kept = new KeptAnswerTable(this.#db, keptAnswers)
  }

  async check(message: ReceivedMessage): Promise<ReplayVerdict> {
    const judged = await this.#together(() => this.#decide(message))
    if (judged.kind !== 'answered') return judged
    return { kind: 'answered', ticket: judged.ticket, answer: judged.open() }
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- store interfaces are asynchronous (design.md §5)
  async isKnown(digest: string): Promise<boolean> {
    return this.#sql.isKnown.get(digest) !== undefined
  }

  /** Deletes some of what has expired; false when nothing is left to delete. */
  sweep(): boolean {
    const nowMs = this.#nowMs()
    if (this.#sql.someExpired.get(nowMs) === undefined) return false
    this.#write(() => {
      this.#kept.removeExpired(nowMs, 2 * sweepEvery)
      this.#sql.removeExpired.run(nowMs, 2 * sweepEvery)
    })
    return true
  }

  /**
   * Puts back what the journals say, and returns of how many messages; what is known already stays, and nobody's claim does: no process may
   * be running.
   */
  restore(recalled: Iterable<Recalled>): number {
    let count = 0
    inTransaction(this.#db, () => {
      for (const one of recalled) {
        if (one.kind === 'completed') this.#sql.complete.run(one.digest)
        else {
          this.#putBack(one.message)
          count += 1
        }
      }
      this.#db.exec('delete from process')
    })
    return count
  }

  #putBack({ digest, signer, messageId, expiresAtMs, ticket, attempt }: RecordedMessage): void {
    const id = messageId ?? null
    this.#sql.insert.run(digest, signer, id, expiresAtMs, ticket, attempt, '', null)
    if (attempt > 1) this.#sql.raise.run(attempt, digest, attempt)
  }

  /**
   * Makes this process the live one of its number: attempts that an earlier one left open may be made again. `closedAmong` says which
   * of their tickets have their last entry in the journal after all.
   */
  claim(number: number, closedAmong: (tickets: ReadonlySet<string>) => Iterable<string>): void {
    const open = this.#db
      .prepare(
        `select digest, ticket from replay_key
         where completed = 0 and owner in (select owner from process where number = ?)`,
      )
      .all(number) as { digest: string; ticket: string }[]
    const closed = new Set(closedAmong(new Set(open.map(({ ticket }) => ticket))))
    inTransaction(this.#db, () => {
      for (const { digest, ticket } of open) if (closed.has(ticket)) this.#sql.complete.run(digest)
      this.#db.prepare('delete from process where number = ?').run(number)
      this.#db.prepare('insert into process (owner, number) values (?, ?)').run(this.#owner, number)
    })
  }

  close(): void {
    try {
      this.#commit()
    } finally {
      this.#db.close()
    }
  }

  /**
   * Runs `work` in the one transaction of this turn of the event loop: a commit costs more than what stands in it, and under load
   * several connections are ready in a turn. Rejects with OVERLOADED or INTERNAL; then nothing of the turn was written.
   */
  #together<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () => {
        const result = work()
        return () => resolve(result)
      }
      this.#waiting.push({ run, reject })
      if (this.#waiting.length === 1) setImmediate(() => this.#commit())
    })
  }

  #commit(): void {
    const group = this.#waiting
    this.#waiting = []
    try {
      this.#sinceSweep += group.length
      if (this.#sinceSweep >= sweepEvery) {
        this.#sinceSweep = 0
        this.sweep()
      }
      for (const tell of this.#write(() => group.map(({ run }) => run()))) tell()
    } catch (cause) {
      const error = notKept(cause)
      for (const { reject } of group) reject(error)
    }
  }

  /** Two processes cannot both insert the key: only one has the file's write transaction. */
  #decide(message: ReceivedMessage): Judged {
    const { digest, signer, messageId = null, expiresAtMs, ticket, secret } = message
    const { changes } = this.#sql.insert.run(
      digest,
      signer,
      messageId,
      Math.ceil(expiresAtMs),
      ...(secret === undefined ? [null, 1, null, null] : [ticket, 1, this.#owner, hashOf(secret)]),
    )
    if (changes === 0) return this.#judgeKnown(message)
    if (secret === undefined) return { kind: 'fresh' }
    return { kind: 'fresh', attempt: this.#attempt(ticket, 1, digest, secret) }
  }

  /** What a message that came before, or its id, is told. */
  #judgeKnown({ digest, secret }: ReceivedMessage): Judged {
    const judged = judgeKnown(this.#sql.find.get(digest) as KeyRow | undefined, { secret })
    if (judged.kind === 'answered') {
      const { ticket, sealed } = judged
      return { kind: 'answered', ticket, open: () => openAnswer(sealed, judged.secret, digest) }
    }
    if (judged.kind !== 'again') return judged
    const { id, attempt } = judged.known
    const number = attempt + 1
    this.#sql.takeOver.run(number, this.#owner, hashOf(judged.secret), id)
    this.#kept.remove(id)
    return { kind: 'again', attempt: this.#attempt(judged.ticket, number, digest, judged.secret) }
  }

  #attempt(ticket: string, number: number, digest: string, secret: Uint8Array): Attempt {
    return {
      ticket,
      number,
      keep: (answer) => {
        const sealed = sealAnswer(answer, secret, digest)
        return this.#together(() => this.#kept.keep(digest, sealed))
      },
      complete: () => this.#end(() => void this.#sql.complete.run(digest)),
      release: () => this.#end(() => void this.#sql.release.run(digest)),
    }
  }

  /** One transaction, which also writes what has ended. */
  #write<T>(work: () => T): T {
    const result = inTransaction(this.#db, () => {
      for (const write of this.#ended) write()
      return work()
    })
    this.#ended.length = 0
    clearTimeout(this.#ending)
    this.#ending = undefined
    return result
  }

  #end(write: () => void): void {
    this.#ended.push(write)
    this.#endSoon()
  }

  #endSoon(): void {
    this.#ending ??= setTimeout(() => {
      this.#ending = undefined
      if (!this.#db.isOpen) return // the journal will tell the next start
      try {
        this.#write(() => undefined)
      } catch {
        this.#endSoon() // the file is locked or full: what has ended stays to be written
      }
    }, endWithinMs).unref()
  }
}

function statementsOf(db: DatabaseSync) {
  const expired =
    'select id from replay_key where expires_at_ms <= ? order by expires_at_ms, id limit'
  return {
    insert: db.prepare(
      `insert into replay_key
       (digest, signer, message_id, expires_at_ms, ticket, attempt, owner, secret_hash, completed)
       values (?, ?, ?, ?, ?, ?, ?, ?, 0) on conflict do nothing`,
    ),
    find: db.prepare(
      `select id, ticket, attempt, owner, secret_hash, completed,
         exists (select 1 from process p where p.owner = k.owner) as live,
         (select sealed from kept_answer a where a.id = k.id and k.completed = 1) as sealed
       from replay_key k where digest = ?`,
    ),
    isKnown: db.prepare('select 1 from replay_key where digest = ?'),
    takeOver: db.prepare(
      'update replay_key set attempt = ?, owner = ?, secret_hash = ? where id = ?',
    ),
    raise: db.prepare('update replay_key set attempt = ? where digest = ? and attempt < ?'),
    complete: db.prepare('update replay_key set completed = 1 where digest = ?'),
    release: db.prepare(`update replay_key set owner = '' where digest = ?`),
    someExpired: db.prepare(`${expired} 1`),
    removeExpired: db.prepare(`delete from replay_key where id in (${expired} ?)`),
  }
}

/** SQLITE_BUSY and SQLITE_FULL; see sqlite.org/rescode.html */
const overloadCodes: readonly unknown[] = [5, 13]

function notKept(cause: unknown): GatewayError {
  const code = (cause as { readonly errcode?: unknown }).errcode
  return overloadCodes.includes(code)
    ? new GatewayError('OVERLOADED', 'replay keys are full or locked', [], { cause })
    : new GatewayError('INTERNAL', 'replay key cannot be kept', [], { cause })
}

/** SQLITE_CORRUPT and SQLITE_NOTADB */
const damageCodes: readonly unknown[] = [11, 26]

/** Removes a `hot.db` that a power cut damaged; true when it did. Only before any process has it open. */
export function removeDamagedHotDatabase(path: string): boolean {
  if (isWhole(path)) return false
  removeDatabase(path)
  return true
}

function isWhole(path: string): boolean {
  try {
    const db = openDatabase(path, hotMigrations, { synchronous: 'off', cacheKib: 8 * 1024 })
    try {
      return db.prepare('pragma quick_check(1)').get()?.['quick_check'] === 'ok'
    } finally {
      db.close()
    }
  } catch (error) {
    if (damageCodes.includes((error as { readonly errcode?: unknown }).errcode)) return false
    throw error
  }
}
