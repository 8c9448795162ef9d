import { GatewayError } from '../../base/errors.ts'
import type { Ssin } from '../../base/ssin.ts'
import { dimona } from '../../registers/dimona.ts'
import {
  both,
  invalid,
  readDays,
  readEmployer,
  readPerson,
  readSince,
  ssinOf,
} from '../criteria.ts'
import { keysIn, ownConsultation, pathsOf } from '../own-consultation.ts'
import { changeDaysMax, ownService } from '../own-contract.ts'
import { textsOf, type CriteriaTexts } from '../own-request.ts'
import {
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

/** The persons asked about, each once. */
function readPersons(texts: CriteriaTexts): { readonly ssins: readonly Ssin[] } | GatewayError {
  const ssins: Ssin[] = []
  for (const text of textsOf(texts, 'ssin')) {
    const ssin = ssinOf(text)
    if (ssin instanceof GatewayError) return ssin
    ssins.push(ssin)
  }
  return new Set(ssins).size < ssins.length ? invalid('ssin') : { ssins }
}

/** PersonnelFileService v1: employments by worker and by employer, their changes, and whether persons were in service. */
export const personnelFileService = ownService(personnelFileContract, [
  ownConsultation(personnelFileContract, consultByWorker, {
    question: 'dimonaByWorker',
    gives: pathsOf(consultByWorker.block),
    read: (texts) => both(readPerson(texts), () => readDays(texts, personYears)),
    subject: ({ ssin }) => ({ kind: 'person', ssin }),
    keys: () => dates,
    ask: (criteria) => ({ kind: 'dimonaByWorker', ...criteria }),
  }),
  ownConsultation(personnelFileContract, consultByEmployer, {
    question: 'dimonaByEmployer',
    gives: pathsOf(consultByEmployer.block),
    read: (texts) => both(readEmployer(texts), () => readDays(texts, employerYears)),
    subject: ({ employer }) => ({ kind: 'employer', employer }),
    keys: () => dates,
    ask: (criteria, page) => ({ kind: 'dimonaByEmployer', ...criteria, ...page }),
  }),
  ownConsultation(personnelFileContract, wasActive, {
    question: 'dimonaActivity',
    gives: pathsOf(wasActive.block),
    read: (texts) =>
      both(readEmployer(texts), () => both(readPersons(texts), () => readDays(texts, personYears))),
    subject: ({ employer }) => ({ kind: 'employer', employer }),
    keys: () => dates,
    ask: (criteria) => ({ kind: 'dimonaActivity', ...criteria }),
  }),
  ownConsultation(personnelFileContract, changesSince, {
    question: 'dimonaChanges',
    gives: pathsOf(changesSince.block),
    read: (texts) => both(readEmployer(texts), () => readSince(texts)),
    subject: ({ employer }) => ({ kind: 'employer', employer }),
    keys: () => dates,
    ask: (criteria, page) => ({
      kind: 'dimonaChanges',
      ...criteria,
      until: criteria.since,
      daysMax: changeDaysMax,
      ...page,
    }),
  }),
])
