import type { Path } from '../../registers/catalogue.ts'
import type { Disclosed } from '../../registers/grant.ts'
import type { PersonRecord } from '../../registers/person.ts'
import type { XmlElement } from '../../xml/element.ts'
import { givenNames, personPaths } from '../person-data.ts'
import { child, collapsed } from './read.ts'

/** What a request says to show that a number is that person's; texts with collapsed white space. */
export interface Proof {
  readonly sisCardNumber: string | undefined
  readonly identityCardNumber: string | undefined
  readonly personData: PersonData | undefined
}

interface PersonData {
  readonly lastName: string
  readonly firstName: string | undefined
  readonly middleName: string | undefined
  /** may be incomplete: `1981-00-00` */
  readonly birthDate: string
}

/** Each datum of a proof that was given: what it is, and whether it is the person's. */
export interface Comparison {
  readonly datum: 'SISCardNumber' | 'IdentityCardNumber' | 'PersonData'
  readonly matches: boolean
  /** of person data: the fields that differ, in the words of the real messages */
  readonly differing: readonly string[]
}

/** Reads ProofOfAuthentication or VerificationData. */
export function readProof(element: XmlElement): Proof {
  const data = child(element, 'PersonData')
  return {
    sisCardNumber: collapsed(element, 'SISCardNumber'),
    identityCardNumber: collapsed(element, 'IdentityCardNumber'),
    personData: data && {
      lastName: collapsed(data, 'LastName') ?? '',
      firstName: collapsed(data, 'FirstName'),
      middleName: collapsed(data, 'MiddleName'),
      birthDate: collapsed(data, 'BirthDate') ?? '',
    },
  }
}

export function isEmptyProof(proof: Proof): boolean {
  return Object.values(proof).every((datum) => datum === undefined)
}

/** Paths that proofs are compared with, and the numbers, whose grant opens their registers; what is not granted matches nothing. */
export const provingPaths: readonly Path[] = [
  ...personPaths.number,
  ...personPaths.names,
  ...personPaths.birth,
  ...personPaths.identityCard,
  ...personPaths.socialSecurityCard,
]

/** Names are compared letter by letter, accents included, but for capitals and white space. */
function isSameName(said: string, held: string | undefined): boolean {
  const comparable = (text: string) =>
    text.normalize('NFC').toLowerCase().split(/\s+/).filter(Boolean).join(' ')
  return held !== undefined && comparable(said) === comparable(held)
}

/** Compares what was said with what the grant shows of the person. */
export function compare(
  { sisCardNumber, identityCardNumber, personData }: Proof,
  person: Disclosed<PersonRecord>,
): readonly Comparison[] {
  // the newest card alone: one that was replaced proves nothing
  const [identityCard] = person.identityCard ?? []
  const [socialSecurityCard] = person.socialSecurityCard ?? []
  const card = (
    datum: Comparison['datum'],
    said: string | undefined,
    held: string | undefined,
  ): readonly Comparison[] =>
    said === undefined ? [] : [{ datum, matches: said === held, differing: [] }]
  return [
    ...card('SISCardNumber', sisCardNumber, socialSecurityCard?.number),
    ...card('IdentityCardNumber', identityCardNumber, identityCard?.number),
    ...(personData === undefined ? [] : [comparePerson(personData, person)]),
  ]
}

function comparePerson(said: PersonData, { names, birth }: Disclosed<PersonRecord>): Comparison {
  const given = givenNames(names?.firstNames)
  const fields: readonly (readonly [string, boolean])[] = [
    ['Phonetic Information: Birth Date', birth?.birthDate === said.birthDate],
    [
      'Phonetic Information: First Name',
      said.firstName === undefined ||
        isSameName(said.firstName, given.first) ||
        isSameName(said.firstName, names?.firstNames),
    ],
    [
      'Phonetic Information: Middle Name',
      said.middleName === undefined || isSameName(said.middleName, given.others),
    ],
    ['Phonetic Information: Last Name', isSameName(said.lastName, names?.lastName)],
  ]
  const differing = fields.flatMap(([name, same]) => (same ? [] : name))
  return { datum: 'PersonData', matches: differing.length === 0, differing }
}
