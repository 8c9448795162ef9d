import {
  readEnterpriseNumber,
  readNssoNumber,
  type EnterpriseNumber,
  type NssoNumber,
} from '../../base/enterprise.ts'
import type { GatewayError } from '../../base/errors.ts'
import { searchWords } from '../../base/search-words.ts'
import type { Path } from '../../registers/catalogue.ts'
import { employerDirectory } from '../../registers/employer-directory.ts'
import { invalid } from '../criteria.ts'
import { keysIn, ownConsultation, pathsOf } from '../own-consultation.ts'
import { ownService } from '../own-contract.ts'
import type { CriteriaTexts } from '../own-request.ts'
import { consultEmployer, employerContract, employersMax, findEmployers } from './contract.ts'

const keysNamed = (...names: readonly string[]) => keysIn(employerDirectory.search, ...names)

/** What can be searched by (§ 40). */
const keys = {
  nssoNumber: keysNamed('registrationNumber'),
  enterpriseNumber: keysNamed('enterpriseNumber'),
  numbers: keysNamed('registrationNumber', 'enterpriseNumber'),
  name: keysNamed('name'),
  address: keysNamed('address'),
  nameAndAddress: keysNamed('name', 'address'),
}

interface Numbers {
  readonly nssoNumber: NssoNumber | undefined
  readonly enterpriseNumber: EnterpriseNumber | undefined
}

function readNumbers(texts: CriteriaTexts): Numbers | GatewayError {
  const [nsso, enterprise] = [texts.get('nssoNumber'), texts.get('enterpriseNumber')]
  if (nsso === undefined && enterprise === undefined) {
    return invalid('nssoNumber', 'enterpriseNumber')
  }
  const nssoNumber = nsso === undefined ? undefined : readNssoNumber(nsso)
  if (nsso !== undefined && nssoNumber === undefined) return invalid('nssoNumber')
  const enterpriseNumber = enterprise === undefined ? undefined : readEnterpriseNumber(enterprise)
  if (enterprise !== undefined && enterpriseNumber === undefined) return invalid('enterpriseNumber')
  return { nssoNumber, enterpriseNumber }
}

function keysOfNumbers({ nssoNumber, enterpriseNumber }: Numbers): readonly Path[] {
  if (enterpriseNumber === undefined) return keys.nssoNumber
  return nssoNumber === undefined ? keys.enterpriseNumber : keys.numbers
}

/** Most words of a name or of an address: more would only cost. */
const wordsMax = 16

interface Words {
  readonly name: readonly string[]
  readonly address: readonly string[]
}

function readWords(texts: CriteriaTexts): Words | GatewayError {
  const [name, address] = [texts.get('name'), texts.get('address')]
  if (name === undefined && address === undefined) return invalid('name', 'address')
  const words = { name: searchWords(name ?? ''), address: searchWords(address ?? '') }
  if (name !== undefined && words.name.length === 0) return invalid('name')
  if (address !== undefined && words.address.length === 0) return invalid('address')
  if (words.name.length > wordsMax) return invalid('name')
  if (words.address.length > wordsMax) return invalid('address')
  return words
}

function keysOfWords({ name, address }: Words): readonly Path[] {
  if (address.length === 0) return keys.name
  return name.length === 0 ? keys.address : keys.nameAndAddress
}

/** EmployerService v1: the employer directory by number (all blocks), and by name or address (numbers only). */
export const employerService = ownService(employerContract, [
  ownConsultation(employerContract, consultEmployer, {
    question: 'employer',
    gives: pathsOf(consultEmployer.block),
    read: readNumbers,
    subject: ({ nssoNumber, enterpriseNumber }) => {
      if (nssoNumber !== undefined) return { kind: 'employer', employer: nssoNumber }
      if (enterpriseNumber !== undefined)
        return { kind: 'enterprise', enterprise: enterpriseNumber }
      return { kind: 'none' }
    },
    keys: keysOfNumbers,
    ask: (numbers) => ({ kind: 'employer', ...numbers, within: [] }),
  }),
  ownConsultation(employerContract, findEmployers, {
    question: 'employersByWords',
    gives: pathsOf(findEmployers.block),
    read: readWords,
    subject: ({ name, address }) => ({
      kind: 'search',
      words: `${name.join(' ')} | ${address.join(' ')}`,
    }),
    keys: keysOfWords,
    ask: (words) => ({ kind: 'employersByWords', ...words, limit: employersMax, within: [] }),
  }),
])
