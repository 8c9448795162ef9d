import { describe, expect, it } from 'vitest'
import { errorCodes, findRetryAfter, GatewayError } from '../../src/base/errors.ts'
import { remedies } from '../../src/base/remedies.ts'
import { generateFaultCodes } from '../../src/generate/fault-codes.ts'

const text = generateFaultCodes()

describe('docs/fault-codes.md', () => {
  it('has every code once, with how it is told over SOAP and REST, and what to do', () => {
    const headings = [...text.matchAll(/^### (\w+)$/gm)].map(([, code]) => code!)
    expect(headings.toSorted()).toEqual(errorCodes.toSorted())
    for (const line of ['SOAP', 'REST', 'Again'])
      expect(text.match(new RegExp(`^- ${line}: .+$`, 'gm'))).toHaveLength(errorCodes.length)
  })

  it('tells status, fault and problem as their tables have them', () => {
    expect(text).toContain(
      '- SOAP: status `NO_RESULT`, MSG00012, HTTP 200: “The ssin given in request is not integrated for the source (client).”',
    )
    expect(text).toContain(
      '- SOAP: fault `wsse:FailedCheck`, HTTP 500 (SOAP 1.2: 400): “The signature or its certificate was not accepted.”',
    )
    expect(text).toContain(
      '- REST: HTTP 429, `urn:problem-type:belgif:tooManyRequests`: “Too many requests or connections of this caller”',
    )
  })

  it('says `later` of whatever has a time to wait', () => {
    const waiting = errorCodes.filter(
      (code) => findRetryAfter(new GatewayError(code)) !== undefined,
    )
    expect(waiting).not.toEqual([])
    for (const code of waiting) expect(remedies[code].retry).toBe('later')
  })
})
