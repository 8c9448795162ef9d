/**
 * A SOAP client of the gateway as an institution would write it with node-soap: mutual TLS, Body and Timestamp signed, the
 * reply's signature checked with a certificate that was known before. Used by `quadrivium call` and the demo.
 */
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { createPrivateKey, sign, verify, type KeyLike, type SignKeyObjectInput } from 'node:crypto'
import { XMLParser } from 'fast-xml-parser'
import { createClientAsync, WSSecurityCert, type Client } from 'soap'
import { SignedXml } from 'xml-crypto'

/** Something that the user of a command can put right; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** PEM of everything a call needs. */
export interface ClientIdentity {
  readonly signing: { readonly certificate: string; readonly key: string }
  readonly tls: { readonly certificate: string; readonly key: string }
  /** authorities that the gateway's TLS certificate may come from */
  readonly authorities: readonly string[]
  /** certificate with which the gateway signs its replies */
  readonly gatewaySeal: string
}

/** What came back, after its signature was checked: values come from the signed bytes only. */
export interface SignedReply {
  /** the whole envelope, as received */
  readonly envelope: string
  /** the signed Body, canonical */
  readonly body: string
  readonly isFault: boolean
  /** the child of the Body as a tree of objects, arrays and strings; prefixes and attributes left out */
  readonly value: ReplyTree
}

export type ReplyTree = string | readonly ReplyTree[] | { readonly [name: string]: ReplyTree }

/**
 * Reads an institution's certificates from a directory of the test PKI (certs-test/README.md). Throws UsageError when a file
 * is missing.
 */
export function loadIdentity(directory: string, institution: string): ClientIdentity {
  const read = (file: string) => {
    try {
      return readFileSync(join(directory, file), 'utf8')
    } catch (cause) {
      const hint = 'make them with `npm run certs`, or name another folder with --certs'
      throw new UsageError(`cannot read ${file} of the certificates; ${hint}`, { cause })
    }
  }
  const own = `institutions/${institution}`
  return {
    signing: { certificate: read(`${own}/signing.pem`), key: read(`${own}/signing.key.pem`) },
    tls: { certificate: read(`${own}/tls.chain.pem`), key: read(`${own}/tls.key.pem`) },
    authorities: [read('ca/root.pem'), read('ca/other.pem')],
    gatewaySeal: read('gateway/seal.pem'),
  }
}

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const ecdsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'
const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256'

/** xml-crypto, which signs and verifies for node-soap, has no ECDSA. The value is r‖s, as XML Signature wants it (RFC 9231 §2.3.6). */
class EcdsaSha256 {
  getSignature(signedInfo: string, key: SignKeyObjectInput): string {
    return sign('sha256', Buffer.from(signedInfo), { ...key, dsaEncoding: 'ieee-p1363' }).toString(
      'base64',
    )
  }

  verifySignature(signedInfo: string, key: KeyLike, value: string): boolean {
    // a PEM as it is: the type of node:crypto knows the options for an object only
    const input = { key, dsaEncoding: 'ieee-p1363' } as SignKeyObjectInput
    return verify('sha256', Buffer.from(signedInfo), input, Buffer.from(value, 'base64'))
  }

  getAlgorithmName(): string {
    return ecdsaSha256
  }
}

/** node-soap's signer of Body, Timestamp and token, by the kind of the key. */
function newSecurity({ certificate, key }: ClientIdentity['signing']): WSSecurityCert {
  const isEcdsa = createPrivateKey(key).asymmetricKeyType === 'ec'
  const security = new WSSecurityCert(key, certificate, '', {
    hasTimeStamp: true,
    signatureAlgorithm: isEcdsa ? ecdsaSha256 : rsaSha256,
    digestAlgorithm: sha256,
    // an institution may be bound by an attribute of its certificate: then the token must be signed
    additionalReferences: ['wsse:BinarySecurityToken'],
    signerOptions: { idMode: 'wssecurity' },
  })
  addEcdsa((security as unknown as { readonly signer: SignedXml }).signer)
  return security
}

/** xml-crypto's type asks for a signature by callback too, which nobody calls here. */
function addEcdsa({ SignatureAlgorithms }: SignedXml): void {
  const algorithms = SignatureAlgorithms as unknown as Record<string, new () => EcdsaSha256>
  algorithms[ecdsaSha256] = EcdsaSha256
}

/** A client of one service, made from the gateway's own WSDL. Close it when done: connections are kept alive. */
export class SignedClient {
  readonly #client: Client
  readonly #agent: Agent
  readonly #seal: string

  private constructor(client: Client, agent: Agent, seal: string) {
    this.#client = client
    this.#agent = agent
    this.#seal = seal
  }

  /**
   * Fetches `<endpoint>?wsdl`; calls go to `endpoint`, whatever address the WSDL names. Throws UsageError when no service is
   * there, Error when nothing answers.
   */
  static async open(endpoint: string, identity: ClientIdentity): Promise<SignedClient> {
    const agent = new Agent({
      keepAlive: true,
      cert: identity.tls.certificate,
      key: identity.tls.key,
      ca: [...identity.authorities],
    })
    try {
      const client = await createClientAsync(
        `${endpoint}?wsdl`,
        { wsdl_options: { httpsAgent: agent }, disableCache: true },
        endpoint,
      )
      client.setSecurity(newSecurity(identity.signing))
      return new SignedClient(client, agent, identity.gatewaySeal)
    } catch (cause) {
      agent.destroy()
      throw noWsdl(endpoint, cause)
    }
  }

  /** Names of the operations that the WSDL offers. */
  get operations(): readonly string[] {
    return Object.values(this.#client.describe() as WsdlDescription).flatMap((ports) =>
      Object.values(ports).flatMap((operations) => Object.keys(operations)),
    )
  }

  /**
   * What the operation may be asked by, and whether its request has the CommonV3 blocks (legalContext, criteria) around that.
   * Throws UsageError when the WSDL does not offer it.
   */
  describe(operation: string): {
    readonly hasEnvelope: boolean
    readonly criteria: readonly string[]
  } {
    const input = Object.values(this.#client.describe() as WsdlDescription)
      .flatMap((ports) => Object.values(ports))
      .find((operations) => operation in operations)?.[operation]?.input
    if (input === undefined) throw new UsageError(unknownOperation(operation, this.operations))
    const criteria = 'criteria' in input ? (input['criteria'] as object) : input
    // node-soap writes `name[]` for what may be repeated
    const names = Object.keys(criteria)
      .filter((name) => !name.startsWith('target'))
      .map((name) => name.replace('[]', ''))
    return { hasEnvelope: 'criteria' in input, criteria: names }
  }

  /** One signed call. A signed fault is a reply like another; throws when the reply's signature does not hold. */
  async call(operation: string, request: object | string): Promise<SignedReply> {
    const method: unknown = this.#client[`${operation}Async`]
    if (typeof method !== 'function')
      throw new UsageError(unknownOperation(operation, this.operations))
    try {
      await (method as Call)(request, { httpsAgent: this.#agent })
    } catch (cause) {
      // node-soap throws for a fault; without an answer there is nothing to read
      if (typeof this.#client.lastResponse !== 'string') {
        throw new Error(`no answer: ${messageOf(cause)}`, { cause })
      }
    }
    const reply = readSignedReply(String(this.#client.lastResponse), this.#seal)
    checkAnswers(reply, this.lastRequest)
    return reply
  }

  /** The envelope of the last call as it was sent, signature included. */
  get lastRequest(): string {
    return this.#client.lastRequest ?? ''
  }

  close(): void {
    this.#agent.destroy()
  }
}

type Call = (request: object | string, options: object) => Promise<unknown>
type WsdlDescription = Record<
  string,
  Record<string, Record<string, { input?: Readonly<Record<string, unknown>> }>>
>

function unknownOperation(operation: string, offered: readonly string[]): string {
  return `no operation \`${operation}\`; the WSDL offers ${offered.join(', ')}`
}

/** node-soap tells the HTTP status, and all that came with it, in the text of its error. */
function noWsdl(endpoint: string, cause: unknown): Error {
  const { origin, pathname } = new URL(endpoint)
  if (cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED')
    return new Error(`nothing listens at ${origin}: start it with \`npm start\``, { cause })
  const status = /^Invalid WSDL URL: [\s\S]*? Code: (\d{3})\b/.exec(messageOf(cause))?.[1]
  if (status === '404') return new UsageError(`no service ${pathname} at ${origin}`, { cause })
  const why = status === undefined ? messageOf(cause) : `HTTP status ${status}`
  return new Error(`no WSDL at ${endpoint}?wsdl: ${why}`, { cause })
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))

const soapBody = /^<(\w+):Body xmlns:\1="http:\/\/schemas\.xmlsoap\.org\/soap\/envelope\/"/

/**
 * Checks the one signature of a reply with the gateway's certificate, never with one that the reply brings, and reads the signed
 * Body. Throws when there is no such signature, or it covers no Body.
 */
export function readSignedReply(envelope: string, gatewaySeal: string): SignedReply {
  const signatures = envelope.match(/<(?:\w+:)?Signature[ >][\s\S]*?<\/(?:\w+:)?Signature>/g) ?? []
  const [signature] = signatures
  if (signature === undefined || signatures.length > 1) {
    throw new Error(`the reply has ${signatures.length} signatures: ${envelope.slice(0, 500)}`)
  }
  const verifier = new SignedXml({
    publicCert: gatewaySeal,
    idMode: 'wssecurity',
    getCertFromKeyInfo: () => null,
  })
  addEcdsa(verifier)
  verifier.loadSignature(signature)
  if (!verifier.checkSignature(envelope)) throw new Error('the signature of the reply is wrong')
  const body = verifier.getSignedReferences().find((part) => soapBody.test(part))
  if (body === undefined) throw new Error('the signature of the reply does not cover the Body')
  const value = readBody(body)
  return { envelope, body, value, isFault: isTree(value) && 'faultcode' in value }
}

/** Throws when a reply repeats another ticket than the one that the request gave: it answers somebody else's question. */
export function checkAnswers({ value }: Pick<SignedReply, 'value'>, request: string): void {
  const asked = /<(?:\w+:)?ticket>([^<]*)</.exec(request)?.[1]
  const told = leavesOf(value).find(([path]) => path.endsWith('informationCustomer.ticket'))?.[1]
  if (asked !== undefined && told !== undefined && asked !== told)
    throw new Error('the reply is to another request')
}

function readBody(body: string): ReplyTree {
  const parser = new XMLParser({
    removeNSPrefix: true,
    ignoreAttributes: true,
    parseTagValue: false,
    trimValues: false,
  })
  const { Body: content } = parser.parse(body) as { Body: Record<string, ReplyTree> }
  return Object.values(content)[0] ?? ''
}

/** Whether a node of a reply has named children. */
export function isTree(node: ReplyTree): node is Readonly<Record<string, ReplyTree>> {
  return typeof node === 'object' && !Array.isArray(node)
}

/** The leaves of a reply as `path value` pairs, in document order; repeated elements carry an index from 1. */
export function leavesOf(
  node: ReplyTree,
  path = '',
): readonly (readonly [path: string, value: string])[] {
  if (typeof node === 'string') return [[path, node]]
  if (!isTree(node)) return node.flatMap((one, index) => leavesOf(one, `${path}[${index + 1}]`))
  return Object.entries(node).flatMap(([name, child]) =>
    leavesOf(child, path === '' ? name : `${path}.${name}`),
  )
}

/** A reply for reading: an element a line, indented by depth. */
export function linesOf(node: ReplyTree, indent = ''): readonly string[] {
  if (!isTree(node)) return []
  return Object.entries(node).flatMap(([name, child]) =>
    (Array.isArray(child) ? (child as readonly ReplyTree[]) : [child]).flatMap((one) =>
      typeof one === 'string'
        ? [`${indent}${name}  ${one}`]
        : [`${indent}${name}`, ...linesOf(one, `${indent}  `)],
    ),
  )
}
