import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AccessDescription,
  AuthorityInfoAccessSyntax,
  CRLDistributionPoints,
  DistributionPoint,
  DistributionPointName,
  GeneralName,
  id_ce_cRLDistributionPoints,
  id_pe_authorityInfoAccess,
} from '@peculiar/asn1-x509'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { authoritySubject, legalPersonSubject, profiles } from '../../certs-test/profiles.ts'
import {
  issueCertificate,
  issueCrl,
  newExtension,
  newKeyPair,
  newName,
} from '../../certs-test/x509.ts'
import type { LogFields } from '../../src/base/log.ts'
import { readCertificate, type Certificate } from '../../src/pki/certificate.ts'
import type { RevocationPolicy, TrustStore } from '../../src/pki/trust-store.ts'
import {
  startRevocationRefresher,
  type RefreshLimits,
  type RevocationSource,
} from '../../src/transport/revocation-refresher.ts'
import { certificateOf, keyOf, openSandboxTrust, readOut, verdictOf } from '../pki/material.ts'
import { freePort, startResponder, type Status } from '../pki/ocsp-material.ts'

const issuer = readCertificate(certificateOf('ca/qualified'))
const seal = certificateOf('institutions/phare/signing')
const certificate = readCertificate(seal)
const out = (file: string) => join(import.meta.dirname, '../../certs-test/out', file)
const files = {
  issuer: out('ca/qualified.pem'),
  signer: out('ocsp/qualified.pem'),
  signerKey: out('ocsp/qualified.key.pem'),
}
const ca = {
  name: newName(authoritySubject('Quadrivium test qualified seals CA')),
  privateKey: keyOf('ca/qualified'),
  publicKey: issuer.publicKey,
}
const minuteMs = 60_000
const crlOf = (revoked: readonly Certificate[], fromMinutes = -1) =>
  issueCrl(
    ca,
    revoked.map(({ serialNumber }) => ({
      serialNumber: new Uint8Array(Buffer.from(serialNumber, 'hex')).buffer,
    })),
    {
      thisUpdate: new Date(Date.now() + fromMinutes * minuteMs),
      nextUpdate: new Date(Date.now() + minuteMs),
    },
  )

const limits: RefreshLimits = {
  everyMs: 150,
  retryMs: 150,
  timeoutMs: 1_000,
  crlBytesMax: 10_000,
  ocspBytesMax: 10_000,
  ocspAgeMaxMs: 5 * minuteMs,
}

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Trust in which only the root's CRL is at hand: of the seals nothing is known yet. */
const trustWith = (policy: RevocationPolicy | undefined) =>
  openSandboxTrust({ crls: [readOut('ca/root.crl')], policyOf: () => policy })

const verdict = (trust: TrustStore, atMs = Date.now()) =>
  verdictOf(() => trust.verifyPath(trust.read(seal), 'messageSigning', atMs))

async function refresh(
  trust: TrustStore,
  source: Omit<RevocationSource, 'issuerSha256'>,
  change: { limits?: Partial<RefreshLimits>; crlFiles?: readonly string[] } = {},
) {
  const lines: LogFields[] = []
  const refresher = await startRevocationRefresher({
    trust,
    sources: [{ issuerSha256: issuer.sha256, ...source }],
    crlFiles: change.crlFiles ?? [],
    limits: { ...limits, ...change.limits },
    nowMs: () => Date.now(),
    log: {
      info: () => undefined,
      warn: (_event, fields = {}) => void lines.push(fields),
      error: () => undefined,
    },
  })
  closers.push(() => refresher.close())
  return lines
}

async function responder(port: number, status: Status, about: Certificate = certificate) {
  const running = await startResponder(port, [[about, status]], files)
  closers.push(() => running.stop())
  return running
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const becomes = (trust: TrustStore, expected: string) =>
  vi.waitFor(() => expect(verdict(trust)).toBe(expected), { timeout: 8_000, interval: 50 })

describe('with a real OCSP responder (openssl) on the loopback', () => {
  it('a certificate works once it was asked about, and stops working within one refresh when revoked', async () => {
    const port = await freePort()
    const first = await responder(port, 'good')
    const trust = trustWith('hardFail')
    const lines = await refresh(trust, { ocspUrl: `http://127.0.0.1:${port}` })
    expect(verdict(trust)).toBe('CERT_REVOCATION_UNKNOWN')
    await becomes(trust, 'accepted')
    expect(trust.verifyPath(certificate, 'messageSigning', Date.now()).revocation).toBe('checked')
    expect(lines).toEqual([])
    await first.stop()
    const second = await responder(port, 'revoked')
    await becomes(trust, 'CERT_REVOKED')
    await second.stop()
    // revoked stays revoked, whatever becomes of the responder and however old the answer is
    expect(verdict(trust, Date.now() + 30 * minuteMs)).toBe('CERT_REVOKED')
    await responder(port, 'good')
    await becomes(trust, 'accepted')
  })

  it('an answer at hand holds until its end while the responder is away', async () => {
    const port = await freePort()
    const running = await responder(port, 'good')
    const trust = trustWith('hardFail')
    const lines = await refresh(trust, { ocspUrl: `http://127.0.0.1:${port}` })
    verdict(trust)
    await becomes(trust, 'accepted')
    await running.stop()
    await vi.waitFor(() => expect(lines).not.toEqual([]), { timeout: 8_000 })
    expect(lines[0]).toEqual({
      source: 'ocsp',
      issuer: issuer.sha256,
      certificate: certificate.sha256,
      why: 'no answer',
    })
    expect(verdict(trust)).toBe('accepted')
    expect(verdict(trust, Date.now() + 6 * minuteMs)).toBe('CERT_REVOCATION_UNKNOWN')
  })

  it('no address out of a certificate is called, whoever issued it', async () => {
    let calls = 0
    const url = await serve((_request, response) => {
      calls += 1
      response.end()
    })
    const location = new GeneralName({ uniformResourceIdentifier: `${url}/evidence` })
    const method = (accessMethod: string) =>
      new AccessDescription({ accessMethod, accessLocation: location })
    const points = new CRLDistributionPoints([
      new DistributionPoint({
        distributionPoint: new DistributionPointName({ fullName: [location] }),
      }),
    ])
    const access = new AuthorityInfoAccessSyntax([
      method('1.3.6.1.5.5.7.48.1'),
      method('1.3.6.1.5.5.7.48.2'),
    ])
    const { der } = issueCertificate({
      subject: legalPersonSubject('x', 'NTRBE-1999000150', 'x'),
      key: await newKeyPair('P-256'),
      issuer: ca,
      notBefore: new Date(Date.now() - minuteMs),
      notAfter: new Date(Date.now() + minuteMs),
      extensions: [
        ...profiles.seal(['digitalSignature']),
        newExtension(id_ce_cRLDistributionPoints, points),
        newExtension(id_pe_authorityInfoAccess, access),
      ],
    })
    const port = await freePort()
    await responder(port, 'good', readCertificate(der))
    const trust = trustWith('hardFail')
    await refresh(trust, { ocspUrl: `http://127.0.0.1:${port}` })
    const judge = () =>
      verdictOf(() => trust.verifyPath(trust.read(der), 'messageSigning', Date.now()))
    expect(judge()).toBe('CERT_REVOCATION_UNKNOWN')
    await vi.waitFor(() => expect(judge()).toBe('accepted'), { timeout: 8_000, interval: 50 })
    expect(calls).toBe(0)
  })

  it('a certificate that it does not know is refused, also with soft fail', async () => {
    const port = await freePort()
    await responder(port, 'good', readCertificate(certificateOf('institutions/emploi/signing')))
    const trust = trustWith('softFail')
    await refresh(trust, { ocspUrl: `http://127.0.0.1:${port}` })
    expect(verdict(trust)).toBe('accepted')
    await becomes(trust, 'CERT_REVOCATION_UNKNOWN')
  })
})

describe('an unreachable responder', () => {
  it.each<[RevocationPolicy | undefined, string, number]>([
    ['hardFail', 'CERT_REVOCATION_UNKNOWN', 1],
    ['softFail', 'accepted', 1],
    [undefined, 'CERT_REVOCATION_UNKNOWN', 0],
  ])('with %s gives %s, and is asked about no stranger', async (policy, expected, asked) => {
    const ocspUrl = `http://127.0.0.1:${await freePort()}`
    const trust = trustWith(policy)
    const lines = await refresh(trust, { ocspUrl })
    expect(verdict(trust)).toBe(expected)
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(lines.length).toBeGreaterThanOrEqual(asked)
    if (asked === 0) expect(lines).toEqual([])
    expect(verdict(trust)).toBe(expected)
    if (expected !== 'accepted') return
    const { revocation, validUntilMs } = trust.verifyPath(certificate, 'messageSigning', Date.now())
    expect(revocation).toBe('unknown')
    expect(validUntilMs).toBeLessThanOrEqual(Date.now() + minuteMs)
  })
})

describe('a CRL by HTTP', () => {
  it('is there before the first caller, and a new one counts within one refresh', async () => {
    let crl = crlOf([], -2)
    const crlUrl = await serve((_request, response) => response.end(crl))
    const trust = trustWith('hardFail')
    await refresh(trust, { crlUrl })
    expect(verdict(trust)).toBe('accepted')
    crl = crlOf([certificate])
    await becomes(trust, 'CERT_REVOKED')
  })

  it.each<[string, RequestListener, string]>([
    ['too large', (_, response) => response.end(Buffer.alloc(10_001)), 'larger than 10000 bytes'],
    ['an error', (_, response) => response.writeHead(503).end(), 'HTTP status 503'],
    [
      'a redirection',
      (_, response) => response.writeHead(302, { Location: '/' }).end(),
      'no answer',
    ],
    ['never whole', (_, response) => void response.write('0'), 'no answer in time'],
    ['no CRL', (_, response) => response.end('<html>'), 'fetched CRL: tag 60 instead of 48'],
    [
      'of another CA',
      (_, response) => response.end(readOut('ca/other.crl')),
      'fetched CRL: not signed by its CA',
    ],
  ])('that is %s is logged and leaves the last good one', async (_what, listener, why) => {
    let isGood = true
    const crlUrl = await serve((request, response) => {
      if (isGood) response.end(crlOf([]))
      else listener(request, response)
    })
    const trust = trustWith('hardFail')
    const lines = await refresh(trust, { crlUrl }, { limits: { timeoutMs: 2_000 } })
    isGood = false
    await vi.waitFor(() => expect(lines).not.toEqual([]), { timeout: 8_000 })
    expect(lines[0]).toEqual({ source: 'crl', issuer: issuer.sha256, why })
    expect(verdict(trust)).toBe('accepted')
  })
})

describe('CRL files', () => {
  it('are read again; one that is broken leaves all as they were', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'quadrivium-crl-')), 'qualified.crl')
    writeFileSync(file, readOut('ca/qualified.crl'))
    const crlFiles = [out('ca/root.crl'), file]
    const trust = openSandboxTrust({ crls: [readOut('ca/root.crl'), readOut('ca/qualified.crl')] })
    const lines = await refresh(trust, {}, { crlFiles })
    expect(verdict(trust)).toBe('accepted')
    writeFileSync(file, 'half')
    await vi.waitFor(() => expect(lines).not.toEqual([]), { timeout: 8_000 })
    expect(lines[0]).toEqual({
      source: 'crl files',
      why: 'a CRL file is absent or refused; those read before stay',
    })
    expect(verdict(trust)).toBe('accepted')
    writeFileSync(file, crlOf([certificate]))
    await becomes(trust, 'CERT_REVOKED')
  })
})
