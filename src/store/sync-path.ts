import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Makes a file's content durable, or, for a directory, the names in it. */
export function syncPath(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
