import { readCivilDate, type CivilDate } from '../../base/civil-date.ts'
import { readNssoNumber, type NssoNumber } from '../../base/enterprise.ts'
import { GatewayError } from '../../base/errors.ts'
import { readSsin, type Ssin } from '../../base/ssin.ts'
import { dimona } from '../../registers/dimona.ts'
import { invalid, readDays, type Days } from '../criteria.ts'
import { keysIn, ownConsultation, pathsOf } from '../own-consultation.ts'
import { ownService, pageSizeMax } from '../own-contract.ts'
import { textsOf, type CriteriaTexts } from '../own-request.ts'
import {
  changeDaysMax,
  changesSince,
  consultByEmployer,
  consultByWorker,
  personnelFileContract,
  wasActive,
} from './contract.ts'

/** Most years of one question: about persons, and about all workers of an employer. */
const personYears = 5
const employerYears = 1

/** Days choose periods by their dates. */
const dates = keysIn(dimona.occupation, 'entryDate', 'exitDate')

interface ByWorker extends Days {
  readonly ssin: Ssin
}

function readByWorker(texts: CriteriaTexts): ByWorker | GatewayError {
  const ssin = readSsin(texts.get('ssin') ?? '')
  if (ssin === undefined) {
    return new GatewayError('SSIN_STRUCTURE', undefined, [{ fieldName: 'ssin' }])
  }
  const days = readDays(texts, personYears)
  return days instanceof GatewayError ? days : { ssin, ...days }
}

interface Page extends Days {
  readonly employer: NssoNumber
  readonly offset: string | undefined
  readonly limit: number
}

function readPage(texts: CriteriaTexts): Page | GatewayError {
  const employer = readNssoNumber(texts.get('nssoNumber') ?? '')
  if (employer === undefined) return invalid('nssoNumber')
  const days = readDays(texts, employerYears)
  if (days instanceof GatewayError) return days
  const limit = Number(texts.get('maxResults') ?? pageSizeMax)
  return { employer, ...days, offset: texts.get('offset'), limit }
}

interface Activity extends Days {
  readonly employer: NssoNumber
  readonly ssins: readonly Ssin[]
}

function readActivity(texts: CriteriaTexts): Activity | GatewayError {
  const employer = readNssoNumber(texts.get('nssoNumber') ?? '')
  if (employer === undefined) return invalid('nssoNumber')
  const asked = textsOf(texts, 'ssin')
  const ssins = asked.flatMap((text) => readSsin(text) ?? [])
  if (ssins.length < asked.length) {
    return new GatewayError('SSIN_STRUCTURE', undefined, [{ fieldName: 'ssin' }])
  }
  if (new Set(ssins).size < ssins.length) return invalid('ssin')
  const days = readDays(texts, personYears)
  return days instanceof GatewayError ? days : { employer, ssins, ...days }
}

interface Changes {
  readonly employer: NssoNumber
  readonly since: CivilDate
  readonly offset: string | undefined
  readonly limit: number
}

function readChanges(texts: CriteriaTexts): Changes | GatewayError {
  const employer = readNssoNumber(texts.get('nssoNumber') ?? '')
  if (employer === undefined) return invalid('nssoNumber')
  const since = readCivilDate(texts.get('sinceDate') ?? '')
  if (since === undefined) return invalid('sinceDate')
  const limit = Number(texts.get('maxResults') ?? pageSizeMax)
  return { employer, since, offset: texts.get('offset'), limit }
}

/** PersonnelFileService v1: employments by worker and by employer, their changes, and whether persons were in service. */
export const personnelFileService = ownService(personnelFileContract, [
  ownConsultation(personnelFileContract, consultByWorker, {
    question: 'dimonaByWorker',
    gives: pathsOf(consultByWorker.block),
    read: readByWorker,
    subject: ({ ssin }) => ({ kind: 'person', ssin }),
    keys: () => dates,
    ask: (criteria) => ({ kind: 'dimonaByWorker', ...criteria }),
  }),
  ownConsultation(personnelFileContract, consultByEmployer, {
    question: 'dimonaByEmployer',
    gives: pathsOf(consultByEmployer.block),
    read: readPage,
    subject: ({ employer }) => ({ kind: 'employer', employer }),
    keys: () => dates,
    offset: ({ offset }) => offset,
    pageSize: ({ limit }) => limit,
    ask: ({ employer, from, to, limit }, { after }) => ({
      kind: 'dimonaByEmployer',
      employer,
      from,
      to,
      after,
      limit,
    }),
  }),
  ownConsultation(personnelFileContract, wasActive, {
    question: 'dimonaActivity',
    gives: pathsOf(wasActive.block),
    read: readActivity,
    subject: ({ employer }) => ({ kind: 'employer', employer }),
    keys: () => dates,
    ask: (criteria) => ({ kind: 'dimonaActivity', ...criteria }),
  }),
  ownConsultation(personnelFileContract, changesSince, {
    question: 'dimonaChanges',
    gives: pathsOf(changesSince.block),
    read: readChanges,
    subject: ({ employer }) => ({ kind: 'employer', employer }),
    keys: () => dates,
    offset: ({ offset }) => offset,
    pageSize: ({ limit }) => limit,
    ask: ({ employer, since, limit }, { after }) => ({
      kind: 'dimonaChanges',
      employer,
      since,
      until: since,
      daysMax: changeDaysMax,
      after,
      limit,
    }),
  }),
])
