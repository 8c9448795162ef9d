import type { DurableFile } from '../../src/audit/group-commit.ts'

/**
 * A disk that loses, at a crash, all that no completed sync covers: what the page cache of a real machine does at a power
 * cut, which `kill -9` cannot show. A whole gateway can be run on it: give `beginJournal` this file.
 */
export interface ForgetfulFile extends DurableFile {
  /** what a crash now would leave */
  survivors(): Buffer
  /** everything that was written, as the page cache has it */
  written(): Buffer
}

/** `pause` is awaited inside every write and every sync, so that a test decides what runs in between. */
export function forgetfulFile(pause: () => Promise<void> = () => Promise.resolve()): ForgetfulFile {
  let written = Buffer.alloc(0)
  let durable = 0
  return {
    async write(bytes) {
      await pause()
      written = Buffer.concat([written, bytes])
    },
    async sync() {
      // only what was there when the sync began is covered
      const covered = written.length
      await pause()
      durable = Math.max(durable, covered)
    },
    survivors: () => written.subarray(0, durable),
    written: () => written,
  }
}

/** The same disk with the sync taken out of it: the mistake that the durability tests must catch. */
export function withoutSync(file: ForgetfulFile): ForgetfulFile {
  return { ...file, sync: () => Promise.resolve() }
}
