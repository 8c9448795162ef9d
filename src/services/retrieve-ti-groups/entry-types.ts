import type { InformationType } from './definition.ts'
import { entryType } from './entry-type.ts'
import { paperTypes } from './paper-types.ts'

/** What the schema has in every type about what a register has doubts about. */
const verification = { DateEntered: 'enteredOn', DateValidated: 'validatedOn', Validation: 'status' } as const // prettier-ignore

const decisionOfConvenience = {
  elements: {
    Decision: 'decision',
    Place: 'municipalityCode',
    'Partner/NationalNumber': 'ssin',
    'Partner/Name': ['names', 'ssin', 'sex'],
    NotificationDate: 'notifiedOn',
  },
  needs: ['decision', 'municipalityCode', 'ssin', 'sex'],
} as const

/** Residence: where somebody is, was or means to be. */
const ofResidence: readonly InformationType[] = [
  entryType('residenceInquiry', {
    type: '003',
    place: 'AscertainedLegalMainAddresses/AscertainedLegalMainAddress',
    elements: { InvestigationResult: 'result' },
    needs: ['result'],
  }),
  entryType('intendedMove', {
    type: '005',
    place: 'AddressChangeIntention/Address',
    elements: { OriginPlace: 'origin', DestinationPlace: 'destination' },
    needs: [['origin', 'destination']],
    either: [['destination'], ['origin']],
  }),
  entryType('studyPresence', {
    type: '007',
    place: 'TemporaryStudyPresences/TemporaryStudyPresence',
    elements: { TypeOfStudent: 'kind', ExpiryDate: 'expiresOn' },
  }),
  entryType('sharedAccommodation', {
    type: '021',
    place: 'SharedHostings/SharedHosting',
    elements: { Role: 'role', NationalNumber: 'ssin', Name: 'names' },
    needs: ['role'],
    severalHold: true,
    since: 2,
  }),
  entryType('residenceAbroad', {
    type: '022',
    place: 'ResidenceAbroad/ResidenceAbroad',
    elements: {
      'Address/PosteDiplomatique': 'post',
      'Address/Territory': 'territory',
      'Address/Address!': 'addressAbroad',
    },
    needs: ['post', 'territory', 'addressAbroad'],
  }),
  entryType('legalDomicile', {
    type: '027',
    place: 'LegalResidences/LegalResidence',
    elements: { Graphic: 'text' },
    needs: ['text'],
  }),
  entryType('provisionalRegistration', {
    type: '028',
    place: 'TemporaryRegistrations/TemporaryRegistration',
    elements: { LegalFact: 'reason', Graphic: 'text', ExpiryDate: 'expiresOn' },
    needs: ['reason'],
  }),
  entryType('chosenDomicile', {
    type: '212',
    place: 'ChoosenResidences/ChoosenResidence',
    elements: { Residence: 'organisation', Graphic: 'text' },
    needs: [['organisation', 'text']],
    either: [['organisation'], ['text']],
  }),
  entryType('declaredAddress', {
    type: '214',
    place: 'StatedAddresses/StatedAddress',
    elements: { Organization: 'organisation', Address: 'address' },
    needs: ['organisation', 'address'],
  }),
]

/** Who somebody is, and what a register has doubts about. */
const ofIdentity: readonly InformationType[] = [
  entryType('countryOfOrigin', {
    type: '006',
    place: 'CountriesOfOrigin/CountryOfOrigin',
    elements: { Country: 'countryCode', Graphic: 'text' },
    needs: ['countryCode'],
  }),
  entryType('nobilityTitle', {
    type: '012',
    place: 'NobilityTitles/NobilityTitle',
    elements: { NobilityTitle: 'kind' },
    needs: ['kind'],
  }),
  entryType('sexToVerify', {
    type: '040',
    place: 'GendersToVerify/GenderToVerify',
    elements: { ...verification, 'Gender/Code': 'sex' },
    needs: ['status', 'sex'],
  }),
  entryType('nameToVerify', {
    type: '041',
    place: 'NamesToVerify/NameToVerify',
    elements: { ...verification, Graphic: 'text' },
    needs: ['status', 'text'],
  }),
  entryType('addressToVerify', {
    type: '042',
    place: 'AddressesToVerify/AddressToVerify',
    elements: { ...verification, Place: 'municipalityCode', Address: 'address' },
    needs: ['status', 'municipalityCode', 'address'],
  }),
  entryType('nationalityToVerify', {
    type: '043',
    place: 'NationalitiesToVerify/NationalityToVerify',
    elements: { ...verification, Nationality: 'countryCode' },
    needs: ['status', 'countryCode'],
  }),
  entryType('birthPlaceToVerify', {
    type: '044',
    place: 'BirthPlacesToVerify/BirthPlaceToVerify',
    elements: { ...verification, Place: 'municipalityCode', Graphic: 'text' },
    needs: ['status', 'municipalityCode', 'text'],
  }),
  entryType('civilStatusToVerify', {
    type: '045',
    place: 'CivilStatesToVerify/CivilStateToVerify',
    elements: { ...verification, CivilState: 'civilStatusCode' },
    needs: ['status', 'civilStatusCode'],
  }),
  entryType('deathToVerify', {
    type: '046',
    place: 'DeceasesToVerify/DeceaseToVerify',
    elements: verification,
    needs: ['status'],
  }),
  entryType('pseudoNationalNumber', {
    type: '208',
    place: 'PseudoNationalNumbers/PseudoNationalNumber',
    elements: { PseudoNationalNumber: 'number' },
    needs: ['number'],
  }),
  entryType('identityDocument', {
    type: '211',
    place: 'DocumentTypes/DocumentType',
    elements: { TypeOfDocument: 'kind' },
    needs: ['kind'],
  }),
  entryType('alias', {
    type: '213',
    place: 'Aliases/Alias',
    elements: {
      Type: 'reference',
      BirthDate: 'birthDate',
      Nationality: 'countryCode',
      Name: 'names',
      BirthPlace: 'birthPlace',
    },
    severalHold: true,
  }),
]

/** Family, and who acts for somebody. */
const ofFamily: readonly InformationType[] = [
  entryType('protectedStatus', {
    type: '111',
    place: 'ParentalAuthorities/ParentalAuthority',
    elements: { Situation: 'kind', Justification: 'reason', Graphic: 'text' },
    needs: ['kind', 'reason'],
  }),
  entryType('representative', {
    type: '113',
    place: 'Guardians/Guardian',
    elements: {
      Status: 'status',
      Justification: 'reason',
      NationalNumber: 'ssin',
      Graphic2: 'text',
    },
    needs: ['status'],
    severalHold: true,
  }),
  entryType('partnerBirthPlace', {
    type: '121',
    place: 'PartnerBirthPlaces/PartnerBirthPlace',
    elements: { Place: 'municipalityCode', Country: 'countryCode', Graphic: 'text' },
    either: [['municipalityCode'], ['countryCode']],
  }),
  entryType('marriageContract', {
    type: '122',
    place: 'MarriageContracts/MarriageContract',
    elements: { TypeOfContract: 'kind', Place: 'municipalityCode', Graphic: 'text' },
  }),
  entryType('marriageOfConvenience', {
    type: '124',
    place: 'ConvenienceMarriages/ConvenienceMarriage',
    ...decisionOfConvenience,
  }),
  entryType('cohabitationOfConvenience', {
    type: '125',
    place: 'ConvenienceLegalCohabitations/ConvenienceLegalCohabitation',
    ...decisionOfConvenience,
  }),
]

/** Elections, service and titles. */
const ofCitizens: readonly InformationType[] = [
  entryType('election', {
    type: '130',
    place: 'Elections/Election',
    elements: {
      'ElectoralFunction/Situation': 'role',
      'ElectoralFunction/Category': ['category', 'role'],
      'ElectoralFunction/Place': ['municipalityCode', 'role'],
      'Voter/Situation': 'status',
      'Voter/ExpiryDate': 'expiresOn',
      'Voter/Graphic': 'text',
    },
    either: [
      ['role', 'category', 'municipalityCode'],
      ['status', 'expiresOn', 'text'],
    ],
  }),
  entryType('europeanVoter', {
    type: '131',
    place: 'EECVoters/EECVoter',
    elements: {
      Category: 'category',
      Place: 'municipalityCode',
      Country: 'countryCode',
      Graphic: 'text',
    },
  }),
  entryType('voterAbroad', {
    type: '132',
    place: 'BelgianVotersAbroad/BelgianVoterAbroad',
    elements: {
      TypeOfVoting: 'kind',
      Place: 'municipalityCode',
      Criteria: 'criterion',
      'Post/DiplomaticPost': ['post', 'territory'],
      'Post/Territory': ['territory', 'post'],
      ValidityDate: 'expiresOn',
    },
  }),
  entryType('militaryService', {
    type: '160',
    place: 'MilitaryServices/MilitaryService',
    elements: { Situation: 'status', Place: 'municipalityCode', 'Class/Year': 'year' },
  }),
  entryType('warTitle', {
    type: '190',
    place: 'AcknowledgedWarTitles/AcknowledgedWarTitle',
    elements: { WarTitle: 'kind', Graphic1: 'text', Graphic2: 'moreText' },
    severalHold: true,
  }),
]

/** The wait register of asylum seekers. */
const ofWaitRegister: readonly InformationType[] = [
  entryType('immigrationNumber', {
    type: '200',
    place: 'PublicSecurityNumbers/PublicSecurityNumber',
    elements: { PublicSecurityNumber: 'number' },
    needs: ['number'],
  }),
  entryType('waitRegisterKind', {
    type: '205',
    place: 'RefugeeTypes/RefugeeType',
    elements: { '': 'kind' },
    needs: ['kind'],
  }),
  entryType('asylumSituation', {
    type: '206',
    place: 'StatusOfRefugee/StatusOfRefugee',
    elements: {
      Protection: 'protection',
      'Protection/Term': ['term', 'protection'],
      TerritoryLeft: 'departure',
      AdviceFromCGVS: 'advice',
      Decision: 'decision',
      'Decision/Reference': 'reference',
      ApplicationFiled: 'application',
      'ApplicationFiled/Place': 'municipalityCode',
      'AppealLodged/Reference': 'appeal',
    },
    needs: [
      ['application', 'municipalityCode', 'decision', 'reference', 'protection', 'advice', 'departure', 'appeal'], // prettier-ignore
    ],
    either: [
      ['protection', 'term'],
      ['departure'],
      ['advice'],
      ['decision', 'reference'],
      ['application', 'municipalityCode'],
      ['appeal'],
    ],
  }),
  entryType('supportCentre', {
    type: '207',
    place: 'OrganizationsInCharge/OrganizationInCharge',
    elements: { 'SocialWelfare/Place': 'municipalityCode', RefugeeCentre: 'centre' },
    needs: [['municipalityCode', 'centre']],
    either: [['municipalityCode'], ['centre']],
  }),
]

/** What a municipality notes. */
const ofMunicipality: readonly InformationType[] = [
  entryType('specialInformation', {
    type: '202',
    place: 'SpecialInfos/SpecialInfo',
    elements: { Graphic1: 'text', Graphic2: 'moreText' },
    severalHold: true,
  }),
  entryType('localRegister', {
    type: '240',
    place: 'LocalRegisters/LocalRegister',
    elements: { NumberRegister: 'number', NumberFolio: 'folio' },
  }),
  entryType('municipalInformation', {
    type: '246',
    place: 'ManagersInfo/ManagerInfo',
    elements: {
      Graphic1: 'text',
      Graphic2: 'moreText',
      'Contacts/EmailAddress': 'email',
      'Contacts/MobileNumber': 'mobile',
      'Contacts/PhoneNumber': 'phone',
    },
    severalHold: true,
  }),
  entryType('contactData', {
    type: '247',
    place: 'ContactsData/ContactData',
    elements: {
      Graphic1: 'text',
      Graphic2: 'moreText',
      'Contacts/EmailAddress': 'email',
      'Contacts/MobileNumber': 'mobile',
      'Contacts/PhoneNumber': 'phone',
      'Contacts/FaxNumber': 'fax',
    },
    since: 2,
  }),
]

/** Types whose groups have no form of their own: an entry of the file each, with its date. */
export const entryTypes: readonly InformationType[] = [
  ...ofResidence,
  ...ofIdentity,
  ...ofFamily,
  ...ofCitizens,
  ...paperTypes,
  ...ofWaitRegister,
  ...ofMunicipality,
]
