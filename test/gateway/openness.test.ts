import { readFileSync } from 'node:fs'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personas } from '../../src/synthetic/personas.ts'
import { services } from '../../src/services/registry.ts'
import { pem } from '../gateway-process.ts'
import { askRest, askSoap, requestXml, send, signAs, type Answer } from './ask.ts'
import { agentOf, startTestGateway, type TestGateway } from './gateway.ts'
import { consultationNamed, contexts, criteriaOf, employers, personaNumbers } from './questions.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.close())

const get = (path: string): Promise<Answer> =>
  send(gateway.url + path, { method: 'GET', agent: agentOf('none', gateway.url) })

/** What no answer may say: what we are made of, where we lie, how our code failed. */
const inside =
  /express|node(?!Name)|libxml|openssl|sqlite|quadrivium\/(?!v?\w*Service|person|dmfa)|\bat \S+ \(|\.ts\b|\/src\/|\/home\/|\/tmp\/|\/work\/|stack|Error:/i

function checkQuiet({ headers, text }: Answer): void {
  expect(`${JSON.stringify(headers)} ${text}`).not.toMatch(inside)
  expect(headers['server']).toBeUndefined()
  expect(headers['x-powered-by']).toBeUndefined()
}

function openSocket(): Promise<TLSSocket> {
  const port = Number(new URL(gateway.url).port)
  const ca = [readFileSync(pem.root), readFileSync(pem.other)]
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost' }, () =>
      resolve(socket),
    )
    socket.once('error', reject)
  })
}

/** Everything that comes back on a connection of its own, until it ends. */
async function sendRaw(...bytes: readonly string[]): Promise<string> {
  const socket = await openSocket()
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const ended = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => undefined)
  for (const part of bytes) socket.write(part)
  await ended
  return text
}

describe('what is open to all', () => {
  it('is the health, as Belgif says', async () => {
    const answer = await get('/health')
    expect(answer).toMatchObject({ status: 200, text: '{"status":"UP"}' })
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    checkQuiet(answer)
  })

  it.each(services.map((service) => [service.name, service] as const))(
    'is the WSDL of %s, with the configured address whatever the Host header says',
    async (_, service) => {
      const target = `GET ${service.path}?wsdl HTTP/1.1`
      const text = await sendRaw(`${target}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)
      expect(text).toMatch(/^HTTP\/1\.1 200 /)
      expect(text).toContain('Content-Type: text/xml; charset=utf-8')
      expect(text).toContain(`https://gateway.example:8443${service.path}`)
      expect(text).not.toContain('evil.example')
    },
  )

  it.each([
    '/',
    '/nothing',
    '/quadrivium',
    '/health/../nothing',
    '/%2e%2e/package.json',
    '/%ff',
    '/__proto__',
  ])('is nothing at %s: 404 without a word about us or the path', async (path) => {
    const answer = await get(path)
    expect(answer.status).toBe(404)
    expect(JSON.parse(answer.text)).toMatchObject({ title: 'Resource Not Found' })
    expect(answer.text).not.toContain(path.length > 1 ? path : 'package')
    checkQuiet(answer)
  })
})

describe('a body', () => {
  const path = consultationNamed('consultByWorker').service.path
  const restPath = consultationNamed('consultByWorker').operation.restPath!
  const head = (target: string, type: string, more: string) =>
    `POST ${target} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\n${more}\r\n\r\n`

  it.each([
    ['SOAP', path, 'text/xml'],
    ['REST', restPath, 'application/json'],
    ['nowhere', '/nothing', 'text/plain'],
  ])(
    'that grows over the limit is cut off, and the refusal is told: %s',
    async (_, target, type) => {
      const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`
      const socket = await openSocket()
      let text = ''
      socket.on('data', (part: Buffer) => (text += part.toString()))
      const ended = new Promise((resolve) => socket.once('close', resolve))
      socket.on('error', () => undefined)
      socket.write(head(target, type, 'Transfer-Encoding: chunked'))
      // 16 MB, and then no end: whoever reads on waits forever
      for (let sent = 0; sent < 512 && !socket.destroyed; sent += 1) {
        if (!socket.write(chunk)) await new Promise((resolve) => setTimeout(resolve, 1))
      }
      const open = await Promise.race([
        ended,
        new Promise((resolve) => setTimeout(resolve, 5000, 'open')),
      ])
      socket.destroy()
      expect(text).toMatch(/^HTTP\/1\.1 4(?:13|01|04) /)
      expect(open).not.toBe('open')
    },
  )

  it('that is broken off is no fault of ours', async () => {
    const before = gateway.logText().length
    for (const [target, type] of [
      [path, 'text/xml'],
      [restPath, 'application/json'],
    ] as const) {
      const socket = await openSocket()
      socket.write(head(target, type, 'Content-Length: 1000') + 'abc')
      await new Promise((resolve) => setTimeout(resolve, 50))
      socket.destroy()
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
    const log = gateway.logText().slice(before)
    expect(log).toContain('"code":"MESSAGE_INCOMPLETE"')
    expect(log).not.toMatch(/internal|INTERNAL/)
  })
})

describe('log and journal', () => {
  it('hold no number and no name of a persona, whatever was asked and however', async () => {
    for (const [as, legalContext] of contexts) {
      for (const ssin of personaNumbers) {
        const consultation = consultationNamed('consultPerson')
        const ask = { as, legalContext, ...consultation, criteria: { ssin }, ticket: ssin }
        await askSoap(gateway, ask)
        await askRest(gateway, ask)
      }
      for (const operation of ['consultByWorker', 'consultByEmployer', 'consultAggregates']) {
        const subject = { ssin: personas.partTime.ssin, employer: employers[0]! }
        const criteria = criteriaOf(operation, subject, { from: '2003Q4', to: '2003Q4' })
        await askSoap(gateway, { as, legalContext, ...consultationNamed(operation), criteria })
      }
    }
    await sendBroken()
    const kept = gateway.logText() + gateway.journalBytes().toString()
    expect(kept).toContain('refused')
    expect(gateway.entries().length).toBeGreaterThan(300)
    for (const ssin of personaNumbers) expect(kept).not.toContain(ssin)
    for (const { lastName, firstNames } of Object.values(personas)) {
      expect(kept).not.toContain(lastName)
      expect(kept).not.toMatch(new RegExp(`\\b${firstNames}\\b`))
    }
  })

  /** Requests that hold a number and a name at places where nobody expects them. */
  async function sendBroken(): Promise<void> {
    const { ssin, lastName } = personas.fullTime
    const consultation = consultationNamed('consultPerson')
    const ask = {
      as: 'phare',
      legalContext: `${lastName}:${ssin}`,
      ...consultation,
      criteria: { ssin, [lastName.slice(0, 5)]: lastName },
    }
    const { service, operation } = consultation
    const agent = agentOf('phare', gateway.url)
    const soap = { agent, headers: { 'Content-Type': 'text/xml', SOAPAction: `"${ssin}"` } }
    const url = gateway.url + service.path
    const xml = requestXml(ask)
    const answers = [
      await askSoap(gateway, ask),
      await askSoap(gateway, { ...ask, criteria: { ssin } }),
      await askRest(gateway, ask),
      await send(url, { ...soap, body: signAs('phare', xml) }),
      await send(url, { ...soap, body: xml }),
      await send(url, { ...soap, body: `<${lastName}>${ssin}` }),
      await send(`${url}?ssin=${ssin}`, { ...soap, body: xml }),
      await send(`${gateway.url}${operation.restPath}?ssin=${ssin}`, {
        agent,
        headers: { 'Content-Type': 'application/json', 'BelGov-Trace-Id': ssin },
        body: `{"${ssin}":"${lastName}"}`,
      }),
      await send(`${gateway.url}/${ssin}/${lastName.slice(0, 5)}`, { agent }),
    ]
    for (const answer of answers) checkQuiet(answer)
  }
})

describe('a stop', () => {
  it('waits for no caller who never ends a message', async () => {
    const socket = await openSocket()
    socket.on('error', () => undefined)
    const { path } = consultationNamed('consultPerson').service
    const type = 'Content-Type: text/xml\r\nContent-Length: 9'
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${type}\r\n\r\n`)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const begun = Date.now()
    await gateway.stop()
    expect(Date.now() - begun).toBeLessThan(15_000)
    gateway = await startTestGateway({ directory: gateway.directory })
  })
})
