import { field, many, one, type CompositeType, type Field, type SimpleType } from './field.ts'

/**
 * Entries of the file of a person that the information types of RetrieveTIGroups carry and no paragraph names: 14/057 never grants
 * them. Each has its date and what it says; a file holds none, one or several of a kind, the newest first. Fields have one meaning
 * in all of them, so that an entry is a line here.
 */

/** One text in French, Dutch, German and English. */
type Words = `${string} | ${string} | ${string} | ${string}`

/** Codes of the National Register are public for few fields: the others have values of our own in this list (docs/divergences.md). */
const ownCodes = 'information-types'

/** What a field holds, and the code list of a code. */
function held<T extends SimpleType | CompositeType>(type: T, words: Words, codelist?: string) {
  return { type, words, ...(codelist !== undefined && { codelist }) }
}

const fields = {
  since: held('date', 'date | datum | Datum | date'),
  expiresOn: held('date', 'échéance | vervaldatum | Ablaufdatum | expiry date'),
  enteredOn: held('date', 'date d’introduction | datum van invoer | Datum der Eingabe | date of entry'), // prettier-ignore
  validatedOn: held('date', 'date de validation | datum van validatie | Datum der Bestätigung | date of validation'), // prettier-ignore
  notifiedOn: held('date', 'date de notification | datum van kennisgeving | Datum der Mitteilung | date of notification'), // prettier-ignore
  forfeitedOn: held('date', 'date de déchéance | datum van vervallenverklaring | Datum des Entzugs | date of forfeiture'), // prettier-ignore
  producedOn: held('date', 'date de production | datum van aanmaak | Datum der Herstellung | date of production'), // prettier-ignore
  birthDate: held('incompleteDate', 'date de naissance | geboortedatum | Geburtsdatum | date of birth'), // prettier-ignore
  kind: held('code', 'nature | aard | Art | kind', ownCodes),
  status: held('code', 'statut | status | Status | status', ownCodes),
  reason: held('code', 'motif | reden | Grund | reason', ownCodes),
  category: held('code', 'catégorie | categorie | Kategorie | category', ownCodes),
  role: held('code', 'fonction | functie | Funktion | function', ownCodes),
  criterion: held('code', 'critère | criterium | Kriterium | criterion', ownCodes),
  gearBox: held('code', 'boîte de vitesses | versnellingsbak | Getriebe | gear box', ownCodes),
  post: held('code', 'poste diplomatique | diplomatieke post | diplomatische Vertretung | diplomatic post', ownCodes), // prettier-ignore
  territory: held('code', 'territoire | grondgebied | Gebiet | territory', ownCodes),
  organisation: held('code', 'organisme | organisatie | Einrichtung | organisation', ownCodes),
  centre: held('code', 'centre d’accueil | opvangcentrum | Aufnahmezentrum | reception centre', ownCodes), // prettier-ignore
  application: held('code', 'demande | aanvraag | Antrag | application', ownCodes),
  decision: held('code', 'décision | beslissing | Entscheidung | decision', ownCodes),
  protection: held('code', 'protection | bescherming | Schutz | protection', ownCodes),
  advice: held('code', 'avis | advies | Gutachten | advice', ownCodes),
  departure: held('code', 'départ du territoire | vertrek van het grondgebied | Ausreise | departure from the territory', ownCodes), // prettier-ignore
  result: held('code', 'résultat | resultaat | Ergebnis | result', 'residence-inquiry-results'),
  civilStatusCode: held('code', 'état civil | burgerlijke staat | Personenstand | civil status', 'civil-states'), // prettier-ignore
  countryCode: held('code', 'pays | land | Land | country', 'countries'),
  municipalityCode: held('code.nis', 'commune | gemeente | Gemeinde | municipality', 'nis-communes'), // prettier-ignore
  origin: held('code.nis', 'commune d’origine | gemeente van herkomst | Herkunftsgemeinde | municipality of origin', 'nis-communes'), // prettier-ignore
  destination: held('code.nis', 'commune de destination | gemeente van bestemming | Zielgemeinde | municipality of destination', 'nis-communes'), // prettier-ignore
  address: held('address', 'adresse | adres | Adresse | address'),
  addressAbroad: held('address', 'adresse à l’étranger | adres in het buitenland | Anschrift im Ausland | address abroad'), // prettier-ignore
  number: held('identifier', 'numéro | nummer | Nummer | number'),
  serialNumber: held('identifier', 'numéro de série | serienummer | Seriennummer | serial number'),
  firstNumber: held('identifier', 'premier numéro | eerste nummer | erste Nummer | first number'),
  secondNumber: held('identifier', 'second numéro | tweede nummer | zweite Nummer | second number'), // prettier-ignore
  folio: held('text', 'folio | folio | Folio | folio'),
  reference: held('text', 'référence | referentie | Aktenzeichen | reference'),
  appeal: held('text', 'référence du recours | referentie van het beroep | Aktenzeichen des Einspruchs | reference of the appeal'), // prettier-ignore
  term: held('text', 'délai | termijn | Frist | term'),
  year: held('text', 'année | jaar | Jahr | year'),
  birthPlace: held('text', 'lieu de naissance | geboorteplaats | Geburtsort | place of birth'),
  text: held('text', 'texte | tekst | Text | text'),
  moreText: held('text', 'suite du texte | vervolg van de tekst | Fortsetzung des Textes | text continued'), // prettier-ignore
  email: held('email', 'adresse électronique | e-mailadres | E-Mail-Adresse | e-mail address'),
  mobile: held('text', 'téléphone mobile | mobiele telefoon | Mobiltelefon | mobile telephone'),
  phone: held('text', 'téléphone | telefoon | Telefon | telephone'),
  fax: held('text', 'télécopie | fax | Fax | fax'),
  names: held('names', 'nom et prénoms | naam en voornamen | Name und Vornamen | names'),
  // of another person, whom the caller must be allowed to know
  ssin: held('identifier.ssin', 'numéro de l’autre personne | nummer van de andere persoon | Nummer der anderen Person | number of the other person'), // prettier-ignore
  sex: held('code', 'sexe | geslacht | Geschlecht | sex'),
} as const

type FieldName = keyof typeof fields

/** What the entry is, and its fields beside the date. */
type Entry = readonly [words: Words, ...names: readonly FieldName[]]

const kinds = {
  residenceInquiry: ['détermination de la résidence principale | bepaling van de hoofdverblijfplaats | Bestimmung des Hauptwohnorts | determination of the main residence', 'result'], // prettier-ignore
  intendedMove: ['intention de changer d’adresse | voornemen van adreswijziging | beabsichtigter Adresswechsel | intention to change address', 'origin', 'destination'], // prettier-ignore
  countryOfOrigin: ['pays d’origine | land van herkomst | Herkunftsland | country of origin', 'countryCode', 'text'], // prettier-ignore
  studyPresence: ['présence temporaire pour études | tijdelijke aanwezigheid voor studies | zeitweiliger Aufenthalt für ein Studium | temporary presence for studies', 'kind', 'expiresOn'], // prettier-ignore
  rightOfReturn: ['droit de retour | recht op terugkeer | Rückkehrrecht | right of return', 'expiresOn'], // prettier-ignore
  nobilityTitle: ['titre de noblesse | adellijke titel | Adelstitel | title of nobility', 'kind'],
  sharedAccommodation: ['hébergement partagé | gedeelde huisvesting | geteilte Unterbringung | shared accommodation', 'role', 'ssin', 'names', 'sex', 'birthDate'], // prettier-ignore
  residenceAbroad: ['résidence à l’étranger | verblijfplaats in het buitenland | Wohnort im Ausland | residence abroad', 'post', 'territory', 'addressAbroad'], // prettier-ignore
  legalDomicile: ['domicile légal | wettelijke woonplaats | gesetzlicher Wohnsitz | legal domicile', 'text'], // prettier-ignore
  provisionalRegistration: ['inscription provisoire | voorlopige inschrijving | vorläufige Eintragung | provisional registration', 'reason', 'text', 'expiresOn'], // prettier-ignore
  sexToVerify: ['sexe à vérifier | te verifiëren geslacht | zu prüfendes Geschlecht | sex to verify', 'enteredOn', 'validatedOn', 'status', 'sex'], // prettier-ignore
  nameToVerify: ['nom à vérifier | te verifiëren naam | zu prüfender Name | name to verify', 'enteredOn', 'validatedOn', 'status', 'text'], // prettier-ignore
  addressToVerify: ['adresse à vérifier | te verifiëren adres | zu prüfende Adresse | address to verify', 'enteredOn', 'validatedOn', 'status', 'municipalityCode', 'address'], // prettier-ignore
  nationalityToVerify: ['nationalité à vérifier | te verifiëren nationaliteit | zu prüfende Staatsangehörigkeit | nationality to verify', 'enteredOn', 'validatedOn', 'status', 'countryCode'], // prettier-ignore
  birthPlaceToVerify: ['lieu de naissance à vérifier | te verifiëren geboorteplaats | zu prüfender Geburtsort | place of birth to verify', 'enteredOn', 'validatedOn', 'status', 'municipalityCode', 'text'], // prettier-ignore
  civilStatusToVerify: ['état civil à vérifier | te verifiëren burgerlijke staat | zu prüfender Personenstand | civil status to verify', 'enteredOn', 'validatedOn', 'status', 'civilStatusCode'], // prettier-ignore
  deathToVerify: ['décès à vérifier | te verifiëren overlijden | zu prüfender Sterbefall | death to verify', 'enteredOn', 'validatedOn', 'status'], // prettier-ignore
  pensionCertificate: ['certificat de pension | pensioenbewijs | Pensionsbescheinigung | pension certificate', 'category', 'number'], // prettier-ignore
  specialPensionCertificate: ['certificat de pension spéciale | bewijs van bijzonder pensioen | Bescheinigung einer besonderen Pension | special pension certificate', 'serialNumber', 'number'], // prettier-ignore
  protectedStatus: ['statut de la personne représentée ou assistée | statuut van de vertegenwoordigde of bijgestane persoon | Stellung der vertretenen oder unterstützten Person | status of a represented or assisted person', 'kind', 'reason', 'text'], // prettier-ignore
  representative: ['personne qui représente ou assiste | persoon die vertegenwoordigt of bijstaat | vertretende oder unterstützende Person | person who represents or assists', 'status', 'reason', 'ssin', 'sex', 'birthDate', 'text'], // prettier-ignore
  partnerBirthPlace: ['lieu de naissance du partenaire | geboorteplaats van de partner | Geburtsort des Partners | place of birth of the partner', 'ssin', 'municipalityCode', 'countryCode', 'text'], // prettier-ignore
  marriageContract: ['contrat de mariage ou patrimonial | huwelijks- of vermogenscontract | Ehe- oder Vermögensvertrag | marriage or property contract', 'kind', 'municipalityCode', 'text'], // prettier-ignore
  marriageOfConvenience: ['mariage de complaisance | schijnhuwelijk | Scheinehe | marriage of convenience', 'decision', 'municipalityCode', 'ssin', 'sex', 'birthDate', 'names', 'notifiedOn'], // prettier-ignore
  cohabitationOfConvenience: ['cohabitation légale de complaisance | schijn-wettelijke samenwoning | gesetzliches Scheinzusammenwohnen | legal cohabitation of convenience', 'decision', 'municipalityCode', 'ssin', 'sex', 'birthDate', 'names', 'notifiedOn'], // prettier-ignore
  election: ['élections | verkiezingen | Wahlen | elections', 'role', 'category', 'municipalityCode', 'status', 'expiresOn', 'text'], // prettier-ignore
  europeanVoter: ['électeur de l’Union européenne | kiezer van de Europese Unie | Wähler der Europäischen Union | voter of the European Union', 'category', 'municipalityCode', 'countryCode', 'text'], // prettier-ignore
  voterAbroad: ['électeur belge à l’étranger | Belgische kiezer in het buitenland | belgischer Wähler im Ausland | Belgian voter abroad', 'kind', 'municipalityCode', 'criterion', 'post', 'territory', 'expiresOn'], // prettier-ignore
  militaryService: ['service militaire | militaire dienst | Militärdienst | military service', 'status', 'municipalityCode', 'year'], // prettier-ignore
  cardCertificates: ['certificats de la carte d’identité | certificaten van de identiteitskaart | Zertifikate des Personalausweises | certificates of the identity card', 'number', 'firstNumber', 'secondNumber'], // prettier-ignore
  warTitle: ['titre de reconnaissance nationale | titel van nationale erkentelijkheid | Titel nationaler Anerkennung | recognised title', 'kind', 'text', 'moreText'], // prettier-ignore
  drivingLicence: ['permis de conduire | rijbewijs | Führerschein | driving licence', 'kind', 'number', 'municipalityCode', 'countryCode', 'reason', 'forfeitedOn'], // prettier-ignore
  traderCard: ['carte de commerçant ambulant | leurkaart | Karte für das Wandergewerbe | card of an itinerant trader', 'number', 'serialNumber', 'municipalityCode', 'expiresOn'], // prettier-ignore
  oldDrivingLicence: ['ancien permis de conduire | oud rijbewijs | alter Führerschein | old driving licence', 'kind', 'category', 'number', 'municipalityCode', 'gearBox', 'expiresOn'], // prettier-ignore
  professionalCard: ['carte professionnelle | beroepskaart | Berufskarte | professional card', 'number', 'expiresOn'], // prettier-ignore
  workPermit: ['permis de travail | arbeidskaart | Arbeitserlaubnis | work permit', 'number', 'expiresOn'], // prettier-ignore
  passport: ['passeport | paspoort | Reisepass | passport', 'status', 'kind', 'number', 'municipalityCode', 'serialNumber', 'producedOn', 'expiresOn'], // prettier-ignore
  immigrationNumber: ['numéro de l’Office des étrangers | nummer van de Dienst Vreemdelingenzaken | Nummer des Ausländeramtes | number of the Immigration Office', 'number'], // prettier-ignore
  specialInformation: ['information spéciale | bijzondere informatie | besondere Information | special information', 'text', 'moreText'], // prettier-ignore
  waitRegisterKind: ['type de personne dans le registre d’attente | type persoon in het wachtregister | Art der Person im Warteregister | kind of person in the wait register', 'kind'], // prettier-ignore
  asylumSituation: ['situation administrative | administratieve toestand | Verwaltungslage | administrative situation', 'application', 'municipalityCode', 'decision', 'reference', 'protection', 'term', 'advice', 'departure', 'appeal'], // prettier-ignore
  supportCentre: ['centre public d’action sociale responsable | verantwoordelijk openbaar centrum voor maatschappelijk welzijn | zuständiges öffentliches Sozialhilfezentrum | responsible centre for social welfare', 'municipalityCode', 'centre'], // prettier-ignore
  pseudoNationalNumber: ['pseudo-numéro national | pseudonationaal nummer | Pseudo-Nationalnummer | pseudo national number', 'number'], // prettier-ignore
  identityDocument: ['document établissant l’identité | document dat de identiteit vaststelt | Dokument zur Feststellung der Identität | document that established the identity', 'kind'], // prettier-ignore
  chosenDomicile: ['domicile élu | gekozen woonplaats | gewählter Wohnsitz | chosen domicile', 'organisation', 'text'], // prettier-ignore
  alias: ['alias | alias | Alias | alias', 'reference', 'birthDate', 'countryCode', 'names', 'birthPlace'], // prettier-ignore
  declaredAddress: ['adresse déclarée | aangegeven adres | angegebene Adresse | declared address', 'organisation', 'address'], // prettier-ignore
  localRegister: ['registres locaux | lokale registers | örtliche Register | local registers', 'number', 'folio'], // prettier-ignore
  municipalInformation: ['information communale | gemeentelijke informatie | Information der Gemeinde | municipal information', 'text', 'moreText', 'email', 'mobile', 'phone'], // prettier-ignore
  contactData: ['données de contact | contactgegevens | Kontaktdaten | contact data', 'text', 'moreText', 'email', 'mobile', 'phone', 'fax'], // prettier-ignore
} as const satisfies Record<string, Entry>

export type EntryName = keyof typeof kinds

/** Fields of an entry, its date among them. */
export type EntryField<N extends EntryName> =
  'since' | Extract<(typeof kinds)[N][number], FieldName>

/** The field of an entry, called by the entry and by what it holds of it. */
function entryField(entry: Words, name: FieldName): Field {
  const { type, words, ...list } = fields[name]
  const [ofEntry, ofField] = [entry.split(' | '), words.split(' | ')]
  const label = (language: number, colon: string) =>
    `${ofEntry[language] ?? ''}${colon}${ofField[language] ?? ''}`
  return field<SimpleType | CompositeType>(type, {
    paragraph: 9,
    item: '',
    kind: 'contract',
    labels: { fr: label(0, ' : '), nl: label(1, ': '), de: label(2, ': '), en: label(3, ': ') },
    personal: 'person',
    identifying: true,
    sources: ['nationalRegister'],
    ...list,
  })
}

/** The block of a kind of entry: its date, and what it says. */
function entryBlock<N extends EntryName>(name: N) {
  const [words, ...names]: Entry = kinds[name]
  const own = (['since', ...names] as const).map((of) => [of, entryField(words, of)] as const)
  type Fields = { [F in EntryField<N>]: Field<(typeof fields)[F]['type']> }
  return many(`person.${name}`, Object.fromEntries(own) as Fields, {})
}

/** A block for each kind of entry. */
export const entryBlocks = Object.fromEntries(
  (Object.keys(kinds) as EntryName[]).map((name) => [name, entryBlock(name)]),
) as unknown as { readonly [N in EntryName]: ReturnType<typeof entryBlock<N>> }

/** The entries of a person's file; what grants nothing of them withholds them as one. */
export const entries = one('person.entries', {}, entryBlocks)
