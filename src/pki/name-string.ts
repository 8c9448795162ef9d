import { DerError, DerReader } from './der.ts'
import {
  comparableName,
  readValue,
  type ComparableAttribute,
  type ComparableValue,
} from './name.ts'

/** Keywords of RFC 4514 §3, and those that OpenSSL, Java and .NET write beside them; upper case. */
const keywords: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  SERIALNUMBER: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  S: '2.5.4.8',
  STREET: '2.5.4.9',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  GN: '2.5.4.42',
  ORGANIZATIONIDENTIFIER: '2.5.4.97',
  UID: '0.9.2342.19200300.100.1.1',
  DC: '0.9.2342.19200300.100.1.25',
  EMAILADDRESS: '1.2.840.113549.1.9.1',
  E: '1.2.840.113549.1.9.1',
}

const lengthMax = 1_024
const typePart = / *(?:OID\.)?([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+) *= */iy
const hexPart = /#((?:[\da-f]{2})+)/iy
const quotedPart = /"((?:[^"\\]|\\[\da-f]{2}|\\[ "#+,;<=>\\]|"")*)"/iy
const plainPart = /((?!#)(?:[^\\",+;<>]|\\[\da-f]{2}|\\[ "#+,;<=>\\])*)/iy

/**
 * The name that a string writes, in the form of `Name.key`: RFC 4514, last RDN first, also with the spaces and quotes of
 * RFC 1779 (.NET) and with values in hex (Java). Undefined when it cannot be read. Only for comparing with names that are known.
 */
export function keyOfNameString(text: string): string | undefined {
  if (text.length > lengthMax) return undefined
  const rdns: ComparableAttribute[][] = [[]]
  let at = 0
  const take = (part: RegExp): string | undefined => {
    part.lastIndex = at
    const match = part.exec(text)
    if (match !== null) at = part.lastIndex
    return match?.[1]
  }
  for (;;) {
    const type = take(typePart)
    const oid = type === undefined || /^\d/.test(type) ? type : keywords[type.toUpperCase()]
    const value = takeValue(take)
    if (oid === undefined || value === undefined) return undefined
    rdns.at(-1)?.push({ oid, ...value })
    while (text[at] === ' ') at += 1
    if (at === text.length) return comparableName(rdns.reverse())
    if (text[at] === ',') rdns.push([])
    else if (text[at] !== '+') return undefined
    at += 1
  }
}

function takeValue(take: (part: RegExp) => string | undefined): ComparableValue | undefined {
  const hex = take(hexPart)
  if (hex !== undefined) return readHex(hex)
  const quoted = take(quotedPart)
  const written = quoted?.replaceAll('""', '"') ?? take(plainPart)
  const value = written === undefined ? undefined : unescaped(written)
  return value === undefined ? undefined : { value }
}

/** A value as DER in hex; what is written there is compared as the string that it is. */
function readHex(hex: string): ComparableValue | undefined {
  try {
    const reader = new DerReader(Buffer.from(hex, 'hex'))
    const value = readValue(reader.next())
    reader.finish()
    return value
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** White space at the ends falls away when names are compared, so an escaped space there means nothing either. */
function unescaped(text: string): string | undefined {
  const pieces = [...text.matchAll(/\\([\da-f]{2})|\\(.)|[^\\]+/gis)].map(
    ([whole, hex, character]) =>
      hex === undefined ? Buffer.from(character ?? whole) : Buffer.from(hex, 'hex'),
  )
  try {
    return utf8.decode(Buffer.concat(pieces))
  } catch {
    return undefined
  }
}
