import { createPublicKey, hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  enterpriseNumbers,
  sandboxInstitutions,
  type SandboxInstitutionId,
} from '../../certs-test/institutions.ts'
import {
  issueCrl,
  issueCertificate,
  newKeyPair,
  newName,
  type SubjectAttribute,
} from '../../certs-test/x509.ts'
import { authoritySubject, profiles } from '../../certs-test/profiles.ts'
import { findByCertificate } from '../../src/institutions/caller.ts'
import { readRegistry } from '../../src/institutions/read-registry.ts'
import { readCertificate } from '../../src/pki/certificate.ts'
import type { Purpose } from '../../src/pki/trust.ts'
import {
  certificateOf,
  keyOf,
  manifest,
  nowMs,
  openSandboxTrust,
  readOut,
  sandboxSettings,
  verdictOf,
} from './material.ts'

const institutions = readRegistry(readOut('institutions.json'))
const ids = sandboxInstitutions.map(({ id }) => id)

const verify = (stem: string, purpose: Purpose, atMs = nowMs, trust = openSandboxTrust()) =>
  trust.verifyPath(trust.read(certificateOf(stem)), purpose, atMs)

/** The id of the institution that a seal is bound to, or what it is refused with. */
function whoSigned(stem: string): string {
  let found = 'CERT_UNBOUND'
  const verdict = verdictOf(() => {
    const proven = verify(stem, 'messageSigning')
    const certificate = { ...proven, sha256: proven.certificate.sha256 }
    found = findByCertificate(institutions, 'signing', certificate)?.id ?? found
  })
  return verdict === 'accepted' ? found : verdict
}

describe('the test certificates', () => {
  it('are exactly those of the manifest', () => {
    for (const { file, sha256 } of manifest.files)
      expect(`${file} ${hash('sha256', readOut(file))}`).toBe(`${file} ${sha256}`)
    expect(manifest.files).toHaveLength(147)
  })

  it.each(ids)('prove %s by its seal and by its TLS certificate, bound to it alone', (id) => {
    const trust = openSandboxTrust()
    const seal = verify(`institutions/${id}/signing`, 'messageSigning', nowMs, trust)
    expect(seal.qualifiedSeal).toBe(true)
    expect(seal.path).toHaveLength(3)
    expect(whoSigned(`institutions/${id}/signing`)).toBe(id)
    const tls = verify(`institutions/${id}/tls`, 'tlsClient', nowMs, trust)
    const certificate = { ...tls, sha256: tls.certificate.sha256 }
    expect(findByCertificate(institutions, 'tls', certificate)?.id).toBe(id)
    expect(findByCertificate(institutions, 'signing', certificate)).toBeUndefined()
  })

  const identifier = `NTRBE-${enterpriseNumbers.fidelis}`
  it.each<[string, readonly SubjectAttribute[], string | undefined]>([
    ['its identifier', [['2.5.4.97', identifier]], 'fidelis'],
    [
      'its identifier as text of the common name',
      [['2.5.4.3', `x,2.5.4.97=${identifier}`]],
      undefined,
    ],
    ['its identifier as the organization', [['2.5.4.10', identifier]], undefined],
    ['its identifier and a blank', [['2.5.4.97', `${identifier} `]], undefined],
    ['its identifier and a NUL', [['2.5.4.97', `${identifier}\0`]], undefined],
    ['its identifier and more', [['2.5.4.97', `${identifier},O=x`]], undefined],
    ['its identifier in small letters', [['2.5.4.97', identifier.toLowerCase()]], undefined],
    [
      'its identifier in wide letters',
      [['2.5.4.97', identifier.replace('N', '\uff2e')]],
      undefined,
    ],
    [
      'two identifiers',
      [
        ['2.5.4.97', identifier],
        ['2.5.4.97', `NTRBE-${enterpriseNumbers.pension}`],
      ],
      undefined,
    ],
  ])('prove an institution by its exact name only: %s', async (_what, names, id) => {
    const { der } = issueCertificate({
      subject: [['2.5.4.6', 'BE'], ...names, ['2.5.4.3', 'a seal']],
      key: await newKeyPair('P-256'),
      issuer: {
        name: newName(authoritySubject('Quadrivium test qualified seals CA')),
        privateKey: keyOf('ca/qualified'),
        publicKey: createPublicKey(keyOf('ca/qualified')),
      },
      notBefore: new Date(nowMs - 86_400_000),
      notAfter: new Date(nowMs + 86_400_000),
      extensions: profiles.seal(['digitalSignature']),
    })
    const trust = openSandboxTrust()
    const proven = trust.verifyPath(trust.read(der), 'messageSigning', nowMs)
    const certificate = { ...proven, sha256: proven.certificate.sha256 }
    expect(findByCertificate(institutions, 'signing', certificate)?.id).toBe(id)
  })

  it('spread the key kinds over the institutions', () => {
    const keyTypes = (id: SandboxInstitutionId) =>
      openSandboxTrust().read(certificateOf(`institutions/${id}/signing`)).keyType
    expect(ids.map(keyTypes)).toEqual(['rsa', 'p256', 'rsa', 'rsa', 'p256', 'rsa', 'p256', 'rsa'])
  })

  it.each([
    ['expired', 'CERT_VALIDITY'],
    ['not-yet-valid', 'CERT_VALIDITY'],
    ['unknown-ca', 'CERT_UNKNOWN_CA'],
    ['wrong-key-usage', 'CERT_KEY_USAGE'],
    ['revoked', 'CERT_REVOKED'],
    ['not-qualified', 'CERT_NOT_QUALIFIED'],
    ['not-qualified-ca', 'CERT_NOT_QUALIFIED'],
    ['wrong-identifier-form', 'CERT_UNBOUND'],
    ['vat-identifier', 'CERT_UNBOUND'],
    ['unregistered', 'CERT_UNBOUND'],
    ['other-institution', 'pension'],
  ])('that are %s give %s', (fault, verdict) => {
    expect(whoSigned(`faulty/${fault}`)).toBe(verdict)
  })
})

describe('the trust store', () => {
  it('says who was proven, by which path and until when', () => {
    const proven = verify('institutions/phare/signing', 'messageSigning')
    expect(proven.subjectName).toBe(
      'CN=phare seal,organizationIdentifier=NTRBE-1999000150,O=Service PHARE,C=BE',
    )
    expect(proven.subject).toContainEqual({ oid: '2.5.4.97', value: 'NTRBE-1999000150' })
    expect(proven.issuerSha256).toBe(hash('sha256', certificateOf('ca/qualified')))
    expect(proven.path.at(-1)).toBe(hash('sha256', certificateOf('ca/root')))
    expect(proven.validUntilMs).toBe(Date.parse(manifest.validUntil))
  })

  it('takes a seal for messages and files, not for TLS; a TLS certificate only for TLS', () => {
    const seal = 'institutions/emploi/signing'
    expect(verdictOf(() => verify(seal, 'fileSigning'))).toBe('accepted')
    expect(verdictOf(() => verify(seal, 'tlsClient'))).toBe('CERT_KEY_USAGE')
    const tls = 'institutions/phare/tls'
    expect(verdictOf(() => verify(tls, 'messageSigning'))).toBe('CERT_NOT_QUALIFIED')
    expect(verdictOf(() => verify('server/tls', 'tlsClient'))).toBe('CERT_KEY_USAGE')
  })

  it('takes no CA for an end entity', () => {
    expect(verdictOf(() => verify('ca/qualified', 'messageSigning'))).toBe('CERT_KEY_USAGE')
    expect(verdictOf(() => verify('ca/root', 'messageSigning'))).toBe('CERT_UNKNOWN_CA')
  })

  it('looks at validity and at revocation again on each use of a remembered verdict', () => {
    const trust = openSandboxTrust()
    const endMs = Date.parse(manifest.validUntil)
    const seal = trust.read(certificateOf('institutions/phare/signing'))
    const at = (atMs: number) => verdictOf(() => trust.verifyPath(seal, 'messageSigning', atMs))
    expect(at(nowMs)).toBe('accepted')
    expect(at(endMs)).toBe('accepted')
    expect(at(endMs + 1000)).toBe('CERT_VALIDITY')
    expect(at(nowMs)).toBe('accepted')
    expect(at(endMs - 800 * 86_400_000)).toBe('CERT_VALIDITY')
    expect(at(nowMs)).toBe('accepted')
    trust.evidence.replaceCrls([readOut('ca/root.crl'), revoking('institutions/phare/signing')])
    expect(at(nowMs)).toBe('CERT_REVOKED')
    expect(at(nowMs)).toBe('CERT_REVOKED')
    trust.evidence.replaceCrls(sandboxSettings.crls)
    expect(at(nowMs)).toBe('accepted')
  })

  it('refuses when no fresh CRL of the issuer speaks, unless it is told to take that', () => {
    const stem = 'institutions/phare/signing'
    const crls = [readOut('ca/root.crl')]
    const hard = openSandboxTrust({ crls })
    expect(verdictOf(() => verify(stem, 'messageSigning', nowMs, hard))).toBe(
      'CERT_REVOCATION_UNKNOWN',
    )
    const stale = openSandboxTrust({ crls: [...crls, revoking('ca/other', 1)] })
    expect(verdictOf(() => verify(stem, 'messageSigning', nowMs, stale))).toBe(
      'CERT_REVOCATION_UNKNOWN',
    )
    const soft = openSandboxTrust({ crls, policyOf: () => 'softFail' })
    expect(verify(stem, 'messageSigning', nowMs, soft).validUntilMs).toBe(nowMs + 60_000)
    const softRevoked = openSandboxTrust({
      crls: [...crls, revoking(stem)],
      policyOf: () => 'softFail',
    })
    expect(verdictOf(() => verify(stem, 'messageSigning', nowMs, softRevoked))).toBe('CERT_REVOKED')
  })

  it('does not start with a CRL that is unreadable, a delta, or with a CA that is weak', () => {
    expect(() => openSandboxTrust({ crls: [Buffer.from('nothing')] })).toThrow(
      'trust: a configured CRL is refused',
    )
    expect(() => openSandboxTrust({ anchors: [] })).toThrow('trust: no anchor is configured')
    expect(() => openSandboxTrust({ anchors: [Buffer.from('nothing')] })).toThrow(
      'trust: a configured trust anchor is refused',
    )
  })

  it('is not misled by a certificate object that it did not read itself', () => {
    const trust = openSandboxTrust()
    const good = trust.read(certificateOf('institutions/phare/signing'))
    trust.verifyPath(good, 'messageSigning', nowMs)
    const bad = readCertificate(certificateOf('faulty/unknown-ca'))
    const forged = { ...bad, sha256: good.sha256 }
    expect(verdictOf(() => trust.verifyPath(forged, 'messageSigning', nowMs))).toBe(
      'CERT_UNKNOWN_CA',
    )
  })

  it('remembers a bounded number of certificates, proven ones apart from refused ones', () => {
    const trust = openSandboxTrust({ limits: { rememberedMax: 2 } })
    const read = (id: string) => trust.read(certificateOf(`institutions/${id}/signing`))
    const prove = (id: string) => trust.verifyPath(read(id), 'messageSigning', nowMs)
    prove('phare')
    const remembered = read('phare')
    expect(read('phare')).toBe(remembered)
    const bad = ['revoked', 'expired', 'not-qualified', 'wrong-key-usage', 'vat-identifier']
    const [first, ...others] = bad.map((name) => certificateOf(`faulty/${name}`))
    const decoded = trust.read(first!)
    expect(trust.read(first!)).toBe(decoded)
    for (const other of others) trust.read(other)
    expect(trust.read(first!)).not.toBe(decoded)
    expect(read('phare')).toBe(remembered)
    prove('emploi')
    prove('pension')
    for (const other of others) trust.read(other)
    expect(read('phare')).not.toBe(remembered)
  })

  it('reads only the issuer of a certificate that no CA of ours signed', async () => {
    const key = await newKeyPair('P-256')
    const times = { notBefore: new Date(nowMs - 1), notAfter: new Date(nowMs + 1) }
    const ours = authoritySubject('Quadrivium test qualified seals CA')
    const self = issueCertificate({ subject: ours, key, ...times, extensions: [] })
    const trust = openSandboxTrust()
    const verdict = (der: Uint8Array) => verdictOf(() => trust.read(der))
    // under the name of our CA, by another key
    expect(verdict(self.der)).toBe('CERT_UNKNOWN_CA')
    expect(verdict(certificateOf('faulty/unknown-ca'))).toBe('CERT_UNKNOWN_CA')
    // bytes that are no extensions: who made them pays nothing of ours
    const broken = Buffer.from(certificateOf('faulty/unknown-ca'))
    broken.fill(0xff, broken.length - 400, broken.length - 300)
    expect(verdictOf(() => readCertificate(broken))).toBe('WSS_TOKEN')
    expect(verdict(broken)).toBe('CERT_UNKNOWN_CA')
    expect(verdict(broken.subarray(1))).toBe('WSS_TOKEN')
  })

  it('remembers a refusal for a second, and not beyond new evidence', () => {
    const trust = openSandboxTrust()
    const refused = trust.read(certificateOf('faulty/revoked'))
    const error = (atMs: number) => {
      try {
        return trust.verifyPath(refused, 'messageSigning', atMs)
      } catch (thrown) {
        return thrown
      }
    }
    const first = error(nowMs)
    expect(first).toMatchObject({ code: 'CERT_REVOKED' })
    expect(error(nowMs + 999)).toBe(first)
    expect(error(nowMs - 1)).not.toBe(first)
    const second = error(nowMs + 1_000)
    expect(second).toMatchObject({ code: 'CERT_REVOKED' })
    expect(second).not.toBe(first)
    expect(error(nowMs + 1_000)).toBe(second)
    trust.evidence.replaceCrls([readOut('ca/root.crl'), readOut('ca/qualified.crl')])
    expect(error(nowMs + 1_000)).not.toBe(second)
    const later = trust.read(certificateOf('faulty/not-yet-valid'))
    const validFromMs = Date.parse(manifest.validUntil) - 731 * 86_400_000 + 5 * 365 * 86_400_000
    const verdict = (atMs: number) => verdictOf(() => trust.verifyPath(later, 'tlsClient', atMs))
    expect(verdict(validFromMs - 500)).toBe('CERT_VALIDITY')
    expect(verdict(validFromMs + 500)).not.toBe('CERT_VALIDITY')
  })

  it('reads and verifies a remembered certificate in a few microseconds', () => {
    const trust = openSandboxTrust()
    const der = certificateOf('institutions/phare/signing')
    const once = () => trust.verifyPath(trust.read(der), 'messageSigning', nowMs)
    const timeOf = (count: number) => {
      const start = process.hrtime.bigint()
      for (let index = 0; index < count; index++) once()
      return Number(process.hrtime.bigint() - start) / 1000 / count
    }
    timeOf(2_000)
    const best = Math.min(...Array.from({ length: 10 }, () => timeOf(2_000)))
    expect(best).toBeLessThan(20)
  })

  it('tries every issuer of the name: a renewed CA with the same name and another key', async () => {
    const key = await newKeyPair('P-256')
    const root = {
      name: newName(authoritySubject('Quadrivium test root')),
      privateKey: keyOf('ca/root'),
      publicKey: openSandboxTrust().read(certificateOf('ca/root')).publicKey,
    }
    const renewed = issueCertificate({
      subject: authoritySubject('Quadrivium test qualified seals CA'),
      key,
      issuer: root,
      notBefore: new Date(nowMs - 86_400_000),
      notAfter: new Date(nowMs + 86_400_000),
      extensions: profiles.issuing(),
    })
    const trust = openSandboxTrust({
      authorities: [renewed.der, ...sandboxSettings.authorities],
    })
    const proven = verify('institutions/phare/signing', 'messageSigning', nowMs, trust)
    expect(proven.issuerSha256).toBe(hash('sha256', certificateOf('ca/qualified')))
  })

  /** A CRL of the qualified CA that revokes one certificate; fresh, or from the first `days` only. */
  function revoking(stem: string, days = 700): Buffer {
    const serialNumber = Buffer.from(openSerial(stem), 'hex')
    const start = new Date(Date.parse(manifest.validUntil) - 731 * 86_400_000)
    const revoked = { serialNumber: new Uint8Array(serialNumber).buffer }
    const issuer = {
      name: newName(authoritySubject('Quadrivium test qualified seals CA')),
      privateKey: keyOf('ca/qualified'),
      publicKey: openSandboxTrust().read(certificateOf('ca/qualified')).publicKey,
    }
    const nextUpdate = new Date(start.getTime() + days * 86_400_000)
    return issueCrl(issuer, [revoked], { thisUpdate: start, nextUpdate })
  }

  function openSerial(stem: string): string {
    const certificate = openSandboxTrust().read(certificateOf(stem))
    if (!('serialNumber' in certificate)) throw new Error('no serial number')
    return String(certificate.serialNumber)
  }
})
