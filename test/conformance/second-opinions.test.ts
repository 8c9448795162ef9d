import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { mutate, mutationNames } from '../fuzz/mutate.ts'
import { fillSignature } from '../ws-security/fill-signature.ts'
import { identity } from '../ws-security/identities.ts'
import { draftOf, judge } from '../ws-security/judge.ts'
import {
  type Draft,
  ds,
  gsoapMessage,
  plainMessage,
  soap12,
  wss4jMessage,
  zeepMessage,
} from '../ws-security/messages.ts'
import { hasXmlsec1, opinionOfXmlCrypto, opinionOfXmlsec1 } from './opinions.ts'

const signer = identity('rsa-2048')
const forms: Readonly<Record<string, (draft: Draft) => string>> = {
  plain: (draft) => plainMessage(draft),
  'plain 1.2': (draft) => plainMessage(draft, soap12),
  zeep: zeepMessage,
  wss4j: wss4jMessage,
  gsoap: gsoapMessage,
}
const signed = new Map(
  Object.entries(forms).map(([name, write]) => [
    name,
    fillSignature(write(draftOf(signer)), signer.privateKey),
  ]),
)
const plain = signed.get('plain')!

const formReasons: Readonly<Record<string, string>> = {
  gsoap: 'xml-crypto sorts prefixes as in a dictionary; C14N: by code point, SOAP-ENV before ds',
}

const replace = (from: string | RegExp, to: string) => (text: string) =>
  text.replace(from, () => to)
const before = (mark: string, what: string) => replace(mark, what + mark)
const body = /<s:Body.*<\/s:Body>/.exec(plain)![0]
const forgedBody = '<s:Body><r:ask xmlns:r="urn:ask"><ssin>y</ssin></r:ask></s:Body>'

/** What is done to the plain message, and why we and others differ, where we do. */
const edits: readonly (readonly [string, (text: string) => string, string?])[] = [
  ['a changed request', replace('<ssin>x', '<ssin>y')],
  ['a changed Timestamp', replace('<wsu:Created>2026', '<wsu:Created>2025')],
  ['a changed token', replace(/(?<=wsu:Id="X">.{200})./, '!')],
  ['a changed SignedInfo', replace('URI="#T"', 'URI="#T" Id="R"')],
  ['a changed SignatureValue', replace(/(?<=<ds:SignatureValue>.{9})./, '+/'.repeat(2))],
  [
    'a DigestValue of another part',
    (text) => text.replace(/(<ds:DigestValue>)([^<]*)(.*?<ds:DigestValue>)([^<]*)/s, '$1$4$3$2'),
  ],
  ['a dangling reference', replace('wsu:Id="T"', 'wsu:Id="U"')],
  ['no SignatureValue', replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/, '')],
  ['a request renamed', (text) => text.replaceAll('r:ask', 'r:tell')],
  ['a namespace rebound in the request', replace('xmlns:r="urn:ask"', 'xmlns:r="urn:tell"')],
  ['white space in the request', replace('<ssin>x', '<ssin> x')],
  ['an attribute in the request', replace('<ssin>', '<ssin a="b">')],
  ['the request doubled', replace('</r:ask>', '</r:ask><r:ask xmlns:r="urn:ask"/>')],
  ['not closed', replace('</s:Envelope>', '')],
  [
    'an undeclared prefix',
    replace('</s:Header>', '<u:x/></s:Header>'),
    'not well formed by Namespaces in XML; others read on',
  ],
  ['DER in SignatureValue', replace(/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>MEUCIQ==')],
  [
    'rewritten as XML: quotes, white space in tags',
    (text) => text.replaceAll(/ wsu:Id="(\w)"/g, "  wsu:Id='$1' "),
  ],
  ['a character written as a reference', replace('<ssin>x', '<ssin>&#x78;')],
  ['a header more', before('</s:Header>', '<w/>')],
  ['line breaks in SignatureValue', replace('</ds:SignatureValue>', '\n</ds:SignatureValue>')],
  ['a prefix declared and not used', replace('<s:Header>', '<s:Header xmlns:u="urn:u">')],

  [
    'a document type declaration',
    before('<s:Envelope ', '<!DOCTYPE x>'),
    'no DTD (XXE, billion laughs)',
  ],
  [
    'an entity in the request',
    (text) => `<!DOCTYPE x [<!ENTITY e "x">]>${text.replace('<ssin>x', '<ssin>&e;')}`,
  ],
  [
    'a comment in the request',
    replace('<ssin>x', '<ssin>x<!-- -->'),
    'C14N drops comments, readers cut text at them',
  ],
  [
    'a comment in SignedInfo',
    replace('<ds:SignedInfo>', '<ds:SignedInfo><!-- -->'),
    'nothing but elements below wsse:Security',
  ],
  [
    'a comment in DigestValue',
    replace('</ds:DigestValue>', '<!-- --></ds:DigestValue>'),
    'CVE-2025-29775; one text node of base64',
  ],
  [
    'an Object in Signature',
    replace('</ds:Signature>', '<ds:Object/></ds:Signature>'),
    'SignedInfo, SignatureValue, KeyInfo and nothing else',
  ],
  [
    'a KeyName beside the token reference',
    replace('<ds:KeyInfo>', '<ds:KeyInfo><ds:KeyName>x</ds:KeyName>'),
    'one way to name a key',
  ],
  [
    'no KeyInfo',
    replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, ''),
    'the certificate is that of the token; others are told it',
  ],
  [
    'the signed Body in a header, another in its place',
    (text) =>
      text
        .replace(body, () => forgedBody)
        .replace('</s:Header>', () => `<w>${body}</w></s:Header>`),
    'wrapping: a part is signed at its place',
  ],
  [
    'the signed Body in the request',
    (text) => text.replace(body, () => forgedBody.replace('<ssin>', `${body}<ssin>`)),
    'wrapping: a part is signed at its place',
  ],
  ['a second Body', before('<s:Body', forgedBody), 'one Body'],
  [
    'the id of the Body on a header too',
    before('</s:Header>', '<w wsu:Id="B"/>'),
    'no id twice, whatever others take for an id',
  ],
  ['the id of the Body as xml:id too', before('</s:Header>', '<w xml:id="B"/>')],
  [
    'an unknown header that must be understood',
    before('</s:Header>', '<w s:mustUnderstand="1"/>'),
    'SOAP, not XML Signature',
  ],
  [
    'a second wsse:Security',
    before('</s:Header>', '<wsse:Security/>'),
    'one wsse:Security for the receiver',
  ],
  [
    'an element more in wsse:Security',
    before('</wsse:Security>', '<w/>'),
    'wsse:Security holds three children',
  ],
]

/** Signed as they stand; outside our list or our rules, and why. */
const templates: readonly (readonly [string, (text: string) => string, string])[] = [
  [
    'rsa-sha1',
    replace('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', `${ds}rsa-sha1`),
    'SHA-1 is on no list of ours',
  ],
  [
    'digests with SHA-1',
    (text) => text.replaceAll('http://www.w3.org/2001/04/xmlenc#sha256', `${ds}sha1`),
    'SHA-1 is on no list of ours',
  ],
  [
    'Timestamp not signed',
    replace(/<ds:Reference URI="#T">.*?<\/ds:Reference>/, ''),
    'Body and Timestamp are always signed',
  ],
  [
    'Body not signed',
    replace(/<ds:Reference URI="#B">.*?<\/ds:Reference>/, ''),
    'Body and Timestamp are always signed',
  ],
  [
    'expired',
    replace(
      /<wsu:Created>.*<\/wsu:Expires>/,
      '<wsu:Created>2020-01-01T00:00:00Z</wsu:Created><wsu:Expires>2020-01-01T00:01:00Z</wsu:Expires>',
    ),
    'time is no matter of XML Signature',
  ],
  [
    'no Timestamp',
    (text) =>
      text
        .replace(/<wsu:Timestamp.*<\/wsu:Timestamp>/, '')
        .replace(/<ds:Reference URI="#T">.*?<\/ds:Reference>/, ''),
    'Body and Timestamp are always signed',
  ],
]

interface Verdicts {
  readonly ours: string
  readonly xmlCrypto: string
  readonly xmlsec1: string
}

function verdictsOf(message: string, bytes = Buffer.from(message)): Verdicts {
  const xmlCrypto = opinionOfXmlCrypto(bytes.toString(), signer.der)
  return {
    ours: judge(bytes.toString(), signer),
    xmlCrypto,
    xmlsec1: opinionOfXmlsec1(bytes, signer.der),
  }
}

const agree = ({ ours, xmlCrypto, xmlsec1 }: Verdicts) =>
  xmlCrypto === xmlsec1 && (ours === 'accepted') === (xmlsec1 === 'accepts')

const available = hasXmlsec1()
if (!available) console.log('second opinions: none (xmlsec1 is not installed)')

describe.runIf(available)('ours, xml-crypto and xmlsec1', () => {
  // xmldom tells the console of what it reads on from
  beforeEach(() => {
    vi.spyOn(console, 'error').mockReturnValue()
    vi.spyOn(console, 'warn').mockReturnValue()
  })

  it('agree on every form, and on each edit or the reason is listed', async () => {
    const rows = [
      ...[...signed].map(
        ([name, message]) => [`as signed: ${name}`, message, formReasons[name]] as const,
      ),
      ...edits.map(([name, edit, reason]) => [name, edit(plain), reason] as const),
      ...templates.map(([name, edit, reason]) => {
        const message = fillSignature(edit(plainMessage(draftOf(signer))), signer.privateKey)
        return [`signed: ${name}`, message, reason] as const
      }),
    ]
    const lines: string[] = []
    const wrong: string[] = []
    let differ = 0
    for (const [name, message, reason] of rows) {
      if (!name.startsWith('as signed')) expect(message, name).not.toBe(plain)
      const verdicts = verdictsOf(message)
      if (!agree(verdicts)) differ += 1
      // an unlisted difference, and a reason that is not needed, both are wrong
      if (agree(verdicts) === (reason !== undefined))
        wrong.push(`${name} ${JSON.stringify(verdicts)}`)
      const { ours, xmlCrypto, xmlsec1 } = verdicts
      lines.push(
        `${name.padEnd(52)} ${ours.padEnd(21)} ${xmlCrypto.padEnd(11)} ${xmlsec1.padEnd(8)} ${reason ?? ''}`.trimEnd(),
      )
    }
    expect(wrong).toEqual([])
    console.log(
      `conformance second opinions: ${rows.length} messages, ${rows.length - differ} the same verdict by all three, ${differ} listed differences`,
    )
    const head = `${'message'.padEnd(52)} ${'ours'.padEnd(21)} ${'xml-crypto'.padEnd(11)} ${'xmlsec1'.padEnd(8)} why`
    await expect(`${[head, ...lines].join('\n')}\n`).toMatchFileSnapshot(
      '../output/second-opinions.txt',
    )
  })

  it('agree on random mutations: what we accept they accept, and what fails by cryptography fails for all', () => {
    // without the form that xml-crypto cannot canonicalize
    const originals = [...signed]
      .filter(([name]) => formReasons[name] === undefined)
      .map(([, text]) => Buffer.from(text).toString('latin1'))
    const number = fc.noBias(fc.nat({ max: 0x7fffffff }))
    const plans = fc.tuple(
      fc.noBias(fc.nat({ max: originals.length - 1 })),
      fc.noBias(fc.nat({ max: mutationNames.length - 1 })),
      fc.array(number, { minLength: 6, maxLength: 6 }),
    )
    const counts = { same: 0, stricter: 0 }
    const wrong: string[] = []
    for (const [original, mutation, numbers] of fc.sample(plans, { numRuns: 80, seed: 4 })) {
      const bytes = Buffer.from(
        mutate(originals[original]!, [{ mutation, numbers }], originals),
        'latin1',
      )
      const verdicts = verdictsOf('', bytes)
      if (agree(verdicts)) {
        counts.same += 1
        continue
      }
      // the only differences: we are stricter, by a rule that is none of XML Signature
      if (['accepted', 'WSS_DIGEST', 'WSS_SIGNATURE'].includes(verdicts.ours))
        wrong.push(`${mutationNames[mutation]} of ${original}: ${JSON.stringify(verdicts)}`)
      counts.stricter += 1
    }
    expect(wrong).toEqual([])
    console.log(
      `conformance second opinions: 80 random mutations, ${counts.same} the same verdict by all three, ${counts.stricter} refused by us for a rule beyond XML Signature`,
    )
    expect(counts.same).toBeGreaterThan(20)
  })
})
