import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { replayLifetimeMs, settings, valuesOf, type Setting } from '../src/config-limits.ts'
import { loadConfig } from '../src/config.ts'
import { pathLimits } from '../src/pki/path.ts'

const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'quadrivium-limits-'))

const all = Object.entries(settings).flatMap(([section, keys]) =>
  Object.entries<Setting>(keys).map(([key, setting]) => ({ section, key, ...setting })),
)

/** Loads the configuration of the sandbox with one value set in it, on a line of its own: line 2. */
function loadWith(section: string, key: string, value: unknown) {
  const sandbox = readFileSync(join(root, 'sandbox/quadrivium.json'), 'utf8')
  const place = section === 'pkcs11' ? 'signing' : section
  const { [place]: before = {}, ...config } = JSON.parse(sandbox) as Record<string, object>
  const values =
    place === 'signing'
      ? { certificate: 'seal.pem', pkcs11: { ...device, [key]: value } }
      : { ...before, ...(place === 'replayDatabase' && replayDatabase), [key]: value }
  const file = join(folder, 'config.json')
  writeFileSync(
    file,
    `{\n"${place}": ${JSON.stringify(values)},\n${JSON.stringify(config).slice(1)}`,
  )
  return loadConfig(file)
}

const device = { module: 'p11.so', tokenLabel: 'house', keyLabel: 'seal', pinFile: 'pin' }
const replayDatabase = { socket: 'run', database: 'replay', user: 'quadrivium' }
/** Where the values of a section stand in the configuration. */
const placeOf = (section: string) => (section === 'pkcs11' ? 'signing/pkcs11' : section)

/** Rows of a table of docs/operating.md, by the heading of its first column. */
function tableOf(heading: string): string[][] {
  const lines = readFileSync(join(root, 'docs/operating.md'), 'utf8').split('\n')
  const begin = lines.findIndex((line) => new RegExp(`^\\| ${heading} +\\| (of|in) `).test(line))
  expect(begin).toBeGreaterThan(0)
  const end = lines.findIndex((line, at) => at > begin && !line.startsWith('|'))
  return lines.slice(begin + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

const number = (cell = '') => Number(cell.replaceAll(' ', ''))

describe('the limits of the configuration', () => {
  it('are those of the table in docs/operating.md, with their presets and bounds', () => {
    const documented = tableOf('key').map(([key, , , preset, from, to]) => [
      key,
      ...[preset, from, to].map(number),
    ])
    const inCode = all.map(({ section, key, preset, from, to }) => [
      `${section}.${key}`,
      preset,
      from,
      to,
    ])
    expect(documented).toEqual(inCode)
  })

  it('have presets within their bounds', () => {
    for (const { preset, from, to } of all) {
      expect(preset).toBeGreaterThanOrEqual(from)
      expect(preset).toBeLessThanOrEqual(to)
    }
  })

  it.each(all)('$section.$key is taken from $from to $to', ({ section, key, from, to }) => {
    for (const value of [from, to])
      expect(loadWith(section, key, value)).toMatchObject(
        section === 'pkcs11'
          ? { signing: { pkcs11: { [key]: value } } }
          : { [section]: { [key]: value } },
      )
  })

  it.each(all)(
    '$section.$key beyond them stops the start, with the line and the bound',
    ({ section, key, from, to }) => {
      const place = `config.json:2: /${placeOf(section)}/${key}`
      expect(() => loadWith(section, key, to + 1)).toThrow(`${place} must be <= ${to}`)
      expect(() => loadWith(section, key, from - 1)).toThrow(`${place} must be >= ${from}`)
      expect(() => loadWith(section, key, from + 0.5)).toThrow(`${place} must be integer`)
    },
  )

  it('let no message live for more than an hour, and no clock differ by more than ten minutes', () => {
    const { lifetimeMsMax, clockSkewMs } = settings.signedMessages
    expect(lifetimeMsMax.to).toBe(3_600_000)
    expect(clockSkewMs.to).toBe(600_000)
    // what recall-messages.ts relies on: journals not written to for a day hold no message that lives
    const longest = replayLifetimeMs({
      lifetimeMsMax: lifetimeMsMax.to,
      clockSkewMs: clockSkewMs.to,
    })
    expect(longest).toBeLessThan(86_400_000)
  })

  it('that nobody sets are the presets', () => {
    expect(valuesOf('keptAnswers', { countMax: 0 })).toEqual({
      countMax: 0,
      bytesMax: settings.keptAnswers.bytesMax.preset,
    })
    expect(valuesOf('signedMessages')).toEqual({
      clockSkewMs: 60_000,
      lifetimeMsMax: 600_000,
      referencesMax: 8,
      tokenBytesMax: 16_384,
    })
  })
})

/** `const …Max` and `const …Ms` with a number, at the beginning of a line. */
const constant = /^(?:export )?const (\w*(?:Max|Ms)) = ([\d_ *]+)$/gm
/** presets of settings */
const settable = new Set(['rememberedMax', 'ocspAnswersMax'])

function constantsBelow(folderName: string): (string | number)[][] {
  const source = join(root, 'src', folderName)
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      [...readFileSync(join(source, file), 'utf8').matchAll(constant)]
        .filter(([, name = '']) => !settable.has(name))
        .map(([, name = '', text = '']) => {
          const value = text.split('*').reduce((product, factor) => {
            return product * Number(factor.trim().replaceAll('_', ''))
          }, 1)
          return [name, `src/${folderName}/${file}`, value]
        }),
    )
}

describe('the limits that are fixed', () => {
  it('are those of the table in docs/operating.md', () => {
    const folders = [
      'xml',
      'soap',
      'ws-security',
      'pki',
      'transport',
      'batch',
      'rest',
      'contracts',
    ].flatMap(constantsBelow)
    const inCode = [...folders, ['signaturesMax', 'src/pki/path.ts', pathLimits.signaturesMax]].map(
      (row) => row.join(' '),
    )
    const documented = tableOf('constant').map(([name, file, value]) =>
      [name, file, number(value)].join(' '),
    )
    expect(documented.toSorted()).toEqual(inCode.toSorted())
  })

  it('each say why', () => {
    for (const [, , , why = ''] of tableOf('constant')) expect(why).not.toBe('')
  })
})
