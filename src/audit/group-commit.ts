import { GatewayError } from '../base/errors.ts'
import type { EntryChain } from './entry-chain.ts'
import type { Entry, Journal } from './journal.ts'

/** A file as the journal needs it. `store/journal-file.ts` implements it; both calls reject when the file fails. */
export interface DurableFile {
  /** appends all bytes; calls do not overlap */
  write(bytes: Uint8Array): Promise<void>
  /** resolves when all that was written before the call would survive a power cut */
  sync(): Promise<void>
}

/** What the group commit needs from its edge. */
export interface CommitPace {
  /** runs `flush` once all that is ready in this turn of the event loop has run (`setImmediate`) */
  readonly endOfTurn: (flush: () => void) => void
  /** a clock that never goes back, in ms */
  readonly nowMs: () => number
}

/** Most entries that share one write and sync. */
export const groupEntriesMax = 64
/** Longest time that an entry is held back to gather company, in ms. */
export const groupDelayMsMax = 2

interface Waiting {
  readonly bytes: Uint8Array
  readonly since: number
  readonly resolve: () => void
  readonly reject: (error: GatewayError) => void
}

/**
 * The journal of one process: entries are chained in the order of `append`, and one write and sync serve a group of them.
 *
 * A group leaves when the turn of the event loop ends, when it has 64 entries, or when its first entry has waited 2 ms,
 * whichever comes first. There is no timer: a lone exchange is synced at once, and under load the turn itself
 * gathers what all ready connections append. While a sync runs the next group gathers; that wait is for the disk, not for
 * company, and a larger group could not shorten it. So no entry is ever held back longer than 2 ms, and no sync covers more
 * than 64 entries.
 *
 * `append` resolves only after the sync that covers the entry. When a write or sync fails, every waiting append rejects with
 * JOURNAL_UNAVAILABLE and the journal stays closed: after a failed sync nobody can know what is on the disk
 * (the kernel may drop the pages and report success the next time), so nothing more is answered in this process.
 */
export class GroupCommit implements Journal {
  readonly #file: DurableFile
  readonly #chain: EntryChain
  readonly #pace: CommitPace
  #gathering: Waiting[] = []
  #syncing = false
  #flushPlanned = false
  #closed: GatewayError | undefined
  #whenIdle: (() => void)[] = []

  /** `chain` has begun, and its header line is already durable in `file`. */
  constructor(file: DurableFile, chain: EntryChain, pace: CommitPace) {
    this.#file = file
    this.#chain = chain
    this.#pace = pace
  }

  /** false once a write or sync failed, or after `close`. */
  get isOpen(): boolean {
    return this.#closed === undefined
  }

  append(entry: Entry): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    const bytes = this.#chain.append(entry)
    const since = this.#pace.nowMs()
    const promise = new Promise<void>((resolve, reject) => {
      this.#gathering.push({ bytes, since, resolve, reject })
    })
    this.#leaveOrGather()
    return promise
  }

  /** Waits for what was appended, then refuses everything after. The file is the caller's to close. */
  async close(): Promise<void> {
    this.#closed ??= unavailable('journal is closed')
    if (this.#syncing || this.#gathering.length > 0)
      await new Promise<void>((resolve) => this.#whenIdle.push(resolve))
  }

  #leaveOrGather(): void {
    const first = this.#gathering[0]
    if (this.#syncing || first === undefined) return
    const waitedMs = this.#pace.nowMs() - first.since
    if (this.#gathering.length >= groupEntriesMax || waitedMs >= groupDelayMsMax) {
      void this.#commit()
    } else if (!this.#flushPlanned) {
      this.#flushPlanned = true
      this.#pace.endOfTurn(() => {
        this.#flushPlanned = false
        if (!this.#syncing && this.#gathering.length > 0) void this.#commit()
      })
    }
  }

  /** Writes and syncs one group; never rejects. */
  async #commit(): Promise<void> {
    const group = this.#gathering.splice(0, groupEntriesMax)
    this.#syncing = true
    try {
      await this.#file.write(Buffer.concat(group.map(({ bytes }) => bytes)))
      await this.#file.sync()
    } catch (cause) {
      this.#fail(group, cause)
      return
    }
    this.#syncing = false
    for (const { resolve } of group) resolve()
    if (this.#gathering.length > 0) this.#leaveOrGather()
    else this.#idle()
  }

  #fail(group: readonly Waiting[], cause: unknown): void {
    const error = unavailable('journal cannot be written', cause)
    this.#closed = error
    const waiting = [...group, ...this.#gathering.splice(0)]
    this.#syncing = false
    for (const { reject } of waiting) reject(error)
    this.#idle()
  }

  #idle(): void {
    for (const resolve of this.#whenIdle.splice(0)) resolve()
  }
}

function unavailable(detail: string, cause?: unknown): GatewayError {
  return new GatewayError('JOURNAL_UNAVAILABLE', detail, [], { cause })
}
