import { XmlDocument } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { parseXml } from '../../src/xml/parse.ts'
import { readElement } from '../../src/xml/read-element.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import type { XmlTree } from '../../src/xml/tree.ts'

function withTree<T>(document: string, act: (tree: XmlTree) => T): T {
  const tree = parseXml(Buffer.from(document), soapLimits)
  try {
    return act(tree)
  } finally {
    tree.dispose()
  }
}

describe('XmlTree', () => {
  it('reads names, namespaces, attributes and text', () => {
    withTree(
      '<?pi x?><p:a xmlns:p="urn:p" xmlns="urn:d" p:x="1&#10;&amp;é" y="2"><b>één<!-- c --> twee<![CDATA[ <3>]]></b><c xmlns=""/></p:a>',
      (tree) => {
        const { root } = tree
        expect([root.namespace, root.prefix, root.name]).toEqual(['urn:p', 'p', 'a'])
        expect(root.is('urn:p', 'a')).toBe(true)
        expect(root.is('', 'a')).toBe(false)
        expect(root.attributes()).toEqual([
          { namespace: 'urn:p', name: 'x', value: '1\n&é' },
          { namespace: '', name: 'y', value: '2' },
        ])
        expect(root.attribute('urn:p', 'x')).toBe('1\n&é')
        expect(root.attribute('', 'x')).toBeUndefined()
        const [b, c] = root.elements()
        expect([b!.namespace, b!.prefix, b!.text]).toEqual(['urn:d', '', 'één twee <3>'])
        expect([b!.soleText, c!.soleText]).toEqual([undefined, ''])
        expect([c!.namespace, c!.name]).toEqual(['', 'c'])
        expect([root.hasOnlyElements, b!.hasOnlyElements]).toEqual([true, false])
        expect(b!.parent?.isSameAs(root)).toBe(true)
        expect(b!.isSameAs(c!)).toBe(false)
        expect(root.parent).toBeUndefined()
      },
    )
  })

  it('agrees with the public API of libxml2-wasm on a larger document', () => {
    const item = (i: number) =>
      `<q:i${i} a="${i}" q:b="ß${i}"><v>${'waarde '.repeat(i % 40)}</v></q:i${i}>`
    const xml = `<r xmlns:q="urn:q">${Array.from({ length: 600 }, (_, i) => item(i)).join('\n')}</r>`
    const document = XmlDocument.fromBuffer(Buffer.from(xml))
    withTree(xml, (tree) => {
      for (const element of tree.root.elements()) {
        const other = document.get(`/r/*[${Number(element.name.slice(1)) + 1}]`)!
        expect(element.toLibxml2().name).toBe(element.name)
        expect(element.toLibxml2().toString()).toBe((other as { toString(): string }).toString())
        expect(element.elements()[0]!.text).toBe(other.content)
      }
    })
    document.dispose()
  })

  it('gives nothing after dispose', () => {
    const tree = parseXml(Buffer.from('<a><b/></a>'), soapLimits)
    const { root } = tree
    tree.dispose()
    tree.dispose()
    for (const use of [
      () => root.name,
      () => root.elements(),
      () => tree.root,
      () => readElement(root),
    ])
      expect(use).toThrow(new TypeError('XML tree used after dispose'))
  })

  it('still reads after the memory of the parser has grown', () => {
    withTree('<a><b>text</b></a>', (tree) => {
      const huge = `<x>${'<y/>'.repeat(400_000)}</x>`
      const other = parseXml(Buffer.from(huge), {
        ...soapLimits,
        sizeBytesMax: 4e6,
        elementsMax: 1e6,
      })
      expect(tree.root.elements()[0]!.text).toBe('text')
      other.dispose()
    })
  })
})

describe('readElement', () => {
  it('gives a plain value without comments, white space and attributes in a namespace', () => {
    const value = withTree(
      '<a xmlns="urn:a" xmlns:w="urn:w" w:Id="x" id="1"> <b xmlns="">85<!-- no -->07</b> <c xmlns="" n="v"/> </a>',
      (tree) => readElement(tree.root),
    )
    expect(value).toEqual({
      namespace: 'urn:a',
      name: 'a',
      attributes: new Map([['id', '1']]),
      text: '',
      children: [
        { namespace: '', name: 'b', attributes: new Map(), children: [], text: '8507' },
        { namespace: '', name: 'c', attributes: new Map([['n', 'v']]), children: [], text: '' },
      ],
    })
  })
})
