import { describe, expect, it } from 'vitest'
import {
  checkDer,
  DerError,
  DerReader,
  readBoolean,
  readInteger,
  readNamedBits,
  readOid,
  readOne,
  readSmallInteger,
  readTime,
  tags,
} from '../../src/pki/der.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const one = (text: string) => new DerReader(hex(text)).next()

describe('the DER reader', () => {
  it.each<[string, () => unknown]>([
    ['nothing', () => one('')],
    ['a tag alone', () => one('30')],
    ['an indefinite length', () => one('30 80 05 00 00 00')],
    ['a length that is not minimal', () => one('04 81 01 00')],
    ['a length with a leading zero', () => one('04 82 00 80')],
    ['a length of five octets', () => one('04 85 00 00 00 00 01 00')],
    ['a length cut off', () => one('04 82 01')],
    ['a content cut off', () => one('04 02 00')],
    ['a tag number above 30', () => one('1f 1f 00')],
    ['bytes after the value', () => readOne(hex('05 00 05 00'), tags.null)],
    ['another tag', () => readOne(hex('05 00'), tags.integer)],
    ['an empty integer', () => readInteger(one('02 00'))],
    ['an integer with a needless zero', () => readInteger(one('02 02 00 7f'))],
    ['an integer with a needless sign', () => readInteger(one('02 02 ff 80'))],
    ['a negative small integer', () => readSmallInteger(one('02 01 ff'))],
    ['a small integer of five octets', () => readSmallInteger(one('02 05 01 00 00 00 00'))],
    ['the boolean 01', () => readBoolean(one('01 01 01'))],
    ['an empty object identifier', () => readOid(one('06 00'))],
    ['an arc with a leading zero', () => readOid(one('06 03 55 80 01'))],
    ['an arc cut off', () => readOid(one('06 02 55 81'))],
    ['an arc above 32 bits', () => readOid(one('06 07 55 ff ff ff ff ff 7f'))],
    ['named bits with unused bits set', () => readNamedBits(one('03 02 07 81'))],
    ['named bits without a count', () => readNamedBits(one('03 00'))],
    ['a time without seconds', () => readTime(one('17 0b 323630313031303030305a'))],
    ['a time with an offset', () => readTime(one('17 11 3236303130313030303030302b30313030'))],
    ['the 30th of February', () => readTime(one('17 0d 3236303233303030303030305a'))],
    ['second 60', () => readTime(one('17 0d 3236303130313030303036305a'))],
    ['40 sequences inside each other', () => checkDer(nested(40))],
    ['indefinite length below', () => checkDer(hex('30 04 30 80 00 00'))],
  ])('refuses %s', (_name, run) => {
    expect(run).toThrow(DerError)
  })

  it('reads what is DER', () => {
    expect(readOid(one('06 06 2a 86 48 86 f7 0d'))).toBe('1.2.840.113549')
    expect(readOid(one('06 03 88 37 03'))).toBe('2.999.3')
    expect(readSmallInteger(one('02 02 00 80'))).toBe(128)
    expect(readNamedBits(one('03 02 05 a0'))).toBe(0b101)
    expect(readTime(one('17 0d 3236303130313030303030305a'))).toBe(Date.UTC(2026, 0, 1))
    expect(readTime(one('18 0f 32303530303130313030303030305a'))).toBe(Date.UTC(2050, 0, 1))
    expect(one(`04 81 80 ${'00'.repeat(128)}`).content).toHaveLength(128)
    checkDer(nested(30))
  })

  /** Empty sequences inside each other. */
  function nested(depth: number): Buffer {
    let bytes = Buffer.of(0x30, 0)
    for (let level = 1; level < depth; level++)
      bytes = Buffer.concat([Buffer.of(0x30, bytes.length), bytes])
    return bytes
  }
})
