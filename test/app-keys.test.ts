import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { KeyFileError, openSigningKeys, readTlsKeys } from '../src/app-keys.ts'
import { silentLog } from '../src/base/log.ts'
import type { Config } from '../src/config.ts'
import type { SigningKey } from '../src/ws-security/sign.ts'
import { certificates } from './gateway-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'quadrivium-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = (path: string) => join(certificates, path)
const pemOf = (stem: string) => ({
  certificate: file(`${stem}.pem`),
  key: file(`${stem}.key.pem`),
})
function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const password = written('password', 'test\n')
const seal = pemOf('gateway/seal')
const soon = new Date(Date.now() + 60_000).toISOString().replace(/\.\d+Z$/, 'Z')

const open = (signing: Config['signing']) => openSigningKeys(signing, silentLog)
/** The key of files that signs first. */
const firstKey = async (signing: Config['signing']) => (await open(signing)).at(0) as SigningKey

describe('a signing key', () => {
  it.each([
    ['gateway/seal', 'rsa'],
    ['institutions/emploi/signing', 'p256'],
  ])('comes from PEM and from PKCS#12 alike: %s, %s', async (stem, kind) => {
    const certificate = file(`${stem}.pem`)
    const p12 = { certificate, key: file(`${stem}.p12`), passwordFile: password }
    const [one, other] = [await firstKey(pemOf(stem)), await firstKey(p12)]
    expect(one.kind).toBe(kind)
    expect(other.certificateSha256).toBe(one.certificateSha256)
  })

  it('comes from a PKCS#12 file of openssl, and from PEM with a password', async () => {
    const key = join(folder, 'openssl.p12')
    const from = ['-inkey', seal.key, '-in', seal.certificate]
    execFileSync('openssl', ['pkcs12', '-export', ...from, '-out', key, '-passout', 'pass:test'])
    const encrypted = join(folder, 'encrypted.pem')
    const pkcs8 = ['pkcs8', '-topk8', '-in', seal.key, '-out', encrypted, '-passout', 'pass:test']
    execFileSync('openssl', pkcs8)
    const data = Buffer.from('data')
    const plain = (await firstKey(seal)).sign('sha256', data)
    for (const path of [key, encrypted]) {
      const files = { certificate: seal.certificate, key: path, passwordFile: password }
      expect((await firstKey(files)).sign('sha256', data)).toEqual(plain)
    }
  })

  const wrong = written('wrong', 'secret of nobody')
  const p12 = file('gateway/seal.p12')
  it.each<[string, object, string]>([
    ['that is not there', { key: join(folder, 'none') }, 'none: is not there'],
    [
      'of another certificate',
      { key: file('institutions/phare/signing.key.pem') },
      'not the key of the certificate',
    ],
    ['with another password', { key: p12, passwordFile: wrong }, 'or another password'],
    ['without its password', { key: p12 }, 'or another password'],
    ['that is no key', { key: wrong }, 'no private key in PEM or PKCS#12'],
    ['whose certificate is none', { certificate: wrong }, 'no certificate in PEM'],
  ])(
    '%s is refused by the name of its file, without a word of what is in it',
    async (_, files, says) => {
      const error: unknown = await open({ ...seal, ...files }).catch((cause: unknown) => cause)
      expect(error).toBeInstanceOf(KeyFileError)
      expect((error as Error).message).toContain(says)
      expect((error as Error).message).not.toContain('secret of nobody')
      expect(() => readTlsKeys({ ...seal, ...files })).toThrow(says)
    },
  )
})

describe('two signing keys', () => {
  const next = { ...pemOf('institutions/pension/signing'), from: soon }

  it('sign one after the other, and both certificates are told from the start', async () => {
    const keys = await open({ ...seal, next })
    const fromMs = Date.parse(soon)
    const { certificateSha256 } = await firstKey(seal)
    expect(keys.at(fromMs - 1).certificateSha256).toBe(certificateSha256)
    expect(keys.at(fromMs).certificateSha256).toBe((await firstKey(next)).certificateSha256)
    const told = keys.certificates()
    expect(told).toContain(`# signs until ${new Date(fromMs).toISOString()}`)
    expect(told).toContain(`# signs from ${new Date(fromMs).toISOString()}`)
    for (const { certificate } of [seal, next])
      expect(told).toContain(readFileSync(certificate, 'utf8').trim())
    expect(told).not.toContain('PRIVATE')
  })

  it.each([
    ['after it expires', '2099-01-01T00:00:00Z', /not valid at the time/],
    ['before it is valid', '2001-01-01T00:00:00Z', /not valid at the time/],
  ])('are refused when the next is to sign %s', async (_, from, says) => {
    await expect(open({ ...seal, next: { ...next, from } })).rejects.toThrow(says)
  })

  it('are refused when between them nobody signs', async () => {
    const expired = { certificate: file('faulty/expired.pem'), key: file('faulty/expired.key.pem') }
    await expect(open({ ...expired, next })).rejects.toThrow('expires before the next key signs')
  })
})

describe('reading again', () => {
  it('takes the new key; a bad one is refused, and the old one stays', async () => {
    const files = { certificate: join(folder, 'seal.pem'), key: join(folder, 'seal.key.pem') }
    const put = (stem: string) => {
      copyFileSync(file(`${stem}.pem`), files.certificate)
      copyFileSync(file(`${stem}.key.pem`), files.key)
    }
    put('gateway/seal')
    const keys = await open(files)
    const first = keys.at(0)
    writeFileSync(files.key, 'half a ke')
    await expect(keys.reload()).rejects.toThrow(KeyFileError)
    expect(keys.at(0)).toBe(first)
    put('institutions/pension/signing')
    await keys.reload()
    expect(keys.at(0).certificateSha256).not.toBe(first.certificateSha256)
    expect(keys.certificates()).toContain(readFileSync(files.certificate, 'utf8').trim())
  })
})
