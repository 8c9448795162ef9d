/** Requests of institutions, signed or in JSON, and what came back. */
import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request as requestHttp, type Agent, type IncomingHttpHeaders } from 'node:http'
import { request as requestHttps } from 'node:https'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { enterpriseNumbers, type SandboxInstitutionId } from '../../certs-test/institutions.ts'
import type { ConsultOperation, Service } from '../../src/services/operation.ts'
import { readEnvelope } from '../../src/soap/envelope.ts'
import { createSigningKey, signEnvelope, type SigningKey } from '../../src/ws-security/sign.ts'
import { signatureLimits, verifyMessage } from '../../src/ws-security/verify.ts'
import { canonicalize } from '../../src/xml/canonicalize.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { certificates } from '../gateway-process.ts'
import { registryOf, trustIn, type TestIdentity } from '../ws-security/identities.ts'
import { agentOf, type TestGateway } from './gateway.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly agent: Agent
  readonly body?: Uint8Array | string
}

/** One HTTP request and its whole answer. */
export function send(
  url: string,
  { method = 'POST', headers, agent, body }: Sent,
): Promise<Answer> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers: { ...headers } }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('error', reject)
      reply.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** A certificate of the test PKI with its key. */
export interface PkiIdentity extends TestIdentity {
  readonly key: SigningKey
}

const identities = new Map<string, PkiIdentity>()

/** By the stem of its files, e.g. `institutions/phare/signing`; read once. */
export function identityOf(stem: string): PkiIdentity {
  const known = identities.get(stem)
  if (known !== undefined) return known
  const certificate = new X509Certificate(readFileSync(join(certificates, `${stem}.pem`)))
  const privateKey = createPrivateKey(readFileSync(join(certificates, `${stem}.key.pem`)))
  const key = createSigningKey(privateKey, certificate.raw)
  const made = { privateKey, der: certificate.raw, sha256: key.certificateSha256, key }
  identities.set(stem, made)
  return made
}

export type Criteria = Readonly<Record<string, string | number | readonly string[]>>

/** A question as an institution puts it. */
export interface Ask {
  readonly as: string
  readonly service: Service
  readonly operation: ConsultOperation
  readonly legalContext: string
  readonly criteria: Criteria
  /** the institution named in the message; the one that asks when absent */
  readonly customer?: SandboxInstitutionId
  readonly ticket?: string
}

/** The child of the SOAP body. */
export function requestXml(ask: Ask): string {
  const customer = enterpriseNumbers[ask.customer ?? (ask.as as SandboxInstitutionId)]
  const leaves = Object.entries(ask.criteria).flatMap(([name, value]) =>
    [value].flat().map((text) => `<${name}>${text}</${name}>`),
  )
  const name = `${ask.operation.name}Request`
  return (
    `<v1:${name} xmlns:v1="${ask.service.namespace}"><informationCustomer>` +
    `<ticket>${ask.ticket ?? randomUUID()}</ticket>` +
    `<customerIdentification><cbeNumber>${customer}</cbeNumber></customerIdentification></informationCustomer>` +
    `<legalContext>${ask.legalContext}</legalContext><criteria>${leaves.join('')}</criteria></v1:${name}>`
  )
}

/** The same question as a JSON document. */
export function requestJson(ask: Ask): object {
  const cbeNumber = enterpriseNumbers[ask.customer ?? (ask.as as SandboxInstitutionId)]
  return {
    informationCustomer: {
      ticket: ask.ticket ?? randomUUID(),
      customerIdentification: { cbeNumber },
    },
    legalContext: ask.legalContext,
    criteria: ask.criteria,
  }
}

/** Signs a request as an institution, now. */
export function signAs(institution: string, bodyChild: string): Buffer {
  const { key } = identityOf(`institutions/${institution}/signing`)
  return Buffer.from(signEnvelope({ bodyChild, soapVersion: '1.1', createdMs: Date.now(), key }))
}

export const xmlHeaders = { 'Content-Type': 'text/xml; charset=utf-8' }
export const jsonHeaders = { 'Content-Type': 'application/json' }

/** Sends what an institution signs to a service. */
export function sendSigned(
  gateway: Pick<TestGateway, 'url'>,
  as: string,
  { path }: Pick<Service, 'path'>,
  bodyChild: string,
): Promise<Answer> {
  return send(gateway.url + path, {
    agent: agentOf(as, gateway.url),
    headers: xmlHeaders,
    body: signAs(as, bodyChild),
  })
}

/** Puts the question over SOAP. */
export function askSoap(gateway: Pick<TestGateway, 'url'>, ask: Ask): Promise<Answer> {
  return sendSigned(gateway, ask.as, ask.service, requestXml(ask))
}

/** Puts the question over REST. */
export function askRest(gateway: Pick<TestGateway, 'url'>, ask: Ask): Promise<Answer> {
  return send(gateway.url + (ask.operation.restPath ?? ''), {
    agent: agentOf(ask.as, gateway.url),
    headers: jsonHeaders,
    body: JSON.stringify(requestJson(ask)),
  })
}

const reader = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  ignoreAttributes: true,
})

export type Tree = string | readonly Tree[] | { readonly [name: string]: Tree }

/**
 * The child of the signed Body, after our own verification with the gateway's certificate: Body, Timestamp and token are
 * signed. Throws when the signature does not hold. (`readSignedReply` of the client asks xml-crypto the same.)
 */
export function readBody({ text }: Pick<Answer, 'text'>): Body {
  const tree = parseXml(Buffer.from(text), { ...soapLimits, sizeBytesMax: 16 * 1024 * 1024 })
  try {
    const verified = verifyMessage(readEnvelope(tree), {
      trust: trustIn(identityOf('gateway/seal')),
      nowMs: Date.now(),
      limits: signatureLimits,
      registered: registryOf(),
    })
    const xml = new TextDecoder().decode(canonicalize(verified.bodyChild))
    const [[name, value] = ['', '']] = Object.entries(reader.parse(xml) as Record<string, Tree>)
    return { name, xml: xml.replace(/ xmlns:soap="[^"]*"/, ''), value }
  } finally {
    tree.dispose()
  }
}

export interface Body {
  /** local name of the child */
  readonly name: string
  readonly xml: string
  readonly value: Tree
}

/** The text of the first element with this name, wherever it stands. */
export function textIn(xml: string, name: string): string | undefined {
  return new RegExp(`<(?:\\w+:)?${name}>([^<]*)<`).exec(xml)?.[1]
}
