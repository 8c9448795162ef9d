import { describe, expect, it } from 'vitest'
import { chooseLanguage } from '../../src/rest/language.ts'

describe('the language of a caller over REST', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['nl', 'nl'],
    ['nl-BE', 'nl'],
    ['FR-be', 'fr'],
    ['de-BE, en;q=0.8', 'de'],
    ['es', 'en'],
    ['es, fr;q=0.5', 'fr'],
    ['fr-BE;q=0.5, es;q=0.7', 'fr'],
    ['fr;q=0.5, nl;q=0.7', 'nl'],
    ['fr, nl', 'fr'],
    ['fr;q=0', 'en'],
    ['*', 'en'],
    ['*;q=0.1, de;q=0.05', 'en'],
    ['nl ; q=0.3 , fr ; q=0.2', 'nl'],
    ['nl;q=2', 'en'],
    ['<script>', 'en'],
    [`${'es, '.repeat(40)}nl`, 'en'],
  ])('of `%s` is %s', (header, language) => {
    expect(chooseLanguage(header)).toBe(language)
  })

  it('of a header that came several times is English', () => {
    expect(chooseLanguage(['fr', 'nl'])).toBe('en')
  })
})
