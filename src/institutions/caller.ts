import type { CivilDate } from '../base/civil-date.ts'
import { GatewayError } from '../base/errors.ts'
import type { CertificateBinding, Institution } from './institution.ts'

declare const identified: unique symbol

/**
 * Who calls: the institution behind the TLS certificate (consumer), the one that signed, and the one for which it is done
 * (beneficiary). Only `identifyCaller` makes one.
 */
export interface Caller {
  readonly [identified]: true
  readonly consumer: Institution
  readonly signer: Institution
  readonly beneficiary: Institution
  /** under which of the beneficiary's legal contexts; undefined when the message names none, unchecked otherwise */
  readonly legalContext: string | undefined
}

/** A certificate whose path was verified, reduced to what binding needs. */
export interface ProvenCertificate {
  readonly sha256: string
  /** SHA-256 of the CA certificate that issued it */
  readonly issuerSha256: string
  /** subject attributes by OID, in their exact form */
  readonly subject: readonly { readonly oid: string; readonly value: string }[]
}

/** What a message says of its customer; compared with the proven identities, never trusted by itself. */
export type DeclaredCustomer =
  | {
      readonly kind: 'cbeNumber'
      readonly cbeNumber: string
      /** where the contract gives them too they must be those of the same institution */
      readonly sector?: number
      readonly institution?: number
    }
  | { readonly kind: 'sector'; readonly sector: number; readonly institution: number }

function isBound(binding: CertificateBinding, certificate: ProvenCertificate): boolean {
  switch (binding.kind) {
    case 'fingerprint':
      return binding.sha256 === certificate.sha256
    case 'attribute': {
      const values = certificate.subject.filter(({ oid }) => oid === binding.oid)
      return (
        binding.issuerSha256 === certificate.issuerSha256 &&
        values.length === 1 &&
        values[0]?.value === binding.value
      )
    }
  }
}

/** The one institution a certificate is bound to for this use; undefined when none, or more than one. */
export function findByCertificate(
  institutions: readonly Institution[],
  use: 'signing' | 'tls',
  certificate: ProvenCertificate,
): Institution | undefined {
  const found = institutions.filter((institution) =>
    institution[use].some((binding) => isBound(binding, certificate)),
  )
  return found.length === 1 ? found[0] : undefined
}

function isDeclared(institution: Institution, declared: DeclaredCustomer): boolean {
  if (declared.kind === 'sector') {
    return (
      institution.sector === declared.sector && institution.institution === declared.institution
    )
  }
  const { sector = institution.sector, institution: number = institution.institution } = declared
  return (
    institution.enterpriseNumber === declared.cbeNumber.padStart(10, '0') &&
    institution.sector === sector &&
    institution.institution === number
  )
}

/** The connection is one that the signer may use. Throws CLIENT_CERTIFICATE_MISSING, CALLER_MISMATCH. */
export function checkConnection(signer: Institution, tls: Institution | undefined): void {
  if (tls === undefined && signer.clientCertificate === 'required') {
    throw new GatewayError('CLIENT_CERTIFICATE_MISSING')
  }
  if (tls !== undefined && tls.id !== signer.id) {
    throw new GatewayError('CALLER_MISMATCH', `TLS is ${tls.id}, signer is ${signer.id}`)
  }
}

/**
 * The legal context that a message means: as it says, unless the registry has another word for it in that contract. Deciding
 * whether the institution may use it is the exchange's.
 */
function legalContextOf(institution: Institution, { contract, legalContext }: Asked) {
  const words = institution.contractContexts
  if (legalContext === undefined || words === undefined || !Object.hasOwn(words, contract)) {
    return legalContext
  }
  const own = words[contract] ?? {}
  return Object.hasOwn(own, legalContext) ? own[legalContext] : legalContext
}

/** What a message asks under which legal context, in the words of its contract. */
export interface Asked {
  /** e.g. `RetrieveTIGroupsService/v1` */
  readonly contract: string
  readonly legalContext: string | undefined
}

/**
 * TLS certificate, signer and declared customer agree, or the declared one gave the signer a mandate for the legal context
 * that is in force on the day; else CALLER_MISMATCH (MSG00014). Without a declaration the signer is the beneficiary.
 * A REST call has no signer of its own: pass the TLS institution as signer.
 */
export function identifyCaller(
  institutions: readonly Institution[],
  proven: { readonly signer: Institution; readonly tls: Institution | undefined },
  declared: DeclaredCustomer | undefined,
  asked: Asked,
  today: CivilDate,
): Caller {
  const { signer, tls } = proven
  checkConnection(signer, tls)
  const beneficiary =
    declared === undefined ? signer : institutions.find((one) => isDeclared(one, declared))
  if (beneficiary === undefined) throw new GatewayError('CALLER_MISMATCH', 'declared one unknown')
  const legalContext = legalContextOf(beneficiary, asked)
  if (beneficiary.id !== signer.id && !hasMandate(beneficiary, signer, legalContext, today)) {
    throw new GatewayError('CALLER_MISMATCH', `${signer.id} has no mandate of ${beneficiary.id}`)
  }
  return { consumer: tls ?? signer, signer, beneficiary, legalContext } as Caller
}

function hasMandate(
  beneficiary: Institution,
  signer: Institution,
  legalContext: string | undefined,
  today: CivilDate,
): boolean {
  return beneficiary.mandates.some(
    (mandate) =>
      mandate.signer === signer.id &&
      legalContext !== undefined &&
      mandate.legalContexts.includes(legalContext) &&
      mandate.from <= today &&
      (mandate.until === undefined || today <= mandate.until),
  )
}
