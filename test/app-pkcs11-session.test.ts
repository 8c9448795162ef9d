import { createHash, verify, X509Certificate } from 'node:crypto'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type koffiModule from 'koffi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDeviceSession } from '../src/app-pkcs11-session.ts'
import { certificates } from './gateway-process.ts'
import { importKey, makeToken, newTokens, pin, softHsm } from './softhsm.ts'

const file = (path: string) => join(certificates, path)

describe.runIf(softHsm !== undefined)('a session with a PKCS#11 device (SoftHSM)', () => {
  const folder = newTokens()
  const pinFile = join(folder, 'pin')

  beforeAll(() => {
    writeFileSync(pinFile, `${pin}\n`)
    makeToken('house')
    importKey('house', 'seal', '01', file('gateway/seal.key.pem'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const data = Buffer.from('what is signed')
  const digest = createHash('sha256').update(data).digest()

  it('signs on when the device lost its sessions, but tries a refused PIN only once', () => {
    const own = join(folder, 'own')
    copyFileSync(pinFile, own)
    const key = { module: softHsm ?? '', tokenLabel: 'house', keyLabel: 'seal', pinFile: own }
    const session = openDeviceSession(key)
    expect(session.keyType).toBe('rsa')
    const first = session.sign('sha256', digest)
    const { publicKey } = new X509Certificate(readFileSync(file('gateway/seal.pem')))
    expect(verify('sha256', data, publicKey, first)).toBe(true)
    closeSessions()
    expect(session.sign('sha256', digest)).toEqual(first)
    writeFileSync(own, '90210')
    closeSessions()
    expect(() => session.sign('sha256', digest)).toThrow('the PIN is refused')
    copyFileSync(pinFile, own)
    expect(() => session.sign('sha256', digest)).toThrow('the PIN is refused')
    session.close()
    const again = openDeviceSession(key)
    expect(again.sign('sha256', digest)).toEqual(first)
    again.close()
  })

  /** What a device does that was restarted: every session and login is gone. */
  function closeSessions(): void {
    const koffi = createRequire(import.meta.url)('koffi') as typeof koffiModule
    const library = koffi.load(softHsm ?? '')
    const slots = new BigUint64Array(8)
    const count = BigUint64Array.of(8n)
    library.func('C_GetSlotList', 'ulong', ['uint8_t', 'uint64_t *', 'uint64_t *'])(1, slots, count)
    const close = library.func('C_CloseAllSessions', 'ulong', ['uint64_t'])
    for (const slot of slots.subarray(0, Number(count[0]))) close(slot)
  }
})
