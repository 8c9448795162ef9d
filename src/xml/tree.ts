import type { XmlDocument, XmlElement as Libxml2Element } from 'libxml2-wasm'
import {
  contentOf,
  documentPointer,
  firstAttributeOf,
  firstChildOf,
  nameAddressOf,
  nameAt,
  namespaceNameOf,
  namespaceOf,
  nextOf,
  nodeType,
  parentOf,
  type Pointer,
  prefixOf,
  publicElement,
  typeOf,
  valueOf,
} from './libxml2.ts'

/** The one parsed document of a message. Whoever parsed it disposes it, before the first await. */
export class XmlTree {
  readonly #document: XmlDocument
  readonly #names = new Map<Pointer, string>()
  readonly #namespaces = new Map<Pointer, string>()
  #disposed = false

  constructor(document: XmlDocument) {
    this.#document = document
  }

  get root(): XmlNode {
    let node = firstChildOf(this.pointer)
    while (typeOf(node) !== nodeType.element) node = nextOf(node)
    return new XmlNode(this, node)
  }

  /** Frees the libxml2 document; every node of this tree is unusable from then on (TypeError). */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    this.#document.dispose()
  }

  /** The libxml2 document; every reading passes here, so that freed memory is never read. */
  get pointer(): Pointer {
    if (this.#disposed) throw new TypeError('XML tree used after dispose')
    return documentPointer(this.#document)
  }

  /** Whether the tree may still be read; the cheap form of `pointer` for each node access. */
  checkUsable(): void {
    if (this.#disposed) throw new TypeError('XML tree used after dispose')
  }

  nameOf(node: Pointer): string {
    const address = nameAddressOf(node)
    let name = this.#names.get(address)
    if (name === undefined) {
      name = nameAt(address)
      this.#names.set(address, name)
    }
    return name
  }

  namespaceNameOf(node: Pointer): string {
    const namespace = namespaceOf(node)
    if (namespace === 0) return ''
    let name = this.#namespaces.get(namespace)
    if (name === undefined) {
      name = namespaceNameOf(namespace)
      this.#namespaces.set(namespace, name)
    }
    return name
  }
}

export interface XmlAttribute {
  /** empty string when the attribute is in no namespace */
  readonly namespace: string
  readonly name: string
  readonly value: string
}

/** An element of a tree that is still open. Two handles of one element are equal by `isSameAs`, not by `===`. */
export class XmlNode {
  readonly tree: XmlTree
  readonly pointer: Pointer

  constructor(tree: XmlTree, pointer: Pointer) {
    tree.checkUsable()
    this.tree = tree
    this.pointer = pointer
  }

  /** namespace name; empty string when the element is in no namespace */
  get namespace(): string {
    this.tree.checkUsable()
    return this.tree.namespaceNameOf(this.pointer)
  }

  /** local name */
  get name(): string {
    this.tree.checkUsable()
    return this.tree.nameOf(this.pointer)
  }

  /** empty string when the element is written without prefix */
  get prefix(): string {
    this.tree.checkUsable()
    const namespace = namespaceOf(this.pointer)
    return namespace === 0 ? '' : prefixOf(namespace)
  }

  /** The element around this one; undefined for the root. */
  get parent(): XmlNode | undefined {
    this.tree.checkUsable()
    const parent = parentOf(this.pointer)
    return typeOf(parent) === nodeType.element ? new XmlNode(this.tree, parent) : undefined
  }

  is(namespace: string, name: string): boolean {
    return this.name === name && this.namespace === namespace
  }

  isSameAs(other: XmlNode): boolean {
    return this.pointer === other.pointer && this.tree === other.tree
  }

  /** Child elements in document order. */
  elements(): readonly XmlNode[] {
    this.tree.checkUsable()
    const elements: XmlNode[] = []
    for (let child = firstChildOf(this.pointer); child !== 0; child = nextOf(child)) {
      if (typeOf(child) === nodeType.element) elements.push(new XmlNode(this.tree, child))
    }
    return elements
  }

  /** Attributes in document order, without namespace declarations. */
  attributes(): readonly XmlAttribute[] {
    this.tree.checkUsable()
    const attributes: XmlAttribute[] = []
    for (let at = firstAttributeOf(this.pointer); at !== 0; at = nextOf(at))
      attributes.push({
        namespace: this.tree.namespaceNameOf(at),
        name: this.tree.nameOf(at),
        value: valueOf(at),
      })
    return attributes
  }

  /** The value of an attribute; undefined when absent. `namespace` is the empty string for none. */
  attribute(namespace: string, name: string): string | undefined {
    this.tree.checkUsable()
    for (let at = firstAttributeOf(this.pointer); at !== 0; at = nextOf(at)) {
      if (this.tree.nameOf(at) === name && this.tree.namespaceNameOf(at) === namespace)
        return valueOf(at)
    }
    return undefined
  }

  /** All character data directly in this element, CDATA included; text of child elements is not part of it. */
  get text(): string {
    this.tree.checkUsable()
    let text = ''
    for (let child = firstChildOf(this.pointer); child !== 0; child = nextOf(child)) {
      const type = typeOf(child)
      if (type === nodeType.text || type === nodeType.cdata) text += contentOf(child)
    }
    return text
  }

  /** The text when the element holds one text node or nothing: no CDATA, comment, instruction, child. Else undefined. */
  get soleText(): string | undefined {
    this.tree.checkUsable()
    const child = firstChildOf(this.pointer)
    if (child === 0) return ''
    if (typeOf(child) !== nodeType.text || nextOf(child) !== 0) return undefined
    return contentOf(child)
  }

  /** Whether there is nothing but elements and white space: no CDATA, comment, instruction or other text. */
  get hasOnlyElements(): boolean {
    this.tree.checkUsable()
    for (let child = firstChildOf(this.pointer); child !== 0; child = nextOf(child)) {
      const type = typeOf(child)
      if (type === nodeType.element) continue
      if (type !== nodeType.text || !/^[ \t\r\n]*$/.test(contentOf(child))) return false
    }
    return true
  }

  /** The same element in the public API of libxml2-wasm, for schema validation of this very tree. */
  toLibxml2(): Libxml2Element {
    this.tree.checkUsable()
    return publicElement(this.pointer)
  }
}
