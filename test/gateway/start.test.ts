import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { describeGateway } from '../../src/app-table.ts'
import { dataParts, serve as serveHere } from '../../src/app.ts'
import { generateData } from '../../src/cli/data.ts'
import { loadConfig, type Config } from '../../src/config.ts'
import { makeLog } from '../../src/transport/log.ts'
import { lastQuarter } from './gateway.ts'

const root = resolve(import.meta.dirname, '../..')
const directory = mkdtempSync(join(tmpdir(), 'quadrivium-start-'))
const dir = join(directory, 'data')
beforeAll(() => {
  const quiet = { ...dataParts, log: () => undefined }
  generateData({ persons: 0, seed: 1, quarters: 1, until: lastQuarter, dir }, quiet)
})
afterAll(() => rmSync(directory, { recursive: true }))

/** The configuration of the sandbox, file sets included, on another port and with data of its own. */
function sandboxAt(port: number): Config {
  const sandbox = loadConfig(join(root, 'sandbox/quadrivium.json'))
  const files = sandbox.files && { ...sandbox.files, directory: join(directory, 'sftp') }
  const listen = { host: '127.0.0.1', port }
  return { ...sandbox, listen, dataDirectory: dir, ...(files && { files }) }
}

/** Runs `quadrivium serve` to its end: exit code and standard error. */
function serve(config: Config, processes: number): Promise<[number | null, string]> {
  const file = join(directory, 'config.json')
  writeFileSync(file, JSON.stringify(config))
  return quadrivium('serve', '--config', file, '--processes', `${processes}`)
}

/** Runs the command to its end: exit code, and what it wrote on standard output and error. */
async function quadrivium(...words: readonly string[]): Promise<[number | null, string]> {
  const args = ['src/main.ts', ...words]
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  const child = spawn(process.execPath, args, { cwd: root, stdio: [...stdio], timeout: 110_000 })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return [code, text]
}

// processes start slowly on a busy machine
vi.setConfig({ testTimeout: 120_000 })

describe('quadrivium serve', () => {
  it.each([1, 2])('ends with a reason when its port is taken (%i processes)', async (processes) => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const [code, text] = await serve(sandboxAt((other.address() as AddressInfo).port), processes)
    other.close()
    expect(text).toContain('EADDRINUSE')
    expect(code).toBe(1)
  })

  it('names an unknown option before the one that is missing', async () => {
    const [code, text] = await quadrivium('serve', '--confg', 'x.json')
    expect(text).toContain("unknown option '--confg'")
    expect(code).toBe(1)
    const [missing, said] = await quadrivium('serve')
    expect(said).toContain("required option '--config <file>' not specified")
    expect(missing).toBe(1)
  })

  it('tells its version', async () => {
    const file = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly version: string
    }
    expect(await quadrivium('--version')).toEqual([0, `${file.version}\n`])
  })

  it('names the whole path of a deliberation file that is wrong', async () => {
    const folder = join(directory, 'deliberations')
    mkdirSync(folder)
    writeFileSync(join(folder, 'wrong.json'), '{')
    const edges = {
      log: makeLog('silent'),
      processes: 1,
      takesFiles: false,
      openStore: () => Promise.reject(new Error('the store is opened')),
    }
    await expect(serveHere({ ...sandboxAt(8443), deliberations: folder }, edges)).rejects.toThrow(
      `${join(folder, 'wrong.json')}:1: `,
    )
  })

  it('prints endpoints, institutions and certificate files', () => {
    const printed = describeGateway(sandboxAt(8443), 8443, 2)
    for (const line of [
      /^Quadrivium listens on https:\/\/127\.0\.0\.1:8443 \(2 processes\)/m,
      /^SOAP {2}consultPerson +\/quadrivium\/PersonService\/v1$/m,
      /^REST {2}consultPerson +POST \/quadrivium\/person\/v1\/persons\/query$/m,
      /^open {2}OpenAPI +\/quadrivium\/person\/v1\/doc\/openapi\.json$/m,
      /^FILE {2}DIMN +.*sftp\/100001\/IN, answers in OUT \(atelier\)$/m,
      /^phare +1999000150 .* certs-test\/out\/institutions\/phare\/ +PHARE:SUBSIDY_QUARTER/m,
      /^fidelis .* \(signs for phare\)$/m,
      /^atelier .*\(files only\)$/m,
      /^deliberations: deliberations$/m,
      /^replies are signed with: .*seal\.pem$/m,
    ]) {
      expect(printed).toMatch(line)
    }
  })

  it('prints no certificate files where the institutions keep their own', () => {
    const sandbox = sandboxAt(8443)
    const institutions = join(directory, 'institutions.json')
    copyFileSync(sandbox.institutions, institutions)
    const printed = describeGateway({ ...sandbox, institutions }, 8443)
    expect(printed).toMatch(/^phare +1999000150 +client certificate required +PHARE:/m)
  })

  it('calls nobody a sender of files where no files are taken', () => {
    const { files, ...config } = sandboxAt(8443)
    expect(files).toBeDefined()
    const printed = describeGateway(config, 8443)
    expect(printed).toMatch(/^atelier .*\(no legal context\)$/m)
    expect(printed).not.toContain('files only')
  })
})
