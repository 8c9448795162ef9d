import { existsSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import {
  addQuarters,
  civilDateAt,
  quarterOf,
  readQuarter,
  type Quarter,
} from '../base/civil-date.ts'
import { countryOf, personsMax } from '../synthetic/country.ts'
import { generate, type Counts } from '../synthetic/generate.ts'
import type { RegisterSink } from '../synthetic/sink.ts'

/** A sink over a new file, which has its name only once it is closed; `store/` has it, `main.ts` hands it in. */
export interface FileSink extends RegisterSink {
  close(): void
  /** removes what was written */
  discard(): void
}

export interface DataParts {
  /** opens a new register file, and makes the data directory around it where absent; throws when the file exists */
  readonly openSink: (path: string) => FileSink
  /** one line of progress; counts only */
  readonly log: (line: string) => void
  /** ms since 1970, UTC: for the default of `until` and the rate */
  readonly nowMs: () => number
}

export interface DataOptions {
  readonly persons: number
  readonly seed: number
  /** how many quarters are declared */
  readonly quarters: number
  /** the last of them; the default is the last one that has ended */
  readonly until?: Quarter
  /** the data directory */
  readonly dir: string
  /** replace registers that exist */
  readonly force?: boolean
  /** do nothing when registers exist */
  readonly ifAbsent?: boolean
}

/** The data directory's registers; the name that `store/` gives them. */
const registersFile = 'registers.db'

/** Registers exist, or something holds them; the message says what to do. */
export class DataError extends Error {
  override readonly name = 'DataError'
}

/** Between two lines of progress. */
const progressMs = 2_000

/**
 * Writes a synthetic country into the registers of a data directory: whole, or not at all. Throws RangeError when an option is
 * outside what can be made, DataError when registers exist and `force` is not set, or when they are in use.
 */
export function generateData(options: DataOptions, parts: DataParts): Counts {
  const until = options.until ?? lastClosedQuarter(parts.nowMs())
  const { persons, seed, quarters: quarterCount } = options
  const country = countryOf({ persons, seed, until, quarterCount })
  const path = join(resolve(options.dir), registersFile)
  const replaces = existsSync(path)
  if (replaces && options.force !== true) {
    throw new DataError(`registers exist in \`${options.dir}\`: use --force to replace them`)
  }
  if (existsSync(`${path}-wal`)) {
    throw new DataError(
      `registers in \`${options.dir}\` are in use: stop the gateway, or remove ${registersFile}-wal left by a crash`,
    )
  }
  const target = replaces ? `${path}.replacement` : path
  const sink = parts.openSink(target)
  const report = progressReport(persons, parts)
  try {
    const counts = generate(country, sink, report.at)
    sink.close()
    if (replaces) renameSync(target, path)
    report.end(counts)
    return counts
  } catch (error) {
    sink.discard()
    throw error
  }
}

/** The last quarter that has ended at an instant. */
export function lastClosedQuarter(nowMs: number): Quarter {
  return addQuarters(quarterOf(civilDateAt(nowMs)), -1)
}

function progressReport(persons: number, { log, nowMs }: DataParts) {
  const started = nowMs()
  let reported = started
  const line = (counts: Readonly<Counts>, now: number) => {
    const seconds = (now - started) / 1000
    const rate = seconds > 0 ? Math.round(counts.persons / seconds) : 0
    log(
      `${counts.persons} of ${persons} persons (${rate} a second): ${counts.employers} employers, ` +
        `${counts.declarations} declarations, ${counts.workers} worker records, ` +
        `${counts.dimonaPeriods} Dimona periods, ${counts.postings} postings, ${counts.integrations} integrations`,
    )
  }
  return {
    at: (counts: Readonly<Counts>) => {
      const now = nowMs()
      if (now - reported < progressMs) return
      reported = now
      line(counts, now)
    },
    end: (counts: Readonly<Counts>) => {
      line(counts, nowMs())
    },
  }
}

/** `quadrivium data generate`. Exit codes: 0 done, 1 refused or failed, 2 wrong use. */
export function dataCommand(parts: DataParts): Command {
  const data = new Command('data').description('synthetic data')
  data
    .command('generate')
    .description('write a synthetic country into the registers of a data directory')
    .option('--persons <n>', `persons beside the personas, 0 to ${personsMax}`, readCount, 1_000)
    .option('--seed <s>', 'equal seeds give equal data for the same quarters', readCount, 1)
    .option('--quarters <n>', 'quarters that every employer declares, 1 to 40', readCount, 4)
    .option('--until <YYYYQ>', 'the last of them (default: the last that has ended)', readUntil)
    .option('--dir <directory>', 'data directory', 'data')
    .option('--force', 'replace registers that exist')
    .option('--if-absent', 'do nothing when registers exist')
    .addHelpText(
      'after',
      '\nThe personas of docs/personas.md are part of every data set. Progress is written to standard error.' +
        '\nExit codes: 0 done, 1 refused or failed, 2 wrong use.',
    )
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? 0 : 2)
    })
    .action((options: DataOptions, command: Command) => {
      if (options.ifAbsent === true && existsSync(join(options.dir, registersFile))) return
      try {
        generateData(options, parts)
      } catch (error) {
        if (error instanceof RangeError) command.error(`error: ${error.message}`, { exitCode: 2 })
        if (!(error instanceof DataError)) throw error
        parts.log(error.message)
        process.exitCode = 1
      }
    })
  return data
}

function readCount(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('a whole number is expected')
  }
  return value
}

function readUntil(text: string): Quarter {
  const quarter = readQuarter(text)
  if (quarter === undefined) {
    throw new InvalidArgumentError('a quarter YYYYQ is expected, e.g. 20261')
  }
  return quarter
}
