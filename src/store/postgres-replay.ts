import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { GatewayError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type {
  Attempt,
  ReceivedMessage,
  ReplayStore,
  ReplayVerdict,
  ToldAnswer,
} from '../ws-security/replay.ts'
import { Groups } from './groups.ts'
import type { KeptAnswerLimits } from './kept-answer-table.ts'
import { openAnswer, sealAnswer } from './kept-answer.ts'
import { hashOf, judgeKnown, type Judgement, type KnownMessage } from './known-message.ts'
import { keepAnswers, type KeepResult, type Sealed, type Taken } from './postgres-answers.ts'
import {
  replayMigrations,
  statements,
  type Ask,
  type StatementName,
} from './postgres-replay-sql.ts'
import {
  checkVersion,
  codeOf,
  explainFault,
  inPostgresTransaction,
  makePool,
  notRemembered,
  type PostgresPlace,
} from './postgres.ts'

/** How replay keys in PostgreSQL are used. */
export interface PostgresReplayOptions {
  readonly place: PostgresPlace
  /** id of the data directory whose processes these are: only its journals tell how far their attempts came */
  readonly node: string
  /** UTC ms */
  readonly nowMs: () => number
  readonly keptAnswers: KeptAnswerLimits
  /** room for keys of all nodes: past it messages are refused (OVERLOADED), not forgotten */
  readonly keysMax: number
  readonly log: Log
  /** how far the clock of a node may be from that of the database; 30 s when absent */
  readonly clockDifferenceMs?: number
}

/** One for messages, one for answers and ends, one for everything else. */
const connectionsMax = 3

/** Messages of one statement, and answers of one statement. */
const messagesMax = 256
const answersMax = 32

/** So many expired messages are deleted by one statement. */
const sweepAtOnce = 4_096

/** The end of an attempt is written within this time. */
const endWithinMs = 20

/** Clocks of nodes differ by no more than twice this: a node that is further from the database refuses messages. */
const clockDifferenceMs = 30_000

interface Ended extends Taken {
  /** else given free */
  readonly completed: boolean
}

type Known = KnownMessage & Taken

/** What a statement in a turn gives: digests that were inserted, or how many messages were taken over. */
interface TurnRow {
  readonly mine: number
  readonly fresh?: readonly string[]
  readonly taken?: number
}

/** A verdict whose kept answer is opened for its own caller only. */
type Judged =
  | { readonly kind: 'noRoom' }
  | Exclude<Judgement<Known>, { readonly kind: 'again' }>
  | Exclude<ReplayVerdict, { readonly kind: 'answered' | 'inProgress' | 'same' | 'conflict' }>

/**
 * Replay keys, attempts and kept answers in PostgreSQL, shared by the gateways of several machines (docs/decisions/0014). Each process has a
 * row under the id of its data directory and its number, and counts there what it writes: a process whose place another one took, or
 * whose last write the database does not know (it was put back from a backup), writes nothing more. Only a later process of the same
 * place frees what an earlier one left open, because only there can be read whether the last entry stands in the journal.
 */
export class PostgresReplay implements ReplayStore {
  readonly #pool: Pool
  readonly #options: PostgresReplayOptions
  readonly #owner = randomUUID()
  readonly #checks = new Groups<ReceivedMessage, Judged>(messagesMax, (all) => this.#judge(all))
  readonly #keeps = new Groups<Sealed, KeepResult>(answersMax, (all) =>
    keepAnswers(this.#ask, this.#owner, this.#options.keptAnswers, all),
  )
  /** `lost`: for good; the others end by themselves */
  #state: 'away' | 'ready' | 'lost' = 'away'
  /** no room for further keys: messages that came before are told what they are told, others are refused */
  #isFull = false
  /** nobody knows what has expired for the others: all are refused */
  #isClockOff = false
  /** the turn that the database knows lies between these two; they differ while it is not known whether a write arrived */
  #turn = 0
  #turnMost = 0
  /** what became of attempts, not yet written */
  #ended: Ended[] = []
  #ending: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #tending: Promise<void> | undefined

  /** Opens no connection yet; until `claim` every message is refused. */
  constructor(options: PostgresReplayOptions) {
    this.#options = options
    this.#pool = makePool(options.place, connectionsMax, (client) =>
      checkVersion(client, replayMigrations),
    )
    this.#pool.on('error', (error) => this.#goAway(error))
  }

  /** Whether messages can be remembered now. */
  get isReady(): boolean {
    return this.#state === 'ready' && !this.#isFull && !this.#isClockOff
  }

  /**
   * Makes this process the live one of its number: attempts that an earlier one left open may be made again. `closedAmong` says which
   * of their tickets have their last entry in the journal after all. Rejects with PostgresFault.
   */
  async claim(
    number: number,
    closedAmong: (tickets: ReadonlySet<string>) => Iterable<string>,
  ): Promise<void> {
    const place = [this.#options.node, number]
    try {
      const client = await this.#pool.connect()
      try {
        await inPostgresTransaction(client, async () => {
          await client.query(`set local statement_timeout = '60s'`) // no index leads to what is open
          const { rows } = await client.query<{ digest: string; ticket: string }>(
            statements.findOpen,
            place,
          )
          const closed = new Set(closedAmong(new Set(rows.map(({ ticket }) => ticket))))
          const digests = rows.filter(({ ticket }) => closed.has(ticket)).map((row) => row.digest)
          await client.query(statements.completeMessages, [digests])
          await client.query(statements.claimPlace, [...place, this.#owner])
          await client.query(statements.claimTotal, place)
        })
      } finally {
        client.release()
      }
    } catch (error) {
      throw explainFault(error, this.#options.place)
    }
    this.#state = 'ready'
  }

  async check(message: ReceivedMessage): Promise<ReplayVerdict> {
    this.#refuseUnlessReached()
    if (this.#isClockOff) throw new GatewayError('OVERLOADED', 'clock differs from the database')
    const judged = await this.#checks.add(message)
    if (judged.kind === 'noRoom') throw new GatewayError('OVERLOADED', 'replay keys are full')
    if (judged.kind !== 'answered') return judged
    const { ticket, sealed, secret } = judged
    return { kind: 'answered', ticket, answer: openAnswer(sealed, secret, message.digest) }
  }

  async isKnown(digest: string): Promise<boolean> {
    this.#refuseUnlessReached()
    return (await this.#ask<{ known: boolean }>('isKnown', [digest])).known
  }

  /** Once a second: comes back when the database was away, writes what has ended, looks at clock and room, deletes what has expired. */
  tend(): Promise<void> {
    this.#tending ??= this.#tendNow().finally(() => (this.#tending = undefined))
    return this.#tending
  }

  /** Deletes some of what has expired; false when there was nothing. */
  async sweep(): Promise<boolean> {
    const beforeMs = Math.floor(this.#options.nowMs() - 2 * this.#clockDifferenceMs)
    const values = [this.#owner, beforeMs, sweepAtOnce]
    return (await this.#ask<{ count: number }>('removeExpired', values)).count > 0
  }

  async close(): Promise<void> {
    clearTimeout(this.#ending)
    await this.#tending
    await this.#checks.idle()
    await this.#keeps.idle()
    await this.#writeEnded()
    this.#state = 'lost'
    await this.#pool.end()
  }

  get #clockDifferenceMs(): number {
    return this.#options.clockDifferenceMs ?? clockDifferenceMs
  }

  #refuseUnlessReached(): void {
    if (this.#state !== 'ready')
      throw new GatewayError('OVERLOADED', 'replay keys cannot be reached')
  }

  /** Asks one statement that gives one row. Rejects with GatewayError; the database is away from then on. */
  readonly #ask: Ask = async <Row>(name: StatementName, values: unknown[]) => {
    const [row] = await this.#askRows(name, values)
    return row as Row
  }

  async #askRows(name: StatementName, values: unknown[]): Promise<unknown[]> {
    try {
      const query = { name, text: statements[name], values }
      return (await this.#pool.query<Record<string, unknown>>(query)).rows
    } catch (error) {
      this.#goAway(error)
      throw notRemembered(error)
    }
  }

  /** Asks a statement that takes messages in a turn of its own. Rejects when this process may not write any more. */
  async #askInTurn(
    name: 'insertMessages' | 'takeOver',
    values: unknown[],
  ): Promise<{ readonly row: TurnRow; readonly turn: number }> {
    this.#turnMost = this.#turn + 1
    const row = await this.#ask<TurnRow>(name, [this.#owner, this.#turn, ...values])
    if (row.mine !== 1) {
      this.#lose()
      throw new GatewayError('OVERLOADED', 'replay keys cannot be reached')
    }
    this.#turn = this.#turnMost
    return { row, turn: this.#turn }
  }

  /** What each of the messages is told. When it fails nobody has a verdict, and what may have been taken is given free. */
  async #judge(messages: readonly ReceivedMessage[]): Promise<Judged[]> {
    this.#refuseUnlessReached()
    const taking: Taken[] = []
    try {
      const fresh: ReadonlyMap<ReceivedMessage, Judged> = this.#isFull
        ? new Map()
        : await this.#takeFresh(messages, taking)
      const known = await this.#findKnown(messages.filter((message) => !fresh.has(message)))
      const judged: Judged[] = []
      for (const message of messages)
        judged.push(fresh.get(message) ?? (await this.#judgeAgain(message, known, taking)))
      return judged
    } catch (error) {
      for (const one of taking) this.#end({ ...one, completed: false })
      throw error
    }
  }

  async #takeFresh(
    messages: readonly ReceivedMessage[],
    taking: Taken[],
  ): Promise<ReadonlyMap<ReceivedMessage, Judged>> {
    const firsts = new Map<string, ReceivedMessage>()
    for (const message of messages)
      if (!firsts.has(message.digest)) firsts.set(message.digest, message)
    const all = [...firsts.values()]
    taking.push(...all.map(({ digest }) => ({ digest, turn: this.#turn + 1 })))
    const { row, turn } = await this.#askInTurn('insertMessages', [
      all.map(({ digest }) => digest),
      all.map(({ signer }) => signer),
      all.map(({ messageId }) => messageId ?? null),
      all.map(({ expiresAtMs }) => Math.ceil(expiresAtMs)),
      all.map(({ ticket, secret }) => (secret === undefined ? null : ticket)),
      all.map(({ secret }) => (secret === undefined ? null : hashOf(secret))),
    ])
    const fresh = new Set(row.fresh)
    return new Map(
      all
        .filter(({ digest }) => fresh.has(digest))
        .map((message) => {
          const { digest, ticket, secret } = message
          if (secret === undefined) return [message, { kind: 'fresh' }]
          const attempt = this.#attempt(ticket, 1, { digest, turn }, secret)
          return [message, { kind: 'fresh', attempt }]
        }),
    )
  }

  async #findKnown(messages: readonly ReceivedMessage[]): Promise<ReadonlyMap<string, Known>> {
    if (messages.length === 0) return new Map()
    await this.#writeEnded() // what this process has ended it must not be told to wait for
    const digests = [...new Set(messages.map(({ digest }) => digest))]
    const rows = (await this.#askRows('findMessages', [digests])) as Known[]
    return new Map(rows.map((row) => [row.digest, row]))
  }

  async #judgeAgain(
    message: ReceivedMessage,
    knownByDigest: ReadonlyMap<string, Known>,
    taking: Taken[],
  ): Promise<Judged> {
    const { digest } = message
    const judged = judgeKnown(knownByDigest.get(digest), message)
    if (judged.kind === 'conflict' && this.#isFull) return { kind: 'noRoom' }
    if (judged.kind !== 'again') return judged
    const { ticket, secret, known } = judged
    taking.push({ digest, turn: this.#turn + 1 })
    const before = [digest, known.owner, known.turn]
    const values = [...before, hashOf(secret)]
    const { row, turn } = await this.#askInTurn('takeOver', values)
    if (row.taken !== 1) return { kind: 'inProgress' } // another was faster
    const attempt = this.#attempt(ticket, known.attempt + 1, { digest, turn }, secret)
    return { kind: 'again', attempt }
  }

  #attempt(ticket: string, number: number, taken: Taken, secret: Uint8Array): Attempt {
    return {
      ticket,
      number,
      keep: async (answer: ToldAnswer) => {
        const sealed = sealAnswer(answer, secret, taken.digest)
        if (this.#state !== 'lost') this.#refuseUnlessReached()
        if (this.#state === 'lost' || (await this.#keeps.add({ ...taken, sealed })) === 'taken')
          throw new GatewayError('IN_PROGRESS', 'another process may have taken the message over')
      },
      complete: () => this.#end({ ...taken, completed: true }),
      release: () => this.#end({ ...taken, completed: false }),
    }
  }

  #end(ended: Ended): void {
    this.#ended.push(ended)
    this.#ending ??= setTimeout(() => {
      this.#ending = undefined
      void this.#writeEnded()
    }, endWithinMs).unref()
  }

  /** Never rejects: what could not be written stays to be written, once the database is back. */
  #writeEnded(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      // while it is not known what arrived, nothing can be said of it
      if (this.#ended.length === 0 || this.#state !== 'ready') return
      const all = this.#ended.splice(0)
      await this.#ask('endAttempts', [
        this.#owner,
        all.map(({ digest }) => digest),
        all.map(({ turn }) => turn),
        all.map(({ completed }) => completed),
      ]).catch(() => this.#ended.unshift(...all))
    })
    return this.#writing
  }

  async #tendNow(): Promise<void> {
    if (this.#state === 'away') await this.#comeBack()
    if (this.#state !== 'ready') return
    try {
      await this.#writeEnded()
      await this.#look()
      while (await this.sweep());
    } catch {
      // away: it is tried again
    }
  }

  #goAway(error: unknown): void {
    if (this.#state !== 'ready') return
    this.#state = 'away'
    this.#options.log.error('replay keys cannot be reached: messages are refused', {
      why: codeOf(error),
    })
  }

  /** From a turn that no write can have any more that is still on its way: those that were not there yet never will be. */
  async #comeBack(): Promise<void> {
    await this.#checks.idle()
    await this.#keeps.idle()
    this.#turnMost += 1
    const values = [this.#owner, this.#turn, this.#turnMost]
    const row = await this.#ask<{ mine: number }>('nextTurn', values).catch(() => undefined)
    if (row === undefined) return
    if (row.mine !== 1) {
      this.#lose()
      return
    }
    this.#turn = this.#turnMost
    this.#state = 'ready'
    this.#options.log.info('replay keys are reached again')
  }

  #lose(): void {
    this.#state = 'lost'
    this.#options.log.error(
      'replay keys are not as this process left them: messages are refused until the gateway is started anew (docs/operating.md)',
    )
  }

  async #look(): Promise<void> {
    const { nowMs, keysMax, log } = this.#options
    const row = await this.#ask<{ now_ms: number; full: boolean }>('lookAround', [keysMax])
    const wasReady = this.isReady
    this.#isClockOff = Math.abs(row.now_ms - nowMs()) > this.#clockDifferenceMs
    this.#isFull = row.full
    if (this.isReady !== wasReady)
      log.warn('replay keys', { isFull: this.#isFull, isClockOff: this.#isClockOff })
  }
}
