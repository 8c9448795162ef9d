import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** A class of attacks: what its recipes are called, and the tests of what no single message can show. */
interface AttackClass {
  /** names of recipes, or their beginnings */
  readonly recipes: readonly string[]
  /** why there is none: what is attacked is to come, or no message can show it */
  readonly without?: string
  /** file → words of a title in it */
  readonly tests?: Readonly<Record<string, string>>
}

const jwt = 'to come: REST takes no tokens yet, who asks is proven by mutual TLS alone'

/** Every class that a gateway for signed SOAP, REST behind mutual TLS and signed files has to expect; tokens are to come. */
const classes: Readonly<Record<string, AttackClass>> = {
  // XML Signature
  'signature wrapping': {
    recipes: [
 'wrapping-', 'signed-wrapper-', 'signed-body-child-', 'signed-element-in-header', 'signed-header-', 'signed-security-header'],
    tests: { 'test/ws-security/wrapping-matrix.test.ts': 'refuses every cell' },
  },
  'XPath filter': { recipes: ['xpath-', 'xpointer-'] },
  'colliding ids': {
    recipes: ['duplicate-id-', 'plain-id'],
    tests: {
      'test/ws-security/id-collisions.test.ts':
        'is refused when two parts bear it, whichever is meant',
    },
  },
  'several or nested SignedInfo, Reference, Signature': {
    recipes: [
      'two-signed-infos',
      'nested-signed-info',
      'signed-info-in-key-info',
      'reference-in-foreign-namespace',
      'reference-twice',
      'two-signatures',
      'signature-method-first',
    ],
  },
  'comment or stranger inside a digest or signature value': {
    recipes: [
      'comment-in-digest-value',
      'comment-in-signature-value',
      'comment-in-token',
      'cdata-in-signature-value',
      'element-in-digest-value',
      'instruction-in-signed-info',
      'empty-digest-value',
      'short-digest-value',
      'base64-stranger',
      'base64-without-padding',
    ],
  },
  'void canonical form': {
    recipes: ['relative-namespace', 'empty-body', 'empty-reference'],
    tests: {
      'test/xml/canonicalize.test.ts':
        'throws where there is no canonical form, and leaves the tree as it was',
    },
  },
  'canonicalization of another kind': {
    recipes: [
      'c14n-with-comments',
      'inclusive-c14n',
      'second-inclusive-namespaces',
      'changed-prefix-list',
    ],
  },
  'transforms, many references': {
    recipes: [
      'xslt-transform',
      'base64-transform',
      'enveloped-transform-only',
      'three-transforms',
      'no-transforms',
      'empty-transforms',
      'nine-references',
      'external-reference',
      'missing-reference-uri',
      'reference-to-nothing',
      'manifest-reference',
      'object-in-signature',
      'encrypted-data-in-signature',
      'signed-key-info',
      'retrieval-method',
    ],
  },
  'weaker algorithms': {
    recipes: ['rsa-sha1', 'sha1-digest', 'hmac', 'ecdsa-with-rsa-key', 'weak-key'],
    tests: { 'test/ws-security/algorithm-table.test.ts': 'with every kind of key' },
  },
  'a key that the message brings': {
    recipes: [
      'key-value-only',
      'key-name',
      'x509-data',
      'no-key-info',
      'two-token-references',
      'two-references-in-token-reference',
      'embedded-token',
      'unknown-ca',
    ],
    tests: {
      'test/ws-security/key-info-forms.test.ts':
        'never bring a key of their own: a signature by another key is accepted with none',
    },
  },
  'another token, STR-Transform': {
    recipes: [
      'str-transform',
      'changed-token',
      'unsigned-token',
      'missing-token',
      'two-tokens',
      'token-',
      'issuer-serial',
      'key-identifier',
      'thumbprint-',
    ],
  },
  'what must be signed is not': {
    recipes: [
      'no-signature',
      'no-security-header',
      'unsigned-body',
      'unsigned-timestamp',
      'username-token',
      'signature-confirmation',
    ],
  },
  'changed after signing': {
    recipes: ['changed-body', 'changed-timestamp', 'wrong-digest-value', 'wrong-signature'],
  },
  'forms of an ECDSA value': {
    recipes: ['ecdsa-value-'],
    tests: {
      'test/ws-security/verify.test.ts':
        'refuses an ECDSA value as DER, with a leading zero, or of zeros',
    },
  },
  'forms of an RSA value': { recipes: ['rsa-value-'] },
  // XML, SOAP, WS-*
  'document type, entities, inclusions': {
    recipes: [
      'dtd',
      'entity',
      'entity-amplification',
      'external-entity',
      'parameter-entity',
      'undeclared-entity',
      'xinclude',
    ],
  },
  'size, depth, floods inside a message': {
    recipes: [
      'oversized',
      'depth',
      'attribute-flood',
      'id-flood',
      'long-attribute',
      'namespace-flood',
      'prefix-flood',
      'soap-array',
    ],
    tests: {
      'test/xml/parse.test.ts': 'refuses a flood of attributes before any parser sees it',
    },
  },
  'what parsers read differently': {
    recipes: ['duplicate-attribute', 'undeclared-prefix', 'two-roots'],
  },
  'text cut by comments': {
    recipes: ['comment-in-body', 'comment-in-request', 'instruction-in-request'],
  },
  encodings: {
    recipes: [
      'utf-16',
      'utf-7',
      'iso-8859-1',
      'encoding-against-byte-order-mark',
      'xml-1.1',
      'media-type-charset',
    ],
  },
  'the shape of the envelope': {
    recipes: [
      'envelope-',
      'two-body-children',
      'header-after-body',
      'text-in-security',
      'media-type-soap-1.2',
    ],
  },
  'another operation than the body': {
    recipes: ['soap-action-', 'action-of-another-operation', 'operation-'],
  },
  'headers for others, two headers': {
    recipes: ['must-understand-', 'two-security-headers', 'wrapping-security-for-other-actor'],
  },
  'answers sent elsewhere, unsigned addressing': {
    recipes: ['reply-to-', 'fault-to-elsewhere', 'message-id-unsigned', 'to-unsigned'],
  },
  'addresses from the Host header': {
    recipes: ['host-'],
    tests: {
      'test/gateway/openness.test.ts':
        'with the configured address whatever the Host header says',
    },
  },
  'addresses of schemas in a message': {
    recipes: ['schema-location-'],
    tests: { 'test/contracts/contracts.test.ts': 'loads nothing that a message points to' },
  },
  'attachments, other content types, methods': {
    recipes: ['xop-include', 'media-type-multipart', 'media-type-json', 'media-type-plain', 'method-'],
  },
  compression: { recipes: ['content-encoding-gzip'] },
  timestamps: {
    recipes: [
      'timestamp-',
      'clock-',
      'two-timestamps',
      'missing-timestamp',
      'expired-timestamp',
      'expires-',
      'created-in-future',
      'lifetime-too-long',
    ],
    tests: {
      'test/gateway/slow.test.ts':
        'is judged by the time of its last byte: what expired meanwhile is not taken a second time',
    },
  },
  replay: {
    recipes: ['replay', 'replay-over-another-connection', 'replay-by-the-beneficiary'],
    tests: { 'test/store/hot-db.test.ts': 'let exactly one of two processes have a message fresh' },
  },
  'a reply of somebody else, or to another request': {
    recipes: ['foreign-reply-'],
    tests: { 'test/cli/signed-client.test.ts': 'refuses a signature over the Timestamp alone' },
  },
  'faults as an oracle': {
    recipes: ['oracle-'],
    tests: { 'test/gateway/refused.test.ts': 'answers to every failure of cryptography alike, byte for byte' },
  },
  // certificates, TLS, revocation
  'paths that break RFC 5280': {
    recipes: ['certificate-unknown-ca', 'connection-certificate-unknown-ca'],
    tests: {
      'test/pki/path.test.ts':
        'is printed: what each chain is refused with, and where openssl differs',
    },
  },
  'a certificate for another use': {
    recipes: ['certificate-wrong-key-usage', 'certificate-for-tls', 'certificate-not-qualified'],
  },
  'cost of path building': {
    recipes: ['path-cost-', 'cms-path-cost-'],
    tests: { 'test/pki/path.test.ts': 'stops searching when certificates of one name sign each other' },
  },
  'weak certificate keys and signatures': {
    recipes: ['certificate-weak-', 'weak-key'],
    tests: { 'test/pki/certificate.test.ts': 'the floor for keys and algorithms' },
  },
  'malformed certificates, critical extensions': { recipes: ['certificate-shape-', 'token-no-certificate'] },
  'any certificate of the CA, names that look alike': {
    recipes: [
      'certificate-name-',
      'certificate-unregistered',
      'connection-certificate-unregistered',
      'certificate-wrong-identifier-form',
      'certificate-vat-identifier',
    ],
    tests: {
      'test/pki/trust-store.test.ts': 'prove an institution by its exact name only: %s',
    },
  },
  'expired, revoked, no evidence': {
    recipes: [
      'certificate-expired',
      'certificate-not-yet-valid',
      'certificate-revoked',
      'connection-certificate-expired',
      'connection-certificate-revoked',
    ],
    tests: {
      'test/transport/revocation-refresher.test.ts':
        'a certificate works once it was asked about, and stops working within one refresh when revoked',
    },
  },
  'evidence of revocation that is forged, old or of others': {
    recipes: ['ocsp-', 'crl-'],
    tests: { 'test/pki/crl.test.ts': 'with a changed byte never says that a revoked certificate is good', 'test/pki/ocsp.test.ts': 'with any byte changed says nothing' },
  },
  'addresses out of certificates': {
    recipes: ['certificate-addresses'],
    tests: { 'test/transport/revocation-refresher.test.ts': 'no address out of a certificate is called, whoever issued it' },
  },
  'no client certificate, claimed by a header, or by a resumed session': {
    recipes: ['connection-without-certificate', 'client-certificate-header'],
    tests: { 'test/gateway/resumption.test.ts': 'is who began it, and is judged anew: %s' },
  },
  'connection, signature and customer of different institutions': {
    recipes: [
      'connection-of-another-institution',
      'signer-',
      'customer-',
      'mandate-',
      'replay-over-another-connection',
    ],
  },
  // what a known caller may not
  'more than the institution may': {
    recipes: ['legal-context-', 'nothing-granted', 'person-', 'quarters-reversed', 'ssin-'],
  },
  'requests that break their contract': { recipes: ['schema-'] },
  // REST, HTTP, files
  'JSON: strange members, no UTF-8': {
    recipes: ['json-'],
  },
  'HTTP that is none, request smuggling': {
    recipes: ['smuggling-', 'http-', 'response-splitting-'],
    tests: { 'test/gateway/openness.test.ts': 'that grows over the limit is cut off, and the refusal is told: %s' },
  },
  'floods, slow senders, many connections': {
    recipes: ['rate-', 'connections-', 'slow-', 'bodies-', 'body-without-end'],
    tests: { 'test/gateway/floods.test.ts': 'refuses the next before it reads its body' },
  },
  'lines of the log that a sender makes up': { recipes: ['log-injection-'] },
  'signatures of files': {
    recipes: ['cms-', 'file-'],
    tests: { 'test/pki/cms.test.ts': 'with a changed byte is never another signature of the file' },
  },
  'names and links in the folder of files': {
    recipes: ['folder-', 'name-'],
    tests: { 'test/batch/file-name.test.ts': '%j has not the form of a GO name: 107' },
  },
  'paths as expressions': { recipes: ['http-target-', 'log-injection-path'] },
  // tokens
  'JWT: algorithms, keys that the token brings': { recipes: [], without: jwt },
  'JWT: audience confusion': { recipes: [], without: jwt },
  'JWT: replay, times': { recipes: [], without: jwt },
  'JWT: stolen token': { recipes: [], without: jwt },
  'JWT: issuer, subject and client differ': { recipes: [], without: jwt },
  // across
  'members of prototypes': { recipes: ['json-prototype-', 'json-duplicate-member-proto'] },
  'endless regular expressions': { recipes: ['json-pattern-endless', 'schema-pattern-endless'] },
  'old TLS, weak ciphers': {
    recipes: [],
    without: 'no message: the handshake fails before there is one',
    tests: { 'test/gateway/floods.test.ts': 'the cipher policy' },
  },
  'faults of ours that let something through': {
    recipes: [],
    without: 'no message: disk, key or source fail while a good one is answered',
    tests: {
      'test/exchange/exchange.test.ts': 'gives no answer when the second entry cannot be recorded',
      'test/gateway/durability.test.ts': 'hands no answer over whose entries a crash would take',
    },
  },
}

const root = resolve(import.meta.dirname, '../..')
const names = readdirSync(import.meta.dirname)
  .filter((folder) => /(?:^|-)recipes$/.test(folder))
  .flatMap((folder) => readdirSync(join(import.meta.dirname, folder)))
  .map((file) => file.replace(/\.txt$/, ''))

describe('the classes of attacks', () => {
  it.each(Object.entries(classes))('%s: has recipes, or says why not', (_, one) => {
    for (const recipe of one.recipes)
      expect(names.filter((name) => name.startsWith(recipe)), recipe).not.toEqual([])
    for (const [file, title] of Object.entries(one.tests ?? {}))
      expect(readFileSync(join(root, file), 'utf8')).toContain(title)
    expect(one.recipes.length > 0).toBe(one.without === undefined)
  })

  it('leave no recipe without a class', () => {
    const prefixes = Object.values(classes).flatMap(({ recipes }) => recipes)
    const stray = names.filter((name) => !prefixes.some((prefix) => name.startsWith(prefix)))
    expect(stray).toEqual([])
  })
})
