import express, { type Express, type Request, type Response } from 'express'
import type { Service } from '../exchange/inbound.ts'
import { GatewayError } from '../base/errors.ts'
import { problemHeaders, problemOf } from '../rest/problem.ts'
import { answerHeaders, healthAnswer, type HealthStatus } from '../rest/query.ts'
import { connectionHeader } from './body.ts'
import { handleRest, type RestChannel, type RestOperation } from './rest-endpoint.ts'
import { handleSoap, type SoapChannel, type SoapService } from './soap-endpoint.ts'

export interface Routes {
  readonly soap: SoapChannel
  readonly rest: RestChannel
  readonly soapServices: readonly SoapService[]
  readonly restOperations: readonly RestOperation[]
  /** the self-contained WSDL of a service, `soap:address` from the configured address */
  readonly wsdlOf: (service: Service) => string
  /** documents served as they are, by path */
  readonly documents: ReadonlyMap<string, { readonly type: string; readonly text: string }>
  readonly health: () => HealthStatus
}

/** All paths, static; nothing of a request is reflected, no product name, no stack (security.md §3.4). */
export function makeApp(routes: Routes): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', false)
  // what express itself refuses is answered without a stack
  app.set('env', 'production')
  app.enable('strict routing')

  /** An endpoint that fails to tell even its refusal (our key, our own mistake) must not end the process. */
  const settle = (handled: Promise<void>, response: Response): void => {
    handled.catch((cause: unknown) => {
      routes.soap.log.error('request not answered', {}, cause)
      response.destroy()
    })
  }

  for (const served of routes.soapServices) {
    const wsdl = Buffer.from(routes.wsdlOf(served.service))
    for (const path of [served.service.path, ...(served.service.aliases ?? [])]) {
      app.all(path, (request, response) => {
        if (request.method === 'GET' && /\?wsdl$/i.test(request.url)) {
          sendDocument(response, 'text/xml; charset=utf-8', wsdl)
          return
        }
        settle(handleSoap(routes.soap, served, request, response), response)
      })
    }
  }
  for (const operation of routes.restOperations) {
    app.all(operation.path, (request, response) => {
      settle(handleRest(routes.rest, operation, request, response), response)
    })
  }
  for (const [path, { type, text }] of routes.documents) {
    const bytes = Buffer.from(text)
    app.get(path, (_request, response) => sendDocument(response, type, bytes))
  }
  app.get('/health', (_request, response) => {
    const { status, body } = healthAnswer(routes.health())
    response.status(status).type('application/json').set('Cache-Control', 'no-store').end(body)
  })
  app.use((request: Request, response: Response) => {
    const ticket = routes.rest.newTicket()
    const problem = problemOf(new GatewayError('NOT_FOUND'), { ticket, callerProven: false })
    const headers = { ...answerHeaders(ticket, undefined), ...problemHeaders(problem, []) }
    response.writeHead(404, { ...headers, ...connectionHeader(request) })
    response.end(JSON.stringify(problem))
  })
  return app
}

function sendDocument(response: Response, type: string, bytes: Buffer): void {
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(bytes)
}
