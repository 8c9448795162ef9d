import type { OpenDays } from '../base/civil-date.ts'
import type { DirectoryRegister, Inscription } from '../base/inscription.ts'
import type { Ssin } from '../base/ssin.ts'

/** What an institution declares of a person it knows, or knows no longer. */
export interface InscriptionChange {
  /** digest of the message that asks for it and place of the request in it: the change is made once for them */
  readonly message: string
  readonly ordinal: number
  readonly action: 'REGISTER' | 'UNREGISTER'
  readonly institution: string
  readonly ssin: Ssin
  readonly purpose: number
  readonly period: OpenDays
  readonly registers: readonly DirectoryRegister[]
  /** UTC ms */
  readonly atMs: number
}

/** The lines of the reference directory as an institution reads and changes its own; `store/` implements it. */
export interface Inscriptions {
  /** those of the institution and person that touch the period, by register, quality and first day */
  of(institution: string, ssin: Ssin, period: OpenDays): Promise<readonly Inscription[]>
  /**
   * REGISTER: inscriptions of the quality that touch or adjoin the period become one with it. UNREGISTER: its days are taken out of
   * them, under numbers that this one replaced too. Durable when the promise resolves; made once for its message and ordinal.
   */
  change(change: InscriptionChange): Promise<void>
}
