/**
 * The program of the process that holds a session with a PKCS#11 device (docs/decisions/0013). Its parent, app-pkcs11.ts, ends it when the device
 * hangs. It answers in the order in which it was asked, and ends with its parent.
 */
import type { Answer, Asked } from './app-pkcs11.ts'
import { isPinRefused, openDeviceSession, type DeviceSession } from './app-pkcs11-session.ts'

let session: DeviceSession | undefined

function answerTo(asked: Asked): Answer {
  try {
    if (asked.kind === 'open') {
      session = openDeviceSession(asked.key)
      return { kind: 'opened', keyType: session.keyType }
    }
    if (session === undefined) throw new Error('no session')
    return { kind: 'signed', signature: session.sign(asked.hash, asked.digest) }
  } catch (error) {
    // its own texts only: they name what is looked for or what a function returned, never the PIN
    return { kind: 'failed', why: (error as Error).message, pinRefused: isPinRefused(error) }
  }
}

const tell = (answer: Answer) => process.send?.(answer)

process.on('message', (asked: Asked) => tell(answerTo(asked)))
process.on('disconnect', () => {
  session?.close()
  process.exit()
})
// the terminal's interrupt and a supervisor's signal reach all processes: the parent decides when this one ends
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
tell({ kind: 'started' })
