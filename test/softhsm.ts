import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Debian and others put the library; undefined where it is not installed (.ci/run installs it). */
export const softHsm = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
].find((path) => existsSync(path))

if (softHsm === undefined)
  console.log('SoftHSM (Debian: softhsm2) is not installed: nothing is signed by a device')

export const pin = '73915'

/** A new folder of tokens, for this process from now on (a library reads SOFTHSM2_CONF when it is initialized). */
export function newTokens(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quadrivium-softhsm-'))
  mkdirSync(join(folder, 'tokens'))
  const configuration = join(folder, 'softhsm2.conf')
  writeFileSync(configuration, `directories.tokendir = ${join(folder, 'tokens')}\n`)
  process.env['SOFTHSM2_CONF'] = configuration
  return folder
}

const run = (...parameters: string[]) =>
  execFileSync('softhsm2-util', parameters, { encoding: 'utf8', stdio: 'pipe' })

/** Makes a token and gives its serial number. */
export function makeToken(label: string): string {
  run('--init-token', '--free', '--label', label, '--so-pin', '0000', '--pin', pin)
  const shown = run('--show-slots').split(/^Slot /m)
  const slot = shown.find((one) => new RegExp(`Label: +${label}\\s`).test(one)) ?? ''
  return /Serial number: +(\w+)/.exec(slot)?.[1] ?? ''
}

/** Puts a key (PKCS#8, PEM) into a token. */
export function importKey(token: string, label: string, id: string, file: string): void {
  const names = ['--token', token, '--pin', pin, '--label', label, '--id', id, '--force']
  run('--import', file, ...names)
}

/** What a device does that does not behave; `on` passes all on to SoftHSM. */
const states = {
  on: '',
  signingHangs: 'h',
  hangs: 'H',
  fails: 'f',
  crashes: 'c',
  losesSessions: 'l',
} as const

/** A device that misbehaves on demand, also towards processes that use it already; made by gcc from pkcs11-shim.c. */
export function makeShim(folder: string): {
  readonly module: string
  readonly turn: (state: keyof typeof states) => void
} {
  const module = join(folder, 'shim.so')
  const source = join(import.meta.dirname, 'pkcs11-shim.c')
  execFileSync('gcc', ['-shared', '-fPIC', '-o', module, source, '-ldl'], { stdio: 'pipe' })
  const state = join(folder, 'state')
  process.env['TEST_PKCS11_REAL'] = softHsm
  process.env['TEST_PKCS11_STATE'] = state
  return { module, turn: (to) => writeFileSync(state, states[to]) }
}
