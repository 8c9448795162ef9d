import cluster, { type Worker } from 'node:cluster'
import { availableParallelism } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { describeGateway } from '../app-table.ts'
import { prepareData, startGateway } from '../app.ts'
import { loadConfig, type Config } from '../config.ts'
import { required } from './required.ts'

interface ServeOptions {
  readonly config?: string
  readonly processes: number
}

/** `quadrivium serve`: one process per core unless told otherwise, stopped gracefully by SIGINT or SIGTERM. */
export function serveCommand(): Command {
  return new Command('serve')
    .description('answer SOAP, REST and file exchanges')
    .option('--config <file>', 'configuration, JSON (docs/operating.md); must be given')
    .option('--processes <n>', 'number of processes', readCount, availableParallelism())
    .action(async ({ config, processes }: ServeOptions, command: Command) => {
      const loaded = loadConfig(required(command, '--config <file>', config))
      if (cluster.isWorker) await work(loaded, processes)
      else if (processes === 1) await serveAlone(loaded)
      else await supervise(loaded, processes)
    })
}

function readCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > 64) {
    throw new InvalidArgumentError('a number from 1 to 64')
  }
  return count
}

/** Calls `stop` once, at the first signal. */
function onStop(stop: () => void): void {
  let stopping = false
  const once = () => {
    if (stopping) return
    stopping = true
    stop()
  }
  process.on('SIGTERM', once)
  process.on('SIGINT', once)
}

async function serveAlone(config: Config): Promise<void> {
  const release = await prepareData(config)
  const gateway = await startGateway(config, 1, 1)
  console.log(describeGateway(config, gateway.port))
  process.on('SIGHUP', () => void gateway.reload())
  onStop(() => {
    void gateway.close().then(release)
  })
}

/** A worker: its number, which names its journal, comes from the first process. */
async function work(config: Config, processes: number): Promise<void> {
  const number = Number(process.env['QUADRIVIUM_PROCESS'])
  const gateway = await startGateway(config, number, processes).catch((error: unknown) => {
    process.disconnect() // the open channel would keep this process alive
    throw error
  })
  process.send?.({ port: gateway.port })
  process.on('SIGHUP', () => void gateway.reload())
  // the terminal's interrupt reaches all processes; the first one decides when workers stop
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => {
    void gateway.close().then(() => process.exit(0))
  })
  process.on('disconnect', () => {
    void gateway.close().then(() => process.exit(0))
  })
}

/** A worker that ends before it listened, or within this time after, ends the gateway: a restart would not mend it. */
const quickDeathMs = 5_000

/**
 * V8 would double its young generation to twice 32 MiB under load and give it back when idle: 30 MiB that come and go in each
 * process. Fixed at its usual size, memory stays where it is after the first minutes (docs/operating.md, _Memory_).
 */
const youngGeneration = '--max-semi-space-size=16'

/** The first process: prepares the data once, starts workers, replaces one that dies. */
async function supervise(config: Config, processes: number): Promise<void> {
  const release = await prepareData(config)
  const started = new Map<number, { readonly number: number; listenedAtMs?: number }>()
  let stopping = false
  let listening = 0
  cluster.setupPrimary({ execArgv: [...process.execArgv, youngGeneration] })
  const start = (number: number) => {
    const worker = cluster.fork({ QUADRIVIUM_PROCESS: String(number) })
    started.set(worker.id, { number })
  }
  const workers = () =>
    Object.values(cluster.workers ?? {}).filter((worker): worker is Worker => worker !== undefined)
  // one that does not listen yet reads the files of now anyway, and a signal would end it
  const hasListened = ({ id }: Worker) => started.get(id)?.listenedAtMs !== undefined
  const stop = () => {
    stopping = true
    for (const worker of workers()) worker.process.kill('SIGTERM')
  }

  cluster.on('message', (worker, message: { port?: number }) => {
    const known = started.get(worker.id)
    if (message.port === undefined || known === undefined) return
    known.listenedAtMs = Date.now()
    listening += 1
    if (listening === processes) console.log(describeGateway(config, message.port, processes))
  })
  cluster.on('exit', (worker, code) => {
    const ended = started.get(worker.id)
    started.delete(worker.id)
    if (!stopping && ended !== undefined) {
      const { listenedAtMs } = ended
      if (listenedAtMs === undefined || Date.now() - listenedAtMs < quickDeathMs) {
        console.error(`process ${ended.number} ended at once with code ${code}; stopping`)
        process.exitCode = 1
        stop()
      } else {
        console.error(`process ${ended.number} ended with code ${code}; starting it again`)
        start(ended.number)
      }
    }
    if (stopping && started.size === 0) release()
  })
  process.on('SIGHUP', () => {
    for (const worker of workers()) if (hasListened(worker)) worker.process.kill('SIGHUP')
  })
  onStop(stop)
  for (let number = 1; number <= processes; number += 1) start(number)
}
