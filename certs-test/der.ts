/** A DER writer of a few lines, for test structures that no library writes. */

/** One TLV: tag octet and the concatenated contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content])
  const length = Buffer.from(content.length.toString(16).padStart(8, '0'), 'hex')
  const octets = length.subarray(length.findIndex((octet) => octet !== 0))
  return Buffer.concat([Buffer.of(tag, 0x80 | octets.length), octets, content])
}

export const sequence = (...contents: readonly Uint8Array[]) => der(0x30, ...contents)
export const octetString = (content: Uint8Array) => der(0x04, content)
export const nullValue = der(0x05)

/** SET OF, its elements sorted as DER wants. */
export const setOf = (...elements: readonly Uint8Array[]) =>
  der(0x31, ...elements.map((one) => Buffer.from(one)).sort((a, b) => a.compare(b)))

/** A small non-negative INTEGER. */
export const integer = (value: number) => {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return der(0x02, ...(bytes.readUInt8(0) > 0x7f ? [Buffer.of(0), bytes] : [bytes]))
}

export function objectIdentifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const base128 = [arc & 0x7f]
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128))
      base128.unshift((high & 0x7f) | 0x80)
    return base128
  })
  return der(0x06, Buffer.from(octets))
}
