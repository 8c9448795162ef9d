import { ownNumber, type PersonRecord } from '../../registers/person.ts'
import { at } from '../element-rows.ts'
import { isSex, personPaths as paths, relativePaths } from '../person-data.ts'
import {
  informationType,
  newest,
  withHistory,
  type Asked,
  type InformationType,
} from './definition.ts'
import type { Relative, Row, RowBuilder } from './rows.ts'

/** Civil status, cohabitation, filiation, household. */

const civilStates = [...paths.civilStatus, at('person.formerCivilStatus.status')]
const spouse = relativePaths('person.spouse', 'person.formerSpouse')
const partner = relativePaths('person.legalCohabitation')
const parent = relativePaths('person.parent')
const child = relativePaths('person.child')
const municipality = [at('person.legalCohabitation.municipalityCode')]

interface Member extends Relative {
  readonly position?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
}

function isNumbered({ nationalNumber, bisNumber }: PersonRecord): boolean {
  return (nationalNumber ?? bisNumber) !== undefined
}

/** Of the household: the person of the file, and the reference person, who may be the same. */
function householdOf(record: PersonRecord) {
  const { familyMember = [] } = record
  const own = ownNumber(record)
  const members = familyMember.filter(({ position }) => position !== undefined)
  return {
    members,
    own: own === undefined ? undefined : members.find(({ ssin }) => ssin === own),
    reference: members.find(({ position, ssin }) => position === '1' && ssin !== undefined),
  }
}

/** The paths of a place in a household that stands, or in one that was left. */
function placePaths(former: 'formerFamilyMember' | 'formerHousehold') {
  const from = (name: string) => [at(`person.familyMember.${name}`), at(`person.${former}.${name}`)]
  return {
    position: from('position'),
    since: from('since'),
    until: [at(`person.${former}.until`)],
    relative: relativePaths('person.familyMember', `person.${former}`),
  }
}

/** A place without position and number is none: both are what such a type tells. */
function placesLeft(left: readonly Member[] | undefined, { history }: Asked): readonly Member[] {
  return history
    ? (left ?? []).filter(({ position, ssin }) => position !== undefined && ssin !== undefined)
    : []
}

const membersPaths = placePaths('formerFamilyMember')
const headPaths = placePaths('formerHousehold')

const memberRows =
  (of: ReturnType<typeof placePaths>) =>
  (row: RowBuilder<Member>): readonly Row<Member>[] => [
    ...row.date('Date', of.since, (one) => one.since),
    ...row.knownDate('DelDate', of.until, (one) => one.until),
    ...row.code('FamilyRole', 'family-positions', of.position, (one) => one.position ?? ''),
    ...row.number('NationalNumber', of.relative, ({ ssin, sex, birthDate }) => ({
      number: ssin,
      sex,
      birthDate,
    })),
    ...row.names('Name', of.relative.names, (one) => one.names),
  ]

type Cohabitation = NonNullable<PersonRecord['legalCohabitation']>[number] & {
  readonly isEnd: boolean
}

const filiationKind = <Item>(row: RowBuilder<Item>) =>
  ['Code', 'Label'].map((name) =>
    row.empty(`FiliationType/${name}`, 'kinds of filiation are not in the catalogue'),
  )

export const familyTypes: readonly InformationType[] = [
  informationType({
    type: '110',
    structure: 'A1',
    place: 'Filiations/Filiation',
    needs: [parent.names],
    items: ({ parent: all = [] }) => {
      const [first, second] = all.filter(({ names }) => names !== undefined)
      return first === undefined ? [] : [{ first, second }]
    },
    rows: (row) => [
      ...row.date('Date', [at('person.parent.since')], (one) => one.first.since),
      ...filiationKind(row),
      ...row.relative('Parent1', parent, (one) => one.first),
      ...row.relative('Parent2', parent, (one) => one.second),
    ],
  }),
  informationType({
    type: '114',
    structure: 'A1',
    place: 'DescendentFiliations/DescendentFiliation',
    needs: [child.names],
    items: ({ child: all = [] }) => all.filter(({ names }) => names !== undefined),
    rows: (row) => [
      ...row.date('Date', [at('person.child.since')], (one) => one.since),
      ...filiationKind(row),
      ...row.relative('Child', child, (one) => one),
    ],
  }),
  informationType({
    type: '120',
    structure: 'A1',
    place: 'CivilStates/CivilState',
    needs: [civilStates],
    items: ({ civilStatus, spouse: now, formerCivilStatus = [] }, asked) => {
      const former = formerCivilStatus.flatMap((one) =>
        one.status === undefined ? [] : [{ status: one.status, spouse: one.spouse }],
      )
      return withHistory(civilStatus && { status: civilStatus, spouse: now }, former, asked)
    },
    rows: (row) => [
      ...row.date('Date', civilStates, ({ status }) => status.sinceDate),
      ...row.code(
        'CivilState',
        'civil-states',
        civilStates,
        ({ status }) => status.civilStatusCode ?? '',
      ),
      ...row.numberedRelative('Spouse', spouse, (one) => one.spouse),
    ],
  }),
  informationType({
    type: '123',
    structure: 'A1',
    place: 'LegalCohabitations/LegalCohabitation',
    needs: [partner.number, partner.sex, municipality],
    items: ({ legalCohabitation: all = [] }, asked): readonly Cohabitation[] => {
      const told = all.filter(
        ({ ssin, sex, municipalityCode }) =>
          ssin !== undefined && isSex(sex) && municipalityCode !== undefined,
      )
      const events = told.flatMap((one) => [
        ...(one.endedOn === undefined ? [] : [{ ...one, isEnd: true }]),
        { ...one, isEnd: false },
      ])
      return newest(events, asked)
    },
    rows: cohabitationRows,
  }),
  informationType({
    type: '140',
    structure: 'A1',
    place: 'FamilyMembers/FamilyMember',
    needs: [paths.number, membersPaths.position, membersPaths.relative.number],
    items: (record, asked): readonly Member[] => {
      const { members, own, reference } = householdOf(record)
      return [
        ...(own === undefined || own !== reference ? [] : members),
        ...(isNumbered(record) ? placesLeft(record.formerFamilyMember, asked) : []),
      ]
    },
    rows: memberRows(membersPaths),
  }),
  informationType({
    type: '141',
    structure: 'A1',
    place: 'HeadOfFamily/HeadOfFamily',
    needs: [paths.number, headPaths.position, headPaths.relative.number],
    items: (record, asked): readonly Member[] => {
      const { own, reference } = householdOf(record)
      const isMember = own !== undefined && reference !== undefined && own !== reference
      return [
        ...(isMember ? [{ ...reference, position: own.position, since: own.since }] : []),
        ...(isNumbered(record) ? placesLeft(record.formerHousehold, asked) : []),
      ]
    },
    rows: memberRows(headPaths),
  }),
]

/** A declaration of legal cohabitation, or its end. */
function cohabitationRows(row: RowBuilder<Cohabitation>): readonly Row<Cohabitation>[] {
  const registeredOn = [at('person.legalCohabitation.registeredOn')]
  const endedOn = [at('person.legalCohabitation.endedOn')]
  /** rows that are written of one of the two events only */
  const only = (isEnd: boolean, rows: readonly Row<Cohabitation>[]) =>
    rows.map((one): Row<Cohabitation> => ({
      ...one,
      value: (item, asked) => (item.isEnd === isEnd ? one.value(item, asked) : undefined),
    }))
  return [
    ...row.date('Date', [...registeredOn, ...endedOn], (one) =>
      one.isEnd ? one.endedOn : one.registeredOn,
    ),
    ...only(false, [
      ...row.date('Declaration/RegistrationDate', registeredOn, (one) => one.registeredOn),
      ...row.numberedRelative('Declaration/Partner', partner, (one) => one),
      ...row.commune('Declaration/Place', municipality, (one) => one.municipalityCode),
    ]),
    ...only(true, [
      row.empty('Cessation/Reason/Code', 'not in the catalogue'),
      row.empty('Cessation/Reason/Label', 'not in the catalogue'),
      ...row.commune('Cessation/Place', municipality, (one) => one.municipalityCode),
      ...row.numberedRelative('Cessation/Partner', partner, (one) => one),
    ]),
  ]
}
