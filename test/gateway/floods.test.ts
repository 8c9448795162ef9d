import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type ConnectionOptions } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import type { ValuesOf } from '../../src/config-limits.ts'
import type { Store } from '../../src/store/data-directory.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { certificates, pem } from '../gateway-process.ts'
import { jsonHeaders, requestJson, requestXml, send, signAs, textIn, xmlHeaders } from './ask.ts'
import { startTestGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts'
import { consultationNamed } from './questions.ts'

const { service, operation } = consultationNamed('consultPerson')

let gateway: TestGateway | undefined
const opened: { destroy(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) one.destroy()
  await gateway?.close()
  gateway = undefined
})

async function start(
  limits: Partial<ValuesOf<'limits'>>,
  options: TestGatewayOptions = {},
): Promise<TestGateway> {
  const configure: TestGatewayOptions['configure'] = (config) => ({ ...config, limits })
  gateway = await startTestGateway({ ...options, configure })
  return gateway
}

const ca = [readFileSync(pem.root), readFileSync(pem.other)]

/** Options of a connection from an address of the loopback; all of 127.0.0.0/8 is this machine. */
function from(address: string, institution?: string, more: ConnectionOptions = {}) {
  const stem = join(certificates, `institutions/${institution ?? ''}/tls`)
  return {
    localAddress: address,
    ca,
    servername: 'localhost',
    ...(institution !== undefined && {
      cert: readFileSync(`${stem}.chain.pem`),
      key: readFileSync(`${stem}.key.pem`),
    }),
    ...more,
  }
}

/** One kept connection. */
function agentFrom(address: string, institution?: string): Agent {
  const agent = new Agent({ ...from(address, institution), keepAlive: true, maxSockets: 1 })
  opened.push(agent)
  return agent
}

/** A connection of its own; what came on it, and how it went. */
async function rawFrom(address: string, institution?: string, more: ConnectionOptions = {}) {
  const port = Number(new URL(gateway!.url).port)
  const socket = connect({ ...from(address, institution, more), host: '127.0.0.1', port })
  opened.push(socket)
  const state = { text: '', ended: false, socket }
  socket.on('data', (bytes: Buffer) => (state.text += bytes.toString()))
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.once('close', resolve)).then(() => {
    state.ended = true
  })
  await Promise.race([new Promise((resolve) => socket.once('secureConnect', resolve)), closed])
  return { ...state, state, closed }
}

const question = (as: string, legalContext: string) => ({
  as,
  service,
  operation,
  legalContext,
  criteria: { ssin: personas.fullTime.ssin },
})
const phare = question('phare', 'PHARE:IDENTIFICATION')
const inspection = question('inspection', 'INSPECTION:CONTROL')

const restTo = (agent: Agent, ask: typeof phare) =>
  send(gateway!.url + operation.restPath!, {
    agent,
    headers: jsonHeaders,
    body: JSON.stringify(requestJson(ask)),
  })
const soapTo = (agent: Agent, body: Buffer | string) =>
  send(gateway!.url + service.path, { agent, headers: xmlHeaders, body })
const signed = () => signAs('phare', requestXml(phare))

const head = (path: string, type: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`

describe('a flood', () => {
  it('of unsigned messages from one address is answered by faults that tell when to come back, and harms no other caller', async () => {
    const { logText } = await start({ addressRequestsPerSecondMax: 2 })
    const known = agentFrom('127.0.0.2', 'phare')
    expect(textIn((await soapTo(known, signed())).text, 'value')).toBe('DATA_FOUND')
    const flooder = agentFrom('127.0.0.2')
    const answers = []
    for (let n = 0; n < 40; n += 1) answers.push(await soapTo(flooder, '<x/>'))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(20)
    for (const { headers, text } of refused) {
      expect(headers['retry-after']).toBe('1')
      expect(headers['server']).toBeUndefined()
      expect(textIn(text, 'faultcode')).toBe('soap:Server')
      expect(textIn(text, 'faultstring')).toBe(
        'Too many requests or connections of this caller. Try again after 1 second.',
      )
      // signed beforehand: a flood buys no signature
      expect(text).toBe(refused[0]!.text)
    }
    expect(logText()).toContain('"code":"TOO_MANY_REQUESTS","detail":"rate of an address"')
    // same address, but proven on its connection; and another address
    expect(textIn((await soapTo(known, signed())).text, 'value')).toBe('DATA_FOUND')
    expect((await soapTo(agentFrom('127.0.0.3'), '<x/>')).status).toBe(500)
    await sleep(1_100)
    expect((await soapTo(flooder, '<x/>')).status).toBe(500)
  })

  it('of what is open to all is bounded as well: documents and paths that are none', async () => {
    await start({ addressRequestsPerSecondMax: 1 })
    for (const [index, path] of [`${service.path}?wsdl`, '/nothing'].entries()) {
      const agent = agentFrom(`127.0.0.${2 + index}`)
      const statuses = []
      for (let n = 0; n < 20; n += 1) {
        const { status, text } = await send(gateway!.url + path, { method: 'GET', agent })
        statuses.push(status)
        if (status === 429) expect(JSON.parse(text)).toMatchObject({ retryAfterSec: 1 })
      }
      expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(8)
    }
  })

  it('of one institution over REST gets problems with Retry-After, and no other institution feels it', async () => {
    await start({ institutionRequestsPerSecondMax: 2 })
    const flooder = agentFrom('127.0.0.2', 'phare')
    const answers = []
    for (let n = 0; n < 40; n += 1) answers.push(await restTo(flooder, phare))
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(4)
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(10)
    expect(refused[0]!.headers['retry-after']).toBe('1')
    expect(refused[0]!.headers['content-type']).toBe('application/problem+json')
    expect(JSON.parse(refused[0]!.text)).toMatchObject({
      type: 'urn:problem-type:belgif:tooManyRequests',
      status: 429,
      retryAfterSec: 1,
    })
    expect((await restTo(agentFrom('127.0.0.2', 'inspection'), inspection)).status).toBe(200)
  })

  it('of one institution that shows no client certificate is told from its signatures', async () => {
    await start(
      { institutionRequestsPerSecondMax: 1, addressRequestsPerSecondMax: 1_000 },
      { institutions: (rows) => rows.map((row) => ({ ...row, clientCertificate: 'optional' })) },
    )
    const statuses = []
    for (let n = 0; n < 40; n += 1)
      statuses.push((await soapTo(agentFrom(`127.0.1.${n + 1}`), signed())).status)
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(10)
    // each is in the journal: the message is spent, and its signer is known
    const kept = gateway!
      .entries()
      .filter((one) => 'code' in one && one.code === 'TOO_MANY_REQUESTS')
    expect(kept.length).toBe(statuses.filter((status) => status === 429).length)
  })
})

describe('many connections', () => {
  it('of one address are cut, and no other address feels it', async () => {
    await start({ addressConnectionsMax: 3 })
    const open = []
    for (let n = 0; n < 6; n += 1) open.push(await rawFrom('127.0.0.2'))
    await sleep(100)
    expect(open.map(({ state }) => state.ended)).toEqual([false, false, false, true, true, true])
    expect((await rawFrom('127.0.0.3')).state.ended).toBe(false)
    open[0]!.socket.destroy()
    await sleep(100)
    expect((await soapTo(agentFrom('127.0.0.2'), '<x/>')).status).toBe(500)
  })

  it('of one institution from many addresses are refused past its number, and end', async () => {
    await start({ institutionConnectionsMax: 2 })
    const [first, second, third] = [2, 3, 4].map((n) => agentFrom(`127.0.0.${n}`, 'phare'))
    expect((await restTo(first!, phare)).status).toBe(200)
    expect((await restTo(second!, phare)).status).toBe(200)
    const refused = await restTo(third!, phare)
    expect(refused.status).toBe(429)
    expect(refused.headers).toMatchObject({ 'retry-after': '5', connection: 'close' })
    expect((await restTo(first!, phare)).status).toBe(200)
    expect((await restTo(agentFrom('127.0.0.4', 'inspection'), inspection)).status).toBe(200)
  })
})

describe('a process that has its fill', () => {
  /** A journal on which one entry waits until it is let go. */
  const stuck = () => {
    let letGo: () => void = () => undefined
    const free = new Promise<void>((resolve) => (letGo = resolve))
    const store = (one: Store): Store => ({
      ...one,
      journal: {
        path: one.journal.path,
        get isOpen() {
          return one.journal.isOpen
        },
        append: async (entry) => {
          await free
          return one.journal.append(entry)
        },
        close: () => one.journal.close(),
      },
    })
    return { store, letGo: () => letGo() }
  }

  it('of exchanges refuses the next before it reads its body: 503, and when to come back', async () => {
    const { store, letGo } = stuck()
    await start({ exchangesMax: 2 }, { store })
    const working = [2, 3].map((n) => restTo(agentFrom(`127.0.0.${n}`, 'phare'), phare))
    await sleep(500)
    for (const [path, type, told] of [
      [operation.restPath!, 'application/json', '"retryAfterSec":1'],
      [service.path, 'text/xml', 'Too many requests at once. Try again after 1 second.'],
    ] as const) {
      const { socket, state } = await rawFrom('127.0.0.4', 'inspection')
      socket.write(head(path, type, 1_000)) // and not a byte of the body
      await sleep(500)
      expect(state.text).toMatch(/^HTTP\/1\.1 503 /)
      expect(state.text).toContain('Retry-After: 1\r\n')
      expect(state.text).toContain(told)
    }
    letGo()
    expect((await Promise.all(working)).map(({ status }) => status)).toEqual([200, 200])
    expect((await restTo(agentFrom('127.0.0.5', 'inspection'), inspection)).status).toBe(200)
  })

  it('of bodies that do not end refuses the next before it reads its body', async () => {
    await start({ bodiesBytesMax: 10_000 })
    const slow = await rawFrom('127.0.0.2', 'phare')
    slow.socket.write(head(service.path, 'text/xml', 9_900) + 'x'.repeat(9_800))
    await sleep(300)
    const { socket, state } = await rawFrom('127.0.0.3', 'phare')
    socket.write(head(service.path, 'text/xml', 300))
    await sleep(300)
    expect(state.text).toMatch(/^HTTP\/1\.1 503 /)
    slow.socket.destroy()
    await sleep(300)
    expect((await restTo(agentFrom('127.0.0.3', 'phare'), phare)).status).toBe(200)
  })
})

describe('the cipher policy', () => {
  const old = { ciphers: 'DEFAULT@SECLEVEL=0', minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const
  it.each<[string, ConnectionOptions]>([
    ['TLS 1.1', old],
    [
      'RSA key exchange without forward secrecy',
      { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' },
    ],
    ['CBC', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-SHA256' }],
  ])('refuses %s', async (_, options) => {
    await start({})
    const { socket } = await rawFrom('127.0.0.1', undefined, options)
    expect(socket.getProtocol()).toBeNull()
  })

  it.each<[string, ConnectionOptions]>([
    ['TLSv1.2', { maxVersion: 'TLSv1.2' }],
    ['TLSv1.3', { minVersion: 'TLSv1.3' }],
  ])('takes %s', async (version, options) => {
    await start({})
    const { socket } = await rawFrom('127.0.0.1', undefined, options)
    expect(socket.getProtocol()).toBe(version)
  })
})
