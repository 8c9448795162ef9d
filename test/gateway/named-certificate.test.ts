import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personas } from '../../src/synthetic/personas.ts'
import { fillSignature } from '../ws-security/fill-signature.ts'
import { namedMessage, type Naming } from '../ws-security/messages.ts'
import { identityOf, readBody, requestXml, send, textIn, xmlHeaders } from './ask.ts'
import { agentOf, startTestGateway, type TestGateway } from './gateway.ts'
import { consultationNamed } from './questions.ts'

const { service, operation } = consultationNamed('consultByWorker')

/** Seals of PHARE with one key, registered beside its good one. */
const faulty = ['faulty/revoked', 'faulty/expired', 'faulty/not-qualified']

let gateway: TestGateway

beforeAll(async () => {
  gateway = await startTestGateway({
    institutions: (rows) =>
      rows.map((row) => (row.id === 'phare' ? { ...row, signing: faulty.map(bindingOf) } : row)),
  })
})

afterAll(() => gateway.close())

function bindingOf(stem: string) {
  const { sha256, der } = identityOf(stem)
  return { kind: 'fingerprint', sha256, certificate: der.toString('base64') }
}

/** The internal code of the refusal, or what the caller is told. */
async function judge(stem: string, as: string, naming: Naming): Promise<string> {
  const { der, privateKey } = identityOf(stem)
  const now = Date.now()
  const draft = {
    certificateDer: der,
    created: new Date(now).toISOString(),
    expires: new Date(now + 60_000).toISOString(),
    payload: requestXml({
      as,
      service,
      operation,
      legalContext: as === 'phare' ? 'PHARE:SUBSIDY_QUARTER' : 'INSPECTION:CONTROL',
      criteria: { ssin: personas.fullTime.ssin, beginQuarter: '2024Q2', endQuarter: '2024Q3' },
    }),
  }
  const logged = gateway.logText().length
  const answer = await send(gateway.url + service.path, {
    agent: agentOf(as, gateway.url),
    headers: xmlHeaders,
    body: fillSignature(namedMessage(draft, naming), privateKey),
  })
  const code = /"code":"(\w+)"/.exec(gateway.logText().slice(logged))?.[1]
  return code ?? textIn(readBody(answer).xml, 'value') ?? ''
}

describe('a registered certificate that is named', () => {
  it.each(['issuer-serial', 'key-identifier', 'thumbprint'] as const)(
    'is answered to when it is good: %s',
    async (naming) => {
      const verdict = await judge('institutions/inspection/signing', 'inspection', naming)
      expect(verdict).toBe('DATA_FOUND')
    },
  )

  it.each([
    ['faulty/revoked', 'CERT_REVOKED'],
    ['faulty/expired', 'CERT_VALIDITY'],
    ['faulty/not-qualified', 'CERT_NOT_QUALIFIED'],
  ])('is judged like one that is sent: %s', async (stem, code) => {
    for (const naming of ['issuer-serial', 'thumbprint'] as const)
      expect(await judge(stem, 'phare', naming)).toBe(code)
  })

  it('is not guessed when several have the key identifier', async () => {
    expect(await judge('faulty/revoked', 'phare', 'key-identifier')).toBe('CERT_UNBOUND')
  })
})
