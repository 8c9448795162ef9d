import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCivilDate } from '../../src/base/civil-date.ts'
import type { ErrorCode } from '../../src/base/errors.ts'
import { readSsin } from '../../src/base/ssin.ts'
import { readSignedReply } from '../../src/cli/signed-client.ts'
import { faultTable, httpStatusOf } from '../../src/soap/fault-table.ts'
import { countryOf } from '../../src/synthetic/country.ts'
import { generate } from '../../src/synthetic/generate.ts'
import { pem } from '../gateway-process.ts'
import { type Recipe, readRecipe, readRecipes } from '../refused/harness.ts'
import type { Answer } from './ask.ts'
import { lastQuarter, startTestGateway, type TestGateway } from './gateway.ts'
import { refuse, type Seen } from './refuse.ts'

/** A number that phare and inspection have integrated, no register knows and no employer declared. */
const ghost = readSsin('70010199069')!

const seal = readFileSync(pem.seal.certificate, 'utf8')

let gateway: TestGateway
/** attack → what was seen */
const seen = new Map<string, Seen>()

/** The security log writes 120 lines a minute: a gateway is started again before that many were refused, each twice. */
const recipesPerStart = 55
let sinceStart = 0

beforeAll(async () => {
  gateway = await startTestGateway({
    fill: (writer) => {
      generate(countryOf({ persons: 0, seed: 1, until: lastQuarter, quarterCount: 2 }), writer)
      for (const institution of ['phare', 'inspection']) {
        writer.integration({ institution, ssin: ghost, from: readCivilDate('2024-01-01')! })
      }
    },
  })
})

afterAll(() => gateway.close())

async function check(recipe: Recipe, expected: { code: string; told: string }): Promise<void> {
  if (++sinceStart > recipesPerStart) {
    await gateway.stop()
    gateway = await startTestGateway({ directory: gateway.directory })
    sinceStart = 1
  }
  const { accepted, attacked, again } = await refuse(gateway, recipe)
  seen.set(recipe.name, attacked)
  expect(accepted).toMatchObject({
    told: 'DATA_FOUND MSG00000',
    code: undefined,
    answer: { status: 200 },
  })
  expect({ code: attacked.code, told: attacked.told }).toEqual(expected)
  if (attacked.kept === 'log') await checkUnsigned(attacked.answer.text, again)
  const code = attacked.code as ErrorCode
  const isStatus = attacked.told.startsWith('NO_RESULT')
  const version = attacked.answer.headers['content-type']?.includes('soap+xml') ? '1.2' : '1.1'
  expect(attacked.answer.status).toBe(isStatus ? 200 : httpStatusOf(code, version))
  expect(attacked.text.replace(/ wsu:Created: \d+ s (before|after) our time\.$/, '')).toBe(
    faultTable[code].text,
  )
}

/** The private key does nothing for it: the fault was signed beforehand, but for the moment when a young one takes its place. */
async function checkUnsigned(text: string, again: () => Promise<Answer>): Promise<void> {
  const { text: second } = await again()
  if (second !== text) expect((await again()).text).toBe(second)
}

describe('over TLS, a message that its own bytes betray is refused', () => {
  const recipes = readRecipes().map((recipe) => [recipe.name, recipe] as const)
  it.each(recipes)('%s', (_, recipe) =>
    check(recipe, { code: recipe.gatewayCode, told: recipe.answer }),
  )
})

describe('over TLS, a message that only the gateway can judge is refused', () => {
  const recipes = readRecipes('gateway-recipes').map((recipe) => [recipe.name, recipe] as const)
  it.each(recipes)('%s', (_, recipe) =>
    check(recipe, { code: recipe.gatewayCode, told: recipe.answer }),
  )
})

describe('over TLS, an attack that must change nothing', () => {
  const recipes = readRecipes('harmless-recipes').map((recipe) => [recipe.name, recipe] as const)
  it.each(recipes)(
    'gets the answer of the message without it, and no address is called: %s',
    async (_, recipe) => {
      let calls = 0
      const server = createServer((socket) => {
        calls += 1
        socket.destroy()
      }).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const listener = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const { accepted, attacked } = await refuse(gateway, recipe, listener)
      expect({ code: attacked.code ?? 'none', told: attacked.told }).toEqual({
        code: recipe.code,
        told: recipe.answer,
      })
      expect(withoutTicket(attacked.body.xml)).toBe(withoutTicket(accepted.body.xml))
      expect(calls).toBe(0)
      server.close()
    },
  )
})

describe('what was refused', () => {
  it('is printed: attack, internal code and where we keep it, what the caller reads', async () => {
    const rows = [...seen].map(([name, { code = '', kept = '', answer, told, text }]) =>
      [name.padEnd(46), code.padEnd(27), kept.padEnd(8), answer.status, told, `"${text}"`].join(
        ' ',
      ),
    )
    await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot('../output/refused-gateway.txt')
  })

  it('answers to every failure of cryptography alike, byte for byte', () => {
    const ofCryptography = new Set([
      'WSS_SIGNATURE',
      'WSS_DIGEST',
      'CERT_UNKNOWN_CA',
      'CERT_VALIDITY',
      'CERT_CONSTRAINT',
      'CERT_KEY_USAGE',
      'CERT_REVOKED',
      'CERT_NOT_QUALIFIED',
      'CERT_UNBOUND',
    ])
    const failures = [...seen.values()].filter(({ code = '' }) => ofCryptography.has(code))
    expect(new Set(failures.map(({ code }) => code))).toEqual(ofCryptography)
    expect(new Set(failures.map(({ told, kept }) => `${told} ${kept}`))).toEqual(
      new Set(['wsse:FailedCheck log']),
    )
    // nothing else is told so before the signer is proven
    const told = [...seen.values()].filter((one) => one.told === 'wsse:FailedCheck')
    expect(told.filter(({ kept }) => kept === 'log')).toEqual(failures)
    for (const type of ['text/xml', 'application/soap+xml']) {
      const alike = failures.filter(({ answer }) =>
        answer.headers['content-type']?.startsWith(type),
      )
      expect(new Set(alike.map(({ body }) => body.xml)).size).toBe(1)
      expect(new Set(alike.map(({ answer }) => withoutTime(answer.text))).size).toBe(1)
      const headers = alike.map(({ answer }) => JSON.stringify({ ...answer.headers, date: '' }))
      expect(new Set(headers).size).toBe(1)
    }
  })

  it('is signed: xml-crypto verifies each form of fault, as our own verifier does for every answer', () => {
    const faults = new Map([...seen.values()].map(({ told, answer }) => [told, answer.text]))
    expect(faults.size).toBeGreaterThan(10)
    const soap11 = [...faults.values()].filter((text) => !text.includes('2003/05/soap-envelope'))
    expect(soap11.length).toBeGreaterThan(10)
    for (const text of soap11) expect(readSignedReply(text, seal).body).toContain('<soap:Body')
  })

  it('says nothing of the request before the signer is proven', () => {
    const unproven = [...seen.values()].filter(({ kept }) => kept === 'log')
    expect(unproven.length).toBeGreaterThan(150)
    for (const { body, answer } of unproven) {
      expect(body.xml).not.toMatch(/<detail|ticket|<ssin|PHARE|1999000150/)
      expect(answer.text).not.toContain('87031499050')
    }
  })

  it('tells by how much the clocks differ to the institution that signed, over its own connection, and to nobody else', () => {
    const texts = (code: string) =>
      [...seen.values()].filter((one) => one.code === code).map(({ text, body }) => text + body.xml)
    const skew = /wsu:Created: (\d+) s (before|after) our time/
    const told = texts('CLOCK_SKEW').map((text) => skew.exec(text)?.slice(1).join(' '))
    expect(told).toHaveLength(5)
    expect(told.join()).toMatch(/360\d before/)
    expect(told.join()).toMatch(/3(600|59\d) after/)
    expect(told).not.toContain(undefined)
    const untold = texts('WSS_TIMESTAMP_WINDOW')
    expect(untold).toHaveLength(6)
    for (const text of untold) expect(text).not.toMatch(skew)
  })

  it('tells a proven caller its ticket, under which the journal has the refusal', () => {
    const proven = [...seen.values()].filter(({ kept }) => kept === 'journal')
    expect(proven.length).toBeGreaterThan(25)
    const tickets = new Set(gateway.entries().map(({ ticket }) => ticket))
    for (const { body, code } of proven) {
      const ticket = /<ticketCBSS>([^<]+)</.exec(body.xml)?.[1]
      const generic = code !== undefined && /^SOAP_|^CLIENT_/.test(code)
      if (generic) expect(ticket).toBeUndefined()
      else expect(tickets).toContain(ticket)
    }
  })
})

/** Tickets and times of an answer differ from message to message. */
const withoutTicket = (xml: string) =>
  xml
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ticket')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, 'time')

/** Timestamp and signature of an answer differ from minute to minute. */
const withoutTime = (text: string) =>
  text
    .replace(/<wsu:Timestamp [\s\S]*?<\/wsu:Timestamp>/, '')
    .replace(/<ds:Signature [\s\S]*?<\/ds:Signature>/, '')

describe('a mandate', () => {
  it('lets an integrator sign for the institution that gave it', async () => {
    const recipe = readRecipe(
      'mandate',
      'says: x\nas: fidelis\nattack: times -5 +55\ncode: none\nanswer: none',
    )
    const { accepted } = await refuse(gateway, recipe)
    expect(accepted.told).toBe('DATA_FOUND MSG00000')
    const ticket = /<ticketCBSS>([^<]+)</.exec(accepted.body.xml)?.[1]
    const entry = gateway.entries().find((one) => one.ticket === ticket && one.kind === 'granted')
    expect(entry).toMatchObject({ signer: 'fidelis', consumer: 'fidelis', beneficiary: 'phare' })
  })
})
