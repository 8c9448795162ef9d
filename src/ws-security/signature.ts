import { hash as digestOf, timingSafeEqual } from 'node:crypto'
import { GatewayError } from '../base/errors.ts'
import type { XmlNode } from '../xml/tree.ts'
import {
  type AllowedAlgorithms,
  fits,
  isSignatureOf,
  type SignatureAlgorithm,
  type VerificationKey,
} from './algorithms.ts'
import { decodeBase64 } from './base64.ts'
import { ds, excC14n, wsu } from './names.ts'

/** An algorithm with its InclusiveNamespaces PrefixList; `#default` stands in the list as it came. */
export interface Method {
  readonly algorithm: string
  readonly prefixes: readonly string[]
}

export interface Reference {
  readonly uri: string
  readonly transforms: readonly Method[]
  readonly digestMethod: string
  readonly digestValue: Uint8Array
}

/** A ds:Signature whose shape is right; nothing in it is proven. */
export interface Signature {
  readonly signedInfo: XmlNode
  readonly canonicalization: Method
  readonly signatureMethod: string
  readonly references: readonly Reference[]
  readonly signatureValue: Uint8Array
  readonly keyInfo: XmlNode
}

/**
 * The fixed shape of ds:Signature: SignedInfo, SignatureValue, KeyInfo and no Object; children are taken by position, never
 * searched for (CVE-2025-29774). Throws GatewayError WSS_HEADER, WSS_ALGORITHM, WSS_REFERENCE.
 */
export function readSignature(node: XmlNode): Signature {
  const [signedInfo, value, keyInfo] = childrenOf(
    node,
    ['SignedInfo', 'SignatureValue', 'KeyInfo'],
    'R3102, R5403, R5440: ',
  )
  checkAttributes(value, ['Id'])
  checkAttributes(keyInfo, ['Id'])
  return {
    ...readSignedInfo(signedInfo),
    signatureValue: readBase64(value, 'SignatureValue'),
    keyInfo,
  }
}

function readSignedInfo(signedInfo: XmlNode): Omit<Signature, 'signatureValue' | 'keyInfo'> {
  const [canonicalization, method, ...references] = signedInfo.elements()
  if (
    !signedInfo.hasOnlyElements ||
    canonicalization?.is(ds, 'CanonicalizationMethod') !== true ||
    method?.is(ds, 'SignatureMethod') !== true ||
    references.length === 0 ||
    !references.every((reference) => reference.is(ds, 'Reference'))
  )
    throw shape('SignedInfo is not CanonicalizationMethod, SignatureMethod, Reference')
  checkAttributes(signedInfo, ['Id'])
  if (!method.hasOnlyElements || method.elements().length > 0)
    throw new GatewayError('WSS_ALGORITHM', 'R5401: SignatureMethod takes no parameters')
  return {
    signedInfo,
    canonicalization: readMethod(canonicalization),
    signatureMethod: algorithmOf(method),
    references: references.map(readReference),
  }
}

function readReference(node: XmlNode): Reference {
  const children = node.elements()
  if (children[0]?.is(ds, 'Transforms') !== true)
    throw new GatewayError('WSS_REFERENCE', 'R5416: Reference without Transforms')
  const [transforms, method, value] = childrenOf(node, [
    'Transforms',
    'DigestMethod',
    'DigestValue',
  ])
  checkAttributes(node, ['Id', 'URI'])
  checkAttributes(transforms, [])
  checkAttributes(value, [])
  const uri = node.attribute('', 'URI')
  if (uri === undefined) throw new GatewayError('WSS_REFERENCE', 'Reference without URI')
  const steps = transforms.elements()
  if (!transforms.hasOnlyElements || !steps.every((step) => step.is(ds, 'Transform')))
    throw shape('Transforms holds something else than Transform')
  if (!method.hasOnlyElements || method.elements().length > 0)
    throw new GatewayError('WSS_ALGORITHM', 'DigestMethod takes no parameters')
  return {
    uri,
    transforms: steps.map(readMethod),
    digestMethod: algorithmOf(method),
    digestValue: readBase64(value, 'DigestValue'),
  }
}

/** As many as can be in scope (xml/scan.ts). Canonicalization searches each at every element, before anything is proven. */
const prefixesMax = 64

/** The only parameter any method takes is one InclusiveNamespaces (R5406, R5407; an empty list is taken too: WSS4J). */
function readMethod(node: XmlNode): Method {
  const algorithm = algorithmOf(node)
  const [parameter, second] = node.elements()
  if (!node.hasOnlyElements) throw new GatewayError('WSS_ALGORITHM', 'R5423: method with text')
  if (parameter === undefined) return { algorithm, prefixes: [] }
  const list = parameter.attribute('', 'PrefixList')
  if (
    second !== undefined ||
    algorithm !== excC14n ||
    !parameter.is(excC14n, 'InclusiveNamespaces') ||
    parameter.soleText !== '' ||
    list === undefined
  )
    throw new GatewayError('WSS_ALGORITHM', 'R5423: method with parameters that are not accepted')
  checkAttributes(parameter, ['PrefixList'])
  // R5414, R5415: any order, any white space
  const prefixes = list.split(/[ \t\r\n]+/).filter((prefix) => prefix !== '')
  if (prefixes.length > prefixesMax)
    throw new GatewayError('WSS_ALGORITHM', `more than ${prefixesMax} prefixes in a PrefixList`)
  return { algorithm, prefixes }
}

function algorithmOf(node: XmlNode): string {
  checkAttributes(node, ['Algorithm'])
  const algorithm = node.attribute('', 'Algorithm')
  if (algorithm === undefined) throw shape(`${node.name} without Algorithm`)
  return algorithm
}

function readBase64(node: XmlNode, what: string): Uint8Array {
  const text = node.soleText
  const bytes = text === undefined ? undefined : decodeBase64(text)
  if (bytes === undefined) throw shape(`${what} is not one text node of base64`)
  return bytes
}

/** Exactly these children, in this order. */
function childrenOf<const T extends readonly string[]>(
  node: XmlNode,
  names: T,
  rules = '',
): { readonly [K in keyof T]: XmlNode } {
  const children = node.elements()
  const matches =
    children.length === names.length &&
    node.hasOnlyElements &&
    names.every((name, i) => children[i]?.is(ds, name) === true)
  if (!matches) throw shape(`${rules}${node.name} is not ${names.join(', ')}`)
  return children as { readonly [K in keyof T]: XmlNode }
}

function checkAttributes(node: XmlNode, allowed: readonly string[]): void {
  for (const { namespace, name } of node.attributes()) {
    if (namespace === wsu && name === 'Id') continue
    if (namespace !== '' || !allowed.includes(name))
      throw shape(`unexpected attribute of ${node.name}`)
  }
}

function shape(detail: string): GatewayError {
  return new GatewayError('WSS_HEADER', detail)
}

/** A signature whose every algorithm is on the allow-list. */
export interface CheckedSignature extends Signature {
  readonly algorithm: SignatureAlgorithm
  readonly references: readonly (Reference & { readonly hash: string })[]
}

/** Throws GatewayError WSS_ALGORITHM. */
export function checkAlgorithms(
  signature: Signature,
  allowed: AllowedAlgorithms,
): CheckedSignature {
  if (!allowed.canonicalizations.includes(signature.canonicalization.algorithm))
    throw new GatewayError('WSS_ALGORITHM', 'R5404: canonicalization of SignedInfo')
  const algorithm = allowed.signatures.get(signature.signatureMethod)
  if (algorithm === undefined) throw new GatewayError('WSS_ALGORITHM', 'R5421: signature method')
  const references = signature.references.map((reference) => {
    const hash = allowed.digests.get(reference.digestMethod)
    if (hash === undefined) throw new GatewayError('WSS_ALGORITHM', 'R5420: digest method')
    if (!allowed.transforms.some((accepted) => isSequence(reference.transforms, accepted)))
      throw new GatewayError(
        'WSS_ALGORITHM',
        'R3065, R5411, R5412, R5413, R5423: transforms of a reference',
      )
    return { ...reference, hash }
  })
  return { ...signature, algorithm, references }
}

function isSequence(transforms: readonly Method[], accepted: readonly string[]): boolean {
  return (
    transforms.length === accepted.length &&
    transforms.every(({ algorithm }, i) => algorithm === accepted[i])
  )
}

/** Throws GatewayError WSS_ALGORITHM when the method does not fit the key of the certificate. */
export function checkKeyFits(algorithm: SignatureAlgorithm, key: VerificationKey): void {
  if (!fits(algorithm, key))
    throw new GatewayError('WSS_ALGORITHM', 'signature method does not fit the key')
}

/** `signedInfo` is the canonical form of SignedInfo. Throws GatewayError WSS_SIGNATURE. */
export function checkSignatureValue(
  signature: CheckedSignature,
  signedInfo: Uint8Array,
  key: VerificationKey,
): void {
  if (!isSignatureOf(signature.signatureValue, signedInfo, signature.algorithm, key))
    throw new GatewayError('WSS_SIGNATURE')
}

/** `canonical` is the canonical form of the part referred to. Throws GatewayError WSS_DIGEST. */
export function checkDigest(
  reference: CheckedSignature['references'][number],
  canonical: Uint8Array,
): void {
  const digest = digestOf(reference.hash, canonical, 'buffer')
  const { digestValue } = reference
  if (digest.length !== digestValue.length || !timingSafeEqual(digest, digestValue))
    throw new GatewayError('WSS_DIGEST')
}
