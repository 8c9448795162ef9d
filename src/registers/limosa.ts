import { field, one, many, type RecordOf } from './field.ts'

/** The Limosa register of posted workers and self-employed (§§ 47–50). */
export const limosa = {
  posting: many(
    'limosa.posting',
    {
      startDate: field('date', {
        paragraph: 48,
        item: '48.3',
        kind: 'part',
        labels: {
          fr: 'le début et la fin de l’activité',
          nl: 'begin van de activiteit',
          de: 'Beginn der Tätigkeit',
          en: 'start of the activity',
        },
        personal: 'person',
        identifying: false,
        sources: ['limosa'],
      }),
      endDate: field('date', {
        paragraph: 48,
        item: '48.3',
        kind: 'part',
        labels: {
          fr: 'le début et la fin de l’activité',
          nl: 'einde van de activiteit',
          de: 'Ende der Tätigkeit',
          en: 'end of the activity',
        },
        personal: 'person',
        identifying: false,
        sources: ['limosa'],
      }),
      activityType: field('code', {
        paragraph: 48,
        item: '48.4',
        kind: 'named',
        labels: {
          fr: 'le type d’activité',
          nl: 'soort activiteit',
          de: 'Art der Tätigkeit',
          en: 'type of activity',
        },
        personal: 'person',
        identifying: false,
        sources: ['limosa'],
      }),
      placeOfWork: field('address', {
        paragraph: 48,
        item: '48.5',
        kind: 'named',
        labels: {
          fr: 'le lieu d’occupation',
          nl: 'plaats van tewerkstelling',
          de: 'Beschäftigungsort',
          en: 'place of work',
        },
        personal: 'person',
        identifying: false,
        sources: ['limosa'],
      }),
      workingTime: field('quantity', {
        paragraph: 48,
        item: '48.6',
        kind: 'named',
        labels: {
          fr: 'la durée de travail',
          nl: 'arbeidsduur',
          de: 'Arbeitszeit',
          en: 'working time',
        },
        personal: 'person',
        identifying: false,
        sources: ['limosa'],
        unit: 'unit not public',
      }),
      workSchedule: field('text', {
        paragraph: 48,
        item: '48.7',
        kind: 'named',
        labels: {
          fr: 'l’horaire de travail',
          nl: 'werkrooster',
          de: 'Stundenplan',
          en: 'work schedule',
        },
        personal: 'person',
        identifying: false,
        sources: ['limosa'],
      }),
    },
    {
      postedPerson: one(
        'limosa.postedPerson',
        {
          category: field('code', {
            paragraph: 47,
            item: '',
            kind: 'implied',
            labels: {
              fr: 'travailleurs et aux travailleurs indépendants détachés en Belgique (y compris les stagiaires)',
              nl: 'categorie van de gedetacheerde (werknemer, zelfstandige, stagiair)',
              de: 'Kategorie der entsandten Person (Arbeitnehmer, Selbständiger, Praktikant)',
              en: 'category of the posted person (employee, self-employed, trainee)',
            },
            personal: 'person',
            identifying: false,
            sources: ['limosa'],
          }),
          identification: field('group', {
            paragraph: 48,
            item: '48.1',
            kind: 'group',
            labels: {
              fr: 'l’identification de la personne détachée',
              nl: 'identificatie van de gedetacheerde persoon',
              de: 'Identifizierung der entsandten Person',
              en: 'identification of the posted person',
            },
            personal: 'person',
            identifying: true,
            sources: ['limosa'],
          }),
        },
        {},
      ),
      user: one(
        'limosa.user',
        {
          identification: field('group', {
            paragraph: 48,
            item: '48.2',
            kind: 'group',
            labels: {
              fr: 'de l’utilisateur de ses services',
              nl: 'identificatie van de gebruiker van zijn diensten',
              de: 'Identifizierung des Nutzers ihrer Dienste',
              en: 'identification of the user of his services',
            },
            personal: 'employer',
            identifying: true,
            sources: ['limosa'],
          }),
        },
        {},
      ),
    },
  ),
}

export type LimosaPostingRecord = RecordOf<typeof limosa.posting>
