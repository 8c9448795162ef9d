/** A schema read back into the notation of the outlines (shared/facts/crossroads-bank/README.md), one line a declaration. */
import { XmlDocument, XmlElement } from 'libxml2-wasm'

function elementsAt(element: XmlElement, xpath: string): readonly XmlElement[] {
  return element.find(xpath).filter((node) => node instanceof XmlElement)
}

const childrenOf = (element: XmlElement) =>
  elementsAt(element, '*').filter(({ name }) => name !== 'annotation')

const attribute = (element: XmlElement, name: string) => element.attr(name)?.value

/** Reads one schema; a type of its own namespace is told without prefix, as the outlines do. */
class OutlineReader {
  readonly #own: string | undefined

  constructor(root: XmlElement) {
    const tns = attribute(root, 'targetNamespace')
    this.#own = Object.entries(root.namespaces).find(([, uri]) => uri === tns)?.[0]
  }

  typeName(text = ''): string {
    const [prefix, name] = text.includes(':') ? text.split(':') : ['', text]
    return prefix === this.#own || prefix === '' ? name! : text
  }

  facets(restriction: XmlElement): string {
    const facets = childrenOf(restriction).map(({ name }) => name)
    const values = childrenOf(restriction).map((facet) => attribute(facet, 'value') ?? '')
    if (facets.length === 0) return ' {}'
    const written = facets.flatMap((facet, index) => {
      if (facet === 'enumeration') return []
      return facet === 'pattern' ? `pattern "${values[index]!}"` : `${facet} ${values[index]!}`
    })
    // they come last
    const enumerated = values.filter((_, index) => facets[index] === 'enumeration')
    if (enumerated.length > 0) {
      written.push(`enum ${enumerated.map((value) => `"${value}"`).join(' | ')}`)
    }
    return ` {${written.join('; ')}}`
  }

  /** Type of an element or attribute, with the facets that stand inside it. */
  #typeOf(element: XmlElement): string {
    const [restriction] = elementsAt(
      element,
      '*[local-name()="simpleType"]/*[local-name()="restriction"]',
    )
    return restriction
      ? `${this.typeName(attribute(restriction, 'base'))}${this.facets(restriction)}`
      : this.typeName(attribute(element, 'type'))
  }

  /** What stands inside an element, a model group or an extension, two blanks a level. */
  inside(element: XmlElement, indent: string): readonly string[] {
    return childrenOf(element).flatMap((child) => this.#particle(child, indent))
  }

  #particle(child: XmlElement, indent: string): readonly string[] {
    switch (child.name) {
      case 'element': {
        const tail = occurs(child) + constraints(child)
        const ref = attribute(child, 'ref')
        if (ref !== undefined) return [`${indent}ref ${this.typeName(ref)}${tail}`]
        const name = `${indent}${attribute(child, 'name')!}`
        const [complex] = elementsAt(child, '*[local-name()="complexType"]')
        if (complex === undefined) return [`${name} : ${this.#typeOf(child)}${tail}`]
        return [`${name} : (complex)${tail}`, ...this.content(complex, `${indent}  `)]
      }
      case 'any': {
        const contents = attribute(child, 'processContents') ?? 'strict'
        const namespace = attribute(child, 'namespace')!
        return [`${indent}<any namespace=${namespace} processContents=${contents}>${occurs(child)}`]
      }
      case 'group':
        return [`${indent}group ${this.typeName(attribute(child, 'ref'))}${occurs(child)}`]
      case 'attribute': {
        const required = attribute(child, 'use') === 'required' ? ' required' : ''
        const tail = required + constraints(child)
        return [`${indent}@${attribute(child, 'name')!} : ${this.#typeOf(child)}${tail}`]
      }
      default:
        return [`${indent}<${child.name}>${occurs(child)}`, ...this.inside(child, `${indent}  `)]
    }
  }

  /** Content of a complex type: a sequence that stands alone is not written, as the outlines have it. */
  content(type: XmlElement, indent: string): readonly string[] {
    const [model, ...rest] = childrenOf(type)
    if (model === undefined) return []
    if (model.name === 'simpleContent' || model.name === 'complexContent') {
      const [extension] = childrenOf(model)
      const kind = model.name === 'simpleContent' ? ' (simpleContent)' : ''
      const base = this.typeName(attribute(extension!, 'base'))
      return [`${indent}extends ${base}${kind}`, ...this.content(extension!, indent)]
    }
    const attributes = rest.flatMap((child) => this.#particle(child, indent))
    if (model.name !== 'sequence' || occurs(model) !== '') {
      return [...this.#particle(model, indent), ...attributes]
    }
    const particles = this.inside(model, indent)
    return particles.length === 0 && attributes.length === 0
      ? [`${indent}<empty sequence>`]
      : [...particles, ...attributes]
  }

  declaration(child: XmlElement): readonly string[] {
    const name = attribute(child, 'name') ?? ''
    switch (child.name) {
      case 'simpleType': {
        const [restriction] = childrenOf(child)
        const base = this.typeName(attribute(restriction!, 'base'))
        return [`SIMPLE ${name} = ${base}${this.facets(restriction!)}`]
      }
      case 'element':
        return this.#particle(child, '').map((line, index) =>
          index === 0 ? `ELEMENT ${line}` : line,
        )
      case 'import':
      case 'include':
        return []
      case 'group':
        return [`GROUP ${name}`, ...this.content(child, '  ')]
      default: {
        const abstract = attribute(child, 'abstract') === 'true' ? ' abstract' : ''
        return [`TYPE ${name}${abstract}`, ...this.content(child, '  ')]
      }
    }
  }
}

function occurs(element: XmlElement): string {
  const min = attribute(element, 'minOccurs') ?? '1'
  const max = (attribute(element, 'maxOccurs') ?? '1').replace('unbounded', '*')
  return min === '1' && max === '1' ? '' : ` [${min}..${max}]`
}

function constraints(element: XmlElement): string {
  const [value, block] = [attribute(element, 'default'), attribute(element, 'block')]
  return (
    (value === undefined ? '' : ` (default "${value}")`) +
    (attribute(element, 'nillable') === 'true' ? ' (nillable)' : '') +
    (block === undefined ? '' : ` (block ${block})`)
  )
}

/** Head and declarations of a schema: target namespace, forms and version first. */
export function outlineOfSchema(text: string): readonly string[] {
  using document = XmlDocument.fromString(text)
  const { root } = document
  const reader = new OutlineReader(root)
  const version = attribute(root, 'version')
  return [
    `SCHEMA targetNamespace="${attribute(root, 'targetNamespace')!}"`,
    `elementFormDefault=${attribute(root, 'elementFormDefault') ?? 'unqualified'} attributeFormDefault=${attribute(root, 'attributeFormDefault') ?? 'unqualified'}${version === undefined ? '' : ` version="${version}"`}`,
    ...childrenOf(root).flatMap((child) => reader.declaration(child)),
  ]
}

const declaration = /^(?:ELEMENT|TYPE|SIMPLE|GROUP)\b/

/** One part of an outline file in the same form: remarks, meanings of codes, imports and prefixes left out. */
export function publishedOutline(text: string, part: string): readonly string[] {
  const body = text.split(`\n==== ${part}`)[1]!.split('\n==== ')[0]!
  const lines: string[] = []
  for (const raw of body.split('\n').slice(1)) {
    const line = raw.replace(/ {3}-- .*$/, '').trimEnd()
    if (line.trim() === '' || line.trim() === '<no content>') continue
    if (line.trim().startsWith('|')) lines.push(`${lines.pop()!} ${line.trim()}`)
    else lines.push(line)
  }
  const found = lines.findIndex((line) => declaration.test(line))
  // a file that only includes others declares nothing
  const first = found === -1 ? lines.length : found
  const head = lines.slice(0, first).map((line) => line.trim())
  return [
    ...head.filter((line) => /^(?:SCHEMA|elementFormDefault)/.test(line)),
    ...lines
      .slice(first)
      .map((line) => line.replaceAll(/"\s+\((?:[^()]|\([^()]*\))*\)(?= \||\})/g, '"')),
  ]
}

/**
 * An older version of a schema that is told by its differences: what it lacks, and what differs or stands in it only. The order of
 * declarations is that of the newest, those of its own last.
 */
export function olderVersion(
  newest: readonly string[],
  text: string,
  part: string,
): readonly string[] {
  const body = text.split(`\n==== ${part} `)[1]!.split('\n==== ')[0]!
  const absent = /^absent here: (.*)$/m.exec(body)![1]!.split(', ')
  const own = body.split('different or only here:')[1]!.replaceAll(/^ {2}/gm, '')
  const differing = byName(declarationsOf(publishedOutline(`\n==== ${part}\n${own}`, part)))
  const [head, ...declarations] = declarationsOf(newest)
  const kept = byName(declarations.filter(([first]) => !absent.includes(nameOf(first!))))
  for (const [name, lines] of differing) kept.set(name, lines)
  const version = part.replace(/^version ([\d.]+).*$/, '$1')
  return [...head!.map((line) => line.replace(/ version=".*"$/, ` version="${version}"`)), ...[...kept.values()].flat()] // prettier-ignore
}

const nameOf = (line: string) => line.split(' ')[1]!
const byName = (declarations: readonly (readonly string[])[]) =>
  new Map(declarations.map((lines) => [nameOf(lines[0]!), lines]))

/** Lines in groups: what stands before the first declaration, if anything, then each declaration with its content. */
function declarationsOf(lines: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = []
  for (const line of lines) {
    if (groups.length === 0 || declaration.test(line)) groups.push([])
    groups.at(-1)!.push(line)
  }
  return groups
}
