import { describe, expect, it } from 'vitest'
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
})
