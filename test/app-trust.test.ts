import { hash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openTrust } from '../src/app-trust.ts'
import type { Log } from '../src/base/log.ts'
import { loadConfig, type TrustedListFile } from '../src/config.ts'
import { readRegistry } from '../src/institutions/read-registry.ts'

const sandbox = loadConfig(resolve(import.meta.dirname, '../sandbox/quadrivium.json'))
const directory = mkdtempSync(join(tmpdir(), 'quadrivium-list-'))
afterAll(() => rmSync(directory, { recursive: true }))

const text = readFileSync(sandbox.trustedList.file, 'utf8')
const institutions = readRegistry(readFileSync(sandbox.institutions))

/** Opens the trust of the sandbox with another list; gives what was logged. */
async function openWith(content: string, change: Partial<TrustedListFile> = {}): Promise<string[]> {
  const file = join(directory, 'list.json')
  writeFileSync(file, content)
  const lines: string[] = []
  const line = (message: string) => void lines.push(message)
  const log: Log = { info: line, warn: line, error: line }
  const trustedList = { file, sha256: hash('sha256', content), ...change }
  const parts = { institutions, log, nowMs: () => Date.now() }
  const running = await openTrust({ ...sandbox, trustedList }, parts)
  await running.close()
  return lines
}

const inThePast = text.replace(/"(issued|nextUpdate)": "\d{4}/g, (_all, key: string) =>
  key === 'issued' ? '"issued": "2001' : '"nextUpdate": "2002',
)

describe('the trusted list of a configuration', () => {
  it('is told at the start', async () => {
    expect(await openWith(text)).toEqual(['trusted list'])
  })

  it('stops the start when its bytes are not the pinned ones', async () => {
    const found = hash('sha256', `${text} `)
    await expect(openWith(`${text} `, { sha256: hash('sha256', text) })).rejects.toThrow(
      `list.json: SHA-256 is ${found}, pinned is ${hash('sha256', text)}`,
    )
  })

  it('is pinned by a file as sha256sum writes it, which must hold a digest', async () => {
    const sha256File = join(directory, 'pin')
    writeFileSync(sha256File, `${hash('sha256', text)}  list.json\n`)
    expect(await openWith(text, { sha256File })).toEqual(['trusted list'])
    writeFileSync(sha256File, 'no digest\n')
    await expect(openWith(text, { sha256File })).rejects.toThrow('pinned is nothing')
  })

  it('stops the start when it has expired, or is only warned about', async () => {
    await expect(openWith(inThePast)).rejects.toThrow(/list\.json: expired on 2002-/)
    expect(await openWith(inThePast, { whenExpired: 'warn' })).toEqual([
      'trusted list has expired, and is still used',
    ])
  })

  it('stops the start with the place of what is wrong in it', async () => {
    await expect(openWith(text.replace('"granted"', '"given"'))).rejects.toThrow(
      /list\.json: trusted list: \/services\/0\/statuses\/0\/status /,
    )
  })

  it('stops the start when the CA of the seals of an institution does not stand on it', async () => {
    const [listed = ''] = /[0-9a-f]{64}/.exec(text) ?? []
    await expect(openWith(text.replace(listed, 'a'.repeat(64)))).rejects.toThrow(
      new RegExp(`institution \`\\w+\` has its seals from ${listed}, not on the list`),
    )
  })
})
