import type { Enterprise } from '../access/enterprise.ts'
import { civilDateAt } from '../base/civil-date.ts'
import { element, leaf, optionalLeaf } from '../xml/writer.ts'
import { anomalyTexts, errorId, type Anomaly } from './anomaly.ts'
import { clockTimeAt } from '../base/clock-time.ts'
import type { Detail, FormHeader } from './dimona/declaration.ts'
import { timesOf, type DimonaPeriod, type PeriodTimes } from './dimona/period.ts'
import type { Ruling } from './dimona/rules.ts'
import { documentStart } from './receipt.ts'

/** What a notification says of one declaration. */
export interface Notice {
  readonly goName: string
  /** ticket number of the file and of this declaration */
  readonly fileTicket: string
  readonly ticket: string
  readonly ordinal: number
  readonly expeditor: string
  readonly receivedAtMs: number
  readonly atMs: number
  /** absent when the form does not follow the schema */
  readonly header?: FormHeader
  /** only an employer for which the sender may act */
  readonly employer?: Enterprise
  readonly ruling: Ruling
}

/** Channel 14 is sFTP (zone 00737). */
const channel = '14'

/** Start and end of a NOTIFICATION file (schema NOTIFICATION_20223); its forms stand between. */
export const notificationStart = documentStart('NOTIFICATION', '20223')
export const notificationEnd = '</NOTIFICATION>\n'

/** One Form of a NOTIFICATION: accepted (1) with or without anomalies, or refused (0, diagnosis 3: blocking anomalies). */
export function writeNotice(notice: Notice): string {
  const { ruling, atMs, receivedAtMs } = notice
  return element(
    'Form',
    leaf('Identification', 'NOTI001') +
      leaf('FormCreationDate', civilDateAt(atMs)) +
      leaf('FormCreationHour', clockTimeAt(atMs)) +
      leaf('AttestationStatus', '0') +
      leaf('TypeForm', 'FA') +
      element(
        'FileReference',
        leaf('FileName', notice.goName) +
          leaf('ReferenceOrigin', '2') +
          leaf('ReferenceNbr', notice.fileTicket),
      ) +
      element(
        'FileReceptionInformation',
        leaf('ReceptionDate', civilDateAt(receivedAtMs)) +
          leaf('ReceptionHour', clockTimeAt(receivedAtMs)) +
          leaf('Channel', channel),
      ) +
      element('HandledOriginalFile', leaf('SenderId', notice.expeditor)) +
      writeHeader(notice.header) +
      writeEmployer(notice.employer) +
      (ruling.kind === 'accepted'
        ? element('NaturalPerson', leaf('INSS', ruling.after.worker))
        : '') +
      element(
        'HandledReference',
        leaf('ReferenceType', '1') +
          leaf('ReferenceOrigin', '2') +
          leaf('ReferenceNbr', notice.ticket),
      ) +
      element('HandlingResult', writeResult(notice)),
  )
}

function writeHeader(header: FormHeader | undefined): string {
  if (header === undefined) return ''
  const form = element(
    'HandledOriginalForm',
    leaf('Identification', header.identification) +
      leaf('FormCreationDate', header.creationDate) +
      leaf('FormCreationHour', header.creationHour) +
      leaf('AttestationStatus', header.attestationStatus) +
      leaf('TypeForm', header.typeForm),
  )
  const references = header.references.map(({ type, origin, number }) =>
    element(
      'Reference',
      leaf('ReferenceType', type) + leaf('ReferenceOrigin', origin) + leaf('ReferenceNbr', number),
    ),
  )
  return form + references.join('')
}

function writeEmployer(enterprise: Enterprise | undefined): string {
  if (enterprise?.employer === undefined) return ''
  const { nssoNumber } = enterprise.employer
  // ten digits that begin with 5: a provisional number
  const name = nssoNumber.length === 10 ? 'ProvisionalNSSONbr' : 'NOSSRegistrationNbr'
  return element(
    'EmployerId',
    leaf(name, nssoNumber) + leaf('CompanyID', enterprise.enterpriseNumber),
  )
}

function writeResult({ ruling, ordinal }: Notice): string {
  const known = ruling.kind === 'refused' ? ruling.known : undefined
  const reports = ruling.anomalies.map((anomaly) => writeAnomaly(anomaly, ordinal, known))
  return ruling.kind === 'refused'
    ? leaf('ResultCode', '0') + leaf('Diagnosis', '3') + reports.join('')
    : leaf('ResultCode', '1') + reports.join('') + writeImpact(ruling)
}

function writeAnomaly(anomaly: Anomaly, ordinal: number, known: DimonaPeriod | undefined): string {
  const { fr, nl } = anomalyTexts[anomaly.code]
  const tellsPeriod = anomaly.code === '333' || anomaly.code === '334'
  return element(
    'AnomalyReport',
    leaf('ErrorID', errorId(anomaly)) +
      leaf('TagName', anomaly.tag) +
      leaf('AnomalyClass', anomaly.class) +
      leaf('AnomalyLabel', `${fr} / ${nl}`) +
      element('AnomalyLocation', leaf('Location', `1,${ordinal}`)) +
      (known !== undefined && tellsPeriod
        ? element('AnomalyComplInformation', writeKnownPeriod(known))
        : ''),
  )
}

function writeKnownPeriod(period: DimonaPeriod): string {
  return element(
    'DimonaPeriod',
    leaf('DimonaPeriodId', period.periodId) +
      leaf('IsLocked', '0') +
      leaf('IsCancelled', period.cancelled ? '1' : '0') +
      writeTimes(timesOf(period)) +
      leaf('LastUpdateDate', civilDateAt(period.changedAtMs)) +
      leaf('LastUpdateHour', clockTimeAt(period.changedAtMs)) +
      period.details
        .filter(({ name }) => toldWithPeriod.includes(name))
        .map(writeDetail)
        .join(''),
  )
}

/** Blocks of an IN that a known period is told with; the small statutes stand in the impact report only. */
const toldWithPeriod = ['DimonaFeatures', 'ConstructionControlCards', 'StudentPlaceOfWork']

/** IN: the period after; CANCEL: before; OUT and UPDATE: both. */
function writeImpact({ before, after }: Extract<Ruling, { kind: 'accepted' }>): string {
  return element(
    'ImpactReport',
    element(
      'DimonaImpactReport',
      leaf('DimonaPeriodId', after.periodId) +
        leaf('IsLocked', '0') +
        after.details.map(writeDetail).join('') +
        (before === undefined ? '' : element('DimonaPeriodBefore', writeTimes(timesOf(before)))) +
        (after.cancelled ? '' : element('DimonaPeriodAfter', writeTimes(timesOf(after)))),
    ),
  )
}

function writeTimes(times: PeriodTimes): string {
  return (
    leaf('StartingDate', times.start) +
    optionalLeaf('StartingHour', times.startHour) +
    optionalLeaf('EndingDate', times.end) +
    optionalLeaf('EndingHour', times.endHour) +
    optionalLeaf('PlannedHoursNbr', times.plannedHours?.toString()) +
    optionalLeaf('PlannedDaysNbr', times.plannedDays?.toString())
  )
}

/** The known NOTIFICATION schema (20223) is older than worker type ALT: a period of that type is told without it. */
function writeDetail({ name, text, children }: Detail): string {
  if (name === 'WorkerType' && text === 'ALT') return ''
  return children.length === 0
    ? leaf(name, text)
    : element(name, children.map(writeDetail).join(''))
}
