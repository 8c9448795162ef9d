import { describe, expect, it } from 'vitest'
import { readSsin } from '../../src/base/ssin.ts'
import { makeOffsetSeal } from '../../src/exchange/offset-seal.ts'

const seal = makeOffsetSeal(Buffer.alloc(32, 7))
const ssin = readSsin('81120103571')!

describe('a page offset', () => {
  it('opens for the question it was sealed for', () => {
    expect(seal.open(seal.seal(ssin, 'phare 1 20261'), 'phare 1 20261')).toBe(ssin)
  })

  it('shows nothing of the number', () => {
    const sealed = seal.seal(ssin, 'q')
    expect(sealed).not.toContain(ssin)
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain(ssin)
  })

  it.each([
    ['another question', seal.seal(ssin, 'q'), 'other'],
    ['a changed character', `A${seal.seal(ssin, 'q').slice(1)}`.replace(/^AA/, 'BA'), 'q'],
    ['another key', makeOffsetSeal(Buffer.alloc(32, 8)).seal(ssin, 'q'), 'q'],
    ['nonsense', 'nonsense', 'q'],
    ['nothing', '', 'q'],
  ])('is refused with %s', (_what, sealed, boundTo) => {
    expect(() => seal.open(sealed, boundTo)).toThrow(
      expect.objectContaining({ code: 'REQUEST_INVALID' }),
    )
  })
})
