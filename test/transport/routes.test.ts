import { once } from 'node:events'
import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import type { GatewayError } from '../../src/base/errors.ts'
import type { Log } from '../../src/base/log.ts'
import { personService } from '../../src/services/person/service.ts'
import { makeApp, type Routes } from '../../src/transport/routes.ts'
import { listen, type RunningServer } from '../../src/transport/server.ts'

let server: RunningServer
afterEach(() => server.close())

describe('a request whose refusal cannot be written', () => {
  it('loses its connection, is logged, and the process lives on', async () => {
    const events: string[] = []
    const log: Log = {
      info: () => undefined,
      warn: () => undefined,
      error: (event) => events.push(event),
    }
    const broken = () => {
      throw new TypeError('the key is gone')
    }
    const soap = {
      newTicket: () => 'ticket',
      nowMs: () => 0,
      log,
      securityLog: {
        refused: (_channel: string, _name: string, error: GatewayError) => events.push(error.code),
      },
      replies: { refuse: broken, sign: broken },
    }
    const app = makeApp({
      soap,
      rest: { newTicket: () => 'ticket' },
      soapServices: [{ service: personService }],
      restOperations: [],
      wsdlOf: () => '',
      documents: new Map(),
      health: () => 'UP',
    } as unknown as Routes)
    const limits = { headerBytesMax: 16_384, headersTimeoutMs: 1_000, requestTimeoutMs: 1_000 }
    const admission = { connect: () => true }
    const rest = { keepAliveTimeoutMs: 1_000, connectionsMax: 10, admission }
    server = await listen(app, { host: '127.0.0.1', port: 0, ...limits, ...rest })
    const sent = request({ port: server.port, path: personService.path, method: 'PUT' }).end()
    const [error] = (await once(sent, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNRESET')
    expect(events).toEqual(['METHOD_NOT_ALLOWED', 'request not answered'])
  })
})
