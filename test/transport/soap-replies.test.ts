import { describe, expect, it } from 'vitest'
import type { Log } from '../../src/base/log.ts'
import { makeReplySampler } from '../../src/transport/soap-replies.ts'
import type { SoapService } from '../../src/transport/soap-endpoint.ts'
import { soapLimits } from '../../src/xml/scan.ts'

function sample(check: () => void, body: string): Promise<readonly unknown[]> {
  const lines: unknown[] = []
  const log: Log = {
    info: () => undefined,
    warn: () => undefined,
    error: (event, fields) => lines.push([event, fields]),
  }
  const served = { service: { name: 'Person' }, contract: { check } } as unknown as SoapService
  makeReplySampler(1, log)(served, body)
  return new Promise((resolve) => setImmediate(() => resolve(lines)))
}

const nothing = () => undefined

describe('the sampled validation of a reply', () => {
  it('tells of a reply that cannot be parsed, and the process lives on', async () => {
    expect(await sample(nothing, '<a><b></a>')).toEqual([
      ['reply does not follow its schema', { service: 'Person', code: 'XML_MALFORMED' }],
    ])
  })

  it('takes replies that are larger than any request may be', async () => {
    const body = `<a>${'<b/>'.repeat(soapLimits.elementsMax + 1)}</a>`
    expect(await sample(nothing, body)).toEqual([])
  })
})
