import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { WSSecurityCert } from 'soap'
import { describe, expect, it } from 'vitest'
import { leavesOf, linesOf, loadIdentity, readSignedReply } from '../../src/cli/signed-client.ts'
import { createSigningKey, signEnvelope } from '../../src/ws-security/sign.ts'

const certs = resolve(import.meta.dirname, '../../certs-test/out')
const read = (file: string) => readFileSync(join(certs, file), 'utf8')
const seal = read('gateway/seal.pem')

const content =
  '<v1:r xmlns:v1="urn:x"><status><code>MSG00000</code></status><n>007</n><n>8</n></v1:r>'
const envelope = (body: string) =>
  '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header></soap:Header>' +
  `<soap:Body>${body}</soap:Body></soap:Envelope>`

/** A reply as a gateway with this certificate would sign it. */
function sign(xml: string, stem: string, excludeReferencesFromSigning: string[] = []): string {
  const signer = new WSSecurityCert(read(`${stem}.key.pem`), read(`${stem}.pem`), '', {
    hasTimeStamp: true,
    signerOptions: { idMode: 'wssecurity' },
    excludeReferencesFromSigning,
  })
  return signer.postProcess(xml, 'soap')
}

describe('readSignedReply', () => {
  it('reads the values of the signed Body as text', () => {
    const reply = readSignedReply(sign(envelope(content), 'gateway/seal'), seal)
    expect(reply.isFault).toBe(false)
    expect(leavesOf(reply.value)).toEqual([
      ['status.code', 'MSG00000'],
      ['n[1]', '007'],
      ['n[2]', '8'],
    ])
    expect(linesOf(reply.value)).toEqual(['status', '  code  MSG00000', 'n  007', 'n  8'])
  })

  it('verifies a reply that a P-256 key signed, by its certificate only', () => {
    const sealP256 = read('gateway/seal-p256.pem')
    const key = createSigningKey(
      createPrivateKey(read('gateway/seal-p256.key.pem')),
      new X509Certificate(sealP256).raw,
    )
    const signed = { bodyChild: content, soapVersion: '1.1', createdMs: Date.now(), key } as const
    const text = signEnvelope(signed)
    expect(readSignedReply(text, sealP256).body).toContain('MSG00000')
    for (const other of [seal, read('institutions/emploi/signing.pem')])
      expect(() => readSignedReply(text, other)).toThrow(/signature/)
    expect(() => readSignedReply(text.replace('007', '008'), sealP256)).toThrow(/signature/)
  })

  it('knows a fault', () => {
    const fault =
      '<soap:Fault><faultcode>soap:Client</faultcode><faultstring>x</faultstring></soap:Fault>'
    expect(readSignedReply(sign(envelope(fault), 'gateway/seal'), seal).isFault).toBe(true)
  })

  it('refuses a signature over the Timestamp alone', () => {
    const partly = sign(envelope(content), 'gateway/seal', ['Body'])
    expect(() => readSignedReply(partly, seal)).toThrow(
      'the signature of the reply does not cover the Body',
    )
  })
})

describe('loadIdentity', () => {
  it('reads the certificates of an institution', () => {
    const identity = loadIdentity(certs, 'phare')
    expect(identity.signing.certificate).toContain('BEGIN CERTIFICATE')
    expect(identity.gatewaySeal).toBe(seal)
  })

  it('says what to do when an institution is unknown', () => {
    expect(() => loadIdentity(certs, 'nobody')).toThrow(
      'cannot read institutions/nobody/signing.pem of the certificates; make them with `npm run certs`',
    )
  })
})
