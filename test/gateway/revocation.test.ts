import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SandboxInstitutionId } from '../../certs-test/institutions.ts'
import { readCertificate } from '../../src/pki/certificate.ts'
import { certificates, pem } from '../gateway-process.ts'
import { certificateOf } from '../pki/material.ts'
import { freePort, startResponder } from '../pki/ocsp-material.ts'
import { askSoap, type Ask } from './ask.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { consultationNamed, criteriaOf, employers, personaNumbers } from './questions.ts'

const files = {
  issuer: pem.qualified,
  signer: join(certificates, 'ocsp/qualified.pem'),
  signerKey: join(certificates, 'ocsp/qualified.key.pem'),
}
const seal = readCertificate(certificateOf('institutions/phare/signing'))

let port: number
let gateway: TestGateway

/** Seals have an OCSP responder, which is away at the start, and no CRL; only PHARE is soft. */
beforeAll(async () => {
  port = await freePort()
  gateway = await startTestGateway({
    institutions: (rows) =>
      rows.map((row) => (row.id === 'phare' ? { ...row, revocation: 'softFail' } : row)),
    configure: (config) => ({
      ...config,
      authorities: config.authorities.map(({ crl, ...authority }) =>
        authority.certificate === pem.qualified
          ? { ...authority, ocspUrl: `http://127.0.0.1:${port}` }
          : { ...authority, ...(crl !== undefined && { crl }) },
      ),
      revocation: { everyMs: 300, retryMs: 300 },
    }),
  })
})

afterAll(() => gateway.close())

const questionOf = (as: SandboxInstitutionId, legalContext: string): Ask => ({
  as,
  ...consultationNamed('consultPerson'),
  legalContext,
  criteria: criteriaOf(
    'consultPerson',
    { ssin: personaNumbers[0]!, employer: employers[0]! },
    { from: '20241', to: '20243' },
  ),
})

/** What the first entry of an exchange says of revocation; the code when there was none. */
async function journalled(ask: Ask): Promise<string> {
  const mark = gateway.mark()
  const { text } = await askSoap(gateway, ask)
  const entry = gateway.entries(mark).find(({ channel }) => channel === 'soap')
  if (entry === undefined) return text.includes('Fault') ? 'refused as a stranger' : 'no entry'
  return entry.revocation ?? 'checked'
}

describe('revocation, per institution', () => {
  const phare = questionOf('phare', 'PHARE:IDENTIFICATION')
  const pension = questionOf('pension', 'PENSION:CAREER')

  it('with the responder away: soft fail is served and journalled as such, hard fail is refused', async () => {
    expect(await journalled(phare)).toBe('unknown')
    expect(await journalled(pension)).toBe('refused as a stranger')
    expect(gateway.logText()).toContain('"code":"CERT_REVOCATION_UNKNOWN"')
  })

  it('with the responder back: served as checked, and refused within one refresh of a revocation', async () => {
    const soon = { timeout: 10_000, interval: 300 }
    const first = await startResponder(port, [[seal, 'good']], files)
    await vi.waitFor(async () => expect(await journalled(phare)).toBe('checked'), soon)
    await first.stop()
    const second = await startResponder(port, [[seal, 'revoked']], files)
    await vi.waitFor(
      async () => expect(await journalled(phare)).toBe('refused as a stranger'),
      soon,
    )
    await second.stop()
    expect(gateway.logText()).toContain('"code":"CERT_REVOKED"')
  })
})
