import type { CompositeValue } from '../../registers/field.ts'
import type { PersonRecord } from '../../registers/person.ts'
import { at } from '../element-rows.ts'
import { fileLanguage, isAbroad, joined, personPaths as paths } from '../person-data.ts'
import { informationType, withHistory, type Asked, type InformationType } from './definition.ts'
import type { RowBuilder } from './rows.ts'

/** Where a person lives, and where he has said that he can be found. */

interface Residence {
  readonly address: CompositeValue<'address'>
  readonly since: string | undefined
}

/** An address that is known. */
function residenceOf({
  address,
  since,
}: {
  readonly address?: CompositeValue<'address'> | undefined
  readonly since?: string | undefined
}): readonly Residence[] {
  return address === undefined ? [] : [{ address, since }]
}

/** The residence now, and those before when the history is asked for. */
function residences(record: PersonRecord, asked: Asked): readonly Residence[] {
  const { mainResidence: address, mainResidenceSince: since, formerResidence = [] } = record
  const [now] = residenceOf({ address, since })
  return withHistory(now, formerResidence.flatMap(residenceOf), asked)
}

const residencePaths = [...paths.residence, ...paths.former]
const residenceDate = <Item extends Residence>(row: RowBuilder<Item>) =>
  row.date('Date', [...paths.since, ...paths.formerSince], (one) => one.since)
const announced = [at('person.announcedAddress.address')]
const postal = [at('person.postalAddressAbroad.address')]
const confidential = {
  from: [at('person.confidentialAddress.from')],
  until: [at('person.confidentialAddress.until')],
}

export const residenceTypes: readonly InformationType[] = [
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
      ...row.commune('Residence', residencePaths, (one) => one.municipalityCode),
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
    type: '018',
    structure: 'A1',
    place: 'AddressDeclarationAbroad/Address',
    needs: [residencePaths],
    items: (record, asked) =>
      residences(record, asked).filter(({ address }) => isAbroad(address.countryCode)),
    rows: (row) => [
      ...residenceDate(row),
      ...row.addressLines('Address', residencePaths, (one) => one.address),
    ],
  }),
  informationType({
    type: '019',
    structure: 'A1',
    place: 'AddressChangeDeclaration',
    needs: [announced],
    items: ({ announcedAddress }) => residenceOf(announcedAddress ?? {}),
    rows: (row) => [
      ...row.date('Date', [at('person.announcedAddress.since')], (one) => one.since),
      row.text('Address/Graphic', announced, ({ address }) => {
        const { street, houseNumber, postBox, zipCode, city } = address
        return joined([street, houseNumber, postBox, zipCode, city]) ?? ''
      }),
    ],
  }),
  informationType({
    type: '020',
    structure: 'A1',
    place: 'LegalMainAddresses/LegalMainAddress',
    needs: [residencePaths],
    items: (record, asked) =>
      residences(record, asked).filter(({ address }) => !isAbroad(address.countryCode)),
    rows: (row) => [
      ...residenceDate(row),
      ...row.address('Address', residencePaths, (one) => one.address),
    ],
  }),
  informationType({
    type: '023',
    structure: 'A1',
    place: 'PostalAddressAbroad/PostalAddressAbroad',
    needs: [postal],
    items: ({ postalAddressAbroad }) => residenceOf(postalAddressAbroad ?? {}),
    rows: (row) => [
      ...row.date('Date', [at('person.postalAddressAbroad.since')], (one) => one.since),
      ...row.addressLines('Address', postal, (one) => one.address),
    ],
  }),
  dateOnly('024', 'AddressReferences/AddressReference', 'referenceAddressSince'),
  dateOnly('026', 'TemporaryAbsences/TemporaryAbsence', 'temporaryAbsenceSince'),
  dateOnly('251', 'ResidenceUpdateDates/ResidenceUpdateDate', 'mainResidenceUpdated'),
  informationType({
    type: '252',
    structure: 'A1',
    place: 'NotCommunicable',
    needs: [[...confidential.from, ...confidential.until]],
    items: ({ confidentialAddress: days }) =>
      days?.from === undefined && days?.until === undefined ? [] : [days],
    rows: (row) => [
      row.empty('Date', 'the registers hold the days from and until'),
      ...row.date('StartDate', confidential.from, (one) => one.from),
      ...row.date('EndDate', confidential.until, (one) => one.until),
    ],
  }),
]

/** A type that holds nothing but its date. */
export function dateOnly(
  type: string,
  place: string,
  name:
    | 'referenceAddressSince'
    | 'temporaryAbsenceSince'
    | 'mainResidenceUpdated'
    | 'createdOn'
    | 'updatedOn',
): InformationType {
  const from = [at(`person.nr.${name}`)]
  return informationType<string>({
    type,
    structure: 'A1',
    place,
    needs: [from],
    items: ({ [name]: date }) => (date === undefined ? [] : [date]),
    rows: (row) => row.date('Date', from, (one) => one),
  })
}
