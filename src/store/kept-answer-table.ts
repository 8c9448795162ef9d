import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** Bounds of the kept answers of one `hot.db`, encrypted as they are. */
export interface KeptAnswerLimits {
  readonly countMax: number
  readonly bytesMax: number
}

/** So many of the oldest kept answers give way at once when there is no room for a new one. */
const evictAtOnce = 32

/** The kept answers, within their bounds; each call stands inside a transaction. */
export class KeptAnswerTable {
  readonly #limits: KeptAnswerLimits
  readonly #insert: StatementSync
  readonly #dropOldest: StatementSync
  readonly #dropExpired: StatementSync
  readonly #drop: StatementSync
  readonly #reserve: StatementSync
  readonly #release: StatementSync

  constructor(db: DatabaseSync, limits: KeptAnswerLimits) {
    this.#limits = limits
    this.#insert = db.prepare(
      'insert into kept_answer (id, size, sealed) select id, ?, ? from replay_key where digest = ?',
    )
    this.#drop = db.prepare('delete from kept_answer where id = ? returning size')
    this.#dropOldest = db.prepare(
      `delete from kept_answer
       where id in (select id from kept_answer order by id limit ?) returning size`,
    )
    this.#dropExpired = db.prepare(
      `delete from kept_answer where id in
       (select id from replay_key where expires_at_ms <= ? order by expires_at_ms, id limit ?) returning size`,
    )
    this.#reserve = db.prepare(
      `update kept_answer_total set count = count + 1, bytes = bytes + ?
       where count + 1 <= ? and bytes + ? <= ?`,
    )
    this.#release = db.prepare('update kept_answer_total set count = count - ?, bytes = bytes - ?')
  }

  /** Keeps nothing when the message has expired under way, or when there is no room even after the oldest gave way. */
  keep(digest: string, sealed: Uint8Array): void {
    const size = sealed.length
    if (!this.#takeRoom(size)) {
      this.#give(this.#dropOldest.all(evictAtOnce))
      if (!this.#takeRoom(size)) return
    }
    if (this.#insert.run(size, sealed, digest).changes === 0) this.#release.run(1, size)
  }

  remove(id: number): void {
    this.#give(this.#drop.all(id))
  }

  /** Removes the answers of the messages that expired first, `limit` of them at most. */
  removeExpired(nowMs: number, limit: number): void {
    this.#give(this.#dropExpired.all(nowMs, limit))
  }

  #takeRoom(size: number): boolean {
    const { countMax, bytesMax } = this.#limits
    return this.#reserve.run(size, countMax, size, bytesMax).changes === 1
  }

  #give(removed: readonly unknown[]): void {
    const bytes = removed.reduce((sum: number, row) => sum + (row as { size: number }).size, 0)
    if (removed.length > 0) this.#release.run(removed.length, bytes)
  }
}
