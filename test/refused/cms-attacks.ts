/** What attacks do to a detached CMS signature, by the words of a recipe (`signature …`). */
import { createHash, sign } from 'node:crypto'
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
  signedAttributes,
  signFile,
  writeSignedData,
  type FileSigner,
} from '../../certs-test/sign-file.ts'
import { DerReader } from '../../src/pki/der.ts'
import { certificateOf, keyOf } from '../pki/material.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const dataOid = objectIdentifier('1.2.840.113549.1.7.1')
const attribute = (oid: string, ...values: Uint8Array[]) =>
  sequence(objectIdentifier(oid), setOf(...values))
const messageDigest = (...digests: Uint8Array[]) =>
  attribute('1.2.840.113549.1.9.4', ...digests.map((one) => octetString(one)))
const content = (tlv: Buffer) => Buffer.from(new DerReader(tlv).next().content)

function fieldsOf(reader: DerReader): Buffer[] {
  const fields: Buffer[] = []
  while (!reader.isAtEnd) fields.push(Buffer.from(reader.next().bytes))
  return fields
}

type Edit = (fields: Buffer[]) => Buffer[]

/** Another list of fields in the SignedData. */
function change(p7s: Buffer, edit: Edit): Buffer {
  const info = new DerReader(p7s).open(0x30)
  const type = Buffer.from(info.next().bytes)
  return sequence(type, der(0xa0, sequence(...edit(fieldsOf(info.open(0xa0).open(0x30))))))
}

/** Another list of fields in its one SignerInfo. */
const changeSigner = (p7s: Buffer, edit: Edit): Buffer =>
  change(p7s, (fields) => [
    ...fields.slice(0, -1),
    setOf(sequence(...edit(fieldsOf(new DerReader(content(content(fields.at(-1)!))))))),
  ])

/** The list with another field at this place. */
const replaced = (fields: readonly Buffer[], at: number, field: Buffer): Buffer[] =>
  fields.toSpliced(at, 1, field)

/** A signature, the file it is of, and who made it. */
interface Signed {
  readonly p7s: Buffer
  readonly file: Buffer
  readonly signer: FileSigner
  readonly time: Date
}

/** Signs these attributes, whatever they are. */
function signAttributes({ signer, file, time }: Signed, edit: Edit): Buffer {
  const attributes = edit(signedAttributes(sha256(file), time))
  const signature = sign('sha256', setOf(...attributes), signer.privateKey)
  return writeSignedData(signer, attributes, signature, 'sha256')
}

const sha1 = sequence(objectIdentifier('1.3.14.3.2.26'))
const algorithm = (oid: string, ...parameters: Uint8Array[]) =>
  sequence(objectIdentifier(oid), ...parameters)
const withAlgorithm = (one: Buffer) => (signed: Signed) =>
  changeSigner(signed.p7s, (fields) => replaced(fields, 4, one))

const other = 'institutions/emploi/signing'

const attacks: Readonly<Record<string, (signed: Signed) => Buffer>> = {
  'is text': () => Buffer.from('no signature'),
  'is longer than 256 KiB': () => Buffer.alloc(262_145, 0x41),
  'is PEM': ({ p7s }) => Buffer.from(`-----BEGIN CMS-----\n${p7s.toString('base64')}`),
  'is base64 with spaces': ({ p7s }) => Buffer.from(` ${p7s.toString('base64')}`),
  'has a byte after its end': ({ p7s }) => Buffer.concat([p7s, Buffer.of(0)]),
  'has an indefinite length': ({ p7s }) =>
    Buffer.concat([Buffer.of(0x30, 0x80), content(p7s), Buffer.of(0, 0)]),
  'has an indefinite length where nobody reads': ({ p7s }) =>
    change(p7s, (fields) =>
      fields.toSpliced(-1, 0, Buffer.from(der(0xa1, Buffer.of(0x30, 0x80, 0, 0)))),
    ),
  'is of another kind': ({ file }) => sequence(dataOid, der(0xa0, octetString(file))),
  'encloses a content': ({ p7s, file }) =>
    change(p7s, (fields) =>
      replaced(fields, 2, sequence(dataOid, der(0xa0, octetString(file)))),
    ),
  'is of a content of another type': ({ p7s }) =>
    change(p7s, (fields) =>
      replaced(fields, 2, sequence(objectIdentifier('1.2.840.113549.1.7.5'))),
    ),
  'encloses no certificate': ({ p7s }) => change(p7s, (fields) => fields.toSpliced(3, 1)),
  'encloses the certificate of another': ({ p7s }) =>
    change(p7s, (fields) => replaced(fields, 3, der(0xa0, certificateOf(other)))),
  'encloses the certificate twice': ({ p7s, signer }) =>
    change(p7s, (fields) =>
      replaced(fields, 3, der(0xa0, signer.certificate, signer.certificate)),
    ),
  'encloses seventeen certificates': ({ p7s, signer }) =>
    change(p7s, (fields) =>
      replaced(
        fields,
        3,
        der(0xa0, signer.certificate, ...Array<Buffer>(16).fill(certificateOf('ca/qualified'))),
      ),
    ),
  'has no signer': ({ p7s }) => change(p7s, (fields) => replaced(fields, -1, der(0x31))),
  'has two signers': ({ p7s }) =>
    change(p7s, (fields) => {
      const one = content(fields.at(-1)!)
      return replaced(fields, -1, setOf(one, one))
    }),
  'has no signed attributes': ({ p7s }) =>
    changeSigner(p7s, (fields) => fields.toSpliced(3, 1)),
  'has its attributes out of order': ({ p7s }) =>
    changeSigner(p7s, (fields) => {
      const attributes = fieldsOf(new DerReader(content(fields[3]!)))
      return replaced(fields, 3, der(0xa0, ...attributes.reverse()))
    }),
  'announces another digest': ({ p7s }) =>
    change(p7s, (fields) =>
      replaced(fields, 1, setOf(algorithm('2.16.840.1.101.3.4.2.3'))),
    ),
  'is of SHA-1': ({ p7s }) =>
    change(
      changeSigner(p7s, (fields) => replaced(fields, 2, sha1)),
      (fields) => replaced(fields, 1, setOf(sha1)),
    ),
  'names an algorithm of another key': withAlgorithm(algorithm('1.2.840.10045.4.3.2')),
  'names an algorithm of another digest': withAlgorithm(
    algorithm('1.2.840.113549.1.1.13', nullValue),
  ),
  'names RSA-PSS without parameters': withAlgorithm(algorithm('1.2.840.113549.1.1.10')),
  'names RSA with MD5': withAlgorithm(algorithm('1.2.840.113549.1.1.4', nullValue)),
  'has no content type': (signed) => signAttributes(signed, (all) => all.slice(1)),
  'has another content type': (signed) =>
    signAttributes(signed, (all) =>
      replaced(all, 0, attribute('1.2.840.113549.1.9.3', objectIdentifier('1.2.3'))),
    ),
  'has no message digest': (signed) => signAttributes(signed, (all) => all.slice(0, 2)),
  'has two message digests': (signed) =>
    signAttributes(signed, (all) => [...all, messageDigest(Buffer.alloc(32))]),
  'has a message digest of two values': (signed) =>
    signAttributes(signed, (all) =>
      replaced(all, 2, messageDigest(sha256(signed.file), Buffer.alloc(32))),
    ),
  'has a message digest that is too short': (signed) =>
    signAttributes(signed, (all) => replaced(all, 2, messageDigest(Buffer.alloc(20)))),
  'has a signing time that is none': (signed) =>
    signAttributes(signed, (all) =>
      replaced(all, 1, attribute('1.2.840.113549.1.9.5', integer(1))),
    ),
  'names another certificate in its attributes': (signed) =>
    signAttributes(signed, (all) => [
      ...all,
      attribute(
        '1.2.840.113549.1.9.16.2.47',
        sequence(sequence(sequence(octetString(sha256(certificateOf(other)))))),
      ),
    ]),
  'is made with another key': ({ file, signer, time }) =>
    signFile(file, { ...signer, privateKey: keyOf('faulty/revoked') }, time),
}

/** The signature as the attack makes it. Throws when there is no such attack. */
export function attackSignature(what: string, signed: Signed): Buffer {
  const attack = attacks[what]
  if (attack === undefined) throw new Error(`no attack on a signature: ${what}`)
  return attack(signed)
}
