import {
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import { issueCertificate, type KeyPair } from '../../certs-test/x509.ts'
import { GatewayError } from '../../src/base/errors.ts'
import {
  indexRegistered,
  type RegisteredCertificates,
} from '../../src/pki/registered-certificates.ts'
import type { ProvenPath, ReadCertificate, Trust } from '../../src/pki/trust.ts'

/** A key with a self-signed certificate, made anew for each run. */
export interface TestIdentity {
  readonly privateKey: KeyObject
  readonly der: Buffer
  readonly sha256: string
}

const makers = {
  'rsa-1024': () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
  'rsa-2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'rsa-3072': () => generateKeyPairSync('rsa', { modulusLength: 3072 }),
  p256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  p521: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
} satisfies Record<string, () => KeyPair>

export type IdentityKind = keyof typeof makers

const made = new Map<string, TestIdentity>()

/** The identity of a kind; another `name` gives another key. */
export function identity(kind: IdentityKind, name = 'signer'): TestIdentity {
  const key = `${kind} ${name}`
  const known = made.get(key) ?? make(kind, name)
  made.set(key, known)
  return known
}

/** Another certificate of the same key. */
export const renewal = ({ privateKey }: TestIdentity): TestIdentity =>
  certify({ privateKey, publicKey: createPublicKey(privateKey) }, 'renewal')

const make = (kind: IdentityKind, name: string) => certify(makers[kind](), name)

function certify(key: KeyPair, name: string): TestIdentity {
  const { der } = issueCertificate({
    subject: [['2.5.4.3', name]],
    key,
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    extensions: [],
  })
  return { privateKey: key.privateKey, der, sha256: hash('sha256', der) }
}

/** A registry that holds exactly these certificates; one below the floor by its fingerprint only. */
export const registryOf = (...identities: readonly TestIdentity[]): RegisteredCertificates =>
  indexRegistered(
    identities.map(({ sha256, der, privateKey }) => {
      const { modulusLength = 2048 } = privateKey.asymmetricKeyDetails ?? {}
      return modulusLength < 2048 ? { sha256 } : { sha256, der }
    }),
  )

const curves: Readonly<Record<string, ReadCertificate['keyType']>> = {
  prime256v1: 'p256',
  secp384r1: 'p384',
  secp521r1: 'p521',
}

/** Reads as the real one does, and proves exactly the certificates it was told to. */
export function trustIn(...trusted: readonly TestIdentity[]): Trust {
  return {
    read(der: Uint8Array): ReadCertificate {
      let publicKey: KeyObject
      try {
        publicKey = new X509Certificate(der).publicKey
      } catch {
        throw new GatewayError('WSS_TOKEN', 'certificate cannot be read')
      }
      const { modulusLength = 0, namedCurve = '' } = publicKey.asymmetricKeyDetails ?? {}
      const keyType = publicKey.asymmetricKeyType === 'rsa' ? 'rsa' : curves[namedCurve]
      if (keyType === undefined || (keyType === 'rsa' && modulusLength < 2048))
        throw new GatewayError('CERT_WEAK')
      return { der, sha256: hash('sha256', der), publicKey, keyType }
    },
    verifyPath(certificate: ReadCertificate, purpose, atMs: number): ProvenPath {
      if (purpose !== 'messageSigning') throw new TypeError(`purpose ${purpose}`)
      if (!trusted.some(({ sha256 }) => sha256 === certificate.sha256))
        throw new GatewayError('CERT_UNKNOWN_CA')
      return {
        certificate,
        issuerSha256: certificate.sha256,
        subject: [],
        subjectName: '',
        qualifiedSeal: true,
        path: [certificate.sha256],
        validUntilMs: atMs + 1000,
        revocation: 'checked',
      }
    },
  }
}
