import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import type { Config } from '../../src/config.ts'
import { dataPaths } from '../../src/store/data-directory.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { signEnvelope } from '../../src/ws-security/sign.ts'
import { identityOf, requestXml, send, textIn, xmlHeaders } from './ask.ts'
import { agentOf, startTestGateway, type TestGateway } from './gateway.ts'
import { consultationNamed } from './questions.ts'

const { service, operation } = consultationNamed('consultPerson')

let gateway: TestGateway | undefined
afterEach(() => gateway?.close())

/** A message created so far from now, which lives for 300 s and has three references, under these settings: what it is answered. */
async function askWith(config: Partial<Config>, aheadMs: number): Promise<string | undefined> {
  gateway = await startTestGateway({
    plain: true,
    institutions: (rows) => rows.map((row) => ({ ...row, clientCertificate: 'optional' })),
    configure: (before) => ({ ...before, ...config }),
  })
  const { key } = identityOf('institutions/phare/signing')
  const bodyChild = requestXml({
    as: 'phare',
    service,
    operation,
    legalContext: 'PHARE:IDENTIFICATION',
    criteria: { ssin: personas.fullTime.ssin },
  })
  const createdMs = Date.now() + aheadMs
  const body = Buffer.from(signEnvelope({ bodyChild, soapVersion: '1.1', createdMs, key }))
  const answer = await send(gateway.url + service.path, {
    agent: agentOf('none', gateway.url),
    headers: xmlHeaders,
    body,
  })
  return textIn(answer.text, 'value') ?? /"code":"(\w+)"/.exec(gateway.logText())?.[1]
}

/** Until when the replay key of the one message is kept, from now, in seconds. */
function keptForSeconds(): number {
  const db = new DatabaseSync(dataPaths(`${gateway?.directory}/data`).hot, { readOnly: true })
  try {
    const row = db.prepare('select expires_at_ms from replay_key').get()
    return (Number(row?.['expires_at_ms']) - Date.now()) / 1000
  } finally {
    db.close()
  }
}

describe('what is taken of a signed message', () => {
  it.each<[Partial<Config>, number, string]>([
    [{}, 50_000, 'DATA_FOUND'],
    [{}, 90_000, 'WSS_TIMESTAMP_WINDOW'],
    [{ signedMessages: { clockSkewMs: 120_000 } }, 90_000, 'DATA_FOUND'],
    [{ signedMessages: { lifetimeMsMax: 300_000 } }, 0, 'DATA_FOUND'],
    [{ signedMessages: { lifetimeMsMax: 299_000 } }, 0, 'WSS_TIMESTAMP_WINDOW'],
    [{ signedMessages: { referencesMax: 2 } }, 0, 'WSS_REFERENCE'],
    [{ signedMessages: { tokenBytesMax: 500 } }, 0, 'WSS_TOKEN'],
    [{ certificates: { depthMax: 3 } }, 0, 'DATA_FOUND'],
    [{ certificates: { depthMax: 2 } }, 0, 'CERT_CONSTRAINT'],
  ])('is what is configured: %o, created %d ms ahead: %s', async (config, aheadMs, expected) => {
    expect(await askWith(config, aheadMs)).toBe(expected)
  })

  it('is known until its own end and the configured skew are over', async () => {
    await askWith({ signedMessages: { clockSkewMs: 600_000 } }, 400_000)
    expect(keptForSeconds()).toBeGreaterThan(400 + 300 + 590)
    expect(keptForSeconds()).toBeLessThan(400 + 300 + 601)
  })
})
