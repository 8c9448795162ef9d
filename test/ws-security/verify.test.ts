import { WSSecurityCert } from 'soap'
import { describe, expect, it } from 'vitest'
import { toPem } from '../../certs-test/x509.ts'
import { GatewayError } from '../../src/base/errors.ts'
import { indexRegistered } from '../../src/pki/registered-certificates.ts'
import { readEnvelope } from '../../src/soap/envelope.ts'
import {
  findProvenSkew,
  signatureLimits,
  type Verification,
  type VerifiedMessage,
  verifyMessage,
} from '../../src/ws-security/verify.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import type { XmlTree } from '../../src/xml/tree.ts'
import { fillSignature } from './fill-signature.ts'
import {
  identity,
  type IdentityKind,
  registryOf,
  renewal,
  type TestIdentity,
  trustIn,
} from './identities.ts'
import {
  type Draft,
  gsoapMessage,
  nameCertificate,
  namedMessage,
  type Naming,
  plainMessage,
  soap11,
  soap12,
  wsse,
  wss4jMessage,
  zeepMessage,
} from './messages.ts'

const nowMs = Date.UTC(2026, 10, 21, 12, 0, 0)
const at = (offsetSeconds: number) =>
  new Date(nowMs + offsetSeconds * 1000).toISOString().replace('.000Z', 'Z')
const payload = '<r:ask xmlns:r="urn:ask" xmlns="urn:other"><ssin>x</ssin></r:ask>'

const draft = (signer: TestIdentity, more: Partial<Draft> = {}): Draft => ({
  certificateDer: signer.der,
  created: at(-5),
  expires: at(55),
  payload,
  ...more,
})

function onTree<Result>(message: string, act: (tree: XmlTree) => Result): Result {
  const tree = parseXml(Buffer.from(message), soapLimits)
  try {
    return act(tree)
  } finally {
    tree.dispose()
  }
}

function verify(message: string, signer: TestIdentity, more: Partial<Verification> = {}) {
  return onTree(message, (tree) => {
    const verified = verifyMessage(readEnvelope(tree), {
      trust: trustIn(signer),
      nowMs,
      limits: signatureLimits,
      registered: registryOf(signer),
      ...more,
    })
    return { ...verified, bodyChild: verified.bodyChild.name }
  })
}

/** `accepted`, or `CODE: detail`. */
function judge(...args: Parameters<typeof verify>): string {
  try {
    verify(...args)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return `${error.code}: ${error.message}`
  }
}

const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const more2007 = 'http://www.w3.org/2007/05/xmldsig-more#'
const digests = [
  'http://www.w3.org/2001/04/xmlenc#sha256',
  `${more}sha384`,
  'http://www.w3.org/2001/04/xmlenc#sha512',
]

describe('verifyMessage: algorithms and keys', () => {
  const rsa = ['rsa-sha256', 'rsa-sha384', 'rsa-sha512'].map((name) => more + name)
  const pss = ['sha256', 'sha384', 'sha512'].map((name) => `${more2007}${name}-rsa-MGF1`)
  const ecdsa = ['ecdsa-sha256', 'ecdsa-sha384', 'ecdsa-sha512'].map((name) => more + name)
  const rows: [IdentityKind, string][] = [
    ...(['rsa-2048', 'rsa-3072'] as const).flatMap((kind) =>
      [...rsa, ...pss].map((method): [IdentityKind, string] => [kind, method]),
    ),
    ...(['p256', 'p384', 'p521'] as const).flatMap((kind) =>
      ecdsa.map((method): [IdentityKind, string] => [kind, method]),
    ),
  ]
  it.each(rows)('accepts %s with %s and every digest', (kind, signatureMethod) => {
    const signer = identity(kind)
    for (const digestMethod of digests) {
      const message = fillSignature(
        plainMessage(draft(signer, { signatureMethod, digestMethod })),
        signer.privateKey,
      )
      expect(judge(message, signer)).toBe('accepted')
      expect(judge(message.replace('<ssin>x', '<ssin>y'), signer)).toMatch(/^WSS_DIGEST/)
      const other = plainMessage(draft(signer, { signatureMethod, digestMethod }))
      const strange = fillSignature(other, identity(kind, 'other').privateKey)
      expect(judge(strange, signer)).toMatch(/^WSS_SIGNATURE/)
    }
  })

  it.each([
    ['p256', 'rsa-sha256'],
    ['rsa-2048', 'ecdsa-sha256'],
  ] as const)('refuses a method that does not fit the key: %s with %s', (kind, method) => {
    const signer = identity(kind)
    const filled = plainMessage(draft(signer, { signatureMethod: more + method }))
      .replaceAll('DIGEST', Buffer.alloc(32).toString('base64'))
      .replace('SIGNATURE', Buffer.alloc(64).toString('base64'))
    expect(judge(filled, signer)).toBe('WSS_ALGORITHM: signature method does not fit the key')
  })

  it('refuses an ECDSA value as DER, with a leading zero, or of zeros', () => {
    const signer = identity('p256')
    const template = plainMessage(draft(signer, { signatureMethod: `${more}ecdsa-sha256` }))
    const good = fillSignature(template, signer.privateKey)
    const value = /<ds:SignatureValue>(.*)<\/ds:SignatureValue>/.exec(good)![1]!
    const raw = Buffer.from(value, 'base64')
    const [r, s] = [raw.subarray(0, 32), raw.subarray(32)]
    const zero = Buffer.from([0])
    const forms = [
      Buffer.concat([zero, r, zero, s]),
      Buffer.concat([raw, zero]),
      raw.subarray(0, 63),
      Buffer.alloc(64),
      Buffer.concat([Buffer.alloc(32), s]),
      Buffer.alloc(64, 0xff),
    ]
    for (const form of forms)
      expect(judge(good.replace(value, form.toString('base64')), signer)).toMatch(/^WSS_SIGNATURE/)
    expect(judge(good, signer)).toBe('accepted')
  })

  it('refuses a key below the floor', () => {
    const signer = identity('rsa-1024')
    const message = fillSignature(plainMessage(draft(signer)), signer.privateKey)
    expect(judge(message, signer)).toMatch(/^CERT_WEAK/)
  })
})

describe('verifyMessage: the forms real clients send', () => {
  const signer = identity('rsa-2048')
  const forms = { plainMessage, zeepMessage, wss4jMessage, gsoapMessage }

  it.each(Object.entries(forms))('accepts %s, and not with another body', (_, form) => {
    const message = fillSignature(form(draft(signer)), signer.privateKey)
    expect(judge(message, signer)).toBe('accepted')
    expect(judge(message.replace('<ssin>x', '<ssin>y'), signer)).toMatch(/^WSS_DIGEST/)
    expect(judge(message.replace(at(55), at(56)), signer)).toMatch(/^WSS_DIGEST/)
  })

  it('accepts SOAP 1.2', () => {
    const message = fillSignature(plainMessage(draft(signer), soap12), signer.privateKey)
    expect(verify(message, signer).soapVersion).toBe('1.2')
  })

  /** What node-soap's own client writes; its clock is the machine's. */
  function nodeSoapMessage(options: object): string {
    const security = new WSSecurityCert(
      signer.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      toPem('CERTIFICATE', signer.der),
      '',
      options,
    )
    return security.postProcess(
      `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${soap11}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:r="urn:ask"><soap:Header></soap:Header><soap:Body>${payload}</soap:Body></soap:Envelope>`,
      'soap',
    )
  }

  it.each([
    { signerOptions: { idMode: 'wssecurity' } },
    {
      signerOptions: { idMode: 'wssecurity' },
      signatureAlgorithm: `${more}rsa-sha256`,
    },
    { signerOptions: { idMode: 'wssecurity' }, digestAlgorithm: digests[2] },
  ])('accepts node-soap with %j', (options) => {
    const message = nodeSoapMessage(options)
    expect(message).toContain('enveloped-signature')
    expect(judge(message, signer, { nowMs: Date.now() })).toBe('accepted')
    expect(judge(message.replace('<ssin>x', '<ssin>y'), signer, { nowMs: Date.now() })).toMatch(
      /^WSS_DIGEST/,
    )
  })

  it("says what is wrong with node-soap's default, a plain Id", () => {
    expect(judge(nodeSoapMessage({}), signer, { nowMs: Date.now() })).toBe(
      'WSS_PLAIN_ID: R3005: Timestamp has Id instead of wsu:Id',
    )
    const template = plainMessage(draft(signer))
    for (const [id, part] of [
      ['T', 'Timestamp'],
      ['X', 'BinarySecurityToken'],
      ['B', 'Body'],
    ] as const) {
      const plain = template.replace(`wsu:Id="${id}"`, `Id="${id}"`)
      expect(judge(fillSignature(plain, signer.privateKey), signer)).toBe(
        `WSS_PLAIN_ID: R3005: ${part} has Id instead of wsu:Id`,
      )
    }
  })

  it("says what is missing without zeep's Timestamp", () => {
    const template = zeepMessage(draft(signer))
      .replace(/<ns1:Timestamp.*<\/ns1:Timestamp>/, '')
      .replace(/<ds:Reference URI="#id-t">.*?<\/ds:Reference>/s, '')
    expect(judge(fillSignature(template, signer.privateKey), signer)).toBe(
      'WSS_TIMESTAMP_MISSING: no wsu:Timestamp',
    )
  })

  it('refuses a token beside a certificate that is named, even if it is the same', () => {
    const template = zeepMessage(draft(signer)).replace(
      /<wsse:Reference [^>]*>/,
      nameCertificate(signer.der, 'issuer-serial'),
    )
    expect(judge(fillSignature(template, signer.privateKey), signer)).toBe(
      'WSS_TOKEN: R3022, R3023: the token of this header is not referred to directly',
    )
  })
})

describe('verifyMessage: a certificate that is named, not sent', () => {
  const namings: readonly Naming[] = ['issuer-serial', 'key-identifier', 'thumbprint']
  const kinds: readonly IdentityKind[] = ['rsa-2048', 'p256']
  const rows = namings.flatMap((naming) =>
    kinds.flatMap((kind) =>
      [soap11, soap12].map((soap) => ({
        naming,
        kind,
        soap,
        version: soap === soap11 ? 1.1 : 1.2,
      })),
    ),
  )
  const signed = (naming: Naming, signer: TestIdentity, soap = soap11) => {
    const method = signer.privateKey.asymmetricKeyType === 'ec' ? 'ecdsa-sha256' : 'rsa-sha256'
    const template = namedMessage(draft(signer, { signatureMethod: more + method }), naming, soap)
    return fillSignature(template, signer.privateKey)
  }

  it.each(rows)('is found by $naming: $kind, SOAP $version', ({ naming, kind, soap }) => {
    const signer = identity(kind)
    const message = signed(naming, signer, soap)
    expect(message).not.toContain('BinarySecurityToken')
    const registered = registryOf(signer, identity('rsa-2048', 'other'))
    const verified = verify(message, signer, { registered })
    expect(verified.signer.certificate.sha256).toBe(signer.sha256)
    expect(verified.signedParts).toEqual(['Body', 'Timestamp'])
    expect(judge(message.replace('<ssin>x', '<ssin>y'), signer, { registered })).toMatch(
      /^WSS_DIGEST/,
    )
  })

  it.each(namings)(
    'is refused when it is not registered, or by its fingerprint only: %s',
    (naming) => {
      const signer = identity('rsa-2048')
      const message = signed(naming, signer)
      const { sha256 } = signer
      for (const registered of [registryOf(), indexRegistered([{ sha256 }])])
        expect(judge(message, signer, { registered })).toMatch(
          /^CERT_UNBOUND: R5\d{3}: \w+ of no registered certificate, or of several$/,
        )
    },
  )

  it.each(namings)('of somebody else proves nothing: %s', (naming) => {
    const [signer, colleague] = [identity('rsa-2048'), identity('rsa-2048', 'colleague')]
    const registered = registryOf(signer, colleague)
    const template = namedMessage(draft(colleague), naming)
    const message = fillSignature(template, signer.privateKey)
    expect(judge(message, signer, { registered })).toMatch(/^WSS_SIGNATURE/)
  })

  it('is refused when two certificates answer to the name: one key certified twice', () => {
    const signer = identity('rsa-2048')
    const renewed = renewal(signer)
    const registered = registryOf(signer, renewed)
    expect(judge(signed('key-identifier', signer), signer, { registered })).toMatch(/^CERT_UNBOUND/)
    for (const naming of ['issuer-serial', 'thumbprint'] as const) {
      expect(judge(signed(naming, signer), signer, { registered })).toBe('accepted')
      // the other certificate of the key is another signer, who is not trusted here
      expect(judge(signed(naming, renewed), signer, { registered })).toMatch(/^CERT_UNKNOWN_CA/)
    }
  })

  it('is judged by its path like any other', () => {
    const signer = identity('rsa-2048')
    for (const naming of namings)
      expect(judge(signed(naming, signer), signer, { trust: trustIn() })).toMatch(
        /^CERT_UNKNOWN_CA/,
      )
  })
})

describe('findProvenSkew', () => {
  const signer = identity('rsa-2048')
  const skewOf = (message: string, trust = trustIn(signer)) =>
    onTree(message, (tree) =>
      findProvenSkew(readEnvelope(tree), {
        trust,
        nowMs,
        limits: signatureLimits,
        registered: registryOf(),
      }),
    )?.createdAheadMs
  const created = (seconds: number, life = 60) =>
    fillSignature(
      plainMessage(draft(signer, { created: at(seconds), expires: at(seconds + life) })),
      signer.privateKey,
    )

  it.each([-60, -300, -86_400, 61, 300, 86_400])(
    'measures a clock that is wrong: %d s',
    (seconds) => {
      expect(judge(created(seconds), signer)).toMatch(/^WSS_TIMESTAMP_WINDOW/)
      expect(skewOf(created(seconds))).toBe(seconds * 1000)
    },
  )

  it('says nothing of a message in time, or of one that lives too long', () => {
    for (const message of [created(-59), created(60), created(-700, 601), created(-5, 601)])
      expect(skewOf(message)).toBe(undefined)
  })

  it('says nothing when anything else is wrong', () => {
    const message = created(-300)
    expect(skewOf(message.replace('<ssin>x', '<ssin>y'))).toBe(undefined)
    expect(skewOf(message.replace(at(-240), at(-241)))).toBe(undefined)
    expect(skewOf(message.replace(/<ds:Signature .*<\/ds:Signature>/, ''))).toBe(undefined)
    expect(skewOf(message, trustIn())).toBe(undefined)
  })
})

describe('verifyMessage: what it proves', () => {
  const signer = identity('rsa-2048')
  const message = fillSignature(plainMessage(draft(signer)), signer.privateKey)

  it('returns signer, digest, times and signed parts, and nothing else', () => {
    const verified = verify(message, signer)
    expect(verified).toEqual({
      signer: expect.objectContaining({
        certificate: expect.objectContaining({ sha256: signer.sha256 }) as unknown,
      }) as VerifiedMessage['signer'],
      soapVersion: '1.1',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      signatureValue: Buffer.from(/<ds:SignatureValue>([^<]+)</.exec(message)![1]!, 'base64'),
      createdAtMs: nowMs - 5000,
      expiresAtMs: nowMs + 55_000,
      messageId: undefined,
      action: undefined,
      bodyChild: 'ask',
      signedParts: ['Body', 'Timestamp', 'BinarySecurityToken'],
    })
  })

  it('gives one digest for one signature, however its value and the rest are written', () => {
    const ec = identity('p256')
    const template = plainMessage(draft(ec, { signatureMethod: `${more}ecdsa-sha256` }))
    const [first, second] = [1, 2].map(() => fillSignature(template, ec.privateKey))
    expect(first).not.toBe(second)
    const digest = verify(first!, ec).digest
    expect(verify(second!, ec).digest).toBe(digest)
    const rewritten = first!.replace('<s:Header>', '<s:Header ><x/>')
    expect(verify(rewritten, ec).digest).toBe(digest)
    expect(verify(message, signer).digest).not.toBe(digest)
  })

  it('wants the token signed unless its certificate is registered', () => {
    const unsigned = fillSignature(zeepMessage(draft(signer)), signer.privateKey)
    expect(judge(unsigned, signer)).toBe('accepted')
    expect(judge(unsigned, signer, { registered: registryOf() })).toBe(
      'WSS_REFERENCE: BinarySecurityToken is not signed and its certificate not registered',
    )
    expect(judge(message, signer, { registered: registryOf() })).toBe('accepted')
  })

  it('asks for the path last, and refuses what it refuses', () => {
    expect(judge(message, signer, { trust: trustIn() })).toMatch(/^CERT_UNKNOWN_CA/)
    const tampered = message.replace('<ssin>x', '<ssin>y')
    expect(judge(tampered, signer, { trust: trustIn() })).toMatch(/^WSS_DIGEST/)
  })

  const wsa = 'http://www.w3.org/2005/08/addressing'

  /** The plain message with header blocks, those of the ids signed too. */
  function withHeaders(headers: string, ids: readonly string[], soap = soap11): string {
    const template = plainMessage(draft(signer), soap).replace(
      '</s:Header>',
      `${headers}</s:Header>`,
    )
    const reference = /<ds:Reference URI="#B">.*?<\/ds:Reference>/.exec(template)![0]
    const references = ['B', ...ids].map((id) => reference.replace('#B', `#${id}`)).join('')
    return fillSignature(template.replace(reference, references), signer.privateKey)
  }

  it('takes WS-Addressing headers when every one is signed, and tells MessageID and Action', () => {
    const headers =
      `<a:MessageID xmlns:a="${wsa}" wsu:Id="M">urn:uuid:1</a:MessageID><a:Action xmlns:a="${wsa}" wsu:Id="A">urn:act</a:Action>` +
      `<a:To xmlns:a="${wsa}" wsu:Id="To">urn:us</a:To><a:ReplyTo xmlns:a="${wsa}" wsu:Id="R"><a:Address>${wsa}/anonymous</a:Address></a:ReplyTo>`
    const ids = ['M', 'A', 'To', 'R']
    for (const soap of [soap11, soap12]) {
      const signed = verify(withHeaders(headers, ids, soap), signer)
      expect([signed.messageId, signed.action]).toEqual(['urn:uuid:1', 'urn:act'])
      expect(signed.signedParts).toEqual([
        'Body',
        ...['MessageID', 'Action', 'To', 'ReplyTo'].map((name) => `wsa:${name}`),
        'Timestamp',
        'BinarySecurityToken',
      ])
      for (const [index, name] of ['MessageID', 'Action', 'To', 'ReplyTo'].entries()) {
        const others = ids.filter((_, at) => at !== index)
        expect(judge(withHeaders(headers, others, soap), signer)).toBe(
          `WSS_REFERENCE: wsa:${name} is not signed`,
        )
      }
    }
  })

  it('takes other headers that are signed too, and none that was changed', () => {
    const headers =
      '<x:route xmlns:x="urn:x" wsu:Id="H1">1</x:route><x:trace xmlns:x="urn:x" wsu:Id="H2" s:actor="urn:other">2</x:trace>'
    const message = withHeaders(headers, ['H1', 'H2'])
    expect(verify(message, signer).signedParts).toContain('header')
    expect(judge(message.replace('>1</x:route>', '>2</x:route>'), signer)).toMatch(/^WSS_DIGEST/)
    expect(judge(message.replace('>2</x:trace>', '>1</x:trace>'), signer)).toMatch(/^WSS_DIGEST/)
  })

  it('takes prefixes in any order, with any white space, twice, and of no use (R5414, R5415)', () => {
    const list = (prefixes: string) =>
      fillSignature(
        plainMessage(draft(signer)).replaceAll(
          /<ds:(Transform|CanonicalizationMethod) Algorithm="([^"]+)"\/>/g,
          `<ds:$1 Algorithm="$2"><c:InclusiveNamespaces xmlns:c="$2" PrefixList="${prefixes}"/></ds:$1>`,
        ),
        signer.privateKey,
      )
    for (const prefixes of [
      's wsu',
      'wsu s',
      '&#10;wsu&#9; s ',
      's s wsu s',
      'nobody #default',
      '',
    ])
      expect(judge(list(prefixes), signer), prefixes).toBe('accepted')
  })

  it('holds its limits at N and refuses N+1', () => {
    const { length } = signer.der
    const limits = { ...signatureLimits, referencesMax: 3, tokenBytesMax: length }
    expect(judge(message, signer, { limits })).toBe('accepted')
    expect(judge(message, signer, { limits: { ...limits, referencesMax: 2 } })).toBe(
      'WSS_REFERENCE: more than 2 references',
    )
    expect(judge(message, signer, { limits: { ...limits, tokenBytesMax: length - 1 } })).toBe(
      'WSS_TOKEN: token too large',
    )
  })

  it('ignores a wsse:Security for another actor and refuses a message that has only that', () => {
    const other = message.replace('s:mustUnderstand="1"', 's:actor="urn:other"')
    expect(judge(other, signer)).toBe('WSS_HEADER: no wsse:Security header')
    const beside = message.replace(
      '<s:Header>',
      `<s:Header><wsse:Security xmlns:wsse="${wsse}" s:actor="urn:x"/>`,
    )
    expect(judge(beside, signer)).toBe('accepted')
  })
})
