#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { dataParts, packageRoot } from './app.ts'
import { callCommand } from './cli/call.ts'
import { dataCommand } from './cli/data.ts'
import { deliberationCommand } from './cli/deliberation.ts'
import { generateCommand } from './cli/generate.ts'
import { serveCommand } from './cli/serve.ts'

const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
  readonly version: string
}
const program = new Command('quadrivium')
  .description(
    'integration layer between institutions and the authentic sources of Belgian social security',
  )
  .version(version, '--version')
  .showHelpAfterError()
  .addCommand(serveCommand())
  .addCommand(callCommand())
  .addCommand(dataCommand(dataParts))
  .addCommand(deliberationCommand(join(packageRoot(), 'deliberations')))
  .addCommand(generateCommand)

try {
  await program.parseAsync()
} catch (error) {
  console.error(`quadrivium: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
