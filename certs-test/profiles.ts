/** Which certificates the test PKI has: profiles (extensions) and the faulty ones. Names and extensions never vary. */
import {
  BasicConstraints,
  CertificatePolicies,
  ExtendedKeyUsage,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_certificatePolicies,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_kp_clientAuth,
  id_kp_OCSPSigning,
  id_kp_serverAuth,
  KeyUsage,
  KeyUsageFlags,
  PolicyInformation,
  SubjectAlternativeName,
  type Extension,
} from '@peculiar/asn1-x509'
import { nullValue, objectIdentifier, sequence } from './der.ts'
import { newExtension, type SubjectAttribute } from './x509.ts'

export type KeyUsageName = keyof typeof KeyUsageFlags

export function keyUsage(...usages: readonly KeyUsageName[]): Extension {
  const flags = usages.reduce((bits, usage) => bits | KeyUsageFlags[usage], 0)
  return newExtension(id_ce_keyUsage, new KeyUsage(flags), true)
}

export function basicConstraints(cA: boolean, pathLenConstraint?: number): Extension {
  const value = new BasicConstraints({
    cA,
    ...(pathLenConstraint === undefined ? {} : { pathLenConstraint }),
  })
  return newExtension(id_ce_basicConstraints, value, true)
}

export function extendedKeyUsage(...purposes: readonly string[]): Extension {
  return newExtension(id_ce_extKeyUsage, new ExtendedKeyUsage([...purposes]))
}

const qcs = {
  compliance: '0.4.0.1862.1.1',
  type: '0.4.0.1862.1.6',
  seal: '0.4.0.1862.1.6.2',
} as const

/** QCStatements of a qualified seal: QcCompliance and QcType eSeal (EN 319 412-5). */
export function qualifiedSealStatements(): Extension {
  const statements = sequence(
    sequence(objectIdentifier(qcs.compliance)),
    sequence(objectIdentifier(qcs.type), sequence(objectIdentifier(qcs.seal))),
  )
  return newExtension('1.3.6.1.5.5.7.1.3', statements)
}

function policy(policyIdentifier: string): Extension {
  const policies = new CertificatePolicies([new PolicyInformation({ policyIdentifier })])
  return newExtension(id_ce_certificatePolicies, policies)
}

/** Extensions by profile. */
export const profiles = {
  root: () => [basicConstraints(true), keyUsage('keyCertSign', 'cRLSign')],
  issuing: () => [basicConstraints(true, 0), keyUsage('keyCertSign', 'cRLSign')],
  /** a qualified seal (QCP-l) with the given key usage */
  seal: (usages: readonly KeyUsageName[]) => [
    basicConstraints(false),
    keyUsage(...usages),
    qualifiedSealStatements(),
    policy('0.4.0.194112.1.1'),
  ],
  /** the same without QCStatements */
  unqualifiedSeal: () => [basicConstraints(false), keyUsage('digitalSignature', 'nonRepudiation')],
  tlsClient: () => [
    basicConstraints(false),
    keyUsage('digitalSignature'),
    extendedKeyUsage(id_kp_clientAuth),
  ],
  tlsServer: () => [
    basicConstraints(false),
    keyUsage('digitalSignature'),
    extendedKeyUsage(id_kp_serverAuth),
    newExtension(
      id_ce_subjectAltName,
      new SubjectAlternativeName([
        new GeneralName({ dNSName: 'localhost' }),
        new GeneralName({ iPAddress: '127.0.0.1' }),
        new GeneralName({ iPAddress: '::1' }),
      ]),
    ),
  ],
  ocspResponder: () => [
    basicConstraints(false),
    keyUsage('digitalSignature'),
    extendedKeyUsage(id_kp_OCSPSigning),
    newExtension('1.3.6.1.5.5.7.48.1.5', nullValue),
  ],
} as const

const oids = {
  country: '2.5.4.6',
  organization: '2.5.4.10',
  identifier: '2.5.4.97',
  name: '2.5.4.3',
}

export function authoritySubject(commonName: string): readonly SubjectAttribute[] {
  return [
    [oids.country, 'BE'],
    [oids.organization, 'Quadrivium test PKI'],
    [oids.name, commonName],
  ]
}

/** C, O, organizationIdentifier, CN: the shape of a seal of a legal person (EN 319 412-3). */
export function legalPersonSubject(
  organization: string,
  identifier: string,
  commonName: string,
): readonly SubjectAttribute[] {
  return [
    [oids.country, 'BE'],
    [oids.organization, organization],
    [oids.identifier, identifier],
    [oids.name, commonName],
  ]
}
