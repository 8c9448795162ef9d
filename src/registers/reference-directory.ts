import { field, many, type RecordOf } from './field.ts'

/**
 * The reference directory is none of the sources of § 5: a published contract carries it (SSDN ReferenceManager), and no paragraph grants it.
 * That a sector knows a person tells much of that person.
 */
const about = {
  paragraph: 6,
  item: '',
  kind: 'contract',
  personal: 'person',
  identifying: false,
  sources: [],
} as const

/** Which sectors know a person, in which quality, for which period. */
export const referenceDirectory = {
  inscription: many(
    'referenceDirectory.inscription',
    {
      sector: field('code', {
        ...about,
        labels: {
          fr: 'secteur qui connaît la personne',
          nl: 'sector die de persoon kent',
          de: 'Sektor, der die Person kennt',
          en: 'sector that knows the person',
        },
        codelist: 'sectors',
      }),
      qualityCode: field('code', {
        ...about,
        labels: {
          fr: 'code qualité',
          nl: 'hoedanigheidscode',
          de: 'Eigenschaftscode',
          en: 'quality code',
        },
      }),
      startDate: field('date', {
        ...about,
        labels: {
          fr: 'début de l’intégration',
          nl: 'begin van de integratie',
          de: 'Beginn der Integration',
          en: 'start of the integration',
        },
      }),
      endDate: field('date', {
        ...about,
        labels: {
          fr: 'fin de l’intégration',
          nl: 'einde van de integratie',
          de: 'Ende der Integration',
          en: 'end of the integration',
        },
      }),
    },
    {},
  ),
}

export type InscriptionRecord = RecordOf<typeof referenceDirectory.inscription>
