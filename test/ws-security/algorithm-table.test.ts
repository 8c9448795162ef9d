import { describe, expect, it } from 'vitest'
import { fillSignature } from './fill-signature.ts'
import { identity, type IdentityKind } from './identities.ts'
import { draftOf, judge } from './judge.ts'
import { ds, excC14n, plainMessage, sha256 } from './messages.ts'

const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const more2007 = 'http://www.w3.org/2007/05/xmldsig-more#'
const more2021 = 'http://www.w3.org/2021/04/xmldsig-more#'
const dsig11 = 'http://www.w3.org/2009/xmldsig11#'
const xmlenc = 'http://www.w3.org/2001/04/xmlenc#'

/** What the wire takes, and from which family of keys; everything else is taken from none. */
const accepted = new Map<string, 'rsa' | 'ec'>([
  [`${more}rsa-sha256`, 'rsa'],
  [`${more}rsa-sha384`, 'rsa'],
  [`${more}rsa-sha512`, 'rsa'],
  [`${more2007}sha256-rsa-MGF1`, 'rsa'],
  [`${more2007}sha384-rsa-MGF1`, 'rsa'],
  [`${more2007}sha512-rsa-MGF1`, 'rsa'],
  [`${more}ecdsa-sha256`, 'ec'],
  [`${more}ecdsa-sha384`, 'ec'],
  [`${more}ecdsa-sha512`, 'ec'],
])
const refused = [
  ...['rsa-sha1', 'dsa-sha1', 'hmac-sha1'].map((name) => ds + name),
  ...['rsa-md5', 'rsa-sha224', 'rsa-ripemd160', 'ecdsa-sha1', 'ecdsa-sha224'].map(
    (name) => more + name,
  ),
  ...['hmac-md5', 'hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'].map(
    (name) => more + name,
  ),
  ...['sha1-rsa-MGF1', 'sha224-rsa-MGF1', 'sha3-256-rsa-MGF1', 'rsa-pss', 'ecdsa-ripemd160'].map(
    (name) => more2007 + name,
  ),
  ...['eddsa-ed25519', 'ecdsa-sha3-256'].map((name) => more2021 + name),
  ...[`${dsig11}dsa-sha256`, `${xmlenc}rsa-1_5`, `${xmlenc}rsa-oaep-mgf1p`],
  // near misses of what is accepted
  ...[
    `${more}RSA-SHA256`,
    `${more}rsa-sha256 `,
    ` ${more}rsa-sha256`,
    `${more}rsa-sha256#`,
    'rsa-sha256',
    '',
  ],
  ...[
    `${ds}rsa-sha256`,
    `${more2007}rsa-sha256`,
    `${xmlenc}sha256`,
    excC14n,
    'toString',
    '__proto__',
  ],
]
const methods = [...accepted.keys(), ...refused]
const keys: readonly IdentityKind[] = ['rsa-2048', 'rsa-3072', 'rsa-1024', 'p256', 'p384', 'p521']

const familyOf = (kind: IdentityKind) => (kind.startsWith('rsa') ? 'rsa' : 'ec')

/** Signed with that method where this key can; else with values that nobody looks at. */
function messageOf(signatureMethod: string, kind: IdentityKind): string {
  const signer = identity(kind)
  const template = plainMessage(draftOf(signer, { signatureMethod }))
  const hash = /sha(1|256|384|512)$|sha(1|256|384|512)-rsa/
  const signs = kind !== 'rsa-1024' && hash.test(signatureMethod)
  const fits = signs && (familyOf(kind) === 'rsa' || !/MGF1/.test(signatureMethod))
  if (fits) return fillSignature(template, signer.privateKey)
  return template
    .replaceAll('DIGEST', Buffer.alloc(32).toString('base64'))
    .replace('SIGNATURE', Buffer.alloc(64).toString('base64'))
}

const judged = new Map<string, string>()

function verdictOf(method: string, kind: IdentityKind): string {
  const key = `${kind} ${method}`
  const verdict = judged.get(key) ?? judge(messageOf(method, kind), identity(kind))
  judged.set(key, verdict)
  return verdict
}

function expected(signatureMethod: string, kind: IdentityKind): string {
  const family = accepted.get(signatureMethod)
  if (family === undefined) return 'WSS_ALGORITHM'
  if (kind === 'rsa-1024') return 'CERT_WEAK'
  return family === familyOf(kind) ? 'accepted' : 'WSS_ALGORITHM'
}

describe('signature methods and keys', () => {
  it.each(methods.map((method) => [method]))('%j with every kind of key', (method) => {
    for (const kind of keys) expect(verdictOf(method, kind), kind).toBe(expected(method, kind))
  })

  it('are printed', async () => {
    const lines = methods.map((method) => {
      const verdicts = keys.map((kind) => verdictOf(method, kind).padEnd(14))
      return `${JSON.stringify(method).padEnd(62)} ${verdicts.join('')}`.trimEnd()
    })
    const head = `${'signature method'.padEnd(62)} ${keys.map((kind) => kind.padEnd(14)).join('')}`
    await expect(`${[head.trimEnd(), ...lines].join('\n')}\n`).toMatchFileSnapshot(
      '../output/algorithm-table.txt',
    )
    expect(methods.length * keys.length).toBeGreaterThanOrEqual(240)
  })
})

describe('methods inside SignedInfo', () => {
  const signer = identity('p256')
  const template = plainMessage(draftOf(signer))
  const unsigned = (text: string) =>
    text
      .replaceAll('DIGEST', Buffer.alloc(32).toString('base64'))
      .replace('SIGNATURE', Buffer.alloc(64).toString('base64'))
  const c14n = [
    'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
    'http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments',
    'http://www.w3.org/2006/12/xml-c14n11',
    'http://www.w3.org/2006/12/xml-c14n11#WithComments',
    'http://www.w3.org/2010/xml-c14n2',
    `${excC14n}WithComments`,
    'http://www.w3.org/2001/10/xml-exc-c14n',
    `${ds}minimal`,
    '',
  ]
  const digestMethods = [
    ...[`${ds}sha1`, `${more}md5`, `${more}sha224`, `${xmlenc}ripemd160`, `${more2007}sha3-256`],
    ...[
      `${more2007}whirlpool`,
      `${ds}sha256`,
      `${more}sha256`,
      `${xmlenc}sha384`,
      `${xmlenc}SHA256`,
      '',
    ],
  ]
  const transforms = [
    ...c14n.filter((method) => method !== ''),
    `${ds}base64`,
    `${ds}enveloped-signature`,
    'http://www.w3.org/TR/1999/REC-xslt-19991116',
    'http://www.w3.org/TR/1999/REC-xpath-19991116',
    'http://www.w3.org/2002/06/xmldsig-filter2',
    'http://www.w3.org/2002/07/decrypt#XML',
    'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform',
    'http://docs.oasis-open.org/wss/oasis-wss-SwAProfile-1.1#Attachment-Content-Signature-Transform',
    'http://www.w3.org/2010/xmldsig2#transform',
  ]

  it.each(c14n.map((method) => [method]))('refuse canonicalization %j', (method) => {
    const edited = template.replace(
      `CanonicalizationMethod Algorithm="${excC14n}"`,
      `CanonicalizationMethod Algorithm="${method}"`,
    )
    expect(judge(unsigned(edited), signer)).toBe('WSS_ALGORITHM')
  })

  it.each(digestMethods.map((method) => [method]))('refuse digest %j', (method) => {
    const edited = template.replace(
      `DigestMethod Algorithm="${sha256}"`,
      `DigestMethod Algorithm="${method}"`,
    )
    expect(judge(unsigned(edited), signer)).toBe('WSS_ALGORITHM')
  })

  it.each(transforms.map((method) => [method]))(
    'refuse transform %j, alone, before and behind',
    (method) => {
      const good = `<ds:Transform Algorithm="${excC14n}"/>`
      const one = `<ds:Transform Algorithm="${method}"/>`
      for (const list of [one, `${good}${one}`, `${one}${one}${good}`, `${good}${good}`]) {
        const edited = template.replace(good, list)
        expect(judge(unsigned(edited), signer), list).toBe('WSS_ALGORITHM')
      }
    },
  )

  it('are accepted as they are', () => {
    expect(judge(fillSignature(template, signer.privateKey), signer)).toBe('accepted')
    expect(judge(unsigned(template), signer)).toBe('WSS_SIGNATURE')
  })
})
