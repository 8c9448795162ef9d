import { belgium, readCountry } from '../../base/codes.ts'
import type { CivilDate } from '../../base/civil-date.ts'
import type { CodeList } from '../../registers/code-list.ts'
import type { Anomaly } from '../anomaly.ts'
import { detailText, type Detail, type DimonaIn } from './declaration.ts'
import { anomaly } from './time-rules.ts'
import type { DimonaElement } from './zones.ts'

/** The lists in which codes of a declaration must stand. */
export interface DimonaLists {
  /** annex 5 */
  readonly countries: CodeList
  /** annex 6 */
  readonly activities: CodeList
  /** annex 23 */
  readonly postcodes: CodeList
}

/** Codes of an IN are those of their lists on its first day, but for the country of birth, which may be one of former days. */
export function checkCodes(
  { details, worker }: Pick<DimonaIn, 'details' | 'worker'>,
  start: CivilDate,
  lists: DimonaLists,
): Anomaly[] {
  const { birthCountry, country, zipCode, nationality } = worker
  const residence = checkPlace('WorkerCountry', country, 'WorkerZIPCode', zipCode, start, lists)
  const places = addresses.flatMap((path) => {
    const text = (name: string) => detailText(details, ...path, name)
    return checkPlace('Country', text('Country'), 'ZIPCode', text('ZIPCode'), start, lists)
  })
  return [
    ...(isBirthCountry(birthCountry, lists) ? [] : [anomaly('WorkerBirthplaceCountry', '003')]),
    ...residence,
    ...(isCountry(nationality, start, lists) ? [] : [anomaly('Nationality', '003')]),
    ...places,
    ...checkActivity(details, start, lists),
  ]
}

const addresses = [
  ['DimonaFeatures', 'UsingEmployer', 'Address'],
  ['StudentPlaceOfWork', 'Address'],
] as const

/** A country of annex 5 (zones 00523, 00035) and, in Belgium, a postcode of annex 23 (zones 00520, 00033); each may be absent. */
function checkPlace(
  countryTag: DimonaElement,
  country: string | undefined,
  zipTag: DimonaElement,
  zipCode: string | undefined,
  start: CivilDate,
  lists: DimonaLists,
): Anomaly[] {
  if (!isCountry(country, start, lists)) return [anomaly(countryTag, '003')]
  const isBelgian = readCountry(country ?? '') === belgium
  return isBelgian && zipCode !== undefined && !lists.postcodes.find(zipCode, start)
    ? [anomaly(zipTag, '003')]
    : []
}

function isCountry(text: string | undefined, on: CivilDate, { countries }: DimonaLists): boolean {
  if (text === undefined) return true
  const country = readCountry(text)
  return country !== undefined && countries.find(country, on) !== undefined
}

/** Zone 00169. */
function isBirthCountry(text: string | undefined, { countries }: DimonaLists): boolean {
  if (text === undefined) return true
  const country = readCountry(text)
  return country !== undefined && countries.last(country) !== undefined
}

/** Kinds of worker in annex 6, by the nature of the employment (zone 01231). */
const kinds: Readonly<Record<string, string>> = { WORKER: 'Arbeiders', EMPLOYEE: 'Bedienden' }

/** An activity fits the nature of the employment (zone 00041). */
function checkActivity(
  details: readonly Detail[],
  start: CivilDate,
  { activities }: DimonaLists,
): Anomaly[] {
  const text = (name: string) => detailText(details, 'SmallStatutesInformation', name)
  const activity = text('ActivityWithRisk')
  const kind = kinds[text('EmploymentNature') ?? ''] ?? ''
  return activity === undefined || activities.find(activity, start, { kind_nl: kind })
    ? []
    : [anomaly('ActivityWithRisk', '521')]
}
