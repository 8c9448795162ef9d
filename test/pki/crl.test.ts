import { generateKeyPairSync } from 'node:crypto'
import {
  DistributionPoint,
  DistributionPointName,
  CRLDistributionPoints,
  GeneralName,
  IssuingDistributionPoint,
  type Extension,
} from '@peculiar/asn1-x509'
import { describe, expect, it } from 'vitest'
import { basicConstraints, keyUsage } from '../../certs-test/profiles.ts'
import { issueCertificate, issueCrl, newExtension, type Identity } from '../../certs-test/x509.ts'
import { readCertificate } from '../../src/pki/certificate.ts'
import { readCrl } from '../../src/pki/crl.ts'
import { findPath } from '../../src/pki/path.ts'
import { checkRevocation } from '../../src/pki/revocation.ts'
import { readOut, verdictOf } from './material.ts'

const nowMs = Date.UTC(2026, 5, 1)
const day = (offset: number) => new Date(nowMs + offset * 86_400_000)
const key = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const validity = { notBefore: day(-10), notAfter: day(10) }
const fresh = { thisUpdate: day(-1), nextUpdate: day(1) }
const ca = () => [basicConstraints(true), keyUsage('keyCertSign', 'cRLSign')]

const pointName = (uri: string) =>
  new DistributionPointName({ fullName: [new GeneralName({ uniformResourceIdentifier: uri })] })
const pointAt = (uri: string) =>
  newExtension(
    '2.5.29.31',
    new CRLDistributionPoints([new DistributionPoint({ distributionPoint: pointName(uri) })]),
  )
const scope = (value: Partial<IssuingDistributionPoint>) =>
  newExtension('2.5.29.28', new IssuingDistributionPoint(value), true)

const root = issueCertificate({
  subject: [['2.5.4.3', 'root']],
  key: key(),
  ...validity,
  extensions: ca(),
})

const endWith = (...extensions: Extension[]) =>
  issueCertificate({
    subject: [['2.5.4.3', 'end']],
    key: key(),
    issuer: root,
    ...validity,
    extensions: [basicConstraints(false), ...extensions],
  })
const end = endWith()

const judge = (crls: readonly Buffer[], certificate: Identity = end, others: Identity[] = []) =>
  verdictOf(() => {
    const material = {
      anchors: [readCertificate(root.der)],
      intermediates: others.map(({ der }) => readCertificate(der)),
      crls: crls.map(readCrl),
    }
    const question = { atMs: nowMs }
    checkRevocation(
      findPath(readCertificate(certificate.der), material, question),
      material,
      question,
    )
  })

describe('a CRL', () => {
  it('says that a certificate is good, or revoked', () => {
    expect(judge([issueCrl(root, [], fresh)])).toBe('accepted')
    expect(judge([issueCrl(root, [end], fresh)])).toBe('CERT_REVOKED')
  })

  it('that revokes wins over one that does not', () => {
    expect(judge([issueCrl(root, [], fresh), issueCrl(root, [end], fresh)])).toBe('CERT_REVOKED')
  })

  it.each<[string, () => Buffer[]]>([
    ['is absent', () => []],
    ['is stale', () => [issueCrl(root, [], { thisUpdate: day(-2), nextUpdate: day(-1) })]],
    ['is of tomorrow', () => [issueCrl(root, [], { thisUpdate: day(1), nextUpdate: day(2) })]],
    ['is signed by another key', () => [issueCrl({ ...root, ...key() }, [], fresh)]],
    ['is of another issuer', () => [issueCrl({ ...root, name: end.name }, [], fresh)]],
    ['is for CAs only', () => [issueCrl(root, [], fresh, [scope({ onlyContainsCACerts: true })])]],
    [
      'is for attribute certificates only',
      () => [issueCrl(root, [], fresh, [scope({ onlyContainsAttributeCerts: true })])],
    ],
    ['is indirect', () => [issueCrl(root, [], fresh, [scope({ indirectCRL: true })])]],
    [
      'is for a distribution point that the certificate does not name',
      () => [
        issueCrl(root, [], fresh, [scope({ distributionPoint: pointName('http://a.test/') })]),
      ],
    ],
  ])('that %s says nothing', (_name, crls) => {
    expect(judge(crls())).toBe('CERT_REVOCATION_UNKNOWN')
  })

  it('for a distribution point speaks of the certificates that name it', () => {
    const crl = issueCrl(root, [], fresh, [
      scope({ distributionPoint: pointName('http://a.test/') }),
    ])
    expect(judge([crl], endWith(pointAt('http://a.test/')))).toBe('accepted')
    expect(judge([crl], endWith(pointAt('http://b.test/')))).toBe('CERT_REVOCATION_UNKNOWN')
  })

  it('may be signed by another key of the CA, if that has a path and may sign CRLs', () => {
    const signer = (usage: 'cRLSign' | 'digitalSignature') =>
      issueCertificate({
        subject: [['2.5.4.3', 'root']],
        key: key(),
        issuer: root,
        ...validity,
        extensions: [basicConstraints(false), keyUsage(usage)],
      })
    const good = signer('cRLSign')
    expect(judge([issueCrl(good, [], fresh)], end, [good])).toBe('accepted')
    expect(judge([issueCrl(good, [], fresh)])).toBe('CERT_REVOCATION_UNKNOWN')
    const bad = signer('digitalSignature')
    expect(judge([issueCrl(bad, [], fresh)], end, [bad])).toBe('CERT_REVOCATION_UNKNOWN')
    const revoked = issueCrl(root, [good], fresh)
    expect(judge([issueCrl(good, [], fresh), revoked], end, [good])).toBe('accepted')
    expect(judge([issueCrl(good, [good], fresh)], end, [good])).toBe('CERT_REVOCATION_UNKNOWN')
  })

  it('with a changed byte never says that a revoked certificate is good', () => {
    const good = issueCrl(root, [end], fresh)
    const verdicts = new Set<string>()
    for (let index = 0; index < good.length; index++) {
      const bytes = Buffer.from(good)
      bytes.writeUInt8(bytes.readUInt8(index) ^ 0x01, index)
      let isRead = true
      try {
        readCrl(bytes)
      } catch {
        isRead = false
      }
      if (isRead) verdicts.add(judge([bytes]))
    }
    expect([...verdicts]).toEqual(['CERT_REVOCATION_UNKNOWN'])
  })

  it('of each authority of the test PKI is read', () => {
    const revoked = ['root', 'qualified', 'other', 'unknown'].map(
      (id) => readCrl(readOut(`ca/${id}.crl`)).revoked.size,
    )
    expect(revoked).toEqual([0, 1, 0, 0])
  })
})
