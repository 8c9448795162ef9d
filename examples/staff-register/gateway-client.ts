/**
 * A signed SOAP client as an institution writes it: node-soap makes it from the WSDL and signs Body, Timestamp and token; the
 * signature of the reply is checked with a certificate that was known before, and only what it covers is read.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { createClientAsync, WSSecurityCert, type Client } from 'soap'
import { SignedXml } from 'xml-crypto'

/** Files of an institution (PEM), and what it knows of the gateway. */
export interface Identity {
  readonly signing: { readonly certificate: string; readonly key: string }
  readonly tls: { readonly certificate: string; readonly key: string }
  /** authority of the gateway's TLS certificate */
  readonly authority: string
  /** with which the gateway signs its replies */
  readonly gatewaySeal: string
}

/** Reads them where `npm run certs` puts them. */
export function readIdentity(directory: string, institution: string): Identity {
  const read = (file: string) => readFileSync(join(directory, file), 'utf8')
  const own = `institutions/${institution}`
  return {
    signing: { certificate: read(`${own}/signing.pem`), key: read(`${own}/signing.key.pem`) },
    tls: { certificate: read(`${own}/tls.chain.pem`), key: read(`${own}/tls.key.pem`) },
    authority: read('ca/root.pem'),
    gatewaySeal: read('gateway/seal.pem'),
  }
}

/** What a service answers: its status, and the result when there are data. */
export interface Reply<Result> {
  readonly status: { readonly value: string; readonly code: string; readonly description?: string }
  readonly result?: Result
}

/** A question that was not answered: the code says why (docs/fault-codes.md). */
export class Refused extends Error {
  override readonly name = 'Refused'
}

export class GatewayClient {
  readonly #client: Client
  readonly #agent: Agent
  readonly #seal: string
  readonly #customer: string

  private constructor(client: Client, agent: Agent, seal: string, customer: string) {
    this.#client = client
    this.#agent = agent
    this.#seal = seal
    this.#customer = customer
  }

  /** A client of the service at `endpoint`; `customer` is the enterprise number of the institution. */
  static async open(
    endpoint: string,
    identity: Identity,
    customer: string,
  ): Promise<GatewayClient> {
    const { tls, signing, authority, gatewaySeal } = identity
    const agent = new Agent({
      keepAlive: true,
      cert: tls.certificate,
      key: tls.key,
      ca: authority,
    })
    try {
      const options = { wsdl_options: { httpsAgent: agent } }
      const client = await createClientAsync(`${endpoint}?wsdl`, options, endpoint)
      client.setSecurity(
        new WSSecurityCert(signing.key, signing.certificate, '', {
          hasTimeStamp: true,
          signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
          digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
          additionalReferences: ['wsse:BinarySecurityToken'],
          signerOptions: { idMode: 'wssecurity' },
        }),
      )
      return new GatewayClient(client, agent, gatewaySeal, customer)
    } catch (cause) {
      agent.destroy()
      throw new Error(`no service at ${endpoint}`, { cause })
    }
  }

  /** One signed question. Throws Refused for a SOAP fault, Error when no answer came or its signature does not hold. */
  async ask<Result>(
    operation: string,
    legalContext: string,
    criteria: object,
  ): Promise<Reply<Result>> {
    const request = {
      // the gateway answers a ticket that is a UUID once only: a message sent twice by mistake is refused
      informationCustomer: {
        ticket: randomUUID(),
        customerIdentification: { cbeNumber: this.#customer },
      },
      legalContext,
      criteria,
    }
    try {
      const send = this.#client[`${operation}Async`] as Send
      await send(request, { httpsAgent: this.#agent })
    } catch (cause) {
      // node-soap throws for a fault too: it is read below
      if (typeof this.#client.lastResponse !== 'string') {
        throw new Error(`${operation}: no answer`, { cause })
      }
    }
    const body = readSigned(String(this.#client.lastResponse), this.#seal)
    if ('faultcode' in body) {
      throw new Refused(`${operation}: ${String((body as { faultstring?: string }).faultstring)}`)
    }
    return body as Reply<Result>
  }

  /** The result of a question, or undefined when there are no data. Throws Refused for any other status. */
  async read<Result>(
    operation: string,
    legalContext: string,
    criteria: object,
  ): Promise<Result | undefined> {
    const { status, result } = await this.ask<Result>(operation, legalContext, criteria)
    if (status.value === 'DATA_FOUND') return result
    if (status.value === 'NO_DATA_FOUND') return undefined
    throw new Refused(`${operation}: ${status.code} ${status.description ?? ''}`)
  }

  /** The results of a question that is answered page by page. */
  async *pages<Result extends { readonly nextOffset?: string }>(
    operation: string,
    legalContext: string,
    criteria: object,
  ): AsyncGenerator<Result> {
    let offset: string | undefined
    do {
      const paged = offset === undefined ? criteria : { ...criteria, offset }
      const page = await this.read<Result>(operation, legalContext, paged)
      if (page === undefined) return
      yield page
      offset = page.nextOffset
    } while (offset !== undefined)
  }

  close(): void {
    this.#agent.destroy()
  }
}

type Send = (request: object, options: object) => Promise<unknown>

/** Blocks that can be repeated: read as arrays, also when one came. All values stay text: an identifier is no number. */
const repeated = new Set([
  'employment',
  'change',
  'naturalPerson',
  'workerRecord',
  'occupation',
  'service',
])
const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => repeated.has(name),
})

const soapBody = /^<(\w+):Body xmlns:\1="http:\/\/schemas\.xmlsoap\.org\/soap\/envelope\/"/

/** The child of the Body that the gateway signed. Throws when there is no such signature. */
function readSigned(envelope: string, seal: string): object {
  const [signature, ...others] =
    envelope.match(/<(?:\w+:)?Signature[ >][\s\S]*?<\/(?:\w+:)?Signature>/g) ?? []
  if (signature === undefined || others.length > 0) {
    throw new Error('a reply without a signature, or with several')
  }
  // the certificate is ours: one that the reply brings proves nothing
  const verifier = new SignedXml({
    publicCert: seal,
    idMode: 'wssecurity',
    getCertFromKeyInfo: () => null,
  })
  verifier.loadSignature(signature)
  if (!verifier.checkSignature(envelope)) throw new Error('the signature of a reply is wrong')
  const body = verifier.getSignedReferences().find((part) => soapBody.test(part))
  if (body === undefined) throw new Error('the signature of a reply does not cover its Body')
  const { Body: content } = parser.parse(body) as { Body: Record<string, object> }
  return Object.values(content)[0] ?? {}
}
