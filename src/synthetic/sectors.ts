import type { EmployerCategory, JointCommittee, WorkerCode } from '../base/codes.ts'
import { employerCategory, jointCommittee, workerCode } from './identifiers.ts'

/** One for manual workers and one for white-collar employees. */
export interface ByKind<Code> {
  readonly manual: Code
  readonly employee: Code
}

/**
 * What an employer does, with the codes that follow from it. Every code is valid for declarations from 2022/1 on (the
 * workshop's from 2003/1); test/synthetic/codes.test.ts compares what is generated with codelists/.
 */
export interface Sector {
  readonly name: string
  /** annex 27 */
  readonly category: EmployerCategory
  /** annex 26 */
  readonly jointCommission: ByKind<JointCommittee>
  /** annex 31, nomenclature from 2008 */
  readonly nace: string
  /** manual workers in a thousand */
  readonly manualPerMille: number
  /** annex 2 */
  readonly workerCode: ByKind<WorkerCode>
  /** contribution to the closure fund (annex 2, supplementary) and its types (annex 3): below 20 workers, and from 20 on */
  readonly closureFund: {
    readonly workerCode: WorkerCode
    readonly types: readonly [string, string]
  }
  /** Dimona worker type of manual workers, where it is not OTH */
  readonly dimonaType?: 'BCW'
  /** what only this sector declares */
  readonly trait?: 'flatRate' | 'flying' | 'teaching'
}

function committees(manual: string, employee = manual): ByKind<JointCommittee> {
  return { manual: jointCommittee(manual), employee: jointCommittee(employee) }
}

function codes(manual: string, employee: string): ByKind<WorkerCode> {
  return { manual: workerCode(manual), employee: workerCode(employee) }
}

const ordinaryCodes = codes('015', '495')
const commercial = { workerCode: workerCode('809'), types: ['2', '4'] } as const
const nonCommercial = { workerCode: workerCode('811'), types: ['2', '2'] } as const

/** Sheltered workshop subsidised by the French Community Commission (joint committee 327.02). */
export const shelteredWorkshop: Sector = {
  name: 'entreprise de travail adapté',
  category: employerCategory('173'),
  jointCommission: committees('327.02'),
  nace: '88995',
  manualPerMille: 850,
  workerCode: codes('012', '495'),
  closureFund: nonCommercial,
}

export const construction: Sector = {
  name: 'construction générale',
  category: employerCategory('024'),
  jointCommission: committees('124', '200'),
  nace: '41201',
  manualPerMille: 850,
  workerCode: ordinaryCodes,
  closureFund: commercial,
  dimonaType: 'BCW',
}

export const nursingHome: Sector = {
  name: 'maison de repos',
  category: employerCategory('330'),
  jointCommission: committees('330.01.20'),
  nace: '87301',
  manualPerMille: 350,
  workerCode: ordinaryCodes,
  closureFund: nonCommercial,
}

export const cleaning: Sector = {
  name: 'nettoyage',
  category: employerCategory('000'),
  jointCommission: committees('121', '200'),
  nace: '81210',
  manualPerMille: 900,
  workerCode: ordinaryCodes,
  closureFund: commercial,
}

export const publicBody: Sector = {
  name: "organisme d'intérêt public",
  category: employerCategory('046'),
  jointCommission: committees('999'),
  nace: '84130',
  manualPerMille: 200,
  workerCode: ordinaryCodes,
  closureFund: nonCommercial,
}

export const sectors: readonly [Sector, ...Sector[]] = [
  {
    name: 'programmation informatique',
    category: employerCategory('010'),
    jointCommission: committees('100', '200'),
    nace: '62010',
    manualPerMille: 50,
    workerCode: ordinaryCodes,
    closureFund: commercial,
  },
  construction,
  {
    name: 'restaurant',
    category: employerCategory('017'),
    jointCommission: committees('302'),
    nace: '56101',
    manualPerMille: 800,
    workerCode: codes('011', '495'),
    closureFund: commercial,
    trait: 'flatRate',
  },
  {
    name: 'transport aérien',
    category: employerCategory('080'),
    jointCommission: committees('315.02'),
    nace: '51100',
    manualPerMille: 100,
    workerCode: ordinaryCodes,
    closureFund: commercial,
    trait: 'flying',
  },
  {
    name: 'enseignement libre',
    category: employerCategory('074'),
    jointCommission: committees('152.02', '225.02'),
    nace: '85314',
    manualPerMille: 150,
    workerCode: ordinaryCodes,
    closureFund: nonCommercial,
    trait: 'teaching',
  },
  nursingHome,
  {
    name: 'hôpital',
    category: employerCategory('025'),
    jointCommission: committees('330.01.10'),
    nace: '86101',
    manualPerMille: 200,
    workerCode: ordinaryCodes,
    closureFund: nonCommercial,
  },
  {
    name: 'transport routier',
    category: employerCategory('083'),
    jointCommission: committees('140.03', '226'),
    nace: '49410',
    manualPerMille: 850,
    workerCode: ordinaryCodes,
    closureFund: commercial,
  },
  {
    name: 'commerce alimentaire',
    category: employerCategory('000'),
    jointCommission: committees('119', '201'),
    nace: '47114',
    manualPerMille: 400,
    workerCode: ordinaryCodes,
    closureFund: commercial,
  },
  {
    name: 'industrie chimique',
    category: employerCategory('087'),
    jointCommission: committees('116', '207'),
    nace: '20110',
    manualPerMille: 500,
    workerCode: ordinaryCodes,
    closureFund: commercial,
  },
  cleaning,
  {
    name: 'avocats',
    category: employerCategory('035'),
    jointCommission: committees('336'),
    nace: '69101',
    manualPerMille: 50,
    workerCode: ordinaryCodes,
    closureFund: commercial,
  },
]
