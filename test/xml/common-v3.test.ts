import { describe, expect, it } from 'vitest'
import { writeInformationCustomer, writeInstant } from '../../src/xml/common-v3.ts'

describe('times of CommonV3 (conventions.md §3)', () => {
  it.each([
    ['2012-06-12T19:25:27.500Z', '2012-06-12T19:25:27.5Z'],
    ['2012-06-12T19:25:27.120Z', '2012-06-12T19:25:27.12Z'],
    ['2012-06-12T19:25:27.001Z', '2012-06-12T19:25:27.001Z'],
    ['2012-06-12T19:25:20.000Z', '2012-06-12T19:25:20Z'],
    ['2012-06-12T20:00:00.000Z', '2012-06-12T20:00:00Z'],
  ])('%s is written %s', (instant, text) => {
    expect(writeInstant(Date.parse(instant))).toBe(text)
  })

  it('timestampSent is echoed as it was sent, microseconds and offset kept', () => {
    const timestampSent = '2012-06-12T21:25:46.189352+01:00'
    const customerIdentification = { kind: 'sector', sector: 17, institution: 1 } as const
    expect(writeInformationCustomer({ ticket: '4', timestampSent, customerIdentification })).toBe(
      '<informationCustomer><ticket>4</ticket>' +
        `<timestampSent>${timestampSent}</timestampSent><customerIdentification>` +
        '<sector>17</sector><institution>1</institution></customerIdentification></informationCustomer>',
    )
  })
})
