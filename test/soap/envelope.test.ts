import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import { readEnvelope, soap11, soap12, wsa, wsse } from '../../src/soap/envelope.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'

/** What the envelope says, or `CODE: detail` of the refusal. */
function judge(message: string): string {
  const tree = parseXml(Buffer.from(message), soapLimits)
  try {
    const envelope = readEnvelope(tree)
    const security = envelope.security === undefined ? '' : ', security'
    const addressing = [...envelope.addressing.keys()].map((name) => `, ${name}`).join('')
    return `${envelope.version} ${envelope.bodyChild.name}${security}${addressing}`
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return `${error.code}: ${error.message}`
  } finally {
    tree.dispose()
  }
}

const message = (header: string, body = '<q/>', namespace = soap11) =>
  `<s:Envelope xmlns:s="${namespace}" xmlns:w="${wsse}" xmlns:a="${wsa}">${header}<s:Body>${body}</s:Body></s:Envelope>`
const security = '<w:Security/>'

describe('readEnvelope', () => {
  it.each([
    [message(''), '1.1 q'],
    [message('<s:Header/>', '<q/>', soap12), '1.2 q'],
    [
      message(`<!-- c --><s:Header>${security}</s:Header>`),
      'SOAP_ENVELOPE: text or comment directly in Envelope',
    ],
    [message(` <s:Header>\n${security}\n</s:Header> `), '1.1 q, security'],
    [message('', '<q/>', 'urn:other'), 'SOAP_ENVELOPE: root is no SOAP 1.1 or 1.2 Envelope'],
    ['<q/>', 'SOAP_ENVELOPE: root is no SOAP 1.1 or 1.2 Envelope'],
    [`<Body xmlns="${soap11}"><q/></Body>`, 'SOAP_ENVELOPE: root is no SOAP 1.1 or 1.2 Envelope'],
    [message('', ''), 'SOAP_ENVELOPE: empty Body'],
    [message('', 'text'), 'SOAP_ENVELOPE: empty Body'],
    [message('', '<q/><q/>'), 'SOAP_ENVELOPE: more than one element in the Body'],
    [message('', 'text<q/>'), 'SOAP_ENVELOPE: text or comment directly in Body'],
    [message('', '<![CDATA[ ]]><q/>'), 'SOAP_ENVELOPE: text or comment directly in Body'],
    [message('<s:Header/><s:Header/>'), 'SOAP_ENVELOPE: no Body at its place'],
    [message('<x/>'), 'SOAP_ENVELOPE: no Body at its place'],
    [message('<s:Body><q/></s:Body>'), 'SOAP_ENVELOPE: element beside the Body'],
    [
      `<s:Envelope xmlns:s="${soap11}"><s:Body><q/></s:Body><s:Header/></s:Envelope>`,
      'SOAP_ENVELOPE: element beside the Body',
    ],
    [
      `<s:Envelope xmlns:s="${soap11}" xmlns:t="${soap12}"><t:Body><q/></t:Body></s:Envelope>`,
      'SOAP_ENVELOPE: no Body at its place',
    ],
    [`<s:Envelope xmlns:s="${soap11}"/>`, 'SOAP_ENVELOPE: no Body at its place'],
  ])('shape %#: %s → %s', (text, expected) => {
    expect(judge(text)).toBe(expected)
  })

  it.each([
    ['<x/>', '1.1 q'],
    ['<x s:mustUnderstand="0"/>', '1.1 q'],
    ['<x mustUnderstand="1"/>', '1.1 q'],
    ['<x s:mustUnderstand="1"/>', 'SOAP_MUST_UNDERSTAND: unknown header with mustUnderstand'],
    ['<x s:mustUnderstand=" true "/>', 'SOAP_MUST_UNDERSTAND: unknown header with mustUnderstand'],
    ['<x s:mustUnderstand="yes"/>', 'SOAP_ENVELOPE: mustUnderstand is no boolean'],
    ['<x s:mustUnderstand="1" s:actor="urn:other"/>', '1.1 q'],
    [
      '<x s:mustUnderstand="1" s:actor="http://schemas.xmlsoap.org/soap/actor/next"/>',
      'SOAP_MUST_UNDERSTAND: unknown header with mustUnderstand',
    ],
    [`${security}<w:Security/>`, 'WSS_HEADER: two wsse:Security headers'],
    [`${security}<w:Security s:actor=""/>`, 'WSS_HEADER: two wsse:Security headers'],
    [`<w:Security s:actor="urn:other"/>`, '1.1 q'],
    [`<w:Security s:actor="urn:other"/>${security}`, '1.1 q, security'],
    [
      '<w:Security s:mustUnderstand="1" s:actor="http://schemas.xmlsoap.org/soap/actor/next"/>',
      'SOAP_MUST_UNDERSTAND: unknown header with mustUnderstand',
    ],
    ['<x><w:Security/></x>', '1.1 q'],
    ['<a:Action s:mustUnderstand="1">urn:x</a:Action>', '1.1 q, Action'],
    ['<a:Other s:mustUnderstand="1"/>', 'SOAP_MUST_UNDERSTAND: unknown header with mustUnderstand'],
    ['<a:To>x</a:To><a:To>y</a:To>', 'SOAP_ENVELOPE: WS-Addressing header given twice'],
    [`<a:ReplyTo><a:Address>${wsa}/anonymous</a:Address></a:ReplyTo>`, '1.1 q, ReplyTo'],
    [`<a:FaultTo><a:Address> ${wsa}/anonymous </a:Address></a:FaultTo>`, '1.1 q, FaultTo'],
    ...[
      `<a:Address>${wsa}/none</a:Address>`,
      '<a:Address>http://evil.example/</a:Address>',
      `<a:Address>${wsa}/anonymous<!-- --></a:Address>`,
      `<a:Address>${wsa}/anonymous</a:Address><a:Address>http://evil.example/</a:Address>`,
      '',
    ].flatMap((address) =>
      ['ReplyTo', 'FaultTo'].map((name) => [
        `<a:${name}>${address}</a:${name}>`,
        'SOAP_ENVELOPE: WS-Addressing answer address is not the anonymous one',
      ]),
    ),
  ])('header %#: %s → %s', (header, expected) => {
    expect(judge(message(`<s:Header>${header}</s:Header>`))).toBe(expected)
  })

  it.each([
    ['ultimateReceiver', '1.2 q, security'],
    ['next', '1.2 q'],
    ['none', '1.2 q'],
  ])('takes a wsse:Security with the SOAP 1.2 role %s as: %s', (role, expected) => {
    const header = `<s:Header><w:Security s:role="${soap12}/role/${role}"/></s:Header>`
    expect(judge(message(header, '<q/>', soap12))).toBe(expected)
  })
})
