import { ownNumber } from '../../registers/person.ts'
import { at } from '../element-rows.ts'
import { isSex, personPaths as paths } from '../person-data.ts'
import { informationType, newest, withHistory, type InformationType } from './definition.ts'

/** Who a person is: numbers, names, sex, nationality, birth, cards. */

const formerNames = [...paths.names, at('person.formerName.names')]
const nationalities = [...paths.nationality, at('person.formerNationality.code')]
const formerNumber = {
  number: [at('person.formerNumber.number')],
  sex: [at('person.formerNumber.sex')],
  birth: paths.birth,
}
const changeKind = [at('person.formerName.changeKind')]
const pseudonym = [at('person.pseudonym.names')]
const otherNationality = [at('person.otherNationality.code')]
const declaredBirthDate = [at('person.nr.declaredBirthDate')]

export const identityTypes: readonly InformationType[] = [
  informationType({
    type: '000',
    structure: 'A1',
    place: 'NationalNumber',
    needs: [paths.number, paths.sex],
    items: (record) => {
      const own = ownNumber(record)
      return own === undefined || !isSex(record.sex)
        ? []
        : [{ number: own, sex: record.sex, birthDate: record.birth?.birthDate }]
    },
    rows: (row) => row.number('NationalNumber', paths, (one) => one),
  }),
  informationType({
    type: '004',
    structure: 'A1',
    place: 'NewGender',
    needs: [paths.sexSince, paths.sex],
    items: ({ sex, sexSince: since }) =>
      isSex(sex) && since !== undefined ? [{ sex, since }] : [],
    rows: (row) => [
      ...row.date('Date', paths.sexSince, (one) => one.since),
      row.text('Sex', paths.sex, (one) => one.sex),
      row.empty('Graphic', 'the act of the change is not in the catalogue'),
    ],
  }),
  informationType({
    type: '010',
    structure: 'A1',
    place: 'Names/Name',
    needs: [formerNames],
    items: ({ names, namesSince, formerName = [] }, asked) => {
      const former = formerName.flatMap((one) =>
        one.names === undefined ? [] : [{ names: one.names, since: one.since }],
      )
      return withHistory(names && { names, since: namesSince }, former, asked)
    },
    rows: (row) => [
      ...row.date('Date', [...paths.namesSince, at('person.formerName.since')], (one) => one.since),
      ...row.names('Name', formerNames, (one) => one.names),
    ],
  }),
  informationType({
    type: '011',
    structure: 'A1',
    place: 'Pseudonyms/Pseudonym',
    needs: [pseudonym],
    items: (record, asked) =>
      newest(
        record.pseudonym?.filter(({ names }) => names !== undefined),
        asked,
      ),
    rows: (row) => [
      ...row.date('Date', [at('person.pseudonym.since')], (one) => one.since),
      ...row.names('Name', pseudonym, (one) => one.names),
    ],
  }),
  informationType({
    type: '013',
    structure: 'A1',
    place: 'NameModifications/NameModification',
    needs: [changeKind],
    // the day of a change is that on which the names after it began
    items: ({ namesSince, formerName = [] }, asked) => {
      const changes = formerName.map(({ changeKind: kind }, index) => ({
        kind,
        since: index === 0 ? namesSince : formerName[index - 1]?.since,
      }))
      return newest(
        changes.filter(({ kind }) => kind !== undefined),
        asked,
      )
    },
    rows: (row) => [
      ...row.date(
        'Date',
        [at('person.nr.namesSince'), at('person.formerName.since')],
        (one) => one.since,
      ),
      ...row.code('ModificationType', 'information-types', changeKind, (one) => one.kind),
    ],
  }),
  informationType({
    type: '031',
    structure: 'B1',
    place: 'Nationalities/Nationality',
    needs: [nationalities],
    items: ({ nationality: code, nationalitySince: since, formerNationality = [] }, asked) => {
      const former = formerNationality.flatMap((one) =>
        one.code === undefined ? [] : [{ code: one.code, since: one.since }],
      )
      return withHistory(code === undefined ? undefined : { code, since }, former, asked)
    },
    rows: (row) => [
      ...row.date(
        'Date',
        [...paths.nationalitySince, at('person.formerNationality.since')],
        (one) => one.since,
      ),
      ...row.code('Nationality', 'countries', nationalities, (one) => one.code),
    ],
  }),
  informationType({
    type: '032',
    structure: 'A1',
    place: 'MultipleNationalities/MultipleNationality',
    needs: [otherNationality],
    // several at once: none of them is the history of another
    items: ({ otherNationality: all = [] }) => all.filter(({ code }) => code !== undefined),
    rows: (row) => [
      ...row.date('Date', [at('person.otherNationality.since')], (one) => one.since),
      ...row.code('Nationality', 'countries', otherNationality, (one) => one.code),
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
      row.empty('ActNumber', 'not in the catalogue'),
      ...row.place('', paths.birth, (one) => ({
        name: one.birthPlace,
        municipality: one.birthMunicipalityCode,
        country: one.birthCountryCode,
      })),
    ],
  }),
  informationType({
    type: '101',
    structure: 'A1',
    place: 'DeclaredBirthDate',
    needs: [declaredBirthDate],
    items: (record) => (record.declaredBirthDate === undefined ? [] : [record.declaredBirthDate]),
    rows: (row) => [
      row.empty('Date', 'the registers hold no date of the declaration'),
      ...row.date('DeclaredBirthDate', declaredBirthDate, (one) => one),
      row.empty('Certificate/Code', 'not in the catalogue'),
      row.empty('Certificate/Label', 'not in the catalogue'),
    ],
  }),
  informationType({
    type: '195',
    structure: 'A1',
    place: 'IdentityCards/IdentityCard',
    needs: [paths.identityCard],
    items: ({ identityCard }, asked) =>
      newest(
        identityCard?.filter(({ number }) => number !== undefined),
        asked,
      ),
    rows: (row) => [
      ...row.date('Date', [at('person.identityCard.issuedOn')], (one) => one.issuedOn),
      row.empty('TypeOfCard/Code', 'kinds of cards are not in the catalogue'),
      row.text('CardNumber', paths.identityCard, (one) => one.number),
      ...row.commune(
        'Delivery/Place',
        [at('person.identityCard.municipalityCode')],
        (one) => one.municipalityCode,
      ),
      ...row.knownDate('ExpiryDate', [at('person.identityCard.expiresOn')], (one) => one.expiresOn),
    ],
  }),
  informationType({
    type: '196',
    structure: 'A1',
    place: 'SocialSecurityCards/SocialSecurityCard',
    needs: [paths.socialSecurityCard],
    items: ({ socialSecurityCard }, asked) =>
      newest(
        socialSecurityCard?.filter(({ number }) => number !== undefined),
        asked,
      ),
    rows: (row) => [
      ...row.date('Date', [at('person.socialSecurityCard.issuedOn')], (one) => one.issuedOn),
      row.empty('Category/Code', 'categories of cards are not in the catalogue'),
      row.text('CardNumber', paths.socialSecurityCard, (one) => one.number),
    ],
  }),
  informationType({
    type: '250',
    structure: 'A1',
    place: 'ReferencedFiles/ReferencedFile',
    needs: [formerNumber.number, formerNumber.sex],
    // a person can have had several: each refers to its own file
    items: ({ formerNumber: all = [], birth }) =>
      all
        .filter(({ number, sex }) => number !== undefined && isSex(sex))
        .map((one) => ({ ...one, birthDate: birth?.birthDate })),
    rows: (row) => [
      ...row.date('Date', [at('person.formerNumber.since')], (one) => one.since),
      ...row.number('NationalNumber', formerNumber, ({ number, sex, birthDate }) => ({
        number,
        sex,
        birthDate,
      })),
    ],
  }),
]
