import { dimonaPeriodIdOf } from '../../src/base/dimona-period.ts'
import {
  readCivilDate,
  readQuarter,
  type CivilDate,
  type Quarter,
} from '../../src/base/civil-date.ts'
import {
  nssoCheckDigits,
  readEnterpriseNumber,
  readNssoNumber,
  type EnterpriseNumber,
  type NssoNumber,
} from '../../src/base/enterprise.ts'
import { readSsin, ssinCheckDigits, type Ssin } from '../../src/base/ssin.ts'
import { openRegisterWriter, type RegisterWriter } from '../../src/store/register-writer.ts'

/** The n-th person of the tests: born in 1980, counters from 1. */
export function ssin(n: number): Ssin {
  const day = String(1 + (Math.floor(n / 900) % 28)).padStart(2, '0')
  const firstNine = `8001${day}${String(1 + (n % 900)).padStart(3, '0')}`
  return readSsin(firstNine + ssinCheckDigits(firstNine, 19))!
}

export function nsso(n: number): NssoNumber {
  const body = 1_000_000 + n
  return readNssoNumber(`${body}${String(nssoCheckDigits(body)).padStart(2, '0')}`)!
}

export function enterprise(n: number): EnterpriseNumber {
  const body = 4_000_000 + n
  return readEnterpriseNumber(`0${body}${String(97 - (body % 97)).padStart(2, '0')}`)!
}

export const quarter = (text: string): Quarter => readQuarter(text)!
export const day = (text: string): CivilDate => readCivilDate(text)!

/** Persons 1 to 5 (2 replaced by 1, 3 cancelled, 4 in the Bis register) and two employers over two quarters. */
export function writeSample(writer: RegisterWriter): void {
  const active = { kind: 'active' } as const
  const record = (n: number) => ({ nationalNumber: ssin(n), sex: n % 2 === 0 ? '2' : '1' })
  const person = { register: 'nationalRegister', status: active } as const
  writer.person({ ...person, ssin: ssin(1), record: record(1) })
  writer.person({ ...person, ssin: ssin(2), status: { kind: 'replaced', by: ssin(1) }, record: {} })
  writer.person({ ...person, ssin: ssin(3), status: { kind: 'cancelled' }, record: {} })
  const bis = { bisNumber: ssin(4) }
  writer.person({ ssin: ssin(4), register: 'bisRegister', status: active, record: bis })
  writer.person({ ...person, ssin: ssin(5), record: record(5) })
  for (const n of [1, 2]) {
    writer.employer({
      nssoNumber: nsso(n),
      enterpriseNumber: enterprise(1),
      naturalPerson: n === 2,
      record: { identification: { denomination: `Employer ${n}` } },
    })
    for (const text of ['20253', '20254']) {
      const key = { employer: nsso(n), quarter: quarter(text) }
      writer.declaration({
        ...key,
        header: {
          registrationNumber: nsso(n),
          quarter: text,
          netOwedAmount: 100_00,
          companyVehicle: [{ sequenceNumber: 1, licensePlate: '1ABC123' }],
          contributionUnrelatedToNp: [{ amount: 5_00 }],
        },
      })
      const workers = n === 1 ? [1, 4, 5] : [1]
      for (const worker of workers)
        writer.worker({ ...key, ssin: ssin(worker), record: { ssin: ssin(worker) } })
      if (n === 1) writer.aggregate({ ...key, record: { totalWorkerRecords: workers.length } })
    }
  }
  writer.dimonaPeriod({
    periodId: dimonaPeriodIdOf('0000000001'),
    employer: nsso(2),
    ssin: ssin(5),
    from: day('2026-01-05'),
    record: {},
  })
  writer.integration({ institution: 'phare', ssin: ssin(1), from: day('2025-01-01') })
  writer.integration({
    institution: 'phare',
    ssin: ssin(4),
    from: day('2025-01-01'),
    until: day('2025-06-30'),
  })
  writer.integration({ institution: 'vdab', ssin: ssin(5), from: day('2025-01-01') })
}

/** A `registers.db` with the sample in it. */
export function createSample(path: string): void {
  const writer = openRegisterWriter(path)
  writeSample(writer)
  writer.close()
}
