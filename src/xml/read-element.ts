import type { XmlElement } from './element.ts'
import {
  contentOf,
  firstAttributeOf,
  firstChildOf,
  nextOf,
  nodeType,
  type Pointer,
  typeOf,
  valueOf,
} from './libxml2.ts'
import type { XmlNode, XmlTree } from './tree.ts'

const noAttributes: ReadonlyMap<string, string> = new Map()
const noChildren: readonly XmlElement[] = []

/**
 * A subtree as a plain value that outlives its tree. Attributes in a namespace (xsi:type, wsu:Id) are left out: no contract
 * reads them. Text beside child elements is white space in every contract and is left out too.
 */
export function readElement(node: XmlNode): XmlElement {
  node.tree.checkUsable()
  return read(node.tree, node.pointer)
}

function read(tree: XmlTree, element: Pointer): XmlElement {
  let children: XmlElement[] | undefined
  let text = ''
  for (let child = firstChildOf(element); child !== 0; child = nextOf(child)) {
    const type = typeOf(child)
    if (type === nodeType.element) (children ??= []).push(read(tree, child))
    else if (type === nodeType.text || type === nodeType.cdata) text += contentOf(child)
  }
  return {
    namespace: tree.namespaceNameOf(element),
    name: tree.nameOf(element),
    attributes: readAttributes(tree, element),
    children: children ?? noChildren,
    text: children === undefined ? text : '',
  }
}

function readAttributes(tree: XmlTree, element: Pointer): ReadonlyMap<string, string> {
  let attributes: Map<string, string> | undefined
  for (let at = firstAttributeOf(element); at !== 0; at = nextOf(at)) {
    if (tree.namespaceNameOf(at) === '')
      (attributes ??= new Map()).set(tree.nameOf(at), valueOf(at))
  }
  return attributes ?? noAttributes
}
