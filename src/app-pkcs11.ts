import { fork, type ChildProcess } from 'node:child_process'
import { hash as digestOf } from 'node:crypto'
import type { DeviceSession, HashName } from './app-pkcs11-session.ts'
import { GatewayError } from './base/errors.ts'
import type { Log } from './base/log.ts'
import { valuesOf } from './config-limits.ts'
import type { Pkcs11Key } from './config.ts'

/** What the process of a device is asked, and what it answers, in the same order. */
export type Asked =
  | { readonly kind: 'open'; readonly key: Pkcs11Key }
  | { readonly kind: 'sign'; readonly hash: HashName; readonly digest: Uint8Array }
export type Answer =
  | { readonly kind: 'started' }
  | { readonly kind: 'opened'; readonly keyType: DeviceSession['keyType'] }
  | { readonly kind: 'signed'; readonly signature: Uint8Array }
  | { readonly kind: 'failed'; readonly why: string; readonly pinRefused: boolean }

/** A key in a device. */
export interface Device {
  /** Rejects with GatewayError SIGNING_UNAVAILABLE: at once while the device is away. */
  sign(hash: HashName, data: Uint8Array): Promise<Uint8Array>
  /** false from the first failure until a signature succeeds again */
  readonly isReady: boolean
  /** lets what was asked before be answered; resolves when no process of the device is left */
  close(): Promise<void>
}

/** How long after a failure the device is tried again. */
const retryMs = 1_000

/** How long the process may take to start; no device is in that. */
const startMs = 10_000

/**
 * Starts a process that opens a session with the token and finds the key, which must be of this type. Rejects with an Error whose message says
 * what failed, and holds no secret. When the device hangs or fails later, its process is ended, and one at a time is started anew every
 * second until it signs again; but not with a PIN that was refused, because a few more attempts would lock the token.
 */
export async function openDevice(
  key: Pkcs11Key,
  keyType: 'rsa' | 'ec',
  log: Pick<Log, 'info' | 'error'>,
): Promise<Device> {
  const { timeoutMs } = valuesOf('pkcs11', key)
  const { module } = key
  const live = new Set<DeviceProcess>()
  const open = async () => {
    const opened = new DeviceProcess(timeoutMs)
    live.add(opened)
    void opened.exited.then(() => live.delete(opened))
    try {
      await opened.started
      const answer = await opened.ask({ kind: 'open', key })
      if (answer.kind !== 'opened' || answer.keyType !== keyType)
        throw new Error(`the key is not of type ${keyType}`)
      return opened
    } catch (error) {
      void opened.close()
      throw error
    }
  }
  let running: DeviceProcess | undefined = await open()
  let isReady = true
  let isClosed = false
  let retrying: NodeJS.Timeout | undefined

  const signWith = async (one: DeviceProcess, hash: HashName, digest: Uint8Array) => {
    const answer = await one.ask({ kind: 'sign', hash, digest })
    if (answer.kind !== 'signed') throw new TypeError('answer to another question')
    return answer.signature
  }
  const fail = (from: DeviceProcess | undefined, error: unknown): GatewayError => {
    const refused = new GatewayError('SIGNING_UNAVAILABLE', 'device', [], { cause: error })
    // of those that waited for one process together the first says it
    if (from !== running || isClosed) return refused
    void running?.close()
    running = undefined
    isReady = false
    const pinRefused = error instanceof Failed && error.pinRefused
    log.error('signing device fails', { module, why: (error as Error).message, pinRefused })
    if (!pinRefused) retrying = setTimeout(() => void retry(), retryMs).unref()
    return refused
  }
  const retry = async () => {
    let opened: DeviceProcess | undefined
    try {
      opened = await open()
      await signWith(opened, 'sha256', Buffer.alloc(32))
      running = opened
      isReady = true
      log.info('signing device answers again', { module })
    } catch (error) {
      void opened?.close()
      fail(undefined, error)
    }
  }
  return {
    get isReady() {
      return isReady
    },
    async sign(hash, data) {
      const one = running
      if (one === undefined) throw new GatewayError('SIGNING_UNAVAILABLE')
      try {
        return await signWith(one, hash, digestOf(hash, data, 'buffer'))
      } catch (error) {
        throw fail(one, error)
      }
    },
    async close() {
      isClosed = true
      clearTimeout(retrying)
      const last = running
      running = undefined
      for (const one of live) if (one !== last) one.kill()
      await Promise.all([...live].map((one) => one.close()))
    },
  }
}

/** What the device's process could not do. */
class Failed extends Error {
  readonly pinRefused: boolean

  constructor({ why, pinRefused }: Extract<Answer, { kind: 'failed' }>) {
    super(why)
    this.pinRefused = pinRefused
  }
}

/** The program, beside this file, in the repository (.ts) and installed (.js). */
const program = import.meta.filename.replace(/(\.[jt]s)$/, '-process$1')

/** A process that holds one session; ended when nothing is answered for a while although something was asked. */
class DeviceProcess {
  readonly #child: ChildProcess
  readonly #timeoutMs: number
  readonly #waiting: {
    readonly resolve: (answer: Answer) => void
    readonly reject: (error: Error) => void
    readonly withinMs: number
  }[] = []
  /** rejects when the program does not run */
  readonly started: Promise<unknown>
  readonly exited: Promise<void>
  #watch: NodeJS.Timeout | undefined
  #ended: Error | undefined
  #isClosing = false

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
    this.#child = fork(program, { execArgv: [], serialization: 'advanced', stdio: 'ignore' })
    this.#child.on('message', (answer: Answer) => this.#take(answer))
    this.exited = new Promise((resolve) => {
      this.#child.on('error', () => {
        this.#end('its process cannot be started')
        resolve()
      })
      this.#child.on('exit', () => {
        this.#end('its process ended')
        resolve()
      })
    })
    // the timer of what is waited for keeps this process alive, and nothing else of the device does
    this.#child.unref()
    this.#child.channel?.unref()
    this.started = this.#answer(startMs)
  }

  /** Rejects with an Error that says why: the device refuses or hangs, or the process is gone. */
  ask(asked: Asked): Promise<Answer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    this.#child.send(asked, () => undefined)
    return this.#answer(this.#timeoutMs)
  }

  /** The next answer that nobody waits for yet. */
  #answer(withinMs: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject, withinMs })
      if (this.#waiting.length === 1) this.#waitOn()
    })
  }

  /** Ends it once all that was asked is answered, or the device hangs; resolves when it has ended. */
  close(): Promise<void> {
    this.#isClosing = true
    if (this.#waiting.length === 0 && this.#child.connected) {
      this.#child.disconnect()
      // it gives its session back, and that may hang too
      this.#watch = setTimeout(() => this.kill(), this.#timeoutMs)
    }
    return this.exited
  }

  kill(): void {
    this.#end('its process was ended')
  }

  #take(answer: Answer): void {
    const first = this.#waiting.shift()
    this.#waitOn()
    if (answer.kind === 'failed') first?.reject(new Failed(answer))
    else first?.resolve(answer)
    if (this.#isClosing) void this.close()
  }

  #waitOn(): void {
    clearTimeout(this.#watch)
    const [first] = this.#waiting
    if (first === undefined) return
    const { withinMs } = first
    this.#watch = setTimeout(() => this.#end(`does not answer within ${withinMs} ms`), withinMs)
  }

  #end(why: string): void {
    clearTimeout(this.#watch)
    this.#child.kill('SIGKILL')
    if (this.#ended !== undefined) return
    this.#ended = new Error(why)
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended)
  }
}
