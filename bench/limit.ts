/** The limit that no gateway with RSA signatures can pass: one verification and one signature, keys made once. */
import { generateKeyPairSync, sign, verify } from 'node:crypto'

/** CPU milliseconds of one RSA-2048 verification and one signature on this machine, measured for `seconds`. */
export function measureLimitMs(seconds: number): number {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const data = Buffer.alloc(1400, 7)
  const signature = sign('sha256', data, privateKey)
  const exchange = () => {
    if (!verify('sha256', data, publicKey, signature)) throw new Error('own signature refused')
    sign('sha256', data, privateKey)
  }
  for (let i = 0; i < 200; i++) exchange()
  const until = performance.now() + seconds * 1000
  const before = process.cpuUsage()
  let count = 0
  while (performance.now() < until) {
    exchange()
    count++
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / count
}
