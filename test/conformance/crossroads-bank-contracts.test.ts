import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { XmlDocument, XmlElement } from 'libxml2-wasm'
import { describe, expect, it } from 'vitest'

/** The published contracts as outlines (notation: README beside them); our XSD files are read back into the same notation. */
const outlines = resolve(import.meta.dirname, '../../../shared/facts/crossroads-bank/contracts')
const schemas = resolve(import.meta.dirname, '../../schemas')

function elementsAt(element: XmlElement, xpath: string): readonly XmlElement[] {
  return element.find(xpath).filter((node) => node instanceof XmlElement)
}

const childrenOf = (element: XmlElement) => elementsAt(element, '*')

const attribute = (element: XmlElement, name: string) => element.attr(name)?.value

/** `xs:` stays, the schema's own prefix goes. */
function typeName(text = ''): string {
  return text.startsWith('xs:') ? text : text.replace(/^\w+:/, '')
}

function facetsOf(restriction: XmlElement): string {
  const facets = childrenOf(restriction).map(({ name }) => name)
  const values = childrenOf(restriction).map((facet) => attribute(facet, 'value') ?? '')
  if (facets.length === 0) return ''
  if (facets[0] === 'enumeration') {
    return ` {enum ${values.map((value) => `"${value}"`).join(' | ')}}`
  }
  const written = facets.map((facet, index) =>
    facet === 'pattern' ? `pattern "${values[index]!}"` : `${facet} ${values[index]!}`,
  )
  return ` {${written.join('; ')}}`
}

function occurs(element: XmlElement): string {
  const min = attribute(element, 'minOccurs') ?? '1'
  const max = (attribute(element, 'maxOccurs') ?? '1').replace('unbounded', '*')
  return min === '1' && max === '1' ? '' : ` [${min}..${max}]`
}

/** Lines of what stands inside a type, two blanks a level. */
function inside(element: XmlElement, indent: string): readonly string[] {
  return childrenOf(element).flatMap((child) => {
    switch (child.name) {
      case 'element': {
        const [simple] = elementsAt(child, '*/*')
        const type = simple
          ? `${typeName(attribute(simple, 'base'))}${facetsOf(simple)}`
          : typeName(attribute(child, 'type'))
        return [`${indent}${attribute(child, 'name')!} : ${type}${occurs(child)}`]
      }
      case 'simpleContent': {
        const [extension] = childrenOf(child)
        const base = typeName(attribute(extension!, 'base'))
        return [`${indent}extends ${base} (simpleContent)`, ...inside(extension!, indent)]
      }
      case 'attribute':
        return [`${indent}@${attribute(child, 'name')!} : ${typeName(attribute(child, 'type'))}`]
      default:
        return [`${indent}<${child.name}>`, ...inside(child, `${indent}  `)]
    }
  })
}

/** The declarations of a schema in the notation of the outlines. */
function outlineOf(path: string): readonly string[] {
  using document = XmlDocument.fromString(readFileSync(resolve(schemas, path), 'utf8'))
  return childrenOf(document.root).flatMap((child) => {
    const name = attribute(child, 'name') ?? ''
    switch (child.name) {
      case 'simpleType': {
        const [restriction] = childrenOf(child)
        const base = typeName(attribute(restriction!, 'base'))
        return [`SIMPLE ${name} = ${base}${facetsOf(restriction!)}`]
      }
      case 'element':
        return [`ELEMENT ${name} : ${attribute(child, 'type')!}`]
      case 'import':
        return []
      default: {
        const [model] = childrenOf(child)
        const content = model?.name === 'sequence' ? inside(model, '  ') : inside(child, '  ')
        const abstract = attribute(child, 'abstract') === 'true' ? ' abstract' : ''
        return [`${child.name === 'group' ? 'GROUP' : 'TYPE'} ${name}${abstract}`, ...content]
      }
    }
  })
}

/** One part of an outline file, remarks and head left out. */
function publishedOutline(file: string, part: string): readonly string[] {
  const text = readFileSync(resolve(outlines, file), 'utf8')
  const body = text.split(`==== ${part}`)[1]!.split('\n==== ')[0]!
  return body
    .split('\n')
    .map((line) => line.replace(/ {3}-- .*$/, '').trimEnd())
    .filter((line) => /^(SIMPLE|TYPE|GROUP|ELEMENT| {2}\S| {4})/.test(line))
    .filter((line) => !/^ {7}/.test(line))
}

const parts = [
  ['common/v3/CommonV3.xsd', 'common-v3.txt', 'CommonV3.xsd'],
  [
    'TestConnectionServiceService/v1/TestConnectionServiceV1.xsd',
    'test-connection-service-v1.txt',
    'TestConnectionServiceV1.xsd',
  ],
  [
    'TestConnectionServiceService/v1/TestConnectionServiceService.xsd',
    'test-connection-service-v1.txt',
    'inline schema of the WSDL',
  ],
] as const

describe('contracts of the Crossroads Bank', () => {
  it('are, line by line, the published ones', () => {
    if (!existsSync(outlines)) {
      console.log('contracts of the Crossroads Bank: no shared folder, nothing compared')
      return
    }
    let lines = 0
    for (const [path, file, part] of parts) {
      const published = publishedOutline(file, part)
      expect(outlineOf(path)).toEqual(published)
      lines += published.length
    }
    console.log(
      `contracts of the Crossroads Bank: ${parts.length} schemas, ${lines} of ${lines} lines equal`,
    )
  })
})
