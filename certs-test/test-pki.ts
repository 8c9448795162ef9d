/** The test PKI in memory: authorities, servers, institutions and the faulty certificates of PHARE. */
import {
  enterpriseNumbers,
  organizationIdentifier,
  sandboxInstitutions,
  type KeyKind,
  type SandboxInstitution,
} from './institutions.ts'
import { authoritySubject, legalPersonSubject, profiles } from './profiles.ts'
import {
  issueCertificate,
  issueCrl,
  newKeyPair,
  type CertificateRequest,
  type Identity,
  type KeyPair,
} from './x509.ts'

const dayMs = 86_400_000

/** Everything starts yesterday at midnight UTC. */
export interface Times {
  readonly start: Date
  /** of end-entity certificates and CRLs: two years */
  readonly end: Date
  /** of authorities: ten years */
  readonly authorityEnd: Date
}

export function timesAt(nowMs: number): Times {
  const midnight = Math.floor(nowMs / dayMs) * dayMs
  const afterDays = (days: number) => new Date(midnight + days * dayMs)
  return { start: afterDays(-1), end: afterDays(730), authorityEnd: afterDays(3650) }
}

export const authorityIds = ['root', 'qualified', 'other', 'unknown'] as const
export type AuthorityId = (typeof authorityIds)[number]
export type Authorities = Readonly<Record<AuthorityId, Identity>>

/** An end-entity certificate and where its files go. */
export interface Issued {
  /** path of its files without suffix, e.g. `institutions/phare/signing` */
  readonly stem: string
  readonly what: string
  readonly identity: Identity
  readonly issuer: Identity
}

export interface TestPki {
  readonly times: Times
  readonly authorities: Authorities
  readonly issued: readonly Issued[]
  /** DER by authority */
  readonly crls: Readonly<Record<AuthorityId, Buffer>>
}

/** Makes the whole test PKI; keys are made in parallel on the thread pool. */
export async function newTestPki(nowMs: number): Promise<TestPki> {
  const times = timesAt(nowMs)
  const authorities = await issueAuthorities(times)
  const parts = await Promise.all([
    issueServers(authorities, times),
    ...sandboxInstitutions.map((one) => issueInstitution(one, authorities, times)),
    issueFaulty(authorities, times),
  ])
  const issued = parts.flat()
  const revoked = issued.filter(({ stem }) => stem === 'faulty/revoked')
  const crlTimes = { thisUpdate: times.start, nextUpdate: times.end }
  const crlOf = (id: AuthorityId, list: readonly Issued[] = []) =>
    issueCrl(
      authorities[id],
      list.map(({ identity }) => identity),
      crlTimes,
    )
  const crls = {
    root: crlOf('root'),
    qualified: crlOf('qualified', revoked),
    other: crlOf('other'),
    unknown: crlOf('unknown'),
  }
  return { times, authorities, issued, crls }
}

async function issueAuthorities(times: Times): Promise<Authorities> {
  const kinds: readonly KeyKind[] = ['RSA-3072', 'RSA-2048', 'P-256', 'RSA-2048']
  const keys = await Promise.all(kinds.map(newKeyPair))
  const [rootKey, qualifiedKey, otherKey, unknownKey] = keys as [KeyPair, KeyPair, KeyPair, KeyPair]
  const validity = { notBefore: times.start, notAfter: times.authorityEnd }
  const newRoot = (name: string, key: KeyPair) =>
    issueCertificate({
      subject: authoritySubject(name),
      key,
      ...validity,
      extensions: profiles.root(),
    })
  const root = newRoot('Quadrivium test root', rootKey)
  const newIssuing = (name: string, key: KeyPair) =>
    issueCertificate({
      subject: authoritySubject(name),
      key,
      issuer: root,
      ...validity,
      extensions: profiles.issuing(),
    })
  return {
    root,
    qualified: newIssuing('Quadrivium test qualified seals CA', qualifiedKey),
    other: newIssuing('Quadrivium test TLS CA', otherKey),
    unknown: newRoot('Quadrivium test unknown CA', unknownKey),
  }
}

/** Server TLS, the gateway's seals, an OCSP responder for each issuing CA. */
async function issueServers({ qualified, other }: Authorities, times: Times): Promise<Issued[]> {
  const kinds: readonly KeyKind[] = ['RSA-2048', 'RSA-2048', 'P-256', 'P-256', 'P-256']
  const [serverKey, sealKey, ecSealKey, ocspKey, otherOcspKey] = (await Promise.all(
    kinds.map(newKeyPair),
  )) as [KeyPair, KeyPair, KeyPair, KeyPair, KeyPair]
  const validity = { notBefore: times.start, notAfter: times.end }
  const subject = (commonName: string) =>
    legalPersonSubject(
      'Quadrivium sandbox',
      organizationIdentifier(enterpriseNumbers.gateway),
      commonName,
    )
  const responder = (id: string, key: KeyPair, issuer: Identity): Issued => ({
    stem: `ocsp/${id}`,
    what: `OCSP responder of ca/${id}, P-256`,
    issuer,
    identity: issueCertificate({
      subject: authoritySubject(`Quadrivium test OCSP responder ${id}`),
      key,
      issuer,
      ...validity,
      extensions: profiles.ocspResponder(),
    }),
  })
  const server = issueCertificate({
    subject: subject('localhost'),
    key: serverKey,
    issuer: other,
    ...validity,
    extensions: profiles.tlsServer(),
  })
  const seal = (id: string, kind: KeyKind, key: KeyPair): Issued => ({
    stem: `gateway/${id}`,
    what: `gateway's seal, ${kind}`,
    issuer: qualified,
    identity: issueCertificate({
      subject: subject(`gateway ${id}`),
      key,
      issuer: qualified,
      ...validity,
      extensions: profiles.seal(['digitalSignature', 'nonRepudiation']),
    }),
  })
  return [
    { stem: 'server/tls', what: 'server TLS, RSA-2048', identity: server, issuer: other },
    seal('seal', 'RSA-2048', sealKey),
    seal('seal-p256', 'P-256', ecSealKey),
    responder('qualified', ocspKey, qualified),
    responder('other', otherOcspKey, other),
  ]
}

/** The seal and the TLS client certificate of one institution. */
async function issueInstitution(
  { id, names, signing, tls }: SandboxInstitution,
  { qualified, other }: Authorities,
  times: Times,
): Promise<Issued[]> {
  const [signingKey, tlsKey] = await Promise.all([newKeyPair(signing.key), newKeyPair(tls.key)])
  const number = enterpriseNumbers[id]
  const validity = { notBefore: times.start, notAfter: times.end }
  const identifier = organizationIdentifier(number, signing.identifierForm)
  const seal = issueCertificate({
    subject: legalPersonSubject(names.fr, identifier, `${id} seal`),
    key: signingKey,
    issuer: qualified,
    ...validity,
    extensions: profiles.seal(signing.usages),
  })
  const client = issueCertificate({
    subject: legalPersonSubject(names.fr, organizationIdentifier(number), `${id} TLS client`),
    key: tlsKey,
    issuer: other,
    ...validity,
    extensions: profiles.tlsClient(),
  })
  const stem = `institutions/${id}`
  const whatSeal = `${id}: seal, ${signing.key}, ${signing.usages.join(' + ')}`
  return [
    { stem: `${stem}/signing`, what: whatSeal, identity: seal, issuer: qualified },
    { stem: `${stem}/tls`, what: `${id}: TLS client, ${tls.key}`, identity: client, issuer: other },
  ]
}

interface Fault {
  readonly what: string
  readonly issuer?: AuthorityId
  readonly identifier?: string
  readonly change?: Partial<CertificateRequest>
}

/** What is wrong with each; all are seals of PHARE and share one RSA-2048 key. */
function faults({ start, authorityEnd }: Times): Readonly<Record<string, Fault>> {
  const afterDays = (days: number) => new Date(start.getTime() + days * dayMs)
  return {
    expired: {
      what: 'expired yesterday',
      change: { notBefore: afterDays(-400), notAfter: start },
    },
    'not-yet-valid': {
      what: 'valid in five years',
      change: { notBefore: afterDays(5 * 365), notAfter: authorityEnd },
    },
    'unknown-ca': { what: 'issued by a CA outside the trust', issuer: 'unknown' },
    'wrong-key-usage': {
      what: 'key usage keyEncipherment only',
      change: { extensions: profiles.seal(['keyEncipherment']) },
    },
    revoked: { what: 'in the CRL of its CA' },
    'not-qualified': {
      what: 'without QCStatements',
      change: { extensions: profiles.unqualifiedSeal() },
    },
    'not-qualified-ca': {
      what: 'with QCStatements, of a CA that is not on the trusted list',
      issuer: 'other',
    },
    'wrong-identifier-form': {
      what: 'organizationIdentifier spelt NTBRE-',
      identifier: `NTBRE-${enterpriseNumbers.phare}`,
    },
    'vat-identifier': {
      what: 'organizationIdentifier in the VAT form',
      identifier: `VATBE-${enterpriseNumbers.phare}`,
    },
    'other-institution': {
      what: 'a valid seal of another institution (pension)',
      identifier: organizationIdentifier(enterpriseNumbers.pension),
    },
    unregistered: {
      what: 'a valid seal of a legal person that no institution of the registry is bound to',
      identifier: organizationIdentifier(enterpriseNumbers.gateway),
    },
  }
}

async function issueFaulty(authorities: Authorities, times: Times): Promise<Issued[]> {
  const key = await newKeyPair('RSA-2048')
  return Object.entries(faults(times)).map(([name, fault]) => {
    const issuer = authorities[fault.issuer ?? 'qualified']
    const identity = issueCertificate({
      subject: legalPersonSubject(
        'Service PHARE',
        fault.identifier ?? organizationIdentifier(enterpriseNumbers.phare),
        `seal ${name}`,
      ),
      key,
      issuer,
      notBefore: times.start,
      notAfter: times.end,
      extensions: profiles.seal(['digitalSignature', 'nonRepudiation']),
      ...fault.change,
    })
    return { stem: `faulty/${name}`, what: `seal of PHARE, ${fault.what}`, identity, issuer }
  })
}
