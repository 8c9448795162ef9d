import { afterAll, describe, expect, it, vi } from 'vitest'
import type { ValuesOf } from '../../src/config-limits.ts'
import { callersWithoutLimit } from '../gateway-process.ts'
import { startTestGateway, type TestGateway } from '../gateway/gateway.ts'
import { type Heard, httpKeys, sendAttacked, sendBase, type Sender } from './raw-http.ts'
import { readCollection, type Recipe } from './read-recipes.ts'

/** One gateway for all recipes with the same limits. */
const gateways = new Map<string, Promise<TestGateway>>()
afterAll(async () => {
  for (const gateway of gateways.values()) await (await gateway).close()
})

function gatewayWith(limits: string): Promise<TestGateway> {
  const known = gateways.get(limits)
  if (known !== undefined) return known
  const set = Object.fromEntries(
    [...limits.matchAll(/(\w+)=(\d+)/g)].map(([, key, value]) => [key, Number(value)]),
  ) as Partial<ValuesOf<'limits'>>
  const started = startTestGateway({
    configure: (config) => ({ ...config, limits: { ...callersWithoutLimit, ...set } }),
  })
  gateways.set(limits, started)
  return started
}

/** What no answer may say: what we are made of, where we lie, how our code failed; nor what a stranger made up. */
const inside =
  /express|node(?!Name)|libxml|openssl|sqlite|\bat \S+ \(|\.ts\b|\/src\/|\/home\/|\/tmp\/|\/work\/|stack|Error:|^server:|x-powered-by|evil/im

/** An address of the loopback for each recipe: what one has used up, no other misses. */
let address = 1

/** attack → what was seen */
const seen = new Map<string, string>()

async function check(recipe: Recipe): Promise<void> {
  const limits = recipe.more.get('limits') ?? ''
  const gateway = await gatewayWith(limits)
  const from = { address: `127.0.1.${++address}`, as: recipe.more.get('as') ?? 'phare' }
  const base = await baseOf(gateway, recipe, from)
  expect(base.told).toBe('200')
  const mark = gateway.mark()
  const logBefore = gateway.logText().length
  const heard = await sendAttacked(gateway, recipe, from)
  const answer = alike(heard, base) ? 'the same' : toldBy(heard)
  seen.set(recipe.name, `${recipe.code.padEnd(27)} ${recipe.answer}`)
  expect(recipe.answer.split(' or ')).toContain(answer)
  // what broke off is recorded once its connection has ended
  await vi.waitFor(() => expect(codesIn(gateway, mark, logBefore)).toBe(recipe.code), 5_000)
  const log = gateway.logText().slice(logBefore)
  expect(heard.text).not.toMatch(inside)
  checkLog(log)
  if (limits === '') return
  // and nobody else feels it
  const other = { address: `127.0.2.${address}`, as: 'emploi' }
  expect((await sendBase(gateway, 'wsdl', other)).told).toBe('200')
}

/** The answer to each request without an attack: the same bytes from the same sender are sent once. */
const bases = new Map<string, Promise<Heard>>()

function baseOf(gateway: TestGateway, { more }: Recipe, from: Sender): Promise<Heard> {
  const request = more.get('request') ?? 'query'
  const key = [request, from.as, more.get('limits')].join()
  const known = bases.get(key)
  if (known !== undefined) return known
  const heard = sendBase(gateway, request, from)
  bases.set(key, heard)
  return heard
}

/** Internal codes in journal and security log, each once. */
function codesIn(gateway: TestGateway, mark: number, logBefore: number): string {
  const inJournal = gateway.entries(mark).flatMap(({ code }) => code ?? [])
  const inLog = [...gateway.logText().slice(logBefore).matchAll(/"code":"(\w+)"/g)].map(([, code]) => code!)
  return [...new Set([...inJournal, ...inLog])].sort().join(' ') || 'none'
}

/** Whether the answers are the same bytes but for times and tickets. */
function alike(one: Heard, other: Heard): boolean {
  const bare = ({ text }: Heard) =>
    text
      .replace(/^(?:Date|Content-Length|Connection|Keep-Alive): .*\r\n/gm, '')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ticket')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, 'time')
  return bare(one) === bare(other)
}

/** Status, then type of the problem and its issues, each with its place. */
function toldBy({ told, text }: Heard): string {
  const type = /"type":"urn:problem-type:\w+:(\w+)"/.exec(text)?.[1]
  const issues = [
    ...text.matchAll(/"type":"urn:problem-type:\w+:input-validation:(\w+)".*?"in":"\w+"(?:,"name":"([^"]*)")?/g),
  ].map(([, issue, name = 'body']) => `${issue} ${name}`)
  return [told, ...(type === undefined ? [] : [type]), ...issues].join(', ')
}

/** Lines of JSON with our own keys: nothing of a request can begin a line or a key. */
function checkLog(log: string): void {
  const keys = ['level', 'time', 'channel', 'service', 'code', 'detail', 'event', 'suppressed']
  for (const line of log.split('\n').filter((one) => one !== '')) {
    const entry = JSON.parse(line) as object
    expect(keys).toEqual(expect.arrayContaining(Object.keys(entry)))
  }
  expect(log).not.toMatch(/evil|internal/i)
}

const inCollection = (collection: string) =>
  readCollection(collection, httpKeys).map((recipe) => [recipe.name, recipe] as const)

describe('a request that is no good HTTP, or claims what it is not', () => {
  it.each(inCollection('http-recipes'))('has no effect: %s', (_, recipe) => check(recipe), 20_000)
})

describe('a body that is no good JSON', () => {
  it.each(inCollection('json-recipes'))('has no effect: %s', (_, recipe) => check(recipe), 20_000)
})

describe('a caller that sends too much or too slowly', () => {
  it.each(inCollection('flood-recipes'))(
    'is cut, and no other caller feels it: %s',
    (_, recipe) => check(recipe),
    20_000,
  )
})

it('what was seen is printed: attack, internal code, what the caller reads', async () => {
  const rows = [...seen].map(([name, what]) => `${name.padEnd(40)} ${what}`)
  await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot('../output/refused-http.txt')
})
