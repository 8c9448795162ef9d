import { sandboxEmployer } from '../../src/access/sandbox.ts'
import { readEnterpriseNumber, type EnterpriseNumber } from '../../src/base/enterprise.ts'
import { readSsin, ssinCheckDigits, type Ssin } from '../../src/base/ssin.ts'

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('test value missing')
  return value
}

export const numberOf = (text: string): EnterpriseNumber => present(readEnterpriseNumber(text))

/** The sandbox's employers with the enterprise numbers that the tests give them. */
export const employers = {
  workshop: { nsso: sandboxEmployer(1_000_010), enterprise: numberOf('0100001060') },
  affiliated: { nsso: sandboxEmployer(1_000_020), enterprise: numberOf('0100002050') },
  alsoAffiliated: { nsso: sandboxEmployer(1_000_040), enterprise: numberOf('0100004030') },
  contracted: { nsso: sandboxEmployer(1_000_030), enterprise: numberOf('0100003040') },
}

/** A synthetic worker, born on the first of January 1980. */
export function worker(n: number): Ssin {
  const first = `800101${String(n).padStart(3, '0')}`
  return present(readSsin(first + ssinCheckDigits(first, 19)))
}

/** A Dimona file around forms. */
export function dimonaFile(...declarations: readonly string[]): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\r\n' +
    '<Dimona xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' +
    ' xsi:noNamespaceSchemaLocation="Dimona_20231.xsd">\r\n' +
    `${declarations.join('\r\n')}\r\n</Dimona>\r\n`
  )
}

let created = 0

/** One form around a declaration; each has a creation hour of its own, as real ones do. */
export function form(declaration: string, creationDate = '2026-03-02'): string {
  created += 1
  const time = new Date(created).toISOString().slice(11, 23)
  return (
    `<Form><Identification>DIMONA</Identification><FormCreationDate>${creationDate}</FormCreationDate>` +
    `<FormCreationHour>${time}</FormCreationHour><AttestationStatus>0</AttestationStatus>` +
    '<TypeForm>SU</TypeForm><Reference><ReferenceType>1</ReferenceType>' +
    '<ReferenceOrigin>1</ReferenceOrigin><ReferenceNbr>ma référence</ReferenceNbr></Reference>' +
    `${declaration}</Form>`
  )
}

export const employerId = (nsso: string): string =>
  `<EmployerId><NOSSRegistrationNbr>${nsso}</NOSSRegistrationNbr></EmployerId>`

export interface InOptions {
  /** the EmployerId block */
  readonly employer?: string
  /** content of NaturalPerson */
  readonly person?: string
  readonly start?: string
  /** what stands after StartingDate */
  readonly times?: string
  /** content of DimonaFeatures; empty for no such block */
  readonly features?: string
  /** what stands after DimonaFeatures */
  readonly rest?: string
}

/** An IN of the workshop for worker 1 from 2026-03-09, unless said otherwise. */
export function dimonaIn(options: InOptions = {}): string {
  const features =
    options.features ?? '<JointCommissionNbr>XXX</JointCommissionNbr><WorkerType>OTH</WorkerType>'
  return form(
    `<DimonaIn><StartingDate>${options.start ?? '2026-03-09'}</StartingDate>${options.times ?? ''}` +
      (options.employer ?? employerId(employers.workshop.nsso)) +
      `<NaturalPerson>${options.person ?? `<INSS>${worker(1)}</INSS>`}</NaturalPerson>` +
      (features === '' ? '' : `<DimonaFeatures>${features}</DimonaFeatures>`) +
      `${options.rest ?? ''}</DimonaIn>`,
  )
}

/** An IN of an employer for worker n. */
export const inFor = (nsso: string, n = 1): string =>
  dimonaIn({ employer: employerId(nsso), person: `<INSS>${worker(n)}</INSS>` })

export const dimonaOut = (periodId: string, end: string, rest = ''): string =>
  form(
    `<DimonaOut><DimonaPeriodId>${periodId}</DimonaPeriodId><EndingDate>${end}</EndingDate>${rest}</DimonaOut>`,
  )

export const dimonaUpdate = (periodId: string, content: string): string =>
  form(`<DimonaUpdate><DimonaPeriodId>${periodId}</DimonaPeriodId>${content}</DimonaUpdate>`)

export const dimonaCancel = (periodId: string, rest = ''): string =>
  form(`<DimonaCancel><DimonaPeriodId>${periodId}</DimonaPeriodId>${rest}</DimonaCancel>`)
