/**
 * Signs a message written as a template, as xmlsec does: the text holds `DIGEST` in each DigestValue and `SIGNATURE` in
 * SignatureValue. Canonical forms come from the public API of libxml2-wasm, not from src. It knows algorithms that the
 * gateway refuses, for messages that are correctly signed and still must not pass.
 */
import {
  constants,
  createHash,
  createHmac,
  createPublicKey,
  type KeyObject,
  sign,
} from 'node:crypto'
import { XmlC14NMode, XmlDocument, XmlElement } from 'libxml2-wasm'

const dsig = 'http://www.w3.org/2000/09/xmldsig#'

export function fillSignature(template: string, privateKey: KeyObject): string {
  const withDigests = fillDigests(template)
  return withDigests.replace('SIGNATURE', valueFor(withDigests, privateKey))
}

function inDocument<T>(xml: string, act: (document: XmlDocument) => T): T {
  const document = XmlDocument.fromBuffer(Buffer.from(xml))
  try {
    return act(document)
  } finally {
    document.dispose()
  }
}

function elementAt(parent: XmlDocument | XmlElement, path: string): XmlElement {
  const found = parent.get(path, { ds: dsig })
  if (!(found instanceof XmlElement)) throw new Error(`no element at ${path}`)
  return found
}

function fillDigests(template: string): string {
  const digests = inDocument(template, (document) =>
    document.find('//ds:SignedInfo[1]/ds:Reference', { ds: dsig }).map((reference) => {
      if (!(reference instanceof XmlElement)) throw new Error('no element')
      if (!elementAt(reference, 'ds:DigestValue').content.includes('DIGEST')) return undefined
      const hash = hashOf(elementAt(reference, 'ds:DigestMethod').attr('Algorithm')!.value)
      const id = (reference.attr('URI')?.value ?? '').slice(1)
      const target = id === '' ? document.root : elementAt(document, `//*[@*[.='${id}']]`)
      return createHash(hash)
        .update(canonical(target, prefixesOf(reference, 'ds:Transforms/ds:Transform[last()]')))
        .digest('base64')
    }),
  )
  return digests
    .filter((digest) => digest !== undefined)
    .reduce((xml, digest) => xml.replace('DIGEST', digest), template)
}

function prefixesOf(parent: XmlElement, path: string): string[] {
  const list = parent.get(`${path}/*[local-name()='InclusiveNamespaces']/@PrefixList`, { ds: dsig })
  return (list?.content ?? '').split(/\s+/).filter((prefix) => prefix !== '')
}

function canonical(element: XmlElement, inclusiveNamespacePrefixes: string[]): string {
  return element.canonicalizeToString({
    mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
    inclusiveNamespacePrefixes,
  })
}

function hashOf(algorithm: string): string {
  return /sha(1|256|384|512)/.exec(algorithm)![0]
}

function valueFor(xml: string, key: KeyObject): string {
  return inDocument(xml, (document) => {
    const signedInfo = elementAt(document, '//ds:SignedInfo[1]')
    const method = elementAt(signedInfo, 'ds:SignatureMethod').attr('Algorithm')!.value
    const data = Buffer.from(
      canonical(signedInfo, prefixesOf(signedInfo, 'ds:CanonicalizationMethod')),
    )
    const hash = hashOf(method)
    if (method.includes('hmac'))
      // the classic confusion: the public key as the secret
      return createHmac(hash, createPublicKey(key).export({ type: 'spki', format: 'pem' }))
        .update(data)
        .digest('base64')
    if (method.includes('MGF1'))
      return sign(hash, data, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }).toString('base64')
    return sign(hash, data, { key, dsaEncoding: 'ieee-p1363' }).toString('base64')
  })
}
