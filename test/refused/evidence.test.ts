import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import {
  DistributionPointName,
  GeneralName,
  id_kp_OCSPSigning,
  IssuingDistributionPoint,
} from '@peculiar/asn1-x509'
import { describe, expect, it } from 'vitest'
import { integer, nullValue } from '../../certs-test/der.ts'
import {
  authoritySubject,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  profiles,
} from '../../certs-test/profiles.ts'
import { issueCrl, newExtension, newName } from '../../certs-test/x509.ts'
import { type ErrorCode, GatewayError } from '../../src/base/errors.ts'
import { readCertificate, type Certificate } from '../../src/pki/certificate.ts'
import { writeOcspRequest } from '../../src/pki/ocsp.ts'
import { faultTable } from '../../src/soap/fault-table.ts'
import { certificateOf, keyOf, openSandboxTrust, readOut, verdictOf } from '../pki/material.ts'
import { answeredBy, answerRequest, type ResponderFiles, type Status } from '../pki/ocsp-material.ts'
import { readCollection, type Recipe } from './read-recipes.ts'

const nowMs = Date.now()
const minuteMs = 60_000

const issuer = readCertificate(certificateOf('ca/qualified'))
const root = readCertificate(certificateOf('ca/root'))
const certificate = readCertificate(certificateOf('institutions/phare/signing'))
const another = readCertificate(certificateOf('institutions/emploi/signing'))
const out = (file: string) => join(import.meta.dirname, '../../certs-test/out', file)
const files = (ca: string, signer: string): ResponderFiles => ({
  issuer: out(`ca/${ca}.pem`),
  signer: out(`${signer}.pem`),
  signerKey: out(`${signer}.key.pem`),
})
const delegated = files('qualified', 'ocsp/qualified')

/** One piece of evidence, and when it comes. */
type Evidence = { readonly atMs?: number } & ({ readonly ocsp: Buffer } | { readonly crl: Buffer })

const nonce = randomBytes(16)
const request = writeOcspRequest({ certificate, issuer }, nonce)
const respond = (
  status: Status,
  about: Certificate = certificate,
  by = delegated,
  asked: Uint8Array = request,
) => answerRequest(asked, [[about, status]], by)
const good = () => respond('good')

const ocspSigning = [keyUsage('digitalSignature'), extendedKeyUsage(id_kp_OCSPSigning)] as const
const noCheck = profiles.ocspResponder().at(-1)!
const responder = (...given: Parameters<typeof answeredBy>) => [{ ocsp: answeredBy(...given).response }]
const made = (extensions: Parameters<typeof answeredBy>[1], more = {}) =>
  responder(certificate, extensions, { request, ...more })

interface Times {
  readonly from?: number
  readonly to?: number
}
/** A CRL of the CA of the seals, its times in minutes from now. */
function crl(
  { from = -2, to = 5 }: Times = {},
  revoked: readonly Certificate[] = [],
  extensions: Parameters<typeof issueCrl>[3] = [],
  { signer = 'ca/qualified', name = 'Quadrivium test qualified seals CA' } = {},
): Buffer {
  const identity = {
    name: newName(authoritySubject(name)),
    privateKey: keyOf(signer),
    publicKey: readCertificate(certificateOf(signer)).publicKey,
  }
  const serials = revoked.map(({ serialNumber }) => ({
    serialNumber: new Uint8Array(Buffer.from(serialNumber, 'hex')).buffer,
  }))
  const times = {
    thisUpdate: new Date(nowMs + from * minuteMs),
    nextUpdate: new Date(nowMs + to * minuteMs),
  }
  return issueCrl(identity, serials, times, extensions)
}
const scope = (value: Partial<IssuingDistributionPoint>) =>
  newExtension('2.5.29.28', new IssuingDistributionPoint(value), true)
const point = new DistributionPointName({
  fullName: [new GeneralName({ uniformResourceIdentifier: 'http://a.test/' })],
})
const changed = (bytes: Buffer, at: number) => {
  bytes[bytes.length + at]! ^= 1
  return bytes
}

/** What each attack puts in the place of good evidence. */
const attacks: Readonly<Record<string, () => readonly Evidence[]>> = {
  'ocsp without nonce': () => [
    { ocsp: respond('good', certificate, delegated, writeOcspRequest({ certificate, issuer }, undefined)) },
  ],
  'ocsp with the nonce of another request': () => [
    { ocsp: respond('good', certificate, delegated, writeOcspRequest({ certificate, issuer }, randomBytes(16))) },
  ],
  'ocsp about another certificate': () => [
    { ocsp: respond('good', another, delegated, writeOcspRequest({ certificate: another, issuer }, nonce)) },
  ],
  'ocsp about the same number of another CA': () => [
    {
      ocsp: respond(
        'good',
        certificate,
        files('root', 'ca/root'),
        writeOcspRequest({ certificate, issuer: root }, nonce),
      ),
    },
  ],
  'ocsp that knows nothing': () => [{ ocsp: respond('good', another) }],
  'ocsp by a seal of the CA': () => [
    { ocsp: respond('good', certificate, files('qualified', 'institutions/inspection/signing')) },
  ],
  'ocsp by a responder of another CA': () => made(profiles.ocspResponder(), { ca: 'other' }),
  'ocsp by a responder that has expired': () => made(profiles.ocspResponder(), { days: -1 }),
  'ocsp by a responder for no OCSP': () => made([keyUsage('digitalSignature'), noCheck]),
  'ocsp by a responder for anything': () => made([extendedKeyUsage('2.5.29.37.0'), noCheck]),
  'ocsp by a responder that may not sign': () =>
    made([keyUsage('keyEncipherment'), ocspSigning[1], noCheck]),
  'ocsp by a responder that is a CA': () =>
    made([
      basicConstraints(true),
      keyUsage('keyCertSign', 'digitalSignature'),
      ocspSigning[1],
      noCheck,
    ]),
  'ocsp by a responder that nobody vouches for': () => made(ocspSigning),
  'ocsp that is an error': () => [{ ocsp: Buffer.from('30030a0106', 'hex') }],
  'ocsp that is a page': () => [{ ocsp: Buffer.from('<html>') }],
  'ocsp that is empty': () => [{ ocsp: Buffer.alloc(0) }],
  'ocsp that is cut off': () => [{ ocsp: good().subarray(0, -1) }],
  'ocsp that is longer': () => [{ ocsp: Buffer.concat([good(), Buffer.of(0)]) }],
  'ocsp with another signature': () => [{ ocsp: changed(good(), -1) }],
  'ocsp of an hour ago': () => [{ ocsp: good(), atMs: nowMs + 60 * minuteMs }],
  'ocsp of tomorrow': () => [{ ocsp: good(), atMs: nowMs - 24 * 60 * minuteMs }],
  'crl by another key': () => [{ crl: crl({}, [], [], { signer: 'ca/other' }) }],
  'crl by a seal of the CA': () => [
    { crl: crl({}, [], [], { signer: 'institutions/phare/signing' }) },
  ],
  'crl of another name': () => [{ crl: crl({}, [], [], { name: 'another' }) }],
  'crl of an hour ago': () => [{ crl: crl({ from: -60, to: -1 }) }],
  'crl of tomorrow': () => [{ crl: crl({ from: 60, to: 90 }) }],
  'crl older than the one that revokes': () => [
    { crl: crl({ from: -2 }, [certificate]) },
    { crl: crl({ from: -3 }) },
  ],
  'crl for CAs only': () => [{ crl: crl({}, [], [scope({ onlyContainsCACerts: true })]) }],
  'crl for attribute certificates only': () => [
    { crl: crl({}, [], [scope({ onlyContainsAttributeCerts: true })]) },
  ],
  'crl that is indirect': () => [{ crl: crl({}, [], [scope({ indirectCRL: true })]) }],
  'crl for another distribution point': () => [
    { crl: crl({}, [], [scope({ distributionPoint: point })]) },
  ],
  'crl that is a delta': () => [
    { crl: crl({}, [], [newExtension('2.5.29.27', integer(1), true)]) },
  ],
  'crl with an unknown critical extension': () => [
    { crl: crl({}, [], [newExtension('1.2.3', nullValue, true)]) },
  ],
  'crl that is longer': () => [{ crl: Buffer.concat([crl(), Buffer.of(0)]) }],
  'crl that is a page': () => [{ crl: Buffer.from('<html>') }],
  'crl with another signature': () => [{ crl: changed(crl(), -1) }],
}

/** What a message of the certificate's owner is then told, and why the evidence was not taken. */
function judge(evidence: readonly Evidence[]): { code: string; why: string } {
  const trust = openSandboxTrust({ crls: [readOut('ca/root.crl')], policyOf: () => 'hardFail' })
  let why = 'taken'
  for (const one of evidence) {
    const atMs = one.atMs ?? Date.now()
    try {
      if ('crl' in one) trust.evidence.takeCrl(one.crl, issuer.sha256, atMs)
      else {
        const judgement = { atMs, nonce, ageMaxMs: 30 * minuteMs }
        trust.evidence.takeOcspResponse(one.ocsp, { certificate, issuer }, judgement)
      }
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error
      expect(error.code).toBe('CERT_REVOCATION_UNKNOWN')
      why = error.message
    }
  }
  const atMs = evidence.at(-1)?.atMs ?? Date.now()
  const code = verdictOf(() => trust.verifyPath(trust.read(certificate.der), 'messageSigning', atMs))
  return { code, why }
}

describe('evidence of revocation', () => {
  const seen: string[] = []
  const recipes = readCollection('evidence-recipes')
  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
    'is worth nothing, and the certificate is refused: %s',
    (name, recipe: Recipe) => {
      const isOcsp = recipe.attack.startsWith('ocsp')
      expect(judge([isOcsp ? { ocsp: good() } : { crl: crl() }])).toEqual({
        code: 'accepted',
        why: 'taken',
      })
      const attack = attacks[recipe.attack]
      if (attack === undefined) throw new Error(`${name}: no attack ${recipe.attack}`)
      const { code, why } = judge(attack())
      seen.push(`${name.padEnd(44)} ${code.padEnd(24)} ${why}`)
      expect(code).toBe(recipe.code)
      expect(faultTable[code as ErrorCode].faultcode).toBe(recipe.answer)
    },
  )

  it('is told in the log as it is printed here', async () => {
    expect(Object.keys(attacks)).toHaveLength(recipes.length)
    await expect(`${seen.join('\n')}\n`).toMatchFileSnapshot('../output/refused-evidence.txt')
  })
})
