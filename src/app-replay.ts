import { readFileSync } from 'node:fs'
import type { Log } from './base/log.ts'
import { valuesOf } from './config-limits.ts'
import type { Config } from './config.ts'
import type { SharedReplayOptions } from './store/data-directory.ts'

/** What one key takes with its indexes in PostgreSQL: some 500 bytes, and as much again until the server clears the dead ones. */
const keyBytes = 1_000

/** How replay keys are shared with other machines; undefined when they are in `hot.db`. Throws when `ca` cannot be read. */
export function sharedReplayOf(config: Config, log: Log): SharedReplayOptions | undefined {
  const { replayDatabase } = config
  if (replayDatabase === undefined) return undefined
  const { socket, host = '', port = 5432, database, user, passwordFile, ca } = replayDatabase
  return {
    place: {
      host: socket ?? host,
      port,
      database,
      user,
      ...(passwordFile !== undefined && { password: () => readPassword(passwordFile) }),
      ...(ca !== undefined && { ca: readFileSync(ca, 'utf8') }),
      timeoutMs: valuesOf('replayDatabase', replayDatabase).timeoutMs,
    },
    nowMs: () => Date.now(),
    keptAnswers: valuesOf('keptAnswers', config.keptAnswers),
    keysMax: Math.floor(valuesOf('replayKeys', config.replayKeys).bytesMax / keyBytes),
    log,
  }
}

function readPassword(file: string): string {
  return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
}
