/** The questions that are measured: DmfA of one worker as PHARE asks for it, replies of 5 to 6 KB. */
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { employerBodies, enterpriseNumbers, nssoNumberOf } from '../certs-test/institutions.ts'
import { addQuarters, quarterOf, civilDateAt, type Quarter } from '../src/base/civil-date.ts'
import { pem, pemOf } from '../test/gateway-process.ts'
import { post } from './post.ts'
import { readSigner, signRequest } from './signed-request.ts'

const namespace = 'urn:quadrivium:DmfaConsultationService:v1'
export const soapAction = `${namespace}/consultByWorker`

/** Reply sizes that count, bytes of the envelope. */
const sizeBytes = { min: 5000, max: 6000 }
/** As many different workers as are asked about in turn. */
const workersWanted = 40

function payload(operation: string, criteria: Readonly<Record<string, string>>): string {
  const leaves = Object.entries(criteria).map(([name, text]) => `<${name}>${text}</${name}>`)
  return (
    `<v1:${operation}Request xmlns:v1="${namespace}"><informationCustomer><ticket>{ticket}</ticket>` +
    `<customerIdentification><cbeNumber>${enterpriseNumbers.phare}</cbeNumber></customerIdentification>` +
    `</informationCustomer><legalContext>PHARE:SUBSIDY_QUARTER</legalContext>` +
    `<criteria>${leaves.join('')}</criteria></v1:${operation}Request>`
  )
}

const wire = (quarter: Quarter) => `${quarter.slice(0, 4)}Q${quarter.slice(4)}`

/** WSDL, and as many payloads as can be found whose reply has the wanted size, with one such reply. */
export async function findPayloads(
  endpoint: string,
): Promise<{ payloads: string[]; wsdl: string; reply: string }> {
  const url = new URL(endpoint)
  const tls = { ca: readFileSync(pem.root) }
  const agent = url.protocol === 'https:' ? new https.Agent({ ...tls, keepAlive: true }) : undefined
  const signer = readSigner(pemOf('phare').signing)
  const headers = { 'Content-Type': 'text/xml; charset=utf-8' }
  const ask = async (text: string) => {
    const message = await signRequest(
      text.replaceAll('{ticket}', crypto.randomUUID()),
      signer,
      60_000,
    )
    const { status, body } = await post(url, { headers, ...(agent && { agent }) }, message)
    if (status !== 200) throw new Error(`HTTP ${status}: ${body.toString()}`)
    return body.toString()
  }
  const { body: wsdl } = await post(
    new URL('?wsdl', url),
    { method: 'GET', ...(agent && { agent }) },
    new Uint8Array(),
  )
  const payloads: string[] = []
  let reply = ''
  for (const [ssin, quarter] of await findWorkers(ask)) {
    if (payloads.length === workersWanted) break
    // the more quarters, the larger the reply
    for (let count = 1; count <= 4; count++) {
      const beginQuarter = wire(addQuarters(quarter, 1 - count))
      const text = payload('consultByWorker', { ssin, beginQuarter, endQuarter: wire(quarter) })
      const answer = await ask(text)
      const size = Buffer.byteLength(answer)
      if (size > sizeBytes.max) break
      if (size < sizeBytes.min) continue
      payloads.push(text)
      reply = answer
      break
    }
  }
  agent?.destroy()
  if (payloads.length === 0) throw new Error('no reply of the wanted size in this data')
  return { payloads, wsdl: wsdl.toString(), reply }
}

/** Workers of the sheltered workshop, each with the latest quarter in which it declared somebody. */
async function findWorkers(
  ask: (text: string) => Promise<string>,
): Promise<readonly (readonly [ssin: string, quarter: Quarter])[]> {
  const nssoNumber = nssoNumberOf(employerBodies.shelteredWorkshop)
  let quarter = quarterOf(civilDateAt(Date.now()))
  for (let i = 0; i < 12; i++) {
    const answer = await ask(payload('consultByEmployer', { nssoNumber, quarter: wire(quarter) }))
    const found = new Set([...answer.matchAll(/<ssin>(\d{11})<\/ssin>/g)].map(([, ssin]) => ssin!))
    if (found.size > 0) return [...found].map((ssin) => [ssin, quarter] as const)
    quarter = addQuarters(quarter, -1)
  }
  throw new Error('the sheltered workshop declared nobody in three years')
}
