import type { Label } from '../../registers/code-list.ts'
import type { CompositeValue } from '../../registers/field.ts'
import type { Disclosed } from '../../registers/grant.ts'
import type { PersonRecord } from '../../registers/person.ts'
import {
  areGranted,
  rowsWriter,
  type ElementBlock,
  type GrantedPaths,
  type Needs,
} from '../element-rows.ts'
import { isSex, personPaths as paths } from '../person-data.ts'
import { rowBuilder, type Row, type RowBuilder } from './rows.ts'

/**
 * Which information types of the National Register are given, and each of their elements: the element table of
 * RetrieveTIGroups (design.md §2). Both versions of the schema agree on all of them. What the catalogue has no datum for (act
 * numbers, codes of names and streets, dates of names) is left out, or empty where the schema wants it.
 */

/** How the groups are asked for, and the labels of the day. */
export interface Asked {
  readonly history: boolean
  readonly language: 'fr' | 'nl' | 'de'
  readonly label: Label
}

/** Its place is from `rrn_it_implicit` to the repeated element, `Names/Name`; one name when the type stands once. */
export interface InformationType extends ElementBlock {
  /** number of the type, e.g. `010` */
  readonly type: string
  /** the group in exclusive-C14N form; undefined when the record gives nothing of it */
  readonly write: (record: Disclosed<PersonRecord>, asked: Asked) => string | undefined
}

interface Definition<Item> {
  readonly type: string
  readonly structure: string
  readonly place: string
  readonly needs: Needs
  /** what the record holds for it, the newest first */
  readonly items: (record: PersonRecord, asked: Asked) => readonly Item[]
  readonly rows: (row: RowBuilder<Item>) => readonly Row<Item>[]
}

const namespace = 'http://www.ibz.rrn.fgov.be/XSD/xm25/rn25Schema'

/** Closes over the kind of item, so that all types can stand in one list. */
function informationType<Item>(definition: Definition<Item>): InformationType {
  const { type, structure, place, needs, items } = definition
  const rows = definition.rows(rowBuilder)
  const content = rowsWriter<Item, Asked>(rows, 'r:')
  const [first = '', second] = place.split('/')
  const attributes = ` Structure="${structure}" Type="${type}"`
  const declaration = ` xmlns:r="${namespace}"`
  return {
    type,
    place,
    needs,
    rows: rows.map(({ element, source }) => ({ element, source })),
    write: (record, asked) => {
      const found = items(record, asked)
      if (found.length === 0) return undefined
      if (second === undefined) {
        const [only] = found as readonly [Item]
        return `<r:${first}${declaration}${attributes}>${content(only, asked)}</r:${first}>`
      }
      const all = found.map(
        (item) => `<r:${second}${attributes}>${content(item, asked)}</r:${second}>`,
      )
      return `<r:${first}${declaration}>${all.join('')}</r:${first}>`
    },
  }
}

interface Residence {
  readonly address: CompositeValue<'address'>
  readonly since: string | undefined
}

/** The residence now, and those before when the history is asked for. */
function residences(record: PersonRecord, { history }: Asked): readonly Residence[] {
  const { mainResidence: address, mainResidenceSince: since } = record
  const former = (record.formerResidence ?? []).flatMap((one) =>
    one.address === undefined ? [] : [{ address: one.address, since: one.since }],
  )
  return [...(address === undefined ? [] : [{ address, since }]), ...(history ? former : [])]
}

/** 150 is Belgium; an address without country is one of a commune. */
const isAbroad = ({ address: { countryCode = '150' } }: Residence) => countryCode !== '150'

const residencePaths = [...paths.residence, ...paths.former]
const residenceDate = <Item extends Residence>(row: RowBuilder<Item>) =>
  row.date('Date', [...paths.since, ...paths.formerSince], (one) => one.since)
const noActNumber = <Item>(row: RowBuilder<Item>, element: string) =>
  row.empty(element, 'not in the catalogue')
const noDate = <Item>(row: RowBuilder<Item>, of: string) =>
  row.empty('Date', `the registers hold no date of the ${of}`)

interface Member {
  readonly ssin?: string | undefined
  readonly names?: CompositeValue<'names'> | undefined
  readonly sex?: string | undefined
  readonly position?: string | undefined
}

/** Of the household: the person of the file, and the reference person, who may be the same. */
function householdOf({ familyMember = [], nationalNumber, bisNumber }: PersonRecord) {
  const own = nationalNumber ?? bisNumber
  const members = familyMember.filter(({ position }) => position !== undefined)
  return {
    members,
    own: own === undefined ? undefined : members.find(({ ssin }) => ssin === own),
    reference: members.find(({ position, ssin }) => position === '1' && ssin !== undefined),
  }
}

const memberRows = (row: RowBuilder<Member>): readonly Row<Member>[] => [
  noDate(row, 'household'),
  ...row.code('FamilyRole', 'family-positions', paths.position, (one) => one.position ?? ''),
  ...row.number(
    'NationalNumber',
    { number: paths.memberNumber, sex: paths.memberSex },
    ({ ssin, sex }) => ({ number: ssin, sex }),
  ),
  ...row.names('Name', paths.memberNames, (one) => one.names),
]

export const informationTypes: readonly InformationType[] = [
  informationType({
    type: '000',
    structure: 'A1',
    place: 'NationalNumber',
    needs: [paths.number, paths.sex],
    items: (record) => {
      const own = record.nationalNumber ?? record.bisNumber
      return own === undefined || !isSex(record.sex)
        ? []
        : [{ number: own, sex: record.sex, birthDate: record.birth?.birthDate }]
    },
    rows: (row) => row.number('NationalNumber', paths, (one) => one),
  }),
  informationType({
    type: '001',
    structure: 'A1',
    place: 'FileOwner/Residences',
    needs: [residencePaths, paths.language],
    items: (record, asked) => {
      const language = fileLanguage(record.language)
      if (language === undefined) return []
      return residences(record, asked).flatMap((one) => {
        const { municipalityCode } = one.address
        return municipalityCode === undefined ? [] : [{ ...one, municipalityCode, language }]
      })
    },
    rows: (row) => [
      ...residenceDate(row),
      ...row.code('Residence', 'nis-communes', residencePaths, (one) => one.municipalityCode),
      {
        element: 'Fusion',
        source: { kind: 'technical', why: 'always 0: mergers of communes are not told' },
        value: () => '0',
      },
      {
        element: 'Language',
        source: { kind: 'derived', paths: paths.language },
        value: (one) => one.language,
      },
    ],
  }),
  informationType({
    type: '010',
    structure: 'A1',
    place: 'Names/Name',
    needs: [paths.names],
    items: (record) => (record.names === undefined ? [] : [record.names]),
    rows: (row) => [noDate(row, 'names'), ...row.names('Name', paths.names, (one) => one)],
  }),
  informationType({
    type: '018',
    structure: 'A1',
    place: 'AddressDeclarationAbroad/Address',
    needs: [residencePaths],
    items: (record, asked) => residences(record, asked).filter(isAbroad),
    rows: (row) => [
      ...residenceDate(row),
      ...row.code('Address/Country', 'countries', residencePaths, (one) => one.address.countryCode),
      row.text(
        'Address/Graphic1',
        residencePaths,
        ({ address: { street, houseNumber, postBox } }) => joined([street, houseNumber, postBox]),
      ),
      row.text('Address/Graphic2', residencePaths, ({ address: { zipCode, city } }) =>
        joined([zipCode, city]),
      ),
    ],
  }),
  informationType({
    type: '020',
    structure: 'A1',
    place: 'LegalMainAddresses/LegalMainAddress',
    needs: [residencePaths],
    items: (record, asked) => residences(record, asked).filter((one) => !isAbroad(one)),
    rows: (row) => [
      ...residenceDate(row),
      row.text('Address/ZipCode', residencePaths, ({ address }) => address.zipCode ?? ''),
      row.text('Address/Street/Graphic', residencePaths, ({ address }) => address.street ?? ''),
      row.text('Address/HouseNumber', residencePaths, ({ address }) => address.houseNumber ?? ''),
      row.text('Address/Box', residencePaths, ({ address }) => address.postBox),
    ],
  }),
  informationType({
    type: '031',
    structure: 'B1',
    place: 'Nationalities/Nationality',
    needs: [paths.nationality],
    items: ({ nationality }) => (nationality === undefined ? [] : [nationality]),
    rows: (row) => [
      noDate(row, 'nationality'),
      ...row.code('Nationality', 'countries', paths.nationality, (one) => one),
    ],
  }),
  informationType({
    type: '070',
    structure: 'A1',
    place: 'Occupations/Occupation',
    needs: [paths.profession],
    items: ({ profession }) => (profession === undefined ? [] : [profession]),
    rows: (row) => [
      noDate(row, 'profession'),
      row.empty('Occupation/Code', 'the profession is held as text'),
      row.text('Occupation/Label', paths.profession, (one) => one),
      row.empty('SocialCategory/Code', 'not in the catalogue'),
      row.empty('SocialCategory/Label', 'not in the catalogue'),
    ],
  }),
  informationType({
    type: '100',
    structure: 'A1',
    place: 'BirthPlace',
    needs: [paths.birth],
    items: ({ birth }) => (birth === undefined ? [] : [birth]),
    rows: (row) => [
      ...row.date('Date', paths.birth, (one) => one.birthDate),
      noActNumber(row, 'ActNumber'),
      ...row.place('', paths.birth, (one) => ({
        name: one.birthPlace,
        country: one.birthCountryCode,
      })),
    ],
  }),
  informationType({
    type: '120',
    structure: 'A1',
    place: 'CivilStates/CivilState',
    needs: [paths.civilStatus],
    items: ({ civilStatus }) => (civilStatus === undefined ? [] : [civilStatus]),
    rows: (row) => [
      ...row.date('Date', paths.civilStatus, (one) => one.sinceDate),
      ...row.code(
        'CivilState',
        'civil-states',
        paths.civilStatus,
        (one) => one.civilStatusCode ?? '',
      ),
    ],
  }),
  informationType({
    type: '140',
    structure: 'A1',
    place: 'FamilyMembers/FamilyMember',
    needs: [paths.number, paths.position, paths.memberNumber],
    items: (record): readonly Member[] => {
      const { members, own, reference } = householdOf(record)
      return own === undefined || own !== reference ? [] : members
    },
    rows: memberRows,
  }),
  informationType({
    type: '141',
    structure: 'A1',
    place: 'HeadOfFamily/HeadOfFamily',
    needs: [paths.number, paths.position, paths.memberNumber],
    items: (record): readonly Member[] => {
      const { own, reference } = householdOf(record)
      return own === undefined || reference === undefined || own === reference
        ? []
        : [{ ...reference, position: own.position }]
    },
    rows: memberRows,
  }),
  informationType({
    type: '150',
    structure: 'A1',
    place: 'Deceases/Decease',
    needs: [paths.death],
    items: ({ death }) => (death === undefined ? [] : [death]),
    rows: (row) => [
      ...row.date('Date', paths.death, (one) => one.deceaseDate),
      noActNumber(row, 'Decease/ActNumber'),
      ...row.place('Decease/', paths.death, (one) => ({
        name: one.deceasePlace,
        country: undefined,
      })),
    ],
  }),
]

/** Whether any type can be given under a grant of these paths. */
export function yieldsTypes(granted: GrantedPaths): boolean {
  return informationTypes.some(({ needs }) => areGranted(needs, granted))
}

/** 1 French, 2 Dutch or German; a file in another language cannot be told. */
function fileLanguage(language: string | undefined): '1' | '2' | undefined {
  if (language === 'fr') return '1'
  return language === 'nl' || language === 'de' ? '2' : undefined
}

function joined(parts: readonly (string | undefined)[]): string | undefined {
  const all = parts.filter((part) => part !== undefined)
  return all.length === 0 ? undefined : all.join(' ')
}
