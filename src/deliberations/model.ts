import type { CivilDate } from '../base/civil-date.ts'
import type { Path } from '../registers/catalogue.ts'
import type { SourceName } from '../registers/field.ts'
import type { Channel } from './decision.ts'

/** An act that a deliberation rests on or refers to; for people. */
export interface LegalReference {
  readonly act: string
  readonly role: string
  /** where the deliberation names it, e.g. `§ 9` */
  readonly where: string
}

/** From and until are Belgian civil dates; the last day is included; without it the end is open. */
export interface Validity {
  readonly from: CivilDate
  readonly until?: CivilDate
}

/** Who receives the data. It is matched by `institution` only, never by a name (R3). */
export interface Beneficiary {
  /** id in the registry of institutions */
  readonly institution: string
  readonly name: string
  readonly fullName?: string
  readonly formerNames: readonly string[]
  /** authorities above it, nearest first; the right does not belong to them (R4) */
  readonly hierarchy: readonly string[]
}

/** A use that the text states (rules.md §3). */
export interface Purpose {
  /** e.g. `P2` */
  readonly id: string
  readonly paragraphs: readonly string[]
  readonly name: string
  /** words of the text */
  readonly wording?: string
}

/** One set of paths under one paragraph: what a legal context names. */
export interface GrantSet {
  readonly set: string
  readonly paragraph: string
  /** numbers of prerequisites without which the set grants nothing */
  readonly requires: readonly string[]
  /** fields and groups; a group's members come from its prerequisites */
  readonly paths: readonly Path[]
  /** a limit of the authorisation itself that is kept for people, e.g. § 45 */
  readonly condition?: string
}

/** How a version may be used over one channel. */
export interface ChannelRight {
  readonly paragraphs: readonly string[]
  readonly requires: readonly string[]
  /** whether the beneficiary may keep what it gets; never on the viewer (R47, R48) */
  readonly storageAllowed: boolean
  /** rank of the user in the viewer (R45) */
  readonly userType?: 1 | 2
  /** first day on which a source answers over web services; set by the operator. It closes the viewer for that source (R49) */
  readonly activation?: Readonly<Partial<Record<SourceName, CivilDate>>>
}

/** A purpose as it stands on the wire, with its smallest sets. */
export interface LegalContext {
  readonly legalContext: string
  /** ids of purposes */
  readonly purposes: readonly string[]
  /** names of grant sets of the same version */
  readonly sets: readonly string[]
}

/** One version in force: complete, it takes nothing from another version (R1). */
export interface Version extends Validity {
  readonly document: string
  readonly channels: Readonly<Partial<Record<Channel, ChannelRight>>>
  readonly grants: readonly GrantSet[]
  readonly legalContexts: readonly LegalContext[]
}

export interface Deliberation {
  readonly kind: 'deliberation'
  readonly file: string
  readonly number: string
  /** `synthetic`: made up for the sandbox */
  readonly status: 'authorisation' | 'synthetic'
  readonly title: string
  readonly issuer: string
  readonly legalBasis: readonly LegalReference[]
  readonly references: readonly LegalReference[]
  readonly beneficiary: Beneficiary
  readonly mission: string
  /** population an operator starts from; the registry of institutions holds the list itself */
  readonly population: { readonly default: 'employers' | 'all'; readonly setBy: string }
  readonly purposes: readonly Purpose[]
  /** what the text leaves open: shown, never replaced by an invented limit */
  readonly notStated: readonly string[]
  readonly versions: readonly Version[]
}

/** That an institution fulfils a prerequisite, since when, and the proof. */
export interface PrerequisiteRecord extends Validity {
  readonly institution: string
  readonly proof: string
  /** prerequisites that this one itself rests on (R13) */
  readonly requires: readonly string[]
  /** what a group of the deliberation contains, since the text does not enumerate it (R15, R27) */
  readonly members: readonly {
    readonly group: Path
    readonly paragraph: string
    readonly paths: readonly Path[]
  }[]
}

/** An act, a norm or an operator's decision on which a deliberation depends, with its own validity. */
export interface Prerequisite {
  readonly kind: 'prerequisite'
  readonly file: string
  readonly number: string
  /** `assumed`: the act is not public, its content is a documented guess; `operator`: set by the operator */
  readonly status: 'assumed' | 'operator'
  /** rule that asks for it, e.g. `R15`: told in a refusal */
  readonly rule: string
  readonly title: string
  readonly note: string
  readonly records: readonly PrerequisiteRecord[]
}

/** All files of the deliberations folder, checked. */
export interface Deliberations {
  readonly deliberations: readonly Deliberation[]
  readonly prerequisites: readonly Prerequisite[]
}

export function isInForce(validity: Validity, on: CivilDate): boolean {
  return validity.from <= on && (validity.until === undefined || on <= validity.until)
}
