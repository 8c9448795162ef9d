import { expect, it } from 'vitest'
import { asGatewayError, GatewayError } from '../../src/base/errors.ts'
import { readCertificate, type Certificate } from '../../src/pki/certificate.ts'
import { readCrl } from '../../src/pki/crl.ts'
import { DerError } from '../../src/pki/der.ts'
import { extendedKeyUsages } from '../../src/pki/extensions.ts'
import { findPath, pathLimits } from '../../src/pki/path.ts'
import { checkRevocation } from '../../src/pki/revocation.ts'
import { readShared } from './shared.ts'

interface Case {
  readonly id: string
  readonly features: readonly string[]
  readonly trusted_certs: readonly string[]
  readonly untrusted_intermediates: readonly string[]
  readonly peer_certificate: string
  readonly validation_time: string | null
  readonly validation_kind: 'CLIENT' | 'SERVER'
  readonly max_chain_depth: number | null
  readonly extended_key_usage: readonly string[]
  readonly crls: readonly string[]
  readonly expected_result: 'SUCCESS' | 'FAILURE'
}

const derOf = (pem: string) => Buffer.from(pem.replace(/-----[A-Z0-9 ]+-----|\s/g, ''), 'base64')

function readable(pems: readonly string[]): Certificate[] {
  return pems.flatMap((pem) => {
    try {
      return [readCertificate(derOf(pem))]
    } catch (error) {
      if (error instanceof GatewayError) return []
      throw error
    }
  })
}

function judge(one: Case): string {
  try {
    const certificate = readCertificate(derOf(one.peer_certificate))
    const material = {
      anchors: readable(one.trusted_certs),
      intermediates: readable(one.untrusted_intermediates),
      crls: one.crls.map((pem) => readCrl(derOf(pem))),
    }
    const eku =
      one.validation_kind === 'SERVER' ? extendedKeyUsages.serverAuth : extendedKeyUsages.clientAuth
    const depth = one.max_chain_depth
    const question = {
      atMs: Date.parse(one.validation_time ?? '2024-06-01T00:00:00Z'),
      extendedKeyUsage: eku,
      limits: { ...pathLimits, depthMax: depth === null ? pathLimits.depthMax : depth + 2 },
    }
    const path = findPath(certificate, material, question)
    if (one.crls.length > 0) checkRevocation(path, material, question)
    if (certificate.extensions.extendedKeyUsage?.includes(eku) === false) return 'refused: EKU'
    return 'SUCCESS'
  } catch (error) {
    if (error instanceof DerError) return `refused: CRL ${error.message}`
    const known = asGatewayError(error)
    if (known.code === 'INTERNAL') throw error
    return `refused: ${known.code} ${known.message}`
  }
}

/** Groups of cases: `in` our profile, or why not. A case of no group fails the suite. */
const groups: readonly [prefix: string, decision: string][] = [
  ['rfc5280::', 'in'],
  ['pathlen::', 'in'],
  ['pathological::', 'in'],
  ['crl::', 'in'],
  ['cve::', 'in'],
  ['invalid::', 'in'],
  ['webpki::forbidden-', 'in'],
  ['webpki::explicit-curve', 'in'],
  ['webpki::ee-', 'CA/Browser Forum profile of web servers'],
  ['webpki::', 'CA/Browser Forum profile of web servers, or host names'],
  ['online::', 'public web sites'],
]

/** Cases in our profile where our verdict is another one on purpose. */
const disagreements: Readonly<Record<string, string>> = {
  'rfc5280::pc::ica-noncritical-pc':
    'policy constraints that are not critical are enforced all the same; PKITS 4.8 and 4.12 want them taken',
  'rfc5280::ca-as-leaf-wrong-san': 'host names are not checked by a path',
  'pathlen::max-chain-depth-1-self-issued': 'our depth counts self-issued certificates too',
  'cve::cve-2024-0567':
    'its cross-certificates have no authority key identifier (RFC 5280 §4.2.1.1)',
}

it('x509-limbo: nothing accepted that must be refused, each disagreement has its reason', () => {
  const file = readShared('x509-limbo', 'vectors/x509-limbo/limbo.json')
  if (file === undefined) return
  const { testcases } = JSON.parse(file.toString()) as { testcases: Case[] }
  const decisionOf = ({ id }: Case) => groups.find(([prefix]) => id.startsWith(prefix))?.[1]
  expect(testcases.filter((one) => decisionOf(one) === undefined).map(({ id }) => id)).toEqual([])
  const inProfile = testcases.filter((one) => decisionOf(one) === 'in')
  const differing = inProfile
    .map((one) => ({ one, verdict: judge(one) }))
    .filter(({ one, verdict }) => (verdict === 'SUCCESS') !== (one.expected_result === 'SUCCESS'))
  const falseAccepts = differing.filter(
    ({ one, verdict }) => verdict === 'SUCCESS' && disagreements[one.id] === undefined,
  )
  console.log(
    `x509-limbo: ${inProfile.length - differing.length} of ${inProfile.length} in profile agree, ` +
      `${falseAccepts.length} false accepts, ${Object.keys(disagreements).length} disagreements ` +
      `with reason (${Object.keys(disagreements).join(', ')}), ` +
      `${testcases.length - inProfile.length} out of profile`,
  )
  expect(falseAccepts.map(({ one }) => one.id)).toEqual([])
  expect(differing.map(({ one }) => one.id).sort()).toEqual(Object.keys(disagreements).sort())
})
