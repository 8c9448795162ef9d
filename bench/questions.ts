/** The questions that are measured: the DmfA of one worker in one quarter, all that PHARE gets for a subsidy. */
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { employerBodies, enterpriseNumbers, nssoNumberOf } from '../certs-test/institutions.ts'
import { addQuarters, civilDateAt, quarterOf, type Quarter } from '../src/base/civil-date.ts'
import { pem, pemOf } from '../test/gateway-process.ts'
import { post } from './post.ts'
import { readSigner, signRequest } from './signed-request.ts'

const namespace = 'urn:quadrivium:DmfaConsultationService:v1'
export const soapAction = `${namespace}/consultByWorker`

/** Workers asked about in turn: those with the smallest replies, 6 to 7 KB, of the first hundred. */
const workersWanted = 40
const workersTried = 100

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

/** WSDL, the payloads, and a reply of the middle size. */
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
  const found: { text: string; answer: string }[] = []
  for (const [ssin, quarter] of (await findWorkers(ask)).slice(0, workersTried)) {
    const criteria = { ssin, beginQuarter: wire(quarter), endQuarter: wire(quarter) }
    const text = payload('consultByWorker', criteria)
    found.push({ text, answer: await ask(text) })
  }
  agent?.destroy()
  found.sort((a, b) => a.answer.length - b.answer.length)
  const kept = found.slice(0, workersWanted)
  const middle = kept[Math.floor(kept.length / 2)]
  if (middle === undefined) throw new Error('no worker to ask about')
  return { payloads: kept.map(({ text }) => text), wsdl: wsdl.toString(), reply: middle.answer }
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
