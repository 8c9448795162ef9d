import { execFileSync } from 'node:child_process'
import { createHash, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { objectIdentifier, octetString, sequence, setOf } from '../../certs-test/der.ts'
import {
  loadSigner,
  signedAttributes,
  signFile,
  writeSignedData,
  type DigestName,
  type FileSigner,
} from '../../certs-test/sign-file.ts'
import { readDetachedSignature, verifyDetachedSignature } from '../../src/pki/cms.ts'
import { certificateOf, nowMs, openSandboxTrust, readOut, verdictOf } from './material.ts'

const file = Buffer.from('<DimonaDeclarations/>')
const trust = openSandboxTrust()
const signer = loadSigner('secretariat')
const time = new Date(nowMs)

const digestOf = (bytes: Uint8Array, name: DigestName) => createHash(name).update(bytes).digest()

function verify(p7s: Uint8Array, signed: Uint8Array = file) {
  const signature = readDetachedSignature(p7s)
  return verifyDetachedSignature(signature, digestOf(signed, signature.digest), trust, nowMs)
}
const verdict = (p7s: Uint8Array, signed?: Uint8Array) => verdictOf(() => verify(p7s, signed))

/** Signs these attributes, whatever they are. */
function signAttributes(attributes: readonly Uint8Array[], by: FileSigner = signer): Buffer {
  const signature = sign('sha256', setOf(...attributes), by.privateKey)
  return writeSignedData(by, attributes, signature, 'sha256')
}

const good = signedAttributes(digestOf(file, 'sha256'), time)
const attribute = (oid: string, ...values: Uint8Array[]) =>
  sequence(objectIdentifier(oid), setOf(...values))
const signingCertificateV2 = (certificate: Uint8Array) =>
  attribute(
    '1.2.840.113549.1.9.16.2.47',
    sequence(sequence(sequence(octetString(digestOf(certificate, 'sha256'))))),
  )

describe('a detached CMS signature', () => {
  it.each(['secretariat', 'prestataire', 'atelier', 'emploi', 'pension'])(
    'of %s is verified and says who signed',
    (id) => {
      for (const digest of ['sha256', 'sha384', 'sha512'] as const) {
        const proven = verify(signFile(file, loadSigner(id), time, digest))
        expect(proven.subjectName).toContain(`CN=${id} seal`)
        expect(proven.qualifiedSeal).toBe(true)
      }
    },
  )

  it('may be base64 with lines that end in CR, LF or CRLF', () => {
    const base64 = signFile(file, signer, time).toString('base64')
    for (const end of ['', '\r', '\n', '\r\n']) {
      const text = (base64.match(/.{1,76}/g) ?? []).join(end) + end
      expect(verdict(Buffer.from(text))).toBe('accepted')
    }
  })

  it('may enclose further certificates; only the named one counts', () => {
    const chain = [certificateOf('ca/qualified'), certificateOf('institutions/phare/signing')]
    const proven = verify(signFile(file, { ...signer, chain }, time))
    expect(proven.subjectName).toContain('CN=secretariat seal')
  })

  it('may carry signingCertificateV2 when it names the signer', () => {
    const own = signingCertificateV2(signer.certificate)
    expect(verdict(signAttributes([...good, own]))).toBe('accepted')
    const other = signingCertificateV2(certificateOf('ca/qualified'))
    expect(verdict(signAttributes([...good, other]))).toBe('CMS_FORM')
  })

  it('made by openssl is verified', () => {
    const folder = mkdtempSync(join(tmpdir(), 'quadrivium-cms-'))
    const write = (name: string, content: Uint8Array) => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    try {
      const p7s = execFileSync('openssl', [
        ...['cms', '-sign', '-binary', '-outform', 'DER', '-md', 'sha256'],
        ...['-in', write('file', file)],
        ...['-signer', write('cert', readOut('institutions/atelier/signing.pem'))],
        ...['-inkey', write('key', readOut('institutions/atelier/signing.key.pem'))],
      ])
      expect(verify(p7s).subjectName).toContain('CN=atelier seal')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  const p7s = signFile(file, signer, time)
  it('with a changed byte is never another signature of the file', () => {
    for (let index = 0; index < p7s.length; index++) {
      const bytes = Buffer.from(p7s)
      bytes.writeUInt8(bytes.readUInt8(index) ^ 0x01, index)
      const code = verdict(bytes)
      expect(code === 'accepted' ? `accepted with byte ${index} changed` : 'refused').toBe(
        'refused',
      )
    }
  })
})
