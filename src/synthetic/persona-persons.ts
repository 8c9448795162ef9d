import type { PersonRecord } from '../registers/person.ts'
import { dateOf } from './calendar.ts'
import type { Country } from './country.ts'
import { personas, type Persona } from './personas.ts'
import { anderlecht, type Address } from './places.ts'
import type { PersonRow } from './sink.ts'

/** The rows of the personas in the registers: each number, and the one that a number replaced. */
export function personaPersonRows(country: Country): readonly PersonRow[] {
  return Object.values(personas).flatMap((persona: Persona, i) => {
    const { ssin, former, register, status } = persona
    const row: PersonRow = {
      ssin,
      register,
      status: { kind: status },
      record: recordOf(persona, i, country),
    }
    if (former === undefined) return [row]
    const replaced: PersonRow = {
      ssin: former,
      register: 'bisRegister',
      status: { kind: 'replaced', by: ssin },
      record: { bisNumber: former, ...identityOf(persona) },
    }
    return [row, replaced]
  })
}

function identityOf(persona: Persona): PersonRecord {
  return {
    names: { lastName: persona.lastName, firstNames: persona.firstNames },
    birth: {
      birthDate: persona.birthDate,
      birthPlace: persona.livesIn === undefined ? 'Bruxelles' : 'Lille',
      birthCountryCode: persona.livesIn ?? '150',
    },
    sex: persona.sex,
  }
}

function recordOf(persona: Persona, serial: number, country: Country): PersonRecord {
  const { ssin, register, livesIn, dies, status } = persona
  const alone = dies !== true && status === 'active'
  return {
    ...(register === 'nationalRegister' ? { nationalNumber: ssin } : { bisNumber: ssin }),
    ...identityOf(persona),
    nationality: livesIn ?? '150',
    mainResidence: livesIn === undefined ? addressOf(serial) : foreignAddress(livesIn),
    mainResidenceSince: residenceSince,
    language: persona.language,
    ...(persona.id === 'fullTime' && {
      formerResidence: [{ address: formerAddress, since: knownDate(persona.birthDate) }],
    }),
    ...(dies && {
      death: { deceaseDate: dateOf(deathDay(country)), deceasePlace: 'Bruxelles' },
    }),
    profession: persona.id === 'student' ? 'étudiante' : 'ouvrier',
    civilStatus: { civilStatusCode: '10', sinceDate: knownDate(persona.birthDate) },
    ...(alone && { household: { referencePersonSsin: ssin, memberCount: 1 } }),
    ...(alone && {
      familyMember: [
        { ssin, names: identityOf(persona).names ?? {}, sex: persona.sex, position: '1' },
      ],
    }),
  }
}

/** The persona `deceased` dies in the middle of the last quarter. */
export function deathDay(country: Country): number {
  return country.asOf - 60
}

/** The first day on which a birth with unknown parts is possible. */
function knownDate(birthDate: string): string {
  return birthDate.replaceAll('-00', '-01')
}

function addressOf(serial: number): Address {
  return {
    street: 'Avenue des Quatre Vents',
    houseNumber: String(serial * 4 + 1),
    zipCode: anderlecht.zip,
    city: 'Anderlecht',
    municipalityCode: anderlecht.nis,
    countryCode: '150',
  }
}

/** The personas moved in on the same day; one of them is known to have lived elsewhere before. */
const residenceSince = '2015-06-01'
const formerAddress: Address = {
  street: 'Rue du Quadrant',
  houseNumber: '12',
  postBox: '3',
  zipCode: '4000',
  city: 'Liège',
  municipalityCode: '62063',
  countryCode: '150',
}

/** An address abroad has no Belgian postcode or commune. */
function foreignAddress(countryCode: string): Address {
  return {
    street: 'Rue des Relais',
    houseNumber: '7',
    zipCode: '59000',
    city: 'Lille',
    countryCode,
  }
}
