import { addQuarters, readQuarter, type Quarter } from '../../base/civil-date.ts'
import { readNssoNumber, type NssoNumber } from '../../base/enterprise.ts'
import { GatewayError } from '../../base/errors.ts'
import { readSsin, type Ssin } from '../../base/ssin.ts'
import { dmfa } from '../../registers/dmfa.ts'
import { invalid } from '../criteria.ts'
import { keysIn, ownConsultation, pathsOf } from '../own-consultation.ts'
import { ownService, pageSizeMax } from '../own-contract.ts'
import type { CriteriaTexts } from '../own-request.ts'
import {
  consultAggregates,
  consultByEmployer,
  consultByWorker,
  dmfaConsultationContract,
} from './contract.ts'

/** Most quarters of one question: five years, so that an answer about one worker stays within one message. */
const quartersMax = 20

/** A quarter chooses declarations by theirs. */
const declared = keysIn(dmfa.employerDeclaration, 'quarter')

function readWireQuarter(texts: CriteriaTexts, name: string): Quarter | undefined {
  return readQuarter((texts.get(name) ?? '').replace('Q', ''))
}

interface ByWorker {
  readonly ssin: Ssin
  readonly from: Quarter
  readonly to: Quarter
}

function readByWorker(texts: CriteriaTexts): ByWorker | GatewayError {
  const ssin = readSsin(texts.get('ssin') ?? '')
  if (ssin === undefined) {
    return new GatewayError('SSIN_STRUCTURE', undefined, [{ fieldName: 'ssin' }])
  }
  const from = readWireQuarter(texts, 'beginQuarter')
  if (from === undefined) return invalid('beginQuarter')
  const to = readWireQuarter(texts, 'endQuarter')
  if (to === undefined) return invalid('endQuarter')
  if (to < from || to > addQuarters(from, quartersMax - 1)) {
    return invalid('beginQuarter', 'endQuarter')
  }
  return { ssin, from, to }
}

interface ByEmployer {
  readonly employer: NssoNumber
  readonly quarter: Quarter
}

function readByEmployer(texts: CriteriaTexts): ByEmployer | GatewayError {
  const employer = readNssoNumber(texts.get('nssoNumber') ?? '')
  if (employer === undefined) return invalid('nssoNumber')
  const quarter = readWireQuarter(texts, 'quarter')
  if (quarter === undefined) return invalid('quarter')
  return { employer, quarter }
}

interface Page extends ByEmployer {
  readonly offset: string | undefined
  readonly limit: number
}

function readPage(texts: CriteriaTexts): Page | GatewayError {
  const declaration = readByEmployer(texts)
  if (declaration instanceof GatewayError) return declaration
  const limit = Number(texts.get('maxResults') ?? pageSizeMax)
  return { ...declaration, offset: texts.get('offset'), limit }
}

/** DmfaConsultationService v1: declarations by worker and quarters, by employer and quarter, and totals. */
export const dmfaConsultationService = ownService(dmfaConsultationContract, [
  ownConsultation(dmfaConsultationContract, consultByWorker, {
    question: 'dmfaByWorker',
    gives: pathsOf(consultByWorker.block, [
      dmfa.employerDeclaration.blocks.companyVehicle,
      dmfa.employerDeclaration.blocks.contributionUnrelatedToNp,
    ]),
    read: readByWorker,
    subject: ({ ssin }) => ({ kind: 'person', ssin }),
    keys: () => declared,
    ask: (criteria) => ({ kind: 'dmfaByWorker', ...criteria }),
  }),
  ownConsultation(dmfaConsultationContract, consultByEmployer, {
    question: 'dmfaByEmployer',
    gives: pathsOf(consultByEmployer.block),
    read: readPage,
    subject: ({ employer }) => ({ kind: 'employer', employer }),
    keys: () => declared,
    offset: ({ offset }) => offset,
    pageSize: ({ limit }) => limit,
    ask: ({ employer, quarter, limit }, { after }) => ({
      kind: 'dmfaByEmployer',
      employer,
      quarter,
      after,
      limit,
    }),
  }),
  ownConsultation(dmfaConsultationContract, consultAggregates, {
    question: 'dmfaAggregate',
    gives: pathsOf(consultAggregates.block),
    read: readByEmployer,
    subject: ({ employer }) => ({ kind: 'employer', employer }),
    keys: () => declared,
    ask: (criteria) => ({ kind: 'dmfaAggregate', ...criteria }),
  }),
])
