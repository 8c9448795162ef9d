import type { KeyObject } from 'node:crypto'

/** What a certificate is used for; each has its own rules of key usage and qualification. */
export type Purpose = 'messageSigning' | 'tlsClient' | 'fileSigning'

/** A certificate that was read and whose key passes the floor, nothing more. */
export interface ReadCertificate {
  readonly der: Uint8Array
  /** lower-case hex of the SHA-256 of the DER */
  readonly sha256: string
  readonly publicKey: KeyObject
  readonly keyType: 'rsa' | 'p256' | 'p384' | 'p521'
}

/** What a path verification proved: who, by which path, until when. Never a bare boolean. */
export interface ProvenPath {
  readonly certificate: ReadCertificate
  /** SHA-256 (hex) of the CA certificate that issued it */
  readonly issuerSha256: string
  /** subject attributes in their exact form, by OID */
  readonly subject: readonly { readonly oid: string; readonly value: string }[]
  /** subject as an RFC 4514 string, for people */
  readonly subjectName: string
  readonly qualifiedSeal: boolean
  /** SHA-256 (hex) of every certificate of the path, end entity first, anchor last */
  readonly path: readonly string[]
  /** earliest of all expiries that the verdict depends on (certificates, CRLs, OCSP answers); UTC ms */
  readonly validUntilMs: number
  /** `unknown`: neither a CRL nor an OCSP answer spoke, and the institution's row of the registry takes that (soft fail) */
  readonly revocation: 'checked' | 'unknown'
}

/** Certificates as the message layers need them. Verdicts are remembered by the certificate's bytes, bounded. */
export interface Trust {
  /** throws GatewayError WSS_TOKEN (unreadable), CERT_WEAK, or CERT_UNKNOWN_CA: no CA of ours signed it, whatever else is in it */
  read(der: Uint8Array): ReadCertificate
  /** throws GatewayError CERT_* ; `atMs` is the time of judgement */
  verifyPath(certificate: ReadCertificate, purpose: Purpose, atMs: number): ProvenPath
}
