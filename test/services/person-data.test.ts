import { describe, expect, it } from 'vitest'
import type { Path } from '../../src/registers/catalogue.ts'
import type { Disclosed } from '../../src/registers/grant.ts'
import type { PersonRecord } from '../../src/registers/person.ts'
import { foundPersonTree } from '../../src/services/dolsis/person-detail-rows.ts'
import { givenNames, joined, relativePaths } from '../../src/services/person-data.ts'
import { compare } from '../../src/services/ssdn/identity.ts'

describe('first names', () => {
  it('are parted at white space of any kind, into the first and the others', () => {
    const cases: readonly [string | undefined, object][] = [
      [undefined, {}],
      ['', {}],
      [' \t', {}],
      ['Camille', { first: 'Camille' }],
      ['Camille Zoé', { first: 'Camille', others: 'Zoé' }],
      [' Camille\tZoé\n Anne\u00a0Rose ', { first: 'Camille', others: 'Zoé Anne Rose' }],
      ['Jean-Luc', { first: 'Jean-Luc' }],
    ]
    for (const [text, parts] of cases) expect([text, givenNames(text)]).toEqual([text, parts])
  })

  it('are parted alike in Dolsis and SSDN', () => {
    const names = { lastName: 'V', firstNames: 'Camille\tZoé' }
    const record: PersonRecord = { nationalNumber: '81120103571', register: 'nationalRegister', names, birth: { birthDate: '1981-12-01' } } // prettier-ignore
    const dolsis = foundPersonTree.write('result', record)
    expect(dolsis).toContain('<firstName>Camille</firstName><secondName>Zoé</secondName>')
    const personData = { lastName: 'V', firstName: 'Camille', middleName: 'Zoé', birthDate: '1981-12-01' } // prettier-ignore
    const proof = { sisCardNumber: undefined, identityCardNumber: undefined, personData }
    expect(compare(proof, record as Disclosed<PersonRecord>)).toEqual([
      { datum: 'PersonData', matches: true, differing: [] },
    ])
  })
})

it('lines are made of the parts that are there', () => {
  expect([joined([undefined, 'a', undefined, 'b']), joined([undefined]), joined([])]).toEqual([
    'a b',
    undefined,
    undefined,
  ])
})

it('a relative has a number, names and a sex in each of the blocks', () => {
  const { number, names, sex } = relativePaths('person.spouse', 'person.formerSpouse')
  expect([number, names, sex]).toEqual(
    ['ssin', 'names', 'sex'].map((name) => [`person.spouse.${name}`, `person.formerSpouse.${name}`] as Path[]), // prettier-ignore
  )
  expect(() => relativePaths('person.neighbour')).toThrow(
    new TypeError('path `person.neighbour.ssin` is not in the catalogue'),
  )
})
