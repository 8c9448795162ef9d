import http from 'node:http'
import https from 'node:https'

/** One POST; resolves when the answer is whole. */
export function post(
  url: URL,
  options: https.RequestOptions,
  message: Uint8Array,
): Promise<{ status: number; body: Buffer }> {
  const { request } = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', ...options }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(chunks) }))
      reply.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(message)
  })
}
