import { execFileSync } from 'node:child_process'
import { createHash, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  der,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
} from '../../certs-test/der.ts'
import {
  loadSigner,
  signedAttributes,
  signFile,
  writeSignedData,
  type DigestName,
  type FileSigner,
} from '../../certs-test/sign-file.ts'
import { readDetachedSignature, verifyDetachedSignature } from '../../src/pki/cms.ts'
import { checkDer, DerReader } from '../../src/pki/der.ts'
import { certificateOf, keyOf, nowMs, openSandboxTrust, readOut, verdictOf } from './material.ts'

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
const messageDigest = (digest: Uint8Array) => attribute('1.2.840.113549.1.9.4', octetString(digest))
const signingCertificateV2 = (certificate: Uint8Array) =>
  attribute(
    '1.2.840.113549.1.9.16.2.47',
    sequence(sequence(sequence(octetString(digestOf(certificate, 'sha256'))))),
  )

/** ContentInfo → SignedData → its fields as TLVs, to be put together again with a change. */
function change(p7s: Buffer, edit: (fields: Buffer[]) => Buffer[]): Buffer {
  const info = new DerReader(p7s).open(0x30)
  const type = Buffer.from(info.next().bytes)
  const fields: Buffer[] = []
  const reader = info.open(0xa0).open(0x30)
  while (!reader.isAtEnd) fields.push(Buffer.from(reader.next().bytes))
  return sequence(type, der(0xa0, sequence(...edit(fields))))
}

const inner = (tlv: Buffer) => Buffer.from(new DerReader(tlv).next().content)

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

  it.each([
    ['expired', 'CERT_VALIDITY'],
    ['not-yet-valid', 'CERT_VALIDITY'],
    ['unknown-ca', 'CERT_UNKNOWN_CA'],
    ['wrong-key-usage', 'CERT_KEY_USAGE'],
    ['revoked', 'CERT_REVOKED'],
    ['not-qualified', 'CERT_NOT_QUALIFIED'],
    ['not-qualified-ca', 'CERT_NOT_QUALIFIED'],
  ])('by a certificate that is %s gives %s', (fault, code) => {
    const stem = `faulty/${fault}`
    const by = { certificate: certificateOf(stem), privateKey: keyOf(stem) }
    expect(verdict(signFile(file, by, time))).toBe(code)
  })

  it('of another file, or by another key, is refused', () => {
    const p7s = signFile(file, signer, time)
    expect(verdict(p7s, Buffer.from('<Other/>'))).toBe('WSS_DIGEST')
    const thief = { certificate: signer.certificate, privateKey: keyOf('faulty/revoked') }
    expect(verdict(signFile(file, thief, time))).toBe('WSS_SIGNATURE')
  })

  const p7s = signFile(file, signer, time)
  const dataOid = objectIdentifier('1.2.840.113549.1.7.1')
  const oneSigner = () => {
    let found = Buffer.of()
    change(p7s, (fields) => {
      found = inner(fields.at(-1)!)
      return fields
    })
    return found
  }
  const reader = () => {
    const fields = new DerReader(inner(oneSigner()))
    const list: Buffer[] = []
    while (!fields.isAtEnd) list.push(Buffer.from(fields.next().bytes))
    return list
  }
  /** The signature with another list of fields in its SignerInfo. */
  const changeSigner = (edit: (fields: Buffer[]) => Buffer[]) =>
    change(p7s, (fields) => [...fields.slice(0, -1), setOf(sequence(...edit(reader())))])

  it.each<[string, () => Buffer, string]>([
    ['nothing', () => Buffer.of(), 'CMS_FORM'],
    ['text', () => Buffer.from('no signature'), 'CMS_FORM'],
    ['more than 256 KiB', () => Buffer.alloc(262_145, 0x41), 'CMS_FORM'],
    ['PEM', () => Buffer.from(`-----BEGIN CMS-----\n${p7s.toString('base64')}`), 'CMS_FORM'],
    ['base64 with spaces', () => Buffer.from(` ${p7s.toString('base64')}`), 'CMS_FORM'],
    ['a byte after the end', () => Buffer.concat([p7s, Buffer.of(0)]), 'CMS_FORM'],
    [
      'an indefinite length',
      () => Buffer.concat([Buffer.of(0x30, 0x80), inner(p7s), Buffer.of(0, 0)]),
      'CMS_FORM',
    ],
    [
      'an indefinite length in what is not read',
      () =>
        change(p7s, (fields) => [
          ...fields.slice(0, -1),
          der(0xa1, Buffer.of(0x30, 0x80, 0, 0)),
          fields.at(-1)!,
        ]),
      'CMS_FORM',
    ],
    [
      'another content type outside',
      () => sequence(dataOid, der(0xa0, octetString(file))),
      'CMS_FORM',
    ],
    [
      'content inside',
      () =>
        change(p7s, ([version, digests, , ...rest]) => [
          version!,
          digests!,
          sequence(dataOid, der(0xa0, octetString(file))),
          ...rest,
        ]),
      'CMS_FORM',
    ],
    [
      'content of another type',
      () =>
        change(p7s, ([version, digests, , ...rest]) => [
          version!,
          digests!,
          sequence(objectIdentifier('1.2.840.113549.1.7.5')),
          ...rest,
        ]),
      'CMS_FORM',
    ],
    [
      'no certificate',
      () => change(p7s, (fields) => fields.filter((_, index) => index !== 3)),
      'CMS_FORM',
    ],
    [
      'the certificate of another signer only',
      () =>
        change(p7s, ([version, digests, content, , signers]) => [
          version!,
          digests!,
          content!,
          der(0xa0, certificateOf('institutions/atelier/signing')),
          signers!,
        ]),
      'CMS_FORM',
    ],
    [
      'the certificate twice',
      () =>
        change(p7s, ([version, digests, content, , signers]) => [
          version!,
          digests!,
          content!,
          der(0xa0, signer.certificate, signer.certificate),
          signers!,
        ]),
      'CMS_FORM',
    ],
    ['no signer', () => change(p7s, (fields) => [...fields.slice(0, -1), der(0x31)]), 'CMS_FORM'],
    [
      'two signers',
      () => change(p7s, (fields) => [...fields.slice(0, -1), setOf(oneSigner(), oneSigner())]),
      'CMS_FORM',
    ],
    [
      'no signed attributes',
      () => changeSigner((fields) => fields.filter((_, index) => index !== 3)),
      'CMS_FORM',
    ],
    [
      'a digest that is not announced',
      () =>
        change(p7s, ([version, , ...rest]) => [
          version!,
          setOf(sequence(objectIdentifier('2.16.840.1.101.3.4.2.3'))),
          ...rest,
        ]),
      'CMS_FORM',
    ],
    [
      'SHA-1',
      () => {
        const sha1 = sequence(objectIdentifier('1.3.14.3.2.26'))
        const changed = changeSigner(([version, sid, , ...rest]) => [version!, sid!, sha1, ...rest])
        return change(changed, ([version, , ...rest]) => [version!, setOf(sha1), ...rest])
      },
      'WSS_ALGORITHM',
    ],
    [
      'an ECDSA algorithm with an RSA key',
      () =>
        changeSigner((fields) => {
          fields[4] = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
          return fields
        }),
      'WSS_SIGNATURE',
    ],
    [
      'a signature of another digest than the one named',
      () =>
        changeSigner((fields) => {
          fields[4] = sequence(objectIdentifier('1.2.840.113549.1.1.13'), nullValue)
          return fields
        }),
      'WSS_ALGORITHM',
    ],
    [
      'PSS without parameters',
      () =>
        changeSigner((fields) => {
          fields[4] = sequence(objectIdentifier('1.2.840.113549.1.1.10'))
          return fields
        }),
      'WSS_ALGORITHM',
    ],
    ['no content type attribute', () => signAttributes(good.slice(1)), 'CMS_FORM'],
    ['no message digest', () => signAttributes(good.slice(0, 2)), 'CMS_FORM'],
    [
      'two message digests',
      () => signAttributes([...good, messageDigest(Buffer.alloc(32))]),
      'CMS_FORM',
    ],
    [
      'a message digest with two values',
      () =>
        signAttributes([
          ...good.slice(0, 2),
          attribute(
            '1.2.840.113549.1.9.4',
            octetString(digestOf(file, 'sha256')),
            octetString(Buffer.alloc(32)),
          ),
        ]),
      'CMS_FORM',
    ],
    [
      'a message digest that is too short',
      () => signAttributes([...good.slice(0, 2), messageDigest(Buffer.alloc(20))]),
      'CMS_FORM',
    ],
    [
      'a content type that is not id-data',
      () =>
        signAttributes([
          attribute('1.2.840.113549.1.9.3', objectIdentifier('1.2.3')),
          ...good.slice(1),
        ]),
      'CMS_FORM',
    ],
    [
      'a signing time that is none',
      () => signAttributes([good[0]!, attribute('1.2.840.113549.1.9.5', integer(1)), good[2]!]),
      'CMS_FORM',
    ],
  ])('with %s is refused', (_name, make, code) => {
    expect(verdict(p7s)).toBe('accepted')
    expect(verdict(make())).toBe(code)
  })

  it('with signed attributes out of order is refused', () => {
    const reversed = changeSigner((fields) => {
      const attributes: Buffer[] = []
      const list = new DerReader(inner(fields[3]!))
      while (!list.isAtEnd) attributes.push(Buffer.from(list.next().bytes))
      fields[3] = der(0xa0, ...attributes.reverse())
      return fields
    })
    checkDer(reversed)
    expect(verdict(reversed)).toBe('CMS_FORM')
  })

  it('whose attributes were taken for a content is refused: the digest is that of the file', () => {
    // the attributes' own SET as "file" of a signature without attributes is the known forgery
    const asFile = setOf(...good)
    expect(verdict(p7s, asFile)).toBe('WSS_DIGEST')
  })

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
