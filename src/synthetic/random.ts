/**
 * Random numbers that depend on nothing but their key: xoshiro128** seeded through splitmix32. Every person, employer and
 * declaration draws from a generator of its own, so that any of them can be made alone and in any order.
 */

/** One name for each independent use of the seed; the number is part of the format of the data set. */
export const streams = {
  births: 1,
  household: 2,
  person: 3,
  employer: 4,
  work: 5,
  quarter: 6,
  integration: 7,
  posting: 8,
  update: 9,
  history: 10,
  entries: 12,
} as const

export class Random {
  #a: number
  #b: number
  #c: number
  #d: number

  /** four words, not all 0 */
  constructor(a: number, b: number, c: number, d: number) {
    this.#a = a
    this.#b = b
    this.#c = c
    this.#d = d
  }

  /** 0 to 2³² − 1 */
  next(): number {
    const scrambled = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = rotateLeft(this.#d, 11)
    return scrambled
  }

  /** 0 to `count` − 1 */
  below(count: number): number {
    return Math.floor((this.next() / 4_294_967_296) * count)
  }

  /** both ends included */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1)
  }

  /** true so many times in a thousand */
  chance(perMille: number): boolean {
    return this.below(1000) < perMille
  }

  /** one of a list that is not empty */
  pick<T>(list: readonly T[]): T {
    const index = this.below(list.length)
    if (!(index in list)) throw new RangeError('nothing to pick from')
    return list[index] as T
  }
}

/** The generator of one key: seed (a safe integer ≥ 0), stream, and up to two indexes below 2³². */
export function randomOf(
  seed: number,
  stream: (typeof streams)[keyof typeof streams],
  index: number,
  second = 0,
): Random {
  let word = seed >>> 0
  for (const part of [Math.floor(seed / 4_294_967_296), stream, index, second]) {
    word = mix((word ^ part) >>> 0)
  }
  const a = mix(word)
  const b = mix(a)
  const c = mix(b)
  return new Random(a, b, c, mix(c) | 1)
}

/** One step of splitmix32. */
function mix(value: number): number {
  let z = (value + 0x9e3779b9) | 0
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return (z ^ (z >>> 15)) >>> 0
}

function rotateLeft(value: number, count: number): number {
  return ((value << count) | (value >>> (32 - count))) >>> 0
}
