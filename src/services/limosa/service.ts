import { readNssoNumber, type NssoNumber } from '../../base/enterprise.ts'
import { GatewayError } from '../../base/errors.ts'
import { readSsin, type Ssin } from '../../base/ssin.ts'
import { limosa } from '../../registers/limosa.ts'
import { invalid, readDays, type Days } from '../criteria.ts'
import { keysIn, ownConsultation, pathsOf } from '../own-consultation.ts'
import { ownService, pageSizeMax } from '../own-contract.ts'
import type { CriteriaTexts } from '../own-request.ts'
import { consultByPostedPerson, consultByUser, limosaContract } from './contract.ts'

/** Most years of one question: about a person, and about all who are posted to a user. */
const personYears = 5
const userYears = 1

/** Days choose postings by their dates. */
const dates = keysIn(limosa.posting, 'startDate', 'endDate')

interface ByPerson extends Days {
  readonly ssin: Ssin
}

function readByPerson(texts: CriteriaTexts): ByPerson | GatewayError {
  const ssin = readSsin(texts.get('ssin') ?? '')
  if (ssin === undefined) {
    return new GatewayError('SSIN_STRUCTURE', undefined, [{ fieldName: 'ssin' }])
  }
  const days = readDays(texts, personYears)
  return days instanceof GatewayError ? days : { ssin, ...days }
}

interface Page extends Days {
  readonly user: NssoNumber
  readonly offset: string | undefined
  readonly limit: number
}

function readPage(texts: CriteriaTexts): Page | GatewayError {
  const user = readNssoNumber(texts.get('nssoNumber') ?? '')
  if (user === undefined) return invalid('nssoNumber')
  const days = readDays(texts, userYears)
  if (days instanceof GatewayError) return days
  const limit = Number(texts.get('maxResults') ?? pageSizeMax)
  return { user, ...days, offset: texts.get('offset'), limit }
}

/** LimosaService v1: postings by posted person and by user of services. */
export const limosaService = ownService(limosaContract, [
  ownConsultation(limosaContract, consultByPostedPerson, {
    question: 'postingsOfPerson',
    gives: pathsOf(consultByPostedPerson.block),
    read: readByPerson,
    subject: ({ ssin }) => ({ kind: 'postedPerson', ssin }),
    keys: () => dates,
    ask: (criteria) => ({ kind: 'postingsOfPerson', ...criteria }),
  }),
  ownConsultation(limosaContract, consultByUser, {
    question: 'postingsToUser',
    gives: pathsOf(consultByUser.block),
    read: readPage,
    subject: ({ user }) => ({ kind: 'employer', employer: user }),
    keys: () => dates,
    offset: ({ offset }) => offset,
    pageSize: ({ limit }) => limit,
    ask: ({ user, from, to, limit }, { after }) => ({
      kind: 'postingsToUser',
      user,
      from,
      to,
      after,
      limit,
    }),
  }),
])
