/** Seals that the CA of the sandbox issues as no CA should: each with one fault, or with a name that looks like another. */
import {
  createPublicKey,
  generateKeyPairSync,
  hash,
  type ECKeyPairKeyObjectOptions,
  type KeyObject,
} from 'node:crypto'
import {
  AccessDescription,
  AuthorityInfoAccessSyntax,
  CRLDistributionPoints,
  DistributionPoint,
  DistributionPointName,
  GeneralName,
  SubjectAlternativeName,
  type Extension,
} from '@peculiar/asn1-x509'
import { nullValue } from '../../certs-test/der.ts'
import { enterpriseNumbers } from '../../certs-test/institutions.ts'
import {
  authoritySubject,
  basicConstraints,
  keyUsage,
  legalPersonSubject,
  profiles,
} from '../../certs-test/profiles.ts'
import {
  issueCertificate,
  newExtension,
  newName,
  type KeyPair,
  type SubjectAttribute,
} from '../../certs-test/x509.ts'
import { identity, type TestIdentity } from '../ws-security/identities.ts'
import { identityOf } from './ask.ts'

interface Shape {
  /** P-256 when absent */
  readonly key?: () => KeyPair
  readonly subject?: readonly SubjectAttribute[]
  readonly extensions?: readonly Extension[]
  readonly issuer?: KeyPair & { readonly name: ReturnType<typeof newName> }
  /** changes the DER afterwards: its signature is then none */
  readonly bytes?: (der: Buffer) => Buffer
}

const seal = profiles.seal(['digitalSignature', 'nonRepudiation'])
const pairOf = (privateKey: KeyObject): KeyPair => ({
  privateKey,
  publicKey: createPublicKey(privateKey),
})
const ec = (options: ECKeyPairKeyObjectOptions) => () => generateKeyPairSync('ec', options)
const rsa = (modulusLength: number, publicExponent?: number) => () =>
  generateKeyPairSync('rsa', { modulusLength, ...(publicExponent && { publicExponent }) })

const fidelis = `NTRBE-${enterpriseNumbers.fidelis}`
const named = (...names: readonly SubjectAttribute[]): Shape => ({
  subject: [['2.5.4.6', 'BE'], ...names, ['2.5.4.3', 'a seal']],
})
const identifier = (text: string): SubjectAttribute => ['2.5.4.97', text]
const caName = newName(authoritySubject('Quadrivium test qualified seals CA'))

/** 2048 bits, odd, and 65537^5 modulo the primes to 167, as the moduli of CVE-2017-15361 are. */
function rocaKey(): KeyPair {
  const primes = Array.from({ length: 166 }, (_, index) => index + 2).filter((one) =>
    Array.from({ length: one - 2 }, (_, below) => below + 2).every((other) => one % other !== 0),
  )
  const product = primes.reduce((all, prime) => all * BigInt(prime), 1n)
  const modulus = ((1n << 2047n) / product + 1n) * product + (65537n ** 5n % product)
  const n = Buffer.from(modulus.toString(16), 'hex').toString('base64url')
  const publicKey = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' })
  // nobody knows its private key; the signature is another fault, found later
  return { publicKey, privateKey: identity('rsa-2048').privateKey }
}

/** Every place of a certificate that may name an address. */
function addresses(url: string): readonly Extension[] {
  const location = new GeneralName({ uniformResourceIdentifier: `${url}/evidence` })
  const method = (accessMethod: string) =>
    new AccessDescription({ accessMethod, accessLocation: location })
  const points = new CRLDistributionPoints([
    new DistributionPoint({
      distributionPoint: new DistributionPointName({ fullName: [location] }),
    }),
  ])
  const access = ['1.3.6.1.5.5.7.48.1', '1.3.6.1.5.5.7.48.2'].map(method)
  return [
    newExtension('2.5.29.31', points),
    newExtension('1.3.6.1.5.5.7.1.1', new AuthorityInfoAccessSyntax(access)),
    newExtension('2.5.29.17', new SubjectAlternativeName([location])),
  ]
}

const sha256WithRsa = Buffer.from('06092a864886f70d01010b', 'hex')
const sha1WithRsa = Buffer.from('06092a864886f70d010105', 'hex')

/** The bytes with every occurrence replaced; both are equally long. */
function swap(bytes: Buffer, from: Buffer, to: Buffer, times = Number.POSITIVE_INFINITY): Buffer {
  const changed = Buffer.from(bytes)
  for (let at = changed.indexOf(from); at >= 0 && times > 0; at = changed.indexOf(from, at + 1)) {
    to.copy(changed, at)
    times -= 1
  }
  return changed
}

const shapes: Readonly<Record<string, (listener: string) => Shape>> = {
  'rsa-1024': () => ({ key: () => pairOf(identity('rsa-1024', 'weak').privateKey) }),
  'rsa-2047': () => ({ key: rsa(2047) }),
  'rsa-exponent-3': () => ({ key: rsa(2048, 3) }),
  roca: () => ({ key: rocaKey }),
  'p-224': () => ({ key: ec({ namedCurve: 'P-224' }) }),
  secp256k1: () => ({ key: ec({ namedCurve: 'secp256k1' }) }),
  'explicit-curve': () => ({ key: ec({ namedCurve: 'P-256', paramEncoding: 'explicit' }) }),
  'sha-1': () => ({ bytes: (der) => swap(der, sha256WithRsa, sha1WithRsa) }),
  'two-algorithms': () => ({ bytes: (der) => swap(der, sha256WithRsa, sha1WithRsa, 1) }),
  'trailing-byte': () => ({ bytes: (der) => Buffer.concat([der, Buffer.of(0)]) }),
  'unknown-critical': () => ({ extensions: [...seal, newExtension('1.2.3.4', nullValue, true)] }),
  'extension-twice': () => ({ extensions: [...seal, seal[0]!] }),
  'signs-certificates': () => ({
    extensions: [
      basicConstraints(false),
      keyUsage('digitalSignature', 'keyCertSign'),
      ...seal.slice(2),
    ],
  }),
  'under-itself': () => {
    const key = ec({ namedCurve: 'P-256' })()
    return { key: () => key, issuer: { ...key, name: caName } }
  },
  'under-a-seal': () => {
    const { privateKey } = identityOf('institutions/emploi/signing')
    return { issuer: { ...pairOf(privateKey), name: newName([['2.5.4.3', 'emploi seal']]) } }
  },
  'many-names': () => ({
    extensions: [
      ...seal,
      newExtension(
        '2.5.29.17',
        new SubjectAlternativeName(
          Array.from({ length: 900 }, (_, n) => new GeneralName({ dNSName: `x${n}.test` })),
        ),
      ),
    ],
  }),
  'name-in-common-name': () => named(['2.5.4.3', `x,2.5.4.97=${fidelis}`]),
  'name-in-organization': () => named(['2.5.4.10', fidelis]),
  'name-and-blank': () => named(identifier(`${fidelis} `)),
  'name-and-nul': () => named(identifier(`${fidelis}\0`)),
  'name-and-more': () => named(identifier(`${fidelis},O=x`)),
  'name-lower-case': () => named(identifier(fidelis.toLowerCase())),
  'name-wide-letters': () => named(identifier(fidelis.replace('N', '\uff2e'))),
  'name-twice': () => named(identifier(fidelis), identifier(`NTRBE-${enterpriseNumbers.pension}`)),
  'with-addresses': (listener) => ({
    ...named(identifier(fidelis)),
    extensions: [...seal, ...addresses(listener)],
  }),
  'with-foreign-common-name': () =>
    named(identifier(fidelis), ['2.5.4.3', `x,2.5.4.97=NTRBE-${enterpriseNumbers.pension}`]),
}

const made = new Map<string, TestIdentity>()

/** A seal by its name in the list above; `listener` is the address that it may name. */
export function madeSeal(name: string, listener = 'http://127.0.0.1:9'): TestIdentity {
  const known = made.get(name)
  if (known !== undefined) return known
  const shape = shapes[name]?.(listener)
  if (shape === undefined) throw new Error(`no seal ${name}`)
  const key = (shape.key ?? ec({ namedCurve: 'P-256' }))()
  const { der } = issueCertificate({
    subject: shape.subject ?? legalPersonSubject('Service PHARE', 'NTRBE-1999000150', 'a seal'),
    key,
    issuer: shape.issuer ?? { ...pairOf(identityOf('ca/qualified').privateKey), name: caName },
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    extensions: shape.extensions ?? seal,
  })
  const bytes = (shape.bytes ?? ((same) => same))(der)
  const one = { privateKey: key.privateKey, der: bytes, sha256: hash('sha256', bytes) }
  made.set(name, one)
  return one
}
