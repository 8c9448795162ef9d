/**
 * What counts as one address: an IPv4 address, also when it comes as `::ffff:…`; of IPv6 the first 64 bits, since whoever has
 * one address there has all of them. `remoteAddress` as Node gives it.
 */
export function addressKey(remoteAddress: string): string {
  const [address = ''] = remoteAddress.split('%') // a zone: fe80::1%eth0
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  const [head = '', tail] = address.toLowerCase().split('::')
  const first = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array<string>(8 - first.length - last.length).fill('0')
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`
}
