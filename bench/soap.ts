/** `npm run bench -- soap`: saturated signed exchanges, beside the limit of RSA and beside the naive composition. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureLimitMs } from './limit.ts'
import type { LoadOrder, LoadReport } from './load.ts'
import { cpuMs, processTree, residentMiB } from './process-stat.ts'
import { findPayloads, soapAction } from './questions.ts'
import { pem, pemOf, type ServerProcess } from '../test/gateway-process.ts'
import { servicePath, startGateway, startNaive, type Transport } from './servers.ts'

const help = `Measures signed SOAP exchanges on this machine.

usage: npm run bench -- soap [options]

  --seconds N        how long each row is measured (default 10)
  --warm-up N        seconds of load before that (default 30): V8 has then compiled what a server that runs for days runs
  --connections N    keep-alive connections (default 8)
  --transports LIST  http,tls (default both)
  --processes LIST   processes of the server (default 1,2)
  --no-naive         leave the naive composition out
  --rss              also memory after 50,000 and after 200,000 exchanges (minutes)
  --help             this text

A row is one server under N connections, each sending the next request when its reply is whole. Requests are signed beforehand
(RSA-2048, Body and Timestamp); each is sent once. CPU-ms is what the kernel counted for the server's processes, divided by
exchanges. The limit is one RSA-2048 verification and one signature with keys made once, measured beside each row. The naive composition is
bench/naive: node-soap and xml-crypto, same contract, same answer; schema, replay, filter and two synced entries done the first way
that comes to hand; no deliberation, no revocation.
`

interface Row {
  readonly transport: Transport
  readonly processes: number
  readonly server: 'gateway' | 'naive'
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly cpuMsEach: number
  /** one RSA-2048 verification and one signature, measured right before and after the row */
  readonly limitMs: number
  readonly requestBytes: number
  readonly replyBytes: number
}

/** The load generator, a process of its own that lives as long as the bench. */
class Load {
  readonly #child: ChildProcess = fork(join(import.meta.dirname, 'load.ts'))

  async run(order: LoadOrder, server: ServerProcess): Promise<LoadReport & { cpuMs: number }> {
    this.#child.send(order)
    await this.#next()
    const pids = processTree(server.pid)
    const before = cpuMs(pids)
    this.#child.send('go')
    const report = (await this.#next()) as LoadReport
    const spent = cpuMs(pids) - before
    if (report.failure !== undefined) throw new Error(`an exchange failed: ${report.failure}`)
    return { ...report, cpuMs: spent }
  }

  async #next(): Promise<unknown> {
    const stopWaiting = new AbortController()
    const { signal } = stopWaiting
    const message = once(this.#child, 'message', { signal })
    const exit = once(this.#child, 'exit', { signal }).then(() => {
      throw new Error('the load generator ended')
    })
    try {
      const [value] = (await Promise.race([message, exit])) as [unknown]
      return value
    } finally {
      // both promises may reject now; nobody waits for them any more
      message.catch(() => undefined)
      exit.catch(() => undefined)
      stopWaiting.abort()
    }
  }

  stop(): void {
    this.#child.removeAllListeners()
    this.#child.kill()
  }
}

interface Plan {
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly connections: number
  readonly payloads: readonly string[]
}

function orderOf(server: ServerProcess, plan: Plan, count: number): LoadOrder {
  return {
    url: `${server.url}${servicePath}`,
    soapAction,
    count,
    connections: plan.connections,
    signing: pemOf('phare').signing,
    ...(server.url.startsWith('https') && {
      tls: { ...pemOf('phare').tls, authority: pem.root },
    }),
    payloads: plan.payloads,
  }
}

/** Warms up, works out how many exchanges fill the time, measures them. */
async function measure(
  load: Load,
  server: ServerProcess,
  plan: Plan,
  row: Pick<Row, 'server' | 'transport' | 'processes'>,
): Promise<Row> {
  const first = row.server === 'gateway' ? 1500 : 150
  const paced = await load.run(orderOf(server, plan, first), server)
  const warmUp = Math.max(first, Math.round((first / paced.seconds) * plan.warmUpSeconds))
  const warm = await load.run(orderOf(server, plan, warmUp), server)
  const count = Math.max(100, Math.round((warmUp / warm.seconds) * plan.seconds))
  const limitBeforeMs = measureLimitMs(1)
  const report = await load.run(orderOf(server, plan, count), server)
  return {
    ...row,
    limitMs: (limitBeforeMs + measureLimitMs(1)) / 2,
    perSecond: count / report.seconds,
    p50: report.latenciesMs.p50,
    p99: report.latenciesMs.p99,
    cpuMsEach: report.cpuMs / count,
    requestBytes: report.requestBytes,
    replyBytes: report.replyBytes,
  }
}

function printTable(rows: readonly Row[]): void {
  const naiveOf = (row: Row) =>
    rows.find(
      (one) =>
        one.server === 'naive' &&
        one.transport === row.transport &&
        one.processes === row.processes,
    )
  const times = (a: number, b: number | undefined) => (b === undefined ? '-' : (b / a).toFixed(1))
  const lines = [
    'server   over  processes  exchanges/s  p50 ms  p99 ms  CPU-ms each  x limit  x faster than naive (CPU, rate)',
    ...rows.map((row) => {
      const naive = row.server === 'gateway' ? naiveOf(row) : undefined
      return [
        row.server.padEnd(8),
        row.transport.padEnd(5),
        `${row.processes}`.padStart(9),
        row.perSecond.toFixed(0).padStart(12),
        row.p50.toFixed(1).padStart(7),
        row.p99.toFixed(1).padStart(7),
        row.cpuMsEach.toFixed(3).padStart(12),
        (row.cpuMsEach / row.limitMs).toFixed(1).padStart(8),
        ` ${times(row.cpuMsEach, naive?.cpuMsEach)}, ${naive === undefined ? '-' : (row.perSecond / naive.perSecond).toFixed(1)}`,
      ].join(' ')
    }),
  ]
  console.log(lines.join('\n'))
}

/** Resident memory after 50,000 and after 200,000 exchanges over one gateway. */
async function measureMemory(load: Load, server: ServerProcess, plan: Plan): Promise<void> {
  const chunk = 10_000
  const marks: number[] = []
  for (let done = chunk; done <= 200_000; done += chunk) {
    await load.run(orderOf(server, plan, chunk), server)
    if (done === 50_000 || done === 200_000) marks.push(residentMiB(processTree(server.pid)))
    process.stderr.write(`\r${done} exchanges`)
  }
  process.stderr.write('\n')
  const [early = 0, late = 0] = marks
  const growth = ((late / early - 1) * 100).toFixed(1)
  console.log(
    `memory: ${early.toFixed(0)} MiB after 50,000 exchanges, ${late.toFixed(0)} MiB after 200,000 (${growth} %)`,
  )
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      seconds: { type: 'string', default: '10' },
      'warm-up': { type: 'string', default: '30' },
      connections: { type: 'string', default: '8' },
      transports: { type: 'string', default: 'http,tls' },
      processes: { type: 'string', default: '1,2' },
      naive: { type: 'boolean', default: true },
      rss: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return
  }
  const directory = mkdtempSync(join(tmpdir(), 'quadrivium-bench-'))
  const load = new Load()
  try {
    await bench(directory, load, {
      seconds: Number(values.seconds),
      warmUpSeconds: Number(values['warm-up']),
      connections: Number(values.connections),
      transports: values.transports.split(',') as Transport[],
      processes: values.processes.split(',').map(Number),
      naive: values.naive,
      rss: values.rss,
    })
  } finally {
    load.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

interface Choice {
  readonly seconds: number
  readonly warmUpSeconds: number
  readonly connections: number
  readonly transports: readonly Transport[]
  readonly processes: readonly number[]
  readonly naive: boolean
  readonly rss: boolean
}

async function bench(directory: string, load: Load, choice: Choice): Promise<void> {
  console.log(
    `Node ${process.version}, ${availableParallelism()} cores, ${cpus()[0]?.model.trim() ?? ''}; ` +
      `${choice.connections} connections, ${choice.seconds} s a row`,
  )
  const rows: Row[] = []
  let plan: Plan | undefined
  for (const transport of choice.transports) {
    for (const processes of choice.processes) {
      const gateway = await startGateway(directory, transport, processes)
      try {
        plan ??= { ...choice, ...(await prepare(directory, gateway)) }
        rows.push(await measure(load, gateway, plan, { server: 'gateway', transport, processes }))
        progress(rows)
        if (choice.rss && rows.length === 1) await measureMemory(load, gateway, plan)
      } finally {
        await gateway.stop()
      }
      if (!choice.naive) continue
      const naive = await startNaive(
        directory,
        wsdlFile(directory),
        replyFile(directory),
        transport,
        processes,
      )
      try {
        rows.push(await measure(load, naive, plan, { server: 'naive', transport, processes }))
        progress(rows)
      } finally {
        await naive.stop()
      }
    }
  }
  const limitsMs = rows.map(({ limitMs }) => limitMs.toFixed(3))
  console.log(
    `request ${rows[0]?.requestBytes.toFixed(0)} bytes, reply ${rows[0]?.replyBytes.toFixed(0)} bytes`,
  )
  console.log(
    `limit: one RSA-2048 verification and one signature, beside each row: ${limitsMs.join(', ')} CPU-ms`,
  )
  printTable(rows)
}

const wsdlFile = (directory: string) => join(directory, 'service.wsdl')
const replyFile = (directory: string) => join(directory, 'reply.xml')

/** Finds questions whose replies have the size that is wanted; keeps WSDL and a reply for the naive composition. */
async function prepare(directory: string, gateway: ServerProcess): Promise<{ payloads: string[] }> {
  const { payloads, wsdl, reply } = await findPayloads(`${gateway.url}${servicePath}`)
  writeFileSync(wsdlFile(directory), wsdl)
  writeFileSync(replyFile(directory), reply)
  return { payloads }
}

function progress(rows: readonly Row[]): void {
  const row = rows.at(-1)!
  process.stderr.write(
    `${row.server} ${row.transport} ${row.processes}: ${row.perSecond.toFixed(0)}/s\n`,
  )
}

await main()
