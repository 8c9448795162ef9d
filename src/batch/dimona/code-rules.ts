import { readCountry } from '../../base/codes.ts'
import type { CivilDate } from '../../base/civil-date.ts'
import type { CodeList } from '../../registers/code-list.ts'
import type { Anomaly } from '../anomaly.ts'
import { detailText, type DimonaIn } from './declaration.ts'
import { anomaly } from './time-rules.ts'

/** The lists in which codes of a declaration must stand. */
export interface DimonaLists {
  /** annex 5 */
  readonly countries: CodeList
  /** annex 6 */
  readonly activities: CodeList
}

const addresses = [
  ['DimonaFeatures', 'UsingEmployer', 'Address', 'Country'],
  ['StudentPlaceOfWork', 'Address', 'Country'],
] as const

/** Kinds of worker in annex 6, by the nature of the employment (zone 01231). */
const kinds: Readonly<Record<string, string>> = { WORKER: 'Arbeiders', EMPLOYEE: 'Bedienden' }

/**
 * Codes of an IN are those of their lists on its first day: countries (zones 00523, 00035 and 00119), and the activity, which must also
 * fit the nature of the employment (zone 00041). A country of birth (00169) may be one of former days.
 */
export function checkCodes(
  { details, worker }: Pick<DimonaIn, 'details' | 'worker'>,
  start: CivilDate,
  { countries, activities }: DimonaLists,
): Anomaly[] {
  const isCountry = (text: string) => {
    const country = readCountry(text)
    return country !== undefined && countries.find(country, start) !== undefined
  }
  const anomalies: Anomaly[] = []
  const { birthCountry, country, nationality } = worker
  if (birthCountry !== undefined && !isCountryOfAnyTime(birthCountry, countries))
    anomalies.push(anomaly('WorkerBirthplaceCountry', '003'))
  if (country !== undefined && !isCountry(country)) anomalies.push(anomaly('WorkerCountry', '003'))
  if (nationality !== undefined && !isCountry(nationality))
    anomalies.push(anomaly('Nationality', '003'))
  for (const path of addresses) {
    const text = detailText(details, ...path)
    if (text !== undefined && !isCountry(text)) anomalies.push(anomaly('Country', '003'))
  }
  const activity = detailText(details, 'SmallStatutesInformation', 'ActivityWithRisk')
  const nature = detailText(details, 'SmallStatutesInformation', 'EmploymentNature') ?? ''
  if (
    activity !== undefined &&
    activities.find(activity, start, { kind_nl: kinds[nature] ?? '' }) === undefined
  )
    anomalies.push(anomaly('ActivityWithRisk', '521'))
  return anomalies
}

function isCountryOfAnyTime(text: string, countries: CodeList): boolean {
  const country = readCountry(text)
  return country !== undefined && countries.last(country) !== undefined
}
