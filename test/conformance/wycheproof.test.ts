import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import {
  findSignatureAlgorithm,
  isSignedBy,
  readAlgorithmIdentifier,
  readPublicKey,
  type ReadPublicKey,
  type SignatureAlgorithm,
} from '../../src/pki/algorithms.ts'
import { DerReader } from '../../src/pki/der.ts'
import { isSignatureOf, wireAlgorithms } from '../../src/ws-security/algorithms.ts'
import { readShared } from './shared.ts'

interface Vectors {
  readonly numberOfTests: number
  readonly testGroups: readonly {
    readonly publicKeyDer: string
    readonly tests: readonly {
      readonly tcId: number
      readonly comment: string
      readonly flags: readonly string[]
      readonly msg: string
      readonly sig: string
      readonly result: 'valid' | 'invalid' | 'acceptable'
    }[]
  }[]
}

/** Every file of RSA and ECDSA: cases, accepted, and cases that are valid but have a key below our floor (exponent 3). */
const files: readonly [file: string, cases: number, accepted: number, belowFloor: number][] = [
  ['rsa_signature_2048_sha256', 259, 7, 2],
  ['rsa_signature_2048_sha512', 259, 7, 1],
  ['rsa_signature_3072_sha256', 259, 7, 1],
  ['rsa_signature_3072_sha384', 259, 7, 0],
  ['rsa_signature_4096_sha256', 258, 7, 0],
  ['rsa_pss_2048_sha256_mgf1_32', 108, 63, 0],
  ['rsa_pss_2048_sha384_mgf1_48', 141, 95, 0],
  ['rsa_pss_3072_sha256_mgf1_32', 108, 63, 0],
  ['rsa_pss_4096_sha512_mgf1_64', 179, 132, 0],
  ['ecdsa_secp256r1_sha256_p1363', 262, 173, 0],
  ['ecdsa_secp384r1_sha384_p1363', 280, 193, 0],
  ['ecdsa_secp521r1_sha512_p1363', 318, 231, 0],
  ['ecdsa_secp256r1_sha256', 484, 174, 0],
  ['ecdsa_secp384r1_sha384', 504, 194, 0],
  ['ecdsa_secp521r1_sha512', 542, 232, 0],
]

type Verify = (key: ReadPublicKey, data: Buffer, signature: Buffer) => boolean

const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const more2007 = 'http://www.w3.org/2007/05/xmldsig-more#'

/** As a message is verified: the algorithm by its URI from the wire's own list, the key as a certificate gives it. */
function inXml(file: string): Verify {
  const hash = /sha(256|384|512)/.exec(file)![0]
  const uri = file.startsWith('rsa_pss')
    ? `${more2007}${hash}-rsa-MGF1`
    : `${more}${file.startsWith('rsa') ? 'rsa' : 'ecdsa'}-${hash}`
  const algorithm = wireAlgorithms.signatures.get(uri)!
  return ({ key, type }, data, signature) =>
    isSignatureOf(signature, data, algorithm, { publicKey: key, keyType: type })
}

/** AlgorithmIdentifier as it stands in a certificate; RSA-PSS with all of its parameters. */
const identifiers: Readonly<Record<string, string>> = {
  'rsa sha256': '300d06092a864886f70d01010b0500',
  'rsa sha384': '300d06092a864886f70d01010c0500',
  'rsa sha512': '300d06092a864886f70d01010d0500',
  'rsa_pss sha256': pss('0609608648016503040201', 32),
  'rsa_pss sha384': pss('0609608648016503040202', 48),
  'rsa_pss sha512': pss('0609608648016503040203', 64),
  'ecdsa sha256': '300a06082a8648ce3d040302',
  'ecdsa sha384': '300a06082a8648ce3d040303',
  'ecdsa sha512': '300a06082a8648ce3d040304',
}

function pss(hashOid: string, salt: number): string {
  const tlv = (tag: string, ...content: string[]) => {
    const joined = content.join('')
    return tag + (joined.length / 2).toString(16).padStart(2, '0') + joined
  }
  const hash = tlv('30', hashOid, '0500')
  const mask = tlv('30', '06092a864886f70d010108', hash)
  const saltLength = tlv('02', salt.toString(16).padStart(2, '0'))
  const parameters = tlv('30', tlv('a0', hash), tlv('a1', mask), tlv('a2', saltLength))
  return tlv('30', '06092a864886f70d01010a', parameters)
}

/** As a certificate is verified: the algorithm by its identifier, ECDSA values as DER. */
function inCertificates(file: string): Verify {
  const hash = /sha(256|384|512)/.exec(file)![0]
  const kind = /^(rsa_pss|rsa|ecdsa)/.exec(file)![0]
  const identifier = identifiers[`${kind} ${hash}`]!
  const reader = new DerReader(Buffer.from(identifier, 'hex'))
  const algorithm: SignatureAlgorithm = findSignatureAlgorithm(readAlgorithmIdentifier(reader))!
  return ({ key }, data, signature) => isSignedBy(key, algorithm, data, signature)
}

interface Counts {
  cases: number
  accepted: number
  belowFloor: number
  readonly surprises: string[]
}

function findKey(spki: Buffer): ReadPublicKey | undefined {
  try {
    return readPublicKey(spki)
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'CERT_WEAK') return undefined
    throw error
  }
}

/** Runs every case; `accepts` says whether this form takes the valid ones. `acceptable` may be either. */
function run(vectors: Vectors, verify: Verify, accepts: boolean): Counts {
  const counts: Counts = { cases: 0, accepted: 0, belowFloor: 0, surprises: [] }
  for (const { publicKeyDer, tests } of vectors.testGroups) {
    const key = findKey(Buffer.from(publicKeyDer, 'hex'))
    for (const { tcId, comment, msg, sig, result } of tests) {
      const holds =
        key !== undefined && verify(key, Buffer.from(msg, 'hex'), Buffer.from(sig, 'hex'))
      counts.cases += 1
      if (holds) counts.accepted += 1
      else if (key === undefined && result === 'valid') counts.belowFloor += 1
      const expected = result === 'valid' && accepts && key !== undefined
      if (holds !== expected && result !== 'acceptable')
        counts.surprises.push(`${tcId} ${result} ${comment}`)
    }
  }
  return counts
}

const load = (file: string) => readShared('wycheproof', 'vectors/wycheproof', `${file}_test.json`)

describe.runIf(load('rsa_signature_2048_sha256') !== undefined)(
  'Wycheproof through our own verification',
  () => {
    const total = { cases: 0, accepted: 0, belowFloor: 0 }

    it.each(files)('%s: as expected', (file, cases, accepted, belowFloor) => {
      const vectors = JSON.parse(load(file)!.toString('utf8')) as Vectors
      const isEcdsa = file.startsWith('ecdsa')
      // an RSA value has one form; an ECDSA value has one in XML and another in certificates
      const isP1363 = file.endsWith('p1363')
      for (const [verify, accepts] of [
        [inXml(file), !isEcdsa || isP1363],
        [inCertificates(file), !isEcdsa || !isP1363],
      ] as const) {
        const counts = run(vectors, verify, accepts)
        const surprises: string[] = []
        expect(counts).toEqual({ cases, accepted: accepts ? accepted : 0, belowFloor, surprises })
        total.cases += counts.cases
        total.accepted += counts.accepted
        total.belowFloor += counts.belowFloor
      }
    })

    it('says how many', () => {
      const { cases, accepted, belowFloor } = total
      console.log(
        `conformance wycheproof: ${files.length} files, ${cases} verifications as expected: ${accepted} accepted, ` +
          `${cases - accepted} refused (${belowFloor} valid ones with a key below the floor)`,
      )
      expect(cases).toBe(2 * files.reduce((sum, [, each]) => sum + each, 0))
    })
  },
)
