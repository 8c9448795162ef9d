import { constants, createPublicKey, verify, type KeyObject } from 'node:crypto'
import { GatewayError } from '../base/errors.ts'
import {
  context,
  DerError,
  DerReader,
  readInteger,
  readOctetBits,
  readOid,
  readSequence,
  readSmallInteger,
  tags,
} from './der.ts'

export type DigestName = 'sha256' | 'sha384' | 'sha512'
export type KeyType = 'rsa' | 'p256' | 'p384' | 'p521'

/** An algorithm of the allow-list; nothing else can be expressed. */
export type SignatureAlgorithm =
  | { readonly kind: 'rsa-pkcs1'; readonly digest: DigestName }
  /** salt as long as the digest, MGF1 with the same digest */
  | { readonly kind: 'rsa-pss'; readonly digest: DigestName }
  | { readonly kind: 'ecdsa'; readonly digest: DigestName }

/** AlgorithmIdentifier: OID and the TLV of its parameters, if any. */
export interface AlgorithmIdentifier {
  readonly oid: string
  readonly parameters: Uint8Array | undefined
}

export function readAlgorithmIdentifier(reader: DerReader): AlgorithmIdentifier {
  return readSequence(reader, (fields) => ({
    oid: readOid(fields.read(tags.oid)),
    parameters: fields.isAtEnd ? undefined : fields.next().bytes,
  }))
}

const digestSizes = { sha256: 32, sha384: 48, sha512: 64 } as const

const digestOids = new Map<string, DigestName>([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
])

const rsaOids = new Map<string, DigestName>([
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
])

const ecdsaOids = new Map<string, DigestName>([
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
])

const oids = {
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  ecPublicKey: '1.2.840.10045.2.1',
} as const

const curves = new Map<string, { readonly type: KeyType; readonly sizeBytes: number }>([
  ['1.2.840.10045.3.1.7', { type: 'p256', sizeBytes: 32 }],
  ['1.3.132.0.34', { type: 'p384', sizeBytes: 48 }],
  ['1.3.132.0.35', { type: 'p521', sizeBytes: 66 }],
])

const isNull = (parameters: Uint8Array | undefined) =>
  parameters?.length === 2 && parameters[0] === tags.null && parameters[1] === 0

/** A digest of the allow-list; parameters absent or NULL. Undefined otherwise. */
export function findDigest({ oid, parameters }: AlgorithmIdentifier): DigestName | undefined {
  return parameters === undefined || isNull(parameters) ? digestOids.get(oid) : undefined
}

/** The algorithm of a signature; undefined when outside the allow-list. Parameters are checked, PSS ones too. */
export function findSignatureAlgorithm(
  identifier: AlgorithmIdentifier,
): SignatureAlgorithm | undefined {
  const { oid, parameters } = identifier
  const rsa = rsaOids.get(oid)
  if (rsa !== undefined) return isNull(parameters) ? { kind: 'rsa-pkcs1', digest: rsa } : undefined
  const ecdsa = ecdsaOids.get(oid)
  if (ecdsa !== undefined)
    return parameters === undefined ? { kind: 'ecdsa', digest: ecdsa } : undefined
  if (oid !== oids.rsaPss || parameters === undefined) return undefined
  const digest = readPssDigest(parameters)
  return digest === undefined ? undefined : { kind: 'rsa-pss', digest }
}

/** In CMS `rsaEncryption` says PKCS #1 v1.5 with the digest named beside it (RFC 3370 §3.2). */
export function findCmsSignatureAlgorithm(
  identifier: AlgorithmIdentifier,
  digest: DigestName,
): SignatureAlgorithm | undefined {
  if (identifier.oid === oids.rsaEncryption)
    return isNull(identifier.parameters) ? { kind: 'rsa-pkcs1', digest } : undefined
  const algorithm = findSignatureAlgorithm(identifier)
  return algorithm?.digest === digest ? algorithm : undefined
}

/** RSASSA-PSS-params (RFC 4055 §3.1): digest listed, MGF1 with it, salt of its length, trailer 1; all but the trailer written. */
function readPssDigest(parameters: Uint8Array): DigestName | undefined {
  return readSequence(new DerReader(parameters), (fields) => {
    const explicit = (number: number) => fields.optional(context(number, 'constructed'))?.content
    const [hash, mask, salt, trailer] = [explicit(0), explicit(1), explicit(2), explicit(3)]
    if (hash === undefined || mask === undefined || salt === undefined) return undefined
    const digest = findDigest(readWhole(hash, readAlgorithmIdentifier))
    const generator = readWhole(mask, readAlgorithmIdentifier)
    if (digest === undefined || generator.oid !== oids.mgf1) return undefined
    if (generator.parameters === undefined) return undefined
    const inner = findDigest(readWhole(generator.parameters, readAlgorithmIdentifier))
    const integer = (content: Uint8Array) =>
      readWhole(content, (reader) => readSmallInteger(reader.read(tags.integer)))
    if (inner !== digest || integer(salt) !== digestSizes[digest]) return undefined
    return trailer === undefined || integer(trailer) === 1 ? digest : undefined
  })
}

function readWhole<Value>(bytes: Uint8Array, read: (reader: DerReader) => Value): Value {
  const reader = new DerReader(bytes)
  const value = read(reader)
  reader.finish()
  return value
}

/** Whether the key made the signature; false also when the key is of another kind than the algorithm. */
export function isSignedBy(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  const isRsa = key.asymmetricKeyType === 'rsa'
  if (isRsa !== (algorithm.kind !== 'ecdsa')) return false
  if (algorithm.kind !== 'rsa-pss') return verify(algorithm.digest, signed, key, signature)
  const padding = constants.RSA_PKCS1_PSS_PADDING
  const saltLength = digestSizes[algorithm.digest]
  return verify(algorithm.digest, signed, { key, padding, saltLength }, signature)
}

export interface ReadPublicKey {
  readonly key: KeyObject
  readonly type: KeyType
}

const refuseKey = (why: string): never => {
  throw new GatewayError('CERT_WEAK', `public key: ${why}`)
}

/**
 * A SubjectPublicKeyInfo above the floor: RSA of 2048 to 8192 bits (whole octets) with odd modulus, not of the ROCA form, and odd exponent from 65537, or an
 * uncompressed point on P-256, P-384, P-521 by name. Throws GatewayError CERT_WEAK, or DerError.
 */
export function readPublicKey(spki: Uint8Array): ReadPublicKey {
  const { algorithm, bits } = readWhole(spki, (reader) =>
    readSequence(reader, (fields) => ({
      algorithm: readAlgorithmIdentifier(fields),
      bits: readOctetBits(fields.read(tags.bitString)),
    })),
  )
  const type = checkKeyFloor(algorithm, bits)
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
    return { key, type }
  } catch {
    throw new DerError('public key is none')
  }
}

function checkKeyFloor({ oid, parameters }: AlgorithmIdentifier, bits: Uint8Array): KeyType {
  if (oid === oids.rsaEncryption) {
    if (!isNull(parameters)) return refuseKey('RSA parameters')
    checkRsaKey(bits)
    return 'rsa'
  }
  if (oid !== oids.ecPublicKey) return refuseKey('algorithm not accepted')
  if (parameters?.[0] !== tags.oid) return refuseKey('curve not named')
  const curve = curves.get(readOid(new DerReader(parameters).read(tags.oid)))
  if (curve === undefined) return refuseKey('curve not accepted')
  if (bits[0] !== 4 || bits.length !== 1 + 2 * curve.sizeBytes)
    return refuseKey('point not uncompressed')
  return curve.type
}

function checkRsaKey(bits: Uint8Array): void {
  const { modulus, exponent } = readWhole(bits, (reader) =>
    readSequence(reader, (fields) => ({
      modulus: BigInt(`0x${positiveHex(fields)}`),
      exponent: BigInt(`0x${positiveHex(fields)}`),
    })),
  )
  const size = modulus.toString(2).length
  if (size < 2048 || size > 8192 || size % 8 !== 0) refuseKey(`RSA of ${size} bits`)
  if (modulus % 2n === 0n) refuseKey('RSA modulus even')
  if (isRoca(modulus)) refuseKey('RSA modulus of CVE-2017-15361')
  if (exponent < 65537n || exponent % 2n === 0n || exponent >= 1n << 64n) refuseKey('RSA exponent')
}

/** The odd primes to 167, and their product. */
const smallPrimes = Array.from({ length: 83 }, (_, index) => 2 * index + 3).filter((one) => {
  for (let divisor = 3; divisor * divisor <= one; divisor += 2)
    if (one % divisor === 0) return false
  return true
})
const product = smallPrimes.reduce((all, prime) => all * BigInt(prime), 1n)
/** by prime, the remainders that powers of 65537 have */
const remainders = smallPrimes.map((prime) => {
  const found = new Set<number>()
  for (let power = 1; !found.has(power); power = (power * 65537) % prime) found.add(power)
  return found
})

/**
 * Whether the key was made by the library of CVE-2017-15361 (ROCA), whose keys of 2048 bits can be factored: it took primes of a form
 * that leaves only powers of 65537 as remainders. Of other keys one in 10^27 looks so.
 */
function isRoca(modulus: bigint): boolean {
  const rest = modulus % product
  return smallPrimes.every(
    (prime, index) => remainders[index]?.has(Number(rest % BigInt(prime))) === true,
  )
}

function positiveHex(reader: DerReader): string {
  const content = readInteger(reader.read(tags.integer))
  if ((content[0] ?? 0) >= 0x80) throw new DerError('negative number in key')
  return Buffer.from(content).toString('hex')
}
