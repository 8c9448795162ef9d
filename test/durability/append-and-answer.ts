/**
 * A gateway reduced to its promise, run as a child by the durability tests: it appends an entry and only then writes the answer
 * `answer <ticket>` to standard output. Arguments: journal directory, exchanges at once, exchanges in all (0: until killed),
 * and `no-sync` for the mistake that the tests must catch.
 */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DurableFile } from '../../src/audit/group-commit.ts'
import { beginJournal, createJournalFile } from '../../src/store/journal-file.ts'
import { entry, header } from '../audit/entries.ts'

const [directory, atOnce, total, variant] = process.argv.slice(2)
const file = createJournalFile(join(directory ?? '', 'journal-1-000001.jsonl'))
const unsynced: DurableFile = { write: (bytes) => file.write(bytes), sync: () => Promise.resolve() }
const journal = await beginJournal(variant === 'no-sync' ? unsynced : file, header)

let begun = 0
async function exchanges(): Promise<void> {
  while (Number(total) === 0 || begun < Number(total)) {
    begun += 1
    const ticket = `ticket-${begun}-`
    await journal.append(entry(ticket, { body: 'b'.repeat(900) }))
    writeSync(1, `answer ${ticket}\n`)
  }
}

await Promise.all(Array.from({ length: Number(atOnce) }, exchanges))
