/**
 * The naive composition: what a Node user would write with node-soap's server and xml-crypto for the same contract, the same answer
 * and the same duties: signature of Body and Timestamp checked, certificate issued by our CA, time window, request valid by the
 * schema, no replay, data found and filtered, two entries synced, signed reply. It knows no deliberation, no institution, no revocation
 * and no hostile message. Measured beside the gateway.
 */
import cluster from 'node:cluster'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { listen, WSSecurityCert, type WSDL } from 'soap'
import { SignedXml } from 'xml-crypto'
import { openDuties, type Duties } from './duties.ts'

/** The one argument, as JSON. */
export interface NaiveConfig {
  readonly processes: number
  readonly wsdl: string
  readonly path: string
  readonly service: string
  readonly operation: string
  /** file with a reply of the gateway; its body is what this server answers */
  readonly reply: string
  /** XSD of the contract */
  readonly schema: string
  /** its database and journal go there */
  readonly directory: string
  /** PEM: who issued the callers' certificates */
  readonly authority: string
  readonly signing: { readonly certificate: string; readonly key: string }
  /** absent for plain HTTP */
  readonly tls?: { readonly certificate: string; readonly key: string }
}

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'

/** Throws when the signature does not hold, does not cover Body and Timestamp, or the time is over. */
function checkSignature(xml: string, authority: X509Certificate): void {
  const token = /BinarySecurityToken[^>]*>([^<]+)</.exec(xml)?.[1]
  const signature = /<(\w+:)?Signature[ >][\s\S]*<\/(\w+:)?Signature>/.exec(xml)?.[0]
  if (token === undefined || signature === undefined) throw new Error('not signed')
  const certificate = new X509Certificate(Buffer.from(token, 'base64'))
  if (!certificate.verify(authority.publicKey)) throw new Error('unknown issuer')
  const verifier = new SignedXml({ publicCert: certificate.toString(), idMode: 'wssecurity' })
  verifier.loadSignature(signature)
  if (!verifier.checkSignature(xml)) throw new Error('wrong signature')
  const parts = verifier.getSignedReferences()
  const timestamp = parts.find((part) => /^<(\w+:)?Timestamp[ >]/.test(part))
  const body = parts.find((part) => /^<(\w+:)?Body[ >]/.test(part))
  if (timestamp === undefined || body === undefined) throw new Error('not all is signed')
  const expires = /Expires>([^<]+)</.exec(timestamp)?.[1] ?? ''
  if (!(Date.parse(expires) > Date.now())) throw new Error('expired')
}

function serve(config: NaiveConfig): void {
  const authority = new X509Certificate(readFileSync(config.authority))
  const security = new WSSecurityCert(
    readFileSync(config.signing.key, 'utf8'),
    readFileSync(config.signing.certificate, 'utf8'),
    '',
    {
      hasTimeStamp: true,
      signatureAlgorithm: rsaSha256,
      signerOptions: { idMode: 'wssecurity' } as never,
    },
  )
  const wsdl = readFileSync(config.wsdl, 'utf8')
  const port = /<(?:\w+:)?port [^>]*name="(\w+)"/.exec(wsdl)![1]!
  let duties: Duties
  const server =
    config.tls === undefined
      ? http.createServer()
      : https.createServer({
          cert: readFileSync(config.tls.certificate),
          key: readFileSync(config.tls.key),
          ca: [readFileSync(config.authority)],
          requestCert: true,
          rejectUnauthorized: false,
        })
  const answer = (request: Request) => {
    const ticket = request.informationCustomer.ticket
    duties.record({ kind: 'asked', at: new Date().toISOString(), ticket })
    const found = duties.find(request.criteria.ssin)
    duties.record({ kind: 'answered', at: new Date().toISOString(), ticket })
    return found
  }
  const soap = listen(server, {
    path: config.path,
    services: { [config.service]: { [port]: { [config.operation]: answer } } },
    xml: wsdl,
    uri: config.wsdl,
    callback: () => {
      // the types call it private; there is no other way to the reader that the server itself uses
      const reader = (soap as unknown as { wsdl: WSDL }).wsdl
      const reply = readAnswer(
        reader.xmlToObject(readFileSync(config.reply, 'utf8')) as ReplyObject,
      )
      duties = openDuties(config.directory, config.schema, reply)
      server.listen(0, '127.0.0.1', () => report(server.address() as AddressInfo))
    },
  })
  // the header's Timestamp makes node-soap write its own unsigned Security header: taken out before ours goes in
  soap.on('response', (response: { result: string }) => {
    const bare = response.result.replace(/<o:Security[\s\S]*?<\/o:Security>\s*/, '')
    response.result = security.postProcess(bare, 'soap')
  })
  soap.log = (type: string, data: unknown) => {
    if (type !== 'received') return
    const message = String(data)
    checkSignature(message, authority)
    duties.refuseReplay(message)
    duties.validate(message)
  }
}

/** A request as node-soap reads it. */
interface Request {
  readonly informationCustomer: { readonly ticket: string }
  readonly criteria: { readonly ssin: string }
}

interface ReplyObject {
  readonly Body: Readonly<Record<string, unknown>>
}

function readAnswer(envelope: ReplyObject): unknown {
  return Object.entries(envelope.Body).find(([name]) => name !== 'attributes')?.[1]
}

function report({ port }: AddressInfo): void {
  if (cluster.isPrimary) console.log(`listening on ${port}`)
  else process.send?.(port)
}

function start(config: NaiveConfig): void {
  if (!cluster.isPrimary || config.processes === 1) {
    serve(config)
    return
  }
  let told = false
  for (let i = 0; i < config.processes; i++) {
    cluster.fork().on('message', (port: number) => {
      if (!told) console.log(`listening on ${port}`)
      told = true
    })
  }
}

// node-soap still calls what xml-crypto deprecates
process.noDeprecation = true
start(JSON.parse(process.argv[2]!) as NaiveConfig)
