import { readDimonaPeriodId, type DimonaPeriodId } from '../../src/base/dimona-period.ts'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'

export interface ReceiptForm {
  readonly Identification: string
  readonly TypeForm: string
  readonly FileReference: { readonly FileName: string; readonly ReferenceNbr: string }
  readonly ReceptionResult: { readonly ResultCode: string; readonly ErrorID?: string }
}

interface Times {
  readonly StartingDate: string
  readonly EndingDate?: string
}

interface AnomalyReport {
  readonly ErrorID: string
  readonly AnomalyClass: string
  readonly AnomalyLabel: string
  readonly AnomalyLocation: { readonly Location: string }
  readonly AnomalyComplInformation?: { readonly DimonaPeriod: { readonly DimonaPeriodId: string } }
}

export interface NoticeForm {
  readonly FileReference: { readonly FileName: string; readonly ReferenceNbr: string }
  readonly HandledOriginalForm?: { readonly FormCreationHour: string }
  readonly Reference?: { readonly ReferenceNbr: string }
  readonly EmployerId?: { readonly NOSSRegistrationNbr: string; readonly CompanyID: string }
  readonly NaturalPerson?: { readonly INSS: string }
  readonly HandledReference: { readonly ReferenceNbr: string }
  readonly HandlingResult: {
    readonly ResultCode: string
    readonly Diagnosis?: string
    readonly AnomalyReport?: readonly AnomalyReport[]
    readonly ImpactReport?: {
      readonly DimonaImpactReport: {
        readonly DimonaPeriodId: string
        readonly DimonaPeriodBefore?: Times
        readonly DimonaPeriodAfter?: Times
      }
    }
  }
}

export interface Answer {
  /** all file names, sorted */
  readonly names: readonly string[]
  readonly receipt: ReceiptForm | undefined
  readonly forms: readonly NoticeForm[]
}

/** The independent reader: no value is coerced, forms and anomalies are always lists. */
const secondReader = new XMLParser({
  parseTagValue: false,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  isArray: (name) => name === 'Form' || name === 'AnomalyReport',
})

/** What lies in an OUT folder beside the names that are known. */
export function readAnswer(folder: string, known: ReadonlySet<string>): Answer {
  const names = readdirSync(folder)
    .filter((name) => !known.has(name))
    .sort()
  const parse = (purpose: string): unknown => {
    const [name, ...others] = names.filter((one) => one.startsWith(`FO.${purpose}.`))
    if (others.length > 0) throw new Error(`more than one ${purpose}`)
    return name && secondReader.parse(readFileSync(join(folder, name), 'utf8'))
  }
  const receipt = parse('ACRF') as { ACRF: { Form: ReceiptForm[] } } | undefined
  const notification = parse('NOTI') as { NOTIFICATION: { Form: NoticeForm[] } } | undefined
  return { names, receipt: receipt?.ACRF.Form[0], forms: notification?.NOTIFICATION.Form ?? [] }
}

/** Error ids of a notification form, e.g. `['90373-460']`. */
export function anomaliesOf(form: NoticeForm | undefined): string[] {
  return (form?.HandlingResult.AnomalyReport ?? []).map(({ ErrorID }) => ErrorID)
}

/** The period number of an accepted form. */
export function periodOf(form: NoticeForm | undefined): DimonaPeriodId {
  const text = form?.HandlingResult.ImpactReport?.DimonaImpactReport.DimonaPeriodId
  const period = readDimonaPeriodId(text ?? '')
  if (period === undefined) throw new Error(`not accepted: ${anomaliesOf(form).join()}`)
  return period
}
