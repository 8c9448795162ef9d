import { constants, type KeyObject, sign, verify } from 'node:crypto'
import {
  digestSha256,
  digestSha384,
  digestSha512,
  dsigMore,
  dsigMore2007,
  envelopedSignature,
  excC14n,
} from './names.ts'

/** `hash` as node:crypto names it. There is no HMAC: the key is always the one of a certificate. */
export interface SignatureAlgorithm {
  readonly kind: 'rsa' | 'rsa-pss' | 'ecdsa'
  readonly hash: string
}

/** An allow-list: what is not in it is refused. Keys are algorithm URIs. */
export interface AllowedAlgorithms {
  readonly canonicalizations: readonly string[]
  readonly signatures: ReadonlyMap<string, SignatureAlgorithm>
  /** to the hash, as node:crypto names it */
  readonly digests: ReadonlyMap<string, string>
  /** the accepted sequences of transforms of a reference */
  readonly transforms: readonly (readonly string[])[]
}

/** The list in force on the wire (docs/wire-profile.md). SHA-1 is on none of its lines (BSP R5420, R5421 overridden). */
export const wireAlgorithms: AllowedAlgorithms = {
  canonicalizations: [excC14n], // R5404
  signatures: new Map<string, SignatureAlgorithm>([
    [`${dsigMore}rsa-sha256`, { kind: 'rsa', hash: 'sha256' }],
    [`${dsigMore}rsa-sha384`, { kind: 'rsa', hash: 'sha384' }],
    [`${dsigMore}rsa-sha512`, { kind: 'rsa', hash: 'sha512' }],
    [`${dsigMore2007}sha256-rsa-MGF1`, { kind: 'rsa-pss', hash: 'sha256' }],
    [`${dsigMore2007}sha384-rsa-MGF1`, { kind: 'rsa-pss', hash: 'sha384' }],
    [`${dsigMore2007}sha512-rsa-MGF1`, { kind: 'rsa-pss', hash: 'sha512' }],
    [`${dsigMore}ecdsa-sha256`, { kind: 'ecdsa', hash: 'sha256' }],
    [`${dsigMore}ecdsa-sha384`, { kind: 'ecdsa', hash: 'sha384' }],
    [`${dsigMore}ecdsa-sha512`, { kind: 'ecdsa', hash: 'sha512' }],
  ]),
  digests: new Map([
    [digestSha256, 'sha256'],
    [digestSha384, 'sha384'],
    [digestSha512, 'sha512'],
  ]),
  // R5412, R5423; node-soap puts enveloped-signature before (it removes nothing: no signed part holds the Signature)
  transforms: [[excC14n], [envelopedSignature, excC14n]],
}

/** What a signature value is checked with; its type decides which algorithms fit. */
export interface VerificationKey {
  readonly publicKey: KeyObject
  readonly keyType: 'rsa' | 'p256' | 'p384' | 'p521'
}

export function fits(algorithm: SignatureAlgorithm, key: VerificationKey): boolean {
  return (algorithm.kind === 'ecdsa') === (key.keyType !== 'rsa')
}

/** Octets of r and of s. */
const coordinateBytes = { p256: 32, p384: 48, p521: 66 } as const

/**
 * Whether `value` is the signature of `data`. The algorithm must fit the key (TypeError). RSA-PSS as in RFC 9231 §2.3.10:
 * salt as long as the hash, MGF1 with the same hash. ECDSA values are r‖s in exact length (RFC 9231 §2.3.6).
 */
export function isSignatureOf(
  value: Uint8Array,
  data: Uint8Array,
  algorithm: SignatureAlgorithm,
  key: VerificationKey,
): boolean {
  if (!fits(algorithm, key)) throw new TypeError('algorithm does not fit the key')
  if (key.keyType !== 'rsa') {
    if (value.length !== 2 * coordinateBytes[key.keyType]) return false
    // the bare KeyObject: Node 24 is twice as slow with { key, dsaEncoding }
    return verify(algorithm.hash, data, key.publicKey, derOfCoordinates(value))
  }
  if (algorithm.kind === 'rsa') return verify(algorithm.hash, data, key.publicKey, value)
  return verify(
    algorithm.hash,
    data,
    {
      key: key.publicKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    },
    value,
  )
}

/** An ECDSA signature as XML Signature writes it: r‖s, each as long as the curve's order. */
export function signEcdsa(
  data: Uint8Array,
  hash: string,
  key: KeyObject,
  curve: 'p256' | 'p384',
): Buffer {
  return coordinatesOfDer(sign(hash, data, key), coordinateBytes[curve])
}

/** r‖s to the DER of Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER } (RFC 3279 §2.2.3). */
export function derOfCoordinates(value: Uint8Array): Buffer {
  const half = value.length / 2
  const r = derInteger(value.subarray(0, half))
  const s = derInteger(value.subarray(half))
  const length = r.length + s.length
  return Buffer.from([0x30, ...(length > 127 ? [0x81] : []), length, ...r, ...s])
}

function derInteger(value: Uint8Array): number[] {
  let start = 0
  while (start < value.length - 1 && value[start] === 0) start += 1
  const magnitude = value.subarray(start)
  const sign = (magnitude[0] ?? 0) > 0x7f ? [0] : []
  return [0x02, sign.length + magnitude.length, ...sign, ...magnitude]
}

/** The inverse; the DER is OpenSSL's own output, shorter than 128 octets for both curves. */
function coordinatesOfDer(der: Buffer, size: number): Buffer {
  const value = Buffer.alloc(2 * size)
  const rLength = der[3] ?? 0
  const r = der.subarray(4, 4 + rLength)
  const s = der.subarray(6 + rLength)
  const place = (integer: Buffer, end: number) => {
    const magnitude = integer[0] === 0 ? integer.subarray(1) : integer
    magnitude.copy(value, end - magnitude.length)
  }
  place(r, size)
  place(s, 2 * size)
  return value
}
