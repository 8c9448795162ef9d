import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../src/config.ts'

const sandbox = resolve(import.meta.dirname, '../sandbox/quadrivium.json')
const folder = mkdtempSync(join(tmpdir(), 'quadrivium-config-'))

type Json = Record<string, unknown>

function changed(change: (config: Json) => void): string {
  const config = JSON.parse(readFileSync(sandbox, 'utf8')) as Json
  change(config)
  const file = join(folder, 'config.json')
  writeFileSync(file, JSON.stringify(config))
  return file
}

describe('the configuration', () => {
  it('of the sandbox loads, with paths made absolute from its own folder', () => {
    const config = loadConfig(sandbox)
    expect(config.dataDirectory).toBe(resolve(sandbox, '../../data'))
    expect(config.authorities[0]?.certificate).toBe(
      resolve(sandbox, '../../certs-test/out/ca/root.pem'),
    )
  })

  const device = { module: 'p11.so', tokenLabel: 'house', keyLabel: 'seal', pinFile: 'pin' }

  it('that names a device has its paths absolute too', () => {
    const read = loadConfig(
      changed((config) => (config['signing'] = { certificate: 'a.pem', pkcs11: device })),
    )
    const pkcs11 = { ...device, module: resolve(folder, 'p11.so'), pinFile: resolve(folder, 'pin') }
    expect(read.signing).toEqual({ certificate: resolve(folder, 'a.pem'), pkcs11 })
  })

  const replayDatabase = { database: 'replay', user: 'quadrivium' }

  it('that names a database for replay keys has its paths absolute too', () => {
    const files = { passwordFile: 'password', ca: 'ca.pem' }
    for (const [place, read] of [
      [{ socket: 'run' }, { socket: resolve(folder, 'run') }],
      [
        { host: 'db.example', ...files },
        {
          host: 'db.example',
          passwordFile: resolve(folder, 'password'),
          ca: resolve(folder, 'ca.pem'),
        },
      ],
      [{ host: '127.0.0.1' }, { host: '127.0.0.1' }],
    ])
      expect(
        loadConfig(
          changed((config) => (config['replayDatabase'] = { ...replayDatabase, ...place })),
        ).replayDatabase,
      ).toEqual({ ...replayDatabase, ...read })
  })

  it.each<[string, (config: Json) => void, RegExp]>([
    [
      'a database for replay keys beyond loopback without its authority',
      (config) => (config['replayDatabase'] = { ...replayDatabase, host: 'db.example' }),
      /replayDatabase needs `ca` for the host `db.example`: beyond loopback it is reached over TLS only/,
    ],
    [
      'a database for replay keys in two places',
      (config) =>
        (config['replayDatabase'] = { ...replayDatabase, host: 'localhost', socket: 'run' }),
      /\/replayDatabase must match exactly one schema/,
    ],
    [
      'a password in the configuration',
      (config) =>
        (config['replayDatabase'] = { ...replayDatabase, socket: 'run', password: 'secret' }),
      /\/replayDatabase .*`password`/,
    ],
    ['an unknown key', (config) => (config['listn'] = 1), /additional properties: `listn`/],
    ['a missing key', (config) => delete config['signing'], /required property 'signing'/],
    [
      'no deliberations: those of the package are in part invented',
      (config) => delete config['deliberations'],
      /required property 'deliberations'/,
    ],
    [
      'an unknown key inside',
      (config) => ((config['listen'] as Json)['tls'] = true),
      /\/listen .*`tls`/,
    ],
    [
      'a log level that is none',
      (config) => (config['logLevel'] = 'debug'),
      /\/logLevel must be equal to one of the allowed values: `info`, `warn`, `error`, `silent`/,
    ],
    [
      'plain HTTP beyond loopback',
      (config) => (config['listen'] = { host: '0.0.0.0', port: 1, plain: true }),
      /listen\.plain needs a loopback host/,
    ],
    [
      'no anchor',
      (config) => (config['authorities'] = [{ certificate: 'a.pem' }]),
      /none is marked `anchor`/,
    ],
    [
      'a limit of zero',
      (config) => (config['limits'] = { soapBytesMax: 0 }),
      /config\.json:1: \/limits\/soapBytesMax must be >= 4096/,
    ],
    [
      'a depth of zero',
      (config) => (config['soapStructure'] = { depthMax: 0 }),
      /\/soapStructure\/depthMax must be >= 16/,
    ],
    [
      'a structure that is none',
      (config) => (config['soapStructure'] = { sizeBytesMax: 1 }),
      /\/soapStructure .*`sizeBytesMax`/,
    ],
    [
      'a responder at an address that is none',
      (config) =>
        (config['authorities'] = [{ certificate: 'a.pem', anchor: true, ocspUrl: 'ldap://a/b' }]),
      /\/authorities\/0\/ocspUrl .*pattern/,
    ],
    [
      'an address with a password',
      (config) =>
        (config['authorities'] = [{ certificate: 'a.pem', anchor: true, crlUrl: 'http://a:b@c/' }]),
      /\/authorities\/0\/crlUrl .*pattern/,
    ],
    [
      'a refresh interval of zero',
      (config) => (config['revocation'] = { everyMs: 0 }),
      /\/revocation\/everyMs must be >= 1000/,
    ],
    [
      'a signing key in a file and in a device',
      (config) => Object.assign(config['signing'] as Json, { pkcs11: device }),
      /\/signing must match exactly one schema/,
    ],
    [
      'a device whose key has no name',
      (config) =>
        (config['signing'] = { certificate: 'a.pem', pkcs11: { ...device, keyLabel: undefined } }),
      /\/signing\/pkcs11 must have required property 'keyLabel'/,
    ],
    [
      'a device with two PINs',
      (config) =>
        (config['signing'] = { certificate: 'a.pem', pkcs11: { ...device, pinVariable: 'PIN' } }),
      /\/signing\/pkcs11 must match exactly one schema/,
    ],
    [
      'a trusted list that nothing pins',
      (config) => (config['trustedList'] = { file: 'list.json' }),
      /\/trustedList must have required property 'sha256'/,
    ],
    [
      'a trusted list with two pins',
      (config) => (config['trustedList'] = { file: 'a', sha256: 'a'.repeat(64), sha256File: 'b' }),
      /\/trustedList must match exactly one schema/,
    ],
    ['a public address with a path', (config) => (config['publicUrl'] = 'https://a/b'), /pattern/],
  ])('with %s is refused, with place and reason', (_what, change, message) => {
    expect(() => loadConfig(changed(change))).toThrow(message)
  })

  it('that is absent or no JSON is refused', () => {
    expect(() => loadConfig(join(folder, 'absent.json'))).toThrow(/cannot be read/)
    const file = join(folder, 'broken.json')
    writeFileSync(file, '{\n"a": 1,\n"a": 2 }')
    expect(() => loadConfig(file)).toThrow(/broken\.json:3: key `a` twice/)
    writeFileSync(file, '{')
    expect(() => loadConfig(file)).toThrow(/broken\.json:1: no JSON/)
  })
})
