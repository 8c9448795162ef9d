import { createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fillSignature } from './fill-signature.ts'
import { identity } from './identities.ts'
import { draftOf, judge } from './judge.ts'
import { ds, plainMessage, wsse } from './messages.ts'

const signer = identity('rsa-2048')
const attacker = identity('rsa-2048', 'attacker')
const message = fillSignature(plainMessage(draftOf(signer)), signer.privateKey)
const forged = fillSignature(plainMessage(draftOf(signer)), attacker.privateKey)

const x509 = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0'
const base64Binary =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary'
const attackerDer = attacker.der.toString('base64')
const { n = '', e = '' } = createPublicKey(attacker.privateKey).export({ format: 'jwk' })
const toBase64 = (text: string) => Buffer.from(text, 'base64url').toString('base64')

const reference = (attributes: string) => `<wsse:Reference ${attributes}/>`
const direct = reference(`URI="#X" ValueType="${x509}#X509v3"`)
const tokenReference = (content: string, attributes = '') =>
  `<wsse:SecurityTokenReference${attributes}>${content}</wsse:SecurityTokenReference>`
const keyValue = `<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${toBase64(n)}</ds:Modulus><ds:Exponent>${toBase64(e)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`
const x509Data = `<ds:X509Data><ds:X509Certificate>${attackerDer}</ds:X509Certificate></ds:X509Data>`
const issuerSerial =
  '<ds:X509Data><ds:X509IssuerSerial><ds:X509IssuerName>CN=signer</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber></ds:X509IssuerSerial></ds:X509Data>'
const identifier = (valueType: string) =>
  `<wsse:KeyIdentifier ValueType="${valueType}" EncodingType="${base64Binary}">AAAA</wsse:KeyIdentifier>`
const embedded = `<wsse:Embedded><wsse:BinarySecurityToken EncodingType="${base64Binary}" ValueType="${x509}#X509v3">${attackerDer}</wsse:BinarySecurityToken></wsse:Embedded>`

/** Name, content of ds:KeyInfo, verdict. KeyInfo is not signed, so each stands in a message whose signature holds. */
const forms: readonly (readonly [string, string, string])[] = [
  ['a direct reference', tokenReference(direct), 'accepted'],
  ['with an id', tokenReference(direct, ' wsu:Id="STR"'), 'accepted'],
  [
    'with TokenType',
    tokenReference(
      direct,
      ` xmlns:k="http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd" k:TokenType="${x509}#X509v3"`,
    ),
    'accepted',
  ],
  ['indented', `\n ${tokenReference(`\n  ${direct}\n `)}\n`, 'accepted'],

  ['nothing', '', 'WSS_TOKEN'],
  ['text', 'X', 'WSS_TOKEN'],
  ['KeyName', '<ds:KeyName>signer</ds:KeyName>', 'WSS_TOKEN'],
  ['KeyValue', keyValue, 'WSS_TOKEN'],
  ['X509Data', x509Data, 'WSS_TOKEN'],
  ['X509Data of issuer and serial', issuerSerial, 'WSS_TOKEN'],
  ['RetrievalMethod', '<ds:RetrievalMethod URI="#X"/>', 'WSS_TOKEN'],
  ['MgmtData', '<ds:MgmtData>x</ds:MgmtData>', 'WSS_TOKEN'],
  ['PGPData', '<ds:PGPData/>', 'WSS_TOKEN'],
  [
    'KeyInfoReference',
    '<k:KeyInfoReference xmlns:k="http://www.w3.org/2009/xmldsig11#" URI="#X"/>',
    'WSS_TOKEN',
  ],
  [
    'DEREncodedKeyValue',
    `<k:DEREncodedKeyValue xmlns:k="http://www.w3.org/2009/xmldsig11#">${attackerDer}</k:DEREncodedKeyValue>`,
    'WSS_TOKEN',
  ],
  ['KeyValue before the reference', keyValue + tokenReference(direct), 'WSS_TOKEN'],
  ['KeyValue behind the reference', tokenReference(direct) + keyValue, 'WSS_TOKEN'],
  ['X509Data before the reference', x509Data + tokenReference(direct), 'WSS_TOKEN'],
  ['X509Data behind the reference', tokenReference(direct) + x509Data, 'WSS_TOKEN'],
  ['two token references', tokenReference(direct) + tokenReference(direct), 'WSS_TOKEN'],
  ['text beside the reference', `x${tokenReference(direct)}`, 'WSS_TOKEN'],
  ['a foreign element', '<x/>', 'WSS_TOKEN'],
  [
    'the reference in another namespace',
    tokenReference(direct).replaceAll('wsse:Sec', 'wsu:Sec'),
    'WSS_TOKEN',
  ],

  ['a token reference with nothing', tokenReference(''), 'WSS_TOKEN'],
  ['a token reference with text', tokenReference('#X'), 'WSS_TOKEN'],
  [
    'KeyIdentifier by SKI',
    tokenReference(identifier(`${x509}#X509SubjectKeyIdentifier`)),
    'WSS_TOKEN',
  ],
  [
    'KeyIdentifier by thumbprint',
    tokenReference(
      identifier(
        'http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1',
      ),
    ),
    'WSS_TOKEN',
  ],
  ['KeyIdentifier by certificate', tokenReference(identifier(`${x509}#X509v3`)), 'WSS_TOKEN'],
  ['issuer and serial', tokenReference(issuerSerial), 'WSS_TOKEN'],
  ['X509Data with a certificate', tokenReference(x509Data), 'WSS_TOKEN'],
  ['KeyName in a token reference', tokenReference('<ds:KeyName>signer</ds:KeyName>'), 'WSS_TOKEN'],
  ['an embedded token', tokenReference(embedded), 'WSS_REFERENCE'],
  ['an empty Embedded', tokenReference('<wsse:Embedded/>'), 'WSS_TOKEN'],
  ['a nested token reference', tokenReference(tokenReference(direct)), 'WSS_TOKEN'],
  ['two references', tokenReference(direct + direct), 'WSS_TOKEN'],
  ['a reference and X509Data', tokenReference(direct + x509Data), 'WSS_TOKEN'],
  ['a token reference with an attribute', tokenReference(direct, ' Usage="x"'), 'WSS_TOKEN'],
  [
    'another TokenType',
    tokenReference(
      direct,
      ' xmlns:k="http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd" k:TokenType="urn:x"',
    ),
    'WSS_TOKEN',
  ],

  ['no URI', tokenReference(reference(`ValueType="${x509}#X509v3"`)), 'WSS_TOKEN'],
  ['an empty URI', tokenReference(reference(`URI="" ValueType="${x509}#X509v3"`)), 'WSS_TOKEN'],
  [
    'a URI of the whole document',
    tokenReference(reference(`URI="#" ValueType="${x509}#X509v3"`)),
    'WSS_TOKEN',
  ],
  ['a URI without #', tokenReference(reference(`URI="X" ValueType="${x509}#X509v3"`)), 'WSS_TOKEN'],
  [
    'an outside URI',
    tokenReference(reference(`URI="http://localhost/#X" ValueType="${x509}#X509v3"`)),
    'WSS_TOKEN',
  ],
  ['a file', tokenReference(reference(`URI="file:///X" ValueType="${x509}#X509v3"`)), 'WSS_TOKEN'],
  [
    'an XPointer',
    tokenReference(reference(`URI="#xpointer(id('X'))" ValueType="${x509}#X509v3"`)),
    'WSS_TOKEN',
  ],
  [
    'the id in small letters',
    tokenReference(reference(`URI="#x" ValueType="${x509}#X509v3"`)),
    'WSS_TOKEN',
  ],
  [
    'white space in the URI',
    tokenReference(reference(`URI="#X " ValueType="${x509}#X509v3"`)),
    'WSS_TOKEN',
  ],
  ['another part', tokenReference(reference(`URI="#B" ValueType="${x509}#X509v3"`)), 'WSS_TOKEN'],
  ['an unknown id', tokenReference(reference(`URI="#Y" ValueType="${x509}#X509v3"`)), 'WSS_TOKEN'],
  ['no ValueType', tokenReference(reference('URI="#X"')), 'WSS_TOKEN'],
  ['X509v1', tokenReference(reference(`URI="#X" ValueType="${x509}#X509v1"`)), 'WSS_TOKEN'],
  [
    'X509PKIPathv1',
    tokenReference(reference(`URI="#X" ValueType="${x509}#X509PKIPathv1"`)),
    'WSS_TOKEN',
  ],
  ['PKCS7', tokenReference(reference(`URI="#X" ValueType="${x509}#PKCS7"`)), 'WSS_TOKEN'],
  [
    'a plain attribute more',
    tokenReference(reference(`URI="#X" ValueType="${x509}#X509v3" Id="R"`)),
    'WSS_TOKEN',
  ],
  [
    'a reference with content',
    tokenReference(direct.replace('/>', '>x</wsse:Reference>')),
    'WSS_TOKEN',
  ],
  ['a comment', `<!-- -->${tokenReference(direct)}`, 'WSS_HEADER'],
]

const withKeyInfo = (text: string, keyInfo: string) =>
  text.replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, () => `<ds:KeyInfo>${keyInfo}</ds:KeyInfo>`)

describe('the forms of ds:KeyInfo', () => {
  it.each(forms)('%s', (_, keyInfo, verdict) => {
    expect(judge(withKeyInfo(message, keyInfo), signer)).toBe(verdict)
  })

  it('never bring a key of their own: a signature by another key is accepted with none', () => {
    expect(judge(forged, signer)).toBe('WSS_SIGNATURE')
    for (const [name, keyInfo, verdict] of forms)
      expect(judge(withKeyInfo(forged, keyInfo), signer), name).toBe(
        verdict === 'accepted' ? 'WSS_SIGNATURE' : verdict,
      )
  })

  it('are many, in the namespaces they claim', () => {
    expect(forms.length).toBeGreaterThanOrEqual(50)
    expect(message).toContain(`xmlns:wsse="${wsse}"`)
    expect(message).toContain(`xmlns:ds="${ds}"`)
  })
})
