import type { GatewayError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import type { Inbound, Outbound } from '../exchange/inbound.ts'
import type { Institution } from '../institutions/institution.ts'
import type { Trust } from '../pki/trust.ts'
import type { ReplayStore } from '../ws-security/replay.ts'
import type { Admission } from './admission.ts'

/** What the channels share; app.ts assembles it. */
export interface Channel {
  readonly trust: Trust
  readonly institutions: readonly Institution[]
  readonly exchange: (inbound: Inbound) => Promise<Outbound>
  readonly replay: ReplayStore
  /** makes the refusal of a proven caller durable, when it happens before the exchange could record it */
  readonly recordRefusal: (refusal: ProvenRefusal) => Promise<void>
  /** makes it durable that an answer is told again */
  readonly recordRepeat: (repeat: Repeat) => Promise<void>
  readonly nowMs: () => number
  /** a fresh ticketCBSS */
  readonly newTicket: () => string
  readonly log: Log
  readonly securityLog: SecurityLog
  readonly admission: Admission
}

export interface ProvenRefusal {
  readonly ticket: string
  readonly channel: Inbound['channel']
  readonly signer: string
  readonly service: string
  readonly message?: string
  readonly messageId?: string
  readonly code: string
}

/** An answer that is told again to its honest caller; the ticket is that of the exchange that made it. */
export type Repeat = Required<
  Pick<ProvenRefusal, 'ticket' | 'channel' | 'signer' | 'service' | 'message'>
>

/** Refusals of unknown callers: codes and counts, nothing of the message (design.md §3). */
export interface SecurityLog {
  refused(channel: 'soap' | 'rest' | 'file', service: string, error: GatewayError): void
}

/** At most `perMinute` lines a minute; what is left out is counted and told in the next line. */
export function makeSecurityLog(log: Log, nowMs: () => number, perMinute = 120): SecurityLog {
  let minute = 0
  let written = 0
  let suppressed = 0
  return {
    refused(channel, service, error) {
      const now = Math.floor(nowMs() / 60_000)
      if (now !== minute) {
        minute = now
        written = 0
      }
      if (written >= perMinute) {
        suppressed += 1
        return
      }
      written += 1
      log.warn('refused', {
        channel,
        service,
        code: error.code,
        detail: error.message,
        ...(suppressed > 0 && { suppressed }),
      })
      suppressed = 0
    },
  }
}
