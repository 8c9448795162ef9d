import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { GatewayError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { writeOcspRequest, type OcspQuestion } from '../pki/ocsp.ts'
import type { TrustStore } from '../pki/trust-store.ts'

/** Where the status of a CA's certificates is asked; addresses come from the configuration, never out of a certificate. */
export interface RevocationSource {
  /** SHA-256 (hex) of the CA's certificate */
  readonly issuerSha256: string
  readonly crlUrl?: string
  readonly ocspUrl?: string
  /** false for a responder that does not repeat a nonce; true when absent */
  readonly ocspNonce?: boolean
}

/** How often is asked, and bounds of what is taken (config.ts, `revocation`). */
export interface RefreshLimits {
  readonly everyMs: number
  readonly retryMs: number
  readonly timeoutMs: number
  readonly crlBytesMax: number
  readonly ocspBytesMax: number
  readonly ocspAgeMaxMs: number
}

export interface RefresherParts {
  readonly trust: TrustStore
  readonly sources: readonly RevocationSource[]
  /** CRL files of the operator, read again each time */
  readonly crlFiles: readonly string[]
  readonly limits: RefreshLimits
  readonly nowMs: () => number
  readonly log: Log
}

export interface RevocationRefresher {
  /** ends what is under way and starts nothing more */
  close(): Promise<void>
}

/** How often is looked whether something is due: a certificate shown for the first time is asked about within this time. */
const tickMs = 1_000

/**
 * Keeps the evidence of revocation fresh, beside the exchanges and never inside one: CRL files, CRLs by HTTP, and OCSP answers about
 * the certificates that were shown. What fails is logged and tried again; the last good evidence stays until it ends by
 * itself. Resolves when everything was tried once.
 */
export async function startRevocationRefresher(
  parts: RefresherParts,
): Promise<RevocationRefresher> {
  const stopped = new AbortController()
  const fetchers = [
    ...(parts.crlFiles.length > 0 ? [fileReader(parts, stopped.signal)] : []),
    ...parts.sources.map((source) => sourceReader(source, parts, stopped.signal)),
  ]
  const running = new Set<Promise<void>>()
  const busy = new Set<Fetcher>()
  const tick = () => {
    for (const fetcher of fetchers.filter((one) => !busy.has(one))) {
      busy.add(fetcher)
      const run = fetcher().finally(() => {
        busy.delete(fetcher)
        running.delete(run)
      })
      running.add(run)
    }
  }
  tick()
  await Promise.all(running)
  const timer = setInterval(tick, Math.min(tickMs, parts.limits.everyMs))
  timer.unref()
  return {
    close: async () => {
      clearInterval(timer)
      stopped.abort()
      await Promise.all(running)
    },
  }
}

/** Does what is due; never rejects. */
type Fetcher = () => Promise<void>

/** When things are due: at once when never done, after the interval when done, sooner when failed. */
class Schedule {
  readonly #dueAtMs = new Map<string, number>()
  readonly #parts: RefresherParts
  readonly #stopped: AbortSignal

  constructor(parts: RefresherParts, stopped: AbortSignal) {
    this.#parts = parts
    this.#stopped = stopped
  }

  isDue(key: string): boolean {
    return (this.#dueAtMs.get(key) ?? 0) <= this.#parts.nowMs()
  }

  /** Runs it; says `unreachable` when nothing came that could be judged. What went wrong is logged with `about`. */
  async run(
    key: string,
    about: Readonly<Record<string, string>>,
    work: () => Promise<void>,
  ): Promise<'done' | 'refused' | 'unreachable'> {
    const { limits, log, nowMs } = this.#parts
    try {
      await work()
      this.#dueAtMs.set(key, nowMs() + limits.everyMs * (0.9 + Math.random() / 5))
      return 'done'
    } catch (error) {
      this.#dueAtMs.set(key, nowMs() + Math.min(limits.retryMs, limits.everyMs))
      if (!this.#stopped.aborted)
        log.warn('revocation not refreshed', { ...about, why: describe(error) })
      return error instanceof FetchError ? 'unreachable' : 'refused'
    }
  }

  /** Forgets what is asked about no more. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const key of this.#dueAtMs.keys()) if (!keys.has(key)) this.#dueAtMs.delete(key)
  }
}

/** Only texts of ours: one from elsewhere could carry anything. */
function describe(error: unknown): string {
  if (error instanceof GatewayError || error instanceof FetchError) return error.message
  return error instanceof Error ? error.name : 'unknown'
}

function fileReader(parts: RefresherParts, stopped: AbortSignal): Fetcher {
  const schedule = new Schedule(parts, stopped)
  // they were read at the start
  let isFirst = true
  return async () => {
    if (!schedule.isDue('files')) return
    await schedule.run('files', { source: 'crl files' }, async () => {
      if (!isFirst) await readFiles(parts)
      isFirst = false
    })
  }
}

async function readFiles({ trust, crlFiles }: RefresherParts): Promise<void> {
  try {
    trust.evidence.replaceCrls(await Promise.all(crlFiles.map((file) => readFile(file))))
  } catch (cause) {
    throw new FetchError('a CRL file is absent or refused; those read before stay', { cause })
  }
}

function sourceReader(
  source: RevocationSource,
  parts: RefresherParts,
  stopped: AbortSignal,
): Fetcher {
  const { issuerSha256, crlUrl, ocspUrl } = source
  const { trust, limits, nowMs } = parts
  const crlSchedule = new Schedule(parts, stopped)
  const ocspSchedule = new Schedule(parts, stopped)
  let unreachableUntilMs = 0
  const fetchCrl = async (url: string) => {
    const der = await fetchBytes(url, { sizeBytesMax: limits.crlBytesMax, limits, stopped })
    trust.evidence.takeCrl(der, issuerSha256, nowMs())
  }
  const ask = async (url: string, question: OcspQuestion) => {
    const nonce = source.ocspNonce === false ? undefined : randomBytes(16)
    const der = await fetchBytes(url, {
      sizeBytesMax: limits.ocspBytesMax,
      limits,
      stopped,
      ocspRequest: writeOcspRequest(question, nonce),
    })
    const judgement = { atMs: nowMs(), nonce, ageMaxMs: limits.ocspAgeMaxMs }
    trust.evidence.takeOcspResponse(der, question, judgement)
  }
  return async () => {
    if (crlUrl !== undefined && crlSchedule.isDue('crl'))
      await crlSchedule.run('crl', { source: 'crl', issuer: issuerSha256 }, () => fetchCrl(crlUrl))
    if (ocspUrl === undefined) return
    const questions = trust.ocspQuestions(issuerSha256)
    ocspSchedule.keepOnly(new Set(questions.map(({ certificate }) => certificate.sha256)))
    for (const question of questions) {
      const { sha256 } = question.certificate
      if (stopped.aborted || nowMs() < unreachableUntilMs) return
      if (!ocspSchedule.isDue(sha256)) continue
      const about = { source: 'ocsp', issuer: issuerSha256, certificate: sha256 }
      const outcome = await ocspSchedule.run(sha256, about, () => ask(ocspUrl, question))
      // what is left stays due: a responder that is away is not asked about everybody in vain
      if (outcome === 'unreachable')
        unreachableUntilMs = nowMs() + Math.min(limits.retryMs, limits.everyMs)
    }
  }
}

/** Nothing came that could be judged; the message says why. */
class FetchError extends Error {
  override readonly name = 'FetchError'
}

interface Fetch {
  readonly sizeBytesMax: number
  readonly limits: Pick<RefreshLimits, 'timeoutMs'>
  readonly stopped: AbortSignal
  /** posted when present */
  readonly ocspRequest?: Uint8Array
}

/** The body of a 200 answer, whole and within bounds; no redirection is followed. Throws FetchError. */
async function fetchBytes(
  url: string,
  { sizeBytesMax, limits, stopped, ocspRequest }: Fetch,
): Promise<Uint8Array> {
  const timeout = AbortSignal.timeout(limits.timeoutMs)
  try {
    const response = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.any([stopped, timeout]),
      ...(ocspRequest !== undefined && {
        method: 'POST',
        headers: { 'Content-Type': 'application/ocsp-request' },
        body: Uint8Array.from(ocspRequest),
      }),
    })
    if (response.status !== 200) throw new FetchError(`HTTP status ${response.status}`)
    const chunks: Uint8Array[] = []
    let sizeBytes = 0
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      sizeBytes += chunk.length
      if (sizeBytes > sizeBytesMax) throw new FetchError(`larger than ${sizeBytesMax} bytes`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    if (error instanceof FetchError) throw error
    throw new FetchError(timeout.aborted ? 'no answer in time' : 'no answer', { cause: error })
  }
}
