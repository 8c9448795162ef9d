import { verify, X509Certificate } from 'node:crypto'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { KeyFileError, openSigningKeys } from '../src/app-keys.ts'
import { silentLog } from '../src/base/log.ts'
import type { Config, DeviceKey, Pkcs11Key } from '../src/config.ts'
import { personas } from '../src/synthetic/personas.ts'
import { signData, type DeviceSigningKey } from '../src/ws-security/sign.ts'
import { certificates } from './gateway-process.ts'
import { askRest, askSoap, requestXml, send, signAs, textIn, xmlHeaders } from './gateway/ask.ts'
import { agentOf, startTestGateway, type TestGateway } from './gateway/gateway.ts'
import { consultationNamed } from './gateway/questions.ts'
import { importKey, makeShim, makeToken, newTokens, pin, softHsm } from './softhsm.ts'

const file = (path: string) => join(certificates, path)
const data = Buffer.from('what is signed')

/** opened by a test, given back after it */
const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

async function openKeys(signing: Config['signing']) {
  const keys = await openSigningKeys(signing, silentLog)
  opened.push(keys)
  return keys
}

async function deviceKey(signing: Config['signing']): Promise<DeviceSigningKey> {
  return (await openKeys(signing)).at(0) as DeviceSigningKey
}

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
  ])('signs envelopes and files: %s', async (stem, kind) => {
    const key = await deviceKey(keyOf(stem))
    expect(key.kind).toBe(kind)
    const { publicKey } = new X509Certificate(key.certificate)
    expect(verify('sha256', data, publicKey, await signData(data, key))).toBe(true)
    const form = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    for (const hash of ['sha256', 'sha384'] as const)
      expect(verify(hash, data, form, await key.device.sign(hash, data))).toBe(true)
  })

  it('is found by the serial number of its token and its id, with the PIN of a variable', async () => {
    process.env['TEST_PIN_OF_TOKEN'] = pin
    const pkcs11 = {
      module: softHsm ?? '',
      tokenSerial: serial,
      keyId: '01',
      pinVariable: 'TEST_PIN_OF_TOKEN',
    }
    expect((await deviceKey({ ...keyOf('seal'), pkcs11 })).kind).toBe('rsa')
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
  ])('is refused with %s, by a line that says which', async (_what, key, says) => {
    const error: unknown = await openKeys(key).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(KeyFileError)
    expect((error as Error).message).toContain(says)
  })

  it('is refused with a wrong PIN, which no message repeats', async () => {
    const wrong = join(folder, 'wrong')
    writeFileSync(wrong, '90210')
    const open = openKeys(keyOf('seal', { pinFile: wrong }))
    const error: unknown = await open.catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(KeyFileError)
    expect((error as Error).message).toContain('the PIN is refused')
    expect((error as Error).message).not.toContain('90210')
  })

  const ask = {
    as: 'phare',
    ...consultationNamed('consultPerson'),
    legalContext: 'PHARE:IDENTIFICATION',
    criteria: { ssin: personas.fullTime.ssin },
  } as const

  async function start(signing: Config['signing']): Promise<TestGateway> {
    const gateway = await startTestGateway({ configure: (config) => ({ ...config, signing }) })
    opened.push(gateway)
    return gateway
  }

  function isSigned(text: string): boolean {
    const [, token = ''] = /<wsse:BinarySecurityToken [^>]*>([^<]*)</.exec(text) ?? []
    const { publicKey } = new X509Certificate(Buffer.from(token, 'base64'))
    const [signedInfo = ''] = /<ds:SignedInfo.*<\/ds:SignedInfo>/.exec(text) ?? []
    const value = Buffer.from(textIn(text, 'SignatureValue') ?? '', 'base64')
    const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    return verify('sha256', Buffer.from(signedInfo), key, value)
  }

  it('answers exchanges, is read again by SIGHUP, and stays when the certificate is of another key', async () => {
    const certificate = join(folder, 'seal.pem')
    copyFileSync(file('gateway/seal.pem'), certificate)
    const gateway = await start({ ...keyOf('seal'), certificate })
    const askNow = async () => {
      const { text } = await askSoap(gateway, ask)
      expect(textIn(text, 'value')).toBe('DATA_FOUND')
      return isSigned(text)
    }
    expect(await askNow()).toBe(true)
    const during = askNow()
    await gateway.reload()
    expect(await during).toBe(true)
    expect(await askNow()).toBe(true)
    copyFileSync(file('institutions/phare/signing.pem'), certificate)
    await gateway.reload()
    expect(gateway.logText()).toContain('private key is not the one of the certificate')
    expect(await askNow()).toBe(true)
    expect(gateway.logText()).not.toContain(pin)
  })

  describe('that misbehaves', () => {
    const pinOfTest = join(folder, 'own')
    let shim: ReturnType<typeof makeShim>
    beforeAll(() => {
      shim = makeShim(folder)
    })
    beforeEach(() => {
      copyFileSync(pinFile, pinOfTest)
      shim.turn('on')
    })

    const timeoutMs = 1_000
    const shimKey = () => keyOf('seal-p256', { module: shim.module, pinFile: pinOfTest, timeoutMs })

    /** One signed message of phare, to be sent as often as one likes. */
    function sendOnce({ url }: TestGateway) {
      const body = signAs('phare', requestXml(ask))
      const agent = agentOf('phare', url)
      return () => send(url + ask.service.path, { agent, headers: xmlHeaders, body })
    }
    async function health({ url }: TestGateway) {
      const begin = performance.now()
      const { status } = await send(`${url}/health`, { agent: agentOf('none', url), method: 'GET' })
      return { status, ms: performance.now() - begin }
    }
    async function untilUp(gateway: TestGateway): Promise<void> {
      while ((await health(gateway)).status !== 200) await sleep(100)
    }

    it('stops nothing but signatures while it hangs; the same bytes are answered once it is back', async () => {
      const gateway = await start(shimKey())
      const sendIt = sendOnce(gateway)
      const since = gateway.mark()
      shim.turn('hangs')
      const [hung, other] = [sendIt(), sendOnce(gateway)()]
      await sleep(timeoutMs / 4)
      expect((await health(gateway)).ms).toBeLessThan(timeoutMs / 2)
      const rest = await askRest(gateway, ask)
      expect(rest.status).toBe(200)
      for (const answer of [await hung, await other]) {
        expect(answer.status).toBe(503)
        expect(answer.headers['retry-after']).toBe('1')
        expect(textIn(answer.text, 'faultcode')).toBe('soap:Server')
        expect(textIn(answer.text, 'faultstring')).toBe(
          'Service temporarily unavailable Try again after 1 second.',
        )
        expect(answer.text).not.toContain('Signature')
        expect(answer.text).not.toContain(personas.fullTime.ssin)
      }
      expect((await health(gateway)).status).toBe(503)
      const failed = gateway.entries(since).filter(({ kind }) => kind === 'failed')
      expect(failed.map(({ code }) => code)).toEqual(['SIGNING_UNAVAILABLE', 'SIGNING_UNAVAILABLE'])
      const known = gateway.entries(since).length
      const begin = performance.now()
      expect((await sendIt()).status).toBe(503)
      expect(performance.now() - begin).toBeLessThan(timeoutMs)
      expect(gateway.entries(since)).toHaveLength(known)
      shim.turn('on')
      await untilUp(gateway)
      const { text } = await sendIt()
      expect(textIn(text, 'value')).toBe('DATA_FOUND')
      expect(isSigned(text)).toBe(true)
      expect(await sendIt()).toMatchObject({ text })
      const [again, ...rows] = gateway.entries(since).filter(({ attempt }) => attempt === 2)
      expect([again?.kind, rows]).toEqual(['granted', []])
      expect(gateway.logText()).toContain('does not answer within 1000 ms')
      expect(gateway.logText()).toContain('signing device answers again')
      expect(gateway.logText()).not.toContain(pin)
    })

    it('is asked by one process at a time, however long it hangs, and by none once the gateway stopped', async () => {
      const gateway = await start(shimKey())
      expect(processesOfDevices()).toBe(1)
      shim.turn('hangs')
      expect((await sendOnce(gateway)()).status).toBe(503)
      for (let looks = 0; looks < 30; looks += 1) {
        expect(processesOfDevices()).toBeLessThanOrEqual(1)
        await sleep(100)
      }
      await opened.pop()?.close()
      await sleep(2 * timeoutMs)
      expect(processesOfDevices()).toBe(0)
    })

    it('is used on when it lost its sessions, and nobody notices', async () => {
      const gateway = await start(shimKey())
      shim.turn('losesSessions')
      const { status, text } = await sendOnce(gateway)()
      expect([status, isSigned(text)]).toEqual([200, true])
      expect(gateway.logText()).not.toContain('signing device')
    })

    it.each(['fails', 'crashes', 'signingHangs'] as const)(
      'takes no exchange with it when it %s, and is used again afterwards',
      async (state) => {
        const gateway = await start(shimKey())
        const sendIt = sendOnce(gateway)
        shim.turn(state)
        expect((await sendIt()).status).toBe(503)
        shim.turn('on')
        await untilUp(gateway)
        expect((await sendIt()).status).toBe(200)
      },
    )

    it('is not given a refused PIN twice, until SIGHUP', async () => {
      const gateway = await start(shimKey())
      writeFileSync(pinOfTest, '90210')
      shim.turn('crashes')
      expect((await sendOnce(gateway)()).status).toBe(503)
      shim.turn('on')
      while (!gateway.logText().includes('the PIN is refused')) await sleep(100)
      copyFileSync(pinFile, pinOfTest)
      await sleep(2_500)
      expect((await health(gateway)).status).toBe(503)
      expect(gateway.logText().split('the PIN is refused')).toHaveLength(2)
      await gateway.reload()
      expect((await health(gateway)).status).toBe(200)
      expect((await sendOnce(gateway)()).status).toBe(200)
      expect(gateway.logText()).not.toContain('90210')
    })

    it('stops the start when it hangs then', async () => {
      shim.turn('hangs')
      await expect(openKeys(shimKey())).rejects.toThrow(
        `${shim.module}: does not answer within 1000 ms`,
      )
    })

    it('is told apart from a fault of a message: one that was refused before is refused by a signed fault again', async () => {
      const gateway = await start(shimKey())
      const refused = () =>
        send(gateway.url + ask.service.path, {
          agent: agentOf('phare', gateway.url),
          headers: xmlHeaders,
          body: '<x/>',
        })
      expect((await refused()).text).toContain('SignatureValue')
      shim.turn('crashes')
      expect((await sendOnce(gateway)()).status).toBe(503)
      expect((await refused()).status).toBe(503)
      shim.turn('on')
      await untilUp(gateway)
      expect((await refused()).text).toContain('SignatureValue')
    })
  })
})

/** Processes of this one that hold a session with a device (Linux). */
function processesOfDevices(): number {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
  return children.split(' ').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid.trim()}/cmdline`, 'utf8').includes('app-pkcs11-process')
    } catch {
      return false // it has ended meanwhile
    }
  }).length
}
