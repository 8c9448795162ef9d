import { limosa } from '../../registers/limosa.ts'
import { both, readDays, readEmployer, readPerson } from '../criteria.ts'
import { keysIn, ownConsultation, pathsOf } from '../own-consultation.ts'
import { ownService } from '../own-contract.ts'
import { consultByPostedPerson, consultByUser, limosaContract } from './contract.ts'

/** Most years of one question: about a person, and about all who are posted to a user. */
const personYears = 5
const userYears = 1

/** Days choose postings by their dates. */
const dates = keysIn(limosa.posting, 'startDate', 'endDate')

/** LimosaService v1: postings by posted person and by user of services. */
export const limosaService = ownService(limosaContract, [
  ownConsultation(limosaContract, consultByPostedPerson, {
    question: 'postingsOfPerson',
    gives: pathsOf(consultByPostedPerson.block),
    read: (texts) => both(readPerson(texts), () => readDays(texts, personYears)),
    subject: ({ ssin }) => ({ kind: 'postedPerson', ssin }),
    keys: () => dates,
    ask: (criteria) => ({ kind: 'postingsOfPerson', ...criteria }),
  }),
  ownConsultation(limosaContract, consultByUser, {
    question: 'postingsToUser',
    gives: pathsOf(consultByUser.block),
    read: (texts) => both(readEmployer(texts), () => readDays(texts, userYears)),
    subject: ({ employer }) => ({ kind: 'employer', employer }),
    keys: () => dates,
    ask: ({ employer, ...days }, page) => ({
      kind: 'postingsToUser',
      user: employer,
      ...days,
      ...page,
    }),
  }),
])
