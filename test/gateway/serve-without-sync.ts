/**
 * `quadrivium serve --config FILE` with one mistake, which the durability tests must catch: the journal is written and never
 * synced. Run as a child of test/gateway/process.test.ts.
 */
import { join } from 'node:path'
import { describeGateway } from '../../src/app-table.ts'
import { prepareData, serve } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { dataPaths, openStore } from '../../src/store/data-directory.ts'
import { beginJournal, createJournalFile } from '../../src/store/journal-file.ts'
import { makeLog } from '../../src/transport/log.ts'
import { header } from '../audit/entries.ts'

const config = loadConfig(process.argv[process.argv.indexOf('--config') + 1] ?? '')
const release = await prepareData(config)
const gateway = await serve(config, {
  log: makeLog('error'),
  processes: 1,
  takesFiles: false,
  openStore: async () => {
    const store = await openStore(config.dataDirectory, { process: 1, nowMs: () => Date.now() })
    const file = createJournalFile(join(dataPaths(config.dataDirectory).journals, 'mistake.jsonl'))
    const unsynced = {
      write: (bytes: Uint8Array) => file.write(bytes),
      sync: () => Promise.resolve(),
    }
    const journal = await beginJournal(unsynced, header)
    return { ...store, journal: Object.assign(journal, { path: file.path }) }
  },
})
console.log(describeGateway(config, gateway.port))
process.once('SIGTERM', () => void gateway.close().then(release))
