import { constants, createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { der, integer, nullValue, objectIdentifier, sequence } from '../../certs-test/der.ts'
import { findSignatureAlgorithm, isSignedBy } from '../../src/pki/algorithms.ts'

const sha = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
} as const

type Digest = keyof typeof sha
const algorithm = (oid: string, ...parameters: Uint8Array[]) =>
  sequence(objectIdentifier(oid), ...parameters)
const explicit = (number: number, content: Uint8Array) => der(0xa0 | number, content)

/** RSASSA-PSS-params. */
function pss(hash: Digest, mask: Digest, salt: number, trailer?: number): Buffer {
  return sequence(
    explicit(0, algorithm(sha[hash], nullValue)),
    explicit(1, algorithm('1.2.840.113549.1.1.8', algorithm(sha[mask], nullValue))),
    explicit(2, integer(salt)),
    ...(trailer === undefined ? [] : [explicit(3, integer(trailer))]),
  )
}

const find = (oid: string, parameters?: Uint8Array) => findSignatureAlgorithm({ oid, parameters })
const rsaPss = '1.2.840.113549.1.1.10'

describe('the allow-list of signature algorithms', () => {
  it('has RSA with NULL, ECDSA without parameters, PSS with equal digests and a salt of their length', () => {
    expect(find('1.2.840.113549.1.1.11', nullValue)).toEqual({
      kind: 'rsa-pkcs1',
      digest: 'sha256',
    })
    expect(find('1.2.840.10045.4.3.3')).toEqual({ kind: 'ecdsa', digest: 'sha384' })
    expect(find(rsaPss, pss('sha256', 'sha256', 32))).toEqual({ kind: 'rsa-pss', digest: 'sha256' })
    expect(find(rsaPss, pss('sha384', 'sha384', 48, 1))).toEqual({
      kind: 'rsa-pss',
      digest: 'sha384',
    })
  })

  it.each<[string, string, Uint8Array | undefined]>([
    ['RSA without parameters', '1.2.840.113549.1.1.11', undefined],
    ['RSA with SHA-1', '1.2.840.113549.1.1.5', nullValue],
    ['RSA with MD5', '1.2.840.113549.1.1.4', nullValue],
    ['ECDSA with NULL', '1.2.840.10045.4.3.2', nullValue],
    ['ECDSA with SHA-1', '1.2.840.10045.4.1', undefined],
    ['PSS without parameters', rsaPss, undefined],
    ['PSS with the defaults (SHA-1)', rsaPss, sequence()],
    ['PSS with SHA-1', rsaPss, pss('sha1', 'sha1', 20)],
    ['PSS with two digests', rsaPss, pss('sha256', 'sha384', 32)],
    ['PSS with a short salt', rsaPss, pss('sha256', 'sha256', 20)],
    ['PSS without salt', rsaPss, pss('sha256', 'sha256', 0)],
    ['PSS with trailer 2', rsaPss, pss('sha256', 'sha256', 32, 2)],
    ['DSA', '2.16.840.1.101.3.4.3.2', undefined],
    ['Ed25519', '1.3.101.112', undefined],
  ])('has no %s', (_name, oid, parameters) => {
    expect(find(oid, parameters)).toBeUndefined()
  })
})

describe('a signature', () => {
  const text = Buffer.from('text')
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signPss = (saltLength: number) =>
    sign('sha256', text, {
      key: rsa.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength,
    })

  it('is verified with the algorithm it was made with and no other', () => {
    const pkcs1 = { kind: 'rsa-pkcs1', digest: 'sha256' } as const
    const pssSha256 = { kind: 'rsa-pss', digest: 'sha256' } as const
    const ecdsa = { kind: 'ecdsa', digest: 'sha256' } as const
    const made = [
      [pkcs1, rsa, sign('sha256', text, rsa.privateKey)],
      [pssSha256, rsa, signPss(32)],
      [ecdsa, ec, sign('sha256', text, ec.privateKey)],
    ] as const
    for (const [by, , signature] of made) {
      for (const one of [pkcs1, pssSha256, ecdsa]) {
        for (const { publicKey } of [rsa, ec]) {
          const isRight = one === by && (publicKey === rsa.publicKey) === (by !== ecdsa)
          expect(isSignedBy(publicKey, one, text, signature)).toBe(isRight)
        }
      }
    }
    expect(isSignedBy(rsa.publicKey, pssSha256, text, signPss(20))).toBe(false)
    expect(isSignedBy(rsa.publicKey, pkcs1, createHash('sha256').digest(), signPss(32))).toBe(false)
  })
})
