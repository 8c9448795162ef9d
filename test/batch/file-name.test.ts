import { describe, expect, it } from 'vitest'
import { readCivilDate } from '../../src/base/civil-date.ts'
import {
  answerName,
  fileName,
  isFileName,
  readGoName,
  sequenceText,
  setKey,
} from '../../src/batch/file-name.ts'
import { present } from './messages.ts'

const folder = { expeditor: '100001', environment: 'R' } as const
const today = present(readCivilDate('2026-03-02'))
const read = (text: string) => readGoName(text, folder, today, 30)

describe('a name of a GO file', () => {
  it.each(['GO.DIMN.100001.20260302.00001.R.1', 'GO.DIMN.100001.20260302.00001.R'])(
    'is read and written back: %s',
    (text) => {
      const found = read(text)
      if (found.kind === 'fault') throw new Error(found.code)
      expect(fileName('GO', found.name)).toBe(text)
      expect(setKey(found.name)).toBe('DIMN.100001.20260302.00001.R')
      expect(fileName('FI', found.name)).toBe(
        found.name.numbered
          ? 'FI.DIMN.100001.20260302.00001.R.1.1'
          : 'FI.DIMN.100001.20260302.00001.R',
      )
    },
  )

  it.each([
    ['GO.DIMN.100002.20260302.00001.R.1', '108'],
    ['GO.DIMN.100001.20260230.00001.R.1', '110'],
    ['GO.DIMN.100001.20260303.00001.R.1', '111'],
    ['GO.DIMN.100001.20260130.00001.R.1', '126'],
    ['GO.DIMN.100001.20260302.00000.R.1', '127'],
    ['GO.DIMN.100001.20260302.00001.T.1', '119'],
    ['GO.DIMN.100001.20260302.00001.S.1', '257'],
    ['GO.DIMN.100001.20260302.00001.R.0', '116'],
    ['GO.DIMN.100001.20260302.00001.R.2', '128'],
    ['GO.DMFA.100001.20260302.00001.R.1', '154'],
    ['GO.ACRF.100001.20260302.00001.R.1', '154'],
  ])('%s is refused with %s', (text, code) => {
    expect(read(text)).toEqual({ kind: 'fault', code })
  })

  it('of the real environment in a test folder is refused with 118', () => {
    const text = 'GO.DIMN.100001.20260302.00001.R.1'
    const test = { ...folder, environment: 'T' } as const
    expect(readGoName(text, test, today, 30)).toEqual({ kind: 'fault', code: '118' })
  })

  const valid = 'GO.DIMN.100001.20260302.00001.R.1'
  const strange = [
    ...['', 'GO', '.', '..', 'GO.', 'GO.DIMN', `../${valid}`, `/${valid}`, `.${valid}`],
    ...[`${valid}/..`, `${valid}\0`, `${valid}\n`, ` ${valid}`, `${valid} `, `${valid}.`],
    ...[`${valid}.1`, `${valid}.1.1`, `${valid}.xml`, `${valid}.zip`, `${valid};1`, `${valid}~`],
    ...['go.DIMN.100001.20260302.00001.R.1', 'GO.dimn.100001.20260302.00001.R.1'],
    ...['GO.DIMN.100001.20260302.00001.r.1', 'GO.DIMN.100001.20260302.0000a.R.1'],
    ...['GO.DIM.100001.20260302.00001.R.1', 'GO.DIMNA.100001.20260302.00001.R.1'],
    ...['GO.D1MN.100001.20260302.00001.R.1', 'GO.DİMN.100001.20260302.00001.R.1'],
    ...['GO.DIMN.10001.20260302.00001.R.1', 'GO.DIMN.1000011.20260302.00001.R.1'],
    ...['GO.DIMN.10000A.20260302.00001.R.1', 'GO.DIMN.١٠٠٠٠١.20260302.00001.R.1'],
    ...['GO.DIMN.100001.2026032.00001.R.1', 'GO.DIMN.100001.202603021.00001.R.1'],
    ...['GO.DIMN.100001.2026-03-02.00001.R.1', 'GO.DIMN.100001.20260302.0001.R.1'],
    ...['GO.DIMN.100001.20260302.000011.R.1', 'GO.DIMN.100001.20260302.0000é.R.1'],
    ...['GO.DIMN.100001.20260302.00001.X.1', 'GO.DIMN.100001.20260302.00001..1'],
    ...['GO.DIMN.100001.20260302.00001.R.', 'GO.DIMN.100001.20260302.00001.R.10'],
    ...['GO.DIMN.100001.20260302.00001.R.a', 'GO.DIMN.100001.20260302.00001.RR.1'],
    ...['GO..DIMN.100001.20260302.00001.R.1', 'GO DIMN 100001 20260302 00001 R 1'],
    ...['GO_DIMN_100001_20260302_00001_R_1', 'GO.DIMN.100001.20260302.00001.R.1%00'],
    ...['FI.DIMN.100001.20260302.00001.R.1.1', 'FS.DIMN.100001.20260302.00001.R.1.1'],
    ...['TD.DIMN.100001.20260302.00001.R.1', 'FO.DIMN.100001.20260302.00001.R.1'],
    ...['GO.DIMN.100001.20260302.00001.R.1\r', 'GO\\DIMN\\100001', `${valid}${'1'.repeat(300)}`],
    ...['GO．DIMN．100001．20260302．00001．R．1', `\u202e${valid}`, `${valid}\u200b`],
    ...['CON', 'NUL', 'GO.DIMN.100001.20260302.00001.R:1', 'GO.*', 'GO.DIMN.??????.20260302.*.R'],
  ]
  it.each(strange)('%j has not the form of a GO name: 107', (text) => {
    expect(read(text)).toEqual({ kind: 'fault', code: '107' })
  })
})

describe('the published examples (transfer.md §1)', () => {
  it.each([
    'FI.DMFA.006400.20020423.00001.R.4.1',
    'FI.DIMN.123456.20030801.00001.R.1.1',
    'FS.XXXX.123456.20120213.00001.R.1.1',
    'GO.XXXX.123456.20120213.00001.R.1',
    'TD.XXXX.123456.20120213.00001.R.1',
    'FI.WECH.123456.20030801.00001.R',
    'FI.ACRF.006400.20070424.00001.R',
    // letters once the numbers are used up
    'FI.DIMN.123456.20030801.24AZG.R.1.1',
  ])('%s is the name of a file that is sent', (text) => {
    expect(isFileName(text)).toBe(true)
  })

  it.each([
    'FO.NOTI.999999.20140628.82456.R',
    'FO.DMNO.999999.20070425.00010.R.1.1',
    'FO.ACRF.999999.20070423.00001.R',
  ])('%s is one that is received', (text) => {
    expect(isFileName(text)).toBe(false)
  })
})

describe('names that we give', () => {
  it('count in digits first, then with a letter in front', () => {
    expect([1, 99_999, 100_000, 100_001].map(sequenceText)).toEqual([
      '00001',
      '99999',
      'A0000',
      'A0001',
    ])
    expect(answerName('FO', 'NOTI', today, 7, 'R')).toBe('FO.NOTI.999999.20260302.00007.R')
  })

  it('are not names of a set to be taken', () => {
    expect(isFileName(answerName('FO', 'NOTI', today, 7, 'R'))).toBe(false)
  })
})
