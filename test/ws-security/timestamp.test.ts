import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import { decodeBase64 } from '../../src/ws-security/base64.ts'
import { checkWindow, readTimestamp } from '../../src/ws-security/timestamp.ts'
import { signatureLimits } from '../../src/ws-security/verify.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { wsu } from './messages.ts'

const codeOf = (act: () => void): string => {
  try {
    act()
    return 'accepted'
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return error.code
  }
}

describe('checkWindow', () => {
  const nowMs = 1_800_000_000_000
  it.each([
    ['just made', 0, 1, 'accepted'],
    ['at the skew', 60_000, 61_000, 'accepted'],
    ['beyond the skew', 60_001, 61_000, 'WSS_TIMESTAMP_WINDOW'],
    ['in its last millisecond', -600_000 + 1, 1, 'accepted'],
    ['at its end', -1000, 0, 'WSS_TIMESTAMP_WINDOW'],
    ['of the longest life', -1, 600_000 - 1, 'accepted'],
    ['of a longer life', -1, 600_000, 'WSS_TIMESTAMP_WINDOW'],
  ])('judges a timestamp %s', (_, created, expires, expected) => {
    const timestamp = { createdMs: nowMs + created, expiresMs: nowMs + expires }
    expect(codeOf(() => checkWindow(timestamp, nowMs, signatureLimits))).toBe(expected)
  })
})

describe('readTimestamp', () => {
  const read = (created: string) => {
    const tree = parseXml(
      Buffer.from(
        `<t xmlns="${wsu}"><Created>${created}</Created><Expires>2030-01-01T00:00:00Z</Expires></t>`,
      ),
      soapLimits,
    )
    try {
      return readTimestamp(tree.root).createdMs
    } finally {
      tree.dispose()
    }
  }

  it('reads UTC with up to three fraction digits', () => {
    expect(read('2026-11-21T12:34:56Z')).toBe(Date.UTC(2026, 10, 21, 12, 34, 56))
    expect(read('2026-11-21T12:34:56.7Z')).toBe(Date.UTC(2026, 10, 21, 12, 34, 56, 700))
    expect(read('2026-11-21T12:34:56.789Z')).toBe(Date.UTC(2026, 10, 21, 12, 34, 56, 789))
    expect(read('2028-02-29T23:59:59Z')).toBe(Date.UTC(2028, 1, 29, 23, 59, 59))
  })

  it.each([
    '',
    '2026-11-21',
    '2026-11-21T12:34Z',
    '2026-11-21 12:34:56Z',
    '2026-11-21T12:34:56z',
    '2026-11-21T12:34:56.Z',
    '2026-11-21T12:34:56,7Z',
    '2026-02-29T12:34:56Z',
    '2026-13-01T12:34:56Z',
    '2026-11-21T12:60:56Z',
    '-2026-11-21T12:34:56Z',
    '+002026-11-21T12:34:56Z',
    '20261-11-21T12:34:56Z',
    '٢٠٢٦-11-21T12:34:56Z',
  ])('refuses %j', (text) => {
    expect(codeOf(() => read(text))).toBe('WSS_TIMESTAMP_FORM')
  })
})

describe('decodeBase64', () => {
  it('takes XML white space and nothing else', () => {
    expect(decodeBase64('\n AQ\r\n\tID \n')).toEqual(Buffer.from([1, 2, 3]))
    for (const text of ['', ' ', 'A', 'AQ', 'AQ=', 'AQ==A', 'AR==', 'A-_D', 'AQID\u00a0', 'AQID='])
      expect(decodeBase64(text), text).toBeUndefined()
  })
})
