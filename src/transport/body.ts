import type { IncomingMessage } from 'node:http'
import { GatewayError } from '../base/errors.ts'

/**
 * Reads a request body of at most `bytesMax` bytes. A declared length over the limit is refused before a byte is read; a body
 * that grows over it is cut off. Throws MESSAGE_TOO_LARGE, MESSAGE_INCOMPLETE, or MEDIA_TYPE for a content encoding.
 */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw new GatewayError('MEDIA_TYPE', 'content encoding')
  }
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) {
    throw new GatewayError('MESSAGE_TOO_LARGE')
  }
  // by events: an async iterator over the request costs as much as the validation of its schema
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > bytesMax) {
        request.removeAllListeners('data').pause()
        reject(new GatewayError('MESSAGE_TOO_LARGE'))
      } else chunks.push(chunk)
    })
    request.once('end', () => resolve(joined(chunks)))
    // the sender's doing, whatever Node calls it: aborted, ECONNRESET, a malformed chunk
    const incomplete = (cause?: Error) =>
      reject(new GatewayError('MESSAGE_INCOMPLETE', undefined, [], { cause }))
    request.once('error', incomplete)
    request.once('close', () => {
      if (!request.complete) incomplete()
    })
  })
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks)
}

/** A connection whose request was not read to its end ends with the answer: nobody reads the rest. */
export function connectionHeader(request: IncomingMessage): { readonly Connection?: 'close' } {
  return request.complete ? {} : { Connection: 'close' }
}

/** Media type and charset of a Content-Type header, lower case; charset undefined when not named. */
export function readContentType(header: string | undefined): { type: string; charset?: string } {
  const [type = '', ...parameters] = (header ?? '').toLowerCase().split(';')
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([\w-]+)"?\s*$/.exec(parameter)?.[1])
    .find((found) => found !== undefined)
  return { type: type.trim(), ...(charset !== undefined && { charset }) }
}
