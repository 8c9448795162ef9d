/** Sends a recipe of test/refused to a running gateway, without and with its attack, and tells what was seen. */
import { gzipSync } from 'node:zlib'
import type { SandboxInstitutionId } from '../../certs-test/institutions.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { type Cast, type Recipe, writeRecipe } from '../refused/harness.ts'
import { identity } from '../ws-security/identities.ts'
import {
  type Answer,
  identityOf,
  readBody,
  requestXml,
  send,
  textIn,
  type Body,
  type Sent,
} from './ask.ts'
import { agentOf, type TestGateway } from './gateway.ts'
import { madeSeal } from './made-seals.ts'
import { consultationNamed } from './questions.ts'

const { service, operation } = consultationNamed('consultByWorker')

/** What each institution asks in the base message; fidelis asks for phare, by whose mandate it signs. */
const legalContexts: Readonly<Record<string, string>> = {
  phare: 'PHARE:SUBSIDY_QUARTER',
  emploi: 'EMPLOI:FOLLOW_UP',
  pension: 'PENSION:CAREER',
  inspection: 'INSPECTION:CONTROL',
  fidelis: 'PHARE:SUBSIDY_QUARTER',
}

function castOf(as: string, listener: string): Cast {
  const customer: SandboxInstitutionId = as === 'fidelis' ? 'phare' : (as as SandboxInstitutionId)
  return {
    signer: identityOf(`institutions/${as}/signing`),
    // of our CAs both: what they are refused for is not that nobody vouches for them
    other: identityOf('faulty/unregistered'),
    colleague: identityOf('institutions/inspection/signing'),
    stranger: identity('rsa-2048', 'stranger'),
    weak: madeSeal('rsa-1024'),
    named: (name) =>
      name.startsWith('made/') ? madeSeal(name.slice('made/'.length), listener) : identityOf(name),
    listener,
    payload: requestXml({
      as,
      customer,
      service,
      operation,
      legalContext: legalContexts[as]!,
      criteria: { ssin: personas.fullTime.ssin, beginQuarter: '2024Q2', endQuarter: '2024Q3' },
    }),
    nowMs: Date.now(),
  }
}

/** How the caller was told, and what our own records say. */
export interface Seen {
  readonly answer: Answer
  readonly body: Body
  /** fault code, or `NO_RESULT` and the general code of a status; the status code of an accepted message */
  readonly told: string
  readonly text: string
  /** internal code of the refusal; undefined when there is none */
  readonly code: string | undefined
  /** where the code stands: journal for a proven caller, security log before */
  readonly kept: 'journal' | 'log' | undefined
}

/** What came back without the attack, and with it, once and again; `listener` is an address that an attack may name. */
export async function refuse(
  gateway: TestGateway,
  recipe: Recipe,
  listener = 'http://127.0.0.1:9',
): Promise<{ accepted: Seen; attacked: Seen; again: () => Promise<Answer> }> {
  const steps = recipe.attack.split(' && ').filter((step) => step.startsWith('send '))
  const as = recipe.registered ? recipe.as : 'pension'
  const cast = castOf(as, listener)
  const { accepted } = writeRecipe(recipe, cast)
  const plain = sentOf(gateway, recipe, as, [], accepted)
  const first = await observe(gateway, plain)
  // another message, with an id of its own, unless the attack is to take the id of the first
  const takesId = steps.includes('send under the id of the accepted message')
  const { attacked } = writeRecipe(recipe, takesId ? cast : castOf(as, listener))
  const sent = sentOf(gateway, recipe, as, steps, attacked)
  return {
    accepted: first,
    attacked: await observe(gateway, sent),
    again: () => send(sent.url, sent),
  }
}

type Request = Sent & { readonly url: string }

function sentOf(
  gateway: TestGateway,
  recipe: Recipe,
  as: string,
  steps: readonly string[],
  message: Buffer,
): Request {
  const type = recipe.message.endsWith(' 1.2') ? 'application/soap+xml' : 'text/xml'
  const request: Request = {
    url: gateway.url + service.path,
    agent: agentOf(as, gateway.url),
    headers: { 'Content-Type': `${type}; charset=utf-8` },
    body: message,
  }
  return steps.reduce((so, step) => ({ ...so, ...applied(step, so, gateway, message) }), request)
}

function applied(
  step: string,
  so: Request,
  gateway: TestGateway,
  message: Buffer,
): Partial<Request> {
  const [, verb = '', rest = ''] =
    /^send (with client certificate of|with method|with header|to) (.+)$/.exec(step) ?? []
  switch (verb) {
    case 'with client certificate of':
      return { agent: agentOf(rest, gateway.url) }
    case 'with method':
      return { method: rest, ...(rest === 'GET' && { body: '' }) }
    case 'with header': {
      const [name = '', value = ''] = rest.split(/: (.*)/)
      return { headers: { ...so.headers, [name]: value } }
    }
    case 'to':
      return { url: gateway.url + rest }
  }
  switch (step) {
    case 'send without client certificate':
      return { agent: agentOf('none', gateway.url) }
    case 'send gzipped':
      return { body: gzipSync(message), headers: { ...so.headers, 'Content-Encoding': 'gzip' } }
    case 'send in chunks':
      return { headers: { ...so.headers, 'Transfer-Encoding': 'chunked' } }
    case 'send under the id of the accepted message':
      return {}
    default:
      throw new Error(`cannot read the step ${step}`)
  }
}

async function observe(gateway: TestGateway, request: Request): Promise<Seen> {
  const mark = gateway.mark()
  const logBefore = gateway.logText().length
  const answer = await send(request.url, request)
  const body = readBody(answer)
  const ofJournal = gateway.entries(mark).flatMap(({ code }) => code ?? [])
  const ofLog = [
    ...gateway
      .logText()
      .slice(logBefore)
      .matchAll(/"code":"(\w+)"/g),
  ].map(([, code]) => code!)
  const codes = [...ofJournal, ...ofLog]
  if (codes.length > 1) throw new Error(`refused more than once: ${codes.join(' ')}`)
  return {
    answer,
    body,
    ...toldIn(body.xml),
    code: codes[0],
    kept: ofJournal.length > 0 ? 'journal' : ofLog.length > 0 ? 'log' : undefined,
  }
}

/** A fault code as SOAP 1.1 writes it, or value and code of the status. */
function toldIn(xml: string): Pick<Seen, 'told' | 'text'> {
  const of = (name: string) => textIn(xml, name) ?? ''
  if (xml.startsWith('<soap:Fault><faultcode>')) {
    return { told: of('faultcode'), text: of('faultstring') }
  }
  if (xml.startsWith('<soap:Fault>')) {
    const values = [...xml.matchAll(/<soap:Value>([^<]+)</g)].map(([, value]) => value!)
    const names: Readonly<Record<string, string>> = {
      'soap:Sender': 'soap:Client',
      'soap:Receiver': 'soap:Server',
    }
    const last = values.at(-1) ?? ''
    const text = /<soap:Text xml:lang="en">([^<]*)</.exec(xml)?.[1] ?? ''
    return { told: names[last] ?? last, text }
  }
  return { told: `${of('value')} ${of('code')}`, text: of('description') }
}
