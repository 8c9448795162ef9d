import type { CivilDate, Quarter } from '../base/civil-date.ts'
import type { Ssin } from '../base/ssin.ts'
import { dateOf, quarterDays, type Day } from './calendar.ts'
import { randomOf, streams, type Random } from './random.ts'
import type { DmfaNaturalPersonRecord } from './sink.ts'

/**
 * The history of declarations: each is made in the month after its quarter, as it must be; some are modified later. It is drawn from the
 * worker and the quarter alone, so that personas have one too.
 */

type Update = NonNullable<DmfaNaturalPersonRecord['update']>[number]

/** Days after the quarter on which a declaration is made, and after that on which it is modified. */
const days = { made: [5, 30], modified: [10, 90] } as const

/** Of a thousand declarations about a worker so many are modified, and so many of the modified ones once more. */
const modifiedPerMille = 60

/** UpdateAction (zone 00618): changed. */
const changed = '1'

/** What was declared about a worker in a quarter, in order; the registers speak as of a month after `asOf`. */
export function updatesOf(
  asOf: Day,
  quarter: Quarter,
  ssin: Ssin,
  record: DmfaNaturalPersonRecord,
): readonly Update[] {
  const random = randomFor(quarter, ssin)
  let day = madeOn(random, quarter)
  const updates: Update[] = [{ sequenceNumber: 1, receptionDate: dateOf(day) }]
  while (random.chance(modifiedPerMille)) {
    day += random.between(...days.modified)
    if (day > asOf + days.made[1]) break
    updates.push({
      sequenceNumber: updates.length + 1,
      receptionDate: dateOf(day),
      action: changed,
      changedBlocks: random.pick(changeable(record)),
    })
  }
  return updates
}

/** When a worker was declared too early, by a quarter, and when that was taken back. */
export function daysTakenBack(quarter: Quarter, ssin: Ssin): readonly CivilDate[] {
  const random = randomFor(quarter, ssin)
  const made = madeOn(random, quarter)
  return [dateOf(made), dateOf(made + random.between(...days.modified))]
}

/** Whether a worker who is first declared in the quarter after this one was declared in this one by mistake. */
export function isTooEarly(quarter: Quarter, ssin: Ssin): boolean {
  return randomFor(quarter, ssin, 1).chance(20)
}

function randomFor(quarter: Quarter, ssin: Ssin, use = 0): Random {
  return randomOf(use, streams.update, Number(ssin.slice(0, 9)), Number(quarter))
}

function madeOn(random: Random, quarter: Quarter): Day {
  return quarterDays(quarter).last + random.between(...days.made)
}

/** What a modification can change: a block of the record, or two that go together. */
function changeable({
  workerRecord = [],
}: DmfaNaturalPersonRecord): readonly [string, ...string[]] {
  const [line] = workerRecord
  if (line?.occupation === undefined) return ['dmfa.workerRecord']
  return [
    'dmfa.remuneration dmfa.workerContribution',
    'dmfa.service',
    'dmfa.occupation',
    'dmfa.workerDeduction',
  ]
}
