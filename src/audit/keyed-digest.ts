import { createHmac, createSecretKey } from 'node:crypto'
import type { KeyedDigest } from './journal.ts'

/**
 * HMAC-SHA-256 in lower-case hex. Without the key, the numbers of a country's people could be tried one by one against a bare
 * digest; `key` (32 bytes) therefore stays in the data directory and never goes where the journal goes.
 */
export function keyedDigest(key: Uint8Array): KeyedDigest {
  if (key.length < 32) throw new TypeError('key of the journal digest is shorter than 32 bytes')
  const secret = createSecretKey(key)
  return (text) => createHmac('sha256', secret).update(text).digest('hex')
}
