import type { CivilDate } from '../base/civil-date.ts'
import type { EnterpriseNumber, NssoNumber } from '../base/enterprise.ts'

/** An enterprise as access management knows it; one that has staff is an employer. */
export interface Enterprise {
  readonly enterpriseNumber: EnterpriseNumber
  /** present for an employer */
  readonly employer?: {
    readonly nssoNumber: NssoNumber
    readonly from: CivilDate
    /** last day, included */
    readonly until?: CivilDate
  }
  /** three digits, present for an approved social secretariat (zone 00479) */
  readonly secretariatNumber?: string
}

/** Whether the enterprise has staff on the day (rules A4, A27). */
export function isEmployer(enterprise: Enterprise, on: CivilDate): boolean {
  const { employer } = enterprise
  return (
    employer !== undefined &&
    employer.from <= on &&
    (employer.until === undefined || on <= employer.until)
  )
}
