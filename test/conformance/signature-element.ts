/** Verification of a ds:Signature outside SOAP, for published examples: the product's own steps around a test's resolver. */
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { XmlC14NMode, XmlDocument, type XmlElement } from 'libxml2-wasm'
import { GatewayError } from '../../src/base/errors.ts'
import {
  type AllowedAlgorithms,
  type SignatureAlgorithm,
  type VerificationKey,
  wireAlgorithms,
} from '../../src/ws-security/algorithms.ts'
import {
  checkAlgorithms,
  checkDigest,
  checkKeyFits,
  checkSignatureValue,
  readSignature,
} from '../../src/ws-security/signature.ts'
import { canonicalize } from '../../src/xml/canonicalize.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import type { XmlNode, XmlTree } from '../../src/xml/tree.ts'

export const ds = 'http://www.w3.org/2000/09/xmldsig#'
const excC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const enveloped = `${ds}enveloped-signature`

/**
 * For published signatures only: what the wire does not take. A reference with enveloped-signature alone is put into octets by
 * Canonical XML 1.0 (XML Signature §4.4.3.2).
 */
export const testAlgorithms: AllowedAlgorithms = {
  canonicalizations: [excC14n, c14n, `${c14n}#WithComments`],
  signatures: new Map<string, SignatureAlgorithm>([
    ...wireAlgorithms.signatures,
    [`${ds}rsa-sha1`, { kind: 'rsa', hash: 'sha1' }],
  ]),
  digests: new Map([...wireAlgorithms.digests, [`${ds}sha1`, 'sha1']]),
  transforms: [
    [enveloped],
    [excC14n],
    [enveloped, excC14n],
    [enveloped, c14n],
    [enveloped, `${c14n}#WithComments`],
  ],
}

const limits = { ...soapLimits, sizeBytesMax: 1_000_000 }

export const all = (node: XmlNode): XmlNode[] => [node, ...node.elements().flatMap(all)]
export const signaturesOf = (tree: XmlTree) =>
  all(tree.root).filter((node) => node.is(ds, 'Signature'))
export const descendant = (node: XmlNode, name: string) =>
  all(node).find((one) => one.name === name)

/** Canonical bytes by the public API; `without` is left out (enveloped-signature). The tree is not changed. */
function canonicalBytes(node: XmlNode, algorithm: string, prefixes: string[], without?: XmlNode) {
  const skipped = without?.toLibxml2()
  const text = node.toLibxml2().canonicalizeToString({
    mode: algorithm.startsWith(excC14n)
      ? XmlC14NMode.XML_C14N_EXCLUSIVE_1_0
      : XmlC14NMode.XML_C14N_1_0,
    inclusiveNamespacePrefixes: prefixes,
    withComments: algorithm.endsWith('#WithComments'),
  })
  if (skipped === undefined) return Buffer.from(text)
  // the element is taken out of a copy: this tree is the gateway's
  const copy = XmlDocument.fromString(skipped.doc.toString({ format: false }))
  try {
    const inCopy = (element: XmlElement) => copy.get(pathOf(element)) as XmlElement
    const [target, hole] = [inCopy(node.toLibxml2()), inCopy(skipped)]
    hole.remove()
    return Buffer.from(
      target.canonicalizeToString({
        mode: algorithm.startsWith(excC14n)
          ? XmlC14NMode.XML_C14N_EXCLUSIVE_1_0
          : XmlC14NMode.XML_C14N_1_0,
        inclusiveNamespacePrefixes: prefixes,
        withComments: algorithm.endsWith('#WithComments'),
      }),
    )
  } finally {
    copy.dispose()
  }
}

/** Positions from the root, as an XPath that knows no names. */
function pathOf(element: XmlElement): string {
  const steps: string[] = []
  for (let at: XmlElement | null = element; at !== null; at = at.parent) {
    const index = at.parent === null ? 1 : at.find('preceding-sibling::*').length + 1
    steps.unshift(`*[${index}]`)
  }
  return `/${steps.join('/')}`
}

/** Verifies one ds:Signature with the product's own steps; only where a reference points, and C14N 1.0, are the test's. */
export function verifySignatureElement(
  signatureNode: XmlNode,
  key: VerificationKey,
  allowed: AllowedAlgorithms,
  resolve: (uri: string) => XmlNode,
): void {
  const signature = checkAlgorithms(readSignature(signatureNode), allowed)
  checkKeyFits(signature.algorithm, key)
  const { algorithm, prefixes } = signature.canonicalization
  const signedInfo =
    algorithm === excC14n
      ? canonicalize(signature.signedInfo, prefixes)
      : canonicalBytes(signature.signedInfo, algorithm, [...prefixes])
  const parts = signature.references.map((reference) => resolve(reference.uri))
  checkSignatureValue(signature, signedInfo, key)
  signature.references.forEach((reference, i) => {
    const last = reference.transforms.at(-1)!
    const whole = reference.transforms.length === 1 && last.algorithm === enveloped
    const isEnveloped = reference.transforms.some((one) => one.algorithm === enveloped)
    const bytes = isEnveloped
      ? canonicalBytes(parts[i]!, whole ? c14n : last.algorithm, [...last.prefixes], signatureNode)
      : canonicalize(parts[i]!, last.prefixes)
    checkDigest(reference, bytes)
  })
}

const curves: Readonly<
  Record<string, { crv: string; keyType: 'p256' | 'p384' | 'p521'; size: number }>
> = {
  'urn:oid:1.2.840.10045.3.1.7': { crv: 'P-256', keyType: 'p256', size: 32 },
  'urn:oid:1.3.132.0.34': { crv: 'P-384', keyType: 'p384', size: 48 },
  'urn:oid:1.3.132.0.35': { crv: 'P-521', keyType: 'p521', size: 66 },
}

function keyOf(publicKey: KeyObject): VerificationKey {
  if (publicKey.asymmetricKeyType === 'rsa') return { publicKey, keyType: 'rsa' }
  const { namedCurve } = publicKey.asymmetricKeyDetails!
  const keyType =
    namedCurve === 'prime256v1' ? 'p256' : namedCurve === 'secp384r1' ? 'p384' : 'p521'
  return { publicKey, keyType }
}

/** Throws GatewayError WSS_TOKEN when it is none. */
export function keyOfCertificate(bytes: Buffer): VerificationKey {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(bytes)
  } catch {
    throw new GatewayError('WSS_TOKEN', 'certificate cannot be read')
  }
  return keyOf(certificate.publicKey)
}

/** The key that a published example carries itself; the gateway never takes one from there. */
export function keyInFile(signature: XmlNode): VerificationKey {
  const certificate = descendant(signature, 'X509Certificate')
  if (certificate !== undefined) return keyOfCertificate(Buffer.from(certificate.text, 'base64'))
  const url = (bytes: Buffer) => bytes.toString('base64url')
  const modulus = descendant(signature, 'Modulus')
  if (modulus !== undefined) {
    const [n, e] = [modulus, descendant(signature, 'Exponent')!].map((node) =>
      url(Buffer.from(node.text, 'base64')),
    )
    return keyOf(createPublicKey({ key: { kty: 'RSA', n: n!, e: e! }, format: 'jwk' }))
  }
  const { crv, size } = curves[descendant(signature, 'NamedCurve')!.attribute('', 'URN')!]!
  const [x, y] = ['X', 'Y'].map((name) =>
    url(
      Buffer.from(
        BigInt(descendant(signature, name)!.attribute('', 'Value')!)
          .toString(16)
          .padStart(2 * size, '0'),
        'hex',
      ),
    ),
  )
  return keyOf(createPublicKey({ key: { kty: 'EC', crv, x: x!, y: y! }, format: 'jwk' }))
}

/** `accepted`, or `CODE: detail`. */
export function verdictOf(act: () => void): string {
  try {
    act()
    return 'accepted'
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return `${error.code}: ${error.message}`
  }
}

export function withTree(bytes: Buffer, act: (tree: XmlTree) => void): void {
  const tree = parseXml(bytes, limits)
  try {
    act(tree)
  } finally {
    tree.dispose()
  }
}
