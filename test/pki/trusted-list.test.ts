import { describe, expect, it } from 'vitest'
import { openTrustStore } from '../../src/pki/trust-store.ts'
import { findGrant, readTrustedList } from '../../src/pki/trusted-list.ts'
import { certificateOf, manifest, nowMs, readOut, sandboxSettings, verdictOf } from './material.ts'

type Json = Record<string, unknown>
type Change = (list: Json, service: Json) => void

/** The list of the test PKI after a change, as bytes. */
function changed(change: Change): Buffer {
  const list = JSON.parse(readOut(manifest.trust.trustedList).toString()) as Json
  change(list, (list['services'] as Json[])[0]!)
  return Buffer.from(JSON.stringify(list))
}

const day = (days: number) =>
  new Date(nowMs + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z')
const statuses = (...pairs: [number, string][]) =>
  pairs.map(([days, status]) => ({ status, since: day(days) }))

const read = (change: Change) => readTrustedList(changed(change), 'refuse')
const trustWith = (change: Change, whenExpired: 'refuse' | 'warn' = 'refuse') =>
  openTrustStore({ ...sandboxSettings, trustedList: readTrustedList(changed(change), whenExpired) })

/** What becomes of a seal of PHARE, this many days after now. */
function verdict(change: Change, days = 0, whenExpired: 'refuse' | 'warn' = 'refuse'): string {
  const trust = trustWith(change, whenExpired)
  const seal = trust.read(certificateOf('institutions/phare/signing'))
  return verdictOf(() => trust.verifyPath(seal, 'messageSigning', nowMs + days * 86_400_000))
}

describe('a trusted list', () => {
  it.each<[string, Change, string]>([
    ['an unknown key', (list) => (list['more'] = 1), '/ must NOT have additional properties'],
    [
      'a territory that is none',
      (list) => (list['territory'] = 'Belgium'),
      '/territory must match',
    ],
    ['no service', (list) => (list['services'] = []), '/services must NOT have fewer than 1 items'],
    [
      'a service of another type',
      (_list, service) => (service['type'] = 'TSA/QTST'),
      '/services/0/type must be equal to constant',
    ],
    [
      'a fingerprint in capitals',
      (_list, service) => (service['sha256'] = 'A'.repeat(64)),
      '/services/0/sha256 must match',
    ],
    [
      'a status that is none',
      (_list, service) => (service['statuses'] = statuses([-1, 'accredited'])),
      '/services/0/statuses/0/status must be equal to one of the allowed values: `granted`, `withdrawn`',
    ],
    [
      'a day that does not exist',
      (_list, service) =>
        (service['statuses'] = [{ status: 'granted', since: '2026-13-01T00:00:00Z' }]),
      '/services/0/statuses/0/since is no time',
    ],
    [
      'statuses out of order',
      (_list, service) => (service['statuses'] = statuses([0, 'granted'], [-1, 'withdrawn'])),
      '/services/0/statuses/1/since is not after the one before',
    ],
    [
      'a service that stands twice',
      (list, service) => (list['services'] = [service, service]),
      '/services/1/sha256 stands twice',
    ],
    [
      'a subject that is no name',
      (_list, service) => (service['subject'] = 'the CA'),
      '/services/0/subject is no name',
    ],
    [
      'a next update before its issue',
      (list) => (list['nextUpdate'] = '2001-01-01T00:00:00Z'),
      '/nextUpdate is not after /issued',
    ],
  ])('with %s is refused, with place and reason', (_what, change, reason) => {
    expect(() => read(change)).toThrow(`trusted list: ${reason}`)
  })

  it('that is no JSON is refused', () => {
    expect(() => readTrustedList(Buffer.from('{'), 'refuse')).toThrow('trusted list: not JSON')
  })

  it('that names none of the configured authorities, or one by another name, opens no trust', () => {
    expect(() => trustWith((_list, service) => (service['sha256'] = 'a'.repeat(64)))).toThrow(
      'trusted list: no configured certificate authority stands on it',
    )
    expect(() => trustWith((_list, service) => (service['subject'] = 'CN=another'))).toThrow(
      'trusted list: /services/0/subject is not the one of this certificate',
    )
  })
})

describe('a seal is qualified', () => {
  const granted: Change = () => undefined

  it('as long as its CA stands as granted', () => {
    expect(verdict(granted)).toBe('accepted')
    const later: Change = (_list, service) => (service['statuses'] = statuses([1, 'granted']))
    expect([0, 1, 2].map((days) => verdict(later, days))).toEqual([
      'CERT_NOT_QUALIFIED',
      'accepted',
      'accepted',
    ])
  })

  it('no more once its CA is withdrawn, and again when it is granted anew', () => {
    const change: Change = (_list, service) =>
      (service['statuses'] = statuses([-9, 'granted'], [2, 'withdrawn'], [4, 'granted']))
    expect([1, 2, 3, 4].map((days) => verdict(change, days))).toEqual([
      'accepted',
      'CERT_NOT_QUALIFIED',
      'CERT_NOT_QUALIFIED',
      'accepted',
    ])
  })

  it('not from a CA whose qualified certificates are for signatures or web sites', () => {
    const change: Change = (_list, service) =>
      (service['uses'] = ['ForeSignatures', 'ForWebSiteAuthentication'])
    expect(verdict(change)).toBe('CERT_NOT_QUALIFIED')
  })

  it('not after the next update of the list, unless that is only warned about', () => {
    const change: Change = (list) => (list['nextUpdate'] = day(1))
    expect(verdict(change)).toBe('accepted')
    expect(verdict(change, 1)).toBe('CERT_NOT_QUALIFIED')
    expect(verdict(change, 1, 'warn')).toBe('accepted')
  })

  it('is remembered no longer than the status holds, in either direction', () => {
    const trust = trustWith(
      (_list, service) =>
        (service['statuses'] = statuses([-9, 'granted'], [2, 'withdrawn'], [4, 'granted'])),
    )
    const seal = trust.read(certificateOf('institutions/phare/signing'))
    const at = (days: number) => trust.verifyPath(seal, 'messageSigning', nowMs + days * 86_400_000)
    const withdrawnMs = Date.parse(day(2))
    expect(at(0).validUntilMs).toBe(withdrawnMs - 1)
    expect(verdictOf(() => at(3))).toBe('CERT_NOT_QUALIFIED')
    expect(at(5).qualifiedSeal).toBe(true)
    expect(verdictOf(() => at(3))).toBe('CERT_NOT_QUALIFIED')
  })

  it('a TLS certificate needs no place on it', () => {
    const { services, ...list } = read(() => undefined)
    expect(findGrant({ ...list, services }, 'b'.repeat(64), nowMs)).toBeUndefined()
    const trust = trustWith((_list, service) => (service['statuses'] = statuses([-1, 'withdrawn'])))
    const client = trust.read(certificateOf('institutions/phare/tls'))
    expect(trust.verifyPath(client, 'tlsClient', nowMs).qualifiedSeal).toBe(false)
  })
})
