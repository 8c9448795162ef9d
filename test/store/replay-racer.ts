/**
 * Child of hot-db.test.ts: for each line it reads, a number, it checks the message of that number and prints the verdict. The parent sends
 * the same number to two of these at once. Arguments: number of the process, then the path of hot.db, or database and socket of PostgreSQL.
 */
import { createInterface } from 'node:readline'
import { silentLog } from '../../src/base/log.ts'
import { HotDatabase } from '../../src/store/hot-db.ts'
import { PostgresReplay } from '../../src/store/postgres-replay.ts'

const [number = '', place = '', socket] = process.argv.slice(2)
const store = socket === undefined ? new HotDatabase(place, { nowMs: () => 0 }) : postgres(socket)
await store.claim(Number(number), () => [])
process.stdout.write('ready\n')
for await (const line of createInterface({ input: process.stdin })) {
  const { kind } = await store.check({
    digest: `digest-${line}`,
    signer: 'phare',
    messageId: `urn:uuid:${line}`,
    expiresAtMs: 1000,
    ticket: 'ticket',
    secret: undefined,
  })
  process.stdout.write(`${kind}\n`)
}
await store.close()

function postgres(host: string): PostgresReplay {
  const where = { host, port: 5432, database: place, user: 'quadrivium', timeoutMs: 5_000 }
  return new PostgresReplay({
    place: where,
    node: `node ${number}`,
    nowMs: () => 0,
    keptAnswers: { countMax: 0, bytesMax: 0 },
    keysMax: 1_000_000,
    log: silentLog,
  })
}
