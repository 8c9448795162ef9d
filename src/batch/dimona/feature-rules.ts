import type { CivilDate } from '../../base/civil-date.ts'
import { readEnterpriseNumber } from '../../base/enterprise.ts'
import type { Anomaly } from '../anomaly.ts'
import {
  agencyWork,
  committeeOf,
  construction,
  funerals,
  userCommitteeOf,
  type DeclaredCommittee,
} from './committee.ts'
import { detailText, type Detail } from './declaration.ts'
import { anomaly } from './time-rules.ts'
import { workerTypeOf, type WorkerType } from './worker-type.ts'

/** Worker types that take no new declaration (zone 00655). */
const closedTypes: readonly WorkerType[] = ['A17', 'QUA', 'TEA']
/** Worker types for which the small statutes block is declared (block 90594). */
const smallStatutesTypes: readonly WorkerType[] = ['IVT', 'TRI', 'STG']
/** With joint committee 322 and no committee of the user: cards needed for BCW, allowed for these. */
const optionalCardTypes: readonly WorkerType[] = ['DWD', 'IVT', 'TRI', 'STU']

/** What an IN must say of the work itself: blocks 90374, 90107, 90375, 90376, 90594. */
export function checkFeatures(details: readonly Detail[], start: CivilDate | undefined): Anomaly[] {
  const workerType = workerTypeOf(details)
  if (workerType === undefined) return [anomaly('WorkerType', '001')]
  const anomalies: Anomaly[] = []
  const has = (block: string) => details.some(({ name }) => name === block)
  const committee = committeeOf(details)
  if (closedTypes.includes(workerType)) anomalies.push(anomaly('WorkerType', '003'))
  if (committee === undefined) anomalies.push(anomaly('JointCommissionNbr', '001'))
  // undertakers have occasional workers since then (zone 00046)
  if (workerType === 'EXT' && committee === funerals && (start ?? '') < '2019-04-01')
    anomalies.push(anomaly('DimonaFeatures', '349'))
  if (has('StudentPlaceOfWork') && workerType !== 'STU')
    anomalies.push(anomaly('Denomination', '005'))
  const statutes = has('SmallStatutesInformation')
  const smallStatutes = smallStatutesTypes.includes(workerType)
  if (statutes && !smallStatutes) anomalies.push(anomaly('EmploymentNature', '005'))
  if (!statutes && smallStatutes && (start ?? '') >= '2020-01-01')
    anomalies.push(anomaly('EmploymentNature', '001'))
  return [
    ...anomalies,
    ...checkUser(details, committee),
    ...checkCards(details, committee, workerType),
  ]
}

/** The user of a temporary agency worker: only with joint committee 322, by enterprise number or by name. */
function checkUser(
  details: readonly Detail[],
  committee: DeclaredCommittee | undefined,
): Anomaly[] {
  const features = details.find(({ name }) => name === 'DimonaFeatures')?.children ?? []
  const user = features.find(({ name }) => name === 'UsingEmployer')
  if (committee !== agencyWork)
    return user === undefined ? [] : [anomaly('UsingEmployerCompanyID', '005')]
  const number = user?.children.find(({ name }) => name === 'UsingEmployerCompanyID')?.text
  const byNumber = number !== undefined
  const byName = user?.children.some(({ name }) => name === 'UsingEmployerName') ?? false
  if (!byNumber && !byName) return [anomaly('UsingEmployer', '351')]
  if (byNumber && byName) return [anomaly('UsingEmployer', '352')]
  // 0 says that it is not known
  if (
    byNumber &&
    Number(number) !== 0 &&
    readEnterpriseNumber(number.padStart(10, '0')) === undefined
  )
    return [anomaly('UsingEmployerCompanyID', '003')]
  return userCommitteeOf(details) === agencyWork ? [anomaly('JointCommissionNbr', '003')] : []
}

function checkCards(
  details: readonly Detail[],
  committee: DeclaredCommittee | undefined,
  workerType: WorkerType,
): Anomaly[] {
  const userCommittee = userCommitteeOf(details)
  const agencyWithoutUser = committee === agencyWork && userCommittee === undefined
  const needed =
    committee === construction ||
    userCommittee === construction ||
    (agencyWithoutUser && workerType === 'BCW')
  const allowed = needed || (agencyWithoutUser && optionalCardTypes.includes(workerType))
  const first = detailText(details, 'ConstructionControlCards', 'FirstMonthC32ANbr')
  const next = detailText(details, 'ConstructionControlCards', 'NextMonthC32ANbr')
  if (first === undefined) return needed ? [anomaly('FirstMonthC32ANbr', '001')] : []
  if (!allowed) return [anomaly('FirstMonthC32ANbr', '005')]
  return first === next ? [anomaly('NextMonthC32ANbr', '353')] : []
}
