import { describe, expect, it } from 'vitest'
import { birthDays, knownParts, soughtParts } from '../../src/base/incomplete-date.ts'

const days = (text: string, tolerance: number) => {
  const found = birthDays(text, tolerance)
  return found && `${found.from} ${found.to}`
}

describe('a birth date with a tolerance', () => {
  it.each([
    ['1981-12-01', 0, '1981-12-01 1981-12-01'],
    ['1981-12-01', 31, '1981-10-31 1982-01-01'],
    ['1984-02-29', 1, '1984-02-28 1984-03-01'],
    ['1981-02-00', 1, '1981-01-01 1981-03-31'],
    ['1981-12-00', 12, '1980-12-01 1982-12-31'],
    ['1981-00-00', 1, '1980-01-01 1982-12-31'],
    ['1981-00-00', 99, '1882-01-01 2080-12-31'],
  ])('%s, %i: %s', (text, tolerance, expected) => {
    expect(days(text, tolerance)).toBe(expected)
  })

  it('is none when it is incomplete and has no tolerance', () => {
    expect(days('1981-12-00', 0)).toBeUndefined()
    expect(days('1981-00-00', 0)).toBeUndefined()
  })

  it.each([
    ['1981-02-29', 0],
    ['1981-13-00', 1],
    ['1981-13-01', 0],
    ['1981-00-01', 1],
    ['0000-00-00', 1],
    ['1799-01-01', 0],
    ['2200-01-01', 0],
    ['1981-1-1', 1],
    ['', 1],
    ['1981-12-01', -1],
    ['1981-12-01', 100],
    ['1981-12-01', 0.5],
    ['1981-12-01', NaN],
  ])('is none for %j with %d', (text, tolerance) => {
    expect(days(text, tolerance)).toBeUndefined()
  })
})

describe('a date that is sought', () => {
  const isFound = (held: string, sought: string) =>
    soughtParts(sought).some((part) => knownParts(held).includes(part))

  it.each([
    ['1981-12-01', '1981-12-01', true],
    ['1981-12-01', '1981-12-02', false],
    ['1981-12-01', '1981-12-00', true],
    ['1981-12-01', '1981-11-00', false],
    ['1981-12-01', '1981-00-00', true],
    ['1981-12-01', '1982-00-00', false],
    ['1981-12-00', '1981-12-01', true],
    ['1981-12-00', '1981-11-30', false],
    ['1981-12-00', '1981-12-00', true],
    ['1981-00-00', '1981-12-01', true],
    ['1981-00-00', '1981-12-00', true],
    ['1981-00-00', '1981-00-00', true],
    ['1981-00-00', '1980-12-31', false],
    ['2000-10-10', '2000-10-00', true],
  ])('held as %s, sought as %s: %s', (held, sought, expected) => {
    expect(isFound(held, sought)).toBe(expected)
  })
})
