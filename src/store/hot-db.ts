import { GatewayError } from '../base/errors.ts'
import type { ReceivedMessage, ReplayStore, ReplayVerdict } from '../ws-security/replay.ts'
import { inTransaction, openDatabase, removeDatabase } from './sqlite.ts'

/** The tables of `hot.db`; rules as in registers-schema.ts. */
const hotMigrations: readonly string[] = [
  `
  create table replay_key (
    digest text primary key,
    signer text not null,
    message_id text,
    expires_at_ms bigint not null
  );
  create unique index replay_key_by_message_id on replay_key (signer, message_id)
    where message_id is not null;
  create index replay_key_by_expiry on replay_key (expires_at_ms);
  `,
]

/** 1 GiB: some five million keys, hours of full load; past it messages are refused (OVERLOADED), not forgotten. */
const hotPagesMax = 262_144

/**
 * Every this many keys, up to twice as many expired ones are deleted: the table shrinks faster than it can grow, and no single
 * exchange pays for a long sweep.
 */
const sweepEvery = 64

/** `hot.db`, open. */
export interface HotDatabase extends ReplayStore {
  /** puts back keys read from the journals; what is known already stays as it is */
  remember(messages: Iterable<ReceivedMessage>): void
  close(): void
}

/** How `hot.db` is opened. */
export interface HotOptions {
  /** UTC ms; expired keys are swept by it */
  readonly nowMs: () => number
  readonly pagesMax?: number
}

/**
 * Opens `hot.db`. Its commits are not synced: a killed process loses nothing (the system holds the pages), a power cut may lose
 * or damage the file, and then `prepareDataDirectory` makes it again from the journals, which are synced. Measured: 23 µs a key, 71 µs with
 * `synchronous = normal`, whose checkpoints stop the process for up to 120 ms.
 */
export function openHotDatabase(path: string, options: HotOptions): HotDatabase {
  const db = openDatabase(path, hotMigrations, {
    synchronous: 'off',
    cacheKib: 8 * 1024,
    pagesMax: options.pagesMax ?? hotPagesMax,
  })
  const insert = db.prepare(
    `insert into replay_key (digest, signer, message_id, expires_at_ms) values (?, ?, ?, ?)
     on conflict do nothing`,
  )
  const known = db.prepare('select signer from replay_key where digest = ?')
  const sweep = db.prepare(
    `delete from replay_key where digest in
     (select digest from replay_key where expires_at_ms <= ? order by expires_at_ms limit ?)`,
  )
  let sinceSweep = sweepEvery

  /** One statement decides: it is its own transaction, so two processes cannot both insert the key. */
  function decide({ digest, signer, messageId, expiresAtMs }: ReceivedMessage): ReplayVerdict {
    const { changes } = insert.run(digest, signer, messageId ?? null, Math.ceil(expiresAtMs))
    if (changes === 1) return 'fresh'
    return known.get(digest) === undefined ? 'conflict' : 'same'
  }

  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- store interfaces are asynchronous (design.md §5)
    check: async (message) => {
      try {
        sinceSweep += 1
        if (sinceSweep >= sweepEvery) {
          sinceSweep = 0
          sweep.run(options.nowMs(), 2 * sweepEvery)
        }
        return decide(message)
      } catch (cause) {
        throw notKept(cause)
      }
    },
    remember: (messages) => {
      inTransaction(db, () => {
        for (const message of messages) decide(message)
      })
    },
    close: () => db.close(),
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
