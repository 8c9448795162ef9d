/**
 * `npm run bench -- batch`: one Dimona file of a given size through the whole file channel (copy, CMS, split, XSD, mandates, journal,
 * register, notification) in this process: time and the most memory it took. The journal is in memory without a sync.
 */
import { createHash, sign } from 'node:crypto'
import {
  closeSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { parseArgs } from 'node:util'
import { signatureFile } from '../src/batch/sign-answer.ts'
import { signedAttributes, writeSignedData } from '../certs-test/sign-file.ts'
import { setOf } from '../certs-test/der.ts'
import { Drop } from '../test/batch/drop.ts'
import { dimonaFile, dimonaIn, worker } from '../test/batch/messages.ts'
import { certificateOf, keyOf } from '../test/pki/material.ts'

const { values } = parseArgs({ options: { mib: { type: 'string', default: '50' } } })
const bytesWanted = Number(values.mib) * 2 ** 20

const drop = await Drop.open()
const stem = drop.stem('atelier')

// 890 workers, one day each after the other, so that all are accepted
function* parts(): Generator<string> {
  const [start = '', end = ''] = dimonaFile('|').split('|')
  yield start
  let bytes = start.length
  for (let n = 0; bytes < bytesWanted; n += 1) {
    const day = new Date(Date.UTC(2026, 2, 9) + Math.floor(n / 890) * 86_400_000)
    const date = day.toISOString().slice(0, 10)
    const form = dimonaIn({
      start: date,
      times: `<EndingDate>${date}</EndingDate>`,
      person: `<INSS>${worker((n % 890) + 1)}</INSS>`,
    })
    bytes += form.length
    yield form
  }
  yield end
}

const hash = createHash('sha256')
const descriptor = openSync(drop.in('atelier', `FI.${stem}.1.1`), 'w')
for (const part of parts()) {
  writeSync(descriptor, part)
  hash.update(part)
}
closeSync(descriptor)
const seal = 'institutions/atelier/signing'
const signer = { certificate: certificateOf(seal), privateKey: keyOf(seal) }
const attributes = signedAttributes(hash.digest(), new Date())
const signature = sign('sha256', setOf(...attributes), signer.privateKey)
const der = writeSignedData(signer, attributes, signature, 'sha256')
writeFileSync(drop.in('atelier', `FS.${stem}.1.1`), signatureFile(der))
writeFileSync(drop.in('atelier', `GO.${stem}.1`), '')
const { size } = statSync(drop.in('atelier', `FI.${stem}.1.1`))

const residentMiB = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024
const before = residentMiB()
let most = before
const journal = { append: () => Promise.resolve() }
drop.drop = drop.newDrop({ journal })
const watch = setInterval(() => {
  most = Math.max(most, residentMiB())
}, 50)
const startedMs = performance.now()
await drop.drop.scan()
const seconds = (performance.now() - startedMs) / 1000
clearInterval(watch)
const [set] = readdirSync(drop.work('done'))
const count = await drop.store.outcomeCount(set ?? '')
drop.close()

console.log(
  `${(size / 2 ** 20).toFixed(1)} MiB, ${count} declarations: ${seconds.toFixed(1)} s, ` +
    `${Math.round(count / seconds)} declarations/s, resident ${Math.round(before)} → at most ${Math.round(most)} MiB`,
)
