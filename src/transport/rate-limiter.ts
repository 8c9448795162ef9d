interface Bucket {
  tokens: number
  atMs: number
}

/**
 * Token buckets, one a caller: `perSecond` requests a second over time, and at once as many as two seconds bring. The callers
 * longest silent are forgotten past `callersMax`; a caller that was silent for two seconds has a full bucket anyway.
 */
export class RateLimiter {
  readonly #perMs: number
  readonly #tokensMax: number
  readonly #callersMax: number
  /** the one that came last stands last */
  readonly #buckets = new Map<string, Bucket>()

  constructor(perSecond: number, callersMax: number) {
    this.#perMs = perSecond / 1_000
    this.#tokensMax = perSecond * 2
    this.#callersMax = callersMax
  }

  /** How many callers are remembered. */
  get size(): number {
    return this.#buckets.size
  }

  /** 0 when the caller may go on; otherwise ms until it may, and nothing is taken. */
  take(caller: string, nowMs: number): number {
    const bucket = this.#buckets.get(caller) ?? { tokens: this.#tokensMax, atMs: nowMs }
    // a clock that was put back must not take tokens away
    const passedMs = Math.max(0, nowMs - bucket.atMs)
    bucket.tokens = Math.min(this.#tokensMax, bucket.tokens + passedMs * this.#perMs)
    bucket.atMs = nowMs
    this.#remember(caller, bucket)
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / this.#perMs)
    bucket.tokens -= 1
    return 0
  }

  #remember(caller: string, bucket: Bucket): void {
    this.#buckets.delete(caller)
    this.#buckets.set(caller, bucket)
    if (this.#buckets.size <= this.#callersMax) return
    const oldest = this.#buckets.keys().next()
    if (oldest.done !== true) this.#buckets.delete(oldest.value)
  }
}
