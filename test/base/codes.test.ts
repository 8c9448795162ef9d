import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  readCountry,
  readEmployerCategory,
  readJointCommittee,
  readNisCommune,
  readWorkerCode,
} from '../../src/base/codes.ts'
import { readCodeList } from '../../src/registers/code-list.ts'

type Read = (text: string) => string | undefined

const kinds: readonly [
  list: string,
  read: Read,
  valid: readonly (readonly [text: string, code: string])[],
  wrong: readonly string[],
][] = [
  [
    'joint-committees',
    readJointCommittee,
    [
      ['100', '100'],
      ['327.02', '327.02'],
      ['330.01.20', '330.01.20'],
      ['999', '999'],
      ['000', '000'],
      ['126.00', '126'],
      ['330.01.00', '330.01'],
      ['322.00.00', '322'],
    ],
    ['XXX', '12', '1000', '327.2', '327.02.', '327-02', '330.01.20.01', ' 124', '124 ', ''],
  ],
  [
    'worker-codes',
    readWorkerCode,
    [
      ['015', '015'],
      ['15', '015'],
      ['7', '007'],
      ['840', '840'],
    ],
    ['000', '0', '1000', '0015', '-15', '15a', ' 15', ''],
  ],
  [
    'employer-categories',
    readEmployerCategory,
    [
      ['000', '000'],
      ['0', '000'],
      ['10', '010'],
      ['173', '173'],
    ],
    ['1000', '0010', '-1', '1x', ' 10', ''],
  ],
  [
    'nis-communes',
    readNisCommune,
    [
      ['21004', '21004'],
      ['62063', '62063'],
    ],
    ['2100', '021004', '01000', '210040', '21 04', ''],
  ],
  [
    'countries',
    readCountry,
    [
      ['150', '150'],
      ['00150', '150'],
      ['0105', '105'],
      ['999', '999'],
    ],
    ['0', '000', '099', '00000', '00015', '000150', '1000', '+150', 'BE', ''],
  ],
]

describe.each(kinds)('codes of %s', (list, read, valid, wrong) => {
  it.each(valid)('%s is %s', (text, code) => {
    expect(read(text)).toBe(code)
  })

  it.each(wrong.map((text) => [text]))('%j is none', (text) => {
    expect(read(text)).toBeUndefined()
  })

  it('have the form that every line of the list has', () => {
    const file = resolve(import.meta.dirname, '../../codelists', `${list}.tsv`)
    const { entries } = readCodeList(list, readFileSync(file))
    expect(entries.length).toBeGreaterThan(100)
    for (const { code } of entries) expect(read(code)).toBe(code)
  })
})
