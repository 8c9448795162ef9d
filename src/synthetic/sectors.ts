/**
 * What an employer does, with the codes that follow from it. Every code is valid for declarations from 2022/1 on (the
 * workshop's from 2003/1); test/synthetic/codes.test.ts compares what is generated with codelists/.
 */
export interface Sector {
  readonly name: string
  /** annex 27 */
  readonly category: string
  /** annex 26, manual workers and white-collar employees */
  readonly jointCommission: { readonly manual: string; readonly employee: string }
  /** annex 31, nomenclature from 2008 */
  readonly nace: string
  /** manual workers in a thousand */
  readonly manualPerMille: number
  /** worker codes of annex 2 for manual workers and employees */
  readonly workerCode: { readonly manual: string; readonly employee: string }
  /** contribution to the closure fund (annex 2, supplementary) and its types (annex 3): below 20 workers, and from 20 on */
  readonly closureFund: { readonly workerCode: string; readonly types: readonly [string, string] }
  /** Dimona worker type of manual workers, where it is not OTH */
  readonly dimonaType?: 'BCW'
  /** what only this sector declares */
  readonly trait?: 'flatRate' | 'flying' | 'teaching'
}

const ordinaryCodes = { manual: '015', employee: '495' }
const commercial = { workerCode: '809', types: ['2', '4'] } as const
const nonCommercial = { workerCode: '811', types: ['2', '2'] } as const

/** Sheltered workshop subsidised by the French Community Commission (joint committee 327.02). */
export const shelteredWorkshop: Sector = {
  name: 'entreprise de travail adapté',
  category: '173',
  jointCommission: { manual: '327.02', employee: '327.02' },
  nace: '88995',
  manualPerMille: 850,
  workerCode: { manual: '012', employee: '495' },
  closureFund: nonCommercial,
}

export const construction: Sector = {
  name: 'construction générale',
  category: '024',
  jointCommission: { manual: '124', employee: '200' },
  nace: '41201',
  manualPerMille: 850,
  workerCode: ordinaryCodes,
  closureFund: commercial,
  dimonaType: 'BCW',
}

export const nursingHome: Sector = {
  name: 'maison de repos',
  category: '330',
  jointCommission: { manual: '330.01.20', employee: '330.01.20' },
  nace: '87301',
  manualPerMille: 350,
  workerCode: ordinaryCodes,
  closureFund: nonCommercial,
}

export const cleaning: Sector = {
  name: 'nettoyage',
  category: '000',
  jointCommission: { manual: '121', employee: '200' },
  nace: '81210',
  manualPerMille: 900,
  workerCode: ordinaryCodes,
  closureFund: commercial,
}

export const publicBody: Sector = {
  name: "organisme d'intérêt public",
  category: '046',
  jointCommission: { manual: '999', employee: '999' },
  nace: '84130',
  manualPerMille: 200,
  workerCode: ordinaryCodes,
  closureFund: nonCommercial,
}

export const sectors: readonly [Sector, ...Sector[]] = [
  {
    name: 'programmation informatique',
    category: '010',
    jointCommission: { manual: '100', employee: '200' },
    nace: '62010',
    manualPerMille: 50,
    workerCode: ordinaryCodes,
    closureFund: commercial,
  },
  construction,
  {
    name: 'restaurant',
    category: '017',
    jointCommission: { manual: '302', employee: '302' },
    nace: '56101',
    manualPerMille: 800,
    workerCode: { manual: '011', employee: '495' },
    closureFund: commercial,
    trait: 'flatRate',
  },
  {
    name: 'transport aérien',
    category: '080',
    jointCommission: { manual: '315.02', employee: '315.02' },
    nace: '51100',
    manualPerMille: 100,
    workerCode: ordinaryCodes,
    closureFund: commercial,
    trait: 'flying',
  },
  {
    name: 'enseignement libre',
    category: '074',
    jointCommission: { manual: '152.02', employee: '225.02' },
    nace: '85314',
    manualPerMille: 150,
    workerCode: ordinaryCodes,
    closureFund: nonCommercial,
    trait: 'teaching',
  },
  nursingHome,
  {
    name: 'hôpital',
    category: '025',
    jointCommission: { manual: '330.01.10', employee: '330.01.10' },
    nace: '86101',
    manualPerMille: 200,
    workerCode: ordinaryCodes,
    closureFund: nonCommercial,
  },
  {
    name: 'transport routier',
    category: '083',
    jointCommission: { manual: '140.03', employee: '226' },
    nace: '49410',
    manualPerMille: 850,
    workerCode: ordinaryCodes,
    closureFund: commercial,
  },
  {
    name: 'commerce alimentaire',
    category: '000',
    jointCommission: { manual: '119', employee: '201' },
    nace: '47114',
    manualPerMille: 400,
    workerCode: ordinaryCodes,
    closureFund: commercial,
  },
  {
    name: 'industrie chimique',
    category: '087',
    jointCommission: { manual: '116', employee: '207' },
    nace: '20110',
    manualPerMille: 500,
    workerCode: ordinaryCodes,
    closureFund: commercial,
  },
  cleaning,
  {
    name: 'avocats',
    category: '035',
    jointCommission: { manual: '336', employee: '336' },
    nace: '69101',
    manualPerMille: 50,
    workerCode: ordinaryCodes,
    closureFund: commercial,
  },
]
