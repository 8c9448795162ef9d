import { readEnterpriseNumber, type EnterpriseNumber } from '../base/enterprise.ts'
import type { Certificate } from './certificate.ts'
import { DerError, DerReader, readElements, readOid, tags } from './der.ts'

const qcCompliance = '0.4.0.1862.1.1'
const qcType = '0.4.0.1862.1.6'
const eSeal = '0.4.0.1862.1.6.2'

/** OID of organizationIdentifier in a subject (EN 319 412-1 §5.1.4). */
export const organizationIdentifierOid = '2.5.4.97'

/**
 * Whether the certificate says of itself that it is a qualified seal: QcCompliance, and QcType with eSeal (EN 319 412-5).
 * That alone proves nothing: its issuing CA must stand on the trusted list too (trusted-list.ts).
 */
export function claimsQualifiedSeal({ extensions: { qcStatements = [] } }: Certificate): boolean {
  const compliance = qcStatements.some(({ oid }) => oid === qcCompliance)
  const types = qcStatements
    .filter(({ oid }) => oid === qcType)
    .flatMap(({ info }) => (info === undefined ? [] : readTypes(info)))
  return compliance && types.includes(eSeal)
}

/** QcType ::= SEQUENCE OF OBJECT IDENTIFIER; one that is malformed says nothing. */
function readTypes(info: Uint8Array): string[] {
  try {
    const reader = new DerReader(info)
    const types = readElements(reader.read(tags.sequence).content, (one) =>
      readOid(one.read(tags.oid)),
    )
    reader.finish()
    return types
  } catch (error) {
    if (error instanceof DerError) return []
    throw error
  }
}

/**
 * The enterprise number in an organizationIdentifier: `NTRBE-` and ten digits, or `NTRBE-0123.456.749`. Every other spelling
 * (`NTBRE-`, `VATBE-`, spaces, other dots) is undefined, so is a number with wrong check digits.
 */
export function readOrganizationIdentifier(value: string): EnterpriseNumber | undefined {
  const digits = /^NTRBE-(?:(\d{10})|(\d{4})\.(\d{3})\.(\d{3}))$/.exec(value)?.slice(1).join('')
  return digits === undefined ? undefined : readEnterpriseNumber(digits)
}
