import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { RetryLater } from '../base/errors.ts'
import { addressKey } from './address-key.ts'
import { RateLimiter } from './rate-limiter.ts'

/** How much one process takes at a time, and from one caller (config.ts, `limits`). */
export interface AdmissionLimits {
  /** requests whose body is whole and whose answer is not */
  readonly exchangesMax: number
  /** bytes of all bodies, whole or not, whose answer has not left */
  readonly bodiesBytesMax: number
  /** callers of each kind whose rate is remembered; past that the one longest silent is forgotten */
  readonly callersMax: number
  readonly addressConnectionsMax: number
  readonly addressRequestsPerSecondMax: number
  readonly institutionConnectionsMax: number
  readonly institutionRequestsPerSecondMax: number
}

/** A process's share of what a caller may do to the whole gateway: an even part, rounded up. Bounds of memory are its own. */
export function shareOf<Limits extends AdmissionLimits>(limits: Limits, processes: number): Limits {
  const share = (whole: number) => Math.ceil(whole / processes)
  return {
    ...limits,
    addressConnectionsMax: share(limits.addressConnectionsMax),
    addressRequestsPerSecondMax: share(limits.addressRequestsPerSecondMax),
    institutionConnectionsMax: share(limits.institutionConnectionsMax),
    institutionRequestsPerSecondMax: share(limits.institutionRequestsPerSecondMax),
  }
}

/** When a caller with too many connections may try again: nobody knows when one of them ends. */
const connectionRetryMs = 5_000
/** When a process that has its fill is asked again. */
const overloadRetryMs = 1_000

/**
 * Who gets in, decided before a body is read (docs/operating.md, _Limits_). A connection that proved an institution counts for that
 * institution, any other for its address. Nothing here grows without bound: rates are remembered of `callersMax` callers, and
 * counts only of what is open.
 */
export class Admission {
  readonly #limits: AdmissionLimits
  readonly #nowMs: () => number
  readonly #addressRates: RateLimiter
  readonly #institutionRates: RateLimiter
  readonly #addressConnections = new Map<string, number>()
  readonly #institutionConnections = new Map<string, number>()
  /** the institution that an open connection proved */
  readonly #proven = new WeakMap<Socket, string>()
  #exchanges = 0
  #bodiesBytes = 0

  constructor(limits: AdmissionLimits, nowMs: () => number) {
    this.#limits = limits
    this.#nowMs = nowMs
    this.#addressRates = new RateLimiter(limits.addressRequestsPerSecondMax, limits.callersMax)
    this.#institutionRates = new RateLimiter(
      limits.institutionRequestsPerSecondMax,
      limits.callersMax,
    )
  }

  /** A new connection, before its TLS handshake; it counts as a request of its address. False: it is to be cut. */
  connect(socket: Socket): boolean {
    const { remoteAddress } = socket
    if (remoteAddress === undefined) return false
    const address = addressKey(remoteAddress)
    if (this.#addressRates.take(address, this.#nowMs()) > 0) return false
    return countOpen(this.#addressConnections, address, this.#limits.addressConnectionsMax, socket)
  }

  /**
   * A request, before anything is read of its body. Throws RetryLater TOO_MANY_REQUESTS for its address, OVERLOADED when this
   * process has its fill. What the visit holds is given back when it is disposed.
   */
  enter(request: IncomingMessage, response: ServerResponse): Visit {
    const { socket } = request
    if (!this.#proven.has(socket)) {
      const waitMs = this.#addressRates.take(addressKey(socket.remoteAddress ?? ''), this.#nowMs())
      if (waitMs > 0) throw new RetryLater('TOO_MANY_REQUESTS', 'rate of an address', waitMs)
    }
    this.#checkRoom(Number(request.headers['content-length'] ?? 0))
    return new Visit(this, response)
  }

  /** Throws RetryLater TOO_MANY_REQUESTS: over the rate of the institution. */
  countRequestOf(institution: string): void {
    const waitMs = this.#institutionRates.take(institution, this.#nowMs())
    if (waitMs > 0)
      throw new RetryLater('TOO_MANY_REQUESTS', `rate of institution ${institution}`, waitMs)
  }

  /** Throws RetryLater TOO_MANY_REQUESTS when the institution has too many connections. */
  bindConnection(socket: Socket, institution: string): void {
    if (this.#proven.get(socket) === institution) return
    const { institutionConnectionsMax } = this.#limits
    if (!countOpen(this.#institutionConnections, institution, institutionConnectionsMax, socket))
      throw new RetryLater(
        'TOO_MANY_REQUESTS',
        `connections of institution ${institution}`,
        connectionRetryMs,
      )
    this.#proven.set(socket, institution)
  }

  /** Throws RetryLater OVERLOADED, and takes nothing then. */
  takeBytes(count: number): void {
    if (this.#bodiesBytes + count > this.#limits.bodiesBytesMax) throw overloaded('bytes of bodies')
    this.#bodiesBytes += count
  }

  /** Throws RetryLater OVERLOADED, and takes nothing then. */
  takeExchange(): void {
    this.#checkRoom(0)
    this.#exchanges += 1
  }

  giveBack(bytes: number, exchanges: number): void {
    this.#bodiesBytes -= bytes
    this.#exchanges -= exchanges
  }

  #checkRoom(bytes: number): void {
    const { exchangesMax, bodiesBytesMax } = this.#limits
    if (this.#exchanges >= exchangesMax) throw overloaded('exchanges')
    if (this.#bodiesBytes + bytes > bodiesBytesMax) throw overloaded('bytes of bodies')
  }
}

/** One request inside; gives back what it took. */
export class Visit {
  readonly #admission: Admission
  readonly #response: ServerResponse
  #bytes = 0
  #exchanges = 0

  constructor(admission: Admission, response: ServerResponse) {
    this.#admission = admission
    this.#response = response
  }

  /**
   * The connection proved an institution. Throws RetryLater TOO_MANY_REQUESTS: over its rate, or over its number of connections,
   * and then this one ends with the answer.
   */
  identify(institution: string): void {
    try {
      this.#admission.bindConnection(this.#response.req.socket, institution)
    } catch (error) {
      this.#response.setHeader('Connection', 'close')
      throw error
    }
    this.#admission.countRequestOf(institution)
  }

  /** Bytes of the body that came. Throws RetryLater OVERLOADED. */
  takeBytes(count: number): void {
    this.#admission.takeBytes(count)
    this.#bytes += count
  }

  /** The body is whole and work begins. Throws RetryLater OVERLOADED. */
  begin(): void {
    this.#admission.takeExchange()
    this.#exchanges += 1
  }

  [Symbol.dispose](): void {
    this.#admission.giveBack(this.#bytes, this.#exchanges)
    this.#bytes = 0
    this.#exchanges = 0
  }
}

function overloaded(what: string): RetryLater {
  return new RetryLater('OVERLOADED', `${what} at once`, overloadRetryMs)
}

/** Counts an open connection until it closes; false, and not counted, when there are `max` already. */
function countOpen(counts: Map<string, number>, key: string, max: number, socket: Socket): boolean {
  const open = counts.get(key) ?? 0
  if (open >= max) return false
  counts.set(key, open + 1)
  socket.once('close', () => {
    const left = (counts.get(key) ?? 1) - 1
    if (left === 0) counts.delete(key)
    else counts.set(key, left)
  })
  return true
}
