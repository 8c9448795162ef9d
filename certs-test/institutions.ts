/**
 * The institutions of the sandbox: invented numbers with valid check digits, names synthetic except PHARE, the beneficiary
 * of deliberation 14/057. Test certificates and the sandbox's registry are both made from this one list.
 */
import { nssoCheckDigits } from '../src/base/enterprise.ts'

/**
 * Enterprise numbers by institution id; 1999… is a range that the Crossroads Bank for Enterprises has not reached. `atelier` is
 * the sheltered workshop of the synthetic country and has its number.
 */
export const enterpriseNumbers = {
  gateway: '1999000051',
  phare: '1999000150',
  emploi: '1999000249',
  pension: '1999000348',
  inspection: '1999000447',
  fidelis: '1999000546',
  secretariat: '1999000645',
  prestataire: '1999000744',
  atelier: '0100001060',
} as const

export type SandboxInstitutionId = Exclude<keyof typeof enterpriseNumbers, 'gateway'>

export type KeyKind = 'RSA-2048' | 'RSA-3072' | 'P-256'

/** An NSSO number from its body; the employers of the synthetic country use the same bodies. */
export const nssoNumberOf = (body: number) =>
  `${body}${String(nssoCheckDigits(body)).padStart(2, '0')}`

/** NSSO bodies of the synthetic employers that the sandbox names. */
export const employerBodies = {
  shelteredWorkshop: 1_000_010,
  naturalPerson: 1_000_020,
  curatorship: 1_000_030,
  twoCategories: 1_000_040,
} as const

/** How the organizationIdentifier is written: EN 319 412-1 gives ten digits, some issuers put dots in. */
export const organizationIdentifier = (number: string, form: 'plain' | 'dots' = 'plain') =>
  form === 'plain'
    ? `NTRBE-${number}`
    : `NTRBE-${number.slice(0, 4)}.${number.slice(4, 7)}.${number.slice(7)}`

/** What the certificates and the registry row of an institution are made from. */
export interface SandboxInstitution {
  readonly id: SandboxInstitutionId
  readonly names: { readonly fr: string; readonly nl: string; readonly en: string }
  readonly formerNames: readonly string[]
  /** synthetic codes of the Crossroads Bank network */
  readonly sector?: number
  readonly institution?: number
  readonly clientCertificate: 'required' | 'optional'
  readonly signing: {
    readonly key: KeyKind
    readonly usages: readonly ('digitalSignature' | 'nonRepudiation')[]
    readonly identifierForm: 'plain' | 'dots'
    /** how the registry knows the seal; by its fingerprint too, it need not be part of what is signed (docs/wire-profile.md) */
    readonly bindings: readonly ('attribute' | 'fingerprint')[]
  }
  readonly tls: { readonly key: KeyKind }
  readonly legalContexts: readonly string[]
  /** words of published contracts for legal contexts */
  readonly contractContexts?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly population: 'all' | readonly string[]
  readonly mandates: readonly { signer: SandboxInstitutionId; legalContexts: readonly string[] }[]
}

/** Every service of SSDN under one legal context: its messages name none. */
const ssdnUnder = (legalContext: string) => ({
  'WebServiceConnector/v1': Object.fromEntries(
    [
      'OCMWCPASManageAccess',
      'OCMWCPASIdentifyPerson',
      'OCMWCPASPerformInvestigation',
      'ReferenceManager.consult',
    ].map((service) => [service, legalContext]),
  ),
})

const bothUsages = ['digitalSignature', 'nonRepudiation'] as const

/** A file sender: it names no legal context by itself, its files do (batch). */
const fileSender = {
  formerNames: [],
  clientCertificate: 'required',
  tls: { key: 'P-256' },
  legalContexts: [],
  population: 'all',
  mandates: [],
} as const

export const sandboxInstitutions: readonly SandboxInstitution[] = [
  {
    id: 'phare',
    names: { fr: 'Service PHARE', nl: 'Dienst PHARE', en: 'PHARE service' },
    formerNames: ['Service bruxellois francophone des personnes handicapées (SBFPH)'],
    sector: 91,
    institution: 1,
    clientCertificate: 'required',
    signing: {
      key: 'RSA-2048',
      usages: bothUsages,
      identifierForm: 'plain',
      bindings: ['attribute', 'fingerprint'],
    },
    tls: { key: 'RSA-2048' },
    legalContexts: [
      'PHARE:SUBSIDY_QUARTER',
      'PHARE:ADVANCE_MONTH',
      'PHARE:STAFF_REGISTER',
      'PHARE:IDENTIFICATION',
      'PHARE:EARLY_RETIREMENT',
      'PHARE:LIMOSA_GENDER',
    ],
    contractContexts: {
      'RetrieveTIGroupsService/v1': { 'social issues': 'PHARE:IDENTIFICATION' },
      ...ssdnUnder('PHARE:IDENTIFICATION'),
    },
    population: Object.values(employerBodies).map(nssoNumberOf),
    mandates: [
      {
        signer: 'fidelis',
        legalContexts: ['PHARE:SUBSIDY_QUARTER', 'PHARE:ADVANCE_MONTH', 'PHARE:IDENTIFICATION'],
      },
    ],
  },
  {
    id: 'emploi',
    names: {
      fr: "Institut régional synthétique de l'emploi",
      nl: 'Synthetisch gewestelijk instituut voor werk',
      en: 'Synthetic regional employment institute',
    },
    formerNames: [],
    sector: 92,
    institution: 1,
    clientCertificate: 'optional',
    signing: {
      key: 'P-256',
      usages: ['nonRepudiation'],
      identifierForm: 'dots',
      bindings: ['attribute', 'fingerprint'],
    },
    tls: { key: 'P-256' },
    legalContexts: ['EMPLOI:FOLLOW_UP'],
    contractContexts: ssdnUnder('EMPLOI:FOLLOW_UP'),
    population: 'all',
    mandates: [],
  },
  {
    id: 'pension',
    names: {
      fr: 'Organisme synthétique des pensions',
      nl: 'Synthetische pensioeninstelling',
      en: 'Synthetic pension body',
    },
    formerNames: [],
    sector: 93,
    institution: 1,
    clientCertificate: 'required',
    signing: {
      key: 'RSA-3072',
      usages: ['digitalSignature'],
      identifierForm: 'plain',
      bindings: ['attribute'],
    },
    tls: { key: 'RSA-3072' },
    legalContexts: ['PENSION:CAREER'],
    population: 'all',
    mandates: [],
  },
  {
    id: 'inspection',
    names: {
      fr: "Service synthétique d'inspection",
      nl: 'Synthetische inspectiedienst',
      en: 'Synthetic inspection service',
    },
    formerNames: [],
    sector: 94,
    institution: 1,
    clientCertificate: 'required',
    signing: {
      key: 'RSA-2048',
      usages: bothUsages,
      identifierForm: 'plain',
      bindings: ['fingerprint'],
    },
    tls: { key: 'P-256' },
    legalContexts: ['INSPECTION:CONTROL', 'INSPECTION:FILE'],
    contractContexts: {
      'RetrieveTIGroupsService/v1': { 'social issues': 'INSPECTION:CONTROL' },
      ...ssdnUnder('INSPECTION:CONTROL'),
    },
    population: 'all',
    mandates: [],
  },
  {
    id: 'fidelis',
    names: {
      fr: 'Intégrateur régional synthétique Fidelis',
      nl: 'Synthetische gewestelijke dienstenintegrator Fidelis',
      en: 'Synthetic regional integrator Fidelis',
    },
    formerNames: [],
    sector: 95,
    institution: 1,
    clientCertificate: 'required',
    signing: { key: 'P-256', usages: bothUsages, identifierForm: 'plain', bindings: ['attribute'] },
    tls: { key: 'P-256' },
    legalContexts: [],
    population: 'all',
    mandates: [],
  },
  {
    ...fileSender,
    id: 'secretariat',
    names: {
      fr: 'Secrétariat social agréé synthétique',
      nl: 'Synthetisch erkend sociaal secretariaat',
      en: 'Synthetic approved social secretariat',
    },
    signing: {
      key: 'RSA-2048',
      usages: bothUsages,
      identifierForm: 'plain',
      bindings: ['attribute'],
    },
  },
  {
    ...fileSender,
    id: 'prestataire',
    names: {
      fr: 'Prestataire de services synthétique',
      nl: 'Synthetische dienstverrichter',
      en: 'Synthetic service provider',
    },
    signing: { key: 'P-256', usages: bothUsages, identifierForm: 'plain', bindings: ['attribute'] },
  },
  {
    ...fileSender,
    id: 'atelier',
    names: {
      fr: 'Entreprise de travail adapté synthétique',
      nl: 'Synthetisch maatwerkbedrijf',
      en: 'Synthetic sheltered workshop',
    },
    signing: {
      key: 'RSA-2048',
      usages: bothUsages,
      identifierForm: 'plain',
      bindings: ['attribute'],
    },
  },
]
