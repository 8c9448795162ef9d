import type { Ssin } from '../base/ssin.ts'
import { dateOf, dayOf, type Day } from './calendar.ts'
import type { Country } from './country.ts'
import { ssinOf, type Birth, type SsinKind } from './identifiers.ts'
import { randomOf, streams, type Random } from './random.ts'

/**
 * Births and numbers. No table of used numbers is kept: a number is unique by construction, as (day, counter) is a one-to-one
 * image of the index. Persons come in chunks of six, a chunk splits into households, and the counter encodes who in the chunk.
 */

export const chunkSize = 6

/** How a chunk splits into households. */
const splits: readonly [readonly number[], ...(readonly number[])[]] = [
  [1, 1, 2, 2],
  [2, 4],
  [1, 2, 3],
  [3, 3],
  [1, 5],
  [2, 1, 1, 2],
]

/** The household of a person. */
export interface Household {
  /** index of its reference person */
  readonly head: number
  readonly size: number
  /** 0 for the reference person */
  readonly rank: number
}

/** The household of person `index`. */
export function householdOf(country: Country, index: number): Household {
  const chunk = Math.floor(index / chunkSize)
  const split = randomOf(country.seed, streams.household, chunk).pick(splits)
  let head = chunk * chunkSize
  for (const size of split) {
    if (index < head + size) {
      return { head, size: Math.min(size, country.persons - head), rank: index - head }
    }
    head += size
  }
  throw new RangeError('a chunk is split into fewer than six')
}

/** A person's birth, number, and whether the number is of the bis register. */
export interface Identity {
  readonly birth: Birth
  /** the day of birth, or one that is possible when not all is known */
  readonly birthDay: Day
  readonly sex: '1' | '2'
  readonly kind: SsinKind
  readonly ssin: Ssin
  /** counter of the number, which a former bis number of the person shares */
  readonly counter: number
}

/** Heads of households are born over so many days; 24,455 days are 67 years. */
const headDays = 24_455
/** 7,919 is prime and does not divide `headDays`: stepping by it visits every day once. */
const step = 7_919
/** The first day on which heads are born, before `asOf`: 88 years. */
const eldestDays = 32_142
/** Counters from here on: births of a day seldom reach them, so that few numbers are those of real persons. */
const firstCounter = 501
/** One person in so many was registered without the day, or the day and month, of birth. */
const unknownEvery = 499

/** The identity of person `index`. */
export function identityOf(country: Country, index: number): Identity {
  const random = randomOf(country.seed, streams.births, index)
  const sex = random.chance(500) ? '1' : '2'
  if (index % unknownEvery === 17) {
    return incompleteIdentity(country, Math.floor(index / unknownEvery), sex)
  }
  const kind = kindOf(random)
  const chunk = Math.floor(index / chunkSize)
  const round = Math.floor(chunk / headDays)
  const offset = randomOf(country.seed, streams.births, 0, round).below(headDays)
  const headDay = country.asOf - eldestDays + (((chunk % headDays) * step + offset) % headDays)
  const place = index % chunkSize
  const generation = householdOf(country, index).rank < 2 ? 0 : isYoung(country, headDay) ? 2 : 1
  const birthDay = headDay + generationShift(generation, place)
  const counter =
    firstCounter + 2 * ((round * chunkSize + place) * 3 + generation) + (sex === '1' ? 0 : 1)
  const birth = birthOf(birthDay)
  return { birth, birthDay, sex, kind, counter, ssin: ssinOf(birth, counter, kind) }
}

/** Too young to have a child: who else lives there is a parent. */
function isYoung(country: Country, headDay: Day): boolean {
  return country.asOf - headDay < 34 * 365.25
}

/** Days between the head of the chunk and a person: 0 about as old, 1 a child, 2 a parent. */
function generationShift(generation: 0 | 1 | 2, place: number): number {
  switch (generation) {
    case 0:
      return place * 211
    case 1:
      return 9_862 + place * 400
    case 2:
      return place * 150 - 9_131
  }
}

/** One in forty has a bis number. */
function kindOf(random: Random): SsinKind {
  const draw = random.below(80)
  return draw === 0 ? 'bis' : draw === 1 ? 'bisSexKnown' : 'nationalRegister'
}

/** `serial` counts those whose day of birth is unknown; a third of them knows the year only. */
function incompleteIdentity(country: Country, serial: number, sex: '1' | '2'): Identity {
  const oldest = Number(dateOf(country.asOf).slice(0, 4)) - 70
  const yearOnly = serial % 3 === 0
  const slot = yearOnly ? serial / 3 : serial
  const months = yearOnly ? 1 : 12
  const birth = {
    year: oldest + (Math.floor(slot / months) % 50),
    month: yearOnly ? 0 : (slot % 12) + 1,
    day: 0,
  }
  const counter = firstCounter + 2 * Math.floor(slot / (months * 50)) + (sex === '1' ? 0 : 1)
  const birthDay = dayOf(`${String(birth.year)}-${yearOnly ? '07' : two(birth.month)}-01`)
  return {
    birth,
    birthDay,
    sex,
    kind: 'nationalRegister',
    counter,
    ssin: ssinOf(birth, counter, 'nationalRegister'),
  }
}

/** The birth on a known day. */
export function birthOf(day: Day): Birth {
  const [year = 0, month = 0, dayOfMonth = 0] = dateOf(day).split('-').map(Number)
  return { year, month, day: dayOfMonth }
}

/** `yyyy-mm-dd` with zeros where unknown, the form of incomplete dates. */
export function incompleteDate({ year, month, day }: Birth): string {
  return `${String(year)}-${two(month)}-${two(day)}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
