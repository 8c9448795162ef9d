import { join } from 'node:path'
import { id_kp_OCSPSigning } from '@peculiar/asn1-x509'
import { describe, expect, it } from 'vitest'
import { authoritySubject, extendedKeyUsage, keyUsage } from '../../certs-test/profiles.ts'
import { issueCrl, newName } from '../../certs-test/x509.ts'
import { readCertificate } from '../../src/pki/certificate.ts'
import { checkOcspResponse, writeOcspRequest, type OcspJudgement } from '../../src/pki/ocsp.ts'
import { RevocationEvidence } from '../../src/pki/revocation-evidence.ts'
import { certificateOf, keyOf } from './material.ts'
import { answeredBy, answerRequest, type ResponderFiles } from './ocsp-material.ts'

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

  const ocsp = [keyUsage('digitalSignature'), extendedKeyUsage(id_kp_OCSPSigning)]
  it('of a responder without ocsp-nocheck is taken when a CRL covers that and does not name it', () => {
    const { identity, response } = answeredBy(certificate, ocsp, { request })
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
