import type { EntryName } from '../registers/person-entries.ts'
import type { PersonRecord } from '../registers/person.ts'
import { dateOf, dayOf } from './calendar.ts'
import type { Country } from './country.ts'
import { entriesNamed } from './person-entries.ts'
import { identityCard, socialSecurityCard, updatedOn } from './person-history.ts'
import { personas, type Persona, type PersonaId } from './personas.ts'
import { anderlecht, brussels, type Address } from './places.ts'
import { randomOf, streams } from './random.ts'
import { registrationRegisterOf, struckOff } from './registration.ts'
import type { PersonRow } from './sink.ts'

/** The personas moved in on the same day; one of them is known to have lived elsewhere before. */
const residenceSince = '2015-06-01'
const residenceUpdated = '2015-06-08'
const formerAddress: Address = {
  street: 'Rue du Quadrant',
  houseNumber: '12',
  postBox: '3',
  zipCode: '4000',
  city: 'Liège',
  municipalityCode: '62063',
  countryCode: '150',
}

/** The day on which the persona `struckOff` was struck off the National Register. */
const struckOffSince = '2019-02-11'

/** Where persona `student` lives while she studies. */
const lodging: Address = {
  street: 'Kwadrantstraat',
  houseNumber: '31',
  postBox: '204',
  zipCode: '3000',
  city: 'Leuven',
  municipalityCode: '24062',
  countryCode: '150',
}

/** The rows of the personas in the registers: each number, and the one that a number replaced. */
export function personaPersonRows(country: Country): readonly PersonRow[] {
  return Object.values(personas).flatMap((persona: Persona, i) => {
    const { ssin, former, register, status } = persona
    const row: PersonRow = {
      ssin,
      register,
      status: { kind: status },
      record: wholeRecord(persona, i, country),
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
      ...(persona.livesIn === undefined
        ? { birthPlace: 'Bruxelles', birthMunicipalityCode: brussels.nis }
        : { birthPlace: 'Lille' }),
      birthCountryCode: persona.livesIn ?? '150',
    },
    sex: persona.sex,
  }
}

function recordOf(persona: Persona, serial: number, country: Country): PersonRecord {
  const { ssin, register, livesIn, dies, status } = persona
  const alone = dies !== true && status === 'active'
  return {
    ...(register === 'bisRegister' ? { bisNumber: ssin } : { nationalNumber: ssin }),
    ...identityOf(persona),
    nationality: livesIn ?? '150',
    mainResidence: livesIn === undefined ? addressOf(serial) : foreignAddress(livesIn),
    mainResidenceUpdated: residenceUpdated,
    mainResidenceSince: residenceSince,
    language: persona.language,
    ...(dies && {
      death: {
        deceaseDate: dateOf(deathDay(country)),
        deceasePlace: 'Bruxelles',
        deceaseMunicipalityCode: brussels.nis,
      },
    }),
    profession: persona.id === 'student' ? 'étudiante' : 'ouvrier',
    civilStatus: { civilStatusCode: '10', sinceDate: knownDate(persona.birthDate) },
    ...(alone && { household: { referencePersonSsin: ssin, memberCount: 1 } }),
    ...(alone && {
      familyMember: [{ ...member(persona), position: '1', since: residenceSince }],
    }),
  }
}

/** With what the story of the persona tells of his history, family and cards. */
function wholeRecord(persona: Persona, serial: number, country: Country): PersonRecord {
  const { birthDate, register, status, dies, livesIn = '150' } = persona
  const born = knownDate(birthDate)
  const hasCards = status === 'active' && dies !== true
  const record: PersonRecord = {
    ...recordOf(persona, serial, country),
    namesSince: born,
    nationalitySince: born,
    createdOn: born,
    registrationRegister: registrationRegisterOf(register, livesIn),
    ...(hasCards &&
      register === 'nationalRegister' && {
        identityCard: [identityCard(99_999_900 + serial, dayOf('2021-09-06'), anderlecht.nis)],
      }),
    ...(hasCards && {
      socialSecurityCard: [socialSecurityCard(999_999_900 + serial, dayOf('2008-03-03'))],
    }),
    ...stories[persona.id as PersonaId],
  }
  const filed = { ...record, ...entriesOf(persona, serial, record) }
  const whole = register === 'struckOffRegister' ? struckOff(filed, struckOffSince) : filed
  return { ...whole, updatedOn: updatedOn(country, whole) }
}

function relative(persona: Persona) {
  const { ssin, sex, birthDate } = persona
  return { ssin, names: identityOf(persona).names ?? {}, sex, birthDate }
}

/** Of a household. */
function member(persona: Persona) {
  return { ...relative(persona), register: persona.register }
}

const { fullTime, notIntegrated, twoEmployers, partTime, student, unknownBirthDay } = personas

/** The household of the married couple, whom phare has integrated by half. */
const couple = {
  mainResidence: addressOf(0),
  household: { referencePersonSsin: fullTime.ssin, memberCount: 2 },
  familyMember: [
    { ...member(fullTime), position: '1', since: '2015-06-01' },
    { ...member(notIntegrated), position: '2', since: '2019-09-14' },
  ],
  civilStatus: { civilStatusCode: '20', sinceDate: '2019-09-14' },
} as const

const cohabitation = {
  registeredOn: '2008-04-02',
  endedOn: '2014-10-31',
  municipalityCode: anderlecht.nis,
} as const

/** In the household of persona `twoEmployers`, as long as they were legal cohabitants. */
const leftPlace = {
  position: '12',
  since: cohabitation.registeredOn,
  until: cohabitation.endedOn,
} as const

const single = (born: string) => ({ status: { civilStatusCode: '10', sinceDate: born } })

/** Of each of the two who were married. */
function divorce(from: Persona, born: string): PersonRecord {
  return {
    civilStatus: { civilStatusCode: '40', sinceDate: '2020-03-10' },
    formerCivilStatus: [
      { status: { civilStatusCode: '20', sinceDate: '2016-06-18' }, spouse: relative(from) },
      single(born),
    ],
  }
}

/** What is told of a persona beside what all have. */
const stories: Partial<Record<PersonaId, PersonRecord>> = {
  fullTime: {
    ...couple,
    formerResidence: [{ address: formerAddress, since: fullTime.birthDate }],
    spouse: relative(notIntegrated),
    formerCivilStatus: [single(fullTime.birthDate)],
  },
  notIntegrated: {
    ...couple,
    mainResidenceSince: '2019-09-14',
    mainResidenceUpdated: '2019-09-20',
    spouse: relative(fullTime),
    formerCivilStatus: [single(notIntegrated.birthDate)],
  },
  partTime: {
    legalCohabitation: [{ ...relative(twoEmployers), ...cohabitation }],
    formerHousehold: [{ ...relative(twoEmployers), ...leftPlace }],
    ...divorce(unknownBirthDay, partTime.birthDate),
    otherNationality: [{ code: '354', since: partTime.birthDate }],
  },
  twoEmployers: {
    legalCohabitation: [{ ...relative(partTime), ...cohabitation }],
    formerFamilyMember: [{ ...relative(partTime), ...leftPlace }],
    child: [{ ...relative(student), since: student.birthDate }],
  },
  student: {
    parent: [{ ...relative(twoEmployers), since: student.birthDate }],
    temporaryAddress: { address: lodging, since: '2023-09-18' },
  },
  earlyRetired: {
    civilStatus: { civilStatusCode: '30', sinceDate: '2021-02-03' },
    formerCivilStatus: [
      { status: { civilStatusCode: '20', sinceDate: '1974-07-06' } },
      single(personas.earlyRetired.birthDate),
    ],
  },
  replacedNumber: {
    formerNumber: [{ number: personas.replacedNumber.former, sex: '2', since: '2012-11-05' }],
    createdOn: '2010-02-15',
    nationalitySince: '2018-05-24',
    formerNationality: [{ code: '124', since: personas.replacedNumber.birthDate }],
    namesSince: '2018-05-24',
    formerName: [
      {
        names: { lastName: 'Marvelescu', firstNames: 'Ilinca' },
        since: personas.replacedNumber.birthDate,
        changeKind: '01301',
      },
    ],
  },
  bisNumber: {
    postalAddressAbroad: {
      address: { street: 'Boîte postale 12', zipCode: '59001', city: 'Lille', countryCode: '111' },
      since: '2016-01-04',
    },
  },
  unknownBirthDay: { declaredBirthDate: '1991-06-15', ...divorce(partTime, '1991-01-01') },
}

/** Entries that few persons have: each kind stands in the file of one persona, twice at least. */
const entries: Partial<Record<PersonaId, readonly EntryName[]>> = {
  fullTime: ['partnerBirthPlace', 'marriageContract', 'marriageOfConvenience'],
  partTime: ['cohabitationOfConvenience', 'drivingLicence', 'traderCard', 'election', 'nobilityTitle', 'specialInformation'], // prettier-ignore
  student: ['sharedAccommodation', 'contactData', 'municipalInformation', 'intendedMove'],
  earlyRetired: ['protectedStatus', 'representative', 'pensionCertificate', 'specialPensionCertificate', 'deathToVerify', 'warTitle'], // prettier-ignore
  accident: ['militaryService', 'oldDrivingLicence', 'passport', 'cardCertificates', 'residenceAbroad', 'voterAbroad', 'legalDomicile', 'localRegister'], // prettier-ignore
  bisNumber: ['professionalCard', 'workPermit', 'europeanVoter', 'studyPresence', 'rightOfReturn', 'addressToVerify'], // prettier-ignore
  replacedNumber: ['immigrationNumber', 'waitRegisterKind', 'asylumSituation', 'supportCentre', 'pseudoNationalNumber', 'identityDocument', 'chosenDomicile', 'alias', 'declaredAddress', 'countryOfOrigin'], // prettier-ignore
  unknownBirthDay: ['sexToVerify', 'nameToVerify', 'nationalityToVerify', 'birthPlaceToVerify', 'civilStatusToVerify', 'residenceInquiry', 'provisionalRegistration'], // prettier-ignore
}

/** Whom the entries of a persona name, when it is no spouse or parent. */
const namedOthers: Partial<Record<PersonaId, Persona>> = {
  partTime: twoEmployers,
  earlyRetired: personas.accident,
}

/** Days between which a persona's entries lie. */
const spans: Partial<Record<PersonaId, readonly [first: string, last: string]>> = {
  partTime: [cohabitation.registeredOn, cohabitation.endedOn],
  earlyRetired: ['2005-01-01', '2024-12-31'],
  replacedNumber: ['2010-02-15', '2018-05-23'],
}

function entriesOf(persona: Persona, serial: number, record: PersonRecord): PersonRecord {
  const id = persona.id as PersonaId
  const other = namedOthers[id]
  const born = knownDate(persona.birthDate)
  const [first, last] = spans[id] ?? [born, '2024-12-31']
  const owner = {
    record,
    language: persona.language,
    birthDay: dayOf(born),
    first: dayOf(first),
    last: dayOf(last),
    ...(other && { other: relative(other) }),
    partnerBirthPlace: () => brussels,
  }
  const names = entries[id] ?? []
  return entriesNamed(names, owner, randomOf(0, streams.entries, serial))
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
