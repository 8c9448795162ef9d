import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hash,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { languages } from '../base/texts.ts'
import type { ToldAnswer } from '../ws-security/replay.ts'

/*
 * A kept answer: nonce (12 bytes), tag (16), then under AES-256-GCM the status of HTTP (2), the language (2, blanks for none) and the body. The key is derived
 * from the message's secret, which is never stored: without the message that asked, nobody can read what was answered.
 */
const nonceBytes = 12
const tagBytes = 16
const headBytes = 4

const counter = Uint8Array.of(0, 0, 0, 1)

/**
 * A key for the answers to this message and for nothing else: the one-step derivation of NIST SP 800-56C (§4.1, SHA-256), one hash. HKDF in
 * Node costs 30 µs, more than the encryption.
 */
function keyOf(secret: Uint8Array, digest: string): KeyObject {
  const fixedInfo = Buffer.from(`quadrivium kept answer ${digest}`)
  const key = hash('sha256', Buffer.concat([counter, secret, fixedInfo]), 'buffer')
  return createSecretKey(key) // a cipher takes bytes too, at twice the time
}

/** Encrypts an answer for whoever has the message's secret. */
export function sealAnswer(answer: ToldAnswer, secret: Uint8Array, digest: string): Uint8Array {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret, digest), nonce)
  const plain = Buffer.allocUnsafe(headBytes + answer.bytes.length)
  plain.writeUInt16BE(answer.httpStatus)
  plain.write(answer.language ?? '  ', 2, 'latin1')
  plain.set(answer.bytes, headBytes)
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

/** The answer again. Throws when it was sealed with another secret or for another message, or was changed. */
export function openAnswer(sealed: Uint8Array, secret: Uint8Array, digest: string): ToldAnswer {
  const nonce = sealed.subarray(0, nonceBytes)
  const cipher = createDecipheriv('aes-256-gcm', keyOf(secret, digest), nonce, {
    authTagLength: tagBytes,
  })
  cipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
  const opened = cipher.update(sealed.subarray(nonceBytes + tagBytes))
  const plain = Buffer.concat([opened, cipher.final()])
  const written = plain.toString('latin1', 2, headBytes)
  const language = languages.find((one) => one === written)
  return {
    httpStatus: plain.readUInt16BE(0),
    bytes: plain.subarray(headBytes),
    ...(language !== undefined && { language }),
  }
}
