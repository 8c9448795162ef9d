import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import express from 'express'
import { afterEach, describe, expect, it } from 'vitest'
import { listen, type RunningServer } from '../../src/transport/server.ts'

let server: RunningServer | undefined
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server?.close()
})

async function open(text: string): Promise<Socket> {
  const app = express().get('/', (_request, response) => {
    response.end(Buffer.alloc(8_000_000))
  })
  server = await listen(app, {
    host: '127.0.0.1',
    port: 0,
    headerBytesMax: 16_384,
    headersTimeoutMs: 500,
    requestTimeoutMs: 500,
    keepAliveTimeoutMs: 60_000,
    connectionsMax: 10,
    admission: { connect: () => true },
  })
  const socket = connect(server.port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

/** Whether the server gives the connection up while nobody reads from it. */
async function isGivenUp(socket: Socket): Promise<boolean> {
  const closed = new Promise<boolean>((resolve) => socket.once('close', () => resolve(true)))
  socket.pause()
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  socket.resume()
  const open = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 2_000))
  return Promise.race([closed, open])
}

describe('a connection', () => {
  it('whose client does not read its answer is given up', async () => {
    const socket = await open('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    let bytes = 0
    socket.on('data', (chunk) => (bytes += chunk.length))
    expect(await isGivenUp(socket)).toBe(true)
    expect(bytes).toBeLessThan(8_000_000)
  })

  it('whose client never ends its headers is given up within seconds', async () => {
    const socket = await open('GET / HTTP/1.1\r\n')
    expect(await isGivenUp(socket)).toBe(true)
  })
})
