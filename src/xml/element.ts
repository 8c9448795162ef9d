/**
 * A request as a plain value, read from the one strict parse; the libxml2 document behind it is disposed by then.
 * Text is the whole text of the element, never of its first node; comments and processing instructions never get here.
 */
export interface XmlElement {
  /** empty string when the element is in no namespace */
  readonly namespace: string
  readonly name: string
  /** attributes in no namespace, by name */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** text of an element without children; empty string when there are children */
  readonly text: string
}

/** The first child with this local name in no namespace; undefined when absent. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name && child.namespace === '')
}

/** All children with this local name in no namespace. */
export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name && child.namespace === '')
}

/** The text of a child; undefined when the child is absent. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return childOf(element, name)?.text
}
