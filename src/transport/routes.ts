import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import express, { type Request, type RequestHandler, type Response } from 'express'
import type { Service } from '../exchange/inbound.ts'
import { asGatewayError, GatewayError } from '../base/errors.ts'
import { chooseLanguage } from '../rest/language.ts'
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
  /** PEM: what replies are signed with, now and next */
  readonly signingCertificates: () => string
  readonly health: () => HealthStatus
}

/**
 * All paths, static; nothing of a request is reflected, no product name, no stack (security.md §3.4). A request to an operation goes
 * straight to its endpoint: express, which costs as much as reading the request's XML, serves documents, health and all else.
 */
export function makeApp(routes: Routes): RequestListener {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', false)
  // what express itself refuses is answered without a stack
  app.set('env', 'production')
  app.enable('strict routing')

  /** An endpoint that fails to tell even its refusal (our key, our own mistake) must not end the process. */
  const settle = (handled: Promise<void>, response: ServerResponse): void => {
    handled.catch((cause: unknown) => {
      routes.soap.log.error('request not answered', {}, cause)
      response.destroy()
    })
  }

  const endpoints = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>()

  /** What is open to all still counts for its caller. */
  const open = (request: Request, response: Response, answer: () => void): void => {
    try {
      routes.rest.admission.enter(request, response)
      answer()
    } catch (cause) {
      const ticket = routes.rest.newTicket()
      const language = chooseLanguage(request.headers['accept-language'])
      const problem = problemOf(asGatewayError(cause), { ticket, callerProven: false, language })
      const headers = {
        ...answerHeaders(ticket, undefined),
        ...problemHeaders(problem, [], language),
      }
      response.writeHead(problem.status, { ...headers, ...connectionHeader(request) })
      response.end(JSON.stringify(problem))
    }
  }

  for (const served of routes.soapServices) {
    const wsdl = Buffer.from(routes.wsdlOf(served.service))
    const endpoint = (request: IncomingMessage, response: ServerResponse) =>
      settle(handleSoap(routes.soap, served, request, response), response)
    for (const path of [served.service.path, ...(served.service.aliases ?? [])]) {
      endpoints.set(path, endpoint)
      app.all(path, (request, response) => {
        if (request.method === 'GET' && /\?wsdl$/i.test(request.url)) {
          open(request, response, () => sendDocument(response, 'text/xml; charset=utf-8', wsdl))
          return
        }
        endpoint(request, response)
      })
    }
  }
  for (const operation of routes.restOperations) {
    const endpoint = (request: IncomingMessage, response: ServerResponse) =>
      settle(handleRest(routes.rest, operation, request, response), response)
    endpoints.set(operation.path, endpoint)
    app.all(operation.path, endpoint)
  }
  for (const [path, { type, text }] of routes.documents) {
    const bytes = Buffer.from(text)
    app.get(path, (request, response) =>
      open(request, response, () => sendDocument(response, type, bytes)),
    )
  }
  app.get('/signing-certificates', (request, response) =>
    open(request, response, () => {
      const pem = Buffer.from(routes.signingCertificates())
      sendDocument(response, 'application/x-pem-file', pem)
    }),
  )
  app.get('/health', (_request, response) => {
    const { status, body } = healthAnswer(routes.health())
    response.status(status).type('application/json').set('Cache-Control', 'no-store').end(body)
  })
  const notFound = (request: IncomingMessage, response: ServerResponse) =>
    open(request as Request, response as Response, () => {
      throw new GatewayError('NOT_FOUND')
    })
  // express hands back what no path answers, and what it can read no path in: its own page is never sent
  const others: RequestHandler = app
  return (request, response) => {
    const endpoint = endpoints.get(request.url ?? '')
    if (endpoint !== undefined) endpoint(request, response)
    else void others(request as Request, response as Response, () => notFound(request, response))
  }
}

function sendDocument(response: Response, type: string, bytes: Buffer): void {
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(bytes)
}
