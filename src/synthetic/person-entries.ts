import { entryBlocks, type EntryField, type EntryName } from '../registers/person-entries.ts'
import type { PersonRecord } from '../registers/person.ts'
import { dateOf, dayOf, type Day } from './calendar.ts'
import { familyName, firstNamesOf, type Language } from './names.ts'
import { addressAt, places, type Place } from './places.ts'
import type { Random } from './random.ts'

/** Entries of the file of a person that few persons have: papers, the wait register, what a register has doubts about. */

/** Another person whom an entry names. */
type Other = NonNullable<PersonRecord['spouse']>

/** The person in whose file an entry stands. */
export interface EntryOwner {
  readonly record: PersonRecord
  readonly language: Language
  readonly birthDay: Day
  /** the first and the last day on which an entry can be made */
  readonly first: Day
  readonly last: Day
  /** whom entries about another person name, when not a relative of the record */
  readonly other?: Other
  /** where the partner was born */
  readonly partnerBirthPlace: () => Place
}

/** What the fields of one entry are drawn with. */
interface Draw extends EntryOwner {
  readonly random: Random
  readonly since: Day
  /** the person whom the entry names */
  readonly named: Other | undefined
}

const digits = ({ random }: Draw, count: number) =>
  String(random.below(10 ** count)).padStart(count, '0')
const laterOn = ({ random, since, last }: Draw) =>
  dateOf(random.between(since, Math.max(since, Math.min(last, since + 900))))

/** How a field is drawn wherever it stands, when the entry has no values of its own for it. */
const draws: Readonly<Record<string, (draw: Draw) => unknown>> = {
  since: ({ since }) => dateOf(since),
  expiresOn: ({ random, since }) => dateOf(since + random.between(365, 3_650)),
  enteredOn: ({ since }) => dateOf(since),
  producedOn: ({ since }) => dateOf(since),
  validatedOn: laterOn,
  notifiedOn: laterOn,
  forfeitedOn: laterOn,
  birthDate: ({ named, random, birthDay }) =>
    named?.birthDate ?? dateOf(birthDay + random.between(1, 300)),
  result: ({ random }) => random.pick(['1', '2']),
  civilStatusCode: ({ random }) => random.pick(['10', '20', '40']),
  countryCode: ({ record }) => record.formerNationality?.[0]?.code ?? record.nationality,
  municipalityCode: ({ random }) => random.pick(places).nis,
  origin: ({ random }) => random.pick(places).nis,
  destination: ({ random }) => random.pick(places).nis,
  address: ({ random, language }) => addressAt(random, random.pick(places), language),
  addressAbroad: ({ random }) => addressAbroad(random),
  number: (draw) => digits(draw, 9),
  serialNumber: (draw) => digits(draw, 6),
  firstNumber: (draw) => digits(draw, 8),
  secondNumber: (draw) => digits(draw, 8),
  folio: (draw) => digits(draw, 3),
  reference: (draw) => `R${digits(draw, 6)}`,
  appeal: (draw) => `A${digits(draw, 6)}`,
  term: ({ random }) => random.pick(['30', '90']),
  year: ({ birthDay }) => dateOf(birthDay + 7_000).slice(0, 4),
  birthPlace: ({ random }) => Object.values(random.pick(places).names)[0],
  text: ({ language }) => textIn[language][0],
  moreText: ({ language }) => textIn[language][1],
  email: (draw) => `contact${digits(draw, 5)}@example.be`,
  mobile: (draw) => `+324990000${digits(draw, 2)}`,
  phone: (draw) => `+3220000${digits(draw, 3)}`,
  fax: (draw) => `+3220001${digits(draw, 3)}`,
  names: (draw) =>
    draw.named?.names ?? {
      lastName: familyName(draw.random, draw.language),
      firstNames: firstNamesOf(draw.random, draw.language, draw.record.sex === '1' ? '1' : '2'),
    },
  ssin: ({ named }) => named?.ssin,
  sex: ({ named, record }) => (named ?? record).sex,
}

const textIn: Readonly<Record<Language, readonly [string, string]>> = {
  fr: ['mention de la commune', 'suite de la mention'],
  nl: ['vermelding van de gemeente', 'vervolg van de vermelding'],
  de: ['Vermerk der Gemeinde', 'Fortsetzung des Vermerks'],
}

/** An invented address in France. */
export function addressAbroad(random: Random) {
  const houseNumber = String(random.between(1, 90))
  return { street: 'Rue des Relais', houseNumber, zipCode: '59000', city: 'Lille', countryCode: '111' } // prettier-ignore
}

/** Whose file can hold an entry, and from which age in years. */
interface Holders {
  readonly from: number
  readonly fits: (owner: EntryOwner) => boolean
  /** whom the entry names */
  readonly other?: (record: PersonRecord) => Other | undefined
  /** dates of the record before or after which there is no such entry */
  readonly after?: (record: PersonRecord) => string | undefined
  readonly before?: (record: PersonRecord) => string | undefined
}

/** Those of an age who have somebody whom the entry names. */
function naming(from: number, other: NonNullable<Holders['other']>): Holders {
  return { from, other, fits: (owner) => (owner.other ?? other(owner.record)) !== undefined }
}

const isForeign = ({ record }: EntryOwner) => record.nationality !== '150'
const anybody: Holders = { from: 0, fits: () => true }
const adult: Holders = { from: 18, fits: () => true }
const old: Holders = { from: 65, fits: () => true }
const belgian: Holders = { from: 18, fits: (owner) => !isForeign(owner) }
/** Belgians who lived abroad before they came where they live. */
const emigrant: Holders = { ...belgian, before: ({ mainResidenceSince }) => mainResidenceSince }
const foreigner: Holders = { from: 18, fits: isForeign }
const married: Holders = {
  ...naming(18, ({ spouse }) => spouse),
  after: ({ civilStatus }) => civilStatus?.sinceDate,
}
const related: Holders = {
  ...naming(18, ({ spouse, parent }) => spouse ?? parent?.[0]),
  after: ({ spouse, civilStatus }) => spouse && civilStatus?.sinceDate,
}
const withParent = naming(0, ({ parent }) => parent?.[0])
/** Conscripts: the last were born in 1975. */
const conscript: Holders = { from: 18, before: ({ birth }) => `${Number(birth?.birthDate?.slice(0, 4)) + 30}-01-01`, fits: ({ record, birthDay }) => record.nationality === '150' && record.sex === '1' && birthDay < 2_190 } // prettier-ignore
const ofTheWar: Holders = { from: 18, fits: ({ birthDay }) => birthDay < -12_000 }

interface Kind extends Holders {
  readonly entry: EntryName
  /** values of the entry's own, by field; a code of the list of information types is one of its type */
  readonly values: Readonly<Record<string, readonly [string, ...string[]]>>
  /** lists of fields of which an entry holds one */
  readonly either: readonly (readonly string[])[]
}

function kind<N extends EntryName>(
  entry: N,
  holders: Holders,
  values?: Readonly<Partial<Record<EntryField<N>, readonly [string, ...string[]]>>>,
  ...either: readonly (readonly EntryField<N>[])[]
): Kind {
  return { entry, ...holders, values: (values ?? {}) as Kind['values'], either }
}

const toVerify = { status: ['04001', '04002', '04003'] } as const

const kinds: readonly Kind[] = [
  kind('residenceInquiry', anybody),
  kind('intendedMove', anybody, {}, ['destination'], ['origin']),
  kind('countryOfOrigin', foreigner),
  kind('studyPresence', foreigner, { kind: ['00701', '00702'] }),
  kind('rightOfReturn', foreigner),
  kind('nobilityTitle', belgian, { kind: ['01201', '01202'] }),
  kind('sharedAccommodation', withParent, { role: ['02101'] }),
  kind('residenceAbroad', emigrant, { post: ['02201'], territory: ['02203'] }),
  kind('legalDomicile', adult),
  kind('provisionalRegistration', anybody, { reason: ['02801', '02802'] }),
  kind('sexToVerify', anybody, toVerify),
  kind('nameToVerify', anybody, toVerify),
  kind('addressToVerify', anybody, toVerify),
  kind('nationalityToVerify', anybody, toVerify),
  kind('birthPlaceToVerify', anybody, toVerify),
  kind('civilStatusToVerify', adult, toVerify),
  kind('deathToVerify', old, { status: ['04001', '04003'] }),
  kind('pensionCertificate', old, { category: ['07301', '07302'] }),
  kind('specialPensionCertificate', old),
  kind('protectedStatus', adult, { kind: ['11101', '11102'], reason: ['11103', '11104'] }),
  kind('representative', related, { status: ['11301'], reason: ['11303'] }),
  kind('partnerBirthPlace', married, { countryCode: ['150'] }, ['municipalityCode'], ['countryCode']), // prettier-ignore
  kind('marriageContract', married, { kind: ['12201', '12202', '12203'] }),
  kind('marriageOfConvenience', married, { decision: ['12401'] }),
  kind('cohabitationOfConvenience', related, { decision: ['12501'] }),
  kind(
    'election',
    belgian,
    { role: ['13003'], category: ['13004', '13005'], status: ['13001', '13002'] },
    ['role', 'category', 'municipalityCode'],
    ['status', 'expiresOn', 'text'],
  ),
  kind('europeanVoter', foreigner, { category: ['13101', '13102'] }),
  kind('voterAbroad', emigrant, {
    kind: ['13201', '13202'],
    criterion: ['13203', '13204'],
    post: ['02202'],
    territory: ['02204'],
  }),
  kind('militaryService', conscript, { status: ['16001', '16002'] }),
  kind('cardCertificates', belgian),
  kind('warTitle', ofTheWar, { kind: ['19001', '19002'] }),
  kind('drivingLicence', adult, {
    kind: ['19101'],
    countryCode: ['150'],
    reason: ['19103', '19104'],
  }),
  kind('traderCard', adult),
  kind('oldDrivingLicence', adult, {
    kind: ['19401'],
    category: ['19402', '19403'],
    gearBox: ['19404', '19405'],
  }),
  kind('professionalCard', foreigner),
  kind('workPermit', foreigner),
  kind('passport', belgian, { status: ['19901', '19902'], kind: ['19903', '19904'] }),
  kind('immigrationNumber', foreigner),
  kind('specialInformation', anybody),
  kind('waitRegisterKind', foreigner, { kind: ['20501', '20502'] }),
  kind(
    'asylumSituation',
    foreigner,
    {
      application: ['20601', '20602'],
      decision: ['20603', '20604'],
      protection: ['20605', '20606'],
      advice: ['20607'],
      departure: ['20608'],
    },
    ['application', 'municipalityCode'],
    ['decision', 'reference'],
    ['protection', 'term'],
    ['advice'],
    ['departure'],
    ['appeal'],
  ),
  kind('supportCentre', foreigner, { centre: ['20701', '20702'] }, ['municipalityCode'], ['centre']), // prettier-ignore
  kind('pseudoNationalNumber', foreigner),
  kind('identityDocument', foreigner, { kind: ['21101', '21102', '21103'] }),
  kind('chosenDomicile', foreigner, { organisation: ['21201', '21202'] }, ['organisation'], ['text']), // prettier-ignore
  kind('alias', foreigner),
  kind('declaredAddress', foreigner, { organisation: ['21401', '21402'] }),
  kind('localRegister', anybody),
  kind('municipalInformation', anybody),
  kind('contactData', adult),
]

const kindOf = new Map(kinds.map((one) => [one.entry, one]))

/** One entry in a file: of the first of its forms, or another one where the schema has several. */
function entryOf(kind: Kind, owner: EntryOwner, since: Day, form: number, random: Random): object {
  const { entry, values, either } = kind
  const fields = Object.keys(entryBlocks[entry].fields)
  const named = owner.other ?? kind.other?.(owner.record)
  const draw = { ...owner, random, since, named: fields.includes('ssin') ? named : undefined }
  const left = either.filter((_, index) => index !== form % either.length).flat()
  return Object.fromEntries(
    fields.flatMap((name): readonly (readonly [string, unknown])[] => {
      if (left.includes(name)) return []
      const own = values[name]
      if (entry === 'partnerBirthPlace' && name === 'municipalityCode') {
        return [[name, owner.partnerBirthPlace().nis]]
      }
      const value = own === undefined ? draws[name]?.(draw) : random.pick(own)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** A day on which an entry can be made; undefined when there is none. */
function dayOfEntry({ from, after, before }: Kind, owner: EntryOwner, random: Random) {
  const { record, birthDay } = owner
  const ofAge = birthDay + Math.ceil(from * 365.25)
  const first = Math.max(owner.first, ofAge, dayOf(after?.(record) ?? '1900-01-01'))
  const last = Math.min(owner.last, dayOf(before?.(record) ?? '9999-12-31'))
  return first > last ? undefined : random.between(first, last)
}

/** An entry of a kind that fits the person, with the one before it for some; nothing when none fits. */
export function drawnEntry(owner: EntryOwner, random: Random): PersonRecord {
  const fitting = kinds.filter((one) => one.fits(owner))
  const one = random.pick(fitting)
  const count = random.chance(300) ? 2 : 1
  return entriesOf([one], owner, count, random)
}

/** Two entries at least of each of the kinds: one of each form. */
export function entriesNamed(
  names: readonly EntryName[],
  owner: EntryOwner,
  random: Random,
): PersonRecord {
  const named = names.flatMap((name) => kindOf.get(name) ?? [])
  return entriesOf(named, owner, 2, random)
}

function entriesOf(
  of: readonly Kind[],
  owner: EntryOwner,
  least: number,
  random: Random,
): PersonRecord {
  const all = of.flatMap((one) => {
    const count = Math.max(least, least < 2 ? 1 : one.either.length)
    const first = least < 2 ? random.below(Math.max(1, one.either.length)) : 0
    const days = Array.from({ length: count }, () => dayOfEntry(one, owner, random) ?? [])
      .flat()
      .sort((a, b) => b - a)
    // the forms follow one another, the newest entry stands first
    const entries = days.map((day, index) =>
      entryOf(one, owner, day, first + days.length - 1 - index, random),
    )
    return entries.length === 0 ? [] : [[one.entry, entries] as const]
  })
  return all.length === 0 ? {} : { entries: Object.fromEntries(all) }
}
