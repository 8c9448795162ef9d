import { at, areGranted, type GrantedPaths } from '../element-rows.ts'
import { personPaths as paths } from '../person-data.ts'
import { informationType, type InformationType } from './definition.ts'
import { entryTypes } from './entry-types.ts'
import { familyTypes } from './family-types.ts'
import { identityTypes } from './identity-types.ts'
import { dateOnly, residenceTypes } from './residence-types.ts'

const absentSince = [at('person.nr.absentSince')]

/** What happened to a person or his file beside identity, residence and family. */
const otherTypes: readonly InformationType[] = [
  informationType({
    type: '070',
    structure: 'A1',
    place: 'Occupations/Occupation',
    needs: [paths.profession],
    items: ({ profession }) => (profession === undefined ? [] : [profession]),
    rows: (row) => [
      row.empty('Date', 'the registers hold no date of the profession'),
      row.empty('Occupation/Code', 'the profession is held as text'),
      row.text('Occupation/Label', paths.profession, (one) => one),
      row.empty('SocialCategory/Code', 'not in the catalogue'),
      row.empty('SocialCategory/Label', 'not in the catalogue'),
    ],
  }),
  informationType({
    type: '150',
    structure: 'A1',
    place: 'Deceases/Decease',
    needs: [paths.death],
    items: ({ death }) => (death === undefined ? [] : [death]),
    rows: (row) => [
      ...row.date('Date', paths.death, (one) => one.deceaseDate),
      row.empty('Decease/ActNumber', 'not in the catalogue'),
      ...row.place('Decease/', paths.death, (one) => ({
        name: one.deceasePlace,
        municipality: one.deceaseMunicipalityCode,
        country: undefined,
      })),
    ],
  }),
  informationType({
    type: '151',
    structure: 'A1',
    place: 'Disappearences/Disappearence',
    needs: [absentSince],
    items: (record) => (record.absentSince === undefined ? [] : [record.absentSince]),
    rows: (row) => [
      ...row.date('Date', absentSince, (one) => one),
      row.empty('Graphic', 'the text of the decision is not in the catalogue'),
    ],
  }),
  informationType({
    type: '210',
    structure: 'A1',
    place: 'RegistrationRegisters/RegistrationRegister',
    needs: [paths.registration],
    items: ({ registrationRegister: code, struckOffSince: since }) =>
      code === undefined ? [] : [{ code, since }],
    rows: (row) => [
      // of the other registers it is not known since when
      ...row.date('Date', paths.struckOffSince, (one) => one.since),
      ...row.code(
        'RegistrationRegister',
        'registration-registers',
        paths.registration,
        (one) => one.code,
      ),
    ],
  }),
  dateOnly('253', 'CreationDate', 'createdOn'),
  dateOnly('254', 'LastUpdateDate', 'updatedOn'),
]

/**
 * Which information types of the National Register are given, by their numbers, and each of their elements: the element table of
 * RetrieveTIGroups (design.md §2). Both versions of the schema agree on all that both have. What the catalogue has no datum for
 * (act numbers, codes of names and streets, kinds of filiation) is left out, or empty where the schema wants it.
 */
export const informationTypes: readonly InformationType[] = [
  ...identityTypes,
  ...residenceTypes,
  ...familyTypes,
  ...otherTypes,
  ...entryTypes,
].sort((a, b) => Number(a.type) - Number(b.type))

/** Those that a version of the contract has. */
export function informationTypesOf(version: number): readonly InformationType[] {
  return informationTypes.filter(({ since }) => since <= version)
}

/** Whether any of the types can be given under a grant of these paths. */
export function yieldsTypes(types: readonly InformationType[], granted: GrantedPaths): boolean {
  return types.some(({ needs }) => areGranted(needs, granted))
}
