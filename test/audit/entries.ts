import type { JournalHeader } from '../../src/audit/entry-chain.ts'
import { journalFormat } from '../../src/audit/entry-chain.ts'
import type { Entry } from '../../src/audit/journal.ts'

export const header: JournalHeader = {
  format: journalFormat,
  process: 1,
  startedAt: '2026-04-15T08:00:00.000Z',
}

/** An entry as an exchange writes it. */
export function entry(ticket: string, rest: Partial<Entry> = {}): Entry {
  return { kind: 'granted', at: '2026-04-15T08:00:01.000Z', ticket, consumer: 'phare', ...rest }
}
