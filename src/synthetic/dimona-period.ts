import { dateOf } from './calendar.ts'
import type { SyntheticEmployer } from './employer.ts'
import type { Employment } from './employment.ts'
import { dimonaPeriodIdOf } from '../base/dimona-period.ts'
import type { DimonaPeriodRow } from './sink.ts'

/** The Dimona period of an employment: same days as the occupations that the DmfA declares. */
export function dimonaPeriodOf(
  employer: SyntheticEmployer,
  employment: Employment,
): DimonaPeriodRow {
  const { ssin, serial, kind, sector, manual, from, until } = employment
  const building = sector.dimonaType === 'BCW' && manual && kind === 'ordinary'
  return {
    periodId: dimonaPeriodIdOf(String(serial).padStart(10, '0')),
    employer: employer.nssoNumber,
    ssin,
    from: dateOf(from),
    ...(until !== undefined && { until: dateOf(until) }),
    record: {
      worker: { studentIndication: kind === 'student', ssin, oriolusValidationCode: '1' },
      occupation: {
        placeOfWork: employer.address,
        ...(employer.establishments.length > 1 && { subEntityNumber: String(employer.body) }),
        entryDate: dateOf(from),
        ...(until !== undefined && { exitDate: dateOf(until) }),
        jointCommission: manual ? sector.jointCommission.manual : sector.jointCommission.employee,
        workerType: building ? 'BCW' : kind === 'student' ? 'STU' : 'OTH',
        ...(building && {
          firstMonth: controlCard(serial, 0),
          nextMonth: controlCard(serial, 1),
        }),
      },
    },
  }
}

/** A C3.2A control card: twelve digits. */
function controlCard(serial: number, month: number): string {
  return String(100_000_000_000 + serial * 2 + month)
}
