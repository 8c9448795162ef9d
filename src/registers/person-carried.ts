import {
  field,
  many,
  one,
  type About,
  type Block,
  type CompositeType,
  type Field,
  type SimpleType,
} from './field.ts'

/**
 * What published contracts carry of persons and no paragraph names: 14/057 never grants it. Of what has a history the person
 * holds what stands today, and a block beside it what stood before, the newest first.
 */

type Words = readonly [fr: string, nl: string, de: string, en: string]

function carried<T extends SimpleType | CompositeType>(
  type: T,
  [fr, nl, de, en]: Words,
  more: Pick<About, 'within' | 'codelist'> = {},
): Field<T> {
  return field(type, {
    paragraph: 9,
    item: '',
    kind: 'contract',
    labels: { fr, nl, de, en },
    personal: 'person',
    identifying: true,
    sources: ['nationalRegister'],
    ...more,
  })
}

/** The register that a person's data come from, by its name (`PersonRegister`): told with the number, which does not tell it (R14). */
export function registerOf(derivedFrom: readonly (readonly string[])[]): Field<'code'> {
  return field('code', {
    paragraph: 8,
    item: '',
    kind: 'implied',
    labels: {
      fr: 'registre d’origine',
      nl: 'register van oorsprong',
      de: 'Herkunftsregister',
      en: 'register of origin',
    },
    personal: 'person',
    identifying: false,
    sources: ['nationalRegister'],
    derivedFrom,
  })
}

const nr = { within: 'nr' } as const
const since: Words = ['date de début', 'begindatum', 'Anfangsdatum', 'begin date']

/** Another person whom the file of this one names. */
function relative([fr, nl, de, en]: Words) {
  return {
    ssin: carried('identifier.ssin', [`numéro ${fr}`, `nummer ${nl}`, `Nummer ${de}`, `number of ${en}`]), // prettier-ignore
    names: carried('names', [`nom et prénoms ${fr}`, `naam en voornamen ${nl}`, `Name und Vornamen ${de}`, `names of ${en}`]), // prettier-ignore
    sex: carried('code', [`sexe ${fr}`, `geslacht ${nl}`, `Geschlecht ${de}`, `sex of ${en}`]),
    birthDate: carried('incompleteDate', [`date de naissance ${fr}`, `geboortedatum ${nl}`, `Geburtsdatum ${de}`, `birth date of ${en}`]), // prettier-ignore
  }
}

const entry: Words = [
  'date d’entrée dans le ménage',
  'datum van opname in het gezin',
  'Datum der Aufnahme in den Haushalt',
  'date of entry in the household',
]
const position = carried(
  'code',
  ['place dans le ménage', 'plaats in het gezin', 'Stellung im Haushalt', 'position in the household'], // prettier-ignore
  { codelist: 'family-positions' },
)

/** Of somebody who has left a household: his place in it, and from when to when. */
const placeInHousehold = {
  position,
  since: carried('date', entry),
  until: carried('date', [
    'date de sortie du ménage',
    'datum van vertrek uit het gezin',
    'Datum des Ausscheidens aus dem Haushalt',
    'date of leaving the household',
  ]),
}

/** Fields of the person itself. */
export const carriedFields = {
  mainResidenceSince: carried(
    'date',
    [
      'date de la résidence principale',
      'datum van de hoofdverblijfplaats',
      'Datum des Hauptwohnorts',
      'date of the main residence',
    ],
    nr,
  ),
  language: carried(
    'code',
    ['langue du dossier', 'taal van het dossier', 'Sprache der Akte', 'language of the file'],
    nr,
  ),
  namesSince: carried(
    'date',
    [
      'date du nom et des prénoms',
      'datum van de naam en de voornamen',
      'Datum des Namens und der Vornamen',
      'date of the names',
    ],
    nr,
  ),
  sexSince: carried(
    'date',
    [
      'date du changement de sexe',
      'datum van de wijziging van het geslacht',
      'Datum der Änderung des Geschlechts',
      'date of the change of sex',
    ],
    nr,
  ),
  nationalitySince: carried(
    'date',
    [
      'date de la nationalité',
      'datum van de nationaliteit',
      'Datum der Staatsangehörigkeit',
      'date of the nationality',
    ],
    nr,
  ),
  declaredBirthDate: carried(
    'date',
    [
      'date de naissance déclarée',
      'aangegeven geboortedatum',
      'angegebenes Geburtsdatum',
      'declared date of birth',
    ],
    nr,
  ),
  mainResidenceUpdated: carried(
    'date',
    [
      'date de mise à jour de la résidence principale',
      'datum van bijwerking van de hoofdverblijfplaats',
      'Datum der Fortschreibung des Hauptwohnorts',
      'date of update of the main residence',
    ],
    nr,
  ),
  referenceAddressSince: carried(
    'date',
    [
      'inscription en adresse de référence depuis',
      'inschrijving op een referentieadres sinds',
      'Eintragung unter einer Referenzadresse seit',
      'registered at a reference address since',
    ],
    nr,
  ),
  temporaryAbsenceSince: carried(
    'date',
    ['absence temporaire depuis', 'tijdelijk afwezig sinds', 'zeitweilig abwesend seit', 'temporarily absent since'], // prettier-ignore
    nr,
  ),
  absentSince: carried(
    'date',
    [
      'absence (disparition) depuis',
      'afwezigheid (verdwijning) sinds',
      'Verschollenheit seit',
      'absence (disappearance) since',
    ],
    nr,
  ),
  registrationRegister: carried(
    'code',
    [
      'registre d’inscription',
      'register van inschrijving',
      'Register der Eintragung',
      'register of inscription',
    ],
    { ...nr, codelist: 'registration-registers' },
  ),
  createdOn: carried(
    'date',
    ['date de collecte', 'datum van inzameling', 'Datum der Erfassung', 'date of collection'],
    nr,
  ),
  updatedOn: carried(
    'date',
    [
      'date de la dernière mise à jour',
      'datum van de laatste bijwerking',
      'Datum der letzten Fortschreibung',
      'date of the last update',
    ],
    nr,
  ),
} as const satisfies Record<string, Field>

/** Blocks of the person; each with `ssin` is about another person, whom the caller must be allowed to know. */
export const carriedBlocks = {
  formerResidence: many(
    'person.formerResidence',
    {
      address: carried('address', [
        'ancienne adresse',
        'vorig adres',
        'frühere Adresse',
        'former address',
      ]),
      since: carried('date', since),
    },
    {},
  ),
  announcedAddress: one(
    'person.announcedAddress',
    {
      address: carried('address', [
        'adresse déclarée lors du changement d’adresse',
        'bij de adreswijziging aangegeven adres',
        'bei der Adressänderung angegebene Adresse',
        'address of a declared change of address',
      ]),
      since: carried('date', [
        'date de la déclaration',
        'datum van de aangifte',
        'Datum der Erklärung',
        'date of the declaration',
      ]),
    },
    {},
  ),
  temporaryAddress: one(
    'person.temporaryAddress',
    {
      address: carried('address', [
        'adresse temporaire déclarée',
        'aangegeven tijdelijk adres',
        'angegebene vorübergehende Adresse',
        'declared temporary address',
      ]),
      since: carried('date', since),
    },
    {},
  ),
  postalAddressAbroad: one(
    'person.postalAddressAbroad',
    {
      address: carried('address', [
        'adresse postale à l’étranger',
        'postadres in het buitenland',
        'Postanschrift im Ausland',
        'postal address abroad',
      ]),
      since: carried('date', since),
    },
    {},
  ),
  confidentialAddress: one(
    'person.confidentialAddress',
    {
      from: carried('date', [
        'adresse non communicable à partir du',
        'adres niet mee te delen vanaf',
        'Adresse nicht mitteilbar ab',
        'address not to be communicated from',
      ]),
      until: carried('date', [
        'adresse non communicable jusqu’au',
        'adres niet mee te delen tot en met',
        'Adresse nicht mitteilbar bis',
        'address not to be communicated until',
      ]),
    },
    {},
  ),
  formerName: many(
    'person.formerName',
    {
      names: carried('names', [
        'anciens nom et prénoms',
        'vroegere naam en voornamen',
        'frühere Namen und Vornamen',
        'former names',
      ]),
      since: carried('date', since),
      changeKind: carried(
        'code',
        [
          'nature du changement de nom',
          'aard van de naamswijziging',
          'Art der Namensänderung',
          'kind of the change of name',
        ],
        { codelist: 'information-types' },
      ),
    },
    {},
  ),
  pseudonym: many(
    'person.pseudonym',
    {
      names: carried('names', ['pseudonyme', 'pseudoniem', 'Pseudonym', 'pseudonym']),
      since: carried('date', since),
    },
    {},
  ),
  formerNationality: many(
    'person.formerNationality',
    {
      code: carried(
        'code',
        [
          'ancienne nationalité',
          'vroegere nationaliteit',
          'frühere Staatsangehörigkeit',
          'former nationality',
        ],
        { codelist: 'countries' },
      ),
      since: carried('date', since),
    },
    {},
  ),
  otherNationality: many(
    'person.otherNationality',
    {
      code: carried(
        'code',
        [
          'autre nationalité',
          'andere nationaliteit',
          'weitere Staatsangehörigkeit',
          'other nationality',
        ],
        { codelist: 'countries' },
      ),
      since: carried('date', since),
    },
    {},
  ),
  formerNumber: many(
    'person.formerNumber',
    {
      number: carried('identifier.ssin', [
        'ancien numéro d’identification',
        'vroeger identificatienummer',
        'frühere Erkennungsnummer',
        'former identification number',
      ]),
      sex: carried('code', [
        'sexe sous ce numéro',
        'geslacht onder dit nummer',
        'Geschlecht unter dieser Nummer',
        'sex under that number',
      ]),
      since: carried('date', [
        'date du remplacement',
        'datum van de vervanging',
        'Datum der Ersetzung',
        'date of the replacement',
      ]),
    },
    {},
  ),
  identityCard: many(
    'person.identityCard',
    {
      number: carried('identifier', [
        'numéro de la carte d’identité',
        'nummer van de identiteitskaart',
        'Nummer des Personalausweises',
        'number of the identity card',
      ]),
      issuedOn: carried('date', [
        'date de délivrance',
        'datum van afgifte',
        'Datum der Ausstellung',
        'date of issue',
      ]),
      expiresOn: carried('date', [
        'date d’expiration',
        'vervaldatum',
        'Ablaufdatum',
        'expiry date',
      ]),
      municipalityCode: carried(
        'code.nis',
        [
          'commune de délivrance',
          'gemeente van afgifte',
          'ausstellende Gemeinde',
          'municipality of issue',
        ],
        { codelist: 'nis-communes' },
      ),
    },
    {},
  ),
  socialSecurityCard: many(
    'person.socialSecurityCard',
    {
      number: carried('identifier', [
        'numéro de la carte SIS',
        'nummer van de SIS-kaart',
        'Nummer der SIS-Karte',
        'number of the social security card (SIS)',
      ]),
      issuedOn: carried('date', [
        'date de délivrance',
        'datum van afgifte',
        'Datum der Ausstellung',
        'date of issue',
      ]),
    },
    {},
  ),
  spouse: one(
    'person.spouse',
    relative(['du conjoint', 'van de echtgenoot', 'des Ehepartners', 'the spouse']),
    {},
  ),
  formerCivilStatus: many(
    'person.formerCivilStatus',
    {
      status: carried(
        'civilStatus',
        [
          'ancien état civil',
          'vroegere burgerlijke staat',
          'früherer Personenstand',
          'former civil status',
        ],
        { codelist: 'civil-states' },
      ),
    },
    {
      spouse: one(
        'person.formerSpouse',
        relative([
          'de l’ancien conjoint',
          'van de vroegere echtgenoot',
          'des früheren Ehepartners',
          'the former spouse',
        ]),
        {},
      ),
    },
  ),
  legalCohabitation: many(
    'person.legalCohabitation',
    {
      ...relative([
        'du cohabitant légal',
        'van de wettelijk samenwonende',
        'des gesetzlich Zusammenwohnenden',
        'the legal cohabitant',
      ]),
      registeredOn: carried('date', [
        'date de la déclaration de cohabitation légale',
        'datum van de verklaring van wettelijke samenwoning',
        'Datum der Erklärung über das gesetzliche Zusammenwohnen',
        'date of the declaration of legal cohabitation',
      ]),
      endedOn: carried('date', [
        'date de la cessation de la cohabitation légale',
        'datum van de beëindiging van de wettelijke samenwoning',
        'Datum der Beendigung des gesetzlichen Zusammenwohnens',
        'date of the end of legal cohabitation',
      ]),
      municipalityCode: carried(
        'code.nis',
        [
          'commune de la cohabitation légale',
          'gemeente van de wettelijke samenwoning',
          'Gemeinde des gesetzlichen Zusammenwohnens',
          'municipality of the legal cohabitation',
        ],
        { codelist: 'nis-communes' },
      ),
    },
    {},
  ),
  parent: many(
    'person.parent',
    {
      ...relative(['du parent', 'van de ouder', 'des Elternteils', 'the parent']),
      since: carried('date', [
        'date de la filiation ascendante',
        'datum van de afstamming in opgaande lijn',
        'Datum der Abstammung in aufsteigender Linie',
        'date of the ascending filiation',
      ]),
    },
    {},
  ),
  child: many(
    'person.child',
    {
      ...relative(['de l’enfant', 'van het kind', 'des Kindes', 'the child']),
      since: carried('date', [
        'date de la filiation descendante',
        'datum van de afstamming in neergaande lijn',
        'Datum der Abstammung in absteigender Linie',
        'date of the descending filiation',
      ]),
    },
    {},
  ),
  familyMember: many(
    'person.familyMember',
    {
      ...relative([
        'd’un membre du ménage',
        'van een gezinslid',
        'eines Haushaltsmitglieds',
        'a household member',
      ]),
      register: registerOf([['person.familyMember.ssin']]),
      position,
      since: carried('date', entry),
    },
    {},
  ),
  formerFamilyMember: many(
    'person.formerFamilyMember',
    {
      ...relative([
        'd’un ancien membre du ménage',
        'van een vroeger gezinslid',
        'eines früheren Haushaltsmitglieds',
        'a former household member',
      ]),
      ...placeInHousehold,
    },
    {},
  ),
  formerHousehold: many(
    'person.formerHousehold',
    {
      ...relative([
        'de la personne de référence d’un ancien ménage',
        'van de referentiepersoon van een vroeger gezin',
        'der Bezugsperson eines früheren Haushalts',
        'the reference person of a former household',
      ]),
      ...placeInHousehold,
    },
    {},
  ),
} as const satisfies Record<string, Block>
