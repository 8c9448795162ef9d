import type { CivilDate } from '../base/civil-date.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { Path } from '../registers/catalogue.ts'
import type { SourceName } from '../registers/field.ts'
import type { Grant } from '../registers/grant.ts'

export type Channel = 'webService' | 'dolsis'

/** institution × legal context × operation × date (design.md §6). */
export interface DecisionQuestion {
  /** id of the beneficiary */
  readonly institution: string
  readonly legalContext: string | undefined
  readonly service: string
  readonly operation: string
  readonly channel: Channel
  /** paths the operation can give */
  readonly gives: readonly Path[]
  readonly on: CivilDate
}

/** Pure outcome of `decide`: a grant, or why not and what would be needed. */
export type Decision =
  | {
      readonly kind: 'grant'
      readonly grant: Grant
      /** sources that the grant opens for this operation */
      readonly sources: readonly SourceName[]
      /** what the grant withholds of the operation: a block's path when nothing in it is granted, else field paths */
      readonly filtered: readonly string[]
    }
  | {
      readonly kind: 'refusal'
      readonly code: Extract<
        ErrorCode,
        'LEGAL_CONTEXT_UNKNOWN' | 'NOT_AUTHORISED' | 'NOTHING_GRANTED'
      >
      /** number of the rule that refuses, e.g. `R2` */
      readonly rule: string
      /** paragraph of the deliberation, when one refuses */
      readonly paragraph?: string
      /** what would be needed, in one English sentence, for people */
      readonly needed: string
    }
