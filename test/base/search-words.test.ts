import { describe, expect, it } from 'vitest'
import { searchWords } from '../../src/base/search-words.ts'

describe('words of a search', () => {
  it.each([
    ["L'Écluse d’Été", ['l', 'ecluse', 'd', 'ete']],
    ['LES QUATRE-CHEMINS, asbl', ['les', 'quatre', 'chemins', 'asbl']],
    ['Cœur & Straße', ['coeur', 'strasse']],
    ['Rue de la Loi 12, 1000 Bruxelles', ['rue', 'de', 'la', 'loi', '12', '1000', 'bruxelles']],
    ['e\u0301te\u0301 \u00e9t\u00e9', ['ete']],
    ['ﬁn Ⅳ', ['fin', 'iv']],
    [' -–% ', []],
  ])('of %j are %j', (text, words) => {
    expect(searchWords(text)).toEqual(words)
  })
})
