import type { EnterpriseNumber, NssoNumber } from '../../base/enterprise.ts'
import { GatewayError } from '../../base/errors.ts'
import { searchWords } from '../../base/search-words.ts'
import type { Path } from '../../registers/catalogue.ts'
import type { Ssin } from '../../base/ssin.ts'
import { childOf, textOf, type XmlElement } from '../../xml/element.ts'
import { invalid, ssinOf } from '../criteria.ts'
import { at } from '../element-rows.ts'
import { firstOf, keyed, nested, tree, type Child } from '../element-tree.ts'
import { readEnterprise, readRegistration } from './criteria.ts'
import {
  additionalData,
  directoryEmployer,
  foundEmployer,
  representative,
  socialSecretariat,
} from './employer-rows.ts'
import { dolsisConsultation, type Found } from './operation.ts'

const searchedBy = {
  registration: [at('employerDirectory.search.registrationNumber')],
  enterprise: [at('employerDirectory.search.enterpriseNumber')],
  // § 40 names it not
  person: [at('employerDirectory.search.ssin')],
  name: [at('employerDirectory.search.name')],
  address: [at('employerDirectory.search.address')],
}

interface Numbers {
  readonly nssoNumber: NssoNumber | undefined
  readonly enterpriseNumber: EnterpriseNumber | undefined
  readonly person?: Ssin
}

/** By the number of the NSSO, of the enterprise, for the VAT, which is that of the enterprise, or of the natural person. */
function readNumbers(criteria: XmlElement): Numbers | GatewayError {
  if (childOf(criteria, 'ssin')) {
    const person = ssinOf(textOf(criteria, 'ssin'))
    if (person instanceof GatewayError) return person
    return { nssoNumber: undefined, enterpriseNumber: undefined, person }
  }
  if (childOf(criteria, 'nossRegistrationNbr')) {
    const nssoNumber = readRegistration(criteria, 'nossRegistrationNbr')
    return nssoNumber instanceof GatewayError
      ? nssoNumber
      : { nssoNumber, enterpriseNumber: undefined }
  }
  const vat = textOf(criteria, 'vatNumber')?.trim()
  const enterpriseNumber =
    vat === undefined
      ? readEnterprise(textOf(criteria, 'cbeNumber') ?? '', 'cbeNumber')
      : readEnterprise(vat.replace(/^BE/, ''), 'vatNumber')
  return enterpriseNumber instanceof GatewayError
    ? enterpriseNumber
    : { nssoNumber: undefined, enterpriseNumber }
}

const employerOfDetail: Child<Found<Numbers>> = nested(
  'employer',
  directoryEmployer,
  ({ record }: Found<Numbers>) => firstOf(record.employer),
  { required: true },
)

/** An employer as the directory knows it; of an enterprise or a person with several, the first. */
export const getEmployerDetail = dolsisConsultation<Numbers>({
  name: 'getEmployerDetail',
  read: readNumbers,
  subject: ({ nssoNumber, enterpriseNumber, person }) => {
    if (person !== undefined) return { kind: 'employerPerson', ssin: person }
    if (nssoNumber !== undefined) return { kind: 'employer', employer: nssoNumber }
    if (enterpriseNumber !== undefined) return { kind: 'enterprise', enterprise: enterpriseNumber }
    return { kind: 'none' }
  },
  keys: ({ nssoNumber, person }) => {
    if (person !== undefined) return searchedBy.person
    return nssoNumber === undefined ? searchedBy.enterprise : searchedBy.registration
  },
  parts: (numbers) => ({
    employer: { keys: [], questions: [{ kind: 'employer', ...numbers, within: [] }] },
  }),
  result: tree([
    employerOfDetail,
    nested('additionalData', additionalData, ({ record }) => firstOf(record.employer), {
      required: true,
    }),
    nested('socialSecretariat', socialSecretariat, ({ record }) => firstOf(record.employer)),
    nested('representative', representative, ({ record }) =>
      firstOf(record.employer).flatMap((one) => one.identification?.curatorship ?? []),
    ),
  ]),
  finds: [employerOfDetail],
})

/** Most words of a name or of an address, most employers of an answer. */
const wordsMax = 16
const employersMax = 100

interface Words {
  readonly name: readonly string[]
  readonly address: readonly string[]
  /** the part of the directory that is asked about is one that it holds */
  readonly isHere: boolean
}

function readWords(criteria: XmlElement): Words | GatewayError {
  const of = (name: string) => searchWords(textOf(criteria, name) ?? '')
  const [name, street, zipCode] = [of('name'), of('address'), of('zipCode')]
  const region = textOf(criteria, 'regionScope')?.trim()
  if (region === 'BelgianZipCode' && zipCode.length === 0) return invalid('zipCode')
  const address = [...street, ...zipCode]
  if (name.length + street.length === 0) return invalid('name', 'address')
  if (name.length > wordsMax) return invalid('name')
  if (address.length > wordsMax) return invalid('address')
  const isRegistered = ['noss', 'noss-active'].includes(textOf(criteria, 'scope')?.trim() ?? '')
  return { name, address, isHere: isRegistered && region !== 'Foreign' }
}

function keysOfWords({ name, address }: Words): readonly Path[] {
  return [
    ...(name.length > 0 ? searchedBy.name : []),
    ...(address.length > 0 ? searchedBy.address : []),
  ]
}

const employers: Child<Found<Words>> = keyed(
  searchedBy.registration,
  nested('employer', foundEmployer, ({ record }: Found<Words>) => record.employerNumbers ?? [], {
    required: true,
  }),
)

/** Employers by name or address: their numbers (§ 40). */
export const findEmployers = dolsisConsultation<Words>({
  name: 'findEmployers',
  read: readWords,
  subject: ({ name, address }) => ({
    kind: 'search',
    words: `${name.join(' ')} | ${address.join(' ')}`,
  }),
  keys: keysOfWords,
  parts: ({ name, address, isHere }) => ({
    employerNumbers: {
      keys: [],
      questions: isHere
        ? [{ kind: 'employersByWords', name, address, limit: employersMax, within: [] }]
        : [],
    },
  }),
  result: tree([employers]),
  finds: [employers],
})
