/**
 * A strict reader (and small writer) of DER (X.690 §10): definite minimal lengths, low tag numbers, minimal integers, no byte left unread.
 * Whatever is not DER throws `DerError`; each border (certificate, CRL, CMS) turns it into its own refusal.
 */

/** The bytes are no DER, or not of the expected form. */
export class DerError extends Error {
  override readonly name = 'DerError'
}

/** Universal tags as they stand in the first octet; constructed where the type is. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

/** Context tag `[n]`, primitive or constructed. */
export const context = (number: number, form: 'primitive' | 'constructed'): number =>
  0x80 | number | (form === 'constructed' ? 0x20 : 0)

/** One tag-length-value. */
export interface Tlv {
  readonly tag: number
  readonly content: Uint8Array
  /** tag, length and content */
  readonly bytes: Uint8Array
}

/** Reads the TLVs of a content one after another; `finish` refuses what was not read. */
export class DerReader {
  readonly #bytes: Uint8Array
  #offset = 0

  constructor(content: Uint8Array) {
    this.#bytes = content
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length
  }

  /** The next tag; undefined at the end. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#offset]
  }

  next(): Tlv {
    const bytes = this.#bytes
    const start = this.#offset
    const tag = bytes[start]
    const first = bytes[start + 1]
    if (tag === undefined || first === undefined) throw new DerError('truncated')
    if ((tag & 0x1f) === 0x1f) throw new DerError('tag number above 30')
    let header = 2
    let length = first
    if (first >= 0x80) {
      const octets = first & 0x7f
      if (octets === 0 || octets > 4) throw new DerError('indefinite or oversized length')
      header = 2 + octets
      length = 0
      for (let index = 2; index < header; index++)
        length = length * 256 + (bytes[start + index] ?? Number.NaN)
      if (!(length >= 0x80) || bytes[start + 2] === 0) throw new DerError('length not minimal')
    }
    const end = start + header + length
    if (end > bytes.length) throw new DerError('truncated')
    this.#offset = end
    return {
      tag,
      content: bytes.subarray(start + header, end),
      bytes: bytes.subarray(start, end),
    }
  }

  /** The next TLV, which must have this tag. */
  read(tag: number): Tlv {
    if (this.nextTag !== tag) throw new DerError(`tag ${this.nextTag ?? 'none'} instead of ${tag}`)
    return this.next()
  }

  /** The next TLV if it has this tag. */
  optional(tag: number): Tlv | undefined {
    return this.nextTag === tag ? this.next() : undefined
  }

  /** A reader of the content of the next TLV. */
  open(tag: number): DerReader {
    return new DerReader(this.read(tag).content)
  }

  finish(): void {
    if (!this.isAtEnd) throw new DerError('more than expected')
  }
}

/** The one TLV that the bytes are, with this tag. */
export function readOne(bytes: Uint8Array, tag: number): Tlv {
  const reader = new DerReader(bytes)
  const tlv = reader.read(tag)
  reader.finish()
  return tlv
}

/** All elements of a SEQUENCE OF or SET OF content, at least one. */
export function readElements<Element>(
  content: Uint8Array,
  readElement: (reader: DerReader) => Element,
): Element[] {
  const reader = new DerReader(content)
  const elements = []
  do elements.push(readElement(reader))
  while (!reader.isAtEnd)
  return elements
}

/** Reads a SEQUENCE and refuses fields that `readFields` left over. */
export function readSequence<Value>(
  reader: DerReader,
  readFields: (fields: DerReader) => Value,
): Value {
  const fields = reader.open(tags.sequence)
  const value = readFields(fields)
  fields.finish()
  return value
}

/** Content of an INTEGER in two's complement, minimal. */
export function readInteger({ content }: Tlv): Uint8Array {
  const [first, second] = content
  if (first === undefined) throw new DerError('empty integer')
  if (second !== undefined && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80))
    throw new DerError('integer not minimal')
  return content
}

/** A non-negative INTEGER that fits four octets. */
export function readSmallInteger(tlv: Tlv): number {
  const content = readInteger(tlv)
  if ((content[0] ?? 0) >= 0x80 || content.length > 4) throw new DerError('integer out of range')
  return content.reduce((value, octet) => value * 256 + octet, 0)
}

export function readBoolean({ content }: Tlv): boolean {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff))
    throw new DerError('boolean not DER')
  return content[0] === 0xff
}

/** BOOLEAN DEFAULT FALSE. An encoded default is no DER, yet CAs write it (`cA FALSE`): taken, it changes nothing. */
export function readOptionalBoolean(reader: DerReader, tag: number): boolean {
  const tlv = reader.optional(tag)
  return tlv !== undefined && readBoolean(tlv)
}

/** An OBJECT IDENTIFIER in dots; at most 32 arcs below 2^32. */
export function readOid({ content }: Tlv): string {
  const arcs: number[] = []
  let arc = 0
  for (const [index, octet] of content.entries()) {
    if (arc === 0 && octet === 0x80) throw new DerError('object identifier not minimal')
    arc = arc * 128 + (octet & 0x7f)
    if (arc > 0xffffffff || arcs.length > 32) throw new DerError('object identifier too large')
    if (octet < 0x80) {
      arcs.push(arc)
      arc = 0
    } else if (index === content.length - 1) throw new DerError('object identifier truncated')
  }
  const [first, ...rest] = arcs
  if (first === undefined) throw new DerError('empty object identifier')
  const root = Math.min(Math.floor(first / 40), 2)
  return [root, first - root * 40, ...rest].join('.')
}

/** A BIT STRING of whole octets (keys, signatures). */
export function readOctetBits({ content }: Tlv): Uint8Array {
  if (content[0] !== 0) throw new DerError('bit string not of whole octets')
  return content.subarray(1)
}

/** A BIT STRING of named bits as a number; bit 0 of the ASN.1 type is 1, bit 1 is 2 and so on (at most 16 bits). */
export function readNamedBits({ content }: Tlv): number {
  const [unused, ...octets] = content
  if (
    unused === undefined ||
    unused > 7 ||
    octets.length > 2 ||
    (octets.length === 0 && unused > 0)
  )
    throw new DerError('named bits malformed')
  const last = octets.at(-1) ?? 0
  if ((last & ((1 << unused) - 1)) !== 0) throw new DerError('unused bits set')
  let bits = 0
  for (let index = 0; index < octets.length * 8; index++) {
    const octet = octets[index >> 3] ?? 0
    if ((octet & (0x80 >> (index & 7))) !== 0) bits |= 1 << index
  }
  return bits
}

/** UTCTime or GeneralizedTime in the forms of RFC 5280 §4.1.2.5 (seconds, `Z`); UTC ms. */
export function readTime(tlv: Tlv): number {
  const text = latin1(tlv.content)
  const isUtc = tlv.tag === tags.utcTime
  if (!isUtc && tlv.tag !== tags.generalizedTime) throw new DerError('no time')
  if (!(isUtc ? /^\d{12}Z$/ : /^\d{14}Z$/).test(text)) throw new DerError('time malformed')
  const century = isUtc ? (Number(text.slice(0, 2)) >= 50 ? '19' : '20') : ''
  const digits = `${century}${text}`
  const iso = digits.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6.000Z')
  const timeMs = Date.parse(iso)
  if (Number.isNaN(timeMs) || new Date(timeMs).toISOString() !== iso)
    throw new DerError('time does not exist')
  return timeMs
}

/** One TLV in DER: tag and the concatenated contents. */
export function writeTlv(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents)
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content])
  const hex = content.length.toString(16)
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content])
}

/** Octets as characters U+0000 to U+00FF. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** Lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')
}

/** Whether two byte strings are the same (no secret in them). */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

const nestingMax = 32
const valuesMax = 20_000

/** Walks constructed TLVs to the leaves: refuses BER below what is read, deep nesting and very many TLVs. */
export function checkDer(bytes: Uint8Array): void {
  let budget = valuesMax
  const walk = (content: Uint8Array, depth: number): void => {
    if (depth > nestingMax) throw new DerError('nested too deep')
    const reader = new DerReader(content)
    while (!reader.isAtEnd) {
      if (--budget < 0) throw new DerError('too many values')
      const { tag, content: inner } = reader.next()
      if ((tag & 0x20) !== 0) walk(inner, depth + 1)
    }
  }
  walk(bytes, 0)
}
