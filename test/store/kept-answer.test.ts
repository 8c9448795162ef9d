import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { languages } from '../../src/base/texts.ts'
import { openAnswer, sealAnswer } from '../../src/store/kept-answer.ts'

const digest = 'a'.repeat(64)
const secret = randomBytes(256)
const answer = { httpStatus: 200, bytes: Buffer.from('what was told') }

describe('a kept answer', () => {
  it('is opened by the secret of its message, whatever it is', () => {
    const anyBytes = fc.uint8Array({ maxLength: 3000 })
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        anyBytes,
        fc.uint8Array({ minLength: 1, maxLength: 512 }),
        (httpStatus, bytes, key) => {
          const opened = openAnswer(sealAnswer({ httpStatus, bytes }, key, digest), key, digest)
          expect(opened.httpStatus).toBe(httpStatus)
          expect(Buffer.compare(opened.bytes, bytes)).toBe(0)
        },
      ),
    )
  })

  it('has its language again, or none', () => {
    for (const language of [...languages, undefined]) {
      const told = { ...answer, ...(language && { language }) }
      const opened = openAnswer(sealAnswer(told, secret, digest), secret, digest)
      expect(opened.language).toBe(language)
      expect(Buffer.compare(opened.bytes, answer.bytes)).toBe(0)
    }
  })

  it('is not opened by another secret, nor for another message, nor when a bit was changed', () => {
    const sealed = sealAnswer(answer, secret, digest)
    expect(openAnswer(sealed, secret, digest)).toEqual(answer)
    expect(() => openAnswer(sealed, randomBytes(256), digest)).toThrow('authenticate')
    expect(() => openAnswer(sealed, secret, 'b'.repeat(64))).toThrow('authenticate')
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = Buffer.from(sealed)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        expect(() => openAnswer(changed, secret, digest)).toThrow('authenticate')
      }),
    )
    expect(() => openAnswer(sealed.subarray(0, 20), secret, digest)).toThrow()
  })

  it('looks different each time, and holds nothing in clear', () => {
    const [one, other] = [sealAnswer(answer, secret, digest), sealAnswer(answer, secret, digest)]
    expect(Buffer.compare(one, other)).not.toBe(0)
    expect(Buffer.from(one).toString('latin1')).not.toContain('told')
  })
})
