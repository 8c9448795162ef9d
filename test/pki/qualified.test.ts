import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { nullValue, objectIdentifier, sequence } from '../../certs-test/der.ts'
import { issueCertificate, newExtension } from '../../certs-test/x509.ts'
import { readCertificate } from '../../src/pki/certificate.ts'
import { claimsQualifiedSeal, readOrganizationIdentifier } from '../../src/pki/qualified.ts'
import { certificateOf } from './material.ts'

describe('organizationIdentifier', () => {
  it.each(['NTRBE-1999000150', 'NTRBE-1999.000.150', 'NTRBE-0314.595.348', 'NTRBE-0537698318'])(
    '%s holds an enterprise number',
    (value) => {
      expect(readOrganizationIdentifier(value)).toBe(value.replace(/\D/g, ''))
    },
  )

  it.each([
    'NTBRE-1999000150',
    'VATBE-1999000150',
    'NTRNL-1999000150',
    'ntrbe-1999000150',
    'NTRBE 1999000150',
    'NTRBE-1999000151',
    'NTRBE-199.900.0150',
    'NTRBE-1999.000150',
    'NTRBE-999000150',
    'NTRBE-2999000150',
    ' NTRBE-1999000150',
    'NTRBE-1999000150 ',
    'NTRBE-1999000150\n',
    'xNTRBE-1999000150',
    'NTRBE-١٩٩٩٠٠٠١٥٠',
    '',
  ])('`%s` holds none', (value) => {
    expect(readOrganizationIdentifier(value)).toBeUndefined()
  })
})

describe('QCStatements', () => {
  it.each([
    ['institutions/phare/signing', true],
    ['gateway/seal', true],
    ['faulty/not-qualified-ca', true],
    ['faulty/not-qualified', false],
    ['institutions/phare/tls', false],
  ])('%s claims to be a qualified seal: %s', (stem, claims) => {
    expect(claimsQualifiedSeal(readCertificate(certificateOf(stem)))).toBe(claims)
  })

  const compliance = sequence(objectIdentifier('0.4.0.1862.1.1'))
  const type = (...types: Uint8Array[]) =>
    sequence(objectIdentifier('0.4.0.1862.1.6'), sequence(...types))
  const seal = objectIdentifier('0.4.0.1862.1.6.2')
  const signature = objectIdentifier('0.4.0.1862.1.6.1')

  it.each<[string, boolean, readonly Uint8Array[]]>([
    ['QcCompliance and eSeal', true, [compliance, type(seal)]],
    ['eSeal beside eSign', true, [compliance, type(signature, seal)]],
    ['eSeal without QcCompliance', false, [type(seal)]],
    ['QcCompliance without QcType', false, [compliance]],
    ['eSign only', false, [compliance, type(signature)]],
    ['a QcType that is no list of types', false, [compliance, type(nullValue)]],
    ['a QcType without types', false, [compliance, type()]],
  ])('%s: a seal is claimed %s', (_name, claims, statements) => {
    const { der } = issueCertificate({
      subject: [['2.5.4.3', 'seal']],
      key: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      notBefore: new Date(0),
      notAfter: new Date(1000),
      extensions: [newExtension('1.3.6.1.5.5.7.1.3', sequence(...statements))],
    })
    expect(claimsQualifiedSeal(readCertificate(der))).toBe(claims)
  })
})
