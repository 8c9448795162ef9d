/**
 * `npm run bench -- refused`: memory of a gateway process under a flood of messages that are refused, each for another reason and
 * none like the one before, and then under exchanges. Ends with 1 when memory grows after the first quarter by more than a tenth, or the share that
 * `--growth` names.
 */
import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { issueCertificate, newKeyPair } from '../certs-test/x509.ts'
import { createSigningKey, signEnvelope, type SigningKey } from '../src/ws-security/sign.ts'
import { pemOf, startGatewayProcess } from '../test/gateway-process.ts'
import { post } from './post.ts'
import { processTree, residentMiB } from './process-stat.ts'
import { findPayloads } from './questions.ts'
import { servicePath } from './servers.ts'

const { values } = parseArgs({
  options: {
    refused: { type: 'string', default: '40000' },
    exchanges: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '8' },
    growth: { type: 'string', default: '0.1' },
  },
})
/** of memory after the first quarter, as a share of it */
const growthMax = Number(values.growth)

const files = pemOf('phare').signing
const phare = createSigningKey(
  createPrivateKey(readFileSync(files.key)),
  new X509Certificate(readFileSync(files.certificate)).raw,
)
const strangerKey = await newKeyPair('P-256')

/** Somebody with a certificate that was never seen before. */
function stranger(): SigningKey {
  const { der } = issueCertificate({
    subject: [['2.5.4.3', `stranger ${randomUUID()}`]],
    key: strangerKey,
    notBefore: new Date(Date.now() - 86_400_000),
    notAfter: new Date(Date.now() + 86_400_000),
    extensions: [],
  })
  return createSigningKey(strangerKey.privateKey, der)
}

function signed(bodyChild: string, key = phare, createdMs = Date.now()): string {
  return signEnvelope({ bodyChild, soapVersion: '1.1', createdMs, key })
}

interface Message {
  readonly path: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What is refused at each stage, in the order of the stages; every call makes bytes that were never sent, `replayed` aside. */
function refusedMessages(payload: string, replayed: string): readonly (() => Message)[] {
  const fresh = () => payload.replaceAll('{ticket}', randomUUID())
  const at = (body: string, headers?: Message['headers']): Message => ({
    path: servicePath,
    body,
    ...(headers && { headers }),
  })
  return [
    () => ({ path: `/${randomUUID()}`, body: fresh() }),
    () => at(`<a${randomUUID()}>`),
    () => at(fresh()),
    () => at(signed(fresh(), phare, Date.now() - 3_600_000)),
    () => at(signed(fresh()).replace(/<ds:SignatureValue>..../, '<ds:SignatureValue>AAAA')),
    () => at(signed(fresh(), stranger())),
    () => at(replayed),
    () => at(signed(fresh()), { SOAPAction: `"${randomUUID()}"` }),
    () => at(signed(fresh().replace('<criteria>', `<criteria><x>${randomUUID()}</x>`))),
    () => at(signed(fresh().replace('PHARE:SUBSIDY_QUARTER', `PHARE:${randomUUID()}`))),
    () => at(signed(fresh().replaceAll(/<cbeNumber>\d+/g, '<cbeNumber>1999000348'))),
  ]
}

async function run(url: string, count: number, make: (index: number) => Message): Promise<number> {
  const connections = Number(values.connections)
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let next = 0
  let answered = 0
  const worker = async () => {
    while (next < count) {
      const { path, body, headers } = make(next++)
      const message = Buffer.from(body)
      const sent = { 'Content-Type': 'text/xml', 'Content-Length': message.length, ...headers }
      const reply = await post(new URL(path, url), { agent, headers: sent }, message)
      if (reply.body.includes('>DATA_FOUND<')) answered += 1
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  agent.destroy()
  return answered
}

/** Runs in four quarters and tells the memory after each; whether it stayed within the bound since the first. */
async function measure(
  what: string,
  gateway: { readonly url: string; readonly pid: number },
  count: number,
  make: (index: number) => Message,
  answered: 0 | 1,
): Promise<boolean> {
  const sizes: number[] = []
  for (let quarter = 0; quarter < 4; quarter += 1) {
    const share = Math.floor(count / 4)
    const found = await run(gateway.url, share, make)
    if (found !== share * answered) throw new Error(`${found} of ${share} ${what} got an answer`)
    sizes.push(residentMiB(processTree(gateway.pid)))
  }
  const growth = sizes.at(-1)! / sizes[0]! - 1
  const list = sizes.map((size) => size.toFixed(0)).join(', ')
  console.log(`${count} ${what}: ${list} MiB after each quarter (${(growth * 100).toFixed(1)} %)`)
  return growth <= growthMax
}

const directory = mkdtempSync(join(tmpdir(), 'quadrivium-refused-'))
const gateway = await startGatewayProcess({ directory, processes: 1, plain: true, eased: 'phare' })
try {
  const { payloads } = await findPayloads(gateway.url + servicePath)
  const replayed = signed(payloads[0]!)
  await run(gateway.url, 1, () => ({ path: servicePath, body: replayed }))
  const kinds = refusedMessages(payloads[0]!, replayed)
  const refused = await measure(
    'refused messages',
    gateway,
    Number(values.refused),
    (index) => kinds[index % kinds.length]!(),
    0,
  )
  const exchanges = await measure(
    'exchanges',
    gateway,
    Number(values.exchanges),
    (index) => {
      const payload = payloads[index % payloads.length]!.replaceAll('{ticket}', randomUUID())
      return { path: servicePath, body: signed(payload) }
    },
    1,
  )
  if (!refused || !exchanges) {
    console.error(`memory grew by more than ${growthMax * 100} %`)
    process.exitCode = 1
  }
} finally {
  await gateway.stop()
  rmSync(directory, { recursive: true, force: true })
}
