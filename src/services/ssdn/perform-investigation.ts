import { belgium } from '../../base/codes.ts'
import { GatewayError } from '../../base/errors.ts'
import type { Ssin } from '../../base/ssin.ts'
import { householdPersons, type HouseholdPersonsRecord } from '../../registers/household.ts'
import type { PersonRecord } from '../../registers/person.ts'
import type { Path } from '../../registers/catalogue.ts'
import type { XmlElement } from '../../xml/element.ts'
import { element, leaf } from '../../xml/writer.ts'
import {
  areGranted,
  at,
  pathRow,
  pathsOfBlocks,
  rowsWriter,
  type ElementBlock,
  type ElementRow,
} from '../element-rows.ts'
import { consultation, invalidOf, valid, type Reply } from '../operation.ts'
import { givenNames, joined, personPaths as paths, relativePaths } from '../person-data.ts'
import { writeServiceReply } from './envelope.ts'
import { namespaces } from './names.ts'
import {
  integerCode,
  communeOf,
  countryOf,
  genderCode,
  incompleteDate,
  labelRows,
  nisCountry,
  numberOf,
  type Address,
  type Written,
} from './person-rows.ts'
import { child, collapsed, ssinIn } from './read.ts'
import { nothingFound, type Detail } from './result-summary.ts'

/** OCMWCPASPerformInvestigation: groups of the National Register about a person and his household (services.md §3). */
export const performInvestigation = {
  serviceId: 'OCMWCPASPerformInvestigation',
  version: '20080604',
} as const

const groups = [
  'FamilyCompositionGroup',
  'CitizenGroup',
  'AddressHistoryGroup',
  'WaitRegisterGroup',
] as const
type Group = (typeof groups)[number]

interface Criteria {
  readonly ssin: Ssin
  /** those asked for; undefined: all that there is */
  readonly groups: readonly Group[] | undefined
}

interface Member {
  readonly ssin: string
  readonly position: string
  readonly since: string | undefined
}

const memberRows: readonly ElementRow<Member, Written>[] = [
  pathRow('SocialSecurityUser', paths.memberNumber, ({ ssin }) => ssin),
  pathRow('RelationShip', paths.position, ({ position }) => position),
  pathRow('EntryDate', paths.memberSince, ({ since }) => since),
]

/** An address with its country, without which the schema has none, and the day from which it holds. */
interface Residence {
  readonly address: Address
  readonly since: string | undefined
}

function residence(address: Address | undefined, since: string | undefined): readonly Residence[] {
  return address === undefined || countryOf(address) === undefined ? [] : [{ address, since }]
}

const residencePaths = [...paths.residence, ...paths.former]
const sincePaths = [...paths.since, ...paths.formerSince]

/** StandardAddressType; its dates are attributes, which stand beside the rows in the table. */
function addressRows(within: string): readonly ElementRow<Residence, Written>[] {
  const row = (name: string, value: (address: Address) => string | undefined) =>
    pathRow<Residence, Written>(within + name, residencePaths, ({ address }) => value(address))
  return [
    row('Country/Code', countryOf),
    ...labelRows<Residence>(
      `${within}Country/Description`,
      'countries',
      residencePaths,
      ({ address }) => countryOf(address),
    ),
    row('Municipality/Code', communeOf),
    ...labelRows<Residence>(
      `${within}Municipality/Description`,
      'nis-communes',
      residencePaths,
      ({ address }) => communeOf(address),
    ),
    row('Municipality/PostalCode', ({ zipCode }) => zipCode),
    row('Street/Description', ({ street }) => street),
    row('HouseNumber', ({ houseNumber }) => houseNumber),
    row('Box', ({ postBox }) => postBox),
  ]
}

type CitizenRow = ElementRow<PersonRecord, Written>
type Spouse = NonNullable<PersonRecord['spouse']>
const postal = [at('person.postalAddressAbroad.address')]

const citizenRow = (
  name: string,
  from: Parameters<typeof pathRow>[1],
  value: (record: PersonRecord) => string | undefined,
): CitizenRow => pathRow(`LegalData/${name}`, from, value)

/** The rows of the residence now, inside those of the citizen. */
const citizenAddress: readonly CitizenRow[] = addressRows(
  'LegalData/AddressInformation/LegalAddress/StandardAddress/',
).map(({ element: name, source, value }) => ({
  element: name,
  source: { ...source, paths: paths.residence },
  value: (record, written) => {
    const [now] = residence(record.mainResidence, undefined)
    return now && value(now, written)
  },
}))

const spouse = relativePaths('person.spouse')

/** The spouse, beside the civil status without which the schema has no place for one. */
const partnerRows: readonly CitizenRow[] = (
  [
    ['SocialSecurityUser', spouse.number, ({ ssin }) => ssin],
    ['Name/LastName', spouse.names, ({ names }) => names && (names.lastName ?? '')],
    ['Name/MiddleName', spouse.names, ({ names }) => givenNames(names?.firstNames).others],
    ['Name/FirstName', spouse.names, ({ names }) => givenNames(names?.firstNames).first],
    ['Gender', spouse.sex, ({ sex }) => genderCode(sex)],
  ] satisfies readonly [string, readonly Path[], (one: Spouse) => string | undefined][]
).map(([name, from, value]) =>
  pathRow(
    `LegalData/CivilState/Partner/${name}`,
    from,
    ({ civilStatus, spouse: one }) =>
      one === undefined || integerCode(civilStatus?.civilStatusCode) === undefined
        ? undefined
        : value(one),
    [paths.civilStatus],
  ),
)

/** The postal address abroad, as text. */
const postalAddress: readonly CitizenRow[] = [
  citizenRow(
    'AddressInformation/PostAddressAbroad/Country/Code',
    postal,
    ({ postalAddressAbroad: one }) => one?.address && countryOf(one.address),
  ),
  citizenRow('AddressInformation/PostAddressAbroad/Address', postal, ({ postalAddressAbroad }) => {
    const { street, houseNumber, postBox, zipCode, city } = postalAddressAbroad?.address ?? {}
    // the schema takes so many characters
    const text = joined([street, houseNumber, postBox, zipCode, city])
    return text && Array.from(text).slice(0, 100).join('')
  }),
]

const citizenRows: readonly CitizenRow[] = [
  pathRow('SocialSecurityUser', paths.number, (record) => numberOf(record)?.ssin),
  pathRow('InscriptionRegister', paths.registration, ({ registrationRegister }) =>
    integerCode(registrationRegister),
  ),
  citizenRow('Name/LastName', paths.names, ({ names }) => names?.lastName ?? ''),
  citizenRow('Name/MiddleName', paths.names, ({ names }) => givenNames(names?.firstNames).others),
  citizenRow('Name/FirstName', paths.names, ({ names }) => givenNames(names?.firstNames).first),
  citizenRow('Gender', paths.sex, ({ sex }) => genderCode(sex)),
  citizenRow('Birth/Date', paths.birth, ({ birth }) => incompleteDate(birth?.birthDate)),
  citizenRow('Birth/Location/Code', paths.birth, ({ birth }) =>
    birth?.birthCountryCode === belgium ? undefined : nisCountry(birth?.birthCountryCode),
  ),
  citizenRow('Birth/Location/Description', paths.birth, ({ birth }) => birth?.birthPlace),
  citizenRow('CivilState/Code', paths.civilStatus, ({ civilStatus }) =>
    integerCode(civilStatus?.civilStatusCode),
  ),
  ...partnerRows,
  citizenRow('Decease/Date', paths.death, ({ death }) => incompleteDate(death?.deceaseDate)),
  citizenRow('Decease/Location/Description', paths.death, ({ death }) =>
    incompleteDate(death?.deceaseDate) === undefined ? undefined : death?.deceasePlace,
  ),
  ...citizenAddress,
  ...postalAddress,
  citizenRow('Nationality/Code', paths.nationality, ({ nationality }) => nisCountry(nationality)),
  ...labelRows<PersonRecord>(
    'LegalData/Nationality/Description',
    'countries',
    paths.nationality,
    ({ nationality }) => nisCountry(nationality),
  ),
]

const historyRows = addressRows('')

const inTable = (rows: readonly Pick<ElementBlock['rows'][number], 'element' | 'source'>[]) =>
  rows.map(({ element: name, source }) => ({ element: name, source }))

const family: ElementBlock = {
  place: 'FamilyCompositionGroup/FamilyComposition/FamilyMember',
  needs: [paths.memberNumber, paths.position],
  rows: inTable(memberRows),
}
const citizen: ElementBlock = {
  place: 'CitizenGroup/Citizen',
  needs: [paths.number, paths.birth],
  rows: inTable(citizenRows),
}
const history: ElementBlock = {
  place: 'AddressHistoryGroup/AddressHistory/LegalAddresses/StandardAddress',
  needs: [paths.number, residencePaths],
  rows: [
    ...inTable(historyRows),
    {
      element: '@modificationDate',
      source: { kind: 'derived', paths: sincePaths, needs: [residencePaths] },
    },
  ],
}
const historyOwner: ElementBlock = {
  place: 'AddressHistoryGroup/AddressHistory',
  needs: history.needs,
  rows: [{ element: 'SocialSecurityUser', source: { kind: 'path', paths: paths.number } }],
}
const table: readonly ElementBlock[] = [family, citizen, historyOwner, history]

const write = {
  member: rowsWriter(memberRows, 'ns3:'),
  citizen: rowsWriter(citizenRows, 'ns4:'),
  address: rowsWriter(historyRows, 'ns4:'),
}

/** As many as the schema takes. */
const most = 100

type Origin = NonNullable<ReturnType<typeof numberOf>>['origin']

function originOf(record: PersonRecord): Origin {
  return numberOf(record)?.origin ?? 'RN_RR'
}

function writeFamily(record: PersonRecord, written: Written): string | undefined {
  const members = (record.familyMember ?? []).flatMap(({ ssin, position, since }) =>
    ssin !== undefined && position !== undefined && /^\d{1,2}$/.test(position)
      ? { ssin, position, since }
      : [],
  )
  if (members.length === 0) return undefined
  const all = members
    .slice(0, most)
    .map((one) => element('ns3:FamilyMember', write.member(one, written)))
  return `<ns3:FamilyComposition origin="${originOf(record)}">${all.join('')}</ns3:FamilyComposition>`
}

function writeCitizen(record: PersonRecord, written: Written): string | undefined {
  const isWhole =
    numberOf(record) !== undefined && incompleteDate(record.birth?.birthDate) !== undefined
  if (!isWhole) return undefined
  return `<ns4:Citizen xmlns:ns4="${namespaces.person}" origin="${originOf(record)}">${write.citizen(record, written)}</ns4:Citizen>`
}

function writeHistory(record: PersonRecord, written: Written): string | undefined {
  const { ssin, origin } = numberOf(record) ?? {}
  const all = [
    ...residence(record.mainResidence, record.mainResidenceSince),
    ...(record.formerResidence ?? []).flatMap(({ address, since }) => residence(address, since)),
  ].slice(0, most)
  if (ssin === undefined || origin === undefined || all.length === 0) return undefined
  const addresses = all.map((one) => {
    const since = incompleteDate(one.since)
    const date = since === undefined ? '' : ` modificationDate="${since}"`
    return `<ns3:StandardAddress${date} origin="${origin}">${write.address(one, written)}</ns3:StandardAddress>`
  })
  return (
    `<ns3:AddressHistory xmlns:ns4="${namespaces.person}">` +
    leaf('ns3:SocialSecurityUser', ssin) +
    element('ns3:LegalAddresses', addresses.join('')) +
    '</ns3:AddressHistory>'
  )
}

/** Of each person what the writer gives of him, as many as the schema takes. */
const ofEach =
  (writeOne: (record: PersonRecord, written: Written) => string | undefined) =>
  ({ person, member = [] }: HouseholdPersonsRecord, written: Written) =>
    [...(person ? [person] : []), ...member]
      .flatMap((one) => writeOne(one, written) ?? [])
      .slice(0, most)
      .join('')

/** How each group is written, empty when there is nothing of it; nobody of our registers is in the wait register. */
const writers: Readonly<
  Record<Group, (record: HouseholdPersonsRecord, written: Written) => string>
> = {
  FamilyCompositionGroup: ({ person }, written) => (person && writeFamily(person, written)) ?? '',
  CitizenGroup: ofEach(writeCitizen),
  AddressHistoryGroup: ofEach(writeHistory),
  WaitRegisterGroup: () => '',
}

function groupsOf(
  record: HouseholdPersonsRecord,
  { groups: asked = groups }: Criteria,
  written: Written,
): readonly string[] {
  return groups.flatMap((group) => {
    const content = asked.includes(group) ? writers[group](record, written) : ''
    return content === '' ? [] : [element(`ns3:${group}`, content)]
  })
}

/** Who asks for the composition of the family gets the other groups of every member too. */
function asksForFamily({ groups: asked = groups }: Criteria): boolean {
  return asked.includes('FamilyCompositionGroup')
}

function readCriteria(body: XmlElement): Criteria | GatewayError {
  const ssin = ssinIn(body, 'SocialSecurityUser')
  if (ssin instanceof GatewayError) return ssin
  const asked = child(body, 'DataGroups')
  const isTrue = (group: Group) =>
    ['true', '1'].includes(collapsed(asked as XmlElement, group) ?? '')
  return { ssin, groups: asked && groups.filter(isTrue) }
}

function writeReply({
  records,
  request,
  label,
}: Reply<Criteria | GatewayError, 'household'>): string {
  const criteria = valid(request.criteria)
  const [record] = records
  const written = record === undefined ? [] : groupsOf(record, criteria, { label })
  const details: readonly Detail[] =
    written.length === 0
      ? [nothingFound]
      : criteria.groups?.includes('WaitRegisterGroup') === true
        ? [{ ...nothingFound, information: [{ fieldName: 'WaitRegisterGroup' }] }]
        : []
  const body =
    `<ns3:PerformInvestigationReply xmlns:ns3="${namespaces.performInvestigation}">` +
    leaf('ns3:SocialSecurityUser', criteria.ssin) +
    (written.length === 0 ? '' : element('ns3:DataGroups', written.join(''))) +
    '</ns3:PerformInvestigationReply>'
  return writeServiceReply(performInvestigation, details, body)
}

const unlabelled: Written = { label: (_, code) => code }

export const performInvestigationConsult = consultation<Criteria | GatewayError, 'household'>({
  name: performInvestigation.serviceId,
  question: 'household',
  block: householdPersons,
  gives: pathsOfBlocks(table),
  elements: table,
  yields: (granted) => table.some(({ needs }) => areGranted(needs, granted)),
  shows: (record, criteria) => groupsOf(record, valid(criteria), unlabelled).length > 0,
  readXml: (body) => ({ envelope: {}, criteria: readCriteria(body) }),
  invalid: invalidOf,
  subject: (criteria) => ({ kind: 'person', ssin: valid(criteria).ssin }),
  ask: (criteria, { sources }) => ({
    kind: 'household',
    ssin: valid(criteria).ssin,
    registers: sources,
    memberKeys: asksForFamily(valid(criteria)) ? paths.memberNumber : undefined,
  }),
  writeXml: writeReply,
})
