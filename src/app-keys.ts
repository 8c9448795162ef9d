import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import forge from 'node-forge'
import { openDevice } from './app-pkcs11.ts'
import type { Log } from './base/log.ts'
import type { Config, DeviceKey, KeyFiles, SigningKeyConfig } from './config.ts'
import { createDeviceSigningKey, createSigningKey, type HouseKey } from './ws-security/sign.ts'

/** A key or certificate file cannot be used; the message names the file and says why, and holds nothing of it. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
}

/** The keys that the house signs with: the one of today, and the one that follows it. */
export interface SigningKeys {
  /** the key that signs at this time, UTC ms */
  at(nowMs: number): HouseKey
  /** PEM of the certificates that a client must know, each with the time from which it signs */
  certificates(): string
  /** reads the files again, and opens devices anew; rejects with KeyFileError, and changes nothing then */
  reload(): Promise<void>
  /** gives devices back once they have signed what was asked of them; resolves when they are free */
  close(): Promise<void>
}

interface Loaded {
  readonly current: HouseKey
  readonly next?: { readonly key: HouseKey; readonly fromMs: number }
  readonly pem: string
  /** gives the sessions with devices back */
  close(): Promise<void>
}

type DeviceLog = Pick<Log, 'info' | 'error'>

/** Rejects with KeyFileError. */
export async function openSigningKeys(
  signing: Config['signing'],
  log: DeviceLog,
): Promise<SigningKeys> {
  let loaded = await load(signing, log)
  return {
    at: (nowMs) =>
      loaded.next !== undefined && loaded.next.fromMs <= nowMs ? loaded.next.key : loaded.current,
    certificates: () => loaded.pem,
    reload: async () => {
      const before = loaded
      loaded = await load(signing, log)
      void before.close()
    },
    close: () => loaded.close(),
  }
}

async function load(signing: Config['signing'], log: DeviceLog): Promise<Loaded> {
  const opened: (() => Promise<void>)[] = []
  const close = async () => {
    for (const one of opened) await one()
  }
  try {
    return { ...(await loadBoth(signing, { log, onOpen: (one) => opened.push(one) })), close }
  } catch (error) {
    await close()
    throw error
  }
}

interface DeviceParts {
  readonly log: DeviceLog
  /** is given what closes each device that is opened, whether or not the rest succeeds */
  readonly onOpen: (close: () => Promise<void>) => void
}

async function loadBoth(
  { next, ...first }: Config['signing'],
  parts: DeviceParts,
): Promise<Omit<Loaded, 'close'>> {
  const current = await readSigningKey(first, parts)
  const pem = current.certificate.toString()
  if (next === undefined) return { current: current.key, pem: `# signs now\n${pem}` }
  const following = await readSigningKey(next, parts)
  const fromMs = Date.parse(next.from)
  const { validFromDate, validToDate } = following.certificate
  if (fromMs < validFromDate.getTime() || validToDate.getTime() <= fromMs)
    throw new KeyFileError(`${next.certificate}: not valid at the time from which it is to sign`)
  if (current.certificate.validToDate.getTime() < fromMs)
    throw new KeyFileError(`${first.certificate}: expires before the next key signs`)
  return {
    current: current.key,
    next: { key: following.key, fromMs },
    pem:
      `# signs until ${new Date(fromMs).toISOString()}\n${pem}` +
      `# signs from ${new Date(fromMs).toISOString()}\n${following.certificate.toString()}`,
  }
}

async function readSigningKey(
  config: SigningKeyConfig,
  parts: DeviceParts,
): Promise<{ readonly certificate: X509Certificate; readonly key: HouseKey }> {
  return 'pkcs11' in config ? readDeviceKey(config, parts) : readKeyOfFiles(config)
}

async function readDeviceKey(
  { certificate: file, pkcs11 }: DeviceKey,
  { log, onOpen }: DeviceParts,
) {
  const certificate = readCertificateFile(file)
  try {
    const keyType = certificate.publicKey.asymmetricKeyType === 'ec' ? 'ec' : 'rsa'
    const device = await openDevice(pkcs11, keyType, log)
    onOpen(() => device.close())
    return { certificate, key: await createDeviceSigningKey(device, certificate.raw) }
  } catch (cause) {
    // its own texts only: they name what is looked for, never the PIN
    throw new KeyFileError(`${pkcs11.module}: ${(cause as Error).message}`, { cause })
  }
}

function readKeyOfFiles(files: KeyFiles) {
  const { certificate, privateKey } = readKeyPair(files)
  try {
    return { certificate, key: createSigningKey(privateKey, certificate.raw) }
  } catch (cause) {
    // its own texts only: a TypeError of ours says which kind of key is taken
    throw new KeyFileError(`${files.key}: ${(cause as Error).message}`, { cause })
  }
}

/** Certificate and key of the TLS server, PEM. Throws KeyFileError. */
export function readTlsKeys(files: KeyFiles): { certificate: Uint8Array; key: Uint8Array } {
  const { privateKey } = readKeyPair(files)
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  return { certificate: readFileSync(files.certificate), key: Buffer.from(key) }
}

/** Throws KeyFileError when a file is absent or refused, or they do not belong together. */
function readKeyPair({ certificate: file, key, passwordFile }: KeyFiles) {
  const certificate = readCertificateFile(file)
  const password =
    passwordFile === undefined
      ? undefined
      : attempt(passwordFile, 'cannot be read', () => {
          return readFileSync(passwordFile, 'utf8').replace(/\r?\n$/, '')
        })
  const privateKey = attempt(key, 'no private key in PEM or PKCS#12, or another password', () =>
    readPrivateKey(readFileSync(key), password),
  )
  if (!certificate.checkPrivateKey(privateKey))
    throw new KeyFileError(`${key}: not the key of the certificate ${file}`)
  return { certificate, privateKey }
}

function readCertificateFile(file: string): X509Certificate {
  return attempt(file, 'no certificate in PEM', () => new X509Certificate(readFileSync(file)))
}

function attempt<Value>(file: string, what: string, read: () => Value): Value {
  try {
    return read()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new KeyFileError(`${file}: ${code === 'ENOENT' ? 'is not there' : what}`, { cause })
  }
}

/** PEM begins with a letter or a dash, PKCS#12 with the tag of a SEQUENCE. */
function readPrivateKey(bytes: Buffer, password: string | undefined): KeyObject {
  if (bytes[0] === 0x30) return readPkcs12(bytes, password ?? '')
  return createPrivateKey({ key: bytes, ...(password !== undefined && { passphrase: password }) })
}

/** The one key of a PKCS#12 file, RSA or EC. */
function readPkcs12(bytes: Buffer, password: string): KeyObject {
  const { asn1, pkcs12, pki } = forge
  const file = pkcs12.pkcs12FromAsn1(asn1.fromDer(bytes.toString('binary')), password)
  const bags = ['pkcs8ShroudedKeyBag', 'keyBag'].flatMap((name) => {
    const bagType = pki.oids[name] ?? ''
    return file.getBags({ bagType })[bagType] ?? []
  })
  const [bag] = bags
  if (bag === undefined || bags.length > 1) throw new TypeError('not exactly one key')
  // node-forge reads RSA keys only and leaves others as they are
  const info = bag.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(bag.key)) : bag.asn1
  const der = Buffer.from(asn1.toDer(info).getBytes(), 'binary')
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}
