import type { OpenDays } from './civil-date.ts'

/** Where an inscription stands: in the directory of the Crossroads Bank, or in that of a sector (its secondary network). */
export type DirectoryRegister = 'PRIMARY' | 'SECONDARY'

/** A line of the reference directory: an institution knows a person, in a quality, for a period. */
export interface Inscription {
  readonly register: DirectoryRegister
  /** quality code of the institution's sector */
  readonly purpose: number
  readonly period: OpenDays
}
