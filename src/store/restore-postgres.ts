import type { ClientBase } from 'pg'
import type { Recalled, RecordedMessage } from './known-message.ts'
import { replayMigrations, statements } from './postgres-replay-sql.ts'
import { explainFault, makePool, migratePostgres, type PostgresPlace } from './postgres.ts'

/** Messages of one statement. */
const messagesAtOnce = 1_000

/**
 * Before any process of this node serves: makes the tables, or brings them to this program's version; puts back what the node's own
 * journals say, as far as it is not known (a database that was lost, or put back from a backup), and gives its places free. Returns how many
 * messages that were. Rejects with PostgresFault.
 */
export async function preparePostgresReplay(
  place: PostgresPlace,
  node: string,
  recalled: Iterable<Recalled>,
): Promise<number> {
  const pool = makePool(place, 1, (client) => migratePostgres(client, replayMigrations))
  pool.on('error', () => undefined) // the next question meets it
  try {
    const client = await pool.connect()
    try {
      let count = 0
      for (const group of groupsOf(recalled)) count += await putBack(client, group)
      await client.query(statements.freePlaces, [node])
      return count
    } finally {
      client.release()
    }
  } catch (error) {
    throw explainFault(error, place)
  } finally {
    await pool.end()
  }
}

function* groupsOf(recalled: Iterable<Recalled>): Generator<Recalled[]> {
  let group: Recalled[] = []
  for (const one of recalled) {
    group.push(one)
    if (group.length < messagesAtOnce) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

async function putBack(client: ClientBase, group: readonly Recalled[]): Promise<number> {
  const received = group.flatMap((one) => (one.kind === 'received' ? [one.message] : []))
  const completed = group.flatMap((one) => (one.kind === 'completed' ? [one.digest] : []))
  await client.query(statements.putBack, [
    received.map(({ digest }) => digest),
    received.map(({ signer }) => signer),
    received.map(({ messageId }) => messageId ?? null),
    received.map(({ expiresAtMs }) => Math.ceil(expiresAtMs)),
    received.map(({ ticket }) => ticket),
    received.map(({ attempt }) => attempt),
  ])
  const attempts = attemptsOf(received)
  await client.query(statements.raiseAttempts, [[...attempts.keys()], [...attempts.values()]])
  await client.query(statements.completeMessages, [completed])
  return received.length
}

/** The last attempt at each message. */
function attemptsOf(received: readonly RecordedMessage[]): ReadonlyMap<string, number> {
  const attempts = new Map<string, number>()
  for (const { digest, attempt } of received)
    attempts.set(digest, Math.max(attempt, attempts.get(digest) ?? 1))
  return attempts
}
