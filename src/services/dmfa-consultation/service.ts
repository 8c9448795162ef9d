import { addQuarters, readQuarter, type Quarter } from '../../base/civil-date.ts'
import type { GatewayError } from '../../base/errors.ts'
import { dmfa } from '../../registers/dmfa.ts'
import { both, invalid, readEmployer, readPerson, readSince } from '../criteria.ts'
import { keysIn, ownConsultation, pathsOf } from '../own-consultation.ts'
import { changeDaysMax, ownService } from '../own-contract.ts'
import type { CriteriaTexts } from '../own-request.ts'
import {
  changesSince,
  consultAggregates,
  consultByEmployer,
  consultByWorker,
  consultHistory,
  dmfaConsultationContract,
} from './contract.ts'

/** Most quarters of one question: five years, so that an answer about one worker stays within one message. */
const quartersMax = 20

/** A quarter chooses declarations by theirs. */
const declared = keysIn(dmfa.employerDeclaration, 'quarter')

function readWireQuarter(texts: CriteriaTexts, name: string): Quarter | undefined {
  return readQuarter((texts.get(name) ?? '').replace('Q', ''))
}

interface Quarters {
  readonly from: Quarter
  readonly to: Quarter
}

function readQuarters(texts: CriteriaTexts): Quarters | GatewayError {
  const from = readWireQuarter(texts, 'beginQuarter')
  if (from === undefined) return invalid('beginQuarter')
  const to = readWireQuarter(texts, 'endQuarter')
  if (to === undefined) return invalid('endQuarter')
  if (to < from || to > addQuarters(from, quartersMax - 1)) {
    return invalid('beginQuarter', 'endQuarter')
  }
  return { from, to }
}

function readDeclaration(texts: CriteriaTexts) {
  return both(readEmployer(texts), () => {
    const quarter = readWireQuarter(texts, 'quarter')
    return quarter === undefined ? invalid('quarter') : { quarter }
  })
}

const { companyVehicle, contributionUnrelatedToNp, naturalPerson } = dmfa.employerDeclaration.blocks
const { update } = naturalPerson.blocks

/** The history, and what tells whose it is. */
const ofHistory = [
  ...keysIn(dmfa.employerDeclaration, 'registrationNumber', 'quarter'),
  ...keysIn(naturalPerson, 'ssin'),
  ...pathsOf(update),
]

/** DmfaConsultationService v1: declarations by worker and quarters, by employer and quarter, their history and changes, and totals. */
export const dmfaConsultationService = ownService(dmfaConsultationContract, [
  ownConsultation(dmfaConsultationContract, consultByWorker, {
    question: 'dmfaByWorker',
    gives: pathsOf(consultByWorker.block, [companyVehicle, contributionUnrelatedToNp, update]),
    read: (texts) => both(readPerson(texts), () => readQuarters(texts)),
    subject: ({ ssin }) => ({ kind: 'person', ssin }),
    keys: () => declared,
    ask: (criteria) => ({ kind: 'dmfaByWorker', ...criteria }),
  }),
  ownConsultation(dmfaConsultationContract, consultByEmployer, {
    question: 'dmfaByEmployer',
    gives: pathsOf(consultByEmployer.block, [update]),
    read: readDeclaration,
    subject: ({ employer }) => ({ kind: 'employer', employer }),
    keys: () => declared,
    ask: (criteria, page) => ({ kind: 'dmfaByEmployer', ...criteria, ...page }),
  }),
  ownConsultation(dmfaConsultationContract, consultAggregates, {
    question: 'dmfaAggregate',
    gives: pathsOf(consultAggregates.block),
    read: readDeclaration,
    subject: ({ employer }) => ({ kind: 'employer', employer }),
    keys: () => declared,
    ask: (criteria) => ({ kind: 'dmfaAggregate', ...criteria }),
  }),
  ownConsultation(dmfaConsultationContract, consultHistory, {
    question: 'dmfaByWorker',
    gives: ofHistory,
    read: (texts) => both(readPerson(texts), () => readQuarters(texts)),
    subject: ({ ssin }) => ({ kind: 'person', ssin }),
    keys: () => declared,
    ask: (criteria) => ({ kind: 'dmfaByWorker', ...criteria }),
  }),
  ownConsultation(dmfaConsultationContract, changesSince, {
    question: 'dmfaChanges',
    gives: pathsOf(changesSince.block, [companyVehicle, contributionUnrelatedToNp]),
    read: (texts) => both(readEmployer(texts), () => readSince(texts)),
    subject: ({ employer }) => ({ kind: 'employer', employer }),
    keys: () => declared,
    ask: (criteria, page) => ({
      kind: 'dmfaChanges',
      ...criteria,
      until: criteria.since,
      daysMax: changeDaysMax,
      ...page,
    }),
  }),
])
