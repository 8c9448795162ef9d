import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { Entry } from '../../src/audit/journal.ts'
import { GatewayError } from '../../src/base/errors.ts'
import { dataPaths } from '../../src/store/data-directory.ts'
import { personas } from '../../src/synthetic/personas.ts'
import type { Attempt } from '../../src/ws-security/replay.ts'
import {
  jsonHeaders,
  requestJson,
  requestXml,
  send,
  signAs,
  textIn,
  xmlHeaders,
  type Answer,
  type Ask,
} from './ask.ts'
import { agentOf, startTestGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts'
import { consultationNamed } from './questions.ts'

const running: TestGateway[] = []
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.close()
})

async function start(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const gateway = await startTestGateway(options)
  running.push(gateway)
  return gateway
}

/** Ends a gateway and starts another one on its data. */
async function startAgain(
  gateway: TestGateway,
  options: TestGatewayOptions = {},
): Promise<TestGateway> {
  await gateway.stop()
  running.splice(running.indexOf(gateway), 1)
  return start({ ...options, directory: gateway.directory })
}

/** A start after a power cut that took hot.db. */
async function startWithoutHot(gateway: TestGateway): Promise<TestGateway> {
  await gateway.stop()
  running.splice(running.indexOf(gateway), 1)
  const { hot } = dataPaths(join(gateway.directory, 'data'))
  for (const suffix of ['', '-wal', '-shm']) rmSync(hot + suffix, { force: true })
  return start({ directory: gateway.directory })
}

const ask: Ask = {
  as: 'phare',
  ...consultationNamed('consultByWorker'),
  legalContext: 'PHARE:SUBSIDY_QUARTER',
  criteria: { ssin: personas.fullTime.ssin, beginQuarter: '2024Q2', endQuarter: '2024Q3' },
}

/** What a message is sent as, and how often it likes. */
type Send = (gateway: TestGateway, who?: string) => Promise<Answer>

function soapMessage(question: Ask = ask, change = (xml: string) => xml): Send {
  const body = change(signAs(question.as, requestXml(question)).toString())
  return (gateway, who = question.as) =>
    send(gateway.url + question.service.path, {
      agent: agentOf(who, gateway.url),
      headers: xmlHeaders,
      body,
    })
}

function restMessage(question: Ask = ask): Send {
  const body = JSON.stringify(requestJson({ ticket: randomUUID(), ...question }))
  return (gateway, who = question.as) =>
    send(gateway.url + (question.operation.restPath ?? ''), {
      agent: agentOf(who, gateway.url),
      headers: jsonHeaders,
      body,
    })
}

const kindsOf = (entries: readonly Entry[]) =>
  entries.map(({ kind, code }) => [kind, code].filter(Boolean).join(' '))

type ChangeStore = NonNullable<TestGatewayOptions['store']>

/** A store whose attempts at fresh messages are changed. */
const withAttempts =
  (change: (attempt: Attempt) => Attempt): ChangeStore =>
  (store) => ({
    ...store,
    replay: {
      isKnown: (digest) => store.replay.isKnown(digest),
      check: async (message) => {
        const verdict = await store.replay.check(message)
        if (verdict.kind !== 'fresh' || verdict.attempt === undefined) return verdict
        return { ...verdict, attempt: change(verdict.attempt) }
      },
    },
  })

/** The store of a process that dies before it can say that the last entry of its attempts is durable. */
const dying = withAttempts((attempt) => ({ ...attempt, complete: () => undefined }))

/** The store of a process whose journal takes no last entry of an exchange. */
const withoutLastEntry: ChangeStore = (store) => {
  const { journal } = store
  const append = (entry: Entry) =>
    entry.kind === 'answered' || entry.kind === 'failed'
      ? Promise.reject(new GatewayError('JOURNAL_UNAVAILABLE'))
      : journal.append(entry)
  return {
    ...store,
    journal: { path: journal.path, isOpen: true, append, close: () => journal.close() },
  }
}

/** The store of a process whose place another one has taken. */
const takenOver = withAttempts((attempt) => ({
  ...attempt,
  keep: () => Promise.reject(new GatewayError('IN_PROGRESS')),
}))

const channels: readonly (readonly [string, (question?: Ask) => Send])[] = [
  ['SOAP', soapMessage],
  ['REST', restMessage],
]

describe.each(channels)('over %s, an honest retry', (_, message) => {
  it('is told the very bytes of the answer, which no source is asked for again', async () => {
    const gateway = await start()
    const sent = message()
    const first = await sent(gateway)
    const mark = gateway.mark()
    const second = await sent(gateway)
    const third = await sent(gateway)
    expect(first.text).toContain('DATA_FOUND')
    for (const again of [second, third]) {
      expect(again.text).toBe(first.text)
      expect(again.status).toBe(200)
      expect({ ...again.headers, date: '' }).toEqual({ ...first.headers, date: '' })
    }
    const ticket = /(?:ticketCBSS>|"ticketCBSS":")([\da-f-]{36})/.exec(first.text)![1]
    const repeats = gateway.entries(mark)
    expect(kindsOf(repeats)).toEqual(['repeated', 'repeated'])
    const granted = gateway.entries().find(({ kind }) => kind === 'granted')!
    expect(repeats[0]).toMatchObject({ ticket, signer: 'phare', message: granted.message })
  })

  it('is told a refusal again, not judged anew', async () => {
    const gateway = await start()
    for (const question of [
      { ...ask, legalContext: 'PHARE:NONE' },
      { ...ask, criteria: { ...ask.criteria, ssin: personas.replacedNumber.former } },
    ]) {
      const sent = message(question)
      const first = await sent(gateway)
      const mark = gateway.mark()
      const again = await sent(gateway)
      expect(first.text).not.toContain('>DATA_FOUND')
      expect([again.status, again.text]).toEqual([first.status, first.text])
      expect({ ...again.headers, date: '' }).toEqual({ ...first.headers, date: '' })
      expect(kindsOf(gateway.entries(mark))).toEqual(['repeated'])
    }
  })

  it('is told the same after a restart', async () => {
    const gateway = await start()
    const sent = message()
    const first = await sent(gateway)
    const next = await startAgain(gateway)
    expect((await sent(next)).text).toBe(first.text)
  })

  it('is asked to wait while the message is being answered', async () => {
    const gateway = await start({ store: dying })
    const sent = message()
    expect((await sent(gateway)).text).toContain('DATA_FOUND')
    const mark = gateway.mark()
    const again = await sent(gateway)
    expect(again.status).toBe(503)
    expect(again.headers['retry-after']).toBe('1')
    expect(again.text).toContain('The message is being answered; send it again later')
    expect(kindsOf(gateway.entries(mark))).toEqual(['refused IN_PROGRESS'])
  })

  it('is told the kept answer of a process that died when the entry was there', async () => {
    const gateway = await start({ store: dying })
    const sent = message()
    const first = await sent(gateway)
    const next = await startAgain(gateway)
    const mark = next.mark()
    expect((await sent(next)).text).toBe(first.text)
    expect(kindsOf(next.entries(mark))).toEqual(['repeated'])
  })

  it('is told nothing by a process that lost the message to another one, and everything by that one', async () => {
    const gateway = await start({ store: takenOver })
    const sent = message()
    const untold = await sent(gateway)
    expect(untold.status).toBe(503)
    expect(untold.text).not.toContain('DATA_FOUND')
    expect(kindsOf(gateway.entries())).toEqual(['granted', 'failed IN_PROGRESS'])
    const next = await startWithoutHot(gateway)
    expect((await sent(next)).text).toContain('DATA_FOUND')
    const granted = next.entries().filter(({ kind }) => kind === 'granted')
    expect(granted.map(({ attempt }) => attempt)).toEqual([undefined, 2])
  })

  it.each([
    ['was killed', startAgain],
    ['and hot.db were lost in a power cut', startWithoutHot],
  ])(
    'is answered anew, under the same ticket, when the process %s before the entry was there',
    async (_why, begin) => {
      const gateway = await start({ store: withoutLastEntry })
      const sent = message()
      // the answer was kept; its entry is not there, so it may not be told, to nobody
      for (let time = 0; time < 2; time += 1) {
        const { text } = await sent(gateway)
        expect(text).not.toContain('DATA_FOUND')
      }
      const next = await begin(gateway)
      const first = await sent(next)
      expect(first.text).toContain('DATA_FOUND')
      expect((await sent(next)).text).toBe(first.text)
      const granted = next.entries().filter(({ kind }) => kind === 'granted')
      expect(granted.map(({ attempt }) => attempt)).toEqual([undefined, 2])
      expect(first.text).toContain(granted[0]!.ticket)
      const kinds = kindsOf(next.entries())
      expect(kinds).toEqual(['granted', 'refused IN_PROGRESS', 'granted', 'answered', 'repeated'])
      const ofMessage = next.entries().filter(({ kind }) => kind !== 'refused')
      expect(new Set(ofMessage.map(({ ticket }) => ticket)).size).toBe(1)
    },
  )

  it('is refused when no answers are kept, or when the answer had to give way', async () => {
    const none = await start({
      configure: (config) => ({ ...config, keptAnswers: { countMax: 0 } }),
    })
    const sent = message()
    expect((await sent(none)).text).toContain('DATA_FOUND')
    expect((await sent(none)).text).toContain('The message was already received')

    const one = await start({
      configure: (config) => ({ ...config, keptAnswers: { countMax: 1 } }),
    })
    const [early, late] = [message(), message()]
    await early(one)
    const told = await late(one)
    expect((await late(one)).text).toBe(told.text)
    expect((await early(one)).text).toContain('The message was already received')
  })

  it('is refused after a power cut took hot.db with the answer', async () => {
    const gateway = await start()
    const answered = message()
    await answered(gateway)
    const next = await startWithoutHot(gateway)
    const mark = next.mark()
    expect((await answered(next)).text).toContain('The message was already received')
    expect(kindsOf(next.entries(mark))).toEqual(['refused REPLAY'])
  })

  it('of a message whose id came with other content is refused, also after a power cut', async () => {
    const gateway = await start()
    const ticket = randomUUID()
    const other = { ...ask, criteria: { ...ask.criteria, endQuarter: '2024Q2' }, ticket }
    expect((await message({ ...ask, ticket })(gateway)).text).toContain('DATA_FOUND')
    const mark = gateway.mark()
    await message(other)(gateway)
    expect(kindsOf(gateway.entries(mark))).toEqual(['refused REPLAY_CONFLICT'])
    const next = await startWithoutHot(gateway)
    const later = next.mark()
    await message(other)(next)
    expect(kindsOf(next.entries(later))).toEqual(['refused REPLAY_CONFLICT'])
    expect(next.entries().some(({ messageId }) => messageId?.includes(ticket))).toBe(false)
  })
})

describe('a refusal over REST', () => {
  it('comes in the language that the caller asked for, told again in the same', async () => {
    const gateway = await start()
    const refused = requestJson({ ...ask, legalContext: 'PHARE:NONE', ticket: randomUUID() })
    const inLanguage = (language: string) =>
      send(gateway.url + (ask.operation.restPath ?? ''), {
        agent: agentOf(ask.as, gateway.url),
        headers: { ...jsonHeaders, 'Accept-Language': language },
        body: JSON.stringify(refused),
      })
    const first = await inLanguage('de-BE, fr;q=0.5')
    expect(first.headers['content-language']).toBe('de')
    expect(JSON.parse(first.text)).toMatchObject({
      title: 'Missing Permission',
      detail:
        'Der Zugriff auf diese Operation ist mit dem angegebenen gesetzlichen Kontext und den angegebenen Zugangsdaten nicht erlaubt.',
      messageCode: 'MSG00013',
    })
    const again = await inLanguage('nl')
    expect(again.text).toBe(first.text)
    expect(again.headers['content-language']).toBe('de')
  })

  it('that the transport tells comes in it too', async () => {
    const gateway = await start()
    const { headers, text } = await send(gateway.url + (ask.operation.restPath ?? ''), {
      method: 'PUT',
      agent: agentOf(ask.as, gateway.url),
      headers: { ...jsonHeaders, 'Accept-Language': 'nl-BE' },
      body: '{}',
    })
    expect(headers['content-language']).toBe('nl')
    expect(JSON.parse(text)).toMatchObject({ detail: 'De resource biedt deze methode niet aan' })
  })
})

describe('a captured message', () => {
  it('gets nothing without the client certificate of its signer: not first, not after, not with another one', async () => {
    const gateway = await start()
    const sent = soapMessage()
    // sent before the honest caller does: it does not use the message up
    expect((await sent(gateway, 'none')).text).toContain('client certificate')
    expect((await sent(gateway, 'pension')).text).not.toContain('DATA_FOUND')
    const honest = await sent(gateway)
    expect(honest.text).toContain('DATA_FOUND')
    const mark = gateway.mark()
    for (const who of ['none', 'pension', 'fidelis']) {
      const { text } = await sent(gateway, who)
      expect(text).toContain('The message was already received.')
      expect(text).not.toContain('DATA_FOUND')
    }
    expect(kindsOf(gateway.entries(mark))).toEqual(Array(3).fill('refused REPLAY'))
    expect((await sent(gateway)).text).toBe(honest.text)
  })

  it('gets nothing where its signer needs no client certificate and showed none', async () => {
    const gateway = await start({
      institutions: (rows) =>
        rows.map((row) => (row.id === 'phare' ? { ...row, clientCertificate: 'optional' } : row)),
    })
    const sent = soapMessage()
    expect((await sent(gateway, 'none')).text).toContain('DATA_FOUND')
    for (const who of ['none', 'phare'])
      expect((await sent(gateway, who)).text).toContain('The message was already received.')
    const shown = soapMessage()
    const first = await shown(gateway)
    expect((await shown(gateway, 'none')).text).toContain('The message was already received.')
    expect((await shown(gateway)).text).toBe(first.text)
  })

  it('over REST is its sender’s alone: the same bytes of another institution are a question of its own', async () => {
    const gateway = await start()
    const ticket = randomUUID()
    const sent = restMessage({ ...ask, ticket })
    expect((await sent(gateway)).text).toContain('DATA_FOUND')
    const mark = gateway.mark()
    expect((await sent(gateway, 'pension')).status).toBe(403)
    expect(kindsOf(gateway.entries(mark))).toEqual(['refused CALLER_MISMATCH'])
  })
})

describe('a question over REST without an id of its own', () => {
  it('is a new exchange each time', async () => {
    const gateway = await start()
    const sent = restMessage({ ...ask, ticket: '1' })
    const tickets = new Set<string | undefined>()
    for (let time = 0; time < 2; time += 1)
      tickets.add(/"ticketCBSS":"([^"]+)"/.exec((await sent(gateway)).text)?.[1])
    expect(tickets.size).toBe(2)
    expect(kindsOf(gateway.entries())).toEqual(['granted', 'answered', 'granted', 'answered'])
  })
})

describe('what is kept', () => {
  it('holds neither answer nor question nor ticket of the caller in clear, nor the signature', async () => {
    const gateway = await start()
    const ticket = randomUUID()
    const soap = soapMessage({ ...ask, ticket })
    const { text } = await soap(gateway)
    await restMessage({ ...ask, ticket: randomUUID() })(gateway)
    const paths = dataPaths(join(gateway.directory, 'data'))
    const db = new DatabaseSync(paths.hot, { readOnly: true })
    const kept = db.prepare('select count, bytes from kept_answer_total').get()
    const rows = ['kept_answer', 'replay_key', 'process'].flatMap((table) =>
      db.prepare(`select * from ${table}`).all(),
    )
    db.close()
    expect(kept).toMatchObject({ count: 2 })
    expect(rows).toHaveLength(5)
    const all = Buffer.concat(
      rows.flatMap((row) =>
        Object.values(row).map((value) =>
          value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value)),
        ),
      ),
    ).toString('latin1')
    expect(all).toContain(textIn(text, 'ticketCBSS'))
    for (const secret of [personas.fullTime.ssin, ticket, 'DATA_FOUND', 'ssin', 'SignatureValue'])
      expect(all).not.toContain(secret)
  })
})
