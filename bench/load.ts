/**
 * The load generator, a process of its own: signs its requests beforehand, then sends them over N keep-alive connections, the next
 * one when the reply is whole, and checks every reply. `run.ts` forks it.
 */
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { post } from './post.ts'
import { readSigner, signRequest } from './signed-request.ts'

/** One batch of exchanges. */
export interface LoadOrder {
  readonly url: string
  readonly soapAction: string
  readonly count: number
  readonly connections: number
  /** PEM files of the signer, and of the TLS client where the URL is https */
  readonly signing: { readonly certificate: string; readonly key: string }
  readonly tls?: { readonly certificate: string; readonly key: string; readonly authority: string }
  /** bodies in exclusive-C14N form, taken in turn; `{ticket}` is replaced, so that no two messages are alike */
  readonly payloads: readonly string[]
}

export interface LoadReport {
  readonly seconds: number
  readonly latenciesMs: { readonly p50: number; readonly p99: number }
  readonly requestBytes: number
  readonly replyBytes: number
  /** first reply that was not as it should be */
  readonly failure?: string
}

/** Requests stay valid for as long as a batch may take. */
const lifetimeMs = 300_000

async function prepare(order: LoadOrder): Promise<Buffer[]> {
  const signer = readSigner(order.signing)
  const messages: Buffer[] = []
  // a few at a time: the thread pool then uses both cores
  const atOnce = 32
  for (let i = 0; i < order.count; i += atOnce) {
    const batch = Array.from({ length: Math.min(atOnce, order.count - i) }, (_, j) => {
      const payload = order.payloads[(i + j) % order.payloads.length]!
      return signRequest(payload.replaceAll('{ticket}', crypto.randomUUID()), signer, lifetimeMs)
    })
    messages.push(...(await Promise.all(batch)))
  }
  return messages
}

function agentOf(order: LoadOrder): http.Agent {
  const options = { keepAlive: true, maxSockets: order.connections, scheduling: 'fifo' } as const
  if (order.tls === undefined) return new http.Agent(options)
  return new https.Agent({
    ...options,
    cert: readFileSync(order.tls.certificate),
    key: readFileSync(order.tls.key),
    ca: readFileSync(order.tls.authority),
  })
}

async function run(order: LoadOrder, messages: readonly Buffer[]): Promise<LoadReport> {
  const url = new URL(order.url)
  const agent = agentOf(order)
  const headers = { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: `"${order.soapAction}"` }
  const latencies: number[] = []
  let next = 0
  let replyBytes = 0
  let failure: string | undefined
  const worker = async () => {
    while (next < messages.length && failure === undefined) {
      const message = messages[next++]!
      const started = performance.now()
      const options = {
        method: 'POST',
        agent,
        headers: { ...headers, 'Content-Length': message.length },
      }
      const { status, body } = await post(url, options, message)
      latencies.push(performance.now() - started)
      replyBytes += body.length
      const isWhole =
        status === 200 && body.includes('>DATA_FOUND<') && body.includes('SignatureValue>')
      if (!isWhole) failure ??= `HTTP ${status}: ${body.toString('utf8', 0, 2000)}`
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: order.connections }, worker))
  const seconds = (performance.now() - started) / 1000
  agent.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))] ?? 0
  return {
    seconds,
    latenciesMs: { p50: at(0.5), p99: at(0.99) },
    requestBytes: messages.reduce((sum, { length }) => sum + length, 0) / messages.length,
    replyBytes: replyBytes / latencies.length,
    ...(failure !== undefined && { failure }),
  }
}

/** parent → `LoadOrder`; → 'ready'; parent → 'go'; → `LoadReport`; any number of times. */
function serve(): void {
  let waiting: { order: LoadOrder; messages: Buffer[] } | undefined
  process.on('message', (message: LoadOrder | 'go') => {
    const act = async () => {
      if (message === 'go') {
        const { order, messages } = waiting!
        waiting = undefined
        process.send!(await run(order, messages))
      } else {
        waiting = { order: message, messages: await prepare(message) }
        process.send!('ready')
      }
    }
    act().catch((error: unknown) => {
      console.error(error)
      process.exit(1)
    })
  })
}

serve()
