import {
  context,
  DerError,
  type DerReader,
  latin1,
  readElements,
  readOid,
  tags,
  toHex,
} from './der.ts'
import type { Tlv } from './der.ts'

/** One attribute of a distinguished name. */
export interface NameAttribute {
  readonly oid: string
  /** the string in its exact form; undefined when the value is no string */
  readonly value: string | undefined
  readonly tlv: Tlv
}

/** A distinguished name. */
export interface Name {
  readonly der: Uint8Array
  readonly rdns: readonly (readonly NameAttribute[])[]
  /** each RDN in the form in which RFC 5280 §7.1 compares it */
  readonly comparable: readonly string[]
  /** the whole name in that form */
  readonly key: string
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text of a DirectoryString or IA5String; undefined for another type. */
function readString({ tag, content }: Tlv): string | undefined {
  switch (tag) {
    case tags.utf8String:
      try {
        return utf8.decode(content)
      } catch {
        throw new DerError('no UTF-8')
      }
    case tags.printableString:
    case tags.ia5String:
    case tags.teletexString:
      return latin1(content)
    case tags.bmpString:
    case tags.universalString:
      return readWideString(content, tag === tags.bmpString ? 2 : 4)
    default:
      return undefined
  }
}

function readWideString(content: Uint8Array, width: 2 | 4): string {
  if (content.length % width !== 0) throw new DerError('wide string truncated')
  const points: number[] = []
  for (let at = 0; at < content.length; at += width)
    points.push(content.subarray(at, at + width).reduce((point, octet) => point * 256 + octet, 0))
  if (points.some((point) => point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)))
    throw new DerError('no character')
  return String.fromCodePoint(...points)
}

/**
 * The form in which values are compared (§7.1): case ignored, compatibility forms folded, white space at the ends dropped
 * and inside taken as one space; the string type does not matter.
 */
function foldString(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}

/** What names are compared by: a string, or the DER of a value that is none. */
export type ComparableValue =
  { readonly value: string } | { readonly value: undefined; readonly tlv: Tlv }
export type ComparableAttribute = { readonly oid: string } & ComparableValue

function comparableAttribute(attribute: ComparableAttribute): string {
  const { oid, value } = attribute
  return value === undefined
    ? `${oid}#${toHex(attribute.tlv.bytes)}`
    : `${oid}=${foldString(value)}`
}

const comparableRdn = (rdn: readonly ComparableAttribute[]) =>
  JSON.stringify(rdn.map(comparableAttribute).sort())

/** The `key` of a name with these RDNs. */
export const comparableName = (rdns: readonly (readonly ComparableAttribute[])[]): string =>
  rdns.map(comparableRdn).join()

/** The comparable form of one RDN whose SET has this content. */
export const readRdnContent = (content: Uint8Array): string =>
  comparableRdn(readElements(content, readAttribute))

/** Reads a Name (RDNSequence), empty or not. */
export function readName(reader: DerReader): Name {
  const { bytes, content } = reader.read(tags.sequence)
  const rdns = content.length === 0 ? [] : readElements(content, readRdn)
  const comparable = rdns.map(comparableRdn)
  return { der: bytes, rdns, comparable, key: comparable.join() }
}

function readRdn(reader: DerReader): NameAttribute[] {
  return readElements(reader.read(tags.set).content, readAttribute)
}

function readAttribute(reader: DerReader): NameAttribute {
  const fields = reader.open(tags.sequence)
  const oid = readOid(fields.read(tags.oid))
  const tlv = fields.next()
  fields.finish()
  return { oid, ...readValue(tlv) }
}

/** The value of an attribute. Throws DerError when it claims to be a string and is none. */
export function readValue(tlv: Tlv): { value: string | undefined; tlv: Tlv } {
  return { value: readString(tlv), tlv }
}

/** Whether the two names are equal by §7.1. */
export const sameName = (one: Name, other: Name): boolean => one.key === other.key

/** Whether `name` lies in the subtree of `base`: its first RDNs are those of `base`. */
export function isWithin(name: Name, base: Name): boolean {
  return base.comparable.every((rdn, index) => rdn === name.comparable[index])
}

/** String attributes in their exact form, in order. */
export function attributesOf(name: Name): { oid: string; value: string }[] {
  return name.rdns.flat().flatMap(({ oid, value }) => (value === undefined ? [] : [{ oid, value }]))
}

const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.42': 'GN',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
}

/** RFC 4514: last RDN first, special and control characters escaped. For people; never parsed again. */
export function nameToString(name: Name): string {
  const escape = (text: string) =>
    text
      .replace(/[,+"\\<>;=]|^[ #]| $/g, (character) => `\\${character}`)
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) =>
        [...Buffer.from(character)].map((octet) => `\\${toHex(Uint8Array.of(octet))}`).join(''),
      )
  const attribute = ({ oid, value, tlv }: NameAttribute) =>
    `${shortNames[oid] ?? oid}=${value === undefined ? `#${toHex(tlv.bytes)}` : escape(value)}`
  return name.rdns
    .map((rdn) => rdn.map(attribute).join('+'))
    .reverse()
    .join(',')
}

/** A GeneralName (RFC 5280 §4.2.1.6); text as written. */
export type GeneralName =
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly value: string }
  | { readonly kind: 'directory'; readonly value: Name }
  /** in a certificate 4 or 16 octets, in a constraint 8 or 32 */
  | { readonly kind: 'ip'; readonly value: Uint8Array }
  /** forms that are carried but not understood */
  | { readonly kind: 'other'; readonly value: Uint8Array; readonly tag: number }

const textForms = new Map<number, 'email' | 'dns' | 'uri'>([
  [context(1, 'primitive'), 'email'],
  [context(2, 'primitive'), 'dns'],
  [context(6, 'primitive'), 'uri'],
])

const otherForms = new Set([
  context(0, 'constructed'),
  context(3, 'constructed'),
  context(5, 'constructed'),
  context(8, 'primitive'),
])

export function readGeneralName(reader: DerReader): GeneralName {
  const tlv = reader.next()
  const { tag, content } = tlv
  const kind = textForms.get(tag)
  if (kind !== undefined) {
    const value = latin1(content)
    if (!/^[\x20-\x7e]*$/.test(value)) throw new DerError('general name not of printable IA5')
    return { kind, value }
  }
  if (tag === context(4, 'constructed')) {
    const [value, ...more] = readElements(content, readName)
    if (value === undefined || more.length > 0) throw new DerError('directory name malformed')
    return { kind: 'directory', value }
  }
  if (tag === context(7, 'primitive')) return { kind: 'ip', value: content }
  if (otherForms.has(tag)) return { kind: 'other', value: content, tag }
  throw new DerError('unknown form of general name')
}

/** The form in which two general names of a CRL's or certificate's distribution point are compared. */
export function generalNameKey(name: GeneralName): string {
  switch (name.kind) {
    case 'directory':
      return `directory ${name.value.key}`
    case 'ip':
      return `ip ${toHex(name.value)}`
    case 'other':
      return `other ${name.tag} ${toHex(name.value)}`
    case 'email':
    case 'dns':
    case 'uri':
      return `${name.kind} ${name.value}`
  }
}
