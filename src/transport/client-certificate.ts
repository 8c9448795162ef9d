import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { GatewayError } from '../base/errors.ts'
import { findByCertificate } from '../institutions/caller.ts'
import type { Institution } from '../institutions/institution.ts'
import type { ProvenPath, Trust } from '../pki/trust.ts'

/** The institution behind a TLS connection. */
export interface TlsIdentity {
  readonly institution: Institution
  /** subject of its certificate, RFC 4514 */
  readonly subject: string
  readonly revocation: ProvenPath['revocation']
}

const rawCertificates = new WeakMap<TLSSocket, { readonly der: Uint8Array | undefined }>()

function rawCertificateOf(socket: TLSSocket): Uint8Array | undefined {
  const known = rawCertificates.get(socket)
  if (known !== undefined) return known.der
  const der = socket.getPeerX509Certificate()?.raw
  rawCertificates.set(socket, { der })
  return der
}

/**
 * Who showed a client certificate: its path is checked by `pki` on every request (the verdict is remembered there), since a
 * connection may outlive a revocation. Undefined without a certificate. Throws CLIENT_CERTIFICATE_REFUSED.
 */
export function readTlsIdentity(
  request: IncomingMessage,
  trust: Trust,
  institutions: readonly Institution[],
  nowMs: number,
): TlsIdentity | undefined {
  if (!(request.socket instanceof TLSSocket)) return undefined
  const der = rawCertificateOf(request.socket)
  if (der === undefined) return undefined
  let proven: ProvenPath
  try {
    proven = trust.verifyPath(trust.read(der), 'tlsClient', nowMs)
  } catch (cause) {
    const why = cause instanceof GatewayError ? cause.code : 'INTERNAL'
    throw new GatewayError('CLIENT_CERTIFICATE_REFUSED', why, [], { cause })
  }
  const institution = findByCertificate(institutions, 'tls', {
    sha256: proven.certificate.sha256,
    issuerSha256: proven.issuerSha256,
    subject: proven.subject,
  })
  if (institution === undefined) throw new GatewayError('CLIENT_CERTIFICATE_REFUSED', 'unbound')
  return { institution, subject: proven.subjectName, revocation: proven.revocation }
}
