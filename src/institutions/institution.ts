import type { EnterpriseNumber, NssoNumber } from '../base/enterprise.ts'
import type { CivilDate } from '../base/civil-date.ts'

/** How a certificate is bound to an institution: by itself, or by the exact value of one subject attribute under one CA. */
export type CertificateBinding =
  | {
      readonly kind: 'fingerprint'
      readonly sha256: string
      /** the certificate itself, base64 of its DER: only then may messages name it instead of carrying it */
      readonly certificate?: string
    }
  | {
      readonly kind: 'attribute'
      /** SHA-256 of the issuing CA's certificate */
      readonly issuerSha256: string
      /** OID of the attribute in the subject, e.g. 2.5.4.97 organizationIdentifier */
      readonly oid: string
      readonly value: string
    }

/** The employers (and their workers) about whom an institution may ask; `all` only where the operator says so. */
export type Population =
  | { readonly kind: 'all' }
  | { readonly kind: 'employers'; readonly employers: readonly NssoNumber[] }

/** Another institution that may sign for this one (an integrator), under which legal contexts and since when. */
export interface Mandate {
  readonly signer: string
  readonly legalContexts: readonly string[]
  readonly from: CivilDate
  /** last day, included */
  readonly until?: CivilDate
}

/** An institution that may call (issue 2, item 5). */
export interface Institution {
  /** our key, e.g. `phare`; also the name of its certificate files in the sandbox */
  readonly id: string
  readonly enterpriseNumber: EnterpriseNumber
  readonly names: { readonly fr: string; readonly nl: string; readonly en: string }
  readonly formerNames: readonly string[]
  /** codes of the Crossroads Bank network */
  readonly sector?: number
  readonly institution?: number
  /** whether an exchange needs a TLS client certificate of the institution */
  readonly clientCertificate: 'required' | 'optional'
  /** when neither a CRL nor an OCSP answer speaks about its certificate: refused (`hardFail`, also when absent) or taken */
  readonly revocation?: 'hardFail' | 'softFail'
  readonly signing: readonly CertificateBinding[]
  readonly tls: readonly CertificateBinding[]
  /** legal contexts it may name */
  readonly legalContexts: readonly string[]
  /**
   * for published contracts whose legal contexts are words of their own: contract (`RetrieveTIGroupsService/v1`) → what a
   * message says (`social issues`) → the legal context meant
   */
  readonly contractContexts?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly population: Population
  /** whether a person must be integrated in the reference directory before consultation (set by the operator) */
  readonly integration: 'required' | 'free'
  /** signers that this institution mandated */
  readonly mandates: readonly Mandate[]
}
