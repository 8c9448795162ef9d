import type { NisCommune } from '../base/codes.ts'
import type { CompositeValue } from '../registers/field.ts'
import { commune } from './identifiers.ts'
import type { Language } from './names.ts'
import { streetName } from './names.ts'
import type { Random } from './random.ts'

export type Address = CompositeValue<'address'>

/** A postcode with its commune (annexes 1 and 23; test/synthetic/codes.test.ts and test/conformance/places.test.ts check each) and names in its languages. */
export interface Place {
  readonly zip: string
  readonly nis: NisCommune
  readonly names: Partial<Record<Language, string>>
}

function place(zip: string, nis: string, names: Place['names']): Place {
  return { zip, nis: commune(nis), names }
}

export const brussels = place('1000', '21004', { fr: 'Bruxelles', nl: 'Brussel' })
export const anderlecht = place('1070', '21001', { fr: 'Anderlecht', nl: 'Anderlecht' })

export const places: readonly [Place, ...Place[]] = [
  brussels,
  place('1030', '21015', { fr: 'Schaerbeek', nl: 'Schaarbeek' }),
  place('1050', '21009', { fr: 'Ixelles', nl: 'Elsene' }),
  anderlecht,
  place('1080', '21012', { fr: 'Molenbeek-Saint-Jean', nl: 'Sint-Jans-Molenbeek' }),
  place('1090', '21010', { fr: 'Jette', nl: 'Jette' }),
  place('1082', '21003', { fr: 'Berchem-Sainte-Agathe', nl: 'Sint-Agatha-Berchem' }),
  place('1180', '21016', { fr: 'Uccle', nl: 'Ukkel' }),
  place('1190', '21007', { fr: 'Forest', nl: 'Vorst' }),
  place('1200', '21018', { fr: 'Woluwe-Saint-Lambert', nl: 'Sint-Lambrechts-Woluwe' }),
  place('1300', '25112', { fr: 'Wavre' }),
  place('1348', '25121', { fr: 'Ottignies-Louvain-la-Neuve' }),
  place('1400', '25072', { fr: 'Nivelles' }),
  place('4000', '62063', { fr: 'Liège' }),
  place('4020', '62063', { fr: 'Liège' }),
  place('4100', '62096', { fr: 'Seraing' }),
  place('4840', '63084', { fr: 'Welkenraedt' }),
  place('5000', '92094', { fr: 'Namur' }),
  place('6000', '52011', { fr: 'Charleroi' }),
  place('6600', '82003', { fr: 'Bastogne' }),
  place('6700', '81001', { fr: 'Arlon' }),
  place('7000', '53053', { fr: 'Mons' }),
  place('7500', '57081', { fr: 'Tournai' }),
  place('1500', '23027', { nl: 'Halle' }),
  place('2000', '11002', { nl: 'Antwerpen' }),
  place('2060', '11002', { nl: 'Antwerpen' }),
  place('2800', '12025', { nl: 'Mechelen' }),
  place('3000', '24062', { nl: 'Leuven' }),
  place('3500', '71022', { nl: 'Hasselt' }),
  place('3600', '71016', { nl: 'Genk' }),
  place('8000', '31005', { nl: 'Brugge' }),
  place('8400', '35013', { nl: 'Oostende' }),
  place('8500', '34022', { nl: 'Kortrijk' }),
  place('8800', '36015', { nl: 'Roeselare' }),
  place('9000', '44021', { nl: 'Gent' }),
  place('9300', '41002', { nl: 'Aalst' }),
  place('4700', '63023', { de: 'Eupen' }),
  place('4780', '63067', { de: 'Sankt Vith' }),
]

/** One of the languages of a place. */
export function languageAt(random: Random, at: Place): Language {
  const languages = Object.keys(at.names) as [Language, ...Language[]]
  return languages.length > 1 && random.chance(250) ? 'nl' : languages[0]
}

/** An address at a place; `house` is the number in an invented street. Country in the code of the NIS, 150 = Belgium. */
export function addressAt(random: Random, at: Place, language: Language): Address {
  return {
    street: streetName(random, language),
    houseNumber: String(random.between(1, 240)),
    ...(random.chance(200) && { postBox: String(random.between(1, 30)) }),
    zipCode: at.zip,
    city: at.names[language] ?? Object.values(at.names)[0] ?? '',
    municipalityCode: at.nis,
    countryCode: '150',
  }
}
