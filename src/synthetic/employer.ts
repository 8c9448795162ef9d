import type { EnterpriseNumber, EstablishmentUnitNumber, NssoNumber } from '../base/enterprise.ts'
import type { Ssin } from '../base/ssin.ts'
import type { DimonaEmployerRecord } from '../registers/dimona.ts'
import { quarterOf } from '../base/civil-date.ts'
import { dateOf, type Day } from './calendar.ts'
import type { Country } from './country.ts'
import { enterpriseNumberOf, establishmentUnitOf, nssoNumberOf } from './identifiers.ts'
import { familyName, type Language } from './names.ts'
import { addressAt, languageAt, places, type Address, type Place } from './places.ts'
import { randomOf, streams, type Random } from './random.ts'
import { sectors, type Sector } from './sectors.ts'
import type { EmployerRecord, EmployerRow } from './sink.ts'

/** The person who is the employer, where the employer is no company (§ 45). */
export interface EmployerPerson {
  readonly ssin: Ssin
  readonly lastName: string
  readonly firstNames: string
}

export interface SyntheticEmployer {
  /** body of the registration number; also the key of all that is drawn for the employer */
  readonly body: number
  readonly nssoNumber: NssoNumber
  readonly enterpriseNumber: EnterpriseNumber
  readonly establishments: readonly [EstablishmentUnitNumber, ...EstablishmentUnitNumber[]]
  /** the sectors are its categories; the first is the main one */
  readonly sectors: readonly [Sector, ...Sector[]]
  readonly denomination: string
  readonly place: Place
  readonly language: Language
  readonly address: Address
  readonly registered: Day
  /** annex 22, short form in the language */
  readonly legalForm: string
  readonly person?: EmployerPerson
  readonly curatorship?: NonNullable<EmployerRecord['identification']['curatorship']>
  /** number of workers that it aims at */
  readonly size: number
  readonly transfers?: NonNullable<EmployerRecord['employerCategory'][number]['transfer']>
}

/** Bodies of generated employers begin here; below are those of special employers. */
export const firstBody = 1_100_000

/** Sizes of employers: so many in ten thousand have at least `from` and at most `to` workers. Mean about 17. */
const sizes = [
  { share: 6_000, from: 1, to: 4 },
  { share: 2_500, from: 5, to: 19 },
  { share: 1_000, from: 20, to: 49 },
  { share: 400, from: 50, to: 199 },
  { share: 95, from: 200, to: 499 },
  { share: 5, from: 1_000, to: 3_500 },
] as const

/** The `serial`-th generated employer; `first` is a person of its part of the country who may be a small employer. */
export function employerOf(
  country: Country,
  serial: number,
  first: EmployerPerson | undefined,
): SyntheticEmployer {
  const body = firstBody + serial
  const random = randomOf(country.seed, streams.employer, body)
  const sector = sectors[serial % sectors.length] ?? sectors[0]
  // the first employers show each sector once, however small the data set
  const size = serial < sectors.length ? random.between(3, 9) : sizeOf(random)
  const place = random.pick(places)
  const language = languageAt(random, place)
  const isPerson = serial >= sectors.length && size <= 4 && random.chance(80)
  const person = isPerson ? first : undefined
  return {
    body,
    ...numbersOf(body, size),
    sectors: [sector],
    denomination: person
      ? `${person.lastName} ${person.firstNames}`
      : `${familyName(random, language)} ${sector.name}`,
    place,
    language,
    address: addressAt(random, place, language),
    registered:
      country.asOf - (person ? random.between(400, 1_500) : random.between(1_500, 12_000)),
    legalForm: legalFormOf(sector, language),
    ...(person && { person }),
    size,
  }
}

/** The numbers of the employer with a body. */
export function numbersOf(
  body: number,
  size: number,
): Pick<SyntheticEmployer, 'nssoNumber' | 'enterpriseNumber' | 'establishments'> {
  const serial = body - 1_000_000
  const more = size > 50 ? [establishmentUnitOf(serial * 2 + 1)] : []
  return {
    nssoNumber: nssoNumberOf(body),
    enterpriseNumber: enterpriseNumberOf(serial),
    establishments: [establishmentUnitOf(serial * 2), ...more],
  }
}

function sizeOf(random: Random): number {
  let draw = random.below(10_000)
  for (const { share, from, to } of sizes) {
    if (draw < share) return random.between(from, to)
    draw -= share
  }
  return 1
}

function legalFormOf({ closureFund }: Sector, language: Language): string {
  const commercial = closureFund.workerCode === '809'
  if (language === 'nl') return commercial ? 'BV' : 'VZW'
  return commercial ? 'SRL' : 'ASBL'
}

/** Language codes of zone 01047. */
const languageCodes: Record<Language, string> = { nl: '1', fr: '2', de: '3' }

/** The employer as the employer directory and Dimona know it. */
export function employerRow(country: Country, employer: SyntheticEmployer): EmployerRow {
  return {
    nssoNumber: employer.nssoNumber,
    enterpriseNumber: employer.enterpriseNumber,
    naturalPerson: employer.person !== undefined,
    record: recordOf(country, employer),
  }
}

function recordOf(country: Country, employer: SyntheticEmployer): EmployerRecord {
  const { person, curatorship, sectors: categories, registered } = employer
  return {
    identification: {
      registrationNumber: employer.nssoNumber,
      institution: 'ONSS',
      denomination: employer.denomination,
      registeredOfficeAddress: employer.address,
      registeredOfficeMunicipalityCode: employer.place.nis,
      email: `office-${String(employer.body)}@employer.example`,
      ...(person ? { ssin: person.ssin } : { legalForm: employer.legalForm }),
      isNaturalPerson: person !== undefined,
      socialSecretariat: { currentNumber: secretariatOf(employer), previousNumber: '410' },
      ...(curatorship && { curatorship }),
      ...(employer.body % 3 === 0 && {
        serviceProvider: {
          enterpriseNumber: enterpriseNumberOf(employer.body % 7),
          affiliationDate: dateOf(registered + 90),
        },
      }),
    },
    administrative: {
      languageRegime: languageCodes[employer.language],
      registrationDate: dateOf(registered),
      affiliationQuarter: quarterOf(dateOf(registered)),
      lastUpdateDate: dateOf(country.asOf - (employer.body % 90)),
      numberOfCategories: categories.length,
    },
    employerCategory: categories.map(({ category, nace }, i) => ({
      category,
      registrationDate: dateOf(registered + i * 400),
      naceCode: nace,
      operatingSeatMunicipalityCode: employer.place.nis,
      importanceCode: importanceOf(employer.size),
      numberOfTransfers: i === 0 ? (employer.transfers?.length ?? 0) : 0,
      ...(i === 0 && employer.transfers && { transfer: employer.transfers }),
    })),
    dimonaEmployer: dimonaRecord(employer),
  }
}

function dimonaRecord(employer: SyntheticEmployer): DimonaEmployerRecord {
  const { person, sectors: categories } = employer
  return {
    registrationNumber: employer.nssoNumber,
    registrationNumberType: 'noss',
    enterpriseNumber: employer.enterpriseNumber,
    ...(person && { ssin: person.ssin, lastName: person.lastName, firstName: person.firstNames }),
    ...(!person && { denomination: employer.denomination, legalForm: employer.legalForm }),
    address: employer.address,
    languageCode: languageCodes[employer.language],
    corporatePurpose: categories[0].name,
    employerCategory: categories[0].category,
    socialSecretariat: {
      mainOfficeNumber: secretariatOf(employer),
      branchOfficeNumber: '001',
      affiliationNumber: String(employer.body),
    },
  }
}

function secretariatOf({ body }: SyntheticEmployer): string {
  return ['415', '420', '430'][body % 3] ?? '415'
}

/** Zone 00164: 1 for 1–4 workers, 2 for 5–9, … 9 for 1,000 and more. */
function importanceOf(size: number): string {
  const classes = [5, 10, 20, 50, 100, 200, 500, 1_000]
  const index = classes.findIndex((limit) => size < limit)
  return String(index === -1 ? 9 : index + 1)
}
