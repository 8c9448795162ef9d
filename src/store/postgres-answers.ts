import type { KeptAnswerLimits } from './kept-answer-table.ts'
import type { Ask } from './postgres-replay-sql.ts'

/** A message that a process has taken, by the turn in which it did. */
export interface Taken {
  readonly digest: string
  readonly turn: number
}

/** An answer to be kept. */
export interface Sealed extends Taken {
  readonly sealed: Uint8Array
}

/** `taken`: another process may have the message by now, and will answer it. */
export type KeepResult = 'done' | 'taken'

/** So many of the oldest kept answers give way at once when there is no room for a new one. */
const evictAtOnce = 32

/** Keeps what has room, if need be after the oldest gave way; the rest is not kept. */
export async function keepAnswers(
  ask: Ask,
  owner: string,
  limits: KeptAnswerLimits,
  answers: readonly Sealed[],
): Promise<KeepResult[]> {
  const keep = async (some: readonly Sealed[]) => {
    const row = await ask<{ asked: number; kept: number; taken: string[] }>('keepAnswers', [
      owner,
      some.map(({ digest }) => digest),
      some.map(({ turn }) => turn),
      some.map(({ sealed }) => sealed),
      limits.countMax,
      limits.bytesMax,
    ])
    return {
      hadRoom: row.asked === row.kept,
      results: some.map(({ digest }) => (row.taken.includes(digest) ? 'taken' : 'done')),
    } as const
  }
  const all = await keep(answers)
  if (all.hadRoom) return all.results
  const results: KeepResult[] = []
  for (const one of answers) {
    const first = await keep([one])
    if (!first.hadRoom) await ask('dropOldest', [owner, evictAtOnce])
    results.push(...(first.hadRoom ? first : await keep([one])).results)
  }
  return results
}
