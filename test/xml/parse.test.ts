import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { checkLimits, soapLimits, type XmlLimits } from '../../src/xml/scan.ts'

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof GatewayError) return error.code
    throw error
  }
  return 'accepted'
}

/** accepted, or the code of the refusal; the tree is disposed */
const judge = (document: string | Uint8Array, limits: XmlLimits = soapLimits) =>
  codeOf(() => parseXml(Buffer.from(document), limits).dispose())

describe('parseXml: encoding and declaration', () => {
  it.each([
    ['<a/>', 'accepted'],
    ['<?xml version="1.0"?><a/>', 'accepted'],
    ["<?xml version='1.0' encoding='utf-8' standalone='no' ?>\n<a/>", 'accepted'],
    ['\uFEFF<?xml version="1.0" encoding="UTF-8"?><a/>', 'accepted'],
    [' \n<a/>', 'accepted'],
    ['<?xml version="1.1"?><a/>', 'XML_ENCODING'],
    ['<?xml version="1.2"?><a/>', 'XML_ENCODING'],
    ['<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'XML_ENCODING'],
    ['\uFEFF<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'XML_ENCODING'],
    ['<?xml version="1.0" encoding="UTF-16"?><a/>', 'XML_ENCODING'],
    ['<?xml version="1.0" encoding="UTF-7"?><a/>', 'XML_ENCODING'],
    ['<?xml version="1.0" standalone="maybe"?><a/>', 'XML_ENCODING'],
    ['<?xml version="1.0" encoding="UTF-8" extra="x"?><a/>', 'XML_ENCODING'],
    ['<a>\0</a>', 'XML_ENCODING'],
    [Buffer.from('<a/>', 'utf16le'), 'XML_ENCODING'],
    [Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<a/>', 'utf16le')]), 'XML_ENCODING'],
    ['+ADw-a/+AD4-', 'XML_MALFORMED'],
    [Buffer.from([0x3c, 0x61, 0x3e, 0xc3, 0x28, 0x3c, 0x2f, 0x61, 0x3e]), 'XML_MALFORMED'],
    ['', 'XML_MALFORMED'],
  ])('judges %j: %s', (document, expected) => {
    expect(judge(document)).toBe(expected)
  })
})

describe('parseXml: document type and entities', () => {
  it.each([
    ['<!DOCTYPE a><a/>', 'XML_DOCTYPE'],
    ['<!-- c --><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'XML_DOCTYPE'],
    ['<!doctype a><a/>', 'XML_DOCTYPE'],
    ['<a><!DOCTYPE a></a>', 'XML_DOCTYPE'],
    ['<!ENTITY b "c"><a/>', 'XML_MALFORMED'],
    ['<a>&b;</a>', 'XML_MALFORMED'],
    ['<a b="&c;"/>', 'XML_MALFORMED'],
    ['<a><![CDATA[<!DOCTYPE a>]]></a>', 'accepted'],
    ['<a><!-- <!DOCTYPE a> --></a>', 'accepted'],
    ['<a>&amp;&#x41;</a>', 'accepted'],
    ['<a xmlns:p="urn:x" xmlns:q = \'http+x.y-1://z\'><b xmlns=""/></a>', 'accepted'],
  ])('judges %j: %s', (document, expected) => {
    expect(judge(document)).toBe(expected)
  })
})

describe('parseXml: what is not well formed', () => {
  it.each([
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>text',
    '<a b="1" b="2"/>',
    '<a xmlns:p="urn:x" xmlns:q="urn:x" p:b="1" q:b="2"/>',
    '<p:a/>',
    '<a b=c/>',
    '<a b/>',
    '< a/>',
    '<a><!-- -- --></a>',
    '<a><![CDATA[</a>',
    '<a>]]></a>',
    '<a>&#1;</a>',
    '<a><?xml version="1.0"?></a>',
    '<a xmlns="relative"/>',
    '<a xmlns:p="../relative"/>',
    '<a xmlns:p="://x"/>',
    '<a xmlns:p="1x:y"/>',
    '<a xmlns:p="re lative:x"/>',
    '<a xml:space="sometimes"/>',
    '<a xmlns:p=""/>',
    '<a',
    'text',
  ])('refuses %j', (document) => {
    expect(judge(document)).toBe('XML_MALFORMED')
  })

  it("never passes libxml2's text on: it may quote the document", () => {
    try {
      parseXml(Buffer.from('<a>\n<secret85073003328></other></a>'), soapLimits)
      expect.unreachable()
    } catch (error) {
      expect((error as Error).message).toMatch(/^not well formed at line 2, column \d+$/)
      expect((error as Error).cause).toBeUndefined()
    }
  })
})

describe('parseXml: limits hold at N-1 and N and refuse N+1', () => {
  const limits: XmlLimits = {
    sizeBytesMax: 5000,
    depthMax: 10,
    elementsMax: 40,
    attributesPerElementMax: 8,
    attributeValueBytesMax: 100,
    nameBytesMax: 20,
    namespaceDeclarationsMax: 6,
  }
  const nested = (n: number) => '<a>'.repeat(n) + '</a>'.repeat(n)
  const list = (n: number, item: (i: number) => string) =>
    Array.from({ length: n }, (_, i) => item(i)).join('')
  const makers: [string, number, (n: number) => string][] = [
    ['size', 5000, (n) => `<a>${'x'.repeat(n - 7)}</a>`],
    ['depth', 10, nested],
    ['depth with an empty leaf', 10, (n) => '<a>'.repeat(n - 1) + '<b/>' + '</a>'.repeat(n - 1)],
    ['number of elements', 40, (n) => `<a>${'<b/>'.repeat(n - 1)}</a>`],
    ['attributes of an element', 8, (n) => `<a ${list(n, (i) => `b${i}='>' `)}/>`],
    ['length of an attribute value', 100, (n) => `<a b="${'v'.repeat(n)}"/>`],
    ['length of a name', 20, (n) => `<${'e'.repeat(n)}/>`],
    ['length of a name', 20, (n) => `<a ${'e'.repeat(n)}=""/>`],
    ['namespace declarations', 6, (n) => `<a ${list(n, (i) => `xmlns:p${i}="urn:x" `)}/>`],
    [
      'namespace declarations',
      6,
      (n) => list(n, (i) => `<a xmlns:p${i}="urn:x">`) + '</a>'.repeat(n),
    ],
  ]
  it.each(makers)('%s', (_, n, make) => {
    expect(judge(make(n - 1), limits)).toBe('accepted')
    expect(judge(make(n), limits)).toBe('accepted')
    expect(judge(make(n + 1), limits)).toBe('XML_LIMIT')
  })

  it('counts namespace declarations in scope, not those of siblings', () => {
    expect(judge(`<a>${'<b xmlns="urn:x"><c/></b>'.repeat(15)}</a>`, limits)).toBe('accepted')
  })

  it('refuses a flood of attributes before any parser sees it', () => {
    const flood = `<a ${list(20_000, (i) => `b${i}="" `)}/>`
    const started = performance.now()
    expect(judge(flood)).toBe('XML_LIMIT')
    expect(performance.now() - started).toBeLessThan(50)
  })

  it('refuses limits that would fail open', () => {
    for (const bad of [0, -1, NaN, Infinity, 1.5, undefined])
      expect(() => checkLimits({ ...limits, depthMax: bad as number })).toThrow(
        new TypeError('limit depthMax must be a whole number above zero'),
      )
    expect(() => checkLimits(soapLimits)).not.toThrow()
  })
})
