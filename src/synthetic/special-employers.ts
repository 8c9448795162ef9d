import { dayOf } from './calendar.ts'
import { numbersOf, type SyntheticEmployer } from './employer.ts'
import { employerCategory } from './identifiers.ts'
import { anderlecht, brussels } from './places.ts'
import { personas } from './personas.ts'
import {
  cleaning,
  construction,
  nursingHome,
  publicBody,
  shelteredWorkshop,
  type Sector,
} from './sectors.ts'

/**
 * Bodies of the registration numbers of the special employers, the same in every data set. In the sandbox the first four are
 * phare's population; the nursing home is outside.
 */
export const specialBodies = {
  shelteredWorkshop: 1_000_010,
  naturalPerson: 1_000_020,
  curatorship: 1_000_030,
  twoCategories: 1_000_040,
  nursingHome: 1_000_050,
} as const

export type SpecialEmployer = keyof typeof specialBodies

/** Category 027: indemnities that an employer pays who is its own insurer of work accidents; no ordinary worker stands in it. */
export const ownInsurer: Sector = {
  ...publicBody,
  name: 'propre assureur',
  category: employerCategory('027'),
}

/** What the special employers have in common. */
const inBrussels = {
  language: 'fr',
  place: brussels,
  address: {
    street: 'Place du Carrefour',
    houseNumber: '4',
    zipCode: brussels.zip,
    city: 'Bruxelles',
    municipalityCode: brussels.nis,
    countryCode: '150',
  },
} as const

export const specialEmployers: Readonly<Record<SpecialEmployer, SyntheticEmployer>> = {
  shelteredWorkshop: {
    body: specialBodies.shelteredWorkshop,
    ...numbersOf(specialBodies.shelteredWorkshop, 108),
    sectors: [shelteredWorkshop],
    denomination: 'Les Quatre Chemins, entreprise de travail adapté',
    ...inBrussels,
    place: anderlecht,
    address: {
      street: 'Rue du Quadrant',
      houseNumber: '12',
      zipCode: anderlecht.zip,
      city: 'Anderlecht',
      municipalityCode: anderlecht.nis,
      countryCode: '150',
    },
    registered: dayOf('1987-01-05'),
    legalForm: 'ASBL',
    size: 108,
  },
  naturalPerson: {
    body: specialBodies.naturalPerson,
    ...numbersOf(specialBodies.naturalPerson, 4),
    sectors: [cleaning],
    denomination: 'Terzonhovel Guido',
    ...inBrussels,
    registered: dayOf('2011-04-01'),
    legalForm: '',
    person: personas.earlyRetired,
    size: 4,
  },
  curatorship: {
    body: specialBodies.curatorship,
    ...numbersOf(specialBodies.curatorship, 18),
    sectors: [construction],
    denomination: 'Constructions du Carrefour',
    ...inBrussels,
    registered: dayOf('1998-09-14'),
    legalForm: 'SA',
    curatorship: {
      date: '2021-02-08',
      representativeName: 'Aubessart Delphine, avocate',
      representativeAddress: {
        ...inBrussels.address,
        street: 'Rue des Copistes',
        houseNumber: '9',
      },
    },
    size: 18,
  },
  twoCategories: {
    body: specialBodies.twoCategories,
    ...numbersOf(specialBodies.twoCategories, 54),
    sectors: [publicBody, ownInsurer],
    denomination: 'Office synthétique des relais',
    ...inBrussels,
    registered: dayOf('1975-01-01'),
    legalForm: 'AFJ',
    size: 54,
  },
  nursingHome: {
    body: specialBodies.nursingHome,
    ...numbersOf(specialBodies.nursingHome, 12),
    sectors: [nursingHome],
    denomination: 'Résidence de la Boussole',
    ...inBrussels,
    registered: dayOf('1991-06-24'),
    legalForm: 'ASBL',
    size: 12,
  },
}
