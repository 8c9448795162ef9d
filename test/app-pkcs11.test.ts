import { verify, X509Certificate } from 'node:crypto'
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type koffiModule from 'koffi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KeyFileError, openSigningKeys } from '../src/app-keys.ts'
import type { DeviceKey, Pkcs11Key } from '../src/config.ts'
import { personas } from '../src/synthetic/personas.ts'
import { signData } from '../src/ws-security/sign.ts'
import { certificates } from './gateway-process.ts'
import { askSoap, textIn } from './gateway/ask.ts'
import { startTestGateway } from './gateway/gateway.ts'
import { consultationNamed } from './gateway/questions.ts'
import { importKey, makeToken, newTokens, pin, softHsm } from './softhsm.ts'

const file = (path: string) => join(certificates, path)
const data = Buffer.from('what is signed')

describe.runIf(softHsm !== undefined)('a signing key in a PKCS#11 device (SoftHSM)', () => {
  const folder = newTokens()
  const pinFile = join(folder, 'pin')
  let serial = ''

  beforeAll(() => {
    writeFileSync(pinFile, `${pin}\n`)
    serial = makeToken('house')
    importKey('house', 'seal', '01', file('gateway/seal.key.pem'))
    importKey('house', 'seal-p256', '02', file('gateway/seal-p256.key.pem'))
    importKey('house', 'twice', '03', file('institutions/phare/signing.key.pem'))
    importKey('house', 'twice', '04', file('institutions/pension/signing.key.pem'))
    makeToken('other')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const keyOf = (stem: string, change: Partial<Pkcs11Key> = {}): DeviceKey => ({
    certificate: file(`gateway/${stem}.pem`),
    pkcs11: { module: softHsm ?? '', tokenLabel: 'house', keyLabel: stem, pinFile, ...change },
  })

  it.each([
    ['seal', 'rsa'],
    ['seal-p256', 'p256'],
  ])('signs envelopes and files: %s', (stem, kind) => {
    const key = openSigningKeys(keyOf(stem)).at(0)
    expect(key.kind).toBe(kind)
    const { publicKey } = new X509Certificate(key.certificate)
    expect(verify('sha256', data, publicKey, signData(data, key))).toBe(true)
    const form = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    for (const hash of ['sha256', 'sha384'] as const)
      expect(verify(hash, data, form, key.sign(hash, data))).toBe(true)
  })

  it('is found by the serial number of its token and its id, with the PIN of a variable', () => {
    process.env['TEST_PIN_OF_TOKEN'] = pin
    const pkcs11 = {
      module: softHsm ?? '',
      tokenSerial: serial,
      keyId: '01',
      pinVariable: 'TEST_PIN_OF_TOKEN',
    }
    expect(openSigningKeys({ ...keyOf('seal'), pkcs11 }).at(0).kind).toBe('rsa')
  })

  it.each<[string, DeviceKey, string]>([
    [
      'a library that is not there',
      keyOf('seal', { module: '/none.so' }),
      '/none.so: is not there',
    ],
    [
      'a library without PKCS#11',
      keyOf('seal', { module: 'libc.so.6' }),
      'libc.so.6: is not there, or no PKCS#11 library',
    ],
    ['another token', keyOf('seal', { tokenLabel: 'none' }), '0 tokens have this label'],
    [
      'a token of this label and another number',
      keyOf('seal', { tokenSerial: '00' }),
      '0 tokens have this label and serial number, not one',
    ],
    [
      'a key that is not there',
      keyOf('seal', { keyLabel: 'none' }),
      'no key has this label and id',
    ],
    ['a key of another token', keyOf('seal', { tokenLabel: 'other' }), 'no key has this label'],
    ['a label that two keys have', keyOf('seal', { keyLabel: 'twice' }), 'several keys have this'],
    [
      'the key of another certificate',
      keyOf('seal', { keyLabel: 'twice', keyId: '03' }),
      'private key is not the one of the certificate',
    ],
    [
      'a key of another type',
      keyOf('seal', { keyLabel: 'seal-p256' }),
      'the key is not of type rsa',
    ],
    ['no PIN file', keyOf('seal', { pinFile: '/none' }), '/none: cannot be read'],
    [
      'a variable that is not set',
      {
        ...keyOf('seal'),
        pkcs11: {
          module: softHsm ?? '',
          tokenLabel: 'house',
          keyLabel: 'seal',
          pinVariable: 'TEST_NOT_SET',
        },
      },
      'environment variable `TEST_NOT_SET` is not set',
    ],
  ])('is refused with %s, by a line that says which', (_what, key, says) => {
    // a token that is logged in takes no PIN: all sessions are closed first
    closeSessions()
    expect(() => openSigningKeys(key)).toThrow(KeyFileError)
    expect(() => openSigningKeys(key)).toThrow(says)
  })

  it('is refused with a wrong PIN, which no message repeats', () => {
    closeSessions()
    const wrong = join(folder, 'wrong')
    writeFileSync(wrong, '90210')
    const open = () => openSigningKeys(keyOf('seal', { pinFile: wrong }))
    expect(open).toThrow('the PIN is refused')
    expect(open).toThrow(KeyFileError)
    expect(open).not.toThrow(/90210/)
  })

  it('signs on when the device lost its sessions, but tries a refused PIN only once', () => {
    const own = join(folder, 'own')
    copyFileSync(pinFile, own)
    const keys = openSigningKeys(keyOf('seal', { pinFile: own }))
    const first = keys.at(0).sign('sha256', data)
    closeSessions()
    expect(keys.at(0).sign('sha256', data)).toEqual(first)
    writeFileSync(own, '90210')
    closeSessions()
    expect(() => keys.at(0).sign('sha256', data)).toThrow('the PIN is refused')
    copyFileSync(pinFile, own)
    expect(() => keys.at(0).sign('sha256', data)).toThrow('the PIN is refused')
    keys.reload()
    expect(keys.at(0).sign('sha256', data)).toEqual(first)
  })

  it('answers exchanges, is read again by SIGHUP, and stays when the certificate is of another key', async () => {
    const certificate = join(folder, 'seal.pem')
    const own = join(folder, 'own')
    copyFileSync(pinFile, own)
    copyFileSync(file('gateway/seal.pem'), certificate)
    const gateway = await startTestGateway({
      configure: (config) => ({
        ...config,
        signing: { ...keyOf('seal', { pinFile: own }), certificate },
      }),
    })
    const ask = {
      as: 'phare',
      ...consultationNamed('consultPerson'),
      legalContext: 'PHARE:IDENTIFICATION',
      criteria: { ssin: personas.fullTime.ssin },
    } as const
    const isSigned = async () => {
      const { text } = await askSoap(gateway, ask)
      const [, token = ''] = /<wsse:BinarySecurityToken [^>]*>([^<]*)</.exec(text) ?? []
      expect(textIn(text, 'value')).toBe('DATA_FOUND')
      const { publicKey } = new X509Certificate(Buffer.from(token, 'base64'))
      const [signedInfo = ''] = /<ds:SignedInfo.*<\/ds:SignedInfo>/.exec(text) ?? []
      const value = Buffer.from(textIn(text, 'SignatureValue') ?? '', 'base64')
      return verify('sha256', Buffer.from(signedInfo), publicKey, value)
    }
    try {
      expect(await isSigned()).toBe(true)
      const before = isSigned()
      gateway.reload()
      expect(await before).toBe(true)
      expect(await isSigned()).toBe(true)
      copyFileSync(file('institutions/phare/signing.pem'), certificate)
      gateway.reload()
      expect(gateway.logText()).toContain('private key is not the one of the certificate')
      expect(await isSigned()).toBe(true)
      closeSessions()
      writeFileSync(own, '90210')
      await expect(isSigned()).rejects.toThrow()
      expect(gateway.logText()).toContain('request not answered')
      copyFileSync(pinFile, own)
      copyFileSync(file('gateway/seal.pem'), certificate)
      gateway.reload()
      expect(await isSigned()).toBe(true)
      for (const secret of [pin, '90210']) expect(gateway.logText()).not.toContain(secret)
    } finally {
      await gateway.close()
    }
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
