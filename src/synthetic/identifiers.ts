import {
  readEmployerCategory,
  readJointCommittee,
  readNisCommune,
  readWorkerCode,
  type EmployerCategory,
  type JointCommittee,
  type NisCommune,
  type WorkerCode,
} from '../base/codes.ts'
import {
  nssoCheckDigits,
  readEnterpriseNumber,
  readEstablishmentUnitNumber,
  readNssoNumber,
  type EnterpriseNumber,
  type EstablishmentUnitNumber,
  type NssoNumber,
} from '../base/enterprise.ts'
import { readSsin, ssinCheckDigits, type Ssin } from '../base/ssin.ts'

/** A birth as a number shows it; month or day 0 when unknown. */
export interface Birth {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** What is added to the month: National Register number, or bis number with sex unknown or known when it was given. */
export const ssinKinds = { nationalRegister: 0, bis: 20, bisSexKnown: 40 } as const
export type SsinKind = keyof typeof ssinKinds

/** The register that gives numbers of this kind, and has them until somebody is struck off. */
export function registerOf(kind: SsinKind): 'nationalRegister' | 'bisRegister' {
  return kind === 'nationalRegister' ? 'nationalRegister' : 'bisRegister'
}

/** The social security number of a birth (1900 to 2099) and a counter (1 to 998, odd for men). */
export function ssinOf(birth: Birth, counter: number, kind: SsinKind): Ssin {
  const firstNine =
    two(birth.year % 100) +
    two(birth.month + ssinKinds[kind]) +
    two(birth.day) +
    String(counter).padStart(3, '0')
  return expectValid(
    readSsin(firstNine + ssinCheckDigits(firstNine, birth.year < 2000 ? 19 : 20)),
    'SSIN',
  )
}

/** The ONSS number of a body NNNNNNN. */
export function nssoNumberOf(body: number): NssoNumber {
  return expectValid(readNssoNumber(String(body) + two(nssoCheckDigits(body))), 'NSSO number')
}

/** Synthetic enterprise numbers begin with 01: the real ones begin with 02 or more. `serial` is below 1,000,000. */
export function enterpriseNumberOf(serial: number): EnterpriseNumber {
  return expectValid(
    readEnterpriseNumber(withCbeCheck(`01${String(serial).padStart(6, '0')}`)),
    'enterprise number',
  )
}

/** Synthetic establishment units begin with 7: the real ones begin with 2. `serial` is below 10,000,000. */
export function establishmentUnitOf(serial: number): EstablishmentUnitNumber {
  return expectValid(
    readEstablishmentUnitNumber(withCbeCheck(`7${String(serial).padStart(7, '0')}`)),
    'establishment unit',
  )
}

/** Codes as the tables of this folder write them; test/synthetic/codes.test.ts looks them up in their lists. */
export function workerCode(text: string): WorkerCode {
  return expectValid(readWorkerCode(text), 'worker code')
}

export function employerCategory(text: string): EmployerCategory {
  return expectValid(readEmployerCategory(text), 'employer category')
}

export function jointCommittee(text: string): JointCommittee {
  return expectValid(readJointCommittee(text), 'joint committee')
}

export function commune(text: string): NisCommune {
  return expectValid(readNisCommune(text), 'commune')
}

function withCbeCheck(firstEight: string): string {
  return firstEight + two(97 - (Number(firstEight) % 97))
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** A generated number is right by construction; a wrong one is a mistake of this folder. */
function expectValid<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new RangeError(`generated ${what} is not valid`)
  return value
}
