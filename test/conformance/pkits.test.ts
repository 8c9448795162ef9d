import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { asGatewayError, GatewayError } from '../../src/base/errors.ts'
import { readCertificate, type Certificate } from '../../src/pki/certificate.ts'
import { readCrl, type Crl } from '../../src/pki/crl.ts'
import { DerError } from '../../src/pki/der.ts'
import { findPath } from '../../src/pki/path.ts'
import type { PolicyInputs } from '../../src/pki/policies.ts'
import { checkRevocation } from '../../src/pki/revocation.ts'
import { readShared, shared } from './shared.ts'

interface Case {
  readonly test: string
  readonly name: string
  readonly trustedCertificates: readonly string[]
  readonly certificates: readonly string[]
  readonly crls: readonly string[]
  readonly verifyParameters: {
    readonly initialPolicySet?: readonly string[]
    readonly initialExplicitPolicy?: boolean
    readonly initialPolicyMappingInhibit?: boolean
    readonly initialInhibitPolicy?: boolean
  }
  readonly successExpected: boolean
}

const folder = join(shared, 'vectors/pkits')
const atMs = Date.UTC(2020, 0, 1)

/** Why a valid path is refused all the same: our choice, not the manifest's. */
const chosen = {
  DSA: /^4\.1\.[45]$/,
  'delta CRL': /^4\.15\./,
  'indirect CRL': /^4\.14\.(2[2-9]|3\d)$/,
} as const

/**
 * Cases whose expectation in the manifest is not that of the NIST document (nor of `openssl verify -policy_check -policy`):
 * the first two are valid by name and by RFC 5280 §6.1, the third asserts only policy 1 and is asked for policy 2.
 */
const corrected = new Map([
  ['4.10.9 Valid Policy Mapping Test9 / with default settings', true],
  ['4.12.2 Valid inhibitAnyPolicy Test2 / with default settings', true],
  ['4.8.6 Overlapping Policies Test6 / with initial-policy-set = {NIST-test-policy-2}', false],
])

const reasonOf = (test: string) =>
  Object.entries(chosen).find(([, pattern]) => pattern.test(test))?.[0]

const isExpected = ({ name, successExpected }: Case) => corrected.get(name) ?? successExpected

function policiesOf({ verifyParameters: given }: Case): PolicyInputs {
  return {
    initialPolicies: given.initialPolicySet,
    explicitPolicy: given.initialExplicitPolicy ?? false,
    mappingInhibited: given.initialPolicyMappingInhibit ?? false,
    anyPolicyInhibited: given.initialInhibitPolicy ?? false,
  }
}

/** What `openssl verify` refuses and both NIST and we accept. */
const refusedByOpenssl: Readonly<Record<string, string>> = {
  '4.1.7': 'openssl asks for a CRL about an anchor that is no root',
}

/** The second opinion, with all CRLs of the case and its policy inputs, at the same time: `accepted`, or what openssl says. */
function askOpenssl(one: Case, folder: string): string {
  const pem = (label: string, der: Buffer) =>
    `-----BEGIN ${label}-----\n${der
      .toString('base64')
      .match(/.{1,64}/g)!
      .join('\n')}\n-----END ${label}-----\n`
  const write = (name: string, kind: 'certs' | 'crls', files: readonly string[]) => {
    const label = kind === 'certs' ? 'CERTIFICATE' : 'X509 CRL'
    writeFileSync(join(folder, name), files.map((file) => pem(label, load(kind, file))).join(''))
    return join(folder, name)
  }
  const given = one.verifyParameters
  const between = one.certificates.slice(0, -1)
  const command = [
    ...[
      'verify',
      '-attime',
      `${atMs / 1000}`,
      '-policy_check',
      '-crl_check_all',
      '-partial_chain',
      '-extended_crl',
    ],
    ...(given.initialPolicySet ?? ['2.5.29.32.0']).flatMap((policy) => ['-policy', policy]),
    ...(given.initialExplicitPolicy === true ? ['-explicit_policy'] : []),
    ...(given.initialPolicyMappingInhibit === true ? ['-inhibit_map'] : []),
    ...(given.initialInhibitPolicy === true ? ['-inhibit_any'] : []),
    ...['-CAfile', write('anchors.pem', 'certs', one.trustedCertificates)],
    ...(between.length === 0 ? [] : ['-untrusted', write('between.pem', 'certs', between)]),
    ...(one.crls.length === 0 ? [] : ['-CRLfile', write('crls.pem', 'crls', one.crls)]),
    write('end.pem', 'certs', one.certificates.slice(-1)),
  ]
  const { status, stderr, error } = spawnSync('openssl', command)
  if (error !== undefined) throw error
  return status === 0
    ? 'accepted'
    : (/^error .*?: (.*)$/m.exec(stderr.toString())?.[1] ?? 'refused')
}

const load = (kind: 'certs' | 'crls', file: string) => readFileSync(join(folder, kind, file))

/** Malformed or weak CRLs are as if absent; a delta CRL stops the start, so it refuses the whole case. */
function readCrls(files: readonly string[]): Crl[] {
  return files.flatMap((file) => {
    try {
      return [readCrl(load('crls', file))]
    } catch (error) {
      if (!(error instanceof DerError)) throw error
      if (error.message === 'delta CRL') throw new GatewayError('CERT_REVOCATION_UNKNOWN')
      return []
    }
  })
}

function readable(files: readonly string[]): Certificate[] {
  return files.flatMap((file) => {
    try {
      return [readCertificate(load('certs', file))]
    } catch (error) {
      if (error instanceof GatewayError) return []
      throw error
    }
  })
}

function judge(one: Case): string {
  try {
    const certificate = readCertificate(load('certs', one.certificates.at(-1) ?? ''))
    const material = {
      anchors: readable(one.trustedCertificates),
      intermediates: readable(one.certificates.slice(0, -1)),
      crls: readCrls(one.crls),
    }
    const limits = { depthMax: 10, signaturesMax: 100 }
    const question = { atMs, policies: policiesOf(one), limits }
    checkRevocation(findPath(certificate, material, question), material, question)
    return 'accepted'
  } catch (error) {
    const known = asGatewayError(error)
    if (known.code === 'INTERNAL') throw error
    return `${known.code} ${known.message}`
  }
}

it('PKITS: nothing accepted that must be refused, all else accepted but what we chose to refuse', () => {
  const manifest = readShared('PKITS', 'vectors/pkits/manifest.json')
  if (manifest === undefined) return
  const cases = JSON.parse(manifest.toString()) as Case[]
  const verdicts = cases.map((one) => ({ one, verdict: judge(one) }))
  const falseAccepts = verdicts.filter((v) => v.verdict === 'accepted' && !isExpected(v.one))
  const refused = verdicts.filter((v) => v.verdict !== 'accepted' && isExpected(v.one))
  const listed = refused.map(({ one }) => `${one.test} ${reasonOf(one.test) ?? 'UNEXPECTED'}`)
  const agreed = cases.length - falseAccepts.length - refused.length
  console.log(
    `PKITS: ${agreed} of ${cases.length} agree, ${falseAccepts.length} false accepts, ` +
      `${refused.length} refused by choice (${listed.join(', ')}), ` +
      `${corrected.size} expectations corrected`,
  )
  expect(falseAccepts.map(({ one }) => one.name)).toEqual([])
  expect(
    refused
      .filter(({ one }) => reasonOf(one.test) === undefined)
      .map((v) => [v.one.name, v.verdict]),
  ).toEqual([])
})

it('PKITS, second opinion: `openssl verify` agrees, or the difference is listed with its reason', () => {
  const manifest = readShared('PKITS and openssl', 'vectors/pkits/manifest.json')
  if (manifest === undefined) return
  const cases = JSON.parse(manifest.toString()) as Case[]
  const folder = mkdtempSync(join(tmpdir(), 'quadrivium-pkits-'))
  const verdicts = cases.map((one) => ({ one, ours: judge(one), theirs: askOpenssl(one, folder) }))
  rmSync(folder, { recursive: true })
  const differing = verdicts.filter(
    ({ ours, theirs }) => (ours === 'accepted') !== (theirs === 'accepted'),
  )
  const whyOf = ({ one, ours }: (typeof verdicts)[number]) =>
    ours === 'accepted' ? refusedByOpenssl[one.test] : reasonOf(one.test)
  const listed = differing.map((each) => `${each.one.test} ${whyOf(each) ?? 'UNEXPECTED'}`)
  console.log(
    `PKITS, openssl verify: ${cases.length - differing.length} of ${cases.length} alike, ${differing.length} with a reason (${listed.join(', ')})`,
  )
  const unexplained = differing.filter((each) => whyOf(each) === undefined)
  expect(unexplained.map(({ one, ours, theirs }) => [one.name, ours, theirs])).toEqual([])
})
