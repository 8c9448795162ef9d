import fc from 'fast-check'
import { XmlC14NMode, XmlDocument } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import { canonicalize } from '../../src/xml/canonicalize.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { type XmlNode, XmlTree } from '../../src/xml/tree.ts'

const prefixes = ['', 'a', 'b', 'c']
const uris = ['urn:1', 'urn:2', 'http://x.example/']
const names = ['e', 'f', 'Body']

/** Text of a random element; prefixes that are not declared around it are declared on it, so it is well formed. */
interface Shape {
  prefix: string
  name: string
  declared: [string, string][]
  attributes: [string, string, string][]
  content: (string | Shape)[]
}

const content = fc.oneof(
  fc.constantFrom(
    'text',
    ' ',
    '&lt;&amp;&#13;',
    '<![CDATA[a<b&c]]>',
    '<!-- c -->',
    '<?p i?>',
    'é€',
  ),
  fc.constantFrom('\r\n', '\t', '"\'>'),
)
const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.record({
    prefix: fc.constantFrom(...prefixes),
    name: fc.constantFrom(...names),
    declared: fc.uniqueArray(fc.tuple(fc.constantFrom(...prefixes), fc.constantFrom(...uris, '')), {
      selector: ([prefix]) => prefix,
      maxLength: 3,
    }),
    attributes: fc.uniqueArray(
      fc.tuple(
        fc.constantFrom(...prefixes),
        fc.constantFrom('x', 'y', 'Id'),
        fc.constantFrom('', 'v', '&quot;&#9;&#10;&#xD;&lt;', "'"),
      ),
      { selector: ([, name]) => name, maxLength: 3 },
    ),
    content: fc.array(
      fc.oneof({ depthSize: 'small', withCrossShrink: true }, content, tie('shape')),
      {
        maxLength: 4,
      },
    ),
  }),
}))

function write(element: Shape, scope: ReadonlySet<string>): string {
  const declared = new Map(element.declared.filter(([prefix, uri]) => prefix === '' || uri !== ''))
  const used = [element.prefix, ...element.attributes.map(([prefix]) => prefix)]
  for (const prefix of used)
    if (prefix !== '' && !scope.has(prefix) && !declared.has(prefix)) declared.set(prefix, 'urn:1')
  const inner = new Set([...scope, ...declared.keys()])
  const qualified = (prefix: string, name: string) => (prefix === '' ? name : `${prefix}:${name}`)
  const attributes = [
    ...[...declared].map(([prefix, uri]) => `xmlns${prefix && ':'}${prefix}="${uri}"`),
    ...element.attributes.map(([prefix, name, value]) => `${qualified(prefix, name)}="${value}"`),
  ]
  const tag = qualified(element.prefix, element.name)
  const children = element.content
    .map((child) => (typeof child === 'string' ? child : write(child, inner)))
    .join('')
  return `<${[tag, ...attributes].join(' ')}>${children}</${tag}>`
}

const allElements = (node: XmlNode): XmlNode[] => [node, ...node.elements().flatMap(allElements)]

describe('canonicalize', () => {
  it('equals the public API of libxml2-wasm on every subtree of random documents', () => {
    const prefixLists = fc.constantFrom<string[]>(
      [],
      ['a'],
      ['#default'],
      ['#default', 'a', 'b'],
      ['none', 'c'],
    )
    fc.assert(
      fc.property(shape, prefixLists, (document, inclusive) => {
        const xml = write(document, new Set())
        const tree = parseXml(Buffer.from(xml), soapLimits)
        const before = tree.root.toLibxml2().toString()
        try {
          for (const element of allElements(tree.root)) {
            const expected = element.toLibxml2().canonicalizeToString({
              mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
              inclusiveNamespacePrefixes: inclusive,
            })
            expect(Buffer.from(canonicalize(element, inclusive)).toString()).toBe(expected)
          }
          expect(tree.root.toLibxml2().toString()).toBe(before)
        } finally {
          tree.dispose()
        }
      }),
      { numRuns: 600 },
    )
  })

  it('finds namespaces that only ancestors declare', () => {
    const tree = parseXml(
      Buffer.from(
        '<r xmlns="urn:d" xmlns:a="urn:a" xmlns:u="urn:u"><a:b a:c="1"><d/></a:b><e/></r>',
      ),
      soapLimits,
    )
    const [b] = tree.root.elements()
    expect(Buffer.from(canonicalize(b!)).toString()).toBe(
      '<a:b xmlns:a="urn:a" a:c="1"><d xmlns="urn:d"></d></a:b>',
    )
    expect(Buffer.from(canonicalize(b!, ['u', '#default'])).toString()).toBe(
      '<a:b xmlns="urn:d" xmlns:a="urn:a" xmlns:u="urn:u" a:c="1"><d></d></a:b>',
    )
    tree.dispose()
  })

  it('throws where there is no canonical form, and leaves the tree as it was', () => {
    const xml = '<r><a xmlns:p="../relative"><p:b/></a><c/></r>'
    const tree = new XmlTree(XmlDocument.fromString(xml))
    const [a, c] = tree.root.elements()
    expect(() => canonicalize(a!)).toThrow(new GatewayError('XML_MALFORMED', 'no canonical form'))
    expect(Buffer.from(canonicalize(c!)).toString()).toBe('<c></c>')
    expect(tree.root.toLibxml2().toString()).toContain('<c/>')
    tree.dispose()
  })

  it('gives more than one buffer of output whole', () => {
    const xml = `<r><a>${'<b c="d">text &amp; more</b>'.repeat(3000)}</a></r>`
    const tree = parseXml(Buffer.from(xml), soapLimits)
    expect(Buffer.from(canonicalize(tree.root)).toString()).toBe(xml)
    tree.dispose()
  })

  it('leaves no memory behind', () => {
    const xml = Buffer.from(`<r>${'<a b="c">d</a>'.repeat(1000)}</r>`)
    const once = () => {
      const tree = parseXml(xml, soapLimits)
      canonicalize(tree.root, ['x'])
      tree.dispose()
    }
    for (let i = 0; i < 50; i += 1) once()
    const before = process.memoryUsage().external
    for (let i = 0; i < 300; i += 1) once()
    expect(process.memoryUsage().external - before).toBeLessThan(10e6)
  })
})
