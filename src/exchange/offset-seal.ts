import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { GatewayError } from '../base/errors.ts'
import { readSsin, type Ssin } from '../base/ssin.ts'
import type { OffsetSeal } from './gather.ts'

const nonceBytes = 12
const tagBytes = 16

/**
 * Seals page offsets by AES-256-GCM under a key of the house (32 bytes), bound to the question as additional data. The nonce is
 * an HMAC of both, so equal offsets are equal and no random source is needed; a nonce can only repeat for the same text.
 */
export function makeOffsetSeal(key: Uint8Array): OffsetSeal {
  const nonceKey = createHmac('sha256', key).update('offset nonce').digest()
  return {
    seal(after, boundTo) {
      const nonce = createHmac('sha256', nonceKey)
        .update(`${boundTo}\0${after}`)
        .digest()
        .subarray(0, nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(boundTo))
      const sealed = Buffer.concat([cipher.update(after), cipher.final()])
      return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')
    },
    open(sealed, boundTo): Ssin {
      const bytes = Buffer.from(sealed, 'base64url')
      const after = bytes.length > nonceBytes + tagBytes ? decrypt(key, bytes, boundTo) : undefined
      const ssin = readSsin(after ?? '')
      if (ssin === undefined) {
        throw new GatewayError('REQUEST_INVALID', 'offset not sealed for this question', [
          { fieldName: 'offset' },
        ])
      }
      return ssin
    },
  }
}

function decrypt(key: Uint8Array, bytes: Buffer, boundTo: string): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
    .setAAD(Buffer.from(boundTo))
    .setAuthTag(bytes.subarray(-tagBytes))
  try {
    const opened = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
    return Buffer.concat([opened, decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
