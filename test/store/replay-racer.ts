/**
 * Child of hot-db.test.ts: for each line it reads, a number, it checks the message of that number and prints the verdict. The parent sends
 * the same number to two of these at once.
 */
import { createInterface } from 'node:readline'
import { HotDatabase } from '../../src/store/hot-db.ts'

const hot = new HotDatabase(process.argv[2] ?? '', { nowMs: () => 0 })
process.stdout.write('ready\n')
for await (const line of createInterface({ input: process.stdin })) {
  const { kind } = await hot.check({
    digest: `digest-${line}`,
    signer: 'phare',
    messageId: `urn:uuid:${line}`,
    expiresAtMs: 1000,
    ticket: 'ticket',
    secret: undefined,
  })
  process.stdout.write(`${kind}\n`)
}
hot.close()
