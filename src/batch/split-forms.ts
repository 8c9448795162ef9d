import { SaxesParser } from 'saxes'
import { asGatewayError } from '../base/errors.ts'
import { parseXml } from '../xml/parse.ts'
import type { XmlLimits } from '../xml/scan.ts'
import { SetRefusal } from './refusal.ts'
import { forms, schemaNames, type Purpose } from './forms.ts'

/** One declaration cut out of a file, as a document of its own: the root's start tag, the form, the root's end tag. */
export interface FormSlice {
  /** place among the forms of the file, from 1 */
  readonly ordinal: number
  readonly bytes: Uint8Array
  /** e.g. `Dimona_20231.xsd`: what the root names, known here */
  readonly schema: string
}

/** Longest form with what stands before it, in UTF-16 units: the memory that a file of any size takes. */
const formLengthMax = 128 * 1024

/** Limits of one form document. */
export const formLimits: XmlLimits = {
  sizeBytesMax: 4 * formLengthMax,
  depthMax: 16,
  elementsMax: 500,
  attributesPerElementMax: 8,
  attributeValueBytesMax: 1024,
  nameBytesMax: 64,
  namespaceDeclarationsMax: 16,
}

const xsi = 'http://www.w3.org/2001/XMLSchema-instance'

/**
 * Cuts a declaration file into its forms while it streams; memory does not grow with the file. saxes only finds where a form
 * ends and proves that the whole file is well formed: what a form says is read by the one strict parse of the slice.
 * Throws SetRefusal: 102 syntax or DOCTYPE, 138 not UTF-8, 089 root, 136 no schema named, 088 schema unknown, 205 something
 * other than a form, 157 no form at all, 184 form too large.
 */
export async function* splitForms(
  chunks: AsyncIterable<Uint8Array>,
  purpose: Purpose,
): AsyncGenerator<FormSlice> {
  // the byte order mark stays, so that a second one is seen as content
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const splitter = new Splitter(purpose)
  for await (const chunk of chunks) yield* splitter.write(decode(decoder, chunk))
  yield* splitter.write(decode(decoder, undefined))
  splitter.end()
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array | undefined): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch {
    throw new SetRefusal('XML_ENCODING')
  }
}

class Splitter {
  readonly #purpose: Purpose
  readonly #parser = new SaxesParser()
  /** text not yet cut, and where it begins in the file */
  #pending = ''
  #pendingAt = 0
  #depth = 0
  #head = ''
  #rootName = ''
  #schema = ''
  #ordinal = 0
  #ready: FormSlice[] = []

  constructor(purpose: Purpose) {
    this.#purpose = purpose
    const parser = this.#parser
    parser.on('error', () => {
      throw new SetRefusal('XML_MALFORMED')
    })
    parser.on('doctype', () => {
      throw new SetRefusal('XML_DOCTYPE')
    })
    parser.on('opentag', ({ name }) => this.#open(name))
    parser.on('closetag', () => this.#close())
    parser.on('text', (text) => this.#between(text))
    parser.on('cdata', (text) => this.#between(text))
  }

  write(text: string): FormSlice[] {
    this.#pending += text
    this.#parser.write(text)
    if (this.#pending.length > formLengthMax + text.length) throw new SetRefusal('XML_LIMIT')
    const ready = this.#ready
    this.#ready = []
    return ready
  }

  end(): void {
    this.#parser.close()
    if (this.#ordinal === 0) throw new SetRefusal('CONTRACT_INVALID', { code: '157' })
  }

  /** The text up to where the parser stands now, taken off what is pending. */
  #cut(): string {
    const length = this.#parser.position - this.#pendingAt
    if (length > formLengthMax) throw new SetRefusal('XML_LIMIT')
    const text = this.#pending.slice(0, length)
    this.#pending = this.#pending.slice(length)
    this.#pendingAt += length
    return text
  }

  #open(name: string): void {
    this.#depth += 1
    if (this.#depth === 1) {
      this.#head = this.#cut()
      this.#rootName = name
      this.#schema = schemaOf(this.#head.replace(/\/>$/, '>') + `</${name}>`, this.#purpose)
    } else if (this.#depth === 2 && name !== forms[this.#purpose].form) {
      throw new SetRefusal('CONTRACT_INVALID', { code: '205' })
    }
  }

  #close(): void {
    this.#depth -= 1
    if (this.#depth !== 1) return
    this.#ordinal += 1
    this.#ready.push({
      ordinal: this.#ordinal,
      bytes: Buffer.from(`${this.#head}${this.#cut()}</${this.#rootName}>`),
      schema: this.#schema,
    })
  }

  #between(text: string): void {
    if (this.#depth === 1 && /[^ \t\r\n]/.test(text))
      throw new SetRefusal('CONTRACT_INVALID', { code: '205' })
  }
}

/** The schema that an empty document with the root's start tag names. */
function schemaOf(document: string, purpose: Purpose): string {
  const tree = parseHead(document)
  try {
    const { root } = tree
    if (!root.is('', forms[purpose].root)) throw new SetRefusal('CONTRACT_INVALID', { code: '089' })
    const named = root.attribute(xsi, 'noNamespaceSchemaLocation')
    if (named === undefined) throw new SetRefusal('CONTRACT_INVALID', { code: '136' })
    const schema = schemaNames(purpose).find((name) => name === named)
    if (schema === undefined) throw new SetRefusal('CONTRACT_INVALID', { code: '088' })
    return schema
  } finally {
    tree.dispose()
  }
}

function parseHead(document: string) {
  try {
    return parseXml(Buffer.from(document), formLimits)
  } catch (error) {
    throw new SetRefusal(asGatewayError(error).code)
  }
}
