import { describe, expect, it } from 'vitest'
import { readDimonaPeriodId } from '../../src/base/dimona-period.ts'
import {
  nssoCheckDigits,
  readEnterpriseNumber,
  readEstablishmentUnitNumber,
  readNssoNumber,
} from '../../src/base/enterprise.ts'
import { readSsin, readSsinParts } from '../../src/base/ssin.ts'

/** Vectors of conventions.md §12, of facts/structured-messages (neighbours.md §1, zone 00042) and further ones of ours. */
describe('social security numbers (conventions.md §12)', () => {
  it.each<[string, 19 | 20, 'nationalRegister' | 'bis' | 'bisSexKnown']>([
    ['81120103571', 19, 'nationalRegister'],
    ['81050103522', 19, 'nationalRegister'],
    ['19082416188', 20, 'nationalRegister'],
    ['81050003552', 19, 'nationalRegister'],
    ['81000003517', 19, 'nationalRegister'],
    ['10000100182', 19, 'nationalRegister'],
    ['92200006963', 19, 'bis'],
    ['10200100128', 19, 'bis'],
    ['23292805780', 19, 'bis'],
    ['70252501507', 19, 'bis'],
    ['92321506985', 19, 'bis'],
    ['80240199943', 19, 'bis'],
    ['19282416134', 20, 'bis'],
    ['92400006909', 19, 'bisSexKnown'],
    ['10400100171', 19, 'bisSexKnown'],
    ['92471506993', 19, 'bisSexKnown'],
    ['92521506931', 19, 'bisSexKnown'],
  ])('%s is one: born %d.., %s', (text, century, kind) => {
    expect(readSsin(text)).toBe(text)
    expect(readSsinParts(text)).toMatchObject({ century, kind })
  })

  it.each([
    ['00003241778', 'day 32: right digits, outside the wire pattern'],
    ['24203200171', 'bis with day 32: right digits, outside the wire pattern'],
    ['81130103578', 'month 13'],
    ['81022903534', '29 February 1981'],
    ['99020299964', 'counter 999'],
    ['47060200096', 'counter 000'],
    ['81043103522', '31 April'],
    ['81023003522', '30 February'],
    ['81050103521', 'check digits'],
    ['8112010357', 'ten digits'],
    ['811201035710', 'twelve digits'],
    ['81.12.01-035.71', 'written with points'],
    [' 81120103571', 'a space'],
    ['', 'nothing'],
  ])('%s is none: %s', (text) => {
    expect(readSsin(text)).toBeUndefined()
  })
})

describe('enterprise and establishment unit numbers (conventions.md §12)', () => {
  it.each([
    '0884303369',
    '0477472701',
    '0100000070',
    '1999999943',
    // examples of rest-conventions.md
    '0202239951',
    '0244640631',
  ])('%s is an enterprise', (text) => {
    expect(readEnterpriseNumber(text)).toBe(text)
    expect(readEstablishmentUnitNumber(text)).toBeUndefined()
  })

  it('2297964444 is an establishment unit', () => {
    expect(readEstablishmentUnitNumber('2297964444')).toBe('2297964444')
    expect(readEnterpriseNumber('2297964444')).toBeUndefined()
  })

  it.each([
    '8999999993',
    '8999999104',
    '8999999203',
    '8999999302',
    '8999999401',
    '8999999005',
    '8999999894',
  ])('%s is a fictive establishment unit (zone 00042)', (text) => {
    expect(readEstablishmentUnitNumber(text)).toBe(text)
    expect(readEnterpriseNumber(text)).toBeUndefined()
  })

  it.each([
    '0884303370',
    '2297964445',
    '2111111111',
    '20000000032',
    '884303369',
    '0123456789',
    'test',
    '',
  ])('%s is neither', (text) => {
    expect(readEnterpriseNumber(text)).toBeUndefined()
    expect(readEstablishmentUnitNumber(text)).toBeUndefined()
  })
})

describe('NSSO numbers (conventions.md §12)', () => {
  it.each([
    '100006',
    '212345609',
    '312345625',
    '200000031',
    '499999982',
    '187995796',
    '168676597',
    '5134794036',
    '5000000120',
    '5999999989',
    '5678901277',
    '43220065',
    '2130057',
    '22300094',
    '5170096',
    '55290097',
    // example of rest-conventions.md
    '93017373',
  ])('%s is one', (text) => {
    expect(readNssoNumber(text)).toBe(text)
    expect(readNssoNumber(text.padStart(10, '0'))).toBe(text)
  })

  it.each([
    '193',
    '196',
    '4000000100',
    '6999999999',
    '5678901279',
    '1000000047',
    '5000000121',
    '6000000086',
    'test',
    '',
  ])('%s is none', (text) => {
    expect(readNssoNumber(text)).toBeUndefined()
  })

  it('has 97 where the rule gives 0', () => {
    const bodies = Array.from({ length: 97 }, (_, index) => 1_000_000 + index)
    const digits = bodies.map(nssoCheckDigits)
    expect(Math.min(...digits)).toBe(1)
    expect(digits.filter((check) => check === 97)).toHaveLength(1)
  })
})

describe('NSSO numbers at the bounds of their zones', () => {
  it.each([
    ['100006', '00011'],
    ['199999934', '00011'],
    ['5000000120', '00948'],
    ['5999999989', '00948'],
    ['99999926', '00109'],
  ])('%s is one (zone %s)', (text) => {
    expect(readNssoNumber(text)).toBe(text)
  })
})

describe('numbers of Dimona periods (zone 00913)', () => {
  it.each(['600008446383', '600018399694', '600027876089'])('%s is one', (text) => {
    expect(readDimonaPeriodId(text)).toBe(text)
  })

  it('have 97 where the remainder is 0', () => {
    expect(readDimonaPeriodId('000000009797')).toBe('000000009797')
    expect(readDimonaPeriodId('000000009700')).toBeUndefined()
  })

  it.each([
    ['600008446384', 'check digits'],
    ['60000844638', 'eleven digits'],
    ['6000084463830', 'thirteen digits'],
    ['6000 0844638', 'a space'],
    ['', 'nothing'],
  ])('%s is none: %s', (text) => {
    expect(readDimonaPeriodId(text)).toBeUndefined()
  })
})
