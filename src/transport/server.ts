import { constants } from 'node:crypto'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Server as TlsServer, type SecureContextOptions } from 'node:tls'
import type { Admission } from './admission.ts'

/** PEM */
export interface TlsKeys {
  readonly certificate: Uint8Array
  readonly key: Uint8Array
}

export interface ServerOptions {
  readonly host: string
  readonly port: number
  /** absent for plain HTTP on loopback */
  readonly tls?: TlsKeys
  readonly headerBytesMax: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  readonly connectionsMax: number
  readonly admission: Pick<Admission, 'connect'>
}

export interface RunningServer {
  readonly port: number
  /** new connections get this certificate; open ones go on */
  replaceTlsKeys(keys: TlsKeys): void
  /** stops taking connections, lets running exchanges end (5 seconds at most), then resolves */
  close(): Promise<void>
}

/** TLS 1.2 suites: forward secrecy and authenticated encryption only; TLS 1.3 has no others. */
const cipherPolicy = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':')

function secureContext({ certificate, key }: TlsKeys): SecureContextOptions {
  return {
    cert: Buffer.from(certificate),
    key: Buffer.from(key),
    minVersion: 'TLSv1.2',
    ciphers: cipherPolicy,
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  }
}

/** How long running exchanges may take to end when the gateway stops; then their connections are cut. */
const stopMsMax = 5_000

/**
 * One listener. A client certificate is requested, never required by TLS itself: its path is checked by `pki`, and whether an
 * exchange needs one is said by the institution's row (design.md §5).
 */
export async function listen(app: RequestListener, options: ServerOptions): Promise<RunningServer> {
  const limits = {
    maxHeaderSize: options.headerBytesMax,
    headersTimeout: options.headersTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    // how often Node looks for connections past these; its own 30 s would add to each
    connectionsCheckingInterval: 1_000,
    insecureHTTPParser: false,
  }
  const server: Server =
    options.tls === undefined
      ? createHttpServer(limits, app)
      : createHttpsServer(
          {
            ...limits,
            ...secureContext(options.tls),
            handshakeTimeout: options.headersTimeoutMs,
            requestCert: true,
            rejectUnauthorized: false,
          },
          app,
        )
  server.maxConnections = options.connectionsMax
  // before the handshake: nothing can be told on such a connection, so nothing is spent on it
  server.on('connection', (socket: Socket) => {
    if (!options.admission.connect(socket)) socket.destroy()
  })
  // a connection on which nothing moves, in either direction: a client that does not read its answer
  server.timeout = options.requestTimeoutMs
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
  return {
    port: (server.address() as AddressInfo).port,
    replaceTlsKeys: (keys) => {
      if (server instanceof TlsServer) server.setSecureContext(secureContext(keys))
    },
    close: () =>
      new Promise((resolve, reject) => {
        const cut = setTimeout(() => server.closeAllConnections(), stopMsMax)
        server.close((error) => {
          clearTimeout(cut)
          if (error === undefined) resolve()
          else reject(error)
        })
        server.closeIdleConnections()
      }),
  }
}
