import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { keyedDigest } from '../../src/audit/keyed-digest.ts'

const key = Buffer.alloc(32, 7)

it('a keyed digest is HMAC-SHA-256 of the text in hex', () => {
  const expected = createHmac('sha256', key).update('00000000000').digest('hex')
  expect(keyedDigest(key)('00000000000')).toBe(expected)
})

it('equal numbers have equal digests, under one key only', () => {
  const digest = keyedDigest(key)
  expect(digest('1')).toBe(digest('1'))
  expect(digest('1')).not.toBe(digest('2'))
  expect(digest('1')).not.toBe(keyedDigest(Buffer.alloc(32, 8))('1'))
})

it('a short key is refused', () => {
  expect(() => keyedDigest(Buffer.alloc(31))).toThrow('shorter than 32 bytes')
})
