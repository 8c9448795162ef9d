import { hash } from 'node:crypto'
import { readCertificate } from './certificate.ts'
import { toHex } from './der.ts'
import { keyOfNameString } from './name-string.ts'

/** How a message names a certificate that it does not carry (X.509 Token Profile 1.1 §3.2, BSP R5209). */
export type CertificateReference =
  /** the issuer's name as RFC 4514 writes it, the serial number in decimal */
  | { readonly kind: 'issuerSerial'; readonly issuer: string; readonly serialNumber: string }
  /** content of the subjectKeyIdentifier extension (R5208) */
  | { readonly kind: 'keyIdentifier'; readonly value: Uint8Array }
  /** SHA-1 of the certificate (R5210): a name among certificates that are known, not a protection */
  | { readonly kind: 'thumbprint'; readonly value: Uint8Array }

/** A certificate of the registry of institutions; some are known by their fingerprint only. */
export interface RegisteredCertificate {
  /** hex of the SHA-256 of the DER */
  readonly sha256: string
  readonly der?: Uint8Array
}

/** The certificates that are registered by themselves. They still pass path validation and revocation like any other. */
export interface RegisteredCertificates {
  has(sha256: string): boolean
  /** DER of the one certificate that is meant; undefined when none is registered, or several answer to the name */
  find(reference: CertificateReference): Uint8Array | undefined
}

/** Throws an Error when a certificate is unreadable, weak, or not the one of its fingerprint: a gateway does not start with it. */
export function indexRegistered(
  certificates: readonly RegisteredCertificate[],
): RegisteredCertificates {
  const fingerprints = new Set(certificates.map(({ sha256 }) => sha256))
  /** undefined: several certificates of this name */
  const index = new Map<string, Uint8Array | undefined>()
  for (const { sha256, der } of certificates) {
    if (der === undefined) continue
    for (const key of keysOf(der, sha256)) index.set(key, index.has(key) ? undefined : der)
  }
  return {
    has: (sha256) => fingerprints.has(sha256),
    find(reference) {
      const key = keyOf(reference)
      return key === undefined ? undefined : index.get(key)
    },
  }
}

function keysOf(der: Uint8Array, sha256: string): string[] {
  if (hash('sha256', der) !== sha256)
    throw new Error(`registered certificate ${sha256}: its bytes have another fingerprint`)
  try {
    const { issuer, serialNumber, extensions } = readCertificate(der)
    const identifier = extensions.subjectKeyIdentifier
    return [
      `issuerSerial ${issuer.key} ${BigInt(`0x${serialNumber}`)}`,
      `thumbprint ${hash('sha1', der)}`,
      ...(identifier === undefined ? [] : [`keyIdentifier ${toHex(identifier)}`]),
    ]
  } catch (cause) {
    throw new Error(`registered certificate ${sha256} is refused`, { cause })
  }
}

function keyOf(reference: CertificateReference): string | undefined {
  switch (reference.kind) {
    case 'issuerSerial': {
      const issuer = keyOfNameString(reference.issuer)
      return issuer === undefined ? undefined : `issuerSerial ${issuer} ${reference.serialNumber}`
    }
    case 'keyIdentifier':
    case 'thumbprint':
      return `${reference.kind} ${toHex(reference.value)}`
  }
}
