import { generateKeyPairSync, hash } from 'node:crypto'
import { XmlC14NMode, XmlDocument } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { SignedXml } from 'xml-crypto'
import { toPem } from '../../certs-test/x509.ts'
import { readEnvelope, type SoapVersion } from '../../src/soap/envelope.ts'
import { createSigningKey, signEnvelope } from '../../src/ws-security/sign.ts'
import { signatureLimits, verifyMessage } from '../../src/ws-security/verify.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { identity, type IdentityKind, registryOf, trustIn } from './identities.ts'
import { ds, wsse, wsu } from './messages.ts'

const createdMs = Date.UTC(2026, 10, 21, 12, 0, 0, 123)
const answer =
  '<q:Answer xmlns:q="urn:answer"><name>Żółć &amp; co</name><empty></empty><q:list a="1&#xA;2"></q:list></q:Answer>'
const fault =
  '<soap:Fault><faultcode>wsse:FailedCheck</faultcode><faultstring>no</faultstring><detail></detail></soap:Fault>'

function signAs(kind: IdentityKind, bodyChild = answer, soapVersion: SoapVersion = '1.1') {
  const signer = identity(kind)
  const key = createSigningKey(signer.privateKey, signer.der)
  return { signer, message: signEnvelope({ bodyChild, createdMs, soapVersion, key }) }
}

describe('signEnvelope', () => {
  it.each([
    ['rsa-2048', '1.1', answer],
    ['rsa-3072', '1.2', answer],
    ['p256', '1.1', answer],
    ['p384', '1.2', answer],
    ['rsa-2048', '1.1', fault],
  ] as const)('is verified by our own verifier: %s, SOAP %s', (kind, version, bodyChild) => {
    const { signer, message } = signAs(kind, bodyChild, version)
    const tree = parseXml(Buffer.from(message), soapLimits)
    const verified = verifyMessage(readEnvelope(tree), {
      trust: trustIn(signer),
      nowMs: createdMs + 299_000,
      limits: signatureLimits,
      registered: registryOf(),
    })
    expect(verified.soapVersion).toBe(version)
    expect(verified.signedParts).toEqual(['Body', 'Timestamp', 'BinarySecurityToken'])
    expect([verified.createdAtMs, verified.expiresAtMs]).toEqual([createdMs, createdMs + 300_000])
    tree.dispose()
  })

  it('is verified by xml-crypto', () => {
    const { signer, message } = signAs('rsa-2048')
    const signature = /<ds:Signature .*<\/ds:Signature>/s.exec(message)![0]
    const verifier = new SignedXml({
      idMode: 'wssecurity',
      publicCert: toPem('CERTIFICATE', signer.der),
      getCertFromKeyInfo: () => null,
    })
    verifier.loadSignature(signature)
    expect(verifier.checkSignature(message)).toBe(true)
    expect(verifier.getSignedReferences()).toHaveLength(3)
  })

  it('writes canonical bytes: each signed part and SignedInfo equal their exclusive C14N', () => {
    const { message } = signAs('p256')
    const document = XmlDocument.fromString(message)
    const names = { wsse, wsu, ds }
    for (const path of [
      '//wsse:BinarySecurityToken',
      '//wsu:Timestamp',
      '//ds:SignedInfo',
      '/*/*[2]',
    ]) {
      const canonical = document
        .get(path, names)!
        .canonicalizeToString({ mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 })
      expect(message).toContain(canonical)
    }
    document.dispose()
  })

  it('keeps ds:Signature last, ids unique and one security header, as clients need', () => {
    const { message } = signAs('rsa-2048', fault)
    expect(message).toContain('</ds:Signature></wsse:Security></soap:Header>')
    const ids = [...message.matchAll(/ wsu:Id="([^"]*)"/g)].map((match) => match[1])
    expect(ids).toEqual(['token', 'timestamp', 'body'])
    expect(message.match(/<wsse:Security /g)).toHaveLength(1)
  })

  it('declares the prefixes that fault codes use, at the fault', () => {
    const { message } = signAs('rsa-2048', fault)
    const document = XmlDocument.fromString(message)
    const faultcode = document.get('//faultcode')!
    const declared = (prefix: string) => faultcode.eval(`string(namespace::*[name()='${prefix}'])`)
    expect([declared('wsse'), declared('wsu')]).toEqual([wsse, wsu])
    document.dispose()
  })

  it('always has r and s in full length', () => {
    for (let i = 0; i < 200; i += 1) {
      const { message } = signAs('p256')
      const value = /<ds:SignatureValue>(.*)<\/ds:SignatureValue>/.exec(message)![1]!
      expect(Buffer.from(value, 'base64')).toHaveLength(64)
    }
  })
})

describe('createSigningKey', () => {
  it('refuses a key of another certificate, below the floor, or of another kind', () => {
    const { privateKey, der } = identity('rsa-2048')
    expect(() => createSigningKey(identity('rsa-3072').privateKey, der)).toThrow(
      new TypeError('private key is not the one of the certificate'),
    )
    for (const kind of ['rsa-1024', 'p521'] as const)
      expect(() => createSigningKey(identity(kind).privateKey, identity(kind).der)).toThrow(
        new TypeError('signing key is neither RSA from 2048 bits nor P-256 nor P-384'),
      )
    expect(() =>
      createSigningKey(generateKeyPairSync('ed25519').privateKey, identity('p256').der),
    ).toThrow(TypeError)
    expect(createSigningKey(privateKey, der).certificateSha256).toBe(hash('sha256', der))
  })
})
