import type { InformationType } from './definition.ts'
import { entryType } from './entry-type.ts'

/** Cards, certificates and licences. */
export const paperTypes: readonly InformationType[] = [
  entryType('rightOfReturn', {
    type: '008',
    place: 'ReturnPermissions/ReturnPermission',
    elements: { ExpiryDate: 'expiresOn' },
  }),
  entryType('pensionCertificate', {
    type: '073',
    place: 'RetirementCertificates/RetirementCertificate',
    elements: { Category: 'category', CertificateNumber: 'number' },
  }),
  entryType('specialPensionCertificate', {
    type: '074',
    place: 'SpecialRetirementCertificates/SpecialRetirementCertificate',
    elements: { SerialNumber: 'serialNumber', IdentificationNumber: 'number' },
  }),
  entryType('cardCertificates', {
    type: '180',
    place: 'EIDCertificates/EIDCertificate',
    elements: {
      IdentityCard: 'number',
      'Certificate1/Number': 'firstNumber',
      'Certificate2/Number': 'secondNumber',
    },
    needs: ['number', 'firstNumber', 'secondNumber'],
  }),
  entryType('drivingLicence', {
    type: '191',
    place: 'DrivingLicenses/DrivingLicense',
    elements: {
      TypeOfLicense: 'kind',
      LicenseNumber: 'number',
      Place: 'municipalityCode',
      DeliveryCountry: 'countryCode',
      ForfeitureReason: 'reason',
      ForfeitureDate: 'forfeitedOn',
    },
    needs: ['kind'],
  }),
  entryType('traderCard', {
    type: '193',
    place: 'HawkersCards/HawkersCard',
    elements: {
      'Card/CardNumber': 'number',
      'Card/SerialNumber': 'serialNumber',
      Place: 'municipalityCode',
      ExpiryDate: 'expiresOn',
    },
  }),
  entryType('oldDrivingLicence', {
    type: '194',
    place: 'DrivingLicensesOldModel/DrivingLicense',
    elements: {
      TypeOfLicense: 'kind',
      'Categories/Category': 'category',
      LicenseNumber: 'number',
      'Delivery/Place': 'municipalityCode',
      GearBox: 'gearBox',
      ExpiryDate: 'expiresOn',
    },
  }),
  entryType('professionalCard', {
    type: '197',
    place: 'EmploymentCards/EmploymentCard',
    elements: { CardNumber: 'number', 'ExpiryDate!': 'expiresOn' },
    needs: ['number'],
  }),
  entryType('workPermit', {
    type: '198',
    place: 'WorkPermits/WorkPermit',
    elements: { PermitNumber: 'number', 'ExpiryDate!': 'expiresOn' },
    needs: ['number'],
  }),
  entryType('passport', {
    type: '199',
    place: 'Passports/Passport',
    elements: {
      Status: 'status',
      'PassportIdent/PassportType': 'kind',
      'PassportIdent/PassportNumber': 'number',
      'Issuer!/Place': 'municipalityCode',
      SerialNumber: 'serialNumber',
      ProductionDate: 'producedOn',
      ExpiryDate: 'expiresOn',
    },
    needs: ['status', 'kind'],
  }),
]
