/** Writes PKCS#12 files (RFC 7292) that OpenSSL, Java and Node read: RSA and EC keys alike, AES-256, MAC of SHA-256. */
import { createHash, createHmac, randomBytes, type KeyObject } from 'node:crypto'
import forge from 'node-forge'
import { der, integer, nullValue, objectIdentifier, octetString, sequence, setOf } from './der.ts'

const oid = {
  data: objectIdentifier('1.2.840.113549.1.7.1'),
  shroudedKeyBag: objectIdentifier('1.2.840.113549.1.12.10.1.2'),
  certBag: objectIdentifier('1.2.840.113549.1.12.10.1.3'),
  x509Certificate: objectIdentifier('1.2.840.113549.1.9.22.1'),
  localKeyId: objectIdentifier('1.2.840.113549.1.9.21'),
  friendlyName: objectIdentifier('1.2.840.113549.1.9.20'),
  sha256: objectIdentifier('2.16.840.1.101.3.4.2.1'),
}

const iterations = 2048

/** The key with its certificate (first) and the certificates of its issuers. */
export function writePkcs12(
  key: KeyObject,
  certificates: readonly Uint8Array[],
  name: string,
  password: string,
): Buffer {
  const leaf = certificates[0] ?? Buffer.of()
  const bmpName = Buffer.from(name, 'utf16le').swap16()
  const attributes = setOf(
    sequence(oid.localKeyId, setOf(octetString(createHash('sha1').update(leaf).digest()))),
    sequence(oid.friendlyName, setOf(der(0x1e, bmpName))),
  )
  const shrouded = key.export({
    type: 'pkcs8',
    format: 'der',
    cipher: 'aes-256-cbc',
    passphrase: password,
  })
  const keyBag = sequence(oid.shroudedKeyBag, der(0xa0, shrouded), attributes)
  const certificateBags = certificates.map((certificate, index) =>
    sequence(
      oid.certBag,
      der(0xa0, sequence(oid.x509Certificate, der(0xa0, octetString(certificate)))),
      ...(index === 0 ? [attributes] : []),
    ),
  )
  const safe = sequence(data(sequence(...certificateBags)), data(sequence(keyBag)))
  return sequence(integer(3), data(safe), macOf(safe, password))
}

function data(content: Uint8Array): Buffer {
  return sequence(oid.data, der(0xa0, octetString(content)))
}

/** MacData; the key derivation of PKCS#12 is node-forge's. */
function macOf(safe: Buffer, password: string): Buffer {
  const salt = randomBytes(8)
  const key = forge.pkcs12.generateKey(
    password,
    forge.util.createBuffer(salt.toString('binary')),
    3,
    iterations,
    32,
    forge.md.sha256.create(),
  )
  const mac = createHmac('sha256', Buffer.from(key.getBytes(), 'binary')).update(safe).digest()
  return sequence(
    sequence(sequence(oid.sha256, nullValue), octetString(mac)),
    octetString(salt),
    integer(iterations),
  )
}
