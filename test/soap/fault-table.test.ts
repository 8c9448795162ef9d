import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../src/base/errors.ts'
import { findMessageCode, messageCodeOf, messageCodes } from '../../src/base/message-codes.ts'
import { faultTable, httpStatusOf, isToldAsStatus } from '../../src/soap/fault-table.ts'

describe('the fault table', () => {
  it('is printed', async () => {
    const rows = errorCodes.map((code) => {
      const { phase, faultcode, text } = faultTable[code]
      const form =
        phase === 'proven' ? (isToldAsStatus(code) ? 'status NO_RESULT' : 'fault') : 'fault'
      return [
        code,
        phase,
        faultcode,
        findMessageCode(code) ?? '-',
        form,
        isToldAsStatus(code) ? '200' : `${httpStatusOf(code, '1.1')}`,
        isToldAsStatus(code) ? '200' : `${httpStatusOf(code, '1.2')}`,
        text,
      ]
    })
    const head = ['code', 'phase', 'faultcode', 'MSG', 'told as', '1.1', '1.2', 'text']
    const widths = head.map((_, column) =>
      Math.max(...[head, ...rows].map((row) => row[column]!.length)),
    )
    const lines = [head, ...rows].map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../output/fault-table.txt')
  })

  it('answers alike to everything that only a wrong key, signature or certificate causes', () => {
    const alike = [
      'WSS_SIGNATURE',
      'WSS_DIGEST',
      'CERT_UNKNOWN_CA',
      'CERT_VALIDITY',
      'CERT_REVOKED',
      'CERT_REVOCATION_UNKNOWN',
      'CERT_KEY_USAGE',
      'CERT_CONSTRAINT',
      'CERT_NOT_QUALIFIED',
      'CERT_UNBOUND',
    ] as const
    expect(new Set(alike.map((code) => JSON.stringify(faultTable[code]))).size).toBe(1)
  })

  it('has a general code for exactly the refusals of a proven caller', () => {
    const proven = errorCodes.filter((code) => faultTable[code].phase === 'proven')
    expect(proven).toEqual(Object.keys(messageCodeOf))
  })

  it('tells as status exactly the codes that the design says', () => {
    const statuses = Object.entries(messageCodes)
      .filter(([, { told }]) => told === 'status')
      .map(([code]) => code)
    expect(statuses).toEqual(
      ['00000', '00005', '00006', '00007', '00008', '00011', '00012', '00013', '00021', '00027']
        .concat('00100')
        .map((digits) => `MSG${digits}`),
    )
  })

  it('keeps every text within the lengths of CommonV3', () => {
    for (const { en } of Object.values(messageCodes)) expect(en.length).toBeLessThanOrEqual(256)
  })
})
