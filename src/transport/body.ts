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
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > bytesMax) throw new GatewayError('MESSAGE_TOO_LARGE')
      chunks.push(chunk)
    }
  } catch (cause) {
    // the sender's doing, whatever Node calls it: aborted, ECONNRESET, a malformed chunk
    if (cause instanceof GatewayError) throw cause
    throw new GatewayError('MESSAGE_INCOMPLETE', undefined, [], { cause })
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
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
