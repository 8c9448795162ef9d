import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personas } from '../../src/synthetic/personas.ts'
import { signEnvelope } from '../../src/ws-security/sign.ts'
import { agentOf, startTestGateway, type TestGateway } from './gateway.ts'
import { identityOf, requestXml, send, signAs, textIn, xmlHeaders } from './ask.ts'
import { consultationNamed } from './questions.ts'

const { service, operation } = consultationNamed('consultPerson')
let gateway: TestGateway

beforeAll(async () => {
  gateway = await startTestGateway({
    plain: true,
    institutions: (rows) => rows.map((row) => ({ ...row, clientCertificate: 'optional' })),
  })
})

afterAll(() => gateway.close())

const question = () =>
  requestXml({
    as: 'phare',
    service,
    operation,
    legalContext: 'PHARE:IDENTIFICATION',
    criteria: { ssin: personas.fullTime.ssin },
  })

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function head(length: number): string {
  return (
    `POST ${service.path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n` +
    `Content-Length: ${length}\r\n\r\n`
  )
}

/** Sends the parts one after another, with a step between them, and gives what came back until the connection ends. */
async function sendSlowly(
  parts: readonly (Buffer | string)[],
  between: () => Promise<unknown>,
  ms = 1_500,
): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  let text = ''
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()))
  socket.on('error', () => undefined)
  for (const [index, part] of parts.entries()) {
    if (index > 0) await between()
    socket.write(part)
  }
  await pause(ms)
  socket.destroy()
  return text
}

describe('a body that comes slowly', () => {
  it('is judged by the time of its last byte: what expired meanwhile is not taken a second time', async () => {
    const { key } = identityOf('institutions/phare/signing')
    const createdMs = Date.now() - 297_000
    const message = Buffer.from(
      signEnvelope({ bodyChild: question(), soapVersion: '1.1', createdMs, key }),
    )
    const url = gateway.url + service.path
    const agent = agentOf('none', gateway.url)
    const first = await send(url, { agent, headers: xmlHeaders, body: message })
    expect(textIn(first.text, 'value')).toBe('DATA_FOUND')
    const again = await sendSlowly(
      [head(message.length), message.subarray(0, 10), message.subarray(10)],
      async () => {
        await pause(2_000)
        // enough for the store to sweep what has expired
        for (let n = 0; n < 70; n += 1)
          await send(url, { agent, headers: xmlHeaders, body: signAs('phare', question()) })
      },
    )
    expect(textIn(again, 'faultcode') ?? textIn(again, 'value')).toBe('wsu:MessageExpired')
  })

  it('and breaks off is no internal error, and costs at most one line of the security log', async () => {
    const before = gateway.logText().length
    await sendSlowly([head(100), 'abc'], () => pause(100), 100)
    await pause(300)
    const lines = gateway.logText().slice(before).trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { code?: string }).code)).toEqual([
      'MESSAGE_INCOMPLETE',
    ])
  })

  it('and is too large is answered, and the connection ends', async () => {
    const chunk = `${(300_000).toString(16)}\r\n${'x'.repeat(300_000)}\r\n`
    const chunked = head(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked')
    for (const parts of [[head(3_000_000) + 'x'], [chunked + chunk]]) {
      const text = await sendSlowly(parts, () => pause(1), 500)
      expect(text).toMatch(/^HTTP\/1.1 413 /)
      expect(text).toContain('Connection: close\r\n')
    }
  })
})
