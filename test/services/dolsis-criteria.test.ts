import { describe, expect, it } from 'vitest'
import { country, words } from '../../src/services/dolsis/posting-criteria.ts'

describe('a country among the criteria of Dolsis', () => {
  it.each(['111', ' 111 ', '+111', '00000111'])(
    'is the same however xs:int writes it: %j',
    (text) => {
      const { terms, keys } = country('employerCountry', text)
      expect(terms).toEqual([{ field: 'employerCountry', anyOf: ['111'] }])
      expect(keys).toEqual(['limosa.foreignEmployer.address'])
    },
  )

  it('chooses nothing when it is absent, or said not to be known', () => {
    for (const text of [undefined, '999']) {
      expect(country('employerCountry', text)).toEqual({ terms: [], keys: [] })
    }
  })

  it('is no criterion less when it was not checked', () => {
    for (const text of ['', '99', '1000', 'BE']) {
      expect(() => country('employerCountry', text)).toThrow('country was not checked')
    }
  })
})

describe('a text among the criteria of Dolsis', () => {
  it('is its words, all of which must be there', () => {
    const terms = ['ateliers', 'réunis'].map((word) => ({
      field: 'clientName',
      anyOf: [word.replace('é', 'e')],
    }))
    expect(words('clientName', 'Ateliers réunis').terms).toEqual(terms)
    expect(words('clientName', undefined)).toEqual({ terms: [], keys: [] })
  })

  it('stands nowhere when it has no letter or digit, instead of being no criterion', () => {
    for (const text of ['.', ' ', '']) {
      const { terms, keys } = words('clientName', text)
      expect(terms).toEqual([{ field: 'clientName', anyOf: [] }])
      expect(keys).toEqual(['limosa.user.denomination'])
    }
  })
})
