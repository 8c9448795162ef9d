/** The sandbox's institution registry; written beside the certificates because bindings name their fingerprints. */
import { createHash } from 'node:crypto'
import {
  enterpriseNumbers,
  organizationIdentifier,
  sandboxInstitutions,
  type SandboxInstitution,
} from './institutions.ts'
import type { TestPki } from './test-pki.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** certs-test/out/institutions.json, in the form that src/institutions/read-registry.ts reads. */
export function writeRegistry(pki: TestPki): string {
  const institutions = sandboxInstitutions.map((institution) => toRow(institution, pki))
  return `${JSON.stringify({ institutions }, undefined, 2)}\n`
}

function toRow(institution: SandboxInstitution, { authorities, issued }: TestPki) {
  const { id, signing } = institution
  const number = enterpriseNumbers[id]
  const seal = issued.find(({ stem }) => stem === `institutions/${id}/signing`)
  if (seal === undefined) throw new Error(`no seal of ${id}`)
  const byAttribute = (issuer: Uint8Array, value: string) => ({
    kind: 'attribute',
    issuerSha256: sha256(issuer),
    oid: '2.5.4.97',
    value,
  })
  return {
    id,
    enterpriseNumber: number,
    names: institution.names,
    formerNames: institution.formerNames,
    ...(institution.sector === undefined ? {} : { sector: institution.sector }),
    ...(institution.institution === undefined ? {} : { institution: institution.institution }),
    clientCertificate: institution.clientCertificate,
    signing: signing.bindings.map((binding) =>
      binding === 'fingerprint'
        ? {
            kind: 'fingerprint',
            sha256: sha256(seal.identity.der),
            certificate: seal.identity.der.toString('base64'),
          }
        : byAttribute(
            authorities.qualified.der,
            organizationIdentifier(number, signing.identifierForm),
          ),
    ),
    tls: [byAttribute(authorities.other.der, organizationIdentifier(number))],
    legalContexts: institution.legalContexts,
    ...(institution.contractContexts && { contractContexts: institution.contractContexts }),
    population:
      institution.population === 'all'
        ? { kind: 'all' }
        : { kind: 'employers', employers: institution.population },
    integration: 'required',
    mandates: institution.mandates.map((mandate) => ({ ...mandate, from: '2024-01-01' })),
  }
}
