import { pino, type DestinationStream } from 'pino'
import type { Log } from '../base/log.ts'

/** Structured lines, by default on standard output, one a line. An error's stack stays out: its code, name and text are ours. */
export function makeLog(
  level: 'info' | 'warn' | 'error' | 'silent',
  destination: DestinationStream = pino.destination(1),
): Log {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  const out = pino(options, destination)
  return {
    info: (event, fields) => out.info({ ...fields, event }),
    warn: (event, fields) => out.warn({ ...fields, event }),
    error: (event, fields, cause) =>
      out.error({ ...fields, event, ...(cause instanceof Error && { cause: describe(cause) }) }),
  }
}

/** The name and place of a fault of ours; a message could carry a value of the request, so it is left out. */
function describe(error: Error): string {
  const { stack = '', message } = error
  const frames = stack.slice(stack.indexOf(message) + message.length).split('\n')
  const place = frames.find((line) => line.startsWith('    at ') && line.includes('/src/'))
  return `${error.name}${place === undefined ? '' : ` ${place.trim().replace(/\(?file:\/\/.*\/src\//, '(src/')}`}`
}
