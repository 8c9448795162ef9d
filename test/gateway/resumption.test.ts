import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect, type ConnectionOptions } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personas } from '../../src/synthetic/personas.ts'
import { certificates } from '../gateway-process.ts'
import { requestJson, type Ask } from './ask.ts'
import { startTestGateway, type TestGateway } from './gateway.ts'
import { consultationNamed } from './questions.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startTestGateway()
})
afterAll(() => gateway.close())

const ask: Ask = {
  as: 'phare',
  ...consultationNamed('consultPerson'),
  legalContext: 'PHARE:IDENTIFICATION',
  criteria: { ssin: personas.fullTime.ssin },
}

/** One REST question over a connection of its own; its status, and the session that the server gave. */
async function askOver(options: ConnectionOptions) {
  const { port } = new URL(gateway.url)
  const socket = connect({ port: Number(port), rejectUnauthorized: false, ...options })
  let session: Buffer | undefined
  socket.on('session', (given: Buffer) => (session = given))
  await once(socket, 'secureConnect')
  const isResumed = socket.isSessionReused()
  const body = JSON.stringify(requestJson(ask))
  const lines = [
    `POST ${ask.operation.restPath} HTTP/1.1`,
    'Host: gateway.example',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(await text(socket))?.[1])
  return { status, session, isResumed }
}

const shown = (stem: string) => ({
  cert: readFileSync(join(certificates, `${stem}.chain.pem`)),
  key: readFileSync(join(certificates, `${stem}.key.pem`)),
})

describe('a resumed TLS session', () => {
  it.each<[string, string | undefined, number]>([
    ['of an institution is that institution', 'institutions/phare/tls', 200],
    ['of a revoked certificate is refused as before', 'faulty/revoked', 401],
    ['of a certificate that nobody vouches for is refused as before', 'faulty/unknown-ca', 401],
    ['without a certificate is nobody, whatever certificate comes later', undefined, 401],
  ])('is who began it, and is judged anew: %s', async (_what, stem, status) => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const own = stem === undefined ? {} : shown(stem)
      const first = await askOver({ maxVersion, ...own })
      expect(first).toMatchObject({ status, isResumed: false })
      const later = stem === undefined ? shown('institutions/phare/tls') : {}
      const again = await askOver({ maxVersion, ...later, session: first.session })
      expect(again).toMatchObject({ status, isResumed: true })
    }
  })
})
