import { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { beforeEach, describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import { addressKey } from '../../src/transport/address-key.ts'
import { Admission, shareOf, type AdmissionLimits } from '../../src/transport/admission.ts'
import { RateLimiter } from '../../src/transport/rate-limiter.ts'

const limits: AdmissionLimits = {
  exchangesMax: 2,
  bodiesBytesMax: 1_000,
  callersMax: 10_000,
  addressConnectionsMax: 2,
  addressRequestsPerSecondMax: 4,
  institutionConnectionsMax: 2,
  institutionRequestsPerSecondMax: 10,
}

let nowMs = 0
let admission: Admission
beforeEach(() => {
  nowMs = 1_000_000
  admission = new Admission(limits, () => nowMs)
})

function socketOf(remoteAddress: string): Socket {
  return Object.assign(new EventEmitter(), { remoteAddress }) as unknown as Socket
}

function enter(socket: Socket, contentLength?: number) {
  const headers = contentLength === undefined ? {} : { 'content-length': String(contentLength) }
  const request = { socket, headers } as unknown as IncomingMessage
  const set: string[] = []
  const setHeader = (name: string, value: string) => set.push(`${name}: ${value}`)
  const response = { req: request, setHeader } as unknown as ServerResponse
  return { visit: admission.enter(request, response), set }
}

/** code, seconds to wait and our own detail of a refusal */
function refusal(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (!(error instanceof GatewayError) || !('retryAfterSeconds' in error)) throw error
    return `${error.code} ${String(error.retryAfterSeconds)} ${error.message}`
  }
  return 'none'
}

describe('requests of an address', () => {
  it('are refused over twice its rate at once, and taken again as time passes', () => {
    const socket = socketOf('192.0.2.1')
    for (let n = 0; n < 8; n += 1) enter(socket)
    expect(refusal(() => enter(socket))).toBe('TOO_MANY_REQUESTS 1 rate of an address')
    enter(socketOf('192.0.2.2'))
    nowMs += 250
    enter(socket)
    expect(refusal(() => enter(socket))).toBe('TOO_MANY_REQUESTS 1 rate of an address')
  })

  it('count no more once the connection proved an institution, whose own rate holds', () => {
    const socket = socketOf('192.0.2.1')
    for (let n = 0; n < 20; n += 1) enter(socket).visit.identify('phare')
    const { visit, set } = enter(socket)
    expect(refusal(() => visit.identify('phare'))).toBe(
      'TOO_MANY_REQUESTS 1 rate of institution phare',
    )
    expect(set).toEqual([])
    expect(refusal(() => enter(socket).visit.identify('other'))).toBe('none')
  })

  it('include its connections: handshakes are no way around', () => {
    for (let n = 0; n < 8; n += 1) {
      const socket = socketOf('192.0.2.1')
      expect(admission.connect(socket)).toBe(true)
      socket.emit('close')
    }
    expect(admission.connect(socketOf('192.0.2.1'))).toBe(false)
    expect(admission.connect(socketOf('192.0.2.2'))).toBe(true)
  })
})

describe('connections', () => {
  it('of an address are bounded while they are open', () => {
    const [first, second] = [socketOf('192.0.2.1'), socketOf('::ffff:192.0.2.1')]
    expect([first, second].map((one) => admission.connect(one))).toEqual([true, true])
    expect(admission.connect(socketOf('192.0.2.1'))).toBe(false)
    expect(admission.connect(socketOf('192.0.2.2'))).toBe(true)
    first.emit('close')
    expect(admission.connect(socketOf('192.0.2.1'))).toBe(true)
  })

  it('that are gone already are not counted', () => {
    expect(admission.connect(new EventEmitter() as unknown as Socket)).toBe(false)
  })

  it('of an institution are bounded, from whatever addresses; the one too many ends with its answer', () => {
    const first = socketOf('192.0.2.1')
    enter(first).visit.identify('phare')
    enter(socketOf('192.0.2.2')).visit.identify('phare')
    const third = socketOf('192.0.2.3')
    const { visit, set } = enter(third)
    expect(refusal(() => visit.identify('phare'))).toBe(
      'TOO_MANY_REQUESTS 5 connections of institution phare',
    )
    expect(set).toEqual(['Connection: close'])
    first.emit('close')
    expect(refusal(() => enter(third).visit.identify('phare'))).toBe('none')
  })
})

describe('what a process holds', () => {
  const from = (n: number) => socketOf(`192.0.2.${n}`)

  it('is bounded in exchanges, whose places are given back', () => {
    const visits = [1, 2].map((n) => enter(from(n)).visit)
    const waiting = enter(from(3)).visit
    for (const visit of visits) visit.begin()
    expect(refusal(() => enter(from(4)))).toBe('OVERLOADED 1 exchanges at once')
    expect(refusal(() => waiting.begin())).toBe('OVERLOADED 1 exchanges at once')
    waiting[Symbol.dispose]()
    visits[0]![Symbol.dispose]()
    visits[0]![Symbol.dispose]()
    const next = enter(from(5)).visit
    next.begin()
    expect(refusal(() => enter(from(6)))).toBe('OVERLOADED 1 exchanges at once')
  })

  it('is bounded in bytes of bodies: of those declared before they are read, of the others as they come', () => {
    const visit = enter(from(1)).visit
    visit.takeBytes(900)
    expect(refusal(() => enter(from(2), 101))).toBe('OVERLOADED 1 bytes of bodies at once')
    expect(refusal(() => visit.takeBytes(101))).toBe('OVERLOADED 1 bytes of bodies at once')
    enter(from(3), 100).visit.takeBytes(100)
    visit[Symbol.dispose]()
    enter(from(4), 900)
  })
})

describe('a rate limiter', () => {
  it('remembers no more callers than it may, and forgets the one longest silent', () => {
    const rates = new RateLimiter(1, 3)
    for (const caller of ['a', 'a', 'b', 'c', 'a']) rates.take(caller, 0)
    rates.take('d', 0)
    expect(rates.size).toBe(3)
    expect(rates.take('a', 0)).toBe(1_000)
    for (let n = 0; n < 10_000; n += 1) rates.take(`stranger ${n}`, 0)
    expect(rates.size).toBe(3)
  })

  it('takes nothing away when the clock is put back', () => {
    const rates = new RateLimiter(2, 10)
    expect(rates.take('a', 5_000)).toBe(0)
    expect(rates.take('a', 1_000)).toBe(0)
    expect(rates.take('a', 1_000)).toBe(0)
    expect(rates.take('a', 1_000)).toBe(0)
    expect(rates.take('a', 1_000)).toBe(500)
  })
})

describe('an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s counts as %s', (address, key) => {
    expect(addressKey(address)).toBe(key)
  })
})

describe('the share of a process', () => {
  it('is an even part of what callers may do, rounded up, and all of its own memory', () => {
    expect(shareOf(limits, 4)).toEqual({
      exchangesMax: 2,
      bodiesBytesMax: 1_000,
      callersMax: 10_000,
      addressConnectionsMax: 1,
      addressRequestsPerSecondMax: 1,
      institutionConnectionsMax: 1,
      institutionRequestsPerSecondMax: 3,
    })
  })
})
