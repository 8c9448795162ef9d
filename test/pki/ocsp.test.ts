import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { id_kp_OCSPSigning, type Extension } from '@peculiar/asn1-x509'
import { describe, expect, it } from 'vitest'
import {
  authoritySubject,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  profiles,
} from '../../certs-test/profiles.ts'
import { issueCertificate, issueCrl, keyToPem, newName, toPem } from '../../certs-test/x509.ts'
import { readCertificate } from '../../src/pki/certificate.ts'
import { checkOcspResponse, writeOcspRequest, type OcspJudgement } from '../../src/pki/ocsp.ts'
import { RevocationEvidence } from '../../src/pki/revocation-evidence.ts'
import { certificateOf, keyOf } from './material.ts'
import { answerRequest, newFolder, type ResponderFiles } from './ocsp-material.ts'

const out = (file: string) => join(import.meta.dirname, '../../certs-test/out', file)
const files = (ca: string, signer: string): ResponderFiles => ({
  issuer: out(`ca/${ca}.pem`),
  signer: out(`${signer}.pem`),
  signerKey: out(`${signer}.key.pem`),
})
const delegated = files('qualified', 'ocsp/qualified')

const issuer = readCertificate(certificateOf('ca/qualified'))
const certificate = readCertificate(certificateOf('institutions/phare/signing'))
const another = readCertificate(certificateOf('institutions/emploi/signing'))
const question = { certificate, issuer }
const nonce = Buffer.alloc(16, 7)
const request = writeOcspRequest(question, nonce)
const good = answerRequest(request, [[certificate, 'good']], delegated)
const nowMs = Date.now()
const minuteMs = 60_000

const check = (response: Uint8Array, change: Partial<OcspJudgement> = {}, asked = question) =>
  checkOcspResponse(response, asked, {
    atMs: nowMs,
    nonce,
    ageMaxMs: 60 * minuteMs,
    isResponderGood: () => false,
    ...change,
  })

/** What it says, or why it says nothing. */
const said = (...given: Parameters<typeof check>): string => {
  try {
    return check(...given).status
  } catch (error) {
    if (!(error instanceof Error && error.name === 'GatewayError')) throw error
    expect(error).toMatchObject({ code: 'CERT_REVOCATION_UNKNOWN' })
    return error.message
  }
}

/** A response signed by a responder of the qualified CA that is made for the test. */
function answeredBy(
  extensions: readonly Extension[],
  { days = 1, ca = 'qualified' }: { days?: number; ca?: 'qualified' | 'other' } = {},
) {
  const names = { qualified: 'Quadrivium test qualified seals CA', other: 'Quadrivium test TLS CA' }
  const identity = issueCertificate({
    subject: authoritySubject('a responder'),
    key: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    issuer: {
      name: newName(authoritySubject(names[ca])),
      privateKey: keyOf(`ca/${ca}`),
      publicKey: readCertificate(certificateOf(`ca/${ca}`)).publicKey,
    },
    notBefore: new Date(nowMs - 2 * 86_400_000),
    notAfter: new Date(nowMs + days * 86_400_000),
    extensions,
  })
  const folder = newFolder()
  const [signer, signerKey] = [join(folder, 'signer.pem'), join(folder, 'signer.key.pem')]
  writeFileSync(signer, toPem('CERTIFICATE', identity.der))
  writeFileSync(signerKey, keyToPem(identity.privateKey))
  const paths = { issuer: delegated.issuer, signer, signerKey }
  return { identity, response: answerRequest(request, [[certificate, 'good']], paths) }
}

describe('an OCSP response', () => {
  it('of a responder that the issuer certified, or of the issuer itself, says what is in its database', () => {
    expect(said(good)).toBe('good')
    expect(said(answerRequest(request, [[certificate, 'revoked']], delegated))).toBe('revoked')
    expect(said(answerRequest(request, [[another, 'good']], delegated))).toBe('unknown')
    const own = files('qualified', 'ca/qualified')
    expect(said(answerRequest(request, [[certificate, 'good']], own))).toBe('good')
    expect(said(answerRequest(request, [[certificate, 'good']], delegated, ['-resp_key_id']))).toBe(
      'good',
    )
  })

  it('is used until its nextUpdate, and no longer than the maximum age', () => {
    const { thisUpdateMs, untilMs } = check(good)
    expect(untilMs).toBe(thisUpdateMs + 10 * minuteMs)
    expect(check(good, { ageMaxMs: minuteMs }).untilMs).toBe(thisUpdateMs + minuteMs)
    const endless = answerRequest(request, [[certificate, 'good']], delegated, [])
    const { thisUpdateMs: from, untilMs: until } = check(endless)
    expect(until).toBe(from + 60 * minuteMs)
    expect(said(good, { atMs: untilMs })).toBe('good')
    expect(said(good, { atMs: untilMs + 1 })).toBe('OCSP response: too old')
    expect(said(good, { atMs: thisUpdateMs - minuteMs })).toBe('good')
    expect(said(good, { atMs: thisUpdateMs - minuteMs - 1 })).toBe('OCSP response: from the future')
  })

  it('without the nonce that was sent, or with another, is refused', () => {
    const refused = 'OCSP response: without the nonce of the request'
    expect(said(good, { nonce: Buffer.alloc(16, 8) })).toBe(refused)
    const bare = writeOcspRequest(question, undefined)
    const silent = answerRequest(bare, [[certificate, 'good']], delegated)
    expect(said(silent)).toBe(refused)
    expect(said(silent, { nonce: undefined })).toBe('good')
  })

  it('about another certificate, or the same number of another CA, is refused', () => {
    const refused = 'OCSP response: not exactly one status of the certificate'
    expect(said(good, {}, { certificate: another, issuer })).toBe(refused)
    const root = readCertificate(certificateOf('ca/root'))
    expect(said(good, {}, { certificate, issuer: root })).toBe(
      'OCSP response: not signed by the issuer or a responder of its',
    )
  })

  const ocsp = [keyUsage('digitalSignature'), extendedKeyUsage(id_kp_OCSPSigning)]
  const noCheck = profiles.ocspResponder().at(-1)!
  it.each<[string, readonly Extension[], Parameters<typeof answeredBy>[1]?]>([
    ['another CA certified', profiles.ocspResponder(), { ca: 'other' }],
    ['has expired', profiles.ocspResponder(), { days: -1 }],
    ['is for no OCSP', [keyUsage('digitalSignature'), noCheck]],
    ['is for anything', [extendedKeyUsage('2.5.29.37.0'), noCheck]],
    ['may not sign', [keyUsage('keyEncipherment'), extendedKeyUsage(id_kp_OCSPSigning), noCheck]],
    [
      'is a CA',
      [basicConstraints(true), keyUsage('keyCertSign', 'digitalSignature'), ocsp[1]!, noCheck],
    ],
    ['has no ocsp-nocheck and no CRL', ocsp],
  ])('of a responder whose certificate %s is refused', (_what, extensions, options) => {
    expect(said(answeredBy(extensions, options).response)).toBe(
      'OCSP response: not signed by the issuer or a responder of its',
    )
  })

  it('of a responder without ocsp-nocheck is taken when a CRL covers that and does not name it', () => {
    const { identity, response } = answeredBy(ocsp)
    const ca = {
      name: newName(authoritySubject('Quadrivium test qualified seals CA')),
      privateKey: keyOf('ca/qualified'),
      publicKey: issuer.publicKey,
    }
    const times = { thisUpdate: new Date(nowMs - minuteMs), nextUpdate: new Date(nowMs + minuteMs) }
    const take = (crls: readonly Uint8Array[]) => () =>
      new RevocationEvidence([issuer], crls).takeOcspResponse(response, question, {
        atMs: nowMs,
        nonce,
        ageMaxMs: minuteMs,
      }).status
    expect(take([issueCrl(ca, [], times)])()).toBe('good')
    const refused = 'not signed by the issuer or a responder of its'
    expect(take([issueCrl(ca, [identity], times)])).toThrow(refused)
    expect(take([])).toThrow(refused)
  })

  it('that is an error, cut off, prolonged or no response at all is refused', () => {
    expect(said(Buffer.from('30030a0106', 'hex'))).toBe('OCSP response: status 6')
    expect(said(Buffer.from('<html>'))).toMatch(/^OCSP response: tag/)
    expect(said(good.subarray(0, -1))).toBe('OCSP response: truncated')
    expect(said(Buffer.concat([good, Buffer.of(0)]))).toBe('OCSP response: more than expected')
    expect(said(Buffer.alloc(0))).toMatch(/^OCSP response: tag none/)
  })

  it('with any byte changed says nothing', () => {
    for (let at = 0; at < good.length; at += 1) {
      const changed = Buffer.from(good)
      changed[at] = changed[at]! ^ 0x01
      expect(`${at} ${said(changed)}`).toContain('OCSP response: ')
    }
  })
})

describe('the evidence of revocation', () => {
  const judgement = { atMs: nowMs, nonce, ageMaxMs: 60 * minuteMs }

  it('keeps the newer answer and says when something may have changed', async () => {
    const evidence = new RevocationEvidence([issuer], [])
    const revoked = answerRequest(request, [[certificate, 'revoked']], delegated)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const later = answerRequest(request, [[certificate, 'good']], delegated)
    const take = (response: Uint8Array) =>
      evidence.takeOcspResponse(response, question, { ...judgement, atMs: Date.now() })
    take(later)
    const { generation } = evidence
    take(later)
    expect(evidence.generation).toBe(generation)
    expect(() => take(revoked)).toThrow('OCSP response: older than the one at hand')
    expect(evidence.ocspAnswers.get(certificate.sha256)?.status).toBe('good')
    take(answerRequest(request, [[certificate, 'revoked']], delegated))
    expect(evidence.generation).toBeGreaterThan(generation)
  })

  it('takes a fetched CRL only of its CA, fresh, and not older than the one at hand', () => {
    const evidence = new RevocationEvidence([issuer], [])
    const ca = (signer: 'qualified' | 'other', name = 'Quadrivium test qualified seals CA') => ({
      name: newName(authoritySubject(name)),
      privateKey: keyOf(`ca/${signer}`),
      publicKey: readCertificate(certificateOf(`ca/${signer}`)).publicKey,
    })
    const times = (fromMinutes: number, toMinutes: number) => ({
      thisUpdate: new Date(nowMs + fromMinutes * minuteMs),
      nextUpdate: new Date(nowMs + toMinutes * minuteMs),
    })
    const take = (crl: Uint8Array) => () => evidence.takeCrl(crl, issuer.sha256, nowMs)
    expect(take(Buffer.from('nothing'))).toThrow('fetched CRL: ')
    expect(take(issueCrl(ca('other'), [], times(-2, 5)))).toThrow('not signed by its CA')
    expect(take(issueCrl(ca('qualified', 'another'), [], times(-2, 5)))).toThrow(
      'not signed by its CA',
    )
    expect(take(issueCrl(ca('qualified'), [], times(-9, -1)))).toThrow('not fresh')
    expect(take(issueCrl(ca('qualified'), [], times(1, 5)))).toThrow('not fresh')
    expect(evidence.crls).toHaveLength(0)
    const current = issueCrl(ca('qualified'), [], times(-2, 5))
    take(current)()
    expect(evidence.generation).toBe(1)
    take(current)()
    expect(evidence.generation).toBe(1)
    expect(take(issueCrl(ca('qualified'), [], times(-3, 5)))).toThrow('older than the one at hand')
    take(issueCrl(ca('qualified'), [], times(-1, 5)))()
    expect(evidence.crls).toHaveLength(1)
    expect(evidence.generation).toBe(2)
  })
})
