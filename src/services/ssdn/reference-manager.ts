import { GatewayError } from '../../base/errors.ts'
import type { CivilDate } from '../../base/civil-date.ts'
import type { Ssin } from '../../base/ssin.ts'
import type { Path } from '../../registers/catalogue.ts'
import type { Disclosed } from '../../registers/grant.ts'
import type { Label } from '../../registers/code-list.ts'
import { referenceDirectory, type InscriptionRecord } from '../../registers/reference-directory.ts'
import type { XmlElement } from '../../xml/element.ts'
import { element, optionalLeaf } from '../../xml/writer.ts'
import {
  areGranted,
  at,
  pathRow,
  pathsOfBlocks,
  rowsWriter,
  type ElementBlock,
  type ElementRow,
} from '../element-rows.ts'
import { consultation, invalidOf, valid, type Reply } from '../operation.ts'
import { writeServiceReply } from './envelope.ts'
import { namespaces } from './names.ts'
import { child, children, collapsed, integerIn, periodIn, ssinIn } from './read.ts'
import { nothingFound } from './result-summary.ts'

/** ReferenceManager.consult: which other sectors know a person, in which quality and when (classic flow L609; services.md §3). */
export const referenceManager = {
  serviceId: 'ReferenceManager.consult',
  version: '20050525',
} as const

interface Criteria {
  readonly ssin: Ssin
  readonly from: CivilDate
  readonly to: CivilDate
  /** sectors asked, with their qualities; all of a sector when none is named, and every sector when there are none */
  readonly combinations: readonly {
    readonly sector: number
    readonly qualities: readonly number[]
  }[]
  readonly withDescriptions: boolean
}

const pathsOf = (name: string): readonly Path[] => [at(`referenceDirectory.inscription.${name}`)]

const sector = pathsOf('sector')
const quality = pathsOf('qualityCode')
const start = pathsOf('startDate')
const end = pathsOf('endDate')

const keysOfDates = [...start, ...end]
const keysOfCombinations = [...keysOfDates, ...sector, ...quality]

/** What one Consultation tells: the periods of a sector and quality. */
interface Known {
  readonly sector: string
  readonly qualityCode: string
  readonly periods: readonly { readonly from?: string; readonly until?: string }[]
  readonly withDescriptions: boolean
}

type Row = ElementRow<Known, Label>

const rows: readonly Row[] = [
  pathRow('Sector', sector, (one) => one.sector, [quality]),
  pathRow('QualityCode', quality, (one) => one.qualityCode, [sector]),
]

const names: readonly Row[] = (['nl', 'fr'] as const).map((language) => ({
  element: `SectorDescription${language === 'nl' ? 'Nl' : 'Fr'}`,
  source: { kind: 'derived', paths: sector },
  value: (one, label) =>
    one.withDescriptions ? label('sectors', one.sector, language) : undefined,
}))

const periodRows = [
  {
    element: 'Period/StartDate',
    source: { kind: 'path', paths: start },
  },
  {
    element: 'Period/EndDate',
    source: { kind: 'path', paths: end },
  },
] as const

const table: readonly ElementBlock[] = [
  {
    place: 'ConsultOtherSectorsResult/Consultation',
    needs: [sector, quality],
    rows: [...rows, ...periodRows, ...names].map(({ element, source }) => ({ element, source })),
  },
]

const writeRows = rowsWriter(rows, 'ns3:')
const writeNames = rowsWriter(names, 'ns3:')

function readCriteria(body: XmlElement): Criteria | GatewayError {
  const criteria = child(body, 'ConsultOtherSectorsCriteria')
  if (criteria === undefined) throw new TypeError('body was not checked')
  const ssin = ssinIn(criteria, 'RequestedSsin')
  if (ssin instanceof GatewayError) return ssin
  const period = periodIn(criteria, 'RequestedPeriod')
  if (period instanceof GatewayError) return period
  const { from, until: to } = period
  if (to === undefined) throw new TypeError('period was not checked')
  const integrated = child(criteria, 'IntegratedPeriod')
  const own = integrated && periodIn(criteria, 'IntegratedPeriod')
  if (own instanceof GatewayError) return own
  // the default of the schema is true, an empty element has it too
  const described = collapsed(criteria, 'FetchDescriptions')
  return {
    ssin,
    from,
    to,
    combinations: children(criteria, 'SectorQualityCodesCombination').map((one) => ({
      sector: integerIn(one, 'Sector') ?? -1,
      qualities: children(one, 'QualityCodes').map(({ text }) => Number(text)),
    })),
    withDescriptions: described !== 'false' && described !== '0',
  }
}

/** Whether a request asks about a sector and quality. */
function isAsked({ combinations }: Criteria, one: Disclosed<InscriptionRecord>): boolean {
  return (
    combinations.length === 0 ||
    combinations.some(
      (asked) =>
        asked.sector === Number(one.sector) &&
        (asked.qualities.length === 0 || asked.qualities.includes(Number(one.qualityCode))),
    )
  )
}

/** What the schema takes as sector and as quality. */
function isCode(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,3}$/.test(text)
}

/** The records of a sector and quality together, as far as both are shown. */
function knownBy(
  records: readonly Disclosed<InscriptionRecord>[],
  { withDescriptions }: Criteria,
): readonly Known[] {
  const known = Map.groupBy(records, (one) => `${one.sector} ${one.qualityCode}`)
  return [...known.values()].flatMap((lines) => {
    const [first] = lines
    if (!isCode(first?.sector) || !isCode(first.qualityCode)) return []
    const periods = lines
      .map(({ startDate, endDate }) => ({
        ...(startDate !== undefined && { from: startDate }),
        ...(endDate !== undefined && { until: endDate }),
      }))
      .filter((period) => Object.keys(period).length > 0)
    return [{ sector: first.sector, qualityCode: first.qualityCode, periods, withDescriptions }]
  })
}

function writePeriods({ periods }: Known): string {
  return periods
    .map(({ from, until }) =>
      element(
        'ns3:Period',
        optionalLeaf('ns2:StartDate', from) + optionalLeaf('ns2:EndDate', until),
      ),
    )
    .join('')
}

function writeXml({
  records,
  request,
  label,
}: Reply<Criteria | GatewayError, 'inscriptions'>): string {
  const known = records.length === 0 ? [] : knownBy(records, valid(request.criteria))
  const consultations = known.map(
    (one) =>
      `<ns3:Consultation>${writeRows(one, label)}${writePeriods(one)}${writeNames(one, label)}</ns3:Consultation>`,
  )
  const body =
    `<ns3:ReferenceManagerReply xmlns:ns2="${namespaces.common}" xmlns:ns3="${namespaces.referenceManager}">` +
    `<ns3:ConsultOtherSectorsResult>${consultations.join('')}</ns3:ConsultOtherSectorsResult></ns3:ReferenceManagerReply>`
  return writeServiceReply(referenceManager, known.length === 0 ? [nothingFound] : [], body)
}

export const referenceManagerConsult = consultation<Criteria | GatewayError, 'inscriptions'>({
  name: referenceManager.serviceId,
  question: 'inscriptions',
  block: referenceDirectory.inscription,
  gives: pathsOfBlocks(table),
  elements: table,
  yields: (granted) => areGranted([sector, quality], granted),
  // a line is chosen by its dates, and by its sector and quality where they are asked for
  keys: (criteria) => (valid(criteria).combinations.length > 0 ? keysOfCombinations : keysOfDates),
  readXml: (body) => ({ envelope: {}, criteria: readCriteria(body) }),
  invalid: invalidOf,
  subject: (criteria) => ({ kind: 'person', ssin: valid(criteria).ssin }),
  shows: (record, criteria) =>
    isAsked(valid(criteria), record) && isCode(record.sector) && isCode(record.qualityCode),
  ask: (criteria) => {
    const { ssin, from, to } = valid(criteria)
    return { kind: 'inscriptions', ssin, from, to }
  },
  writeXml,
})
