import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type koffiModule from 'koffi'
import type { LibraryHandle } from 'koffi'
import type { Pkcs11Key } from './config.ts'

/**
 * A session with a token that has found its key. Every call blocks until the device has answered, for ever where it hangs: so it lives in a
 * process of its own (app-pkcs11-process.ts).
 */
export interface DeviceSession {
  readonly keyType: 'rsa' | 'ec' | 'other'
  /** over a digest, RSA as PKCS#1 v1.5, ECDSA as r‖s; throws an Error when the device refuses */
  sign(hash: HashName, digest: Uint8Array): Uint8Array
  close(): void
}

export type HashName = 'sha256' | 'sha384'

/** What PKCS#11 2.40 §4 and its header files call them. */
const constants = {
  ok: 0x00,
  alreadyInitialized: 0x191,
  alreadyLoggedIn: 0x100,
  pinIncorrect: 0xa0,
  pinLocked: 0xa4,
  userType: 1,
  serialSession: 4,
  privateKeyObject: 3,
  class: 0x00,
  label: 0x03,
  keyType: 0x100,
  id: 0x102,
  rsaKey: 0,
  ecKey: 3,
  rsaPkcs: 0x01,
  ecdsa: 0x1041,
} as const

/** The functions in use with their parameters, and their place in CK_FUNCTION_LIST. */
const functions = {
  C_Initialize: [0, ['void *']],
  C_GetSlotList: [4, ['uint8_t', 'CK_ULONG *', 'CK_ULONG *']],
  C_GetTokenInfo: [6, ['CK_ULONG', 'uint8_t *']],
  C_OpenSession: [12, ['CK_ULONG', 'CK_ULONG', 'void *', 'void *', 'CK_ULONG *']],
  C_CloseSession: [13, ['CK_ULONG']],
  C_Login: [18, ['CK_ULONG', 'CK_ULONG', 'uint8_t *', 'CK_ULONG']],
  C_GetAttributeValue: [24, ['CK_ULONG', 'CK_ULONG', 'CK_ATTRIBUTE *', 'CK_ULONG']],
  C_FindObjectsInit: [26, ['CK_ULONG', 'CK_ATTRIBUTE *', 'CK_ULONG']],
  C_FindObjects: [27, ['CK_ULONG', 'CK_ULONG *', 'CK_ULONG', 'CK_ULONG *']],
  C_FindObjectsFinal: [28, ['CK_ULONG']],
  C_SignInit: [42, ['CK_ULONG', 'CK_MECHANISM *', 'CK_ULONG']],
  C_Sign: [43, ['CK_ULONG', 'uint8_t *', 'CK_ULONG', 'uint8_t *', 'CK_ULONG *']],
} as const
type FunctionName = keyof typeof functions
type Bound = (...parameters: unknown[]) => number
type Call = (name: FunctionName, ...parameters: unknown[]) => void

/** A call that did not return CKR_OK; the message names function and code, never a parameter. */
class Refused extends Error {
  readonly code: number

  constructor(name: string, code: number) {
    const why =
      code === constants.pinIncorrect
        ? 'the PIN is refused'
        : `${name} returned 0x${code.toString(16)}`
    super(code === constants.pinLocked ? 'the PIN is locked' : why)
    this.code = code
  }
}

/**
 * Loads the library, finds token and key, and logs in. Throws an Error whose message says which of them failed and holds no
 * secret. A session that the device has lost is opened anew at the next signature, but never with a PIN that was refused once:
 * a few more attempts would lock the token.
 */
export function openDeviceSession(wanted: Pkcs11Key): DeviceSession {
  const call = loadLibrary(wanted.module)
  let session: Session | undefined = openSession(call, wanted)
  let locked: Refused | undefined
  const { keyType } = session

  const signWith = (mechanism: number, data: Uint8Array): Uint8Array => {
    if (locked !== undefined) throw locked
    try {
      session ??= openSession(call, wanted)
      return signIn(call, session, mechanism, data)
    } catch (error) {
      if (isPinRefused(error)) locked = error
      session = undefined
      throw error
    }
  }
  const sign = (mechanism: number, data: Uint8Array): Uint8Array => {
    const hadSession = session !== undefined
    try {
      return signWith(mechanism, data)
    } catch (error) {
      if (!hadSession || !(error instanceof Refused)) throw error
      return signWith(mechanism, data)
    }
  }
  return {
    keyType: nameOf(keyType),
    sign: (hash, digest) =>
      keyType === constants.ecKey
        ? sign(constants.ecdsa, digest)
        : sign(constants.rsaPkcs, Buffer.concat([digestInfoStart[hash], digest])),
    close() {
      if (session !== undefined) closeSession(call, session.handle)
      session = undefined
    },
  }
}

function nameOf(keyType: number): DeviceSession['keyType'] {
  if (keyType === constants.rsaKey) return 'rsa'
  return keyType === constants.ecKey ? 'ec' : 'other'
}

/** Whether the device has refused the PIN: it is not to be tried again. */
export function isPinRefused(error: unknown): error is Refused {
  const codes: readonly number[] = [constants.pinIncorrect, constants.pinLocked]
  return error instanceof Refused && codes.includes(error.code)
}

const require = createRequire(import.meta.url)

/** Loaded ones stay: koffi unloads a library that nothing holds, and its functions would be called into nothing. */
const libraries = new Map<string, { readonly library: LibraryHandle; readonly call: Call }>()

/** Initializes the library, once a process; its functions are found by the one that each library must export. */
function loadLibrary(module: string): Call {
  const known = libraries.get(module)
  if (known !== undefined) return known.call
  if (process.platform === 'win32') throw new Error('PKCS#11 is not supported on Windows')
  // only where it is configured: no gateway with its key in a file loads native code for it
  const koffi = require('koffi') as typeof koffiModule
  declareTypes(koffi)
  const list: unknown[] = [null]
  let library: LibraryHandle
  try {
    library = koffi.load(module)
    const getList = library.func('C_GetFunctionList', 'CK_ULONG', ['_Out_ void **'])
    if (getList(list) !== constants.ok) throw new Error('C_GetFunctionList failed')
  } catch (cause) {
    throw new Error('is not there, or no PKCS#11 library', { cause })
  }
  const bound = new Map(
    Object.entries(functions).map(([name, [place, types]]) => {
      // behind the version, each pointer at its natural alignment
      const pointer: unknown = koffi.decode(list[0], 8 * (place + 1), 'void *')
      const run = koffi.decode(pointer, koffi.proto('CK_ULONG', [...types])) as Bound
      return [name, run]
    }),
  )
  const call: Call = (name, ...parameters) => {
    const code = bound.get(name)?.(...parameters)
    if (code !== constants.ok) throw new Refused(name, code ?? -1)
  }
  tolerate(constants.alreadyInitialized, () => call('C_Initialize', null))
  libraries.set(module, { library, call })
  return call
}

let areTypesDeclared = false

/** Names are koffi's, once a process. */
function declareTypes(koffi: typeof koffiModule): void {
  if (areTypesDeclared) return
  koffi.alias('CK_ULONG', 'unsigned long')
  koffi.struct('CK_ATTRIBUTE', { type: 'CK_ULONG', value: 'uint8_t *', length: 'CK_ULONG' })
  koffi.struct('CK_MECHANISM', { mechanism: 'CK_ULONG', parameter: 'void *', length: 'CK_ULONG' })
  areTypesDeclared = true
}

function tolerate(code: number, run: () => void): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== code) throw error
  }
}

interface Session {
  readonly handle: bigint
  readonly key: bigint
  readonly keyType: number
}

function openSession(call: Call, wanted: Pkcs11Key): Session {
  const slot = findSlot(call, wanted)
  const handle = new BigUint64Array(1)
  call('C_OpenSession', slot, constants.serialSession, null, null, handle)
  const [session = 0n] = handle
  try {
    const pin = readPin(wanted)
    // the login is the process's, not the session's: one that is open already is used
    tolerate(constants.alreadyLoggedIn, () =>
      call('C_Login', session, constants.userType, pin, pin.length),
    )
    const key = findKey(call, session, wanted)
    return { handle: session, key, keyType: keyTypeOf(call, session, key) }
  } catch (error) {
    closeSession(call, session)
    throw error
  }
}

/** A session that the device has lost is closed already. */
function closeSession(call: Call, session: bigint): void {
  try {
    call('C_CloseSession', session)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}

function readPin({ pinFile, pinVariable = '' }: Pkcs11Key): Buffer {
  if (pinFile === undefined) {
    const pin = process.env[pinVariable]
    if (pin === undefined) throw new Error(`environment variable \`${pinVariable}\` is not set`)
    return Buffer.from(pin)
  }
  try {
    return Buffer.from(readFileSync(pinFile, 'utf8').replace(/\r?\n$/, ''))
  } catch (cause) {
    throw new Error(`${pinFile}: cannot be read`, { cause })
  }
}

/** The one token of this label and serial number, which CK_TOKEN_INFO holds padded with blanks. */
function findSlot(call: Call, { tokenLabel, tokenSerial }: Pkcs11Key): bigint {
  const count = new BigUint64Array(1)
  call('C_GetSlotList', 1, null, count)
  const slots = new BigUint64Array(Number(count[0]))
  if (slots.length > 0) call('C_GetSlotList', 1, slots, count)
  const found = [...slots].filter((slot) => {
    const info = Buffer.alloc(512)
    call('C_GetTokenInfo', slot, info)
    const text = (from: number, to: number) => info.toString('utf8', from, to).trimEnd()
    return (
      (tokenLabel === undefined || text(0, 32) === tokenLabel) &&
      (tokenSerial === undefined || text(80, 96) === tokenSerial)
    )
  })
  const [slot] = found
  if (slot === undefined || found.length > 1)
    throw new Error(`${found.length} tokens have this label and serial number, not one`)
  return slot
}

function findKey(call: Call, session: bigint, { keyLabel, keyId }: Pkcs11Key): bigint {
  const attribute = (type: number, value: Uint8Array) => ({ type, value, length: value.length })
  const template = [
    attribute(constants.class, ulong(constants.privateKeyObject)),
    ...(keyLabel === undefined ? [] : [attribute(constants.label, Buffer.from(keyLabel))]),
    ...(keyId === undefined ? [] : [attribute(constants.id, Buffer.from(keyId, 'hex'))]),
  ]
  call('C_FindObjectsInit', session, template, template.length)
  const keys = new BigUint64Array(2)
  const count = new BigUint64Array(1)
  call('C_FindObjects', session, keys, keys.length, count)
  call('C_FindObjectsFinal', session)
  const [key = 0n] = keys
  if (count[0] !== 1n)
    throw new Error(`${count[0] === 0n ? 'no key has' : 'several keys have'} this label and id`)
  return key
}

function keyTypeOf(call: Call, session: bigint, key: bigint): number {
  const type = new BigUint64Array(1)
  const value = new Uint8Array(type.buffer)
  call('C_GetAttributeValue', session, key, [{ type: constants.keyType, value, length: 8 }], 1)
  return Number(type[0])
}

function ulong(value: number): Uint8Array {
  return new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)
}

/** As long as a signature of RSA-16384. */
const signatureBytesMax = 2_048

function signIn(call: Call, session: Session, mechanism: number, data: Uint8Array): Uint8Array {
  const length = BigUint64Array.of(BigInt(signatureBytesMax))
  const signature = Buffer.alloc(signatureBytesMax)
  call('C_SignInit', session.handle, { mechanism, parameter: null, length: 0 }, session.key)
  call('C_Sign', session.handle, data, data.length, signature, length)
  return signature.subarray(0, Number(length[0]))
}

/** DigestInfo up to the digest (RFC 8017 §9.2, note 1). */
const digestInfoStart = {
  sha256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  sha384: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
} as const
