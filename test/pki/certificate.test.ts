import { createPublicKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { der, integer, objectIdentifier, octetString, sequence } from '../../certs-test/der.ts'
import { readCertificate } from '../../src/pki/certificate.ts'
import { nameToString } from '../../src/pki/name.ts'
import { certificateOf, nowMs, openSandboxTrust, verdictOf } from './material.ts'

describe('reading certificates', () => {
  it.each(['institutions/phare/signing', 'institutions/emploi/signing', 'ca/root', 'server/tls'])(
    'agrees with node:crypto on %s',
    (stem) => {
      const bytes = certificateOf(stem)
      const ours = readCertificate(bytes)
      const theirs = new X509Certificate(bytes)
      expect(ours.sha256).toBe(theirs.fingerprint256.replaceAll(':', '').toLowerCase())
      expect(ours.serialNumber).toBe(theirs.serialNumber.toLowerCase())
      expect(ours.notBeforeMs).toBe(Date.parse(theirs.validFrom))
      expect(ours.notAfterMs).toBe(Date.parse(theirs.validTo))
      expect(ours.publicKey.equals(theirs.publicKey)).toBe(true)
      expect(nameToString(ours.subject).split(',').reverse().join('\n')).toBe(theirs.subject)
    },
  )

  it('does not change under the hands of the caller', () => {
    const bytes = Uint8Array.from(certificateOf('ca/root'))
    const certificate = readCertificate(bytes)
    bytes.fill(0)
    expect(Buffer.from(certificate.der)).toEqual(certificateOf('ca/root'))
  })

  it('refuses more than 16 KiB unread', () => {
    expect(() => readCertificate(Buffer.alloc(16_385))).toThrow('certificate larger than 16 KiB')
  })

  it.each(['institutions/phare/signing', 'institutions/emploi/signing'])(
    'accepts no certificate with a changed byte, cut off or prolonged: %s',
    (stem) => {
      const good = certificateOf(stem)
      const trust = openSandboxTrust()
      const verdict = (bytes: Uint8Array) =>
        verdictOf(() => trust.verifyPath(trust.read(bytes), 'messageSigning', nowMs))
      expect(verdict(good)).toBe('accepted')
      const seen = new Map<string, number>()
      for (let index = 0; index < good.length; index++) {
        for (const mask of [0x01, 0x80, 0xff]) {
          const bytes = Buffer.from(good)
          bytes.writeUInt8(bytes.readUInt8(index) ^ mask, index)
          const code = verdict(bytes)
          seen.set(code, (seen.get(code) ?? 0) + 1)
        }
        const code = verdict(good.subarray(0, index))
        seen.set(code, (seen.get(code) ?? 0) + 1)
      }
      expect(seen.get('accepted')).toBeUndefined()
      expect(verdict(Buffer.concat([good, Buffer.of(0)]))).toBe('WSS_TOKEN')
      // changed content reaches the signature check, changed structure does not
      expect(seen.get('WSS_TOKEN')).toBeGreaterThan(500)
      expect(seen.get('CERT_UNKNOWN_CA')).toBeGreaterThan(500)
    },
  )
})

describe('the floor for keys and algorithms', () => {
  const ecdsaSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
  const rsaSha1 = sequence(objectIdentifier('1.2.840.113549.1.1.5'), der(0x05))
  const name = (text: string) =>
    sequence(der(0x31, sequence(objectIdentifier('2.5.4.3'), der(0x0c, Buffer.from(text)))))
  const time = (text: string) => der(0x17, Buffer.from(text))
  const extension = (oid: string, value: Uint8Array) =>
    sequence(objectIdentifier(oid), octetString(value))

  interface Parts {
    readonly version?: Uint8Array
    readonly serial?: Uint8Array
    readonly inner?: Uint8Array
    readonly outer?: Uint8Array
    readonly issuer?: Uint8Array
    readonly subject?: Uint8Array
    readonly notBefore?: Uint8Array
    readonly spki?: Uint8Array
    readonly extensions?: readonly Uint8Array[]
  }

  const goodSpki = spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }))

  function spkiOf({ publicKey }: { publicKey: KeyObject }): Buffer {
    return publicKey.export({ type: 'spki', format: 'der' })
  }

  /** A certificate with these parts and a signature of zeros: reading does not verify. */
  function certificate(parts: Parts): Buffer {
    const tbs = sequence(
      parts.version ?? der(0xa0, integer(2)),
      parts.serial ?? integer(1),
      parts.inner ?? ecdsaSha256,
      parts.issuer ?? name('issuer'),
      sequence(parts.notBefore ?? time('260101000000Z'), time('270101000000Z')),
      parts.subject ?? name('subject'),
      parts.spki ?? goodSpki,
      ...(parts.extensions === undefined ? [] : [der(0xa3, sequence(...parts.extensions))]),
    )
    return sequence(tbs, parts.outer ?? parts.inner ?? ecdsaSha256, der(0x03, Buffer.alloc(65)))
  }

  const rsa = (bits: number, publicExponent = 65537) =>
    spkiOf(generateKeyPairSync('rsa', { modulusLength: bits, publicExponent }))
  /** 2048 bits, odd, and 65537^5 modulo the primes to 167, as the moduli of CVE-2017-15361 are. */
  const roca = ((): Buffer => {
    const primes = Array.from({ length: 166 }, (_, index) => index + 2).filter((one) =>
      Array.from({ length: one - 2 }, (_, below) => below + 2).every((other) => one % other !== 0),
    )
    const product = primes.reduce((all, prime) => all * BigInt(prime), 1n)
    const modulus = ((1n << 2047n) / product + 1n) * product + (65537n ** 5n % product)
    const n = Buffer.from(modulus.toString(16), 'hex').toString('base64url')
    const publicKey = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' })
    return spkiOf({ publicKey })
  })()
  const ec = (namedCurve: string, paramEncoding: 'named' | 'explicit' = 'named') =>
    spkiOf(generateKeyPairSync('ec', { namedCurve, paramEncoding }))

  it('reads the certificate that the cases below change', () => {
    expect(readCertificate(certificate({})).keyType).toBe('p256')
    expect(readCertificate(certificate({ spki: ec('P-384') })).keyType).toBe('p384')
    expect(readCertificate(certificate({ spki: ec('P-521') })).keyType).toBe('p521')
  })

  it.each<[string, Parts]>([
    ['RSA of 1024 bits', { spki: rsa(1024) }],
    ['RSA of 2047 bits', { spki: rsa(2047) }],
    ['RSA with exponent 3', { spki: rsa(2048, 3) }],
    ['the curve P-224', { spki: ec('P-224') }],
    ['the curve secp256k1', { spki: ec('secp256k1') }],
    ['explicit curve parameters', { spki: ec('P-256', 'explicit') }],
    ['an Ed25519 key', { spki: spkiOf(generateKeyPairSync('ed25519')) }],
    ['an RSA modulus that leaves only powers of 65537 (ROCA)', { spki: roca }],
    ['an RSA-PSS key', { spki: spkiOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 })) }],
    ['a signature of SHA-1', { inner: rsaSha1 }],
    ['a signature of an unknown algorithm', { inner: sequence(objectIdentifier('1.2.3')) }],
  ])('refuses %s as weak', (_name, parts) => {
    expect(verdictOf(() => readCertificate(certificate(parts)))).toBe('CERT_WEAK')
  })

  it.each<[string, Parts, string]>([
    ['version 1', { version: Buffer.of() }, 'not version 3'],
    ['version 2', { version: der(0xa0, integer(1)) }, 'not version 3'],
    ['serial number 0', { serial: integer(0) }, 'serial number out of range'],
    ['a negative serial number', { serial: der(2, Buffer.of(0x80)) }, 'serial number out of range'],
    [
      'a serial number of 21 octets',
      { serial: der(2, Buffer.alloc(21, 1)) },
      'serial number out of range',
    ],
    ['differing algorithms', { inner: ecdsaSha256, outer: rsaSha1 }, 'algorithm differ'],
    ['an issuer without name', { issuer: sequence() }, 'issuer without name'],
    ['a subject without name', { subject: sequence() }, 'subject without name'],
    ['a time that does not exist', { notBefore: time('260231000000Z') }, 'time does not exist'],
    [
      'an extension twice',
      {
        extensions: [
          extension('2.5.29.14', octetString(Buffer.of(1))),
          extension('2.5.29.14', octetString(Buffer.of(1))),
        ],
      },
      'extension twice',
    ],
    [
      'a field too many in basicConstraints',
      {
        extensions: [
          extension('2.5.29.19', sequence(der(1, Buffer.of(0xff)), integer(0), der(0x05))),
        ],
      },
      'more than expected',
    ],
    [
      'a NULL among the purposes',
      {
        extensions: [
          extension('2.5.29.37', sequence(objectIdentifier('1.3.6.1.5.5.7.3.2'), der(0x05))),
        ],
      },
      'tag 5 instead of 6',
    ],
    ['no extension in the list', { extensions: [] }, 'tag none instead of 48'],
    [
      'an odd curve point',
      { spki: Buffer.concat([goodSpki.subarray(0, -1), Buffer.of((goodSpki.at(-1) ?? 0) ^ 1)]) },
      'public key is none',
    ],
  ])('refuses %s as unreadable', (_name, parts, reason) => {
    const bytes = certificate(parts)
    expect(verdictOf(() => readCertificate(bytes))).toBe('WSS_TOKEN')
    expect(() => readCertificate(bytes)).toThrow(reason)
  })
})
