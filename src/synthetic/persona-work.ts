import { dayOf, quarterDays, type Day } from './calendar.ts'
import type { Country } from './country.ts'
import type { Employment } from './employment.ts'
import { deathDay } from './persona-persons.ts'
import { personas, type PersonaId } from './personas.ts'
import { specialEmployers, type SpecialEmployer } from './special-employers.ts'

/** An employment of a persona. */
export interface PersonaWork {
  readonly persona: PersonaId
  readonly employer: SpecialEmployer
  readonly employment: Employment
}

const march2012 = { until: dayOf('2012-03-30') }
const { former } = personas.replacedNumber

/** Serials of personas: above those of generated employments. */
const personaSerial = 90_000_000

/** Weekly days and hours of half-time work, hundredths. */
export const halfTime = { workingDays: 250, hours: 1_900 }

/** All employments of the personas, as of the end of the data set. */
export function personaWork(country: Country): readonly PersonaWork[] {
  const { asOf, quarters } = country
  const firstDay = quarters[0] === undefined ? asOf : quarterDays(quarters[0]).first
  const list: [PersonaId, SpecialEmployer, Day, Partial<Employment>?][] = [
    ['fullTime', 'shelteredWorkshop', dayOf('2015-09-01'), { dayRate: 11_240 }],
    ['partTime', 'shelteredWorkshop', dayOf('2003-10-01'), halfTime],
    ['student', 'shelteredWorkshop', asOf - 75, { kind: 'student', until: asOf - 47 }],
    ['accident', 'shelteredWorkshop', dayOf('2017-03-01'), { workingDays: 400, hours: 3_040 }],
    ['bisNumber', 'shelteredWorkshop', dayOf('2019-05-13'), { frontier: true }],
    ['replacedNumber', 'shelteredWorkshop', firstDay + 45, { manual: false, dayRate: 16_100 }],
    ['deceased', 'shelteredWorkshop', dayOf('1990-03-01'), { until: deathDay(country) }],
    ['unknownBirthDay', 'naturalPerson', dayOf('2020-01-06'), halfTime],
    ['twoEmployers', 'shelteredWorkshop', dayOf('2016-02-01'), halfTime],
    ['twoEmployers', 'nursingHome', dayOf('2018-01-08'), { ...halfTime, manual: false }],
    ['notIntegrated', 'shelteredWorkshop', dayOf('2021-11-02')],
    // known to an employer once, so that an institution may ask about the number and learn what became of it
    ['replacedNumber', 'shelteredWorkshop', dayOf('2012-03-01'), { ...march2012, ssin: former }],
    ['cancelledNumber', 'shelteredWorkshop', dayOf('2012-03-01'), march2012],
    ['struckOff', 'shelteredWorkshop', dayOf('2010-02-01'), { until: dayOf('2018-06-29') }],
  ]
  return list.map(([persona, employer, from, more], i) => ({
    persona,
    employer,
    employment: {
      ssin: personas[persona].ssin,
      serial: personaSerial + i,
      kind: 'ordinary',
      from,
      sector: specialEmployers[employer].sectors[0],
      manual: true,
      largeEmployer: specialEmployers[employer].size >= 20,
      establishment: specialEmployers[employer].establishments[0],
      workingDays: 500,
      hours: 3_800,
      refHours: 3_800,
      dayRate: 12_350,
      retired: false,
      frontier: false,
      ...more,
    },
  }))
}
