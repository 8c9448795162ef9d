/** The staff register (deliberation 14/057, § 3) and the file it is kept in: a run replaces it whole, or leaves it as it was. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs' // prettier-ignore
import { dirname } from 'node:path'

/** Who a worker is (§§ 7 to 10). */
export interface Identity {
  readonly lastName: string
  readonly firstNames: string
  /** `YYYY-MM-DD`; day and month are 00 where they are not known */
  readonly birthDate: string
  /** 1 man, 2 woman */
  readonly sex: string
  /** why there is no name, e.g. MSG00006: the number was replaced */
  readonly refusal?: string
}

/** A Dimona period (§§ 14 to 17). */
export interface Employment {
  readonly entryDate: string
  /** last day; absent while it goes on */
  readonly exitDate?: string
  readonly workerType: string
  readonly jointCommittee: string
}

export interface Worker {
  readonly identity: Identity
  readonly identityReadOn: string
  /** in the order of their entry dates */
  readonly employments: readonly Employment[]
}

/** What a worker did in the quarter, or why not (§ 25): sums, not dates. */
export interface Service {
  /** annex 8 of the DmfA: 1 is work, 50 illness, … */
  readonly code: string
  /** hundredths of days and of hours */
  readonly days: number
  readonly hours: number
}

/** An occupation of a worker in a quarterly declaration (§§ 22 to 25). */
export interface Occupation {
  readonly ssin: string
  readonly workerCode: string
  /** 0 full time, 1 part time */
  readonly contractType: string
  /** function, where one is declared */
  readonly positionCode: string
  /** days a week of the working system, hundredths */
  readonly weekDays: number
  /** hours a week of the worker, and of a full-time worker, hundredths */
  readonly weekHours: number
  readonly fullTimeWeekHours: number
  readonly services: readonly Service[]
}

/** The declaration (DmfA) of a quarter. */
export interface Declaration {
  readonly readOn: string
  /** worker records that the declaration has (§ 37), and how many of them could be read */
  readonly workerRecords: number
  readonly workerRecordsRead: number
  readonly occupations: readonly Occupation[]
}

export interface StaffRegister {
  /** NSSO number */
  readonly employer: string
  /** day of the last run */
  readonly readOn: string
  /** by social security number */
  readonly workers: Readonly<Record<string, Worker>>
  /** by quarter, `YYYYQn` */
  readonly declarations: Readonly<Record<string, Declaration>>
}

/** The register of a file, or undefined when there is none yet. Throws when it is another employer's. */
export function readRegister(file: string, employer: string): StaffRegister | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const register = JSON.parse(text) as StaffRegister
  if (register.employer !== employer) throw new Error(`${file} is that of another employer`)
  return register
}

/** Writes the register beside the old one, makes it durable, and gives it its name. Only its owner may read it. */
export function writeRegister(file: string, register: StaffRegister): void {
  const folder = dirname(file)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const part = `${file}.part`
  const descriptor = openSync(part, 'w', 0o600)
  try {
    writeSync(descriptor, JSON.stringify(register, undefined, 1))
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(part, file)
  if (process.platform === 'win32') return // a folder cannot be synced there
  const directory = openSync(folder, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
