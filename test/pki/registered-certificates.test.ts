import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, hash, X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { issueCertificate, type SubjectAttribute, toPem } from '../../certs-test/x509.ts'
import { readCertificate } from '../../src/pki/certificate.ts'
import { keyOfNameString } from '../../src/pki/name-string.ts'
import { nameToString } from '../../src/pki/name.ts'
import { indexRegistered } from '../../src/pki/registered-certificates.ts'
import { certificateOf } from './material.ts'

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const day = 86_400_000

function issue(subject: readonly SubjectAttribute[]): Buffer {
  const times = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + day) }
  return issueCertificate({ subject, key, ...times, extensions: [] }).der
}

const awkward: readonly SubjectAttribute[] = [
  ['2.5.4.6', 'BE'],
  ['2.5.4.10', ' Caf\u00e9 "Le + Bon", #1; a<b>c=d\\e '],
  ['2.5.4.97', 'NTRBE-1999000150'],
  ['1.2.840.113549.1.9.1', 'x@example.be'],
  ['2.5.4.3', '# first'],
]

describe('a name that is written as a string', () => {
  const der = issue(awkward)
  const { subject } = readCertificate(der)
  const openssl = (options: string) =>
    execFileSync('openssl', ['x509', '-noout', '-subject', '-nameopt', options], {
      input: toPem('CERTIFICATE', der),
      encoding: 'utf8',
    })
      .replace(/^subject=/, '')
      .replace(/\n$/, '')

  it.each([
    'RFC2253',
    'RFC2253,-esc_msb',
    'RFC2253,utf8',
    'RFC2253,dump_unknown,dump_der',
    'RFC2253,space_eq',
  ])('is read as openssl writes it: %s', (options) => {
    expect(keyOfNameString(openssl(options))).toBe(subject.key)
  })

  it('is read as Java and .NET write it, and as we do', () => {
    const javas =
      'CN=\\# first,1.2.840.113549.1.9.1=#160c78406578616d706c652e6265,2.5.4.97=#0c104e545242452d31393939303030313530,' +
      'O=\\ Caf\u00e9 \\"Le \\+ Bon\\"\\, #1\\; a\\<b\\>c\\=d\\\\e\\ ,C=BE'
    const dotNets =
      'CN="# first", E=x@example.be, OID.2.5.4.97=NTRBE-1999000150, O=" Caf\u00e9 ""Le + Bon"", #1; a<b>c=d\\\\e ", C=BE'
    for (const text of [javas, dotNets, nameToString(subject)])
      expect(keyOfNameString(text), text).toBe(subject.key)
  })

  it('is compared by RFC 5280 \u00a7 7.1: case, white space and string type mean nothing, order does', () => {
    const name = keyOfNameString('CN=Test  CA,O=x,C=BE')
    expect(keyOfNameString('cn= test ca ,o=X , C=be')).toBe(name)
    expect(keyOfNameString('CN=#130754657374204341,O=x,C=BE')).toBe(name)
    for (const other of ['C=BE,O=x,CN=Test CA', 'CN=TestCA,O=x,C=BE', 'CN=Test CA+O=x,C=BE'])
      expect(keyOfNameString(other)).not.toBe(name)
    expect(keyOfNameString('O=x+CN=y,C=BE')).toBe(keyOfNameString('CN=y+O=x,C=BE'))
  })

  it.each([
    '',
    'CN',
    'CN=a,',
    ',CN=a',
    'CN=a,,C=BE',
    'CN=a;C=BE',
    'XX=a',
    '=a',
    'CN=a\\',
    'CN=a\\q',
    'CN=\\ff',
    'CN="a',
    'CN="a"b',
    'CN=a"b',
    'CN=#1',
    'CN=#13ff',
    'CN=#130161ff',
    'CN=#0c01ff',
    `CN=${'a'.repeat(1_022)}`,
  ])('that is none is not read: %j', (text) => {
    expect(keyOfNameString(text)).toBeUndefined()
  })

  it('comes back from every name that we write (property)', () => {
    const oids = ['2.5.4.3', '2.5.4.10', '2.5.4.11', '2.5.4.97', '1.3.6.1.4.1.311.60.2.1.3']
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    const subjects = fc.array(fc.tuple(fc.constantFrom(...oids), text), {
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(subjects, (attributes) => {
        const name = readCertificate(issue(attributes)).subject
        expect(keyOfNameString(nameToString(name))).toBe(name.key)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the registered certificates', () => {
  const der = certificateOf('institutions/phare/signing')
  const other = certificateOf('institutions/inspection/signing')
  const { issuer, serialNumber, fingerprint } = new X509Certificate(der)
  const sha256 = hash('sha256', der)
  const names = {
    issuerSerial: {
      kind: 'issuerSerial',
      issuer: issuer.split('\n').reverse().join(','),
      serialNumber: `${BigInt(`0x${serialNumber}`)}`,
    },
    keyIdentifier: {
      kind: 'keyIdentifier',
      value: readCertificate(der).extensions.subjectKeyIdentifier!,
    },
    thumbprint: { kind: 'thumbprint', value: Buffer.from(fingerprint.replaceAll(':', ''), 'hex') },
  } as const

  it.each(Object.values(names))('are found by $kind, and only those', (name) => {
    const both = indexRegistered([
      { sha256, der },
      { sha256: hash('sha256', other), der: other },
    ])
    expect(both.find(name)).toEqual(der)
    expect(indexRegistered([{ sha256: hash('sha256', other), der: other }]).find(name)).toBe(
      undefined,
    )
    expect(indexRegistered([{ sha256 }]).find(name)).toBe(undefined)
  })

  it('are known by their fingerprint with or without their bytes', () => {
    for (const registered of [indexRegistered([{ sha256 }]), indexRegistered([{ sha256, der }])]) {
      expect(registered.has(sha256)).toBe(true)
      expect(registered.has(hash('sha256', other))).toBe(false)
    }
  })

  it('answer to no name that two of them have', () => {
    const [first, second] = [issue([['2.5.4.3', 'a']]), issue([['2.5.4.3', 'b']])]
    const value = readCertificate(first).extensions.subjectKeyIdentifier!
    const rows = [first, second].map((one) => ({ sha256: hash('sha256', one), der: one }))
    expect(indexRegistered(rows.slice(0, 1)).find({ kind: 'keyIdentifier', value })).toEqual(first)
    expect(indexRegistered(rows).find({ kind: 'keyIdentifier', value })).toBe(undefined)
    const third = issue([['2.5.4.3', 'c']])
    const three = [...rows, { sha256: hash('sha256', third), der: third }]
    expect(indexRegistered(three).find({ kind: 'keyIdentifier', value })).toBe(undefined)
  })

  it('stop the start when one is not the certificate of its fingerprint, or unreadable', () => {
    expect(() => indexRegistered([{ sha256, der: other }])).toThrow(
      `registered certificate ${sha256}: its bytes have another fingerprint`,
    )
    const bytes = Buffer.from('no certificate')
    expect(() => indexRegistered([{ sha256: hash('sha256', bytes), der: bytes }])).toThrow(
      `registered certificate ${hash('sha256', bytes)} is refused`,
    )
  })
})
