import { field, one, many, type RecordOf } from './field.ts'

/**
 * Members of the two groups of § 48, which the text does not enumerate: the identification that Limosa is known to hold. Only a
 * decision file that names them grants them (R30).
 */
const member = { paragraph: 48, item: '', kind: 'implied', sources: ['limosa'] } as const
const memberOfPerson = { ...member, personal: 'person' } as const
const memberOfUser = { ...member, personal: 'employer' } as const

/** What Limosa holds beside what § 48 names, and Dolsis carries: 14/057 never grants it. */
const carried = { paragraph: 48, item: '', kind: 'contract', sources: ['limosa'] } as const

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
      documentNumber: field('identifier', {
        paragraph: 48,
        item: '',
        kind: 'contract',
        labels: {
          fr: 'numéro de la déclaration Limosa',
          nl: 'nummer van de Limosa-aangifte',
          de: 'Nummer der Limosa-Meldung',
          en: 'number of the Limosa declaration',
        },
        personal: 'person',
        identifying: true,
        sources: ['limosa'],
      }),
      placeOfWorkNumber: field('identifier', {
        ...carried,
        labels: {
          fr: 'numéro du lieu d’occupation dans Limosa',
          nl: 'nummer van de plaats van tewerkstelling in Limosa',
          de: 'Nummer des Beschäftigungsortes in Limosa',
          en: 'number of the place of work in Limosa',
        },
        personal: 'person',
        identifying: false,
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
          ssin: field('identifier.ssin', {
            ...memberOfPerson,
            labels: {
              fr: 'numéro d’identification de la personne détachée',
              nl: 'identificatienummer van de gedetacheerde persoon',
              de: 'Identifizierungsnummer der entsandten Person',
              en: 'number of the posted person',
            },
            identifying: true,
          }),
          names: field('names', {
            ...memberOfPerson,
            labels: {
              fr: 'nom et prénoms de la personne détachée',
              nl: 'naam en voornamen van de gedetacheerde persoon',
              de: 'Name und Vornamen der entsandten Person',
              en: 'names of the posted person',
            },
            identifying: true,
          }),
          birth: field('birth', {
            ...memberOfPerson,
            labels: {
              fr: 'naissance de la personne détachée',
              nl: 'geboorte van de gedetacheerde persoon',
              de: 'Geburt der entsandten Person',
              en: 'birth of the posted person',
            },
            identifying: false,
          }),
          nationality: field('code', {
            ...memberOfPerson,
            labels: {
              fr: 'nationalité de la personne détachée',
              nl: 'nationaliteit van de gedetacheerde persoon',
              de: 'Staatsangehörigkeit der entsandten Person',
              en: 'nationality of the posted person',
            },
            identifying: false,
          }),
          address: field('address', {
            ...memberOfPerson,
            labels: {
              fr: 'adresse de la personne détachée',
              nl: 'adres van de gedetacheerde persoon',
              de: 'Adresse der entsandten Person',
              en: 'address of the posted person',
            },
            identifying: false,
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
          registrationNumber: field('identifier.nossNumber', {
            ...memberOfUser,
            labels: {
              fr: 'numéro d’immatriculation ONSS de l’utilisateur',
              nl: 'RSZ-inschrijvingsnummer van de gebruiker',
              de: 'LSS-Eintragungsnummer des Nutzers',
              en: 'NSSO registration number of the user',
            },
            identifying: true,
          }),
          enterpriseNumber: field('identifier.enterpriseNumber', {
            ...memberOfUser,
            labels: {
              fr: 'numéro d’entreprise de l’utilisateur',
              nl: 'ondernemingsnummer van de gebruiker',
              de: 'Unternehmensnummer des Nutzers',
              en: 'enterprise number of the user',
            },
            identifying: true,
          }),
          denomination: field('text', {
            ...memberOfUser,
            labels: {
              fr: 'dénomination ou nom de l’utilisateur',
              nl: 'benaming of naam van de gebruiker',
              de: 'Bezeichnung oder Name des Nutzers',
              en: 'denomination or name of the user',
            },
            identifying: true,
          }),
          ssin: field('identifier.ssin', {
            ...memberOfUser,
            labels: {
              fr: 'numéro d’identification de l’utilisateur personne physique',
              nl: 'identificatienummer van de gebruiker-natuurlijke persoon',
              de: 'Identifizierungsnummer des Nutzers als natürliche Person',
              en: 'number of the user who is a natural person',
            },
            identifying: true,
          }),
          address: field('address', {
            ...memberOfUser,
            labels: {
              fr: 'adresse de l’utilisateur',
              nl: 'adres van de gebruiker',
              de: 'Adresse des Nutzers',
              en: 'address of the user',
            },
            identifying: false,
          }),
        },
        {},
      ),
      foreignEmployer: one(
        'limosa.foreignEmployer',
        {
          number: field('identifier', {
            ...carried,
            labels: {
              fr: 'numéro de l’employeur étranger dans Limosa',
              nl: 'nummer van de buitenlandse werkgever in Limosa',
              de: 'Nummer des ausländischen Arbeitgebers in Limosa',
              en: 'number of the foreign employer in Limosa',
            },
            personal: 'employer',
            identifying: true,
          }),
          denomination: field('text', {
            ...carried,
            labels: {
              fr: 'dénomination ou nom de l’employeur étranger',
              nl: 'benaming of naam van de buitenlandse werkgever',
              de: 'Bezeichnung oder Name des ausländischen Arbeitgebers',
              en: 'denomination or name of the foreign employer',
            },
            personal: 'employer',
            identifying: true,
          }),
          ssin: field('identifier.ssin', {
            ...carried,
            labels: {
              fr: 'numéro d’identification de l’indépendant étranger',
              nl: 'identificatienummer van de buitenlandse zelfstandige',
              de: 'Identifizierungsnummer des ausländischen Selbständigen',
              en: 'number of the foreign self-employed person',
            },
            personal: 'person',
            identifying: true,
          }),
          enterpriseNumber: field('identifier.enterpriseNumber', {
            ...carried,
            labels: {
              fr: 'numéro d’entreprise belge de l’indépendant étranger',
              nl: 'Belgisch ondernemingsnummer van de buitenlandse zelfstandige',
              de: 'belgische Unternehmensnummer des ausländischen Selbständigen',
              en: 'Belgian enterprise number of the foreign self-employed person',
            },
            personal: 'employer',
            identifying: true,
          }),
          address: field('address', {
            ...carried,
            labels: {
              fr: 'adresse de l’employeur étranger',
              nl: 'adres van de buitenlandse werkgever',
              de: 'Adresse des ausländischen Arbeitgebers',
              en: 'address of the foreign employer',
            },
            personal: 'employer',
            identifying: false,
          }),
        },
        {},
      ),
    },
  ),
}

export type LimosaPostingRecord = RecordOf<typeof limosa.posting>
