/** `npm run interop`: real clients against a running gateway. Prints a line a check and `N passed, N failed`. */
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import {
  loadIdentity,
  SignedClient,
  type ClientIdentity,
  type SignedReply,
} from '../../src/cli/signed-client.ts'
import { addQuarters, civilDateAt, quarterOf, type Quarter } from '../../src/base/civil-date.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { certificates, pem, pemOf, startGatewayProcess } from '../gateway-process.ts'
import {
  identifyPerson,
  manageAccess,
  performInvestigation,
  personData,
  referenceManager,
  ssdnRequest,
  summariesOf,
} from '../services/ssdn-parts.ts'
import { plainMessage } from '../ws-security/messages.ts'
import { checkDolsis, dolsisQuestions } from './dolsis.ts'
import { buildGsoapClient, callWithGsoap, type Ended, run } from './gsoap.ts'

const directory = mkdtempSync(join(tmpdir(), 'quadrivium-interop-'))
let passed = 0
let failed = 0

function check(what: string, holds: boolean, detail = ''): void {
  if (holds) passed++
  else failed++
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${holds ? '' : ` ${detail}`}`)
}

/** A client in a program of its own prints its own lines. */
function count({ code, text }: Ended): void {
  process.stdout.write(text)
  passed += text.match(/^ok /gm)?.length ?? 0
  const faults = text.match(/^FAIL /gm)?.length ?? 0
  failed += faults === 0 && code !== 0 ? 1 : faults
}

const wire = (quarter: Quarter) => `${quarter.slice(0, 4)}Q${quarter.slice(4)}`
const quarter = quarterOf(civilDateAt(Date.now()))

/** The last year of the worker of the demo, as PHARE asks for it. */
const question = {
  informationCustomer: { customerIdentification: { cbeNumber: '1999000150' } },
  legalContext: 'PHARE:SUBSIDY_QUARTER',
  criteria: {
    ssin: personas.fullTime.ssin,
    beginQuarter: wire(addQuarters(quarter, -4)),
    endQuarter: wire(addQuarters(quarter, -1)),
  },
}

const path = '/quadrivium/DmfaConsultationService/v1'

/** Who asks: an institution with an RSA seal, and one with a P-256 seal. */
const callers = {
  'RSA-2048': {
    institution: 'phare',
    customer: '1999000150',
    legalContext: 'PHARE:SUBSIDY_QUARTER',
  },
  'P-256': { institution: 'emploi', customer: '1999000249', legalContext: 'EMPLOI:FOLLOW_UP' },
} as const

/** An institution that knows the gateway by this seal. */
function knowing(seal: string, institution: string): ClientIdentity {
  const gatewaySeal = readFileSync(join(certificates, seal), 'utf8')
  return { ...loadIdentity(certificates, institution), gatewaySeal }
}

/** node-soap: an answer, a refusal; gives the envelope of the answer for xmlsec1. */
async function checkNodeSoap(url: string, seal: string): Promise<string> {
  const client = await SignedClient.open(url + path, knowing(seal, 'phare'))
  try {
    const reply = await client.call('consultByWorker', question)
    check('node-soap: a signed call is answered, the reply verifies', !reply.isFault, reply.body)
    const refused = await client.call('consultByWorker', {
      ...question,
      informationCustomer: { customerIdentification: { cbeNumber: '1999000348' } },
    })
    check('node-soap: a refusal is a signed fault', refused.isFault, refused.body)
    return reply.envelope
  } finally {
    client.close()
  }
}

const idAttributes = [
  'http://schemas.xmlsoap.org/soap/envelope/:Body',
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd:Timestamp',
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd:BinarySecurityToken',
].flatMap((element) => ['--id-attr:Id', element])

/** node-soap with our ECDSA in its signer: xml-crypto has none. */
async function checkNodeSoapEcdsa(url: string, seal: string): Promise<void> {
  const { institution, customer, legalContext } = callers['P-256']
  const client = await SignedClient.open(url + path, knowing(seal, institution))
  try {
    const informationCustomer = { customerIdentification: { cbeNumber: customer } }
    const asked = { ...question, informationCustomer, legalContext }
    const reply = await client.call('consultByWorker', asked)
    check('node-soap: a call signed with P-256 is answered', !reply.isFault, reply.body)
  } finally {
    client.close()
  }
}

/** xmlsec1 signs calls, RSA and P-256; its ECDSA values are those of XML Signature. */
async function checkXmlsec1Caller(url: string): Promise<void> {
  for (const [kind, { institution, customer, legalContext }] of Object.entries(callers)) {
    const { signing, tls } = pemOf(institution)
    const { ssin, beginQuarter, endQuarter } = question.criteria
    const now = Date.now()
    const template = plainMessage({
      certificateDer: new X509Certificate(readFileSync(signing.certificate)).raw,
      created: new Date(now).toISOString(),
      expires: new Date(now + 300_000).toISOString(),
      payload:
        `<v1:consultByWorkerRequest xmlns:v1="urn:quadrivium:DmfaConsultationService:v1"><informationCustomer><customerIdentification>` +
        `<cbeNumber>${customer}</cbeNumber></customerIdentification></informationCustomer><legalContext>${legalContext}</legalContext>` +
        `<criteria><ssin>${ssin}</ssin><beginQuarter>${beginQuarter}</beginQuarter><endQuarter>${endQuarter}</endQuarter></criteria></v1:consultByWorkerRequest>`,
      signatureMethod: `http://www.w3.org/2001/04/xmldsig-more#${kind === 'P-256' ? 'ecdsa' : 'rsa'}-sha256`,
    })
    const [unsigned, output] = ['template.xml', 'signed.xml'].map((file) => join(directory, file))
    writeFileSync(unsigned!, template.replaceAll('DIGEST', '').replace('SIGNATURE', ''))
    const key = ['--privkey-pem', signing.key]
    const signed = await run('xmlsec1', [
      ...['--sign', ...key, ...idAttributes, '--output', output!, unsigned!],
    ])
    if (signed.code !== 0) throw new Error(`xmlsec1: ${signed.text}`)
    const shown = { cert: readFileSync(tls.certificate), key: readFileSync(tls.key) }
    const agent = new https.Agent({ ca: readFileSync(pem.root), ...shown })
    const headers = { 'Content-Type': 'text/xml; charset=utf-8' }
    const sent = { method: 'POST', agent, headers }
    const answer = await request(new URL(url + path), sent, readFileSync(output!, 'utf8'))
    agent.destroy()
    const text = answer.body.toString()
    check(`xmlsec1: a call signed with ${kind} is answered`, text.includes('DATA_FOUND'), text)
  }
}

/** Debian's xmlsec1 on a captured reply, with the certificate out of its token; and on the same reply with one digit changed. */
async function checkXmlsec1(envelope: string, sealFile: string): Promise<void> {
  const token = /<wsse:BinarySecurityToken[^>]*>([^<]+)</.exec(envelope)?.[1] ?? ''
  const certificate = join(directory, 'token.pem')
  const lines = token.replace(/\s/g, '').match(/.{1,64}/g) ?? []
  writeFileSync(
    certificate,
    `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  )
  const verify = async (file: string, text: string) => {
    const path = join(directory, file)
    writeFileSync(path, text)
    return run('xmlsec1', ['--verify', '--pubkey-cert-pem', certificate, ...idAttributes, path])
  }
  const seal = readFileSync(join(certificates, sealFile), 'utf8')
  check(
    'xmlsec1: the token is the seal of the gateway',
    seal.replace(/\s/g, '').includes(token.replace(/\s/g, '')) && token !== '',
  )
  const whole = await verify('reply.xml', envelope)
  check('xmlsec1: the reply verifies', whole.code === 0, whole.text)
  const changed = envelope.replace(/<code>MSG0000/, '<code>MSG0001')
  const altered = await verify('altered.xml', changed)
  check('xmlsec1: a changed reply does not', changed !== envelope && altered.code !== 0)
}

/** The published contracts, by a client made from their WSDL: version, legal context, what must be in the answer. */
const published = [
  ['/RetrieveTIGroupsService/retrieveTI', 'social issues'],
  ['/RetrieveTIGroupsService/v2/retrieveTI', 'PHARE:IDENTIFICATION'],
  ['/SOA4520/RetrieveTIGroupsService/v2/retrieveTI', 'PHARE:IDENTIFICATION'],
] as const

async function checkPublished(url: string): Promise<void> {
  const { informationCustomer } = question
  const searchInformation = { ssin: personas.fullTime.ssin, language: 'nl', history: true }
  for (const [path, legalContext] of published) {
    const client = await SignedClient.open(url + path, loadIdentity(certificates, 'phare'))
    try {
      const asked = { informationCustomer, legalContext, searchInformation }
      const reply = await client.call('retrieveTI', asked)
      const given = reply.body.includes(`>${personas.fullTime.lastName}<`)
      check(`node-soap: ${path} answers, the reply verifies`, !reply.isFault && given, reply.body)
      const wrong = { ...informationCustomer, customerIdentification: { cbeNumber: '1999000348' } }
      const refused = await client.call('retrieveTI', { ...asked, informationCustomer: wrong })
      const own = refused.body.includes('retrieveTIGroupsFault')
      check(`node-soap: ${path} refuses with its own fault`, refused.isFault && own, refused.body)
    } finally {
      client.close()
    }
  }
}

/** The person operations of Dolsis: a person by number, then by the sound of the name. */
async function checkPersons(url: string): Promise<void> {
  const { informationCustomer } = question
  const { ssin, lastName, birthDate } = personas.fullTime
  const securityContext = { service: 'TEST', legalContext: 'PHARE:IDENTIFICATION', role: 'Agent' }
  const path = '/Dolsis2011Service/consultPerson'
  const client = await SignedClient.open(url + path, loadIdentity(certificates, 'phare'))
  const questions = {
    getPersonDetail: { ssin, familyComposition: true, addressHistory: true },
    findPersonByPhoneticSearch: { lastName: lastName.toUpperCase(), birthDate, tolerance: 0 },
  }
  try {
    for (const [operation, criteria] of Object.entries(questions)) {
      const asked = { informationCustomer, securityContext, criteria }
      const reply = await client.call(operation, asked)
      const given = reply.body.includes(`>${lastName}<`)
      check(`node-soap: ${operation} answers, the reply verifies`, !reply.isFault && given)
    }
  } finally {
    client.close()
  }
}

/** The four services of SSDN in one document, by a client made from the WSDL of the connector. */
async function checkSsdn(url: string): Promise<void> {
  const { ssin, lastName, birthDate } = personas.fullTime
  const proof = personData(lastName, birthDate)
  const requests = [
    identifyPerson({ ssin, verification: proof }),
    performInvestigation(ssin),
    manageAccess({ ssin, action: 'LIST', purpose: undefined, proof }),
    referenceManager({ ssin }),
  ]
  const textOf = ({ value }: SignedReply) => (typeof value === 'string' ? value : '')
  const connector = '/connectors/webservice/KSZBCSSWebServiceConnectorPort'
  const client = await SignedClient.open(url + connector, loadIdentity(certificates, 'phare'))
  try {
    const reply = await client.call('sendXML', ssdnRequest(requests.join('')))
    const document = textOf(reply)
    const told = summariesOf(document).join(', ')
    // no deliberation lets phare know which sectors know a person
    const expected = 'NO 30000001, YES 12007001, YES, YES, NO MSG00027'
    check('node-soap: the services of SSDN answer, the reply verifies', told === expected, document)
    const foreign = await client.call('sendXML', ssdnRequest(requests[0]!, { matrixId: '17' }))
    const refused = summariesOf(textOf(foreign)).join(', ')
    check('node-soap: SSDN refuses inside its document', refused === 'NO MSG00014', refused)
  } finally {
    client.close()
  }
}

/** REST as a plain HTTPS client sees it: health, OpenAPI, an answer, a refusal, an unknown path. */
async function checkRest(url: string): Promise<void> {
  const { tls } = pemOf('phare')
  const shown = { cert: readFileSync(tls.certificate), key: readFileSync(tls.key) }
  const agent = new https.Agent({ ca: readFileSync(pem.root), ...shown })
  const call = async (method: string, path: string, body: object | undefined, by = agent) => {
    const headers = { 'Content-Type': 'application/json' }
    const text = body === undefined ? '' : JSON.stringify(body)
    const answer = await request(new URL(path, url), { method, agent: by, headers }, text)
    return { ...answer, value: JSON.parse(answer.body.toString()) as Record<string, unknown> }
  }
  const query = '/quadrivium/dmfaConsultation/v1/workerDeclarations/query'
  const health = await call('GET', '/health', undefined)
  check('REST: health is UP', health.status === 200 && health.value['status'] === 'UP')
  const document = await call(
    'GET',
    query.replace('workerDeclarations/query', 'doc/openapi.json'),
    undefined,
  )
  check('REST: the OpenAPI document is served', document.value['openapi'] === '3.0.3')
  const answer = await call('POST', query, question)
  check('REST: the same question is answered', answer.status === 200 && 'result' in answer.value)
  const wrong = await call('POST', query, { ...question, criteria: { ssin: '1', more: 1 } })
  const issues = wrong.value['issues'] as readonly { name?: string }[] | undefined
  const names = issues?.map(({ name }) => name) ?? []
  check(
    'REST: all faults of a wrong body are told at once',
    wrong.status === 400 &&
      names.includes('criteria.more') &&
      names.includes('criteria.beginQuarter'),
    JSON.stringify(wrong.value),
  )
  const stranger = new https.Agent({ ca: readFileSync(pem.root) })
  const unknown = await call('POST', query, question, stranger)
  check('REST: without a client certificate nothing is told', unknown.status === 401)
  const nowhere = await call('GET', `${query}/`, undefined)
  check(
    'REST: an unknown path, or one with a trailing slash, is a problem',
    nowhere.status === 404 && nowhere.value['type'] === 'urn:problem-type:belgif:resourceNotFound',
    JSON.stringify(nowhere.value),
  )
  for (const one of [agent, stranger]) one.destroy()
}

function request(
  url: URL,
  options: https.RequestOptions,
  text: string,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = https.request(url, options, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(chunks) }))
    })
    sent.on('error', reject)
    sent.end(text)
  })
}

/** zeep prints its own lines. */
async function checkZeep(url: string, seal: string): Promise<void> {
  const script = join(import.meta.dirname, 'zeep_client.py')
  const { ssin, beginQuarter, endQuarter } = question.criteria
  // Debian's Python, which has Debian's zeep
  const questions = join(directory, 'dolsis.json')
  writeFileSync(questions, dolsisQuestions())
  const args = [script, url, certificates, ssin, beginQuarter, endQuarter, seal, questions]
  count(await run('/usr/bin/python3', args))
}

/** gSOAP's wsse plugin: RSA, and P-256. */
async function checkGsoap(url: string, seal: string, built: Promise<string>): Promise<void> {
  const client = await built
  for (const as of Object.values(callers))
    count(await callWithGsoap(client, url + path, directory, as, question.criteria, seal))
}

// node-soap still calls what xml-crypto deprecates
process.noDeprecation = true

/** The gSOAP client, compiled from the WSDL of the first gateway while the others call. */
let gsoap: Promise<string> | undefined

async function buildGsoap(url: string): Promise<string> {
  const agent = new https.Agent({ ca: readFileSync(pem.root) })
  const wsdl = await request(new URL(`${url}${path}?wsdl`), { agent }, '')
  return buildGsoapClient(directory, wsdl.body.toString())
}

/** Every client on a gateway that signs its replies with this key; what verifies none of them, with the first only. */
async function checkClients(kind: 'RSA-2048' | 'P-256'): Promise<void> {
  console.log(`-- replies signed with ${kind}`)
  const signing = kind === 'P-256' ? pem.sealP256 : pem.seal
  const seal = relative(certificates, signing.certificate)
  const gateway = await startGatewayProcess({ directory, processes: 1, signing })
  const { url } = gateway
  try {
    const isFirst = gsoap === undefined
    gsoap ??= buildGsoap(url)
    gsoap.catch(() => undefined)
    await checkXmlsec1(await checkNodeSoap(url, seal), seal)
    await checkNodeSoapEcdsa(url, seal)
    if (isFirst) {
      await checkXmlsec1Caller(url)
      await checkPublished(url)
      await checkPersons(url)
      await checkSsdn(url)
      await checkDolsis(url, loadIdentity(certificates, 'inspection'), check)
      await checkRest(url)
    }
    await checkZeep(url, seal)
    await checkGsoap(url, seal, gsoap)
  } finally {
    await gateway.stop()
  }
}

try {
  await checkClients('RSA-2048')
  await checkClients('P-256')
} finally {
  rmSync(directory, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
if (failed > 0 || passed === 0) process.exitCode = 1
