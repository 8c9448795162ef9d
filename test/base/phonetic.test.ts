import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstNameCodes, indexedCodes, soughtCodes } from '../../src/base/phonetic.ts'

const code = (name: string) => indexedCodes(name)[0]
const finds = (sought: string, name: string) =>
  soughtCodes(sought).some((one) => indexedCodes(name).includes(one))

describe('family names that sound alike', () => {
  it.each([
    ['JNSN', ['Janssens', 'Jansens', 'Jansen', 'Janssen', 'JANSSENS', 'Yanssens']],
    ['DPNT', ['Dupont', 'Dupond', 'Du Pont', 'DUPONT']],
    ['VBRG', ['Vandenberghe', 'Van den Berghe', 'Van den Bergh', 'VANDEN BERGHE', 'Van der Berghe', 'Vandeberg']], // prettier-ignore
    ['DSMT', ['De Smet', 'Desmedt', 'De Smedt', 'Desmet', 'DE SMEDT']],
    ['LFFR', ['Lefèvre', 'Lefebvre', 'Lefebure', 'Lefever', 'Le Fèvre', 'LEFEVRE', 'Lefe\u0300vre']], // prettier-ignore
    ['PTR', ['Peeters', 'Pieters', 'Peters', 'Pieter']],
    ['KLS', ['Claes', 'Klaas', 'Claeys', 'Claas']],
    ['MR', ['Meyer', 'Meijer', 'Meier', 'Mayer']],
    ['DNT', ['D’Hondt', "D'hont", 'Dhondt', 'De Hondt']],
    ['ANDRK', ['Hendrickx', 'Hendriks', 'Hendrix', 'Hendrik']],
    ['FRNSS', ['François', 'Francois', 'FRANCOIS', 'Fransois']],
    ['LMBRGT', ['Lambrechts', 'Lambregts', 'Lambrecht']],
    ['KRSTN', ['Christiaens', 'Kristiaens']],
    ['RNT', ['Renault', 'Renaud', 'Renaut']],
    ['DF', ['Devaux', 'Deveau', 'De Vau']],
    ['FTR', ['Wouters', 'Wauters', 'Vouters']],
    ['BN', ['Bauwens', 'Bouwens', 'Bauens']],
    ['STFN', ['Stevens', 'Steffens']],
    ['VBS', ['Vandenbossche', 'Van den Bossche', 'Vandenbosch']],
    ['VAST', ['Vanneste', 'Van Este']],
    ['DKNNK', ['Deconinck', 'De Koninck', 'De Coninck']],
    ['JKP', ['Jacobs', 'Jacops', 'Jacob']],
    ['KNT', ['Quinet', 'Kinet']],
    ['LKLRK', ['Leclercq', 'Leclerc', 'Le Clercq']],
    ['ABDLKDR', ['Abd El Kader', 'Abdelkader']],
    ['A', ['Ooi', 'Eyh']],
  ])('%s: %j', (expected, names) => {
    expect(names.map((name) => [name, code(name)])).toEqual(names.map((name) => [name, expected]))
  })

  it('are not all the same', () => {
    const different = ['Janssens', 'Jans', 'Dupont', 'Dubois', 'Vandenberghe', 'Berghe', 'Maes', 'Mertens'] // prettier-ignore
    expect(new Set(different.map(code)).size).toBe(different.length)
  })

  it('are none without Latin letters', () => {
    for (const name of ['', ' -’ ', '李', '12', 'H']) {
      expect([indexedCodes(name), soughtCodes(name)]).toEqual([[], []])
    }
  })
})

describe('a double name', () => {
  it('is found by itself and by each of its names, and finds them', () => {
    expect(indexedCodes('Dupont-Lefèvre')).toEqual(['DPNTLFFR', '~DPNT', '~LFFR'])
    const double = 'Dupont-Lefèvre'
    for (const other of ['Dupond Lefebvre', 'Dupond', 'LEFEVRE']) {
      expect([other, finds(other, double), finds(double, other)]).toEqual([other, true, true])
    }
  })

  it('is not found by another one that shares a name', () => {
    expect(finds('Dupont-Lefèvre', 'Dupont-Claes')).toBe(false)
    expect(finds('Garcia Lopez', 'Garcia Perez')).toBe(false)
  })

  it('is two names, each with its particles', () => {
    expect(indexedCodes('De Smet de Naeyer')).toEqual(['DSMTDNR', '~DSMT', '~DNR'])
    expect(indexedCodes('Van den Berghe')).toEqual(['VBRG'])
  })
})

describe('first names', () => {
  it('are words, each with its code', () => {
    expect(firstNameCodes('Jean-Pierre Marie')).toEqual(['JN', 'PR', 'MR'])
    expect(firstNameCodes('Sophie Élise Sofie')).toEqual(['SF', 'ALS'])
    expect(firstNameCodes('Vanessa')).toEqual(['FNS'])
    expect(firstNameCodes(' ')).toEqual([])
  })
})

describe('a code', () => {
  it('depends neither on case, accents and spaces, nor on how long the name is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (name) => {
        const codes = indexedCodes(name)
        for (const one of codes) expect(one).toMatch(/^~?[A-Z]+$/)
        expect(indexedCodes(name.toUpperCase())).toEqual(indexedCodes(name.toUpperCase().toLowerCase())) // prettier-ignore
        if (codes.length > 0) expect(finds(name, name)).toBe(true)
      }),
      { numRuns: 2000 },
    )
    const long = 'van der '.repeat(100) + 'Sch'.repeat(5000)
    const begun = performance.now()
    indexedCodes(long)
    expect(performance.now() - begun).toBeLessThan(100)
  })
})
