import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import type { VerificationKey } from '../../src/ws-security/algorithms.ts'
import type { XmlNode, XmlTree } from '../../src/xml/tree.ts'
import { hasVectors, readManifest, readVector } from './shared-vectors.ts'
import {
  all,
  keyInFile,
  keyOfCertificate,
  signaturesOf,
  testAlgorithms,
  verdictOf,
  verifySignatureElement,
  withTree,
} from './signature-element.ts'

interface Negative {
  readonly file: string
  readonly expect: 'refuse' | 'signature verifies'
  readonly certificate: string | null
  readonly why: string
}

const sets = ['xml-crypto', 'node-saml', 'ruby-saml', 'samlify', 'goxmldsig']
const folderOf = (set: string) => `xmldsig-negatives/${set}`

/**
 * Every signature of a document must verify, and what each signs must stand at a fixed place: the root, or the only child of its
 * name below the root. An enveloped signature stands in what it signs, second (after Issuer) or first.
 */
function verifyDocument(tree: XmlTree, trusted: VerificationKey | undefined): void {
  const signatures = signaturesOf(tree)
  if (signatures.length === 0) throw new GatewayError('WSS_HEADER', 'no ds:Signature')
  const ids = all(tree.root).flatMap((node) =>
    node.attributes().flatMap(({ name, value }) => (/^id$/i.test(name) ? [value] : [])),
  )
  if (new Set(ids).size !== ids.length) throw new GatewayError('WSS_DUPLICATE_ID')
  if (all(tree.root).some(({ name }) => name === 'RetrievalMethod'))
    throw new GatewayError('WSS_TOKEN', 'RetrievalMethod is no key reference')
  for (const signature of signatures) {
    const key = trusted ?? keyInFile(signature)
    verifySignatureElement(signature, key, testAlgorithms, (uri) => placeOf(tree, signature, uri))
  }
}

function placeOf(tree: XmlTree, signature: XmlNode, uri: string): XmlNode {
  const { root } = tree
  const places = [root, ...root.elements()]
  const target =
    uri === ''
      ? root
      : places.find((node) =>
          node.attributes().some(({ name, value }) => /^id$/i.test(name) && `#${value}` === uri),
        )
  if (target === undefined) throw new GatewayError('WSS_REFERENCE', 'reference to no fixed place')
  const twins = root.elements().filter((node) => node.is(target.namespace, target.name))
  if (!target.isSameAs(root) && twins.length > 1)
    throw new GatewayError('WSS_REFERENCE', 'signed element has a twin')
  const inside = all(target).some((node) => node.isSameAs(signature))
  if (
    inside &&
    !target
      .elements()
      .slice(0, 2)
      .some((node) => node.isSameAs(signature))
  )
    throw new GatewayError('WSS_REFERENCE', 'signature at the wrong place')
  return target
}

/** Some files have no KeyInfo, which the gateway's shape wants: an empty one, outside of what is signed, lets them pass it. */
function withKeyInfo(bytes: Buffer): Buffer {
  const text = bytes.toString('utf8')
  return Buffer.from(
    text.replace(
      /(<\/(\w+:)?SignatureValue>\s*)(?=<\/\2?Signature>)/g,
      (_, end: string, prefix = '') => {
        const name = `${String(prefix)}KeyInfo`
        return `${end}<${name}/>`
      },
    ),
  )
}

function judge(set: string, { file, certificate }: Negative): string {
  const bytes = withKeyInfo(readVector(folderOf(set), file))
  return verdictOf(() => {
    const key =
      certificate === null ? undefined : keyOfCertificate(readVector(folderOf(set), certificate))
    withTree(bytes, (tree) => verifyDocument(tree, key))
  })
}

/** What each file is refused for, after what its manifest says is wrong with it. */
const reasons: Readonly<Record<string, string>> = {
  'goxmldsig/negative/dummy_signature.xml': 'WSS_TOKEN: certificate cannot be read',
  'goxmldsig/negative/ecdsa_der_encoded_signature_value.xml':
    'WSS_SIGNATURE: signature value does not verify',
  'node-saml/control/response.root-signed.assertion-signed.xml': 'accepted',
  'node-saml/control/response.root-signed.assertion-unsigned.xml': 'accepted',
  'node-saml/negative/response.root-resigned-by-attacker-assertion-unsigned-attackers-cert-at-keyinfo.xml':
    'WSS_SIGNATURE: signature value does not verify',
  'node-saml/negative/response.root-signed-transforms.assertion-unsigned.xml':
    'WSS_ALGORITHM: R3065, R5411, R5412, R5413, R5423: transforms of a reference',
  'node-saml/negative/response.root-signed.assertion-invalidly-signed.xml':
    'WSS_DIGEST: digest of a signed part does not match',
  'node-saml/negative/response.root-signed.assertion-signed.1advice-unsigned.xml':
    'WSS_HEADER: SignatureValue is not one text node of base64',
  'node-saml/negative/response.root-signed.assertion-signed.2advice-signed.xml':
    'WSS_HEADER: SignatureValue is not one text node of base64',
  'node-saml/negative/response.root-signed.assertion-signed.xml':
    'WSS_HEADER: SignatureValue is not one text node of base64',
  'node-saml/negative/response.root-signed.assertion-unsigned.xml':
    'WSS_HEADER: SignatureValue is not one text node of base64',
  'node-saml/negative/response.root-unsigned.assertion-signed.1advice-signed.xml':
    'WSS_HEADER: SignatureValue is not one text node of base64',
  'node-saml/negative/response.root-unsigned.assertion-signed.xml':
    'WSS_HEADER: SignatureValue is not one text node of base64',
  'node-saml/negative/response.root-unsigned.assertion-unsigned.xml': 'WSS_HEADER: no ds:Signature',
  'ruby-saml/control/response_with_signed_assertion_3.xml': 'accepted',
  'ruby-saml/control/response_with_signed_message_and_assertion.xml': 'accepted',
  'ruby-saml/negative/attackxee.xml': 'XML_DOCTYPE: document type declaration present',
  'ruby-saml/negative/invalid_signature_position.xml':
    'WSS_REFERENCE: signature at the wrong place',
  'ruby-saml/negative/multiple_assertions.xml': 'WSS_REFERENCE: signed element has a twin',
  'ruby-saml/negative/no_signature.xml': 'WSS_HEADER: no ds:Signature',
  'ruby-saml/negative/response_assertion_wrapped.xml': 'WSS_REFERENCE: signed element has a twin',
  'ruby-saml/negative/response_node_text_attack.xml': 'WSS_TOKEN: certificate cannot be read',
  'ruby-saml/negative/response_node_text_attack3.xml':
    'WSS_DIGEST: digest of a signed part does not match',
  'ruby-saml/negative/response_with_concealed_signed_assertion.xml':
    'WSS_REFERENCE: reference to no fixed place',
  'ruby-saml/negative/response_with_retrieval_method.xml':
    'WSS_TOKEN: RetrievalMethod is no key reference',
  'samlify/control/response_signed.xml': 'accepted',
  'samlify/control/signed_request_sha512.xml': 'accepted',
  'samlify/negative/attack_response_signed.xml':
    'XML_MALFORMED: not well formed at line 1, column 31',
  'samlify/negative/false_signed_request_sha512.xml':
    'WSS_HEADER: SignatureValue is not one text node of base64',
  'xml-crypto/control/valid_saml_sha256_rsa_mgf1.xml': 'accepted',
  'xml-crypto/control/valid_signature-wsu.xml': 'XML_MALFORMED: relative namespace name',
  'xml-crypto/control/valid_signature.xml': 'XML_MALFORMED: relative namespace name',
  'xml-crypto/control/valid_signature_without_transforms_element.xml':
    'WSS_REFERENCE: R5416: Reference without Transforms',
  'xml-crypto/negative/invalid_saml_sha256_rsa_mgf1.xml':
    'WSS_DIGEST: digest of a signed part does not match',
  'xml-crypto/negative/invalid_signature-changed_content.xml':
    'XML_MALFORMED: relative namespace name',
  'xml-crypto/negative/invalid_signature-non_existing_reference.xml':
    'XML_MALFORMED: relative namespace name',
  'xml-crypto/negative/invalid_signature-signature_value.xml':
    'XML_MALFORMED: relative namespace name',
  'xml-crypto/negative/invalid_signature-wsu-changed_content.xml':
    'XML_MALFORMED: relative namespace name',
  'xml-crypto/negative/invalid_signature-wsu-hash.xml': 'XML_MALFORMED: relative namespace name',
  'xml-crypto/negative/invalid_signature-wsu-non_existing_reference.xml':
    'XML_MALFORMED: relative namespace name',
  'xml-crypto/negative/invalid_signature_without_transforms_element.xml':
    'WSS_REFERENCE: R5416: Reference without Transforms',
}

describe.runIf(hasVectors(folderOf('xml-crypto')))('published forged signatures', () => {
  it('refuses each with its reason, and reads the controls', () => {
    const verdicts = sets.flatMap((set) =>
      (readManifest(folderOf(set)) as readonly Negative[]).map((one) => ({
        name: `${set}/${one.file}`,
        refuse: one.expect === 'refuse',
        verdict: judge(set, one),
      })),
    )
    const negatives = verdicts.filter(({ refuse }) => refuse)
    const controls = verdicts.filter(({ refuse }) => !refuse)
    const count = (list: readonly { verdict: string }[], accepted: boolean) =>
      list.filter(({ verdict }) => (verdict === 'accepted') === accepted).length
    console.log(
      `conformance xmldsig negatives: ${count(negatives, false)} of ${negatives.length} refused with their reason, ${count(controls, true)} of ${controls.length} controls verify`,
    )
    expect(Object.fromEntries(verdicts.map(({ name, verdict }) => [name, verdict]))).toEqual(
      reasons,
    )
    expect(negatives.filter(({ verdict }) => verdict === 'accepted')).toEqual([])
    expect(negatives).toHaveLength(31)
  })
})
