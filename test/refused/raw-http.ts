/** Writes raw bytes of recipes into connections to a running gateway, and reads what comes back. */
import { readFileSync } from 'node:fs'
import { connect as connectPlain, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import { personas } from '../../src/synthetic/personas.ts'
import { requestJson } from '../gateway/ask.ts'
import type { TestGateway } from '../gateway/gateway.ts'
import { consultationNamed } from '../gateway/questions.ts'
import { certificates, pem } from '../gateway-process.ts'
import { applyEdit, readEdit, type Recipe, repeated } from './read-recipes.ts'

const { service, operation } = consultationNamed('consultPerson')
const restPath = operation.restPath!

/** Keys of these recipes beside the common ones. */
export const httpKeys = ['request', 'as', 'limits']

/** What came back on all connections of a recipe. */
export interface Heard {
  /** statuses in the order of the answers, of a flood each once and sorted; `nothing` for a connection that ended without one */
  readonly told: string
  readonly text: string
}

/** Where one connection comes from: an address of the loopback, and an institution or nobody. */
export interface Sender {
  readonly address: string
  readonly as: string
}

/** Sends the request, `query` or `wsdl`, as it is accepted. */
export function sendBase(gateway: TestGateway, request: string, from: Sender): Promise<Heard> {
  return converse([[{ bytes: requestOf(request, (text) => text) }]], gateway, from)
}

/** Sends it with the attack. */
export function sendAttacked(gateway: TestGateway, recipe: Recipe, from: Sender): Promise<Heard> {
  const steps = recipe.attack.split(' && ')
  const sent = requestOf(recipe.more.get('request') ?? 'query', (text, verb) =>
    steps
      .flatMap((step) => readEdit(step, verb) ?? [])
      .reduce((so, edit) => unescaped(applyEdit(so, edit, recipe.name)), text),
  )
  const [verb = '', count = ''] = steps.at(-1)!.split(/ (?!~)/)
  const times = <T>(one: T): T[] => Array.from({ length: Number(count) }, () => one)
  const sender = steps.includes('without certificate') ? { ...from, as: 'nobody' } : from
  const head = sent.slice(0, sent.indexOf('\r\n\r\n') + 4)
  switch (verb) {
    case 'repeat':
      return converse([times({ bytes: sent })], gateway, sender)
    case 'connections':
      return converse(times([{ bytes: sent }]), gateway, sender)
    case 'handshake':
      return converse([[{ bytes: '' }]], gateway, { ...sender, as: 'no TLS' })
    case 'slowly':
      return converse([[{ bytes: head, slowly: sent.slice(head.length) }]], gateway, sender)
    case 'header':
      return converse([[{ bytes: '', slowly: head }]], gateway, sender)
    default:
      return converse([[{ bytes: sent }]], gateway, sender)
  }
}

/** Bytes of one request, and those that follow one by one. */
interface Part {
  readonly bytes: string
  readonly slowly?: string
}

/** The bytes, each a character: `body` edits the body before its length is told, `message` the whole. */
function requestOf(
  request: string,
  edited: (text: string, verb: 'body' | 'message') => string,
): string {
  if (request === 'wsdl')
    return edited(`GET ${service.path}?wsdl HTTP/1.1\r\nHost: localhost\r\n\r\n`, 'message')
  const body = edited(JSON.stringify(question()), 'body')
  const head =
    `POST ${restPath} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\n\r\n`
  return edited(head + body, 'message')
}

const question = () =>
  requestJson({
    as: 'phare',
    service,
    operation,
    legalContext: 'PHARE:IDENTIFICATION',
    criteria: { ssin: personas.fullTime.ssin },
    // no id of its own: the same question may be asked again
    ticket: 'a recipe',
  })

/** `\r`, `\n`, `\t`, `\0` and `\xff` as one byte each, after what is to be repeated. */
const unescaped = (text: string): string =>
  repeated(text).replaceAll(/\\(?:([rnt0])|x([0-9a-f]{2}))/g, (_, letter?: string, hex = '') =>
    letter === undefined
      ? String.fromCharCode(Number.parseInt(hex as string, 16))
      : { r: '\r', n: '\n', t: '\t', 0: '\0' }[letter as 'r'],
  )

/** All connections at once, each with its parts one after the other. */
async function converse(
  connections: readonly (readonly Part[])[],
  gateway: TestGateway,
  from: Sender,
): Promise<Heard> {
  const texts = await Promise.all(
    connections.map((parts, index) =>
      // one after the other, so that those past a number are the last
      sleep(index * 5).then(() => talk(parts, gateway, from)),
    ),
  )
  const told = texts.flatMap((text) => {
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status!)
    return statuses.length === 0 ? ['nothing'] : statuses
  })
  return { told: statusesOf(told, connections), text: texts.join('\n') }
}

/** Of a flood each kind once, of one request all, so that a smuggled one is seen. */
function statusesOf(told: readonly string[], connections: readonly (readonly Part[])[]): string {
  return (connections.flat().length > 1 ? [...new Set(told)].sort() : told).join(' ')
}

/** Long enough for an answer; a connection that is still open and silent then has said `open`. */
const patienceMs = 8_000
/** Silence after whole answers that ends the conversation. */
const silenceMs = 60

async function talk(parts: readonly Part[], gateway: TestGateway, from: Sender): Promise<string> {
  const socket = open(gateway, from)
  socket.on('error', () => undefined)
  let text = ''
  let heardAt = Date.now()
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    heardAt = Date.now()
  })
  const begun = Date.now()
  for (const { bytes, slowly = '' } of parts) {
    if (bytes !== '') socket.write(Buffer.from(bytes, 'latin1'))
    for (const byte of slowly) {
      if (socket.destroyed || Date.now() - begun > patienceMs) break
      socket.write(byte)
      await sleep(50)
    }
    const before = text.length
    while (!socket.destroyed && text.length === before && Date.now() - begun < patienceMs)
      await sleep(5)
  }
  while (!socket.destroyed && (Date.now() - heardAt < silenceMs || !isWhole(text))) {
    if (Date.now() - begun > patienceMs) break
    await sleep(10)
  }
  if (!socket.destroyed && text === '') text = 'HTTP/1.1 000 still open\r\n'
  socket.destroy()
  return text
}

/** Whether the last answer has as many bytes of a body as it says. */
function isWhole(text: string): boolean {
  const last = text.slice(text.lastIndexOf('HTTP/1.1 '))
  const [, head = '', body = ''] = /^(.*?)\r\n\r\n(.*)$/s.exec(last) ?? []
  return Buffer.byteLength(body) >= Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
}

function open(gateway: TestGateway, { address, as }: Sender): Socket {
  const to = {
    host: '127.0.0.1',
    port: Number(new URL(gateway.url).port),
    localAddress: address,
  }
  if (as === 'no TLS') return connectPlain(to)
  const stem = join(certificates, `institutions/${as}/tls`)
  return connect({
    ...to,
    ca: [readFileSync(pem.root), readFileSync(pem.other)],
    servername: 'localhost',
    ...(as !== 'nobody' && {
      cert: readFileSync(`${stem}.chain.pem`),
      key: readFileSync(`${stem}.key.pem`),
    }),
  })
}
