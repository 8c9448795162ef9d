import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CertificatePolicies,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  NameConstraints,
  PolicyConstraints,
  PolicyInformation,
  SubjectAlternativeName,
  type Extension,
} from '@peculiar/asn1-x509'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nullValue } from '../../certs-test/der.ts'
import { basicConstraints, extendedKeyUsage, keyUsage } from '../../certs-test/profiles.ts'
import {
  issueCertificate,
  newExtension,
  newName,
  toPem,
  type Identity,
  type SubjectAttribute,
} from '../../certs-test/x509.ts'
import { readCertificate } from '../../src/pki/certificate.ts'
import { extendedKeyUsages } from '../../src/pki/extensions.ts'
import { findPath } from '../../src/pki/path.ts'
import { verdictOf } from './material.ts'

const nowMs = Date.UTC(2026, 5, 1)
const dayMs = 86_400_000

interface Link {
  readonly name?: string | readonly SubjectAttribute[]
  readonly extensions?: readonly Extension[]
  readonly fromDay?: number
  readonly untilDay?: number
  /** signed by a key that is not the issuer's */
  readonly forged?: true
}

interface Chain {
  readonly root?: Link
  /** from the root down */
  readonly authorities?: readonly Link[]
  readonly end?: Link
}

const ca = (pathLength?: number): Extension[] => [
  basicConstraints(true, pathLength),
  keyUsage('keyCertSign', 'cRLSign'),
]
const leaf = (...more: Extension[]): Extension[] => [
  basicConstraints(false),
  keyUsage('digitalSignature'),
  ...more,
]
const dns = (...names: string[]) =>
  newExtension(
    '2.5.29.17',
    new SubjectAlternativeName(names.map((dNSName) => new GeneralName({ dNSName }))),
  )
const alternative = (name: GeneralName) =>
  newExtension('2.5.29.17', new SubjectAlternativeName([name]))
const subtrees = (...bases: GeneralName[]) =>
  new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base })))
const permitted = (...bases: GeneralName[]) =>
  newExtension('2.5.29.30', new NameConstraints({ permittedSubtrees: subtrees(...bases) }), true)
const excluded = (...bases: GeneralName[]) =>
  newExtension('2.5.29.30', new NameConstraints({ excludedSubtrees: subtrees(...bases) }), true)
const directory = (...attributes: SubjectAttribute[]) =>
  new GeneralName({ directoryName: newName(attributes) })
const policies = (...oids: string[]) =>
  newExtension(
    '2.5.29.32',
    new CertificatePolicies(oids.map((oid) => new PolicyInformation({ policyIdentifier: oid }))),
  )
const explicitPolicy = () =>
  newExtension(
    '2.5.29.36',
    new PolicyConstraints({ requireExplicitPolicy: new ArrayBuffer(1) }),
    true,
  )
const unknown = (critical: boolean) => newExtension('1.2.3.4.5', nullValue, critical)
const constrainedBy = (constraint: Extension, ...names: Extension[]): Chain => ({
  authorities: [{ extensions: [...ca(), constraint] }],
  end: { extensions: leaf(...names) },
})

/** Name of the case, the chain, our verdict; openssl's is the same where it is not written down. */
const cases: readonly [name: string, chain: Chain, ours: string, openssl?: 'accepted'][] = [
  ['a good chain', {}, 'accepted'],
  ['no authority between', { authorities: [] }, 'accepted'],
  ['six certificates', { authorities: [{}, {}, {}, {}] }, 'accepted'],
  ['seven certificates', { authorities: [{}, {}, {}, {}, {}] }, 'CERT_CONSTRAINT', 'accepted'],
  ['end entity expired', { end: { untilDay: -1 } }, 'CERT_VALIDITY'],
  ['end entity not yet valid', { end: { fromDay: 1 } }, 'CERT_VALIDITY'],
  ['authority expired', { authorities: [{ untilDay: -1 }] }, 'CERT_VALIDITY'],
  ['root expired', { root: { untilDay: -1 } }, 'CERT_VALIDITY'],
  ['end entity signed by another key', { end: { forged: true } }, 'CERT_UNKNOWN_CA'],
  ['authority signed by another key', { authorities: [{ forged: true }] }, 'CERT_UNKNOWN_CA'],
  ['issuer is no CA', { authorities: [{ extensions: leaf() }] }, 'CERT_CONSTRAINT'],
  ['issuer without extensions', { authorities: [{ extensions: [] }] }, 'CERT_CONSTRAINT'],
  [
    'issuer without basicConstraints',
    { authorities: [{ extensions: [keyUsage('keyCertSign')] }] },
    'CERT_CONSTRAINT',
  ],
  [
    'issuer without keyCertSign',
    { authorities: [{ extensions: [basicConstraints(true), keyUsage('cRLSign')] }] },
    'CERT_CONSTRAINT',
  ],
  ['path length kept', { authorities: [{ extensions: ca(1) }, {}] }, 'accepted'],
  ['path length passed', { authorities: [{ extensions: ca(0) }, {}] }, 'CERT_CONSTRAINT'],
  ['path length of the root passed', { root: { extensions: ca(0) } }, 'CERT_CONSTRAINT'],
  ['unknown critical extension', { end: { extensions: leaf(unknown(true)) } }, 'CERT_CONSTRAINT'],
  ['unknown extension, not critical', { end: { extensions: leaf(unknown(false)) } }, 'accepted'],
  [
    'unknown critical extension of an authority',
    { authorities: [{ extensions: [...ca(), unknown(true)] }] },
    'CERT_CONSTRAINT',
  ],
  [
    'keyCertSign without CA',
    { end: { extensions: [basicConstraints(false), keyUsage('keyCertSign')] } },
    'CERT_CONSTRAINT',
  ],
  [
    'DNS name permitted',
    constrainedBy(permitted(new GeneralName({ dNSName: 'a.test' })), dns('x.a.test')),
    'accepted',
  ],
  [
    'DNS name outside',
    constrainedBy(permitted(new GeneralName({ dNSName: 'a.test' })), dns('xa.test')),
    'CERT_CONSTRAINT',
  ],
  [
    'DNS name excluded',
    constrainedBy(excluded(new GeneralName({ dNSName: 'a.test' })), dns('A.TEST')),
    'CERT_CONSTRAINT',
  ],
  [
    'wildcard that covers an excluded name',
    constrainedBy(excluded(new GeneralName({ dNSName: 'x.a.test' })), dns('*.a.test')),
    'CERT_CONSTRAINT',
    'accepted',
  ],
  [
    'IP address permitted',
    constrainedBy(
      permitted(new GeneralName({ iPAddress: '10.0.0.0/8' })),
      alternative(new GeneralName({ iPAddress: '10.1.2.3' })),
    ),
    'accepted',
  ],
  [
    'IP address outside',
    constrainedBy(
      permitted(new GeneralName({ iPAddress: '10.0.0.0/8' })),
      alternative(new GeneralName({ iPAddress: '11.1.2.3' })),
    ),
    'CERT_CONSTRAINT',
  ],
  [
    'e-mail address of a permitted host',
    constrainedBy(
      permitted(new GeneralName({ rfc822Name: 'a.test' })),
      alternative(new GeneralName({ rfc822Name: 'x@a.test' })),
    ),
    'accepted',
  ],
  [
    'e-mail address of a host below a permitted host',
    constrainedBy(
      permitted(new GeneralName({ rfc822Name: 'a.test' })),
      alternative(new GeneralName({ rfc822Name: 'x@b.a.test' })),
    ),
    'CERT_CONSTRAINT',
  ],
  [
    'URI of an excluded domain',
    constrainedBy(
      excluded(new GeneralName({ uniformResourceIdentifier: '.a.test' })),
      alternative(new GeneralName({ uniformResourceIdentifier: 'https://x.a.test/' })),
    ),
    'CERT_CONSTRAINT',
  ],
  [
    'URI without a host where URIs are constrained',
    constrainedBy(
      excluded(new GeneralName({ uniformResourceIdentifier: '.a.test' })),
      alternative(new GeneralName({ uniformResourceIdentifier: 'urn:x:y' })),
    ),
    'CERT_CONSTRAINT',
  ],
  [
    'directory name permitted, in other letters and string type',
    constrainedBy(permitted(directory(['2.5.4.6', 'BE'], ['2.5.4.10', '  TEST  chain ']))),
    'accepted',
  ],
  [
    'directory name outside',
    constrainedBy(permitted(directory(['2.5.4.6', 'BE'], ['2.5.4.10', 'other']))),
    'CERT_CONSTRAINT',
  ],
  [
    'directory name excluded',
    constrainedBy(excluded(directory(['2.5.4.6', 'BE']))),
    'CERT_CONSTRAINT',
  ],
  [
    'constraint of the root',
    { root: { extensions: [...ca(), excluded(directory(['2.5.4.6', 'BE']))] } },
    'CERT_CONSTRAINT',
  ],
  [
    'explicit policy required and there',
    {
      authorities: [{ extensions: [...ca(), explicitPolicy(), policies('1.2.3')] }],
      end: { extensions: leaf(policies('1.2.3')) },
    },
    'accepted',
  ],
  [
    'explicit policy required and another one there',
    {
      authorities: [{ extensions: [...ca(), explicitPolicy(), policies('1.2.3')] }],
      end: { extensions: leaf(policies('1.2.4')) },
    },
    'CERT_CONSTRAINT',
  ],
  [
    'explicit policy required and none there',
    { authorities: [{ extensions: [...ca(), explicitPolicy(), policies('1.2.3')] }] },
    'CERT_CONSTRAINT',
  ],
  [
    'authority for servers only',
    {
      authorities: [{ extensions: [...ca(), extendedKeyUsage(extendedKeyUsages.serverAuth)] }],
    },
    'CERT_CONSTRAINT',
  ],
]

const key = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** Root first, end entity last. */
function issue({ root = {}, authorities = [{}], end = {} }: Chain): Identity[] {
  const issued: Identity[] = []
  const add = (link: Link, name: string, extensions: readonly Extension[]) => {
    const issuer = issued.at(-1)
    const own = key()
    const signer = issuer === undefined || link.forged !== true ? issuer : { ...issuer, ...key() }
    const text = link.name ?? name
    const subject: readonly SubjectAttribute[] =
      typeof text === 'string'
        ? [
            ['2.5.4.6', 'BE'],
            ['2.5.4.10', 'Test chain'],
            ['2.5.4.3', text],
          ]
        : text
    issued.push(
      issueCertificate({
        subject,
        key: own,
        ...(signer === undefined ? {} : { issuer: signer }),
        notBefore: new Date(nowMs + (link.fromDay ?? -10) * dayMs),
        notAfter: new Date(nowMs + (link.untilDay ?? 10) * dayMs),
        extensions: link.extensions ?? extensions,
      }),
    )
  }
  add(root, 'root', ca())
  for (const [index, authority] of authorities.entries()) add(authority, `CA ${index}`, ca())
  add(end, 'end entity', leaf(extendedKeyUsage(extendedKeyUsages.clientAuth)))
  return issued
}

function judge(issued: readonly Identity[]): string {
  return verdictOf(() => {
    const [root, ...rest] = issued.map(({ der }) => readCertificate(der))
    const certificate = rest.pop()!
    const material = { anchors: [root!], intermediates: rest }
    findPath(certificate, material, {
      atMs: nowMs,
      extendedKeyUsage: extendedKeyUsages.clientAuth,
    })
  })
}

const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version']).toString().startsWith('OpenSSL 3')
  } catch {
    return false
  }
})()

describe('path validation', () => {
  let folder: string
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'quadrivium-path-'))))
  afterAll(() => rmSync(folder, { recursive: true }))

  /** The second opinion: `openssl verify -x509_strict`. */
  function askOpenssl(issued: readonly Identity[]): string {
    const pems = issued.map(({ der }) => toPem('CERTIFICATE', der))
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    const between = pems.slice(1, -1)
    const command = [
      ...['verify', '-x509_strict', '-policy_check', '-policy', '2.5.29.32.0'],
      ...['-purpose', 'sslclient', '-attime', String(nowMs / 1000)],
      ...['-CAfile', file('root.pem', pems[0]!)],
      ...(between.length === 0 ? [] : ['-untrusted', file('between.pem', between.join(''))]),
      file('end.pem', pems.at(-1)!),
    ]
    try {
      execFileSync('openssl', command, { stdio: 'pipe' })
      return 'accepted'
    } catch {
      return 'refused'
    }
  }

  it.each(cases)('%s', (_name, chain, ours, openssl) => {
    const issued = issue(chain)
    expect(judge(issued)).toBe(ours)
    if (hasOpenssl)
      expect(askOpenssl(issued)).toBe(openssl ?? (ours === 'accepted' ? 'accepted' : 'refused'))
  })

  it('is printed: what each chain is refused with, and where openssl differs', async () => {
    const rows = cases.map(
      ([name, chain, , openssl]) => `| ${name} | ${judge(issue(chain))} | ${openssl ?? 'same'} |`,
    )
    const table = ['| chain | verdict | openssl verify -x509_strict |', '|---|---|---|', ...rows]
    await expect(`${table.join('\n')}\n`).toMatchFileSnapshot('../output/certificate-paths.md')
  })

  it('stops searching when certificates of one name sign each other', () => {
    const [root] = issue({})
    const loop = Array.from({ length: 30 }, () => key())
    const validity = { notBefore: new Date(nowMs - dayMs), notAfter: new Date(nowMs + dayMs) }
    const subject = [['2.5.4.3', 'loop']] as const
    const authorities = loop.map((own, index) =>
      issueCertificate({
        subject,
        key: own,
        issuer: { ...loop[(index + 1) % loop.length]!, name: newName(subject) },
        ...validity,
        extensions: ca(),
      }),
    )
    const end = issueCertificate({
      subject: [['2.5.4.3', 'end']],
      key: key(),
      issuer: authorities[0]!,
      ...validity,
      extensions: leaf(),
    })
    expect(judge([root!, ...authorities, end])).toBe('CERT_CONSTRAINT')
  })

  it('takes the second issuer of a name when the first leads nowhere', () => {
    const [root, authority, end] = issue({})
    const stranger = issue({})
    expect(judge([root!, stranger[1]!, authority!, end!])).toBe('accepted')
    expect(judge([root!, stranger[1]!, end!])).toBe('CERT_UNKNOWN_CA')
  })
})
