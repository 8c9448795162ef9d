import { ParseOption, XmlC14NMode, XmlDocument, XmlElement } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'
import { GatewayError } from '../../src/base/errors.ts'
import { canonicalize } from '../../src/xml/canonicalize.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { type XmlNode, XmlTree } from '../../src/xml/tree.ts'
import { hasVectors, readManifest, readVector } from './shared-vectors.ts'

const limits = { ...soapLimits, sizeBytesMax: 10_000_000 }

describe.runIf(hasVectors('xmlconf-not-wf'))('W3C/OASIS XML conformance, not well-formed', () => {
  it('refuses every document', () => {
    const cases = readManifest('xmlconf-not-wf') as readonly {
      id: string
      file: string
      doctype: boolean
    }[]
    const verdicts = cases.map(({ file }) => {
      try {
        parseXml(readVector('xmlconf-not-wf', file), limits).dispose()
        return 'accepted'
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error
        return error.code
      }
    })
    const refused = verdicts.filter((verdict) => verdict !== 'accepted').length
    const parser = cases.filter(({ doctype }) => !doctype).length
    console.log(
      `conformance xmlconf-not-wf: ${refused} of ${cases.length} refused (${parser} without DOCTYPE)`,
    )
    expect(cases.filter((_, i) => verdicts[i] === 'accepted')).toEqual([])
    expect(cases).toHaveLength(506)
  })
})

interface Pair {
  readonly input: string
  readonly expected: string | null
  readonly algorithm: string
  readonly apex: string
  readonly libxml2: 'equal' | 'throws' | 'not run'
}

const excC14n = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const folder = 'xmldsig-santuario/c14n'
const dsig = { ds: 'http://www.w3.org/2000/09/xmldsig#' }

/** Some published inputs have a DOCTYPE with default attributes; the gateway's own parse refuses them. */
const withDtd: ParseOption =
  ParseOption.XML_PARSE_NOENT | ParseOption.XML_PARSE_DTDATTR | ParseOption.XML_PARSE_NO_XXE

interface Job {
  readonly element: XmlElement
  readonly algorithm: string
  readonly prefixes: string[]
}

const prefixesAt = (element: XmlElement) =>
  (element.get("*[local-name()='InclusiveNamespaces']/@PrefixList")?.content ?? '')
    .split(/\s+/)
    .filter((prefix) => prefix !== '')

function elementOf(found: unknown, what: string): XmlElement {
  if (!(found instanceof XmlElement)) throw new Error(`no ${what}`)
  return found
}

function jobOf(pair: Pair, document: XmlDocument): Job {
  const { apex, algorithm } = pair
  if (apex === 'document') return { element: document.root, algorithm, prefixes: [] }
  const named = /^element (?:\{(.*)\})?(\w+)$/.exec(apex)
  if (named !== null) {
    const path = `//*[local-name()='${named[2]!}'${named[1] === undefined ? '' : ` and namespace-uri()='${named[1]}'`}]`
    return { element: elementOf(document.get(path), apex), algorithm, prefixes: [] }
  }
  if (apex === 'SignedInfo') {
    const element = elementOf(document.get('//ds:SignedInfo', dsig), apex)
    const method = elementOf(element.get('ds:CanonicalizationMethod', dsig), apex)
    return { element, algorithm: method.attr('Algorithm')!.value, prefixes: prefixesAt(method) }
  }
  const number = /^Reference (\d)/.exec(apex)![1]!
  const reference = elementOf(document.get(`//ds:SignedInfo/ds:Reference[${number}]`, dsig), apex)
  const id = /'(.*)'/.exec(reference.attr('URI')!.value)![1]!
  const transform = elementOf(reference.get('ds:Transforms/ds:Transform', dsig), apex)
  return {
    element: elementOf(document.get(`//*[@Id='${id}']`), id),
    algorithm,
    prefixes: prefixesAt(transform),
  }
}

/** The same element as the gateway's own tree has it. */
function ourNode(tree: XmlTree, element: XmlElement): XmlNode {
  const search = (node: XmlNode): XmlNode | undefined =>
    node.toLibxml2().isSameNode(element)
      ? node
      : node
          .elements()
          .map(search)
          .find((found) => found !== undefined)
  return search(tree.root)!
}

describe.runIf(hasVectors(folder))('canonicalization', () => {
  it('gives the published bytes for every pair, and fails where it must', () => {
    const pairs = readManifest(folder) as readonly Pair[]
    const run = pairs.filter(({ libxml2 }) => libxml2 !== 'not run')
    let equal = 0
    let byUs = 0
    for (const pair of run) {
      const document = XmlDocument.fromBuffer(readVector(folder, pair.input), { option: withDtd })
      try {
        if (pair.expected === null) {
          expect(() => document.canonicalizeToString()).toThrow()
          expect(() => parseXml(readVector(folder, pair.input), limits)).toThrow(GatewayError)
          continue
        }
        const expected = readVector(folder, pair.expected).toString()
        const { element, algorithm, prefixes } = jobOf(pair, document)
        const exclusive = algorithm.startsWith(excC14n)
        const options = {
          mode: exclusive ? XmlC14NMode.XML_C14N_EXCLUSIVE_1_0 : XmlC14NMode.XML_C14N_1_0,
          inclusiveNamespacePrefixes: prefixes,
          withComments: algorithm.endsWith('#WithComments'),
        }
        const whole = pair.apex === 'document'
        const result = (whole ? document : element).canonicalizeToString(options)
        expect(result, `${pair.input} → ${pair.expected}`).toBe(expected)
        equal += 1
        if (exclusive && !expected.includes('<!--')) {
          const ours = canonicalize(ourNode(new XmlTree(document), element), prefixes)
          expect(Buffer.from(ours).toString(), pair.expected).toBe(expected)
          byUs += 1
        }
      } finally {
        document.dispose()
      }
    }
    console.log(
      `conformance c14n: ${equal} of ${run.filter(({ expected }) => expected !== null).length} pairs equal (${byUs} exclusive ones also by our own call), 1 of 1 relative namespace refused, ${pairs.length - run.length} outside (node sets, DTD)`,
    )
    expect(equal).toBe(28)
    expect(byUs).toBeGreaterThan(8)
  })
})
