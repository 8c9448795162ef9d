/**
 * The log interface; the edge that writes it is in app.ts (pino). Fields carry codes, tickets and counts: never a social
 * security number, a name, a distinguished name or a piece of a message.
 */
export interface Log {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields, cause?: unknown): void
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** A log that forgets; for tests and tools. */
export const silentLog: Log = { info() {}, warn() {}, error() {} }
