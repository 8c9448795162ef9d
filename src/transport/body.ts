import type { IncomingMessage } from 'node:http'
import { asGatewayError, GatewayError } from '../base/errors.ts'
import type { Visit } from './admission.ts'

/**
 * Reads a request body of at most `bytesMax` bytes. A declared length over the limit is refused before a byte is read; a body
 * that grows over it is cut off; its bytes count against those of all bodies, and once it is whole, work begins. Throws
 * MESSAGE_TOO_LARGE, MESSAGE_INCOMPLETE, OVERLOADED, or MEDIA_TYPE for a content encoding.
 */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
  visit: Pick<Visit, 'takeBytes' | 'begin'>,
): Promise<Buffer> {
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
      try {
        if (size > bytesMax) throw new GatewayError('MESSAGE_TOO_LARGE')
        visit.takeBytes(chunk.length)
        chunks.push(chunk)
      } catch (error) {
        request.removeAllListeners('data').pause()
        reject(asGatewayError(error))
      }
    })
    request.once('end', () => {
      try {
        visit.begin()
        resolve(joined(chunks))
      } catch (error) {
        reject(asGatewayError(error))
      }
    })
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

/** The rest of a body that is not wanted is let pass up to this size: a new connection would cost both sides more. */
const skippedBytesMax = 65_536

/** A connection whose request was not read to its end ends with the answer, unless little is left: nobody reads the rest. */
export function connectionHeader(request: IncomingMessage): { readonly Connection?: 'close' } {
  const { 'content-length': length = '0', 'transfer-encoding': chunked } = request.headers
  const isShort = chunked === undefined && Number(length) <= skippedBytesMax
  return request.complete || isShort ? {} : { Connection: 'close' }
}

/** Media type and charset of a Content-Type header, lower case; charset undefined when not named. */
export function readContentType(header: string | undefined): { type: string; charset?: string } {
  const [type = '', ...parameters] = (header ?? '').toLowerCase().split(';')
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([\w-]+)"?\s*$/.exec(parameter)?.[1])
    .find((found) => found !== undefined)
  return { type: type.trim(), ...(charset !== undefined && { charset }) }
}
