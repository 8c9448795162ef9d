/** Child of hot-db.test.ts: checks the messages 0 to N − 1 in their order, and prints how many were fresh, same, conflict. */
import { openHotDatabase } from '../../src/store/hot-db.ts'

const [path = '', count] = process.argv.slice(2)
const hot = openHotDatabase(path, { nowMs: () => 0 })
// both children are at the line before either starts
process.stdout.write('ready\n')
await new Promise((resolve) => process.stdin.once('data', resolve))
const fresh: number[] = []
let same = 0
for (let index = 0; index < Number(count); index += 1) {
  const message = {
    digest: `digest-${index}`,
    signer: 'phare',
    messageId: `urn:uuid:${index}`,
    expiresAtMs: 1000,
  }
  const verdict = await hot.check(message)
  if (verdict === 'fresh') fresh.push(index)
  if (verdict === 'same') same += 1
}
hot.close()
process.stdout.write(`${JSON.stringify({ fresh, same })}\n`)
process.stdin.unref()
