/**
 * The one file that touches the inside of libxml2-wasm: its linear memory and its canonicalization call. Walking the tree
 * through the public API costs a JS object and several calls into wasm a node; here a node is read with a few array
 * accesses. Layouts are those of libxml2 2.15 on wasm32 (include/libxml/tree.h); the exact version of libxml2-wasm is pinned
 * and test/xml compares every reading with the public API.
 */
import type { XmlDocument } from 'libxml2-wasm'
import { XmlElement as Libxml2Element } from 'libxml2-wasm'
import * as libxml2 from 'libxml2-wasm/lib/libxml2.mjs'

const { allocCStringArray, free, xmlC14NExecute, XmlNodeSetStruct, xmlOutputBufferClose } = libxml2

interface OutputHandler {
  write: (chunk: Uint8Array) => number
  close: () => number
}

/** Marked internal by libxml2-wasm, so its declarations leave it out. */
const { xmlOutputBufferCreateIO } = libxml2 as unknown as {
  readonly xmlOutputBufferCreateIO: (handler: OutputHandler) => Pointer
}

/** The address of a libxml2 structure; 0 is none. Valid until its document is disposed. */
export type Pointer = number

/** xmlElementType, as far as a parsed document without DTD has it */
export const nodeType = { element: 1, text: 3, cdata: 4, instruction: 7, comment: 8 } as const

// xmlNode and xmlAttr share their first ten words
const TYPE = 4
const NAME = 8
const CHILDREN = 12
const PARENT = 20
const NEXT = 24
const NAMESPACE = 36
// xmlNode only
const CONTENT = 40
const PROPERTIES = 44
// xmlNs
const HREF = 8
const PREFIX = 12

const EXCLUSIVE_C14N_1_0 = 1

let words: Int32Array = new Int32Array(0)
let bytes: Buffer = Buffer.alloc(0)

/** The wasm memory is replaced when it grows; the old view then has no length. */
function memory(): Int32Array {
  if (words.length === 0) {
    const { buffer } = XmlNodeSetStruct.nodeTable(0, 0)
    words = new Int32Array(buffer)
    bytes = Buffer.from(buffer)
  }
  return words
}

function word(address: number): number {
  return memory()[address >> 2] ?? 0
}

function setWord(address: number, value: number): void {
  memory()[address >> 2] = value
}

function string(address: Pointer): string {
  if (address === 0) return ''
  memory()
  let end = address
  let seen = 0
  for (let byte = bytes[end]; byte !== undefined && byte !== 0; byte = bytes[end]) {
    seen |= byte
    end += 1
  }
  return bytes.toString(seen < 0x80 ? 'latin1' : 'utf8', address, end)
}

export const typeOf = (node: Pointer): number => word(node + TYPE)
export const firstChildOf = (node: Pointer): Pointer => word(node + CHILDREN)
export const parentOf = (node: Pointer): Pointer => word(node + PARENT)
export const nextOf = (node: Pointer): Pointer => word(node + NEXT)
export const firstAttributeOf = (element: Pointer): Pointer => word(element + PROPERTIES)
/** of an element or attribute; 0 when it is in no namespace */
export const namespaceOf = (node: Pointer): Pointer => word(node + NAMESPACE)
/** the address of the local name: libxml2 keeps each name of a document once, so equal names have equal addresses */
export const nameAddressOf = (node: Pointer): Pointer => word(node + NAME)
export const nameAt = string
export const contentOf = (node: Pointer): string => string(word(node + CONTENT))
export const namespaceNameOf = (namespace: Pointer): string => string(word(namespace + HREF))
export const prefixOf = (namespace: Pointer): string => string(word(namespace + PREFIX))

/** Attribute values are kept as text nodes below the attribute. */
export function valueOf(attribute: Pointer): string {
  let value = ''
  for (let text = firstChildOf(attribute); text !== 0; text = nextOf(text)) value += contentOf(text)
  return value
}

export function documentPointer(document: XmlDocument): Pointer {
  return (document as unknown as { readonly _ptr: Pointer })._ptr
}

/** The element as libxml2-wasm's own API has it, for schema validation. */
export function publicElement(element: Pointer): Libxml2Element {
  return new (Libxml2Element as unknown as new (pointer: Pointer) => Libxml2Element)(element)
}

/**
 * Exclusive C14N 1.0 without comments of one subtree. The element stands in as the only child of the document for the
 * duration of the call; its parent pointer stays, so that namespaces declared by ancestors are still found. Without a
 * visibility callback libxml2 never calls back into JavaScript a node.
 * Returns undefined when libxml2 reports failure.
 */
export function exclusiveC14n(
  document: Pointer,
  element: Pointer,
  prefixes: readonly string[],
): Buffer | undefined {
  const chunks: Buffer[] = []
  const output = xmlOutputBufferCreateIO({
    write: (chunk) => {
      chunks.push(Buffer.from(chunk))
      return chunk.byteLength
    },
    close: () => 0,
  })
  const prefixArray = prefixes.length === 0 ? 0 : allocCStringArray([...prefixes])
  const firstChild = word(document + CHILDREN)
  const sibling = word(element + NEXT)
  setWord(document + CHILDREN, element)
  setWord(element + NEXT, 0)
  let result: number
  let closed: number
  try {
    result = xmlC14NExecute(document, 0, 0, EXCLUSIVE_C14N_1_0, prefixArray, 0, output)
  } finally {
    setWord(document + CHILDREN, firstChild)
    setWord(element + NEXT, sibling)
    closed = xmlOutputBufferClose(output)
    if (prefixArray !== 0) free(prefixArray)
  }
  if (result < 0 || closed < 0) return undefined
  const [only] = chunks
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks)
}
