import { GatewayError } from '../../base/errors.ts'
import type { Ssin } from '../../base/ssin.ts'
import { householdPersons, type HouseholdPersonsRecord } from '../../registers/household.ts'
import type { PersonRecord } from '../../registers/person.ts'
import type { XmlElement } from '../../xml/element.ts'
import { element, leaf } from '../../xml/writer.ts'
import {
  areGranted,
  pathRow,
  pathsOfBlocks,
  rowsWriter,
  type ElementBlock,
  type ElementRow,
} from '../element-rows.ts'
import { consultation, invalidOf, valid, type Reply } from '../operation.ts'
import { isAbroad, personPaths as paths } from '../person-data.ts'
import { addressRows, citizenRows, managerRows, residence } from './citizen-rows.ts'
import { writeServiceReply } from './envelope.ts'
import { namespaces } from './names.ts'
import { communeOf, incompleteDate, numberOf, type Written } from './person-rows.ts'
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

const residencePaths = [...paths.residence, ...paths.former]
const sincePaths = [...paths.since, ...paths.formerSince]
const historyRows = addressRows('', residencePaths)
const managersRows = managerRows('', residencePaths)

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
const dateOfResidence = {
  element: '@modificationDate',
  source: { kind: 'derived', paths: sincePaths, needs: [residencePaths] },
} as const
const history: ElementBlock = {
  place: 'AddressHistoryGroup/AddressHistory/LegalAddresses/StandardAddress',
  needs: [paths.number, residencePaths],
  rows: [...inTable(historyRows), dateOfResidence],
}
/** Belgian municipalities only. */
const managers: ElementBlock = {
  place: 'AddressHistoryGroup/AddressHistory/ManagerLocations/ManagerLocation',
  needs: history.needs,
  rows: [...inTable(managersRows), dateOfResidence],
}
const historyOwner: ElementBlock = {
  place: 'AddressHistoryGroup/AddressHistory',
  needs: history.needs,
  rows: [{ element: 'SocialSecurityUser', source: { kind: 'path', paths: paths.number } }],
}
const table: readonly ElementBlock[] = [family, citizen, historyOwner, managers, history]

const write = {
  member: rowsWriter(memberRows, 'ns3:'),
  citizen: rowsWriter(citizenRows, 'ns4:'),
  address: rowsWriter(historyRows, 'ns4:'),
  manager: rowsWriter(managersRows, 'ns4:'),
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
  const dated = (name: string, since: string | undefined, content: string) => {
    const date = incompleteDate(since)
    const attribute = date === undefined ? '' : ` modificationDate="${date}"`
    return `<ns3:${name}${attribute} origin="${origin}">${content}</ns3:${name}>`
  }
  const addresses = all.map((one) =>
    dated('StandardAddress', one.since, write.address(one, written)),
  )
  const kept = all
    .filter(({ address }) => communeOf(address) !== undefined && !isAbroad(address.countryCode))
    .map((one) =>
      dated(
        'ManagerLocation',
        one.since,
        write.manager({ ...one, language: record.language }, written),
      ),
    )
  return (
    `<ns3:AddressHistory xmlns:ns4="${namespaces.person}">` +
    leaf('ns3:SocialSecurityUser', ssin) +
    (kept.length === 0 ? '' : element('ns3:ManagerLocations', kept.join(''))) +
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

/** How each group is written, empty when there is nothing of it; of the wait register RetrieveTIGroups tells. */
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
